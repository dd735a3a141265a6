"""The program as people run it: real commands in real processes, on a real CalDAV server that the tests start."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proxy import Proxy, proxy
from tests.servers import Server, radicale

FOREIGN = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Someone//Else//EN\r
BEGIN:VEVENT\r
UID:board@example.com\r
DTSTAMP:20260101T000000Z\r
DTSTART;TZID=Europe/Oslo:20260105T180000\r
DTEND;TZID=Europe/Oslo:20260105T190000\r
RRULE:FREQ=WEEKLY\r
SUMMARY:Board dinner\r
X-THEIRS:kept to the letter\r
END:VEVENT\r
END:VCALENDAR\r
"""

CONFIG = """
identity = "end-to-end"
[person]
zone = "Europe/Oslo"
[person.hours]
mon = "09:00-17:00"
tue = "09:00-17:00"
wed = "09:00-17:00"
thu = "09:00-17:00"
fri = "09:00-17:00"
[areas.family]
[accounts.home]
type = "caldav"
url = "{url}"
username = "alice"
password = "secret"
[[calendars]]
name = "work"
account = "home"
[[calendars]]
name = "protected"
account = "home"
role = "blocks"
[[blocks]]
name = "dinner"
title = "Family dinner"
kind = "non-negotiable"
area = "family"
quota = "2 per week"
duration = "2h"
windows = ["18:00-20:30"]
[[blocks]]
name = "lunch"
kind = "rest"
quota = "1 per day"
duration = "30m"
windows = ["11:30-13:30"]
days = ["mon", "tue", "wed", "thu", "fri"]
"""


@dataclass
class Person:
    """Someone with a config of their own at a terminal, and a hand in the server's storage."""

    home: Path
    server: Server
    front: Proxy

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "timeblock", *words]

    def environ(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.home), "TIMEBLOCK_CONFIG": str(self.home / "config.toml")}

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            self.command(*words), env=self.environ(), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def http(self, method: str, path: str, body: str | None = None) -> str:
        token = base64.b64encode(b"alice:secret").decode()
        url, headers = f"{self.server.url}{path.lstrip('/')}", {"Authorization": f"Basic {token}"}
        request = urllib.request.Request(url, body.encode() if body else None, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())

    def blocks(self) -> dict[str, str]:
        """Path → text of each event in the blocks calendar, read from the server's own storage."""
        return {p.name: p.read_bytes().decode() for p in self.storage("protected").glob("*.ics")}

    def storage(self, calendar: str) -> Path:
        return self.server.storage / "collection-root" / "alice" / calendar


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    with radicale(tmp_path / "server") as server, proxy(server.port) as front:
        made = Person(tmp_path, server, front)
        for calendar in ("work", "protected"):
            made.http("MKCALENDAR", f"/alice/{calendar}/")
        made.http("PUT", "/alice/work/board.ics", FOREIGN)
        (tmp_path / "config.toml").write_text(CONFIG.format(url=front.url))
        (tmp_path / "config.toml").chmod(0o600)
        yield made


def test_the_second_apply_sends_no_request_that_writes(person: Person) -> None:
    person.run("sync")
    person.run("plan")
    assert person.front.writes == []
    person.run("apply")
    written = [path for _, path in person.front.writes if "trial" not in path]
    assert len(written) == len(person.blocks()) > 10
    count = len(person.front.writes)
    person.run("apply")
    assert len(person.front.writes) == count


def test_a_foreign_event_stays_byte_for_byte(person: Person) -> None:
    before = (person.storage("work") / "board.ics").read_bytes()
    person.run("apply")
    person.run("undo")
    assert (person.storage("work") / "board.ics").read_bytes() == before


def test_a_block_deleted_in_the_servers_own_store_stays_deleted(person: Person) -> None:
    person.run("apply")
    gone = next(iter(sorted(person.blocks())))
    person.http("DELETE", f"/alice/protected/{gone}")
    count = len(person.blocks())
    person.run("apply")
    person.run("apply")
    assert gone not in person.blocks()
    assert len(person.blocks()) == count


def test_a_moved_block_stays_where_it_was_moved_to(person: Person) -> None:
    person.run("apply")
    name, text = next((n, t) for n, t in sorted(person.blocks().items()) if "Family dinner" in t)
    moved = text.replace("T180000", "T193000").replace("T200000", "T213000")
    assert moved != text
    person.http("PUT", f"/alice/protected/{name}", moved)
    stored = person.blocks()[name]
    person.run("apply")
    person.run("apply")
    assert person.blocks()[name] == stored


@pytest.mark.parametrize("moment", ["before", "after"])
def test_kill_9_during_apply_then_apply_gives_exactly_the_planned_blocks(person: Person, moment: str) -> None:
    running = subprocess.Popen(person.command("apply"), env=person.environ(), stdout=subprocess.DEVNULL)
    count = 0

    def kill(method: str, path: str) -> None:
        nonlocal count
        count += method == "PUT"
        if count == 3:
            running.send_signal(signal.SIGKILL)
            running.wait()

    setattr(person.front, moment, kill)
    running.wait(timeout=60)
    assert running.returncode == -signal.SIGKILL
    setattr(person.front, moment, lambda method, path: None)
    person.run("apply")
    lines = "\n".join(person.blocks().values()).splitlines()
    keys = [line for line in lines if line.startswith("X-TIMEBLOCK-KEY")]
    planned = json.loads(person.run("--json", "plan"))["plan"]["blocks"]
    assert len(keys) == len(set(keys)) == len(planned)


def test_undo_takes_the_whole_run_back_and_it_does_not_return(person: Person) -> None:
    person.run("apply")
    assert person.blocks()
    person.run("undo")
    assert person.blocks() == {}
    writes = len(person.front.writes)
    person.run("apply")
    assert person.blocks() == {}
    assert len(person.front.writes) == writes


def test_a_plan_kept_in_a_file_is_written_exactly(person: Person, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    person.run("plan", "-o", str(kept))
    person.run("apply", str(kept))
    assert len(person.blocks()) == len(json.loads(kept.read_text())["blocks"])


def test_json_is_one_document_and_nothing_else(person: Person) -> None:
    for words in (["sync"], ["plan"], ["measure"], ["calendars"], ["classify"], ["status"], ["log"], ["doctor"]):
        json.loads(person.run("--json", *words, code=0))


def test_an_unreachable_server_ends_with_5_and_a_wrong_password_with_4(person: Person) -> None:
    config = person.home / "config.toml"
    text = config.read_text()
    config.write_text(text.replace('"secret"', '"wrong"'))
    person.run("sync", code=4)
    config.write_text(text.replace(person.front.url, "http://127.0.0.1:9/"))
    person.run("sync", code=5)
