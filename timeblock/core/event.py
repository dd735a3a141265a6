"""What calendars hold (events, series), what happens in time (occurrences), and what we write (drafts).

A calendar stores *resources*; a resource holds the *series* of one UID: a master component, and overrides for single
instances. Expanding a series gives *occurrences*.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import TypeAlias

from timeblock.core.interval import HOUR, Instant, Interval

When: TypeAlias = date | datetime
"""As the calendar says it: a ``date`` is all-day, an aware ``datetime`` a moment, a naive one floats."""


@dataclass(frozen=True, slots=True, order=True)
class CalendarId:
    """A calendar of an account; ``path`` is the backend's own name for it (URL path, folder, Google id)."""

    account: str
    path: str

    def __str__(self) -> str:
        return f"{self.account}:{self.path}"


@dataclass(frozen=True, slots=True)
class CalendarInfo:
    """A calendar as its account offers it. ``events``, ``tasks``: whether it takes any (VEVENT, VTODO)."""

    id: CalendarId
    name: str
    writable: bool
    events: bool = True
    tasks: bool = True


@dataclass(frozen=True, slots=True, order=True)
class EventKey:
    """Names a series for good: the same UID may stand in two resources of a calendar."""

    calendar: CalendarId
    href: str
    uid: str


class Status(StrEnum):
    """STATUS (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """PARTSTAT of one attendee (RFC 5545, 3.2.12)."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    NEEDS_ACTION = "needs-action"


class EventType(StrEnum):
    """What sort of entry this is; Google's eventType, and what other servers say in X- properties."""

    DEFAULT = "default"
    FOCUS_TIME = "focus-time"
    OUT_OF_OFFICE = "out-of-office"
    WORKING_LOCATION = "working-location"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class Attendee:
    """``email`` is lower case; ``me`` is set where the server itself says that this is the calendar's owner."""

    email: str
    answer: Answer = Answer.NEEDS_ACTION
    me: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Our sign on an event of ours: block key, generation, and the fingerprint of what we last wrote.

    The sign alone proves nothing (a person may copy an event): an event is ours when its UID is also the one that
    :func:`block_uid` gives for the mark.
    """

    key: str
    generation: int
    fingerprint: str

    @property
    def name(self) -> str:
        """Key and generation as one text, as events carry them.

        >>> Mark("lunch/2026-11-23/1", 2, "").name
        'lunch/2026-11-23/1;2'
        """
        return f"{self.key};{self.generation}"

    @staticmethod
    def read(name: str, fingerprint: str) -> Mark | None:
        """The mark that an event carries; None where ``name`` is no :attr:`name` of one."""
        key, _, generation = name.rpartition(";")
        whole = generation.isascii() and generation.isdecimal() and len(generation) < 19
        return Mark(key, int(generation), fingerprint) if key and whole else None


@dataclass(frozen=True, slots=True)
class Event:
    """What one component says apart from when it takes place. ``recurrence_id`` is "" for a master or one-off event.

    ``created``: when it was made, None where that is not told. ``done``: how many percent of a task (VTODO) are; None:
    it is an event.
    """

    key: EventKey
    summary: str = ""
    recurrence_id: str = ""
    location: str = ""
    status: Status = Status.CONFIRMED
    transparent: bool = False
    private: bool = False
    organizer: str = ""
    attendees: tuple[Attendee, ...] = ()
    categories: tuple[str, ...] = ()
    type: EventType = EventType.DEFAULT
    online: bool = False
    recurring: bool = False
    created: Instant | None = None
    mark: Mark | None = None
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One VEVENT, or VTODO of ours, in full. ``end`` is exclusive and always known (DTEND, DURATION or the default of
    RFC 5545, 3.6.1).

    ``rules`` are RRULE values as text; ``replaces`` is the RECURRENCE-ID of an override, ``and_following`` its
    RANGE=THISANDFUTURE. ``extra`` are RDATEs with their own end where they are periods.
    """

    event: Event
    start: When
    end: When
    rules: tuple[str, ...] = ()
    extra: tuple[tuple[When, When | None], ...] = ()
    excluded: tuple[When, ...] = ()
    replaces: When | None = None
    and_following: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """All components of one UID in one resource. ``master`` is None where only overrides were sent (an invitation to
    single instances of a foreign series)."""

    key: EventKey
    master: Component | None
    overrides: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One instance in time. An event without length counts as one minute, so that nothing is planned onto its start."""

    interval: Interval
    event: Event
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """What a calendar stores under one ``href``: the body as it was sent, and the version (ETag) it had then."""

    calendar: CalendarId
    href: str
    version: str
    body: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event (or a whole resource) that could not be read or expanded, and why; the rest went on.

    ``line`` of the body on which it begins, from 1; 0 where that is not known.
    """

    calendar: CalendarId
    href: str
    uid: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A resource as series, with what had to be set aside."""

    series: tuple[Series, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A block or task as it shall stand in a calendar: what a backend is asked to write. No attendees, no alarms, ever.

    ``theirs`` names what of it the person chose ("summary", "busy", "done", "interval"); the mark remembers it, so that
    we keep it.
    ``done``: a task of which so many percent are; its interval is the day it is due (:func:`due_on`). None: an event.
    """

    uid: str
    key: str
    generation: int
    interval: Interval
    zone: str
    summary: str
    description: str = ""
    busy: bool = True
    private: bool = False
    categories: tuple[str, ...] = ()
    type: EventType = EventType.DEFAULT
    theirs: frozenset[str] = frozenset()
    done: int | None = None

    @property
    def said(self) -> Said:
        return self.interval, self.summary, self.busy, self.done

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.said, self.theirs)

    @property
    def mark(self) -> Mark:
        return Mark(self.key, self.generation, self.fingerprint)


