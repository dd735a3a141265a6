"""VTIMEZONE of a zone for a stretch of years.

icalendar's own ``Timezone.from_tzinfo`` sets the clock forward an hour late: it gives the onset on the new clock, where
RFC 5545 (3.6.5) wants it on the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from timeblock.core.clocks import changes
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import instant, local


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
    for at, before, _ in changes(zone, Interval(begin, end)):
        yield _change(at - 1, at, zone), datetime.fromtimestamp(at + before, UTC).replace(tzinfo=None)


def _change(before: Instant, at: Instant, zone: ZoneInfo) -> _Change:
    there = local(at, zone)
    return _Change(_offset(before, zone), _offset(at, zone), there.tzname() or zone.key, bool(there.dst()))


def _offset(at: Instant, zone: ZoneInfo) -> timedelta:
    return local(at, zone).utcoffset() or timedelta()
