"""From ``NAME.toml`` and ``NAME.txt`` to a plan, through the cycle itself on calendars in memory.

A line of the text: ``mon-fri 09:00-09:30 Standup | with a@x.example b@x.example, video``, under the calendar's name.
It stands for both weeks from Monday 23 November 2026; times are on the person's clock of that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from timeblock import pipeline
from timeblock.calendars.memory import Memory
from timeblock.config import load
from timeblock.core.classify import WORK
from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Whereabouts, Window, local
from timeblock.core.plan import Block, Plan
from timeblock.core.problem import Problem
from timeblock.stages.deps import Deps
from timeblock.stages.values import Proposal, Seen, Snapshot
from timeblock.store.database import Database

HERE = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in HERE.glob("*.toml")))
MONDAY = date(2026, 11, 23)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LINE = re.compile(r"\s+(\w{3})(?:-(\w{3}))? (\d\d:\d\d-\d\d:\d\d) ([^|]+?)(?: \| (.*))?")
ME = "me@example.org"
ACCOUNT = """
[accounts.here]
type = "memory"
[[calendars]]
name = "work"
account = "here"
area = "work"
[[calendars]]
name = "family"
account = "here"
area = "family"
[[calendars]]
name = "protected"
account = "here"
role = "blocks"
"""


@dataclass(frozen=True)
class Life:
    """A week planned, with what it was planned from."""

    deps: Deps
    snapshot: Snapshot
    seen: Seen
    proposal: Proposal

    @property
    def plan(self) -> Plan:
        return self.proposal.plan

    @property
    def problem(self) -> Problem:
        return self.proposal.problem

    @property
    def where(self) -> Whereabouts:
        return self.problem.where

    def blocks(self, request: str, day: str = "") -> list[Block]:
        """The blocks of a request in the first week, or on one day of it ("mon")."""
        week = [b for b in self.plan.blocks if b.request == request and self.on(b) < MONDAY + timedelta(7)]
        return [b for b in week if not day or DAYS[self.on(b).weekday()] == day]

    def on(self, block: Block) -> date:
        return self.where.date_of(block.interval.start)

    def at(self, block: Block) -> str:
        """``"mon 18:00-19:30"``."""
        start, end = self.where.clock_at(block.interval.start), self.where.clock_at(block.interval.end)
        return f"{DAYS[self.on(block).weekday()]} {start:%H:%M}-{end:%H:%M}"

    @property
    def work(self) -> list[Interval]:
        """What is in the calendars of work."""
        return [c.occurrence.interval for c in self.seen.classified if c.busy and c.activity in WORK]

    def unplaced(self, request: str) -> list[str]:
        return [u.reason for u in self.plan.unplaced if u.request == request and "2026-12" not in u.key]

    def moment(self, text: str) -> Instant:
        """``"tue 18:30"`` of the first week."""
        day, clock = text.split()
        hours, minutes = clock.split(":")
        return self.where.at(MONDAY + timedelta(DAYS.index(day)), 60 * int(hours) + int(minutes))

    def span(self, text: str) -> Interval:
        """``"tue 18:30-20:00"`` of the first week; over midnight too."""
        day, clock = text.split()
        window = Window.parse(clock)
        found = self.where.window(MONDAY + timedelta(DAYS.index(day)), window)
        assert found
        return found


def live(name: str, db: Database, folder: Path, solve: Callable[[Problem], Plan], weeks: int = 1) -> Life:
    """The plan of Monday morning, six o'clock."""
    config = folder / f"{name}.toml"
    said = (HERE / f"{name}.toml").read_text()
    config.write_text(said.replace("[person]\n", f'[person]\naddresses = ["{ME}"]\n', 1) + ACCOUNT)
    settings = load.load(config)
    here = Memory("here", ("work", "family", "protected"))
    for number, (calendar, body) in enumerate(_events((HERE / f"{name}.txt").read_text(), settings.person.where)):
        here.put(CalendarId("here", calendar), f"{number}.ics", body)
    deps = Deps(settings, db, {"here": here}, solve)
    now = settings.person.where.at(MONDAY, 6 * 60)
    assert not pipeline.pull(deps, now).failed
    snapshot = pipeline.load(deps, now)
    seen = pipeline.observe(snapshot)
    return Life(deps, snapshot, seen, pipeline.propose(solve, snapshot, seen))


def _events(text: str, where: Whereabouts) -> Iterator[tuple[str, str]]:
    calendar = ""
    for line in filter(None, text.splitlines()):
        if match := LINE.fullmatch(line):
            first, last, window, title, more = match.groups()
            for number in range(DAYS.index(first), DAYS.index(last or first) + 1):
                for day in (MONDAY + timedelta(number), MONDAY + timedelta(number + 7)):
                    interval = where.window(day, Window.parse(window))
                    assert interval
                    yield calendar, _vevent(f"{calendar}-{title}-{day}-{window}", title, interval, more or "")
        else:
            calendar = line.removesuffix(":")


def _vevent(uid: str, title: str, interval: Interval, more: str) -> str:
    start, end = (f"{local(at, ZoneInfo('UTC')):%Y%m%dT%H%M%SZ}" for at in (interval.start, interval.end))
    lines = [f"UID:{uid}", f"DTSTART:{start}", f"DTEND:{end}", f"SUMMARY:{title}"]
    if people := re.search(r"with ([^,]+)", more):
        lines += [f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{who}" for who in (*people[1].split(), ME)]
    if "video" in more:
        lines.append("LOCATION:https://meet.example/abc")
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:t", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(whole)
