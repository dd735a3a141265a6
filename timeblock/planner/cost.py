"""What a place is worth, in whole points: one short function per preference, all in :data:`PREFERENCES`.

A point is small: an hour away from the usual time of day costs 50, a block at half its ideal length 200. Points only
choose among places that keep every promise. :func:`total` adds the price of what did not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.plan import Plan
from timeblock.core.problem import RANK, Item, Kind, Problem, Request
from timeblock.planner.clock import Clock
from timeblock.planner.room import Gap, Room

SHORTER = 400
"""For a block of no length at all, in proportion."""
TIRED = 400
"""For high-energy work in an hour of no energy; the other way round a quarter of it."""
UNUSUAL, UNUSUAL_AT_MOST = 50, 200
"""For an hour off the usual time of day; and at most."""
CROWDED = 120
"""For each day that two blocks of a week are closer than they could be."""
EARLY_END = 4
"""For each minute between a ritual and the end of its window."""
SLIVER, LOOSE = 40, 20
"""For a rest of less than half an hour beside the block; for a block that touches nothing on either side."""
MISSED = 5_000
"""For the least of items that did not fit; each rank above it costs this again, priority 1 to 9 less and less."""

USABLE = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Place:
    """A place for an item, and the gap it would be cut from."""

    start: Instant
    end: Instant
    gap: Gap


@dataclass(frozen=True, slots=True)
class View:
    """All that a preference may look at besides the place: the item and its siblings as they lie by now."""

    item: Item
    clock: Clock
    energy: Sequence[Sequence[float]]
    usual: int | None
    days: tuple[date, ...]


Preference: TypeAlias = Callable[[View, Place], int]


def view(room: Room, item: Item) -> View:
    """The item's siblings give the usual time of day and the days already used in its week."""
    siblings = [] if item.touch else room.siblings(item)
    minutes = sorted(room.clock.at(s.start)[1] for s in siblings)
    days = tuple(room.clock.day(s.start) for s in siblings) if item.request.per == "week" else ()
    return View(item, room.clock, room.problem.energy, minutes[len(minutes) // 2] if minutes else None, days)


def price(seen: View, place: Place) -> int:
    """The points of a place; smaller is better."""
    return sum(preference(seen, place) for preference in PREFERENCES)


def long_enough(seen: View, place: Place) -> int:
    """As long as wished."""
    ideal = seen.item.ideal_minutes
    return round(SHORTER * abs(ideal - (place.end - place.start) / MINUTE) / ideal)


def right_energy(seen: View, place: Place) -> int:
    """Focus in hours of high energy, batches and routine in low ones."""
    wish = wanted_energy(seen.item.request)
    if wish == "any":
        return 0
    mean = mean_energy(seen.clock, seen.energy, place.start, place.end)
    return round(TIRED * (1 - mean)) if wish == "high" else round(TIRED / 4 * mean)


def usual_time(seen: View, place: Place) -> int:
    """At the same time of day as the other blocks of the request."""
    if seen.usual is None:
        return 0
    off = abs(seen.clock.at(place.start)[1] - seen.usual) % DAY_MINUTES
    return min(UNUSUAL_AT_MOST, UNUSUAL * min(off, DAY_MINUTES - off) // 60)


def spread(seen: View, place: Place) -> int:
    """Blocks of a week lie apart: of two, three and a half days."""
    if not seen.days:
        return 0
    day, apart = seen.clock.day(place.start), 7 / seen.item.request.count
    nearest = min(abs((day - other).days) for other in seen.days)
    return round(CROWDED * max(0.0, apart - nearest))


def ends_the_day(seen: View, place: Place) -> int:
    """What closes the working day lies at the end of its window."""
    if not seen.item.late:
        return 0
    daily = seen.item.request.per == "day"
    windows = seen.item.windows
    last = windows[-1].end if daily else min(w.end for w in windows if w.end >= place.end)
    return EARLY_END * (last - place.end) // MINUTE


def whole_time(seen: View, place: Place) -> int:
    """No slivers beside the block, so that free time stays in one piece."""
    before, after = place.start - place.gap.start, place.gap.end - place.end
    slivers = (0 < before < USABLE) + (0 < after < USABLE)
    return SLIVER * slivers + LOOSE * (before > 0 and after > 0)


PREFERENCES: tuple[Preference, ...] = (long_enough, right_energy, usual_time, spread, ends_the_day, whole_time)


def wanted_energy(request: Request) -> str:
    """What the request says, else what its kind is known to need."""
    if request.energy != "any":
        return request.energy
    match request.kind:
        case Kind.FOCUS:
            return "high"
        case Kind.BATCH | Kind.ROUTINE:
            return "low"
        case _:
            return "any"


def mean_energy(clock: Clock, energy: Sequence[Sequence[float]], start: Instant, end: Instant) -> float:
    """Mean of the hourly curve over a stretch, 0…1; a half where the person gave no curve."""
    if not energy:
        return 0.5
    total, at = 0.0, start
    while at < end:
        day, minute = clock.at(at)
        until = min(end, at + (60 - minute % 60) * MINUTE)
        total += energy[day.weekday()][minute // 60 % 24] * (until - at)
        at = until
    return total / (end - start)


def missed(request: Request) -> int:
    """The price of a block that did not fit."""
    return MISSED * (len(Kind) - RANK[request.kind]) + MISSED * (9 - request.priority) // 10


def total(problem: Problem, plan: Plan) -> int:
    """The points of a whole plan, what did not fit included: to compare plans of the same problem."""
    room = Room(problem)
    placed = {b.key: b.interval for b in plan.blocks}
    for item in problem.items:
        if item.key in placed:
            room.add(item, placed[item.key])
    impossible = {key for key, _ in problem.impossible}
    lost = sum(missed(i.request) for i in problem.items if i.key not in placed and i.key not in impossible)
    return lost + sum(_stands_at(room, item) for item in problem.items if item.key in placed)


def _stands_at(room: Room, item: Item) -> int:
    interval = room.remove(item)
    cost = price(view(room, item), place_of(room, item, interval))
    room.add(item, interval)
    return cost


def place_of(room: Room, item: Item, interval: Interval) -> Place:
    """The place of an interval with the gap around it; the item itself must be out of the room."""
    around = (g for g in room.gaps(item) if g.start <= interval.start and interval.end <= g.end)
    gap = next(around, Gap(interval.start, interval.end, False, False))
    return Place(interval.start, interval.end, gap)
