"""The person's clock over the horizon, made for many look-ups: day and minute of a moment in one bisection."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import DAY_MINUTES, Whereabouts

QUARTER = 15 * MINUTE
"""Clocks change on quarter hours of UTC, wherever they do."""


class Clock:
    """Agrees with :meth:`Whereabouts.clock_at` on every moment of ``span``."""

    def __init__(self, where: Whereabouts, span: Interval) -> None:
        self._pieces = list(_pieces(where, span))
        self._starts = [start for start, _, _ in self._pieces]

    def at(self, at: Instant) -> tuple[date, int]:
        """The local day, and minutes on the clock since its midnight."""
        start, day, minute = self._pieces[max(0, bisect_right(self._starts, at) - 1)]
        return day, minute + (at - start) // MINUTE

    def day(self, at: Instant) -> date:
        return self._pieces[max(0, bisect_right(self._starts, at) - 1)][1]

    def next_on_grid(self, at: Instant, grid_minutes: int) -> Instant:
        """The first moment from ``at`` on whose minute on the clock is a multiple of ``grid_minutes``."""
        grid = grid_minutes * MINUTE
        start, _, minute = self._pieces[max(0, bisect_right(self._starts, at) - 1)]
        return at + -(minute * MINUTE + at - start) % grid


def _pieces(where: Whereabouts, span: Interval) -> Iterator[tuple[Instant, date, int]]:
    """Stretches without a clock change: their start, day, and the minute on the clock then."""
    for day in where.days(span):
        whole = where.day(day)
        if whole is None:
            continue
        minute = _minute(where, whole.start)
        yield whole.start, day, minute
        if whole.minutes != DAY_MINUTES or minute:
            yield from _changes(where, day, whole, minute)


def _changes(where: Whereabouts, day: date, whole: Interval, minute: int) -> Iterator[tuple[Instant, date, int]]:
    start = whole.start
    for at in range(whole.start - whole.start % QUARTER + QUARTER, whole.end, QUARTER):
        now = _minute(where, at)
        if now != minute + (at - start) // MINUTE:
            start, minute = at, now
            yield at, day, now


def _minute(where: Whereabouts, at: Instant) -> int:
    clock = where.clock_at(at)
    return clock.hour * 60 + clock.minute
