"""What is in the room as a plan: each block with its reason, and whether it shows as free or as busy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from timeblock.core.interval import MINUTE, Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Fixed, Item, Problem, now_of, one_a_day
from timeblock.planner.columns import columns, groups
from timeblock.planner.explain import unplaced
from timeblock.planner.reasons import why_fixed, why_here
from timeblock.planner.room import Room


def answered(room: Room, left: Iterable[Item]) -> Plan:
    """What is in the room as a plan, with reasons; ``left`` did not fit."""
    problem, impossible = room.problem, dict(room.problem.impossible)
    blocks = [_block(room, item) for item in problem.items if item.key in room.placed]
    blocks += [_fixed_block(problem, f) for f in problem.fixed if f.key and f.interval.overlaps(problem.horizon)]
    missed = [_impossible(item, impossible[item.key]) for item in problem.items if item.key in impossible]
    missed += [unplaced(room, item) for item in left]
    return Plan(problem.horizon, tuple(sorted(blocks, key=lambda b: (b.interval, b.key))), tuple(missed))


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
    return alternatives(room, item, interval) < room.problem.busy_below_alternatives + item.request.defence


def _starts_soon(problem: Problem, interval: Interval) -> bool:
    return interval.start < now_of(problem) + problem.busy_before_minutes * MINUTE


def alternatives(room: Room, item: Item, interval: Interval) -> int:
    """How many other places the plan leaves to a block that lies at ``interval``: columns of the model that go with all
    other blocks as they lie, no two of them over each other; or days, where it is one a day."""
    room.remove(item)
    left = columns(room, groups([replace(item, ideal_minutes=item.min_minutes, before=None)]), ())
    room.add(item, interval)
    others = [c.interval for c in left if not c.interval.overlaps(interval)]
    if one_a_day(item.request):
        return len({room.clock.day(other.start) for other in others})
    return _apart(others)


def _apart(places: Iterable[Interval]) -> int:
    """The most of them that do not overlap."""
    number, free = 0, 0
    for place in sorted(places, key=lambda p: p.end):
        if place.start >= free:
            number, free = number + 1, place.end
    return number
