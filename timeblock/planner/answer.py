"""What is in the room as a plan: each block with its reason, and whether it shows as free or as busy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Fixed, Item, Problem, now_of, one_a_day
from timeblock.planner.columns import columns, groups
from timeblock.planner.obstacles import missed
from timeblock.planner.reasons import why_fixed, why_here
from timeblock.planner.room import Room
from timeblock.planner.why import Missed
from timeblock.planner.wording import reason, suggestion, why_there


def answered(room: Room, left: Iterable[Item]) -> Plan:
    """What is in the room as a plan, with reasons; ``left`` did not fit."""
    problem, impossible, now = room.problem, dict(room.problem.impossible), now_of(room.problem)
    free_until = {key: _free_until(room, room.items[key], interval) for key, interval in [*room.placed.items()]}
    blocks = [_block(room, item, free_until[item.key] <= now) for item in problem.items if item.key in room.placed]
    blocks += [_fixed_block(problem, f) for f in problem.fixed if f.key and f.interval.overlaps(problem.horizon)]
    turns = [*free_until.values(), *(_soon(problem, f.interval) for f in problem.fixed if f.key and not f.busy)]
    out = [*(item for item in problem.items if item.key in impossible), *left]
    return Plan(
        problem.horizon,
        tuple(sorted(blocks, key=lambda b: (b.interval, b.key))),
        tuple(_unplaced(problem, item, unplaced(room, item)) for item in out),
        turns=min((at for at in turns if at > now), default=problem.horizon.end),
    )


def unplaced(room: Room, item: Item) -> Missed:
    """Why the item is in no place of the finished plan."""
    impossible = dict(room.problem.impossible)
    if item.key in impossible:
        return Missed(item.key, item.request.name, item.min_minutes, why=impossible[item.key])
    return missed(room, item)


def _unplaced(problem: Problem, item: Item, told: Missed) -> Unplaced:
    request, help_with = item.request, suggestion(problem, told.nearest)
    return Unplaced(item.key, request.name, request.kind, reason(problem, told), help_with)


def _block(room: Room, item: Item, busy: bool) -> Block:
    request, interval = item.request, room.placed[item.key]
    room.remove(item)
    why = why_there(room.problem, interval.start, why_here(room, item, interval))
    room.add(item, interval)
    return Block(
        key=item.key,
        request=request.name,
        title=request.title,
        kind=request.kind,
        area=request.area,
        interval=interval,
        busy=busy,
        private=request.private,
        moved_from=item.before if item.before != interval else None,
        reason=why,
    )


def _fixed_block(problem: Problem, f: Fixed) -> Block:
    return Block(
        key=f.key,
        request=f.request,
        title=f.label,
        kind=f.kind,
        area=f.area,
        interval=f.interval,
        busy=f.busy or _soon(problem, f.interval) <= now_of(problem),
        private=f.private,
        pinned=True,
        reason=why_there(problem, f.interval.start, why_fixed(problem, f)),
    )


# ---- free, then busy ------------------------------------------------------------------------------------------------


def _free_until(room: Room, item: Item, interval: Interval) -> Instant:
    """Until when a block is shown as free: a flexible one that could still go elsewhere and does not start soon. For
    all others that moment is over."""
    problem, now = room.problem, now_of(room.problem)
    soon, needed = _soon(problem, interval), problem.busy_below_alternatives + item.request.defence
    if not item.request.flexible or soon <= now:
        return now
    left = alternatives(room, item, interval)
    if len(left) < needed:
        return now
    return min(soon, left[needed - 1]) if needed > 0 else soon


def _soon(problem: Problem, interval: Interval) -> Instant:
    """From when on a block is busy, wherever else it could go."""
    return interval.start - problem.busy_before_minutes * MINUTE


def alternatives(room: Room, item: Item, interval: Interval) -> list[Instant]:
    """The other places that the plan leaves to a block that lies at ``interval``, each by its start, the latest first:
    columns of the model that go with all other blocks as they lie, no two of them over each other; or days, where it is
    one a day."""
    room.remove(item)
    left = columns(room, groups([replace(item, ideal_minutes=item.min_minutes, before=None)]), ())
    room.add(item, interval)
    others = sorted(c.interval for c in left if not c.interval.overlaps(interval))
    if one_a_day(item.request):
        return sorted({room.clock.day(other.start): other.start for other in others}.values(), reverse=True)
    return _apart(others)


def _apart(places: Sequence[Interval]) -> list[Instant]:
    """The starts of the most of them that do not overlap: those that are left for longest."""
    starts: list[Instant] = []
    for place in reversed(places):
        if not starts or place.end <= starts[-1]:
            starts.append(place.start)
    return starts
