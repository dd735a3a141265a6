"""Making room: blocks that give way or move aside for one that found no place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from timeblock.core.interval import MINUTE, Interval
from timeblock.core.problem import Item, precedence
from timeblock.planner.cost import Place, price, view
from timeblock.planner.places import best, places_by_force
from timeblock.planner.room import Room

BLOCKERS = 3
"""At most so many blocks move aside for one."""
TRIES = 12
"""So many sets of blockers are tried for an item."""


def repair(room: Room, unplaced: Iterable[Item]) -> list[Item]:
    """Place what can be placed; return what is left, in order of precedence.

    A block gives up its place for good only to one of higher precedence; of equals it may only move. So each step
    places more of the higher ones, and the work ends. It looks at nothing but the room as it is: done again on its own
    result it changes nothing.
    """
    left = sorted(unplaced, key=_order)
    while (step := _first_step(room, left)) is not None:
        left = sorted(step, key=_order)
    return left


def _order(item: Item) -> tuple[tuple[int, int], str]:
    return precedence(item.request), item.key


def _first_step(room: Room, left: list[Item]) -> list[Item] | None:
    """Place the first item that can be; what is then left, or None where nothing can be done."""
    hopeless: set[tuple[str, tuple[Interval, ...]]] = set()
    for item in left:
        alike = item.request.name, item.windows
        if alike in hopeless:
            continue
        lost = _place(room, item)
        if lost is not None:
            return [other for other in left if other is not item] + lost
        hopeless.add(alike)
    return None


def _place(room: Room, item: Item) -> list[Item] | None:
    """Place the item, by force if need be: the items that lost their place to it, or None."""
    spot = best(room, item)
    if spot is not None:
        room.add(item, spot)
        return []
    for blockers, place in _ways(room, item):
        lost = _oust(room, item, place, [room.items[key] for key in blockers])
        if lost is not None:
            return lost
    return None


def _ways(room: Room, item: Item) -> list[tuple[tuple[str, ...], Interval]]:
    """Sets of blockers with the places they would free; those that cost least first."""
    seen = view(room, item)
    found: dict[tuple[str, ...], list[tuple[int, Interval]]] = defaultdict(list)
    for place in places_by_force(room, item):
        blockers = _blockers(room, item, place)
        if 0 < len(blockers) <= BLOCKERS and room.placed.keys() >= set(blockers):
            found[blockers].append((price(seen, place), Interval(place.start, place.end)))
    ranked = sorted(found.items(), key=lambda way: (_rank(room.items, way[0]), min(way[1]), way[0]))
    return [(blockers, place) for blockers, offers in ranked[:TRIES] for place in _telling(offers)]


def _telling(offers: list[tuple[int, Interval]]) -> Iterable[Interval]:
    """The cheapest, the first and the last: if none of them leaves room for the blockers, hardly any does."""
    return dict.fromkeys((min(offers)[1], offers[0][1], offers[-1][1]))


def _blockers(room: Room, item: Item, place: Place) -> tuple[str, ...]:
    """Blocks that lie there, and siblings that would come too close."""
    spacing, name = item.request.spacing_minutes * MINUTE, item.request.name
    there = room.in_the_way(place.start, place.end)
    near = room.in_the_way(place.start - spacing, place.end + spacing) if spacing else []
    odd = room.at_odds(item, place.start, place.end)
    return tuple(sorted({*there, *odd, *(key for key in near if room.items[key].request.name == name)}))


def _rank(items: Mapping[str, Item], blockers: tuple[str, ...]) -> tuple[tuple[int, int], int]:
    """Few and of low precedence first."""
    kind, priority = min(precedence(items[key].request) for key in blockers)
    return (-kind, -priority), len(blockers)


def _oust(room: Room, item: Item, place: Interval, blockers: list[Item]) -> list[Item] | None:
    """Put the item there and the blockers elsewhere; all as it was, and None, where that would cost too much."""
    before = [(blocker, room.remove(blocker)) for blocker in blockers]
    if room.allows(item, place):
        room.add(item, place)
        moved, lost = _reinsert(room, blockers)
        less = all(precedence(other.request) > precedence(item.request) for other in lost)
        if less and not room.moves_too_much():
            return lost
        for other in [*moved, item]:
            room.remove(other)
    for blocker, interval in before:
        room.add(blocker, interval)
    return None


def _reinsert(room: Room, blockers: list[Item]) -> tuple[list[Item], list[Item]]:
    """Place them anew, the dearest first: those that found a place, and those that did not."""
    moved, lost = [], []
    for blocker in sorted(blockers, key=_order):
        spot = best(room, blocker)
        if spot is None:
            lost.append(blocker)
        else:
            room.add(blocker, spot)
            moved.append(blocker)
    return moved, lost
