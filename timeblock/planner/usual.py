"""Usual times of day: the half hour at which the blocks of a request should lie, so that days are alike.

They are settled before anything is placed, from nothing but facts and what stands, and hold for the whole horizon. So
what a block costs does not depend on where others lie, and weeks can be planned one by one.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from timeblock.core.interval import MINUTE, Instant
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.problem import Item, Problem, Request, one_a_day
from timeblock.planner.clock import Clock
from timeblock.planner.energy import tiring

UNUSUAL = 30
"""Points for each half hour from the usual time of day."""
FAR = 6
"""Half hours: what is further off than that is simply not at its usual time."""
TAKEN = 2 * UNUSUAL
"""Points for a half hour that is usual for something else."""
DAY_STARTS = 4 * 60
"""Minutes after midnight: habits of the night belong to the day before."""
HALF_HOUR = 30 * MINUTE
HALF_DAY = 12 * 60

Free = Callable[[Item], Iterable[tuple[Instant, Instant]]]
"""The windows of an item without facts."""


def has_usual_time(request: Request) -> bool:
    """Whether the blocks should lie at one time of day: where there is one a day of them, by rule or by spacing."""
    if not _has_a_say(request):
        return False
    return request.per == "day" or one_a_day(request) or request.spacing_minutes >= HALF_DAY


def _has_a_say(request: Request) -> bool:
    """Whether it takes part in a typical day: not what belongs to events, nor what comes several times a day."""
    attached = request.around or request.after_stretch_minutes
    return not attached and not (request.per == "day" and request.count > 1)


def half_hour(clock: Clock, at: Instant) -> int:
    """The half hour of the day, 0 … 47, as habits count them: from four in the morning."""
    return (clock.at(at)[1] - DAY_STARTS) % DAY_MINUTES // 30


def unusual(half_hours: int) -> int:
    """Points for so many half hours from the usual time."""
    return UNUSUAL * min(FAR, abs(half_hours))


def usual_times(problem: Problem, clock: Clock, free: Free) -> Mapping[str, int]:
    """Request → its usual half hour: the median of what stands; else the one that suits a typical day, on which those
    with the least choice choose first. Nothing is usual for a single block."""
    stand, found = _standing(problem, clock), dict[str, int]()
    taken: dict[tuple[date, int], float] = defaultdict(float)
    for one in sorted(_choosing(problem, clock, free), key=_Choosing.choice):
        name, request = one.items[0].request.name, one.items[0].request
        at = stand[name][len(stand[name]) // 2] if name in stand else one.best(taken)
        one.take(at, taken)
        if has_usual_time(request) and (name in stand or len(one.items) > 1):
            found[name] = at
    return found


@dataclass(frozen=True, slots=True)
class _Choosing:
    """The blocks of a request in search of a usual time. ``days``: the half hours at which one could start, by day,
    with the points of each; ``length`` in half hours."""

    items: Sequence[Item]
    days: Mapping[date, Mapping[int, int]]
    length: int

    def choice(self) -> float:
        """Half hours a day."""
        return sum(map(len, self.days.values())) / len(self.days)

    def best(self, taken: Mapping[tuple[date, int], float]) -> int:
        """The half hour with the least points on all days together, each block as near to it as its day allows."""
        costs = [
            [
                (hour, points + TAKEN * sum(taken.get((day, hour + n), 0) for n in range(self.length)))
                for hour, points in at.items()
            ]
            for day, at in self.days.items()
        ]
        known = sorted({hour for at in self.days.values() for hour in at})
        return min(known, key=lambda usual: sum(min(p + unusual(hour - usual) for hour, p in at) for at in costs))

    def take(self, at: int, taken: dict[tuple[date, int], float]) -> None:
        for day in self.days:
            for n in range(self.length):
                taken[day, at + n] += min(1, len(self.items) / len(self.days))


def _standing(problem: Problem, clock: Clock) -> Mapping[str, Sequence[int]]:
    """Where blocks of each request start by now, sorted."""
    found: dict[str, list[int]] = defaultdict(list)
    for f in problem.fixed:
        if f.key:
            insort(found[f.request], half_hour(clock, f.interval.start))
    for item in problem.items:
        if item.before is not None:
            insort(found[item.request.name], half_hour(clock, item.before.start))
    return found


def _choosing(problem: Problem, clock: Clock, free: Free) -> Iterator[_Choosing]:
    asked: dict[str, list[Item]] = defaultdict(list)
    for item in problem.items:
        if _has_a_say(item.request):
            asked[item.request.name].append(item)
    for items in asked.values():
        days: dict[date, dict[int, int]] = defaultdict(dict)
        for item in {i.windows: i for i in items}.values():
            for at, points in _starts(item, clock, problem.energy, free):
                day, hour = clock.day(at), half_hour(clock, at)
                days[day][hour] = min(points, days[day].get(hour, points))
        if days:
            yield _Choosing(items, days, -(-items[0].ideal_minutes // 30))


def _starts(item: Item, clock: Clock, energy: Sequence[Sequence[float]], free: Free) -> Iterator[tuple[Instant, int]]:
    """A start in each half hour, with its points for energy."""
    least, ideal = item.min_minutes * MINUTE, item.ideal_minutes * MINUTE
    for start, end in free(item):
        if end - start >= least:
            for at in range(start, max(start, end - ideal) + 1, HALF_HOUR):
                yield at, tiring(item.request, clock, energy, at, at + ideal)
