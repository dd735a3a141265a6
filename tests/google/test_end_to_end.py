"""The program as people run it, signed in to a Google of our own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests import browser
from tests.consent import CLIENT_ID, CLIENT_SECRET
from tests.google.calendars import Item
from tests.google.server import LocalGoogle, local_google
from timeblock.cli import root
from timeblock.cli.app import App
from timeblock.config.load import load
from timeblock.errors import TimeblockError
from timeblock.wiring import google_tokens

NOW = 1_795_422_000
"""Mon 23 Nov 2026, 09:20 in Oslo."""

ME, PROTECTED = "me@example.com", "protected@group.calendar.google.com"
BROWSER = f"{shlex.quote(sys.executable)} {shlex.quote(browser.__file__)} %s"
CONFIG = """
identity = "end-to-end"
[person]
zone = "Europe/Oslo"
addresses = ["me@example.com"]
[person.hours]
mon = "09:00-17:00"
tue = "09:00-17:00"
wed = "09:00-17:00"
thu = "09:00-17:00"
fri = "09:00-17:00"
[areas.family]
[accounts.google]
type = "google"
client = "client.json"
endpoint = "{url}calendar/v3/"
auth_uri = "{url}auth"
token_uri = "{url}token"
{more}
[[calendars]]
name = "work"
account = "google"
match = "me@example.com"
{role}
[[calendars]]
name = "protected"
account = "google"
match = "Protected"
{other_role}
[[blocks]]
name = "dinner"
title = "Family dinner"
kind = "non-negotiable"
area = "family"
quota = "2 per week"
duration = "2h"
windows = ["18:00-22:30"]
[[blocks]]
name = "deep"
title = "Deep work"
kind = "focus"
quota = "1 per day"
duration = "90m"
windows = ["09:00-14:00"]
days = ["mon", "tue", "wed", "thu", "fri"]
"""
BLOCKS = 'role = "blocks"'


@dataclass
class Person:
    """Someone with a config of their own at a terminal, signed in to ``google``."""

    home: Path
    google: LocalGoogle

    def config(self, more: str = "", *, into: str = PROTECTED) -> None:
        text = CONFIG.format(
            url=self.google.url,
            more=more,
            role=BLOCKS if into == ME else "",
            other_role=BLOCKS if into == PROTECTED else "",
        )
        client = {"installed": {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}
        for name, content in (("config.toml", text), ("client.json", json.dumps(client))):
            (self.home / name).write_text(content)
            (self.home / name).chmod(0o600)

    def run(self, *words: str, code: int | None = 0) -> str:
        """As the command line does it, at :data:`NOW`. ``code`` None: however it ends."""
        command = root.get_command(root.make_context("timeblock", ["--help"], resilient_parsing=True), words[0])
        assert command is not None
        app = App(config_path=str(self.home / "config.toml"), moment=NOW)
        done = CliRunner(env=self.environ()).invoke(command, list(words[1:]), obj=app)
        if isinstance(done.exception, Exception) and not isinstance(done.exception, TimeblockError):
            raise done.exception
        ended = getattr(done.exception, "exit_code", done.exit_code)
        assert code in (None, ended), f"{words}: {ended} {done.output} {done.exception}"
        return done.stdout

    def run_for_real(self, *words: str) -> None:
        """In a process of its own, with its own clock and a browser that agrees to everything."""
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "PYTHONPATH")}
        command = [sys.executable, "-m", "timeblock", *words]
        environ = {**kept, **self.environ(), "BROWSER": BROWSER}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"

    def environ(self) -> dict[str, str]:
        places = {"HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state")}
        keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return {**places, **keyring, "TIMEBLOCK_CONFIG": str(self.home / "config.toml")}

    def sign_in(self) -> None:
        """What ``timeblock auth google`` does, without a process."""
        tokens = google_tokens(load(self.home / "config.toml").accounts[0], lambda: NOW)
        with tokens.attempt() as attempt:
            browser.agree(attempt.url)
            tokens.finish(attempt, attempt.wait(10))

    def asked_for(self, *words: str) -> list[str]:
        """What a command asks of Google's calendars."""
        self.google.seen.clear()
        self.run(*words)
        return self.google.asked

    def blocks(self, calendar: str = PROTECTED) -> dict[str, Item]:
        return self.google.calendars.standing(calendar)

    def last(self, title: str) -> Item:
        """The last block of that title."""
        later = [b for b in self.blocks().values() if b["summary"] == title]
        return max(later, key=lambda b: str(b["start"]["dateTime"]))

    def change(self, event: Item, **fields: Any) -> None:
        self.google.calendars.change(PROTECTED, event["id"], **fields)


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    with local_google(lambda: NOW) as google:
        google.calendars.add(PROTECTED, "Protected")
        start = {"dateTime": "2026-01-05T13:00:00+01:00", "timeZone": "Europe/Oslo"}
        end = {"dateTime": "2026-01-05T14:00:00+01:00", "timeZone": "Europe/Oslo"}
        board = {"summary": "Board", "start": start, "end": end, "recurrence": ["RRULE:FREQ=WEEKLY"], "colorId": "3"}
        google.calendars.put(ME, {"id": "board", **board})
        made = Person(tmp_path, google)
        made.config()
        for name, value in made.environ().items():
            monkeypatch.setenv(name, value)
        made.sign_in()
        yield made


