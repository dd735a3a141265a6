"""Goal → measure → protect → measure, on a real mailbox: a sentence, and what the review says of it weeks later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from tests.evidence.mailserver import PASSWORD, Mailserver, dovecot, dovecot_lacks
from timeblock.cli import root
from timeblock.cli.app import App

OSLO = ZoneInfo("Europe/Oslo")
BEGIN = date(2026, 9, 7)
"""The Monday on which the goal is set; four weeks of mail lie before it."""
CONFIG = """
identity = "ada"
[person]
zone = "Europe/Oslo"
[accounts.home]
type = "folder"
path = "calendars"
[[calendars]]
name = "protected"
account = "home"
role = "blocks"
[[evidence]]
name = "mail"
type = "imap"
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
password = "{password}"
[[blocks]]
name = "shutdown"
kind = "ritual"
quota = "1 per day"
days = "weekdays"
duration = "15m"
[planning]
weeks = 1
"""


@pytest.fixture
def mailbox(certificate: Path) -> Iterator[Mailserver]:
    if lacks := dovecot_lacks():
        pytest.skip(lacks)
    with dovecot(certificate) as started:
        yield started


def at(day: date, hour: int, minute: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO).timestamp())


def evenings(monday: date, count: int) -> list[int]:
    """So many messages after hours in a week, and one within them each day."""
    late = [at(monday + timedelta(n % 5), 20, 3 * n) for n in range(count)]
    return sorted([*late, *(at(monday + timedelta(n), 11) for n in range(5))])


class Ada:
    """The command line at a moment of hers."""

    def __init__(self, folder: Path, mailbox: Mailserver) -> None:
        self.config, self.mailbox = folder / "config.toml", mailbox
        (folder / "calendars/protected").mkdir(parents=True)
        said = CONFIG.format(port=mailbox.port, user=mailbox.user, password=PASSWORD)
        self.config.write_text(said)
        self.config.chmod(0o600)

    def types(self, on: date, *words: str) -> Result:
        command = root.get_command(root.make_context("timeblock", ["--help"], resilient_parsing=True), words[0])
        assert command
        app = App(config_path=str(self.config), moment=at(on, 9))
        done = CliRunner().invoke(command, list(words[1:]), obj=app)
        assert done.exit_code in (0, 1), (done.output, done.exception)
        return done

    def reads(self, on: date, *words: str) -> str:
        return " ".join(self.types(on, *words).output.split())


def test_a_sentence_about_mail_in_the_evening_goes_once_round_the_loop(tmp_path: Path, mailbox: Mailserver) -> None:
    ada = Ada(tmp_path, mailbox)
    for week in range(-4, 0):
        mailbox.send("Gesendet", *evenings(BEGIN + timedelta(weeks=week), 10))
    ada.types(BEGIN, "sync")
    assert "10" in ada.reads(BEGIN, "measure", "--week", "2026-W36", "--explain", "after_hours_emails")

    ada.types(BEGIN, "goals", "add", "50 % fewer after-hours emails in 3 months", "--yes")
    assert 'metric = "after_hours_emails"' in ada.config.read_text()
    judged = ada.reads(BEGIN, "goals", "check")
    assert "Measurable ok" in judged
    assert "Time-bound ok" in judged

    for week in range(4):
        mailbox.send("Gesendet", *evenings(BEGIN + timedelta(weeks=week), 12))
    later = BEGIN + timedelta(weeks=4)
    ada.types(later, "sync")
    stands = ada.reads(later, "goals", "list")
    assert "off track" in stands
    planned = json.loads(ada.types(later, "plan", "--json").stdout)
    assert any("is behind, so its blocks are held more firmly" in idea for idea in planned["ideas"])
    assert {b["request"] for b in planned["plan"]["blocks"]} == {"shutdown"}

    told = ada.reads(later, "review")
    assert "50 % fewer" in told
    assert "off track 12 8.5" in told  # last week, and its milestone
