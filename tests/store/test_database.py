import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from timeblock.core.event import CalendarId, CalendarInfo
from timeblock.errors import FixNeeded, TryLater
from timeblock.store import events
from timeblock.store.database import MIGRATIONS, Database, open_database, sqlite_path

WORK = CalendarId("work", "/cal/a/")


def offer(db: Database, name: str) -> None:
    events.save_offered(db, "work", [CalendarInfo(WORK, name, True)])


def names(db: Database) -> list[str]:
    return [offered.name for offered in events.offered(db)]


def test_what_is_saved_is_there_when_opened_again(url: str, owner: str) -> None:
    with open_database(url, owner) as db:
        offer(db, "Dienst – Ås")
    with open_database(url, owner) as db:
        assert names(db) == ["Dienst – Ås"]


def test_an_owner_sees_only_their_own(url: str, owner: str) -> None:
    with open_database(url, owner) as db, open_database(url, owner + " else") as other:
        offer(db, "mine")
        assert names(other) == []
        offer(other, "theirs")
        assert names(db) == ["mine"]


def offer_and_fail(db: Database, name: str) -> None:
    with db.transaction():
        offer(db, name)
        raise RuntimeError


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    offer(db, "before")
    with pytest.raises(RuntimeError):
        offer_and_fail(db, "after")
    assert names(db) == ["before"]


def test_an_inner_transaction_is_part_of_the_outer(db: Database) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        offer_and_fail(db, "inner")
    assert names(db) == []
    with db.transaction():
        offer(db, "again")
    assert names(db) == ["again"]


