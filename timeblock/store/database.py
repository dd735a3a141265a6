"""One connection, SQLite or PostgreSQL, the named queries of ``queries/*.sql`` and the migrations of ``migrations/``.

The same queries serve both databases. Whoever calls names a query and gives its parameters; ``owner`` is added here, so
that no query can forget it. What a driver raises becomes one of our errors here, or is a bug and is let out.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import quote

from timeblock.errors import FixNeeded, TimeblockError, TryLater
from timeblock.store.named import Adapter, queries

if TYPE_CHECKING:
    import psycopg

Row: TypeAlias = tuple[Any, ...]

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 10
CACHE = "cache_size = -32000"
"""32 MB at most, so that a first reading is written once. Whoever reads a week touches a hundredth of it."""

MIGRATION_LOCK = 7_411_002
"""Number of PostgreSQL's advisory lock while migrations run; the server frees it when a process dies."""

CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
UNWRITABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
"""Primary result codes of SQLite (https://www.sqlite.org/rescode.html)."""


class Database:
    """An open database of one owner. Outside of :meth:`transaction` each statement is one of its own."""

    def __init__(
        self, connection: sqlite3.Connection | psycopg.Connection[Row], adapter: Adapter, name: str, owner: str
    ) -> None:
        self.connection = connection
        self._cursor: Callable[[], Any] = connection.cursor
        self.queries = queries(adapter)
        self.owner = owner
        self._name = name
        self._begin: Literal["BEGIN IMMEDIATE", "BEGIN"] = "BEGIN IMMEDIATE" if adapter == "sqlite3" else "BEGIN"
        self._depth = 0

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """All rows of a named SELECT."""
        with _explained(self._name):
            return list(self._done(query, parameters).fetchall())

    def row(self, query: str, **parameters: object) -> Row | None:
        """The first row of a named SELECT (``^``)."""
        with _explained(self._name):
            found: Row | None = self._done(query, parameters).fetchone()
            return found

    def run(self, query: str, **parameters: object) -> int:
        """Rows touched by a named statement (``!``)."""
        with _explained(self._name):
            return int(self._done(query, parameters).rowcount)

    def many(self, query: str, each: Iterable[Mapping[str, object]]) -> None:
        """A named statement (``*!``) once for each set of parameters."""
        batch = [{"owner": self.owner, **parameters} for parameters in each]
        if batch:
            with _explained(self._name):
                self._cursor().executemany(self.queries[query].sql, batch)

    def bulk(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """As :meth:`many`, for very many: each row has the parameters in order, the owner among them."""
        if batch := list(rows):
            with _explained(self._name):
                self._cursor().executemany(self._positional(query), batch)

    def _positional(self, query: str) -> str:
        """The statement with its parameters by place: drivers bind those twice as fast."""
        statement = self.queries[query]
        placeholder, name = ("?", r":(\w+)") if self._begin == "BEGIN IMMEDIATE" else ("%s", r"%\((\w+)\)s")
        assert tuple(re.findall(name, statement.sql)) == tuple(statement.parameters), query
        return re.sub(name, placeholder, statement.sql)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside another one it is part of that."""
        if self._depth == 0:
            self._execute(self._begin)
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                with _explained(self._name):
                    self.connection.rollback()
            raise
        self._depth -= 1
        if self._depth == 0:
            self._execute("COMMIT")

    def damage(self) -> str:
        """What is wrong with the file itself; "" where it is sound. PostgreSQL looks after its own."""
        if self._begin == "BEGIN":
            return ""
        with _explained(self._name):
            found = [str(row[0]) for row in self.connection.execute("PRAGMA integrity_check").fetchall()]
        return "" if found == ["ok"] else "; ".join(found)

    def generation(self) -> str:
        """What is another when anybody wrote since; on PostgreSQL perhaps also when nobody did.

        See https://www.sqlite.org/pragma.html#pragma_data_version, which tells of other connections only.
        """
        with _explained(self._name):
            if self._begin == "BEGIN":
                return str(self.connection.execute("SELECT pg_current_snapshot()").fetchall()[0][0])
            assert isinstance(self.connection, sqlite3.Connection)
            others = self.connection.execute("PRAGMA data_version").fetchone()[0]
            return f"{others}/{self.connection.total_changes}"

    def version(self) -> str:
        """The last migration this database has had."""
        with _explained(self._name):
            return max(_applied(self.connection), default="")

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _done(self, query: str, parameters: Mapping[str, object]) -> Any:
        """The cursor after a named query."""
        cursor = self._cursor()
        cursor.execute(self.queries[query].sql, {"owner": self.owner, **parameters})
        return cursor

    def _execute(self, statement: Literal["BEGIN IMMEDIATE", "BEGIN", "COMMIT"]) -> None:
        with _explained(self._name):
            self.connection.execute(statement)


def open_database(url: str, owner: str = "me") -> Database:
    """Open, and bring to the newest form where needed. ``url``: ``sqlite:///abs/path`` or ``postgresql://…``.

    Raises ``FixNeeded`` where the file is unusable, corrupt or from a newer program, ``TryLater`` while it is locked.
    """
    path = sqlite_path(url)
    if path is not None:
        return _open_sqlite(path, owner)
    if url.startswith(("postgresql://", "postgres://")):
        return _open_postgresql(url, owner)
    raise FixNeeded(f'database: cannot use "{url}" (write "sqlite:///path/to/file" or "postgresql://…")')


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite ``url``; three slashes and four mean the same. None for another database."""
    prefix = "sqlite://"
    return Path("/" + url.removeprefix(prefix).lstrip("/")) if url.startswith(prefix) else None


# ---- SQLite --------------------------------------------------------------------------------------------------------


def _open_sqlite(path: Path, owner: str) -> Database:
    _prepare_file(path)
    with _explained(str(path)):
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        try:
            for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", CACHE):
                connection.execute(f"PRAGMA {setting}").fetchall()
            if _missing(_applied(connection), str(path)):
                _migrate_sqlite(path)
        except BaseException:
            connection.close()
            raise
    return Database(connection, "sqlite3", str(path), owner)


def _prepare_file(path: Path) -> None:
    """Create what is missing. Only the person may read it: it holds their calendars.

    A file that is there is not opened: closing it would drop the locks of our other connections to it
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            with suppress(FileExistsError):  # another process was faster
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        elif path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise FixNeeded(
            f"{path}: cannot be made ({error.strerror}); give yourself the right, or set another database"
        ) from error


def _migrate_sqlite(path: Path) -> None:
    from yoyo.backends.core.sqlite3 import SQLiteBackend
    from yoyo.connections import DatabaseURI
    from yoyo.migrations import default_migration_table

    uri = DatabaseURI("sqlite", None, None, None, None, quote(str(path)), {})
    with _alone_in(path.parent):
        _apply(SQLiteBackend(uri, default_migration_table))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process at a time; a lock that ends with its process, unlike the one that yoyo would keep in the database."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# ---- PostgreSQL ----------------------------------------------------------------------------------------------------


def _open_postgresql(url: str, owner: str) -> Database:
    try:
        import psycopg
    except ImportError as error:
        raise FixNeeded("database: PostgreSQL needs its driver: pip install 'timeblock[postgresql]'") from error
    with _explained("PostgreSQL"):
        connection = psycopg.connect(url, autocommit=True)
        try:
            if _missing(_applied(connection), "the PostgreSQL database"):
                connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
                _migrate_postgresql(url)
                connection.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
        except BaseException:
            connection.close()
            raise
    return Database(connection, "psycopg", "PostgreSQL", owner)


def _migrate_postgresql(url: str) -> None:
    from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
    from yoyo.connections import parse_uri
    from yoyo.migrations import default_migration_table

    _apply(PostgresqlPsycopgBackend(parse_uri(url), default_migration_table))


# ---- both ----------------------------------------------------------------------------------------------------------


def _applied(connection: sqlite3.Connection | psycopg.Connection[Row]) -> set[str]:
    """Migrations this database has had, asked without importing yoyo."""
    try:
        return {row[0] for row in connection.execute("SELECT migration_id FROM _yoyo_migration")}
    except Exception as error:
        if "_yoyo_migration" in str(error):
            return set()
        raise


def _missing(applied: set[str], name: str) -> bool:
    """Whether migrations must run. Raises ``FixNeeded`` for a database that knows more of them than we do."""
    ours = {file.stem for file in MIGRATIONS.glob("*.sql")}
    if applied - ours:
        raise FixNeeded(
            f"{name}: written by a newer timeblock (it knows {max(applied - ours)}); "
            "upgrade timeblock, or set another database"
        )
    return bool(ours - applied)


def _apply(backend: Any) -> None:
    from yoyo import read_migrations

    with backend:
        backend.init_database()
        backend.apply_migrations(backend.to_apply(read_migrations(str(MIGRATIONS))))


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what a driver raises for reasons outside the program into an error with a remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise _told(error, name) or error from error
    except Exception as error:
        if any(kind.__module__ == "psycopg" and kind.__name__ == "OperationalError" for kind in type(error).__mro__):
            raise TryLater(f"database: {name} does not answer ({str(error).strip()})") from error
        raise


def _told(error: sqlite3.Error, name: str) -> TimeblockError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in CORRUPT:
        return FixNeeded(
            f"{name}: not a database any more, or damaged ({error}). Move it aside (mv {name} {name}.damaged) and run "
            "again: events are read anew, and blocks in your calendars are recognised by their marks"
        )
    if code in BUSY:
        return TryLater(f"{name}: another program holds it ({error}); try again when it is done")
    if code in UNWRITABLE:
        return FixNeeded(f"{name}: {error}; free some space or give yourself the right to write, then run again")
    return None
