"""Where an item could lie: starts on the grid or flush with what stays; lengths up to the ideal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.problem import Item
from timeblock.planner.cost import Place, price, view
from timeblock.planner.room import Gap, Room

STEP = 5 * MINUTE
"""Blocks that are shorter than wished have a length of whole steps, or their minimum."""


def places(room: Room, item: Item) -> Iterator[Place]:
    """All places that break no rule now."""
    return _sound(room, item, room.gaps(item))


def places_by_force(room: Room, item: Item) -> Iterator[Place]:
    """Places that only facts and the item's own siblings forbid: other blocks may lie there."""
    taken = room.days_taken(item)
    for gap in room.free_of_facts(item):
        yield from (p for p in _in_gap(room, item, gap) if room.clock.day(p.start) not in taken)


def best(room: Room, item: Item) -> Interval | None:
    """The cheapest place, the earliest of equals; None where nothing is free."""
    seen = view(room, item)
    ranked = ((price(seen, p), p.start, p.end) for p in places(room, item))
    found = min(ranked, default=None)
    return Interval(found[1], found[2]) if found else None


def count(room: Room, item: Item) -> int:
    """How many places there are."""
    return sum(1 for _ in places(room, item))


def _sound(room: Room, item: Item, gaps: Iterable[Gap]) -> Iterator[Place]:
    taken, least = room.days_taken(item), item.min_minutes * MINUTE
    for gap in gaps:
        if gap.end - gap.start < least:
            continue
        for place in _in_gap(room, item, gap):
            if taken and room.clock.day(place.start) in taken:
                continue
            if room.fits(item, place.start, place.end):
                yield place


def _in_gap(room: Room, item: Item, gap: Gap) -> Iterator[Place]:
    if item.touch:
        yield from _touching(item, gap)
        return
    for start in sorted(set(_starts(room, item, gap))):
        yield Place(start, start + _length(item, gap.end - start), gap)


def _starts(room: Room, item: Item, gap: Gap) -> Iterator[Instant]:
    latest, grid = gap.end - item.min_minutes * MINUTE, room.problem.grid_minutes
    if gap.open and gap.start <= latest:
        yield gap.start
    ideal = gap.end - item.ideal_minutes * MINUTE
    if gap.close and ideal >= gap.start:
        yield ideal
    yield from range(room.clock.next_on_grid(gap.start, grid), latest + 1, grid * MINUTE)


def _touching(item: Item, gap: Gap) -> Iterator[Place]:
    window, least = item.windows[0], item.min_minutes * MINUTE
    length = _length(item, gap.end - gap.start)
    if gap.end - gap.start < least:
        return
    if item.touch == "start" and gap.start == window.start:
        yield Place(gap.start, gap.start + length, gap)
    elif item.touch == "end" and gap.end == window.end:
        yield Place(gap.end - length, gap.end, gap)


def _length(item: Item, room: int) -> int:
    """Seconds: the ideal, or what there is room for."""
    ideal, least = item.ideal_minutes * MINUTE, item.min_minutes * MINUTE
    return ideal if room >= ideal else max(least, room - room % STEP)
