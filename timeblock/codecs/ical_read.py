"""iCalendar into series. Nothing here raises: what cannot be read is set aside with a reason, and the rest goes on.

Of tasks only those that carry our mark are read: they take nobody's time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from icalendar.parser import split_on_unescaped_comma, unescape_backslash
from icalendar.prop import vDuration

from timeblock.codecs.content_lines import Property, Section, clean, is_calendar, is_closed, properties, sections
from timeblock.codecs.ical_zones import Zones
from timeblock.core.event import (
    Answer,
    Attendee,
    Component,
    Decoded,
    Event,
    EventKey,
    EventType,
    Mark,
    Resource,
    Series,
    SetAside,
    Status,
    When,
)
from timeblock.core.interval import Instant
from timeblock.core.localtime import MIDNIGHT, instant

WANTED = frozenset(
    {
        "UID", "RECURRENCE-ID", "SEQUENCE", "CREATED", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE",
        "EXDATE", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "CLASS", "CATEGORIES", "ORGANIZER",
        "ATTENDEE", "PERCENT-COMPLETE", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "X-MICROSOFT-CDO-BUSYSTATUS", "X-NEXTCLOUD-BC-FIELD-TYPE", "X-TIMEBLOCK-KEY", "X-TIMEBLOCK-HASH",
    }
)  # fmt: skip

NAMELESS = "without a UID "
"""Begins what stands for the UID (which every event must have, RFC 5545, 3.8.4.7) of one that has none."""

MOST_RULES = 100
"""Of one event, where one is meant (RFC 5545, 3.8.5.3)."""

MOST_DATES = 20_000
"""Of one list; a date a day is 55 years. What lists more would hold everything up."""

ONLINE = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
MEETING_LINKS = (
    "meet.google.com/",
    "zoom.us/",
    "teams.microsoft.com/",
    "teams.live.com/",
    ".webex.com/",
    "whereby.com/",
    "meet.jit.si/",
)
LINK_FOR_A_PLACE = re.compile(r"https?://(?!\S*\bmaps?\b)")
"""A place that is a link, but not one to a map: people meet there by video."""
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", re.IGNORECASE)

ANSWERS = {a.value: a for a in Answer} | {"delegated": Answer.DECLINED}
STATUSES = {s.value: s for s in Status}
TYPES = {"OOF": EventType.OUT_OF_OFFICE, "WORKINGELSEWHERE": EventType.WORKING_LOCATION}


class _Unreadable(Exception):
    """A component cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One VEVENT as read, what was odd about it, the line on which it begins, and its SEQUENCE: of two that say the
    same, the higher counts."""

    component: Component
    sequence: int
    notes: tuple[str, ...]
    line: int


def decode(resource: Resource) -> Decoded:
    """The series of an iCalendar body. Never raises."""
    text = clean(resource.body)
    parts = list(sections(text))
    if not is_calendar(text) and not any(part.kind == "VEVENT" and part.whole for part in parts):
        return Decoded(set_aside=(_aside(resource, "", "it is not a calendar"),))
    zones = Zones(s for s in parts if s.kind == "VTIMEZONE")
    read: dict[str, list[_Read]] = {}
    aside = list[SetAside]()
    line, at = 1, 0
    for section in parts:
        line, at = line + text.count("\n", at, section.at), section.at
        if section.kind not in ("VEVENT", "VTODO"):
            continue
        found = _Found(section, zones)
        if section.kind == "VTODO" and not found.raw("X-TIMEBLOCK-KEY"):
            continue
        uid = found.text("UID") or f"{NAMELESS}{hashlib.sha256(section.text.encode()).hexdigest()[:16]}"
        try:
            component, sequence = _component(resource, uid, section.whole, found)
        except _Unreadable as reason:
            aside.append(_aside(resource, uid, str(reason), line))
        else:
            read.setdefault(uid, []).append(_Read(component, sequence, tuple(found.notes), line))
    if not (read or aside or is_closed(text)):
        aside.append(_aside(resource, "", "it is cut off before any event"))
    return _assembled(resource, read, aside)


def _aside(resource: Resource, uid: str, reason: str, line: int = 1) -> SetAside:
    return SetAside(resource.calendar, resource.href, uid, reason, line)


# --- Components of one UID into a series ------------------------------------------------------------------------------


def _assembled(resource: Resource, read: Mapping[str, Sequence[_Read]], aside: list[SetAside]) -> Decoded:
    series = list[Series]()
    for uid, found in read.items():
        notes = {note: r.line for r in reversed(found) for note in r.notes}
        masters = [r for r in found if r.component.replaces is None]
        master, twins, dropped = _newest(masters)
        changed = (r for r in found if r.component.replaces is not None and not _taken_back(r, masters))
        overrides = [r.component for r in _latest(changed)]
        series.append(Series(EventKey(resource.calendar, resource.href, uid), master, (*overrides, *twins)))
        if dropped:
            notes[f"its UID stands for {dropped + 1} repeating events here; one is read"] = found[0].line
        aside += [_aside(resource, uid, note, line) for note, line in notes.items()]
    return Decoded(tuple(series), tuple(aside))


def _newest(masters: Sequence[_Read]) -> tuple[Component | None, list[Component], int]:
    """The master; other events under the same UID, as single ones; and how many repeating ones were left out.

    A lower SEQUENCE is an older state of the same event. With the same one they are different events, of a producer
    that gives a UID twice: each takes its time.
    """
    if len(masters) < 2:
        return (masters[0].component if masters else None), [], 0
    top = max(m.sequence for m in masters)
    same = list(dict.fromkeys(m.component for m in masters if m.sequence == top))
    same.sort(key=lambda c: not c.event.recurring)
    twins = [_twin(c) for c in same[1:] if not c.event.recurring]
    return same[0], twins, len(same) - 1 - len(twins)


def _twin(component: Component) -> Component:
    return replace(component, event=replace(component.event, recurring=True), replaces=component.start)


def _taken_back(override: _Read, masters: Iterable[_Read]) -> bool:
    """Whether the series, changed later, excludes the instance: that was first changed and then deleted."""
    name = override.component.replaces
    return any(m.sequence > override.sequence and name in m.component.excluded for m in masters)


def _latest(overrides: Iterable[_Read]) -> Iterable[_Read]:
    """Of overrides for the same instance the one with the highest SEQUENCE, the last where equal."""
    best: dict[When | None, _Read] = {}
    for override in overrides:
        name = override.component.replaces
        if name not in best or override.sequence >= best[name].sequence:
            best[name] = override
    return best.values()


# --- One component ----------------------------------------------------------------------------------------------------


class _Found:
    """The properties of one VEVENT or VTODO that are wanted, and the zones to read its times with."""

    def __init__(self, section: Section, zones: Zones) -> None:
        self.zones, self.notes, self.online = zones, list[str](), False
        self.is_task = section.kind == "VTODO"
        self.found: dict[str, list[Property]] = {}
        for prop in properties(section.text, WANTED):
            self.online = self.online or prop.name in ONLINE
            if prop.name in ("DESCRIPTION", "LOCATION"):
                self.online = self.online or has_meeting_link(prop.value)
            if prop.name == "LOCATION":
                self.online = self.online or LINK_FOR_A_PLACE.match(prop.value) is not None
            if prop.name != "DESCRIPTION":
                self.found.setdefault(prop.name, []).append(prop)

    def all(self, name: str) -> Sequence[Property]:
        return self.found.get(name, ())

    def raw(self, name: str) -> str:
        """The value of the first ``name``, "" where there is none."""
        return self.found[name][0].value if name in self.found else ""

    def text(self, name: str) -> str:
        text = self.raw(name)
        if "\\" in text:
            text = unescape_backslash(text)
        return text.strip()

    def word(self, name: str) -> str:
        return self.raw(name).upper()

    def when(self, name: str) -> When | None:
        return self.moment(self.found[name][0], self.raw(name)) if name in self.found else None

    def moment(self, prop: Property, value: str) -> When:
        """A DATE or DATE-TIME (RFC 5545, 3.3.4 and 3.3.5). A zone that nobody knows leaves it floating, with a note."""
        when = _moment(value, prop.name)
        if not isinstance(when, datetime) or prop.params.get("VALUE", "").upper() == "DATE":
            return when.date() if isinstance(when, datetime) else when
        tzid = prop.params.get("TZID", "")
        if when.tzinfo is not None or not tzid:
            return when
        zone = self.zones.get(tzid)
        if zone is None:
            self.notes.append(f'read as local time: the time zone "{tzid[:80]}" is unknown')
        return when.replace(tzinfo=zone)

    def moments(self, name: str) -> Iterator[tuple[When, When | None]]:
        """The values of a list of times, periods with their end. One that cannot be read is left out, with a note."""
        listed = ((prop, value.strip()) for prop in self.all(name) for value in prop.value.split(",") if value)
        for prop, value in islice(listed, MOST_DATES):
            try:
                yield self.period(prop, value)
            except _Unreadable as reason:
                self.notes.append(f"read without one of its dates: {reason}")
        if next(listed, None):
            self.notes.append(f"read without all of its dates: it lists more than {MOST_DATES} as {name}")

    def rules(self) -> tuple[str, ...]:
        rules = tuple(prop.value for prop in self.all("RRULE") if prop.value)
        if len(rules) > MOST_RULES:
            self.notes.append(f"read without all of its rules: it has more than {MOST_RULES}")
        return rules[:MOST_RULES]

    def period(self, prop: Property, value: str) -> tuple[When, When | None]:
        first, _, last = value.partition("/")
        start = self.moment(prop, first)
        if not last:
            return start, None
        return start, _after(start, last) if "P" in last.upper() else self.moment(prop, last)


def _moment(value: str, name: str) -> When:
    match = MOMENT.fullmatch(value.strip())
    if not match:
        raise _Unreadable(f"its {name} is no date")
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        second = min(int(second), 59)  # 60 is a leap second
        return datetime(int(year), int(month), int(day), int(hour), int(minute), second, tzinfo=UTC if utc else None)
    except ValueError:
        raise _Unreadable(f"its {name} is no date") from None


def _after(start: When, duration: str) -> When:
    """``start`` plus a DURATION (RFC 5545, 3.3.6): hours are exact, days and weeks are days on the calendar."""
    text = duration.strip().upper()
    try:
        length: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call] # icalendar leaves it untyped
        if "PT" in text and isinstance(start, datetime) and start.tzinfo is not None:
            return start.astimezone(UTC) + length
        return start + length
    except OverflowError:
        raise _Unreadable("it ends after the year 9999") from None
    except ValueError:
        raise _Unreadable("its DURATION is none") from None


def _component(resource: Resource, uid: str, whole: bool, c: _Found) -> tuple[Component, int]:
    """With its SEQUENCE. Raises ``_Unreadable``."""
    if not whole:
        raise _Unreadable("it is cut off or its parts are not closed")
    start, end = _due(c) if c.is_task else _times(c)
    replaces = c.when("RECURRENCE-ID")
    rules = c.rules() if replaces is None else ()
    extra = tuple(c.moments("RDATE")) if replaces is None else ()
    component = Component(
        event=_event(c, EventKey(resource.calendar, resource.href, uid), bool(rules or extra) or replaces is not None),
        start=start,
        end=end,
        rules=rules,
        extra=extra,
        excluded=tuple(when for when, _ in c.moments("EXDATE")),
        replaces=replaces,
        and_following=any(p.params.get("RANGE", "").upper() == "THISANDFUTURE" for p in c.all("RECURRENCE-ID")),
    )
    sequence = c.raw("SEQUENCE")
    return component, int(sequence) if _whole(sequence) else 0


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _times(c: _Found) -> tuple[When, When]:
    start = c.when("DTSTART")
    if start is None:
        raise _Unreadable("it has no DTSTART")
    return start, _end(c, start)


def _due(c: _Found) -> tuple[When, When]:
    """A day of no zone is taken by UTC (``core.event.due_on``)."""
    due = c.when("DUE")
    if due is None:
        raise _Unreadable("it has no DUE")
    if isinstance(due, datetime):
        return due, due
    start = datetime.combine(due, MIDNIGHT, UTC)
    return start, _after(start, "P1D")


def _end(c: _Found, start: When) -> When:
    """The exclusive end (RFC 5545, 3.6.1): without DTEND and DURATION a date lasts a day, a moment no time."""
    end = c.when("DTEND")
    if end is not None:
        return end
    duration = c.raw("DURATION")
    if not duration and isinstance(start, datetime):
        return start
    return _after(start, duration or "P1D")


# --- What it says -----------------------------------------------------------------------------------------------------


def _event(c: _Found, key: EventKey, recurring: bool) -> Event:
    busy = c.word("X-MICROSOFT-CDO-BUSYSTATUS")
    tentative = Status.TENTATIVE if busy == "TENTATIVE" else Status.CONFIRMED
    birthday = c.word("X-NEXTCLOUD-BC-FIELD-TYPE") == "BDAY"
    return Event(
        key=key,
        summary=c.text("SUMMARY"),
        location=c.text("LOCATION"),
        status=STATUSES.get(c.raw("STATUS").lower(), tentative),
        transparent=c.word("TRANSP") == "TRANSPARENT" or busy in ("FREE", "WORKINGELSEWHERE"),
        private=c.word("CLASS") in ("PRIVATE", "CONFIDENTIAL"),
        organizer=next((_address(p) for p in c.all("ORGANIZER")), ""),
        attendees=tuple(Attendee(_address(p), _answer(p)) for p in c.all("ATTENDEE")),
        categories=tuple(
            t for p in c.all("CATEGORIES") for part in split_on_unescaped_comma(p.value) if (t := part.strip())
        ),
        type=EventType.BIRTHDAY if birthday else TYPES.get(busy, EventType.DEFAULT),
        online=c.online,
        recurring=recurring,
        created=_created(c.raw("CREATED")),
        mark=Mark.read(c.text("X-TIMEBLOCK-KEY"), c.text("X-TIMEBLOCK-HASH")),
        done=_done(c) if c.is_task else None,
    )


def _done(c: _Found) -> int:
    """Percent (RFC 5545, 3.8.1.8); some programs only say that it is completed."""
    if c.word("STATUS") == "COMPLETED":
        return 100
    percent = c.raw("PERCENT-COMPLETE")
    return min(int(percent), 100) if _whole(percent) else 0


def has_meeting_link(text: str) -> bool:
    return any(link in text for link in MEETING_LINKS)


def _created(text: str) -> Instant | None:
    """CREATED is a moment in UTC (RFC 5545, 3.8.7.1); what is none, or from before calendars, tells nothing."""
    try:
        made = _moment(text, "CREATED")
    except _Unreadable:
        return None
    at = instant(made) if isinstance(made, datetime) and made.tzinfo else 0
    return at if at > 0 else None


def _address(prop: Property) -> str:
    """The address of a person, lower case. Some servers put a path there and the address in EMAIL."""
    value = prop.value.strip().lower()
    if value.startswith("mailto:"):
        return value[7:].strip()
    return prop.params.get("EMAIL", value).lower()


def _answer(prop: Property) -> Answer:
    return ANSWERS.get(prop.params.get("PARTSTAT", "").lower(), Answer.NEEDS_ACTION)
