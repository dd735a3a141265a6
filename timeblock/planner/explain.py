"""A plan explained, block by block, by what is known without asking the solver again."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from timeblock.core.plan import Block, Plan
from timeblock.core.problem import Item, Problem, Request
from timeblock.errors import FixNeeded
from timeblock.planner.answer import alternatives, unplaced
from timeblock.planner.cost import weight
from timeblock.planner.reasons import instead, why_fixed, why_here
from timeblock.planner.room import Room
from timeblock.planner.why import Explained, Missed, Placed, Trade

CLOSE = 3
"""So many keys are offered where one is not known."""


def explained(problem: Problem, plan: Plan, key: str = "") -> Explained:
    """The blocks of a plan, placed or not; those of a ``key`` alone: a request's name, or the beginning of a key up to
    a slash. Raises :class:`FixNeeded` where the plan has nothing of that name."""
    items, room = {item.key: item for item in problem.items}, room_of(problem, plan)
    blocks = [b for b in plan.blocks if _is_about(b.key, key)]
    left = [items[u.key] for u in plan.unplaced if _is_about(u.key, key)]
    if key and not blocks and not left:
        raise FixNeeded(_unknown(plan, key))
    return Explained(
        tuple(_placed(room, items.get(b.key), b) for b in blocks), tuple(unplaced(room, item) for item in left)
    )


def _is_about(key: str, asked: str) -> bool:
    return not asked or f"{key}/".startswith(f"{asked}/")


def _unknown(plan: Plan, key: str) -> str:
    keys = [b.key for b in plan.blocks] + [u.key for u in plan.unplaced]
    close = difflib.get_close_matches(key, keys, n=CLOSE, cutoff=0.4) or keys[:CLOSE]
    return f'there is no block "{key}" in this plan (did you mean {", ".join(close) or "another plan"}?)'


def room_of(problem: Problem, plan: Plan) -> Room:
    """The room with all that the planner placed."""
    room = Room(problem)
    for block in plan.blocks:
        if block.key in room.items:
            room.add(room.items[block.key], block.interval)
    return room


def _placed(room: Room, item: Item | None, block: Block) -> Placed:
    told = block.key, block.request, block.title, block.interval
    if item is None:
        fact = next(f for f in room.problem.fixed if f.key == block.key)
        return Placed(*told, why_fixed(room.problem, fact), movable=False)
    left = None if block.busy else len(alternatives(room, item, block.interval))
    room.remove(item)
    why, others = why_here(room, item, block.interval), instead(room, item, block.interval)
    room.add(item, block.interval)
    return Placed(*told, why, instead=others, places_left=left)


# ---- the whole ------------------------------------------------------------------------------------------------------


def given_up(problem: Problem, whole: Explained) -> tuple[Trade, ...]:
    """What was given up for what, the dearest first."""
    requests = {item.request.name: item.request for item in problem.items}
    missed: dict[str, list[Missed]] = defaultdict(list)
    short: dict[str, dict[str, int]] = defaultdict(dict)
    for one in whole.unplaced:
        missed[one.request].append(one)
    for block in whole.placed:
        if block.why.short_by:
            short[block.request][block.key] = block.why.short_by
    trades = [_trade(problem, requests[name], missed[name], short[name]) for name in {**missed, **short}]
    return tuple(sorted(trades, key=lambda t: (-t.weight, t.request)))


def _trade(problem: Problem, request: Request, missed: list[Missed], short: Mapping[str, int]) -> Trade:
    keys, lost = tuple(one.key for one in missed), weight(problem, request) * len(missed)
    given_for = dict.fromkeys(chain.from_iterable(_given_for(one) for one in missed))
    return Trade(request.name, request.title, keys, short, lost, tuple(given_for))


def _given_for(missed: Missed) -> tuple[str, ...]:
    """Requests whose blocks lie in the way wherever they lie, where that was asked; else what lies there now."""
    return missed.kept_out_by or tuple(c.name for c in missed.causes if c.rule == "time")