Said: TypeAlias = tuple[Interval, str, bool, int | None]
"""What we care about in an event of ours, and a person may change: when, title, busy, how much of a task is done."""


def fingerprint(said: Said, theirs: frozenset[str] = frozenset()) -> str:
    """Identity of ``said``, whatever a server does to the rest of it."""
    interval, summary, busy, done = said
    task = () if done is None else (f"{done} %",)
    text = "|".join((f"{interval.start}|{interval.end}|{busy:d}|{summary}", *task, *sorted(theirs)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def due_on(day: date) -> Interval:
    """When a task is due: a day of no zone, so by UTC."""
    start = int(datetime.combine(day, time(), UTC).timestamp())
    return Interval(start, start + 24 * HOUR)


def due_day(due: Interval) -> date:
    """The day that a task is due on (:func:`due_on`)."""
    return datetime.fromtimestamp(due.start, UTC).date()


def block_uid(identity: str, calendar: CalendarId, key: str, generation: int) -> str:
    """The UID, and file name, of a block: the same on every machine that shares the config's ``identity``.

    Only characters that Google allows in an event id (base32hex, lower case). A deleted id is never used again: the
    next ``generation`` has another.
    """
    digest = hashlib.sha256(f"{identity}|{calendar.account}|{calendar.path}|{key}|{generation}".encode()).digest()
    return "tb" + base64.b32hexencode(digest).decode().lower()[:40]


def is_ours(identity: str, event: Event) -> bool:
    """Whether we wrote this very event: it has our mark *and* the UID that goes with it."""
    mark = event.mark
    return mark is not None and event.key.uid == block_uid(identity, event.key.calendar, mark.key, mark.generation)


def recurrence_id(at: Instant) -> str:
    """The ``recurrence_id`` of an instance that starts at ``at``: ``"20261123T080000Z"``."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def request_of(key: str) -> str:
    """The request's name in a block key.

    >>> request_of("dinner/2026-W48/1")
    'dinner'
    """
    return key.rsplit("/", 2)[0]