def test_a_calendar_without_changes_costs_one_request_and_one_change_at_most_two(person: Person) -> None:
    person.run("sync")
    assert person.asked_for("sync") == ["events.list", "events.list"]
    person.google.calendars.put(ME, {"id": "dent1st", "start": {"date": "2026-11-27"}, "end": {"date": "2026-11-28"}})
    assert len(person.asked_for("sync")) == 3 - 1
    series = {"dateTime": "2026-11-30T13:00:00+01:00", "timeZone": "Europe/Oslo"}
    person.google.calendars.cancel_instance(ME, "board", series)
    assert len(person.asked_for("sync")) == 3
    person.google.calendars.remove(ME, "board")
    assert len(person.asked_for("sync")) == 2


def test_what_reading_cost_is_told_account_by_account(person: Person) -> None:
    person.run("sync")
    told = json.loads(person.run("sync", "--json"))
    assert told["accounts"]["google"].keys() == {"requests", "bytes", "seconds"}
    assert told["accounts"]["google"]["requests"] == 2
    assert 0 < told["accounts"]["google"]["bytes"] < 1000  # nothing but tokens
    assert told["calendars"]["work"]["requests"] == 1


def test_the_second_apply_writes_nothing(person: Person) -> None:
    """In real processes, from the sign-in on."""
    person.run_for_real("auth", "google")
    person.run_for_real("plan")
    assert person.google.writes == 0
    person.run_for_real("apply")
    assert person.google.writes == len(person.blocks()) > 10
    person.google.seen.clear()
    person.run_for_real("apply")
    assert set(person.google.asked) == {"events.list"}


def test_the_events_of_others_stay_as_they_are(person: Person) -> None:
    before = person.google.calendars.standing(ME)
    person.run("apply")
    person.run("undo")
    assert person.google.calendars.standing(ME) == before


def test_a_block_that_was_moved_stays_where_it_was_moved_to(person: Person) -> None:
    person.run("apply")
    block = person.last("Family dinner")
    moved = {name: {**block[name], "dateTime": _plus(block[name]["dateTime"], minutes=30)} for name in ("start", "end")}
    person.change(block, **moved)
    stored = person.blocks()[block["id"]]
    assert "events.update" not in person.asked_for("apply")
    assert person.blocks()[block["id"]] == stored


def _plus(moment: str, **more: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(**more)).isoformat()


def test_a_block_that_was_deleted_does_not_come_back(person: Person) -> None:
    person.run("apply")
    gone, count = person.last("Deep work"), len(person.blocks())
    person.google.calendars.remove(PROTECTED, gone["id"])
    person.run("apply")
    assert set(person.asked_for("apply")) == {"events.list"}
    assert len(person.blocks()) == count - 1


