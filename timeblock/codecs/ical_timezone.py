"""VTIMEZONE of a zone for a stretch of years.

icalendar's own ``Timezone.from_tzinfo`` sets the clock forward an hour late: it gives the onset on the new clock, where
RFC 5545 (3.6.5) wants it on the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from timeblock.core.interval import HOUR, Instant
from timeblock.core.localtime import instant, local

STEP = 20 * 24 * HOUR
"""No zone changes its clocks twice within this time."""


class _Change(NamedTuple):
    """A change of the clocks as its VTIMEZONE part is named: offsets before and after, name, whether it is DST."""

    before: timedelta
    after: timedelta
    name: str
    is_dst: bool


@lru_cache(maxsize=64)
def timezone(zone: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE of ``zone``, right in the years ``first`` to ``last``. Do not change the result: it is shared."""
    made = Timezone()
    made.add("TZID", zone)
    changes: dict[_Change, list[datetime]] = {}
    for change, onset in _changes(ZoneInfo(zone), first, last):
        changes.setdefault(change, []).append(onset)
    for change, onsets in changes.items():
        made.add_component(_observance(change, onsets))
    return made


def _observance(change: _Change, onsets: list[datetime]) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_dst else TimezoneStandard()
    part.add("DTSTART", onsets[0])
    part.add("TZOFFSETFROM", change.before)
    part.add("TZOFFSETTO", change.after)
    part.add("TZNAME", change.name)
    if onsets[1:]:
        part.add("RDATE", onsets[1:])
    return part


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[_Change, datetime]]:
    """What holds at the beginning, and then each change with its onset on the clock that it ends."""
    begin, end = (instant(datetime(year, 1, 1, tzinfo=UTC)) for year in (first, last + 1))
    yield _change(begin, begin, zone), datetime(first, 1, 1)  # noqa: DTZ001 - a time on the wall
    for earlier, later in pairwise((*range(begin, end, STEP), end)):
        if _offset(earlier, zone) != _offset(later, zone):
            at = _onset(earlier, later, zone)
            wall = datetime.fromtimestamp(at, UTC).replace(tzinfo=None) + _offset(earlier, zone)
            yield _change(earlier, at, zone), wall


def _onset(earlier: Instant, later: Instant, zone: ZoneInfo) -> Instant:
    """The first second of the clock that holds at ``later``."""
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if _offset(middle, zone) == _offset(later, zone):
            later = middle
        else:
            earlier = middle
    return later


def _change(before: Instant, at: Instant, zone: ZoneInfo) -> _Change:
    there = local(at, zone)
    return _Change(_offset(before, zone), _offset(at, zone), there.tzname() or zone.key, bool(there.dst()))


def _offset(at: Instant, zone: ZoneInfo) -> timedelta:
    return local(at, zone).utcoffset() or timedelta()
