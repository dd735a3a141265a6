"""Those who live in the month: a colleague who books, moves and cancels, and the person who has a will of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.month.world import OSLO, PROTECTED, WORK, World
from tests.person import key, times, unfolded
from timeblock.core.interval import HOUR, MINUTE, Instant

EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Colleague//EN\r
BEGIN:VTIMEZONE\r
TZID:Europe/Oslo\r
BEGIN:DAYLIGHT\r
DTSTART:19810329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
DTSTART:19961027T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART{start}\r
DTEND{end}\r
SUMMARY:{uid}\r
{lines}END:VEVENT\r
END:VCALENDAR\r
"""
INVITED = "ORGANIZER:mailto:colleague@example.org\r\nATTENDEE:mailto:alice@example.org\r\n"
Span = tuple[Instant, Instant]


@dataclass
class Event:
    """Somebody else's event: its text as the server keeps it, when it takes time, and when it was last changed."""

    text: str
    spans: Sequence[Span]
    changed: Instant


@dataclass
class People:
    """``theirs``: path → event. Of our blocks: ``gone`` keys the person deleted, ``moved`` and ``titled`` by path."""

    world: World
    random: Random
    theirs: dict[str, Event] = field(default_factory=dict)
    gone: dict[str, Instant] = field(default_factory=dict)
    moved: dict[str, tuple[str, str]] = field(default_factory=dict)
    moved_at: dict[str, Instant] = field(default_factory=dict)
    titled: dict[str, str] = field(default_factory=dict)
    elsewhere: list[Span] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    stirred: Instant = 0

    # ---- the colleague ---------------------------------------------------------------------------------------------

    def series(self, name: str, first: datetime, minutes: int, weeks: int) -> None:
        """Every week, at the same time on the clock."""
        starts = [first + timedelta(weeks=n) for n in range(weeks)]
        self.keep(WORK, name, starts, minutes, f"RRULE:FREQ=WEEKLY;COUNT={weeks}\r\n{INVITED}")

    def colleague(self) -> None:
        """One thing a colleague does."""
        mine = [p for p, e in self.theirs.items() if p.startswith(f"{WORK}meeting") and e.spans[0][0] > self.world.now]
        step = self.random.choices(("book", "move", "cancel", "reword"), (5, 4, 2, 1))[0] if mine else "book"
        path = self.random.choice(mine) if mine else ""
        name = f"meeting-{self.did['book']}" if step == "book" else path.removeprefix(WORK).removesuffix(".ics")
        if step == "cancel":
            self.world.delete(path)
            del self.theirs[path]
        elif step == "reword":
            event = self.theirs[path]
            text = event.text.replace("END:VEVENT", f"X-NOTE:{self.random.random()}\r\nEND:VEVENT")
            event.text = self.world.put(path, text)
        else:
            start, minutes = self.meeting_time()
            self.keep(WORK, name, [start], minutes, INVITED)
        self.did[step] += 1
        self.stirred = self.world.now

    def meeting_time(self) -> tuple[datetime, int]:
        """In the coming days: often just where a block is, now and then in the evening."""
        if self.random.random() < 0.4 and (path := self.any_block()):
            there, _ = span_of(self.world.stands[path])
            return datetime.fromtimestamp(there, OSLO).replace(minute=0), 60
        day = datetime.fromtimestamp(self.world.now, OSLO).date() + timedelta(days=self.random.randint(0, 7))
        late = self.random.random() < 0.1 and day.weekday() < 4
        hour = self.random.randint(17, 21) if late else self.random.randint(8, 15)
        start = local(workday(day), hour, self.random.choice((0, 15, 30, 45)))
        soonest = datetime.fromtimestamp(self.world.now + HOUR, OSLO).replace(minute=0, second=0)
        return max(start, soonest), self.random.choice((30, 30, 60, 60, 90))

    def keep(self, calendar: str, name: str, starts: Sequence[datetime], minutes: int, lines: str = "") -> None:
        first, path = starts[0], f"{calendar}{name}.ics"
        at = [f";TZID=Europe/Oslo:{t:%Y%m%dT%H%M%S}" for t in (first, first + timedelta(minutes=minutes))]
        text = self.world.put(path, EVENT.format(uid=name, start=at[0], end=at[1], lines=lines))
        spans = [(int(s.timestamp()), int(s.timestamp()) + minutes * MINUTE) for s in starts]
        self.theirs[path] = Event(text, spans, self.world.now)

    # ---- the person ------------------------------------------------------------------------------------------------

    def away(self, first: date, days: int) -> None:
        """A holiday, as whole days."""
        path, last = f"{WORK}holiday.ics", first + timedelta(days=days)
        at = [f";VALUE=DATE:{day:%Y%m%d}" for day in (first, last)]
        text = EVENT.format(uid="holiday", start=at[0], end=at[1], lines="").replace("SUMMARY:h", "SUMMARY:H")
        self.theirs[path] = Event(self.world.put(path, text), [], self.world.now)
        self.did["holiday"] += 1
        self.stirred = self.world.now

    def person(self) -> None:
        """One thing the person does to a block that is still to come, or to the calendar it lies in."""
        step = self.random.choice(("delete", "shift", "shift", "resize", "retitle", "note", "own"))
        path = self.any_block()
        if step == "own" or path is None:
            start, minutes = self.meeting_time()
            self.keep(PROTECTED, f"own-{self.did['own']}", [start], minutes)
        elif step == "delete":
            self.gone[key(self.world.stands[path])] = self.world.now
            self.world.delete(path)
            self.moved.pop(path, None)
            self.titled.pop(path, None)
        else:
            self.change(path, step)
        self.did["own" if path is None else step] += 1
        self.stirred = self.world.now

    def change(self, path: str, step: str) -> None:
        text = self.world.stands[path]
        if step == "note":
            text = text.replace("END:VEVENT", f"X-NOTE:{self.random.random()}\r\nEND:VEVENT")
        elif step == "retitle":
            self.titled[path] = f"Mine {self.random.randint(1, 999)}"
            text = re.sub(r"SUMMARY:[^\r\n]*(\r?\n [^\r\n]*)*", f"SUMMARY:{self.titled[path]}", text)
        else:
            start, end = times(text)
            later = datetime.strptime(start if step == "shift" else end, "%Y%m%dT%H%M%S") + timedelta(minutes=37)
            end_too = datetime.strptime(end, "%Y%m%dT%H%M%S") + timedelta(minutes=37)
            text = put_at(text, "DTEND", end_too)
            text = put_at(text, "DTSTART", later) if step == "shift" else text
        text = self.world.put(path, text)
        if step in ("shift", "resize"):
            self.moved[path], self.moved_at[path] = times(text), self.world.now

    def any_block(self) -> str | None:
        """One that is still to come, and has been there for an hour."""
        fresh = {w.path for w in self.world.writes[-200:] if w.at > self.world.now - HOUR}
        blocks = self.world.blocks().items()
        known = [p for p, text in blocks if p not in fresh and span_of(text)[0] > self.world.now + 3 * HOUR]
        return self.random.choice(sorted(known)) if known else None

    def free_to_move(self) -> list[str]:
        """Those that are still to come and lie where the plan put them."""
        blocks = self.world.blocks().items()
        return [p for p, text in blocks if p not in self.moved and span_of(text)[0] > self.world.now + 24 * HOUR]

    # ---- what takes time -------------------------------------------------------------------------------------------

    def taken(self, before: Instant) -> list[Span]:
        """When events of theirs lie that have not been changed since ``before``."""
        return self.elsewhere + [span for e in self.theirs.values() if e.changed <= before for span in e.spans]


def put_at(text: str, name: str, moment: datetime) -> str:
    head, event = text.split("BEGIN:VEVENT", 1)
    return f"{head}BEGIN:VEVENT" + re.sub(rf"({name}[^:\r\n]*:)\d{{8}}T\d{{6}}", rf"\g<1>{moment:%Y%m%dT%H%M%S}", event)


def span_of(text: str) -> Span:
    """When a block lies; its times are those of Oslo."""
    assert text.count("TZID=Europe/Oslo:") == 2, unfolded(text)
    start, end = (datetime.strptime(t, "%Y%m%dT%H%M%S").replace(tzinfo=OSLO) for t in times(text))
    return int(start.timestamp()), int(end.timestamp())


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO)


def workday(day: date) -> date:
    """This day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
