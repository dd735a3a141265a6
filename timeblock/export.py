"""Calendars to give away: blocks, the whole schedule, availability, milestones. Text; the caller writes the file.

What may be shared hides what is private: an event of a calendar marked "busy", or one that is itself private, is only
"Busy".
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from icalendar import Calendar, Component, Event, FreeBusy, Todo
from icalendar.prop import vDuration

from timeblock.codecs.ical_write import Text, calendar, written
from timeblock.core.event import CalendarId, Occurrence, Status
from timeblock.core.interval import Instant, Interval, Spans
from timeblock.core.localtime import ONE_DAY, Whereabouts, local
from timeblock.core.plan import Block

BUSY, OFF = "Busy", "Off"
REFRESH = timedelta(minutes=15)
"""How often a feed is worth asking for."""


class _Entry(NamedTuple):
    """One line of a schedule, ready to be written."""

    uid: str
    interval: Interval
    summary: str
    location: str = ""
    busy: bool = True
    private: bool = False
    all_day: bool = False
    tentative: bool = False
    category: str = ""
    description: str = ""


def blocks_ics(blocks: Sequence[Block], where: Whereabouts, now: Instant, feed: str = "") -> str:
    """The blocks of a plan as events, each in the zone the person is in that day.

    ``feed`` is the name under which others subscribe to it; then private blocks are only "Busy", and reasons, which may
    name events, are left out.
    """
    return _events([_shared(_block(b)) if feed else _block(b) for b in blocks], where, now, feed)


def schedule_ics(
    blocks: Sequence[Block],
    occurrences: Iterable[Occurrence],
    where: Whereabouts,
    now: Instant,
    busy_only: Collection[CalendarId] = (),
) -> str:
    """Blocks and the person's events as single events; only "Busy" for what is private or of a calendar in
    ``busy_only``. Cancelled ones are left out, and blocks that stand in a calendar already are not said twice."""
    keys = {b.key for b in blocks}
    own = (o for o in occurrences if o.event.mark is None or o.event.mark.key not in keys)
    standing = [_occurrence(o, busy_only) for o in own if o.event.status is not Status.CANCELLED]
    return _events(sorted([_block(b) for b in blocks] + standing, key=lambda e: (e.interval, e.uid)), where, now)


def availability_ics(busy: Spans, off: Spans, span: Interval, where: Whereabouts, now: Instant, feed: str = "") -> str:
    """As events, for calendar programs to subscribe to: when the person is "Busy" in ``span``, and when they are "Off",
    outside working hours. Nothing says with what."""
    taken = busy.clip(span)
    entries = [
        _Entry(_uid(name, str(interval.start)), interval, name)
        for name, spans in ((BUSY, taken), (OFF, off.clip(span) - taken))
        for interval in spans
    ]
    return _events(sorted(entries, key=lambda e: e.interval), where, now, feed)


def free_busy_ics(busy: Spans, off: Spans, span: Interval, now: Instant, address: str = "", feed: str = "") -> str:
    """The same as free and busy time (RFC 5545, 3.6.4), for servers that find times to meet: BUSY, and
    BUSY-UNAVAILABLE for ``off``.

    ``address`` is the person's mail address, where the calendar is to name it; without it nothing is published in the
    sense of RFC 5546, 3.3.1, which wants an organizer.
    """
    made = calendar(first=1970, last=1970)
    _subscribe(made, feed)
    part = FreeBusy()
    part.add("UID", _uid("availability", address))
    part.add("DTSTAMP", _utc(now))
    part.add("DTSTART", _utc(span.start))
    part.add("DTEND", _utc(span.end))
    if address:
        made.add("METHOD", "PUBLISH")
        part.add("ORGANIZER", f"mailto:{''.join(address.split())}")
    taken = busy.clip(span)
    _add_periods(part, "BUSY", taken)
    _add_periods(part, "BUSY-UNAVAILABLE", off.clip(span) - taken)
    made.add_component(part)
    return written(made)


def milestones_ics(milestones: Iterable[tuple[str, date, str]], now: Instant) -> str:
    """Milestones (name, due date, what is to be reached) as to-dos. The name makes the id, with the date."""
    made = calendar(first=1970, last=1970)
    for name, due, summary in milestones:
        todo = Todo()
        todo.add("UID", _uid("milestone", name, due.isoformat()))
        todo.add("DTSTAMP", _utc(now))
        todo.add("DUE", due)
        todo.add("SUMMARY", Text(summary))
        made.add_component(todo)
    return written(made)


def _block(block: Block) -> _Entry:
    return _Entry(
        uid=_uid("block", block.key),
        interval=block.interval,
        summary=block.title,
        busy=block.busy,
        private=block.private,
        category=block.kind.value,
        description=block.reason,
    )


def _occurrence(occurrence: Occurrence, busy_only: Collection[CalendarId]) -> _Entry:
    event = occurrence.event
    key = event.key
    hidden = event.private or key.calendar in busy_only
    at = event.recurrence_id or str(occurrence.interval.start)
    return _Entry(
        uid=_uid("event", key.calendar.account, key.calendar.path, key.href, key.uid, at),
        interval=occurrence.interval,
        summary=BUSY if hidden else event.summary,
        location="" if hidden else event.location,
        busy=not event.transparent,
        private=event.private,
        all_day=occurrence.all_day,
        tentative=event.status is Status.TENTATIVE,
    )


def _shared(entry: _Entry) -> _Entry:
    return (
        entry._replace(summary=BUSY, category="", description="") if entry.private else entry._replace(description="")
    )


def _subscribe(made: Calendar, feed: str) -> None:
    """What those who subscribe to a feed are told (RFC 7986, 5.1 and 5.7; X-… is what was usual before): its name, and
    how often to ask. Nothing for a file."""
    if feed:
        made.calendar_name = feed  # X-WR-CALNAME too
        made.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("X-PUBLISHED-TTL", vDuration(REFRESH))


def _events(entries: Sequence[_Entry], where: Whereabouts, now: Instant, feed: str = "") -> str:
    years = [local(at, where.home).year for e in entries for at in (e.interval.start, e.interval.end)] or [1970]
    zones = [where.zone_on(where.date_of(e.interval.start)).key for e in entries if not e.all_day]
    made = calendar(*zones, first=min(years) - 1, last=max(years) + 1)
    _subscribe(made, feed)
    for entry in entries:
        made.add_component(_event(entry, where, now))
    return written(made)


def _event(entry: _Entry, where: Whereabouts, now: Instant) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", _utc(now))
    _add_times(event, entry, where)
    event.add("SUMMARY", Text(entry.summary))
    event.add("TRANSP", "OPAQUE" if entry.busy else "TRANSPARENT")
    if entry.private:
        event.add("CLASS", "PRIVATE")
    if entry.tentative:
        event.add("STATUS", "TENTATIVE")
    for name, value in (("LOCATION", entry.location), ("DESCRIPTION", entry.description)):
        if value:
            event.add(name, Text(value))
    if entry.category:
        event.add("CATEGORIES", [entry.category])
    return event


def _add_times(event: Event, entry: _Entry, where: Whereabouts) -> None:
    first = where.date_of(entry.interval.start)
    if entry.all_day:
        event.add("DTSTART", first)
        event.add("DTEND", where.date_of(entry.interval.end - 1) + ONE_DAY)
        return
    zone = where.zone_on(first)
    event.add("DTSTART", local(entry.interval.start, zone))
    event.add("DTEND", local(entry.interval.end, zone))


def _add_periods(part: Component, kind: str, spans: Spans) -> None:
    for interval in spans:
        part.add("FREEBUSY", [(_utc(interval.start), _utc(interval.end))], parameters={"FBTYPE": kind})


def _utc(at: Instant) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _uid(*names: str) -> str:
    """An id that stays the same for the same thing and tells nothing about it."""
    return hashlib.sha256("|".join(names).encode()).hexdigest()[:32] + "@timeblock"
