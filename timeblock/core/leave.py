"""Days of leave worth taking: bridges between holidays, quiet weeks, early rather than late, in several periods."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import mean

from timeblock.core.hours import Person
from timeblock.core.localtime import ONE_DAY

LONGEST, APART, LAST_DAYS = 5, 14, 14
"""Days of leave in one period; days between two; at the very end, so many days are a last resort."""
NOTICE = 14
"""Nobody can be away tomorrow: proposals begin after so many days."""


@dataclass(frozen=True, slots=True)
class Period:
    """Leave on ``days``; with the free days around them, off from ``first`` to ``last``, both included. ``why``: what
    speaks for it beside that, "" for nothing."""

    days: tuple[date, ...]
    first: date
    last: date
    why: str

    @property
    def free(self) -> int:
        """Days in a row without work."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class LeaveYear:
    """What periods are looked for in. ``off``: holidays by date; ``taken``: leave that stands in the calendar by now.

    ``load``: minutes of meetings by date; where nothing is known of a date yet, it counts as usual.
    """

    person: Person
    today: date
    until: date
    off: Mapping[date, str]
    taken: Collection[date] = ()
    load: Mapping[date, float] | None = None

    def works(self, day: date) -> bool:
        return bool(self.person.hours[day.weekday()]) and day not in self.off and day not in self.taken


def proposals(year: LeaveYear, days: int, expiring: int = 0, expires: date | None = None) -> tuple[Period, ...]:
    """Periods that use up ``days`` of leave, by date. The first ``expiring`` of them are taken before ``expires``.

    Fewer than asked for where the time left does not hold them.
    """
    chosen: list[Period] = []
    early = min(expiring, days) if expires else 0
    for wanted, until in ((early, expires or year.until), (days - early, year.until)):
        while left := wanted:
            found = _best(year, left, days, min(until, year.until), chosen)
            if found is None:
                break
            chosen.append(found)
            wanted -= len(found.days)
    return tuple(_joined(year, sorted(chosen, key=lambda p: p.first)))


def _joined(year: LeaveYear, periods: list[Period]) -> Iterator[Period]:
    """Periods with no working day between them are one, up to twice the longest."""
    current: tuple[date, ...] = ()
    for p in periods:
        near = current and _period(year, current).last + ONE_DAY >= p.days[0]
        if current and not (near and len(current) + len(p.days) <= 2 * LONGEST):
            yield _period(year, current)
            current = ()
        current += p.days
    if current:
        yield _period(year, current)


def _best(year: LeaveYear, left: int, days: int, until: date, chosen: list[Period]) -> Period | None:
    """The period of the highest worth; half of the days at most in one, and apart from the others while that is
    possible."""
    size = min(LONGEST, left, max(1, (days + 1) // 2))
    near = {day for p in chosen for day in _around(p)}
    gone = {day for p in chosen for day in p.days}
    for avoided in (near, gone):
        found = [p for n in range(1, size + 1) for p in _periods(year, n, until, avoided)]
        if found:
            return max(found, key=lambda p: (_worth(year, p, until), -p.first.toordinal()))
    return None


def _around(period: Period) -> Iterator[date]:
    for n in range(-APART, period.free + APART):
        yield period.first + ONE_DAY * n


def _periods(year: LeaveYear, size: int, until: date, avoided: set[date]) -> Iterator[Period]:
    """Each run of ``size`` working days in a row, free days between them not counted."""
    start = year.today + ONE_DAY * NOTICE
    work = [day for n in range((until - start).days + 1) if year.works(day := start + ONE_DAY * n)]
    for n in range(len(work) - size + 1):
        days = tuple(work[n : n + size])
        if avoided.isdisjoint(days):
            yield _period(year, days)


def _period(year: LeaveYear, days: tuple[date, ...]) -> Period:
    first, last = days[0], days[-1]
    while not year.works(first - ONE_DAY) and (days[0] - first).days < LAST_DAYS:
        first -= ONE_DAY
    while not year.works(last + ONE_DAY) and (last - days[-1]).days < LAST_DAYS:
        last += ONE_DAY
    return Period(days, first, last, _why(year, days, first, last))


def _bridged(year: LeaveYear, first: date, last: date) -> list[date]:
    """The holidays between that would have been working days."""
    return [day for day in sorted(year.off) if first <= day <= last and year.person.hours[day.weekday()]]


def _quiet(year: LeaveYear, days: tuple[date, ...]) -> float:
    """From 1, no meetings at all, over 0, as many as usual, to -1."""
    usual = mean(year.load.values()) if year.load else 0.0
    if not year.load or not usual:
        return 0.0
    return max(-1.0, 1 - mean(year.load.get(day, usual) for day in days) / usual)


def _worth(year: LeaveYear, period: Period, until: date) -> float:
    """Free days won beyond a weekend's, then a longer rest, quiet days, early ones; the end comes last."""
    size = len(period.days)
    late = (period.days[0] - year.today).days / max(1, (until - year.today).days)
    last_resort = 3.0 if (until - period.days[-1]).days < LAST_DAYS else 0.0
    won = 2 * (period.free - size - 2) / size
    return won + 0.2 * size + _quiet(year, period.days) - late - last_resort


def _why(year: LeaveYear, days: tuple[date, ...], first: date, last: date) -> str:
    bridged = [year.off[day] for day in _bridged(year, first, last)]
    quiet = "few meetings by now" if _quiet(year, days) > 0.3 else ""
    return ", ".join(filter(None, (f"with {' and '.join(bridged)}" if bridged else "", quiet)))