def test_a_title_of_the_persons_own_stays_and_so_do_colour_notes_and_alarm(person: Person) -> None:
    person.run("apply")
    block = person.last("Deep work")
    theirs = {"colorId": "5", "description": "Chapter 3", "reminders": {"useDefault": True}}
    person.change(block, summary="Write the book", **theirs)
    meeting = {"summary": "Town hall", "start": block["start"], "end": block["end"]}
    person.google.calendars.put(ME, {"id": "t0wnha11", **meeting, "attendees": [{"email": "boss@example.com"}]})
    person.run("apply")
    after = person.blocks().get(block["id"])
    assert after is not None
    assert {name: after[name] for name in theirs} == theirs
    assert after["summary"] == "Write the book"
    assert after["start"] != block["start"]  # it made room for the meeting
    assert set(person.asked_for("apply")) == {"events.list"}


def test_doctor_tries_to_write_and_leaves_nothing_behind(person: Person) -> None:
    told = " ".join(person.run("doctor", "--write", code=None).split())
    assert "an event was written, read back, changed and deleted" in told
    assert person.blocks() == {}


def test_undo_takes_the_whole_run_back_and_it_does_not_return(person: Person) -> None:
    person.run("apply")
    person.run("undo")
    assert person.blocks() == {}
    assert set(person.asked_for("apply")) == {"events.list"}


@pytest.mark.parametrize("made", [{"attendees": [{"email": "kim@example.com"}]}, {"recurrence": ["RRULE:FREQ=WEEKLY"]}])
def test_a_block_that_became_a_meeting_or_a_series_is_left_alone(person: Person, made: Item) -> None:
    person.run("apply")
    block = person.last("Deep work")
    person.change(block, **made)
    stored = person.blocks()[block["id"]]
    person.run("apply")
    person.run("undo")
    assert person.blocks() == {block["id"]: stored}


def test_a_copy_of_a_block_is_the_persons_own(person: Person) -> None:
    person.run("apply")
    block = person.last("Deep work")
    copy = person.google.calendars.put(PROTECTED, {**block, "id": "c0py0", "iCalUID": "c0py0@google.com"})
    person.run("apply")
    assert person.blocks()[block["id"]]["start"] != copy["start"]  # the plan made room for it
    assert set(person.asked_for("apply")) == {"events.list"}
    assert person.blocks()["c0py0"] == copy


def test_blocks_for_a_calendar_that_became_read_only_wait_and_say_why(person: Person) -> None:
    person.google.calendars.calendars[PROTECTED].role = "reader"
    told = " ".join(person.run("apply").split())
    assert "calendars you own" in told
    assert person.blocks() == {}
    person.google.calendars.calendars[PROTECTED].role = "owner"
    person.run("apply")
    assert len(person.blocks()) > 10


def test_a_memory_that_was_lost_is_made_anew_from_the_blocks_themselves(person: Person) -> None:
    person.run("apply")
    before = person.blocks()
    for file in (person.home / "state" / "timeblock").glob("timeblock.db*"):
        file.unlink()
    assert "events.insert" not in person.asked_for("apply")
    assert person.blocks() == before


def test_blocks_whose_writes_had_no_answer_are_there_once(person: Person) -> None:
    for fault in ("drop", "lost", "cut", "html", "empty"):
        person.google.order(fault, "POST", "events")
    person.run("apply")
    person.run("apply")
    keys = [b["extendedProperties"]["private"]["timeblock-key"] for b in person.blocks().values()]
    planned = json.loads(person.run("plan", "--json"))["plan"]["blocks"]
    assert len(keys) == len(set(keys)) == len(planned) > 10


def test_focus_time_on_the_primary_calendar(person: Person) -> None:
    person.config("focus_time = true", into=ME)
    person.run("apply")
    kinds = {b["summary"]: b["eventType"] for b in person.blocks(ME).values()}
    assert kinds == {"Board": "default", "Family dinner": "default", "Deep work": "focusTime"}
    assert set(person.asked_for("apply")) == {"events.list"}


def test_a_sign_in_that_was_taken_back_ends_with_4_and_is_kept(person: Person) -> None:
    person.run("apply")
    person.google.rights.expire()
    person.google.rights.consent.alive.clear()
    person.run("sync", code=4)
    person.sign_in()
    assert set(person.asked_for("apply")) == {"events.list"}


def test_a_full_quota_ends_with_5_and_writes_nothing_until_it_is_over(person: Person) -> None:
    person.google.order("refuse", "POST", "events", status=403, reason="quotaExceeded")
    person.run("apply", code=5)
    assert person.google.writes == 1
    person.run("apply", code=5)
    assert person.google.writes == 1
