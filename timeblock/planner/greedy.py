"""The greedy planner: what stands stays, the dearest go first, each to its cheapest place; then repair.

Nothing here is random and every tie is broken by time and key, so a problem has one plan; and that plan, handed back as
what stands, is its own plan.
"""

from __future__ import annotations

from collections.abc import Iterable

from timeblock.core.interval import MINUTE, Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Fixed, Item, Problem, now_of, one_a_day, precedence
from timeblock.planner.explain import unplaced
from timeblock.planner.places import best, count
from timeblock.planner.reasons import why_fixed, why_here
from timeblock.planner.repair import repair
from timeblock.planner.room import Room


def solve(problem: Problem) -> Plan:
    """A sound plan for the problem."""
    return answered(*place(problem))


def place(problem: Problem) -> tuple[Room, list[Item]]:
    """The room with all that found a place, and the items that found none."""
    room = Room(problem)
    impossible = dict(problem.impossible)
    asked = [item for item in problem.items if item.key not in impossible]
    kept = _keep(room, asked)
    left = _place(room, _scarcest_first(room, [item for item in asked if item.key not in kept]))
    _settle(room, [item for item in asked if item.key in room.placed and item.key not in kept])
    return room, repair(room, left)


def answered(room: Room, left: Iterable[Item]) -> Plan:
    """What is in the room as a plan, with reasons; ``left`` did not fit."""
    problem, impossible = room.problem, dict(room.problem.impossible)
    blocks = [_block(room, item) for item in problem.items if item.key in room.placed]
    blocks += [_fixed_block(problem, f) for f in problem.fixed if f.key and f.interval.overlaps(problem.horizon)]
    missed = [_impossible(item, impossible[item.key]) for item in problem.items if item.key in impossible]
    missed += [unplaced(room, item) for item in left]
    return Plan(problem.horizon, tuple(sorted(blocks, key=lambda b: (b.interval, b.key))), tuple(missed))


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
    return sorted(items, key=lambda item: (precedence(item.request), count(room, item), item.key))


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


def _block(room: Room, item: Item) -> Block:
    request, interval = item.request, room.placed[item.key]
    return Block(
        key=item.key,
        request=request.name,
        title=request.title,
        kind=request.kind,
        area=request.area,
        interval=interval,
        busy=_is_busy(room, item, interval),
        private=request.private,
        moved_from=item.before if item.before != interval else None,
        reason=why_here(room, item, interval),
    )


def _fixed_block(problem: Problem, f: Fixed) -> Block:
    return Block(
        key=f.key,
        request=f.request,
        title=f.label,
        kind=f.kind,
        area=f.area,
        interval=f.interval,
        busy=f.busy or _starts_soon(problem, f.interval),
        private=f.private,
        pinned=True,
        reason=why_fixed(problem, f),
    )


def _impossible(item: Item, why: str) -> Unplaced:
    return Unplaced(item.key, item.request.name, item.request.kind, why)


# ---- free, then busy ------------------------------------------------------------------------------------------------


def _is_busy(room: Room, item: Item, interval: Interval) -> bool:
    """Every block is busy but a flexible one that could still go elsewhere and does not start soon."""
    if not item.request.flexible or _starts_soon(room.problem, interval):
        return True
    return _alternatives(room, item, interval) < room.problem.busy_below_alternatives + item.request.defence


def _starts_soon(problem: Problem, interval: Interval) -> bool:
    return interval.start < now_of(problem) + problem.busy_before_minutes * MINUTE


def _alternatives(room: Room, item: Item, interval: Interval) -> int:
    """Other free places for at least the minimum that do not overlap each other, or days where it is one a day."""
    room.remove(item)
    length, taken = item.min_minutes * MINUTE, room.days_taken(item)
    found = set()
    for gap in room.gaps(item):
        for start in range(gap.start, gap.end - length + 1, length):
            other = start + length <= interval.start or start >= interval.end
            if other and room.clock.day(start) not in taken and room.fits(item, start, start + length):
                found.add(room.clock.day(start) if one_a_day(item.request) else start)
    room.add(item, interval)
    return len(found)
