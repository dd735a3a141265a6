"""The greedy planner: what stands stays, the dearest go first, each to its cheapest place; then repair.

Nothing here is random and every tie is broken by time and key, so a problem has one plan; and that plan, handed back as
what stands, is its own plan.
"""

from __future__ import annotations

from collections.abc import Iterable

from timeblock.core.plan import Plan
from timeblock.core.problem import Item, Problem, precedence
from timeblock.planner.answer import answered
from timeblock.planner.places import best, count
from timeblock.planner.repair import repair
from timeblock.planner.room import Room


def solve(problem: Problem) -> Plan:
    """A sound plan for the problem."""
    room = Room(problem)
    return answered(room, place(room))


def place(room: Room) -> list[Item]:
    """Fill an empty room; returns the items that found no place."""
    impossible = dict(room.problem.impossible)
    asked = [item for item in room.problem.items if item.key not in impossible]
    kept = _keep(room, asked)
    left = _place(room, _scarcest_first(room, [item for item in asked if item.key not in kept]))
    _settle(room, [item for item in asked if item.key in room.placed and item.key not in kept])
    return repair(room, left)


def _keep(room: Room, items: Iterable[Item]) -> frozenset[str]:
    """What still fits stays where it is."""
    kept = []
    for item in items:
        if item.before is not None and room.allows(item, item.before):
            room.add(item, item.before)
            kept.append(item.key)
    return frozenset(kept)


def _scarcest_first(room: Room, items: list[Item]) -> list[Item]:
    """By precedence; within it those with the fewest places first."""
    alike = {(item.request.name, item.windows): item for item in items}
    places = {some: count(room, item) for some, item in alike.items()}
    return sorted(items, key=lambda i: (precedence(i.request), places[i.request.name, i.windows], i.key))


def _place(room: Room, items: Iterable[Item]) -> list[Item]:
    """Each to its cheapest place; returns those that found none."""
    left = []
    for item in items:
        spot = best(room, item)
        if spot is None:
            left.append(item)
        else:
            room.add(item, spot)
    return left


def _settle(room: Room, items: Iterable[Item]) -> None:
    """A second choice for what is new, now that it is known where everything else lies."""
    for item in items:
        was = room.remove(item)
        room.add(item, best(room, item) or was)
