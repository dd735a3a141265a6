"""How a series tells the time; and the clock changes of a zone as a table, by which many times become UTC at once.

*Wall seconds* are what a clock shows, counted as if it were UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from timeblock.core.event import When
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.core.localtime import MIDNIGHT, Whereabouts, instant, resolve

STEP = 20 * 24 * HOUR
"""No zone changes its clocks twice within this time."""


class Change(NamedTuple):
    """From ``at`` on the clocks are ``after`` seconds ahead of UTC, just before it ``before``."""

    at: Instant
    before: int
    after: int


def changes(zone: tzinfo, span: Interval) -> Iterator[Change]:
    """Each change of the clocks within ``span``, in order."""
    for earlier, later in pairwise((*range(span.start, span.end, STEP), span.end)):
        before, after = _offset(earlier, zone), _offset(later, zone)
        if before != after:
            yield Change(_onset(earlier, later, zone), before, after)


def _onset(earlier: Instant, later: Instant, zone: tzinfo) -> Instant:
    """The first second of the clock that holds at ``later``."""
    holds = _offset(later, zone)
    while later - earlier > 1:
        middle = (earlier + later) // 2
        if _offset(middle, zone) == holds:
            later = middle
        else:
            earlier = middle
    return later


def _offset(at: Instant, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset() or timedelta()
    return offset.days * 86_400 + offset.seconds


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a zone over some years: wall seconds below ``until[n]`` are ``offsets[n]`` ahead of UTC."""

    until: tuple[int, ...]
    offsets: tuple[int, ...]

    def instants(self, walls: Sequence[int]) -> list[Instant]:
        """UTC of ascending wall seconds, each as :func:`timeblock.core.localtime.resolve` reads it."""
        found: list[Instant] = []
        n = bisect_right(self.until, walls[0]) if walls else 0
        while len(found) < len(walls):
            end = bisect_left(walls, self.until[n]) if n < len(self.until) else len(walls)
            offset = self.offsets[n]
            found += [wall - offset for wall in walls[len(found) : end]]
            n += 1
        return found


@lru_cache(maxsize=256)
def clocks(zone: tzinfo, first: int, last: int) -> Clocks:
    """The clocks of ``zone`` in the years ``first`` to ``last``."""
    begin, end = (instant(datetime(year, 1, 1, tzinfo=UTC)) for year in (first, last + 1))
    found = list(changes(zone, Interval(begin, end)))
    # a wall time that comes twice is the first, one that is skipped has the offset before: both till the later clock
    until = tuple(change.at + max(change.before, change.after) for change in found)
    return Clocks(until, (_offset(begin, zone), *(change.after for change in found)))


@dataclass(frozen=True, slots=True)
class Clock:
    """How a series tells the time: by its zone, by whole days, or by the clock of wherever the person is."""

    start: When
    where: Whereabouts

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @property
    def zone(self) -> tzinfo | None:
        """That of the series itself; None for whole days and floating times."""
        return self.start.tzinfo if isinstance(self.start, datetime) else None

    def wall(self, when: When) -> datetime:
        """``when`` as the clock of the series shows it, without a zone."""
        if not isinstance(when, datetime):
            return datetime.combine(when, MIDNIGHT)
        if self.all_day:
            return datetime.combine(when.date(), MIDNIGHT)
        if when.tzinfo is None:
            return when.replace(fold=0)
        there = when.astimezone(self.zone) if self.zone else self.where.clock_at(instant(when))
        return there.replace(tzinfo=None, fold=0)

    def at(self, wall: datetime) -> Instant:
        if self.zone is not None:
            return resolve(wall, self.zone)
        if self.all_day:
            return self.where.start_of(wall.date())
        return self.where.at(wall.date(), wall.hour * 60 + wall.minute) + wall.second
