"""What is in the room as a plan: each block with its reason, and whether it shows as free or as busy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Fixed, Item, Problem, now_of, one_a_day
from timeblock.planner.columns import columns, groups
from timeblock.planner.explain import unplaced
from timeblock.planner.reasons import why_fixed, why_here
from timeblock.planner.room import Room


def answered(room: Room, left: Iterable[Item]) -> Plan:
    """What is in the room as a plan, with reasons; ``left`` did not fit."""
    problem, impossible, now = room.problem, dict(room.problem.impossible), now_of(room.problem)
    free_until = {key: _free_until(room, room.items[key], interval) for key, interval in [*room.placed.items()]}
    blocks = [_block(room, item, free_until[item.key] <= now) for item in problem.items if item.key in room.placed]
    blocks += [_fixed_block(problem, f) for f in problem.fixed if f.key and f.interval.overlaps(problem.horizon)]
    missed = [_impossible(item, impossible[item.key]) for item in problem.items if item.key in impossible]
    missed += [unplaced(room, item) for item in left]
    turns = [*free_until.values(), *(_soon(problem, f.interval) for f in problem.fixed if f.key and not f.busy)]
    return Plan(
        problem.horizon,
        tuple(sorted(blocks, key=lambda b: (b.interval, b.key))),
        tuple(missed),
        turns=min((at for at in turns if at > now), default=problem.horizon.end),
    )


def _block(room: Room, item: Item, busy: bool) -> Block:
    request, interval = item.request, room.placed[item.key]
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
        busy=f.busy or _soon(problem, f.interval) <= now_of(problem),
        private=f.private,
        pinned=True,
        reason=why_fixed(problem, f),
    )


def _impossible(item: Item, why: str) -> Unplaced:
    return Unplaced(item.key, item.request.name, item.request.kind, why)


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
