"""When blocks of work may lie so that rest comes first: hours of rest between two days of work, a day a week without.

What is in the calendar is a fact and may break either; these limits only keep blocks of ours from adding to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.localtime import ONE_DAY, Week, Whereabouts

A_NIGHT_ON = 12 * HOUR
"""Work of a day may go on so long into the next."""


def by_day(where: Whereabouts, work: Iterable[Interval]) -> Mapping[date, Interval]:
    """From the first to the last work that starts on each day."""
    found: dict[date, Interval] = {}
    for i in work:
        day = where.date_of(i.start)
        so_far = found.get(day, i)
        found[day] = Interval(min(so_far.start, i.start), max(so_far.end, i.end))
    return found


def rested(
    where: Whereabouts,
    days: Iterable[date],
    worked: Mapping[date, Interval],
    hours: Mapping[date, Interval],
    minutes: int,
) -> Mapping[date, tuple[int, int]]:
    """For each day the stretch that work starting on it keeps to, so that ``minutes`` of rest lie between work of two
    days (11 hours: Directive 2003/88/EC, article 3). It may be empty: its end is then not after its start.

    ``worked``: work in the calendar, from first to last of a day; ``hours``: the hours the person wants to work, which
    never cut into each other.
    """
    return {day: _stretch(where, day, worked, hours, minutes * MINUTE) for day in days if where.day(day)}


def _stretch(
    where: Whereabouts, day: date, worked: Mapping[date, Interval], hours: Mapping[date, Interval], rest: int
) -> tuple[int, int]:
    first, last = where.start_of(day), where.start_of(day + ONE_DAY) + A_NIGHT_ON
    if before := worked.get(day - ONE_DAY):
        first = max(first, before.end + rest)
    if coming := hours.get(day + ONE_DAY):
        last = min(last, max(coming.start - rest, hours[day].end if day in hours else first))
    if after := worked.get(day + ONE_DAY):
        last = min(last, after.start - rest)
    return first, last


def free_days(
    days: Sequence[date], worked: Collection[date], standing: Collection[date], wanted: Mapping[date, float]
) -> Mapping[Week, date]:
    """For each week the day that blocks of work keep off; none where the calendar leaves no day without work.

    ``days`` whole weeks; ``standing``: days with blocks of work that stand, which are left as they are if others do;
    ``wanted``: minutes in which blocks of work could lie, of which the day with the fewest is taken, a late one first.
    """
    weeks: dict[Week, list[date]] = {}
    for day in days:
        if day not in worked:
            weeks.setdefault(Week.of(day), []).append(day)
    return {
        week: min(free, key=lambda day: (day in standing, wanted.get(day, 0), -day.toordinal()))
        for week, free in weeks.items()
    }
