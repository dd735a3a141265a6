"""What is taken and what is free while a plan is being made. Mutable; belongs to one run of a solver."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from timeblock.core.interval import MINUTE, Instant, Interval, Spans
from timeblock.core.problem import Item, Problem, Request, one_a_day, way_minutes
from timeblock.core.referee import could_stay
from timeblock.planner.clock import Clock
from timeblock.planner.pairs import are_partners, at_odds
from timeblock.planner.usual import usual_times

A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time inside a window of an item. ``open``/``close``: its start/end is that of a window or a fact, which
    stay; else it is that of a block that may still move."""

    start: Instant
    end: Instant
    open: bool
    close: bool


class Room:
    """Blocks placed so far among the facts. All its rules are such that taking a block away never breaks one."""

    def __init__(self, problem: Problem, usual: Mapping[str, int] | None = None) -> None:
        self.problem = problem
        self._usual = usual
        self.clock = Clock(problem.where, _reach(problem))
        self.items = {item.key: item for item in problem.items}
        self.placed: dict[str, Interval] = {}
        self._order: list[tuple[Instant, Instant, str]] = []
        self._facts = Spans.of(f.interval for f in problem.fixed)
        self._standing: dict[str, list[Interval]] = defaultdict(list)
        for f in problem.fixed:
            if f.key:
                self._standing[f.request].append(f.interval)
        self._of_request: dict[str, dict[str, Interval]] = defaultdict(dict)
        self._free_of_facts: dict[tuple[Interval, ...], tuple[Gap, ...]] = {}
        self._waking = [w.start for w in problem.waking]
        self._budget = [b.minutes * MINUTE for b in problem.budgets]
        self._travels = any(i.request.travel_minutes for i in problem.items) or any(
            f.travel_minutes for f in problem.fixed
        )
        self._partners = _partners([i.request for i in problem.items])
        self._stay = could_stay(problem) if problem.moves_left is not None else frozenset()
        self._spare = [self._facts.gaps(w).seconds - problem.white_space_minutes * MINUTE for w in problem.waking]

    @cached_property
    def busy(self) -> Mapping[int, int]:
        """Day, as a number, → whole hours that facts take of it."""
        found: dict[int, int] = defaultdict(int)
        for part in self._facts:
            for day in self.problem.where.days(part):
                whole = self.problem.where.day(day)
                inside = part.clip(whole) if whole else None
                found[day.toordinal()] += inside.seconds if inside else 0
        return {day: seconds // 3600 for day, seconds in found.items()}

    @cached_property
    def usual(self) -> Mapping[str, int]:
        """Request → the half hour of the day that is usual for its blocks."""
        if self._usual is not None:
            return self._usual
        return usual_times(self.problem, self.clock, lambda i: ((g.start, g.end) for g in self.free_of_facts(i)))

    # ---- placing ----

    def add(self, item: Item, interval: Interval) -> None:
        self.placed[item.key] = interval
        self._of_request[item.request.name][item.key] = interval
        insort(self._order, (interval.start, interval.end, item.key))
        self._fill(item, interval, 1)

    def remove(self, item: Item) -> Interval:
        interval = self.placed.pop(item.key)
        del self._of_request[item.request.name][item.key]
        self._order.remove((interval.start, interval.end, item.key))
        self._fill(item, interval, -1)
        return interval

    def _fill(self, item: Item, interval: Interval, sign: int) -> None:
        for day, seconds in self.waking_seconds(interval.start, interval.end):
            self._spare[day] -= sign * seconds
        for number, seconds in self.budgeted_seconds(item, interval.start, interval.end):
            self._budget[number] -= sign * seconds

    # ---- asking ----

    def siblings(self, item: Item) -> list[Interval]:
        """The other blocks of its request, those that stand fast included."""
        others = self._of_request[item.request.name]
        return self._standing[item.request.name] + [i for key, i in others.items() if key != item.key]

    def in_the_way(self, start: Instant, end: Instant) -> list[str]:
        """Keys of placed blocks that overlap ``[start, end)``."""
        first = bisect_left(self._order, (start, 0, ""))
        if first and self._order[first - 1][1] > start:
            first -= 1
        keys = []
        for block_start, _, key in self._order[first:]:
            if block_start >= end:
                break
            keys.append(key)
        return keys

    def free_of_facts(self, item: Item) -> tuple[Gap, ...]:
        """The windows without what cannot move."""
        gaps = self._free_of_facts.get(item.windows)
        if gaps is None:
            free = chain.from_iterable(self._facts.gaps(w) for w in item.windows)
            gaps = self._free_of_facts[item.windows] = tuple(Gap(i.start, i.end, True, True) for i in free)
        return gaps

    def gaps(self, item: Item) -> Iterator[Gap]:
        """Where the item could lie by now: its windows without facts, placed blocks and the spacing to its siblings."""
        spacing = item.request.spacing_minutes * MINUTE
        apart = [(s.start - spacing, s.end + spacing) for s in self.siblings(item)] if spacing else []
        apart = sorted([*apart, *self._ways(item)] if self._travels else apart)
        for gap in self.free_of_facts(item):
            for part in _cut(gap, [self.placed_span(key) for key in self.in_the_way(gap.start, gap.end)]):
                yield from _cut(part, apart) if apart else (part,)

    def _ways(self, item: Item) -> Iterator[tuple[Instant, Instant]]:
        """What lies at another place, and the way from it and to it."""
        there = [(way_minutes(item.request, f), f.interval) for f in self.problem.fixed]
        placed = ((self.items[key].request, lies) for key, lies in self.placed.items() if key != item.key)
        for way, lies in (*there, *((way_minutes(item.request, other), lies) for other, lies in placed)):
            if way:
                yield lies.start - way * MINUTE, lies.end + way * MINUTE

    def placed_span(self, key: str) -> tuple[Instant, Instant]:
        return self.placed[key].start, self.placed[key].end

    def days_taken(self, item: Item) -> frozenset[date]:
        """Days that hold a sibling, where a request has one a day."""
        if not one_a_day(item.request):
            return frozenset()
        return frozenset(self.clock.day(i.start) for i in self.siblings(item))

    def leaves_white_space(self, start: Instant, end: Instant) -> bool:
        return all(seconds <= self._spare[day] for day, seconds in self.waking_seconds(start, end))

    def spare(self, day: int) -> int:
        """Seconds of a waking day that may still be filled."""
        return self._spare[day]

    def budget(self, number: int) -> int:
        """Seconds of a budget that are left."""
        return self._budget[number]

    @property
    def could_stay(self) -> frozenset[str]:
        """Keys of the blocks of which only so many may be moved."""
        return self._stay

    def fits(self, item: Item, start: Instant, end: Instant) -> bool:
        """Whether days, budgets and the blocks of other requests allow a free stretch to the item."""
        if not self.leaves_white_space(start, end):
            return False
        if any(seconds > self._budget[n] for n, seconds in self.budgeted_seconds(item, start, end)):
            return False
        return item.request.name not in self._partners or not self.at_odds(item, start, end)

    def at_odds(self, item: Item, start: Instant, end: Instant) -> list[str]:
        """Keys of blocks of other requests that the item may not lie so beside."""
        partners, here = self._partners.get(item.request.name, ()), Interval(start, end)
        return [
            key
            for other in partners
            for key, there in self._lying(other)
            if key != item.key and at_odds(self.clock, item.request, here, other, there)
        ]

    def _lying(self, request: Request) -> Iterator[tuple[str, Interval]]:
        yield from self._of_request[request.name].items()
        yield from ((f.key, f.interval) for f in self.problem.fixed if f.key and f.request == request.name)

    def of_batch(self, item: Item) -> Iterator[Interval]:
        """The other blocks of its batch."""
        for other in self._partners.get(item.request.name, ()):
            if other.batch == item.request.batch:
                yield from (lies for key, lies in self._lying(other) if key != item.key)

    def moves_too_much(self) -> bool:
        """Whether more blocks that could stay lie elsewhere, or nowhere, than today allows."""
        if self.problem.moves_left is None:
            return False
        moved = sum(self.placed.get(key) != self.items[key].before for key in self._stay)
        return moved > self.problem.moves_left

    def allows(self, item: Item, interval: Interval) -> bool:
        """Whether every rule but that of the grid lets the item lie just there now."""
        return (
            item.min_minutes <= interval.minutes <= item.max_minutes
            and any(w.covers(interval) for w in item.windows)
            and touches(item, interval)
            and any(g.start <= interval.start and interval.end <= g.end for g in self.gaps(item))
            and self.clock.day(interval.start) not in self.days_taken(item)
            and self.fits(item, interval.start, interval.end)
        )

    def waking_seconds(self, start: Instant, end: Instant) -> Sequence[tuple[int, int]]:
        """Days whose waking time the stretch touches, with the seconds of it."""
        if not self.problem.white_space_minutes:
            return ()
        day = bisect_right(self._waking, start) - 1
        if day >= 0 and end <= self.problem.waking[day].end:
            return ((day, end - start),)
        last = bisect_left(self._waking, end)
        first = max(0, bisect_left(self._waking, start, hi=last) - 1)
        touched = ((n, self.problem.waking[n]) for n in range(first, last))
        parts = [(n, min(end, awake.end) - max(start, awake.start)) for n, awake in touched]
        return [(n, seconds) for n, seconds in parts if seconds > 0]

    def budgeted_seconds(self, item: Item, start: Instant, end: Instant) -> Sequence[tuple[int, int]]:
        """Budgets that a block of the item spends, with the seconds of it."""
        if not item.request.is_work:
            return ()
        found = ((n, b.interval.clip(Interval(start, end))) for n, b in enumerate(self.problem.budgets))
        return [(n, part.seconds) for n, part in found if part]


def _partners(requests: Iterable[Request]) -> Mapping[str, tuple[Request, ...]]:
    """For each request those that it asks something of, or that ask something of it."""
    known = {r.name: r for r in requests}.values()
    return {a.name: found for a in known if (found := tuple(b for b in known if are_partners(a, b)))}


def touches(item: Item, interval: Interval) -> bool:
    """Whether a buffer or break is flush with what it belongs to; true for every other item."""
    if item.touch == "start":
        return interval.start == item.windows[0].start
    return item.touch != "end" or interval.end == item.windows[0].end


def _cut(gap: Gap, taken: Sequence[tuple[Instant, Instant]]) -> Iterator[Gap]:
    """What the sorted stretches ``taken`` leave of the gap."""
    start, opened = gap.start, gap.open
    for taken_start, taken_end in taken:
        if taken_end <= start or taken_start >= gap.end:
            continue
        if taken_start > start:
            yield Gap(start, taken_start, opened, False)
        start, opened = taken_end, False
    if start < gap.end:
        yield Gap(start, gap.end, opened, gap.close)


def _reach(problem: Problem) -> Interval:
    """Everything that a clock is asked about: the horizon, blocks that stand since earlier, windows that end later."""
    ends = [
        problem.horizon.end,
        *(w.end for i in problem.items for w in i.windows),
        *(f.interval.end for f in problem.fixed if f.key),
    ]
    starts = [
        problem.horizon.start,
        *(w.start for i in problem.items for w in i.windows),
        *(f.interval.start for f in problem.fixed if f.key),
    ]
    return Interval(min(starts) - A_DAY, max(ends) + A_DAY)
