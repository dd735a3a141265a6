"""Blocks that belong to something in the calendar: buffers around an event, a break after meetings, a late start."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Event
from timeblock.core.ground import Ground, day_windows
from timeblock.core.interval import MINUTE, Instant, Interval, Spans, make
from timeblock.core.localtime import ONE_DAY
from timeblock.core.problem import Item, Request

AT_LOCATION = "@location"
"""``around`` of a buffer for every event that takes place somewhere."""

A_BREATH = 5 * MINUTE
"""Meetings with less than this between them are back to back."""

TOUCH: dict[Literal["before", "after"], Literal["start", "end"]] = {"before": "end", "after": "start"}
"""The end of a buffer's window that belongs to the event: before it, the buffer ends there."""


def items(ground: Ground, request: Request) -> Iterator[Item] | None:
    """The blocks of a request that belong to something; None where it is not such a request."""
    if request.around:
        return _buffers(ground, request)
    if request.after_stretch_minutes:
        return _breaks(ground, request)
    return _late_starts(ground, request) if request.after_late_minutes else None


def _buffers(ground: Ground, request: Request) -> Iterator[Item]:
    """Time before and after each busy event that the request is about, flush with it."""
    found: dict[str, Item] = {}
    for c in _timed(ground, request):
        if _is_about(request, c.occurrence.event):
            for item in _both_ends(ground, request, c):
                found.setdefault(item.key, item)
    yield from found.values()


def _both_ends(ground: Ground, request: Request, c: Classified) -> Iterator[Item]:
    whole, before, after = c.occurrence.interval, request.before_minutes, request.after_minutes
    if before:
        lead = Interval(whole.start - before * MINUTE, whole.start)
        yield from _attached(ground, request, c, lead, "before", before)
    if after:
        yield from _attached(ground, request, c, Interval(whole.end, whole.end + after * MINUTE), "after", after)


def _is_about(request: Request, event: Event) -> bool:
    if request.around == AT_LOCATION:
        return bool(event.location) and not event.online
    return re.search(request.around, event.summary, re.IGNORECASE) is not None


def _breaks(ground: Ground, request: Request) -> Iterator[Item]:
    """A break right after each stretch of meetings that is long enough and ends within the request's hours."""
    meetings = [c for c in _timed(ground, request) if c.activity is Activity.MEETING]
    for start, last in _stretches(meetings):
        end = last.occurrence.interval.end
        hours = Spans.of(day_windows(ground, request, ground.where.date_of(end)))
        if end - start >= request.after_stretch_minutes * MINUTE and any(end in w for w in hours):
            room = Interval(end, end + request.max_minutes * MINUTE)
            yield from _attached(ground, request, last, room, "after", request.min_minutes)


def _stretches(meetings: Iterable[Classified]) -> Iterator[tuple[Instant, Classified]]:
    """Meetings with less than five minutes between: when the first begins, and the one that ends last."""
    first: Instant | None = None
    last: Classified | None = None
    for c in sorted(meetings, key=lambda c: c.occurrence.interval):
        if first is None or last is None or c.occurrence.interval.start - last.occurrence.interval.end >= A_BREATH:
            if first is not None and last is not None:
                yield first, last
            first, last = c.occurrence.interval.start, c
        elif c.occurrence.interval.end > last.occurrence.interval.end:
            last = c
    if first is not None and last is not None:
        yield first, last


def _late_starts(ground: Ground, request: Request) -> Iterator[Item]:
    """The working hours of a day up to when enough time has passed since work of the evening or the night before."""
    for day in ground.days:
        hours, key = ground.working_hours(day).intervals, f"{request.name}/{day}/1"
        if not hours or day in ground.off or day.weekday() not in request.weekdays or key in ground.settled:
            continue
        rested = max(_rested(ground, request, day), ground.work_from.get(day, 0))
        span = make(max(hours[0].start, ground.earliest), min(rested, hours[-1].end))
        if span and span.minutes >= request.min_minutes:
            whole = round(span.minutes)
            yield Item(key, request, (span,), request.min_minutes, whole, whole, ground.live.get(key))


def _rested(ground: Ground, request: Request, day: date) -> Instant:
    """So long after the last work of the day before; 0 where there was none."""
    late = ground.worked.get(day - ONE_DAY)
    return late.end + request.after_late_minutes * MINUTE if late else 0


def _timed(ground: Ground, request: Request) -> Iterator[Classified]:
    """Busy events of the horizon that do not take whole days, on the request's weekdays."""
    for c in ground.busy:
        span = c.occurrence.interval
        if c.occurrence.all_day or not span.overlaps(ground.horizon):
            continue
        if ground.where.date_of(span.start).weekday() in request.weekdays:
            yield c


def _attached(
    ground: Ground, request: Request, c: Classified, room: Interval, side: Literal["before", "after"], minutes: int
) -> Iterator[Item]:
    day = ground.where.date_of(c.occurrence.interval.start)
    key = f"{request.name}/{day}/{_short_hash(c)}-{side}"
    if key in ground.settled or room.start < ground.earliest:
        return
    longest = round(room.minutes)
    ideal = min(longest, max(minutes, request.ideal_minutes))
    yield Item(key, request, (room,), minutes, ideal, longest, ground.live.get(key), TOUCH[side])


def _short_hash(c: Classified) -> str:
    """The same from run to run, and for each copy of an invitation in another calendar."""
    event = c.occurrence.event
    instance = event.recurrence_id or (str(c.occurrence.interval.start) if event.recurring else "")
    return hashlib.sha256(f"{event.key.uid}|{instance}".encode()).hexdigest()[:8]
