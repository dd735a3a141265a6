"""Why a block lies where it does, and where else it could. Each is true of the finished plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from timeblock.core.interval import Instant, Interval
from timeblock.core.problem import Fixed, Item, Problem, now_of
from timeblock.planner.cost import PREFERENCES, Place, View, place_of, price, view
from timeblock.planner.energy import mean_energy, wanted_energy
from timeblock.planner.places import places
from timeblock.planner.room import Room
from timeblock.planner.usual import half_hour
from timeblock.planner.why import Instead, Merit, Moved, Why

HIGH, LOW = 0.7, 0.45
"""Mean energy from which on an hour is called high, and up to which it is called low."""
USUAL = 1
"""Half hours from the usual time that still count as the usual time."""
SHOWN = 3
"""So many other places are told."""


def why_fixed(problem: Problem, f: Fixed) -> Why:
    """Of a block that may not be moved."""
    begun = f.interval.start <= now_of(problem)
    return Why(Merit.PINNED if f.pinned else Merit.BEGUN if begun else Merit.SOON, round(f.interval.minutes))


def why_here(room: Room, item: Item, interval: Interval) -> Why:
    """Of a block that the planner placed or kept; the block itself must be out of the room."""
    minutes = round(interval.minutes)
    if item.before == interval:
        return Why(Merit.KEPT, minutes)
    return Why(
        next(_merits(room, item, interval), Merit.FREE),
        minutes,
        _parent(room, item) if item.touch else "",
        _moved(room, item, item.before) if item.before is not None else None,
        max(0, item.ideal_minutes - minutes),
    )


def _merits(room: Room, item: Item, interval: Interval) -> Iterator[Merit]:
    """What speaks for the place, the most telling first."""
    if item.touch:
        yield Merit.AFTER if item.touch == "start" else Merit.BEFORE
    if item.late and any(w.end == interval.end for w in item.windows):
        yield Merit.CLOSES
    if len(list(islice(places(room, item), 2))) == 1:
        yield Merit.ONLY
    yield from _energetic(room, item, interval)
    usual = view(room, item).usual
    if usual is not None and abs(half_hour(room.clock, interval.start) - usual) <= USUAL:
        yield Merit.USUAL
    if item.late:
        yield Merit.LATE


def _energetic(room: Room, item: Item, interval: Interval) -> Iterator[Merit]:
    energy = room.problem.energy
    if not energy:
        return
    wish, mean = wanted_energy(item.request), mean_energy(room.clock, energy, interval.start, interval.end)
    if wish == "high" and mean >= HIGH:
        yield Merit.HIGH
    elif wish == "low" and mean <= LOW:
        yield Merit.LOW


def _parent(room: Room, item: Item) -> str:
    """The event that a buffer or break belongs to."""
    window = item.windows[0]
    for f in room.problem.fixed:
        if (f.interval.end == window.start) if item.touch == "start" else (f.interval.start == window.end):
            return f.label
    return "its event"


def _moved(room: Room, item: Item, before: Interval) -> Moved:
    """Why a block could not stay."""
    facts = [f.label for f in room.problem.fixed if f.interval.overlaps(before)]
    blocks = [room.items[key].request.title for key in room.in_the_way(before.start, before.end)]
    if facts or blocks:
        return Moved(before, "time", [*facts, *blocks][0])
    if not any(w.covers(before) for w in item.windows):
        return Moved(before, "windows")
    return Moved(before, "rules" if item.min_minutes <= before.minutes <= item.max_minutes else "length")


# ---- where else -----------------------------------------------------------------------------------------------------


def instead(room: Room, item: Item, interval: Interval) -> tuple[Instead, ...]:
    """The next best places that do not overlap, best first; the block itself must be out of the room."""
    seen, here = view(room, item), place_of(room, item, interval)
    others = sorted((p for p in places(room, item) if _apart(p, interval)), key=lambda p: (price(seen, p), p.start))
    return tuple(_against(seen, here, place) for place in islice(_spread(others), SHOWN))


def _apart(place: Place, interval: Interval) -> bool:
    return place.end <= interval.start or interval.end <= place.start


def _spread(ranked: Iterable[Place]) -> Iterator[Place]:
    """The places in order without those that overlap one before."""
    shown: list[tuple[Instant, Instant]] = []
    for place in ranked:
        if all(place.end <= start or end <= place.start for start, end in shown):
            shown.append((place.start, place.end))
            yield place


def _against(seen: View, here: Place, there: Place) -> Instead:
    parts = {p.__name__.replace("_", " "): p(seen, there) - p(seen, here) for p in PREFERENCES}
    return Instead(
        Interval(there.start, there.end), sum(parts.values()), {name: value for name, value in parts.items() if value}
    )
