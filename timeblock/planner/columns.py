"""All places that the exact planner chooses from: one column for each start and length that no fact forbids.

Starts on the grid, and flush with the facts around; lengths from the ideal down in quarter hours, the least, and what
just fills a gap. Interchangeable items (same request, same windows) share their columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.problem import Item, Request
from timeblock.planner.cost import LOCAL, Place, view
from timeblock.planner.places import STEP
from timeblock.planner.room import Gap, Room, touches

SHORTER_BY = 15 * MINUTE
"""Lengths under the ideal are this far apart."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items that differ in nothing but their key and where they stand by now."""

    items: tuple[Item, ...]

    @property
    def item(self) -> Item:
        return self.items[0]

    @property
    def request(self) -> Request:
        return self.items[0].request


@dataclass(frozen=True, slots=True)
class Column:
    """A place for one item of a group. ``cost``: the points of the place by itself; ``stays``: the key of the item
    that stands just there by now, or ""."""

    group: int
    start: Instant
    end: Instant
    cost: int
    stays: str = ""

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


def groups(items: Iterable[Item]) -> tuple[Group, ...]:
    """The items by what they ask for, in their own order."""
    alike: dict[Item, list[Item]] = defaultdict(list)
    for item in items:
        alike[replace(item, key="", before=None)].append(item)
    return tuple(Group(tuple(found)) for found in alike.values())


def columns(room: Room, groups: Sequence[Group], hint: Iterable[tuple[Item, Interval]]) -> tuple[Column, ...]:
    """What each group could take, given the facts and blocks that are in the room. ``hint``: places to add."""
    more: dict[str, list[Interval]] = defaultdict(list)
    for item, interval in hint:
        more[item.key].append(interval)
    return tuple(c for number, group in enumerate(groups) for c in _of_group(room, number, group, more))


def _of_group(room: Room, number: int, group: Group, more: dict[str, list[Interval]]) -> Iterator[Column]:
    item, seen = group.item, replace(view(room, group.item), days=frozenset())
    stands = {i.before: i.key for i in reversed(group.items) if i.before is not None}
    found = dict.fromkeys(_on_axis(room, item))
    for interval in [*stands, *(i for one in group.items for i in more[one.key])]:
        if (interval.start, interval.end) not in found and room.allows(item, interval):
            found[interval.start, interval.end] = None
    whole, as_usual = Gap(0, 0, False, False), replace(seen, usual=None)
    for start, end in sorted(found):
        place, stays = Place(start, end, whole), stands.get(Interval(start, end), "")
        cost = sum(preference(as_usual if stays else seen, place) for preference in LOCAL)
        yield Column(number, start, end, cost, stays)


def _on_axis(room: Room, item: Item) -> Iterator[tuple[Instant, Instant]]:
    taken = room.days_taken(item)
    for gap in room.gaps(item):
        for start, end in _in_gap(room, item, gap):
            if room.clock.day(start) not in taken and room.fits(item, start, end):
                yield start, end


def _in_gap(room: Room, item: Item, gap: Gap) -> Iterator[tuple[Instant, Instant]]:
    if item.touch:
        for length in _lengths(item, gap.end - gap.start):
            for place in ((gap.start, gap.start + length), (gap.end - length, gap.end)):
                if touches(item, Interval(*place)):
                    yield place
        return
    grid = room.problem.grid_minutes
    for start in range(room.clock.next_on_grid(gap.start, grid), gap.end, grid * MINUTE):
        for length in _lengths(item, gap.end - start):
            yield start, start + length
    for length in _lengths(item, gap.end - gap.start):
        if gap.open:
            yield gap.start, gap.start + length
        if gap.close:
            yield gap.end - length, gap.end


def _lengths(item: Item, space: int) -> Iterator[int]:
    """Seconds: those that fit into the space, and what fills it."""
    least, ideal = item.min_minutes * MINUTE, item.ideal_minutes * MINUTE
    if space >= least:
        yield least
        yield from range(ideal, least, -SHORTER_BY) if space >= ideal else _shrunk(least, ideal, space)


def _shrunk(least: int, ideal: int, space: int) -> Iterator[int]:
    yield max(least, space - space % STEP)
    yield from (length for length in range(ideal, least, -SHORTER_BY) if length <= space)
