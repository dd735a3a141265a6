"""A person with two calendars, a plan to write there, and calendars that fail when told to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from timeblock.calendars.memory import Memory
from timeblock.codecs import ical
from timeblock.core import diff
from timeblock.core.diff import OnDelete, Slot
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Event, Resource, request_of
from timeblock.core.interval import HOUR, MINUTE, Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Block
from timeblock.core.problem import Kind
from timeblock.errors import Conflict, TimeblockError, Unsure
from timeblock.store import events, outbox
from timeblock.store.database import Database
from timeblock.sync.backend import Backend, Codec, Known, Page
from timeblock.sync.enqueue import enqueue
from timeblock.sync.pull import pull
from timeblock.sync.push import Pushed, push

HOME = Whereabouts(ZoneInfo("Europe/Oslo"))
NOW = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
UNTIL = NOW + 60 * 24 * HOUR
BLOCKS = CalendarId("home", "blocks")
WORK = CalendarId("home", "work")
IDENTITY = "maya"


def at(hours: float, minutes: int = 60) -> Interval:
    """``minutes`` from ``hours`` after now."""
    start = NOW + int(hours * HOUR)
    return Interval(start, start + minutes * MINUTE)


def block(key: str, when: Interval, title: str = "", *, busy: bool = True, private: bool = False) -> Block:
    name = request_of(key)
    return Block(key, name, title or name, Kind.NON_NEGOTIABLE, "family", when, busy=busy, private=private)


DINNER = block("dinner/2026-W48/1", at(10))


def slot(of: Block = DINNER, calendar: CalendarId = BLOCKS) -> Slot:
    return Slot(calendar, of.key)


T = TypeVar("T")


class Died(BaseException):
    """Nothing after it is done."""


@dataclass
class Faulty:
    """A backend that answers its next writes as ``faults`` say, in order.

    "drop": it is done, and the answer is lost. "lost": the request is. "die" and "die first": as these, and so is the
    program. "refused": Conflict, whatever stands. An error: nothing is done and it is raised. "": all goes well.
    ``always`` is raised by every write while it is set.
    """

    real: Memory
    faults: list[str | Exception] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    always: TimeblockError | None = None

    @property
    def codec(self) -> Codec:
        return self.real.codec

    @property
    def requests(self) -> int:
        return self.real.requests

    @property
    def received(self) -> int:
        return self.real.received

    @property
    def clock_ahead(self) -> int | None:
        return None

    def calendars(self) -> Sequence[CalendarInfo]:
        return self.real.calendars()

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        return self.real.changes(calendar, cursor, known)

    def read(self, calendar: CalendarId, href: str) -> Resource:
        return self.real.read(calendar, href)

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        return self.real.find(calendar, uid)

    def href(self, calendar: CalendarId, uid: str) -> str:
        return self.real.href(calendar, uid)

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        return self._write("create", lambda: self.real.create(calendar, draft))

    def update(self, base: Resource, draft: Draft) -> Resource:
        return self._write("update", lambda: self.real.update(base, draft))

    def delete(self, base: Resource) -> None:
        self._write("delete", lambda: self.real.delete(base))

    def close(self) -> None:
        self.real.close()

    def _write(self, what: str, write: Callable[[], T]) -> T:
        self.writes.append(what)
        fault = self.always or (self.faults.pop(0) if self.faults else "")
        if isinstance(fault, Exception):
            raise fault
        if fault == "refused":
            raise Conflict("it is not as you think")
        if fault == "lost":
            raise Unsure("the connection was lost")
        if fault == "die first":
            raise Died
        done = write()
        if fault == "die":
            raise Died
        if fault == "drop":
            raise Unsure("the answer was lost")
        return done


def wish(
    db: Database,
    backend: Backend,
    plan: Iterable[Block],
    now: Instant = NOW,
    twins: Collection[CalendarId] = (),
    on_delete: Mapping[str, OnDelete] | None = None,
) -> str:
    """A cycle up to the outbox, for what the planner would say is ``plan``."""
    calendars = (BLOCKS, *twins)
    for calendar in calendars:
        pull(db, backend, calendar, HOME, now)
    observed, written = events.marked(db, IDENTITY), outbox.written(db)
    edits = diff.their_edits(observed, written, calendars, on_delete or {}, IDENTITY)
    written = diff.accepted(written, edits)
    wanted = diff.desired(plan, BLOCKS, twins, IDENTITY, HOME, written)
    return enqueue(db, "apply", edits, diff.changes(wanted, observed, written, now, UNTIL), now)


@dataclass
class World:
    """One person, one program. ``run`` is a cycle without the planner: ``plan`` is what it would say."""

    db: Database
    backend: Faulty
    plan: list[Block] = field(default_factory=lambda: [DINNER])
    twins: Collection[CalendarId] = ()
    on_delete: Mapping[str, OnDelete] = field(default_factory=dict)

    def run(self, now: Instant = NOW) -> Pushed:
        self.wish(now)
        return self.push(now)

    def wish(self, now: Instant = NOW) -> str:
        return wish(self.db, self.backend, self.plan, now, self.twins, self.on_delete)

    def push(self, now: Instant = NOW) -> Pushed:
        return push(self.db, {"home": self.backend}, IDENTITY, HOME, now)

    def written(self, of: Block = DINNER, calendar: CalendarId = BLOCKS) -> diff.Written:
        return next(w for w in outbox.written(self.db) if w.slot == slot(of, calendar))

    def stands(self, calendar: CalendarId = BLOCKS) -> dict[str, list[Interval]]:
        """Times by title of all that the calendar itself holds."""
        found: dict[str, list[Interval]] = {}
        for resource in held(self.backend.real, calendar):
            event, interval = read(resource)
            found.setdefault(event.summary, []).append(interval)
        return found


def memory() -> Memory:
    return Memory("home", ["blocks", "work"])


def held(backend: Backend, calendar: CalendarId = BLOCKS) -> tuple[Resource, ...]:
    return backend.changes(calendar, None, dict).changed


def read(resource: Resource) -> tuple[Event, Interval]:
    (series,) = ical.decode(resource).series
    assert series.master is not None
    start, end = series.master.start, series.master.end
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return series.master.event, Interval(int(start.timestamp()), int(end.timestamp()))


def event_of(backend: Backend, of: Block = DINNER, calendar: CalendarId = BLOCKS) -> Resource:
    """The resource of a block."""
    marks = ((r, read(r)[0].mark) for r in held(backend, calendar))
    return next(r for r, mark in marks if mark and mark.key == of.key)


def by_hand(body: str, *, when: Interval | None = None, title: str = "", extra: str = "") -> str:
    """``body`` as a calendar program leaves it that knows nothing of our mark."""
    head, event = body.split("BEGIN:VEVENT")
    if when:
        for name, instant in (("DTSTART", when.start), ("DTEND", when.end)):
            line = f"{name}:{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"
            event = re.sub(rf"{name}[;:][^\r\n]*", line, event)
    if title:
        event = re.sub(r"SUMMARY[;:][^\r\n]*", f"SUMMARY:{title}", event)
    if extra:
        event = event.replace("END:VEVENT", f"{extra}\r\nEND:VEVENT")
    return f"{head}BEGIN:VEVENT{event}"