def test_a_process_killed_within_a_transaction_leaves_nothing(url: str, owner: str) -> None:
    with open_database(url, owner) as db:
        offer(db, "before")
    script = (
        "import os, sys; from timeblock.store.database import open_database; db = open_database(*sys.argv[1:])\n"
        "with db.transaction(): db.run('forget_offered', account='work'); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script, url, owner]).returncode == -9
    with open_database(url, owner) as db:
        assert names(db) == ["before"]
        offer(db, "and goes on")


def test_processes_that_open_it_for_the_first_time_at_once_all_succeed(url: str, owner: str) -> None:
    script = "import sys; from timeblock.store.database import open_database; open_database(*sys.argv[1:]).close()"
    openers = [subprocess.Popen([sys.executable, "-c", script, url, owner], stderr=subprocess.PIPE) for _ in range(4)]
    assert [(opener.communicate()[1], opener.returncode) for opener in openers] == [(b"", 0)] * 4


def test_the_generation_is_another_when_anybody_wrote(db: Database, url: str, owner: str) -> None:
    before = db.generation()
    assert db.rows("runs", most=1) == []
    assert db.generation() == before
    db.run("add_run", id=1, kind="apply", started_at=1)
    own = db.generation()
    assert own != before
    with open_database(url, owner) as other:
        other.run("add_run", id=2, kind="apply", started_at=2)
    assert db.generation() not in (before, own)


def test_all_migrations_are_marked_as_done(db: Database) -> None:
    rows = db.connection.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1").fetchall()
    assert [row[0] for row in rows] == sorted(file.stem for file in MIGRATIONS.glob("*.sql"))


def test_every_table_has_an_owner_in_its_key(db: Database, url: str) -> None:
    tables = _keys(db, "sqlite" in url)
    assert len(tables) >= 11
    assert {table for table, columns in tables.items() if columns[:1] != ["owner"]} == set()


def _keys(db: Database, sqlite: bool) -> dict[str, list[str]]:
    """Columns of the primary key of each table of ours, in order."""
    if sqlite:
        statement = (
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk"
        )
    else:
        statement = (
            "SELECT table_name, column_name FROM information_schema.key_column_usage k "
            "JOIN information_schema.table_constraints USING (constraint_name, table_name) "
            "WHERE constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public' ORDER BY 1, ordinal_position"
        )
    keys: dict[str, list[str]] = {}
    for table, column in db.connection.execute(statement):
        if "yoyo" not in table:
            keys.setdefault(table, []).append(column)
    return keys


# ---- SQLite alone --------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "a b?#%41.db"


def url_of(file: Path) -> str:
    return f"sqlite://{file}"


@pytest.mark.parametrize("url", ["sqlite:///var/x.db", "sqlite:////var/x.db"])
def test_three_slashes_and_four_name_the_same_file(url: str) -> None:
    assert sqlite_path(url) == Path("/var/x.db")


def test_the_file_is_for_the_person_alone(file: Path) -> None:
    open_database(url_of(file)).close()
    assert [f.name for f in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_may_read_is_closed_to_them(file: Path) -> None:
    open_database(url_of(file)).close()
    file.chmod(0o644)
    open_database(url_of(file)).close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_commits_survive_a_power_cut(file: Path) -> None:
    with open_database(url_of(file)) as db:
        assert list(db.connection.execute("PRAGMA journal_mode")) == [("wal",)]
        assert list(db.connection.execute("PRAGMA synchronous")) == [(2,)]


def test_the_second_opening_asks_yoyo_nothing(file: Path) -> None:
    open_database(url_of(file)).close()
    script = (
        "import sys; from timeblock.store.database import open_database; open_database(sys.argv[1]).close(); "
        "print([m for m in ('yoyo', 'psycopg', 'icalendar', 'dateutil') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script, url_of(file)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_newer_database_is_refused(file: Path) -> None:
    with open_database(url_of(file)) as db:
        db.connection.execute("INSERT INTO _yoyo_migration (migration_hash, migration_id) VALUES ('x', '9999-future')")
    with pytest.raises(FixNeeded, match=r"newer timeblock .*9999-future.*upgrade"):
        open_database(url_of(file))


@pytest.mark.parametrize(
    "damage", [b"not a database at all, but long enough to be read as one" * 100, b"SQLite format 3\0junk"]
)
def test_a_file_that_is_no_database_is_refused_with_the_remedy(file: Path, damage: bytes) -> None:
    open_database(url_of(file)).close()
    file.write_bytes(damage)
    with pytest.raises(FixNeeded, match="Move it aside") as caught:
        open_database(url_of(file))
    assert f"mv {file} {file}.damaged" in str(caught.value)
    assert file.read_bytes() == damage


def test_a_database_cut_short_is_refused_when_read(file: Path) -> None:
    with open_database(url_of(file)) as db:
        events.save_offered(
            db, "work", [CalendarInfo(CalendarId("work", f"/{n}"), "x" * 500, True) for n in range(500)]
        )
    with file.open("r+b") as cut:
        cut.truncate(file.stat().st_size // 2)
    with pytest.raises(FixNeeded, match="Move it aside"), open_database(url_of(file)) as db:
        names(db)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixNeeded, match=f"{tmp_path}: unable to open"):
        open_database(url_of(tmp_path))


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FixNeeded, match=r"file/x\.db: cannot be made"):
        open_database(url_of(tmp_path / "file" / "x.db"))


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(FixNeeded, match=r"mysql.*write \"sqlite"):
        open_database("mysql://localhost/x")


def test_a_second_opening_leaves_the_locks_of_the_first(file: Path) -> None:
    script = (
        "import sys; from timeblock.store.database import open_database; db = open_database(sys.argv[1])\n"
        "db.connection.execute('PRAGMA busy_timeout = 1'); db.run('forget_offered', account='work')"
    )
    with open_database(url_of(file)) as db, db.transaction():
        open_database(url_of(file)).close()
        done = subprocess.run([sys.executable, "-c", script, url_of(file)], capture_output=True, text=True)
    assert "errors.TryLater" in done.stderr


def test_a_database_that_another_program_holds_is_for_later(file: Path) -> None:
    with open_database(url_of(file)) as db, open_database(url_of(file)) as other:
        other.connection.execute("PRAGMA busy_timeout = 1")
        with db.transaction(), pytest.raises(TryLater, match="another program"):
            offer(other, "x")


def test_what_is_our_own_mistake_is_let_out(file: Path) -> None:
    with open_database(url_of(file)) as db, pytest.raises(sqlite3.IntegrityError):
        db.bulk("insert_occurrence", [("nobody", 0, 0, 0, 0, None, 0, 0, 1, 0)])


# ---- PostgreSQL alone ----------------------------------------------------------------------------------------------


def test_a_postgresql_that_is_not_there_is_for_later(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(TryLater, match="PostgreSQL does not answer"):
        open_database(f"postgresql://me:secret@/x?host={tmp_path}")
