"""The objective, in whole points: what a place costs, what a missed block costs, what a move costs. Less is better.

One definition for every planner. What a block costs is the sum of :data:`PREFERENCES`, given the blocks of its request
that lie already; the sum over all blocks is the same in whatever order they are put down, so :func:`total` is a cost of
plans, and the exact model can say the same in rows.

Tiers: a broken promise weighs more than all that is not promised (:func:`weight`), a missed block more than all the
preferences and moves of all blocks (:func:`unit`). Within the preferences a point is small: half an hour off the usual
time of day is 30, half the ideal length 200, an hour of no energy for focus 400.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.plan import Plan
from timeblock.core.problem import RANK, Item, Kind, Problem, Request
from timeblock.planner.clock import Clock
from timeblock.planner.energy import TIRED, tiring
from timeblock.planner.room import Gap, Room
from timeblock.planner.usual import FAR, half_hour, has_usual_time, unusual

SHORTER = 400
"""For a block of no length at all, in proportion."""
CROWDED = 120
"""For each day that two blocks of a week are closer than they could be."""
SCATTERED, STROLL = 120, 60 * MINUTE
"""For a day of a batch on which some two of its blocks have more than such a time between them."""
EARLY_END, EARLY_END_AT_MOST = 4, 400
"""For each minute between a ritual and the end of its window; and at most."""
CALM, CALM_AT_MOST = 10, 100
"""For each hour that facts take of the day, for what could lie on another; and at most."""
EARLY = 1
"""For each half hour since the morning: of equals the earlier."""
SLIVER, LOOSE = 40, 20
"""For less than half an hour left over between the block and a fact; for a block that touches none on either side."""
MOVE, MOVE_AT_MOST = 200, 400
"""For a block that does not stay where it stands: a move must buy something that a person would notice. And at most,
where a goal makes it dearer."""
HABITS = unusual(FAR) + CROWDED * 3 + SCATTERED + EARLY_END_AT_MOST + CALM_AT_MOST + EARLY * 48
AT_MOST = SHORTER + TIRED + HABITS + 2 * SLIVER + LOOSE + MOVE_AT_MOST
"""No block costs more, wherever it lies."""

USABLE = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Place:
    """A place for an item, and the gap it would be cut from."""

    start: Instant
    end: Instant
    gap: Gap


@dataclass(frozen=True, slots=True)
class View:
    """All that a preference may look at besides the place: the item, the free time of its windows, and the siblings.

    ``busy``: day, as a number, → hours that facts take of it.
    ``usual``: the half hour of the day at which its blocks should start; None where any will do. ``days``: those of
    siblings that should not be near; ``batch``: other blocks of its batch.
    """

    item: Item
    clock: Clock
    energy: Sequence[Sequence[float]]
    free: Sequence[Gap]
    busy: Mapping[int, int]
    usual: int | None = None
    days: frozenset[int] = frozenset()
    batch: tuple[Interval, ...] = ()


Preference: TypeAlias = Callable[[View, Place], int]


def view(room: Room, item: Item) -> View:
    """What a preference sees, given the blocks that are in the room."""
    request, days = item.request, frozenset[int]()
    if days_apart(request) > 1:
        days = frozenset(room.clock.day(s.start).toordinal() for s in room.siblings(item))
    usual = room.usual.get(request.name)
    batch = tuple(room.of_batch(item)) if request.batch else ()
    return View(item, room.clock, room.problem.energy, room.free_of_facts(item), room.busy, usual, days, batch)


def days_apart(request: Request) -> int:
    """In so many days running of a week there should be no more than one block of the request."""
    return 7 // request.count if request.per == "week" and has_usual_time(request) else 1


def stretches(day: int, apart: int) -> Iterator[range]:
    """The stretches of so many days, within one week from Monday on, that a day is in."""
    monday = day - (day - 1) % 7
    for first in range(max(monday, day - apart + 1), min(day, monday + 7 - apart) + 1):
        yield range(first, first + apart)


def price(seen: View, place: Place) -> int:
    """The points of a place; smaller is better."""
    return sum(preference(seen, place) for preference in PREFERENCES)


def long_enough(seen: View, place: Place) -> int:
    """As long as wished."""
    ideal = seen.item.ideal_minutes
    return min(SHORTER, round(SHORTER * abs(ideal - (place.end - place.start) / MINUTE) / ideal))


def right_energy(seen: View, place: Place) -> int:
    """Focus in hours of high energy, batches and routine in low ones."""
    return tiring(seen.item.request, seen.clock, seen.energy, place.start, place.end)


def usual_time(seen: View, place: Place) -> int:
    """At the usual time of day of the request; what stays where it stands is as usual."""
    before = seen.item.before
    if seen.usual is None or (before is not None and (before.start, before.end) == (place.start, place.end)):
        return 0
    return unusual(half_hour(seen.clock, place.start) - seen.usual)


def spread(seen: View, place: Place) -> int:
    """Blocks of a week lie apart: a second one within :func:`days_apart` costs, for each such stretch of its days."""
    if not seen.days:
        return 0
    day, apart = seen.clock.day(place.start).toordinal(), days_apart(seen.item.request)
    return CROWDED * sum(not seen.days.isdisjoint(stretch) for stretch in stretches(day, apart))


def together(seen: View, place: Place) -> int:
    """Blocks of a batch follow each other: errands are one round."""
    day = seen.clock.day(place.start)
    others = [(b.start, b.end) for b in seen.batch if seen.clock.day(b.start) == day]
    return SCATTERED if not scattered(others) and scattered([*others, (place.start, place.end)]) else 0


def scattered(blocks: Collection[tuple[Instant, Instant]]) -> bool:
    """Whether some two have more than a stroll between them."""
    return bool(blocks) and max(start for start, _ in blocks) - min(end for _, end in blocks) > STROLL


def ends_the_day(seen: View, place: Place) -> int:
    """What closes the working day lies at the end of its window."""
    if not seen.item.late:
        return 0
    daily = seen.item.request.per == "day"
    windows = seen.item.windows
    last = windows[-1].end if daily else min(w.end for w in windows if w.end >= place.end)
    return min(EARLY_END_AT_MOST, EARLY_END * (last - place.end) // MINUTE)


def calm_day(seen: View, place: Place) -> int:
    """What could lie on another day lies on one with little in it."""
    item = seen.item
    if item.request.per == "day" or item.touch:
        return 0
    return min(CALM_AT_MOST, CALM * seen.busy.get(seen.clock.day(place.start).toordinal(), 0))


def early(seen: View, place: Place) -> int:
    """Of places that are alike the earlier one, so that days are alike."""
    return 0 if seen.item.late else EARLY * half_hour(seen.clock, place.start)


def whole_time(seen: View, place: Place) -> int:
    """Flush with a fact or the edge of a window, and no sliver there, so that free time stays in one piece."""
    number = bisect_right(seen.free, place.start, key=_start) - 1
    if number < 0:
        return 0
    before, after = place.start - seen.free[number].start, seen.free[number].end - place.end
    slivers = (0 < before < USABLE) + (0 < after < USABLE)
    return SLIVER * slivers + LOOSE * (before > 0 and after > 0)


def _start(gap: Gap) -> Instant:
    return gap.start


LOCAL: tuple[Preference, ...] = (long_enough, right_energy, ends_the_day, whole_time, calm_day, early, usual_time)
"""Those that look at nothing but the place."""
PREFERENCES: tuple[Preference, ...] = (*LOCAL, spread, together)


# ---- what is missed, and the whole ----------------------------------------------------------------------------------

PROMISES = frozenset({Kind.NON_NEGOTIABLE, Kind.REST})


def worth(request: Request) -> int:
    """1 … 108: what a block counts against others, by its kind and then its priority."""
    return 10 * (len(Kind) - RANK[request.kind]) + 9 - request.priority


def weight(problem: Problem, request: Request) -> int:
    """What it weighs that a block did not fit: its worth; a promise outweighs all that is no promise together."""
    return worth(request) + (_all_value(problem) + 1 if request.kind in PROMISES else 0)


def unit(problem: Problem) -> int:
    """Points of a weight of one: more than all preferences of all blocks together."""
    return AT_MOST * len(problem.items) + 1


@lru_cache(maxsize=4)
def _all_value(problem: Problem) -> int:
    return sum(worth(i.request) for i in problem.items if i.request.kind not in PROMISES)


def moved(request: Request) -> int:
    """The price of a block that does not stay where it stands."""
    return {1: MOVE_AT_MOST, -1: MOVE // 2}.get(request.defence, MOVE)


def total(problem: Problem, plan: Plan) -> int:
    """The cost of a whole plan, to compare plans of the same problem: what is missed first, then the points."""
    placed = {b.key: b.interval for b in plan.blocks}
    return unit(problem) * missed(problem, placed) + points(problem, placed)


def missed(problem: Problem, placed: Collection[str], items: Iterable[Item] | None = None) -> int:
    """The weight of what is not placed of ``items``, or of all. What is impossible costs nobody anything."""
    impossible = {key for key, _ in problem.impossible}
    asked = problem.items if items is None else items
    lost = (i.request for i in asked if i.key not in placed and i.key not in impossible)
    return sum(weight(problem, request) for request in lost)


def points(problem: Problem, placed: Mapping[str, Interval], usual: Mapping[str, int] | None = None) -> int:
    """The preferences of all that is placed, and the moves. ``usual``: where that is known already."""
    room, points = Room(problem, usual), 0
    for item in problem.items:
        interval = placed.get(item.key)
        points += moved(item.request) if item.before is not None and interval != item.before else 0
        if interval is not None:
            points += price(view(room, item), place_of(room, item, interval))
            room.add(item, interval)
    return points


def place_of(room: Room, item: Item, interval: Interval) -> Place:
    """The place of an interval with the gap around it; the item itself must be out of the room."""
    around = (g for g in room.gaps(item) if g.start <= interval.start and interval.end <= g.end)
    gap = next(around, Gap(interval.start, interval.end, False, False))
    return Place(interval.start, interval.end, gap)
