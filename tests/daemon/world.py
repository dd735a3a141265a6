"""A daemon in a world whose time passes when it waits: calendars in memory, a config on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from timeblock.calendars.memory import Memory
from timeblock.config import load
from timeblock.config.settings import Settings
from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant
from timeblock.core.plan import Plan
from timeblock.core.problem import Problem
from timeblock.daemon.health import Health
from timeblock.daemon.loop import Clock, Daemon, Watched
from timeblock.planner.greedy import solve
from timeblock.stages.deps import Deps
from timeblock.store.database import Database

OSLO = ZoneInfo("Europe/Oslo")
CONFIG = """
identity = "test"
[person]
zone = "Europe/Oslo"
[planning]
weeks = 1
auto_apply = "{apply}"
[accounts.office]
type = "memory"
[accounts.home]
type = "memory"
[[calendars]]
name = "work"
account = "office"
area = "work"
[[calendars]]
name = "protected"
account = "home"
role = "blocks"
[[blocks]]
name = "dinner"
kind = "non-negotiable"
quota = "1 per day"
windows = "{window}"
duration = "1h"
{more}
"""
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:t
BEGIN:VEVENT
UID:{uid}
DTSTART:{start}
DTEND:{end}
SUMMARY:{uid}
END:VEVENT
END:VCALENDAR
"""
WORK, PROTECTED = CalendarId("office", "work"), CalendarId("home", "protected")


@dataclass
class World:
    """``at`` holds what happens when: after the loop has waited past that moment."""

    db: Database
    config: Path
    now: Instant
    steady: float = 0.0
    until: Instant = 0
    office: Memory = field(default_factory=lambda: Memory("office", ("work",)))
    home: Memory = field(default_factory=lambda: Memory("home", ("protected",)))
    told: list[tuple[Instant, str, dict[str, object]]] = field(default_factory=list)
    shown: list[Health] = field(default_factory=list)
    at: dict[Instant, Callable[[], object]] = field(default_factory=dict)
    opened: int = 0
    notify: Callable[[Deps, Health, Instant], None] = lambda *_: None
    planned: list[Instant] = field(default_factory=list)

    def daemon(self) -> Daemon:
        watched = Watched(self.config, lambda: load.load(self.config), self.connect)
        clock = Clock(lambda: self.now, lambda: self.steady, self.wait)
        health = Health(1, self.now, self.now)
        self.running = Daemon(watched, clock, self.tell, self.shown.append, health, notify=self.notify)
        return self.running

    def run(self, hours: float) -> Daemon:
        self.until = self.now + round(hours * 3600)
        daemon = self.daemon()
        daemon.run()
        return daemon

    @contextmanager
    def connect(self, settings: Settings) -> Iterator[Deps]:
        self.opened += 1
        yield Deps(settings, self.db, {"office": self.office, "home": self.home}, self.solve)

    def solve(self, problem: Problem) -> Plan:
        self.planned.append(self.now)
        return solve(problem)

    def wait(self, seconds: float) -> None:
        self.pass_time(round(seconds))
        for moment in sorted(self.at):
            if moment <= self.now:
                self.at.pop(moment)()
        if self.now >= self.until:
            self.running.stop()

    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        self.steady += seconds

    def tell(self, event: str, **more: object) -> None:
        self.told.append((self.now, event, more))

    def events(self, name: str) -> list[dict[str, object]]:
        return [more for _, event, more in self.told if event == name]

    def write(self, apply: str = "all", window: str = "18:00-21:00", more: str = "") -> None:
        self.config.write_text(CONFIG.format(apply=apply, window=window, more=more))
        os.utime(self.config, ns=(self.now * 10**9, self.now * 10**9))

    def meet(self, uid: str, start: str, end: str) -> None:
        """An event of a colleague, as ``20261124T170000Z``."""
        self.office.put(WORK, f"{uid}.ics", EVENT.format(uid=uid, start=start, end=end))

    def bodies(self) -> list[str]:
        """The text of each block."""
        return [resource.body for resource in self.home.changes(PROTECTED, None, dict).changed]

    def blocks(self) -> dict[str, str]:
        """Name of the resource → its DTSTART line."""
        page = self.home.changes(PROTECTED, None, dict)
        return {r.href: next(line for line in r.body.splitlines() if line.startswith("DTSTART;")) for r in page.changed}
