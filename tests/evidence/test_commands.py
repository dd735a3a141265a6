"""Evidence from the config to the terminal: read, listed, measured, told where it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.test_commands import NOW, invoke
from tests.evidence.mailserver import PASSWORD, Mailserver, dovecot, dovecot_lacks
from timeblock.demo.person import build
from timeblock.wiring import source


@pytest.fixture
def maya(tmp_path: Path) -> Path:
    """Whose calendars and mail were never read."""
    build(tmp_path, NOW)
    return tmp_path


def add(folder: Path, entry: str) -> None:
    config = folder / "config.toml"
    config.write_text(f"{config.read_text()}\n[[evidence]]\n{entry}\n")
    config.chmod(0o600)


def told(done: Result) -> dict[str, dict[str, int]]:
    """What sync says of evidence."""
    found: dict[str, dict[str, int]] = json.loads(done.stdout)["evidence"]
    return found


def test_sync_says_how_many_times_are_new_and_then_that_none_are(maya: Path) -> None:
    first, again = told(invoke(maya, "sync", "--json")), told(invoke(maya, "sync", "--json"))
    assert first["mail"] == {"new": len((maya / "sent-mail.csv").read_text().splitlines()) - 1, "requests": 1}
    assert again["mail"] == {"new": 0, "requests": 0}
    assert "New times" in invoke(maya, "sync").output


def test_sources_are_listed_with_what_is_known_of_them(maya: Path) -> None:
    assert "when mail was sent" in " ".join(invoke(maya, "calendars").output.split())
    listed = json.loads(invoke(maya, "calendars", "--json").stdout)["calendars"]
    (row,) = (row for row in listed if row["role"] == "evidence")
    assert (row["account"], row["name"], row["writable"]) == ("csv", "mail", False)
    assert json.loads(invoke(maya, "status", "--json").stdout)["evidence"][0]["read_at"] is None
    invoke(maya, "sync")
    (known,) = json.loads(invoke(maya, "status", "--json").stdout)["evidence"]
    assert (known["name"], known["problem"]) == ("mail", "")
    assert known["count"] > 500
    assert "just now" in invoke(maya, "status").output


def test_mail_after_hours_is_explained_by_times_alone(maya: Path) -> None:
    last_week = f"{datetime.fromtimestamp(NOW) - timedelta(weeks=1):%G-W%V}"
    output = invoke(maya, "measure", "--week", last_week, "--explain", "after_hours_emails").output
    rows = [line for line in output.splitlines() if "sent mail" in line]
    assert len(rows) == 9
    assert all(row.split()[-3:] == ["sent", "mail", "mail"] for row in rows)


def test_a_broken_source_stops_no_other_and_is_told_by_line(maya: Path) -> None:
    (maya / "sent-mail.csv").write_text("sent\nsoon\n")
    done = invoke(maya, "sync", "--json")
    assert done.exit_code == 2
    assert "sent-mail.csv:2: column 1 holds no time" in done.stderr
    assert told(done) == {}
    assert len(json.loads(done.stdout)["calendars"]) == 5
    assert "column 1 holds no time" in " ".join(invoke(maya, "status").output.split())
    measures = json.loads(invoke(maya, "measure", "--json").stdout)["measures"]
    (found,) = (m for m in measures if m["id"] == "after_hours_emails")
    assert (found["value"], "column 1 holds no time" in found["missing"]) == (None, True)


def test_every_kind_in_the_example_can_be_made_without_a_connection() -> None:
    from timeblock.config.load import load

    settings = load(Path(__file__).parents[2] / "config.example.toml", {"HOME": "/home/ada"})
    made = [source(wanted, settings.accounts, lambda: NOW) for wanted in settings.evidence]
    assert [type(m).__name__ for m in made] == ["Imap", "Gmail", "Mailbox", "Csv", "ActivityWatch"]
    assert len({m.place for m in made}) == 5
    assert [m.requests for m in made] == [0] * 5


@pytest.fixture(scope="module")
def mailserver(certificate: Path) -> Iterator[Mailserver]:
    with dovecot(certificate) as running:
        yield running


@pytest.mark.skipif(bool(dovecot_lacks()), reason=dovecot_lacks())
def test_mail_of_a_real_server_is_counted_and_nothing_else_of_it_is_kept(maya: Path, mailserver: Mailserver) -> None:
    mailserver.send("Gesendet", NOW - 86400, NOW - 3600)
    entry = f'name = "server"\ntype = "imap"\nhost = "127.0.0.1"\nport = {mailserver.port}\nsecurity = "none"\n'
    add(maya, f'{entry}username = "alice"\npassword = "{PASSWORD}"')
    assert told(invoke(maya, "sync", "--json"))["server"] == {"new": 2, "requests": 5}
    assert told(invoke(maya, "sync", "--json"))["server"] == {"new": 0, "requests": 3}
    kept = b"".join(path.read_bytes() for path in maya.glob("timeblock.db*"))
    assert b"server" in kept
    assert not any(word in kept for word in (b"Secret", b"example.org", b"alice", PASSWORD.encode()))


@pytest.mark.skipif(bool(dovecot_lacks()), reason=dovecot_lacks())
def test_a_refused_password_ends_with_4_and_the_rest_is_read(maya: Path, mailserver: Mailserver) -> None:
    entry = f'name = "server"\ntype = "imap"\nhost = "127.0.0.1"\nport = {mailserver.port}\nsecurity = "none"\n'
    add(maya, f'{entry}username = "alice"\npassword = "hunter2"')
    done = invoke(maya, "sync", "--json")
    assert done.exit_code == 4
    assert "server: 127.0.0.1 refuses the password of alice" in done.stderr
    assert "hunter2" not in done.output + done.stderr
    assert told(done)["mail"]["new"] != 0
