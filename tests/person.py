"""Someone with two calendars on a real server, a config of their own, and a proxy in between that can do harm."""

from __future__ import annotations

import base64
import itertools
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.proxy import Proxy, proxy
from tests.servers import Server
from timeblock import pipeline
from timeblock.config.load import load
from timeblock.core.event import CalendarId
from timeblock.stages.deps import Deps
from timeblock.stages.values import Cycle, Synced
from timeblock.store import events, outbox
from timeblock.wiring import connect

NOW = int(datetime(2026, 11, 23, 6, tzinfo=UTC).timestamp())
"""A Monday at seven in Oslo."""

COUNT = itertools.count()
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
match = "{work}"
[[calendars]]
name = "protected"
account = "home"
match = "{protected}"
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
    """``calendars``: name in the config → path on the server. ``run`` is a command in a process of its own, with the
    clock of this machine; ``apply`` and ``sync`` are the same within ours, at ``now``."""

    home: Path
    server: Server
    front: Proxy
    calendars: Mapping[str, str]
    now: int = NOW

    def __post_init__(self) -> None:
        for path in self.calendars.values():
            self.http("MKCALENDAR", path)
        self.put("board", FOREIGN, "work")
        self.configure(CONFIG)

    def configure(self, text: str) -> None:
        self.config.write_text(text.format(url=self.front.url, **self.calendars))
        self.config.chmod(0o600)

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    @property
    def database(self) -> Path:
        return self.home / ".local" / "state" / "timeblock" / "timeblock.db"

    # ---- the program -----------------------------------------------------------------------------------------------

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "timeblock", *words]

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        return {**kept, "HOME": str(self.home), "TIMEBLOCK_CONFIG": str(self.config)}

    def run(self, *words: str, code: int = 0) -> str:
        done = self.ended(*words)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ended(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command, however it ends."""
        return subprocess.run(
            self.command(*words), env=self.environ(), capture_output=True, text=True, timeout=120, check=False
        )

    def started(self, *words: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """A command that is still running."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.command(*words), env=environ or self.environ(), stdout=pipe, stderr=pipe, text=True
        )

    @contextmanager
    def deps(self) -> Iterator[Deps]:
        with connect(load(self.config, self.environ()), lambda: self.now, lambda what, done, total: None) as deps:
            yield deps

    def apply(self, *, anyway: bool = False) -> Cycle:
        with self.deps() as deps:
            return pipeline.run_cycle(deps, self.now, anyway=anyway)

    def planned(self) -> list[str]:
        """The block keys of the plan as it is now, once it is applied."""
        return sorted(block.key for block in self.apply().proposal.plan.blocks)

    def sync(self) -> Synced:
        with self.deps() as deps:
            return pipeline.pull(deps, self.now)

    def cursor(self, calendar: str = "work") -> str | None:
        """Where reading goes on."""
        with self.deps() as deps:
            return events.cursor(deps.db, self.id(calendar))

    def picture(self, calendar: str = "work") -> dict[str, str]:
        """Version by href of what is known of a calendar."""
        with self.deps() as deps:
            return events.known_versions(deps.db, self.id(calendar))

    def id(self, calendar: str) -> CalendarId:
        return CalendarId("home", self.calendars[calendar])

    def waiting(self) -> list[tuple[str, str]]:
        """What the outbox holds: block key and state."""
        with self.deps() as deps:
            return [(wish.slot.key, wish.state) for wish in outbox.pending(deps.db)]

    # ---- the person's own hand -------------------------------------------------------------------------------------

    def http(self, method: str, path: str, body: str | None = None, **headers: str) -> str:
        """What another program of theirs asks of the server, past the proxy."""
        headers["Authorization"] = "Basic " + base64.b64encode(b"alice:secret").decode()
        if body is not None and method == "PUT":
            headers["Content-Type"] = "text/calendar; charset=utf-8"
        url = f"{self.server.url}{path.lstrip('/')}"
        request = urllib.request.Request(url, body.encode() if body else None, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())

    def put(self, name: str, body: str, calendar: str = "protected") -> None:
        self.http("PUT", f"{self.calendars[calendar]}{name.removesuffix('.ics')}.ics", body)

    def get(self, name: str, calendar: str = "protected") -> str:
        return self.http("GET", f"{self.calendars[calendar]}{name.removesuffix('.ics')}.ics")

    def delete(self, name: str, calendar: str = "protected") -> None:
        self.http("DELETE", f"{self.calendars[calendar]}{name}")

    def edit(self, name: str, change: Callable[[str], str]) -> str:
        """Change a block by hand; its text as the server keeps it then."""
        before = self.get(name)
        after = change(before)
        assert after != before
        self.put(name, after)
        return self.get(name)

    def events(self, calendar: str = "protected") -> dict[str, str]:
        """Name → text of each event that the server has."""
        return {name: self.get(name, calendar) for name in self.names(calendar)}

    def names(self, calendar: str = "protected") -> list[str]:
        listing = self.http("PROPFIND", self.calendars[calendar], Depth="1")
        return sorted({urlsplit(href).path.rpartition("/")[2] for href in re.findall(r"href>([^<]*\.ics)</", listing)})

    def blocks(self) -> dict[str, str]:
        """Those of our events, each by its name; all that bear a mark."""
        return {name: text for name, text in self.events().items() if "X-TIMEBLOCK-KEY" in text}

    def block(self, of: str) -> str:
        """Name of the first block of a request."""
        names = {key(text): name for name, text in self.blocks().items() if key(text).startswith(of)}
        return names[min(names)]

    def standing(self) -> list[str]:
        """Block keys of all that stands, sorted; one that stands twice is named twice."""
        return sorted(key(text) for text in self.blocks().values())


LATER_DINNER = CONFIG.replace("18:00-20:30", "19:00-21:00")
FEWER_DINNERS = CONFIG.replace("2 per week", "1 per week")


def key(text: str) -> str:
    """The block key in the text of an event, without the generation."""
    found = re.search(r"X-TIMEBLOCK-KEY:(.+?)\\?;", unfolded(text))
    assert found
    return found[1]


def times(text: str) -> tuple[str, str]:
    """Start and end as they are written: local time, so that they can be compared."""
    found = [
        re.search(rf"\n{name}[^\n]*:(\d+T\d+)", unfolded(text).split("BEGIN:VEVENT")[1])
        for name in ("DTSTART", "DTEND")
    ]
    start, end = (match[1] for match in found if match)
    return start, end


def unfolded(text: str) -> str:
    """RFC 5545, 3.1."""
    return text.replace("\r\n", "\n").replace("\n ", "")


@contextmanager
def person_at(server: Server, home: Path, root: str = "/alice/") -> Iterator[Person]:
    """Someone new, with calendars of their own under ``root``."""
    number = next(COUNT)
    home.mkdir(parents=True, exist_ok=True)
    with proxy(server.port) as front:
        yield Person(home, server, front, {name: f"{root}{name}-{number}/" for name in ("work", "protected")})
