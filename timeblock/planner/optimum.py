"""The best plan of some items among others that lie fast: first what is placed, then where it lies.

Each of the two questions is answered in the same way: a relaxation gives a bound and says of each column what it costs
at least beyond it; only columns that are cheap by that are searched; and once those that were left out cost more than
the best plan known, that plan is best of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from timeblock.core.interval import Interval
from timeblock.core.problem import Item
from timeblock.planner.bound import Bound, bound
from timeblock.planner.cost import moved, points
from timeblock.planner.habits import HABITS
from timeblock.planner.model import Model, build
from timeblock.planner.program import Found, Program, Relaxed
from timeblock.planner.room import Room

LIKELY = 100
"""Columns no more than this beyond the bound are likely to be in the best plan."""
FEW = 3000
"""Columns that may well be searched all at once,"""
SHARE = 0.5
"""in so much of the work."""


class Engine(Protocol):
    """What is asked of a solver; ours is :mod:`timeblock.planner.engine`."""

    def relax(self, program: Program) -> Relaxed: ...
    def search(self, program: Program, hint: Mapping[int, int], work: float) -> Found: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """The best solution of a program that is known; what it costs, the ``bound`` under which none can be, and the
    ``work`` left: seconds of the solver's own clock, which is the same on every machine."""

    values: Mapping[int, int]
    cost: int
    bound: int
    work: float

    @property
    def proven(self) -> bool:
        return self.bound == self.cost


def anew(room: Room, items: Sequence[Item], engine: Engine, work: float) -> tuple[Answer, Answer]:
    """Place these items anew in the best way among the others, which stay as they are."""
    lies = {item.key: room.remove(item) for item in items if item.key in room.placed}
    model = build(room, items, [(item, lies[item.key]) for item in items if item.key in lies], HABITS)
    hint = taken(model, lies)
    known = Answer(hint, model.value().value(hint), 0, work)
    value, least = what_to_place(model, engine, known)
    place = where_to_place(model, engine, least, value, cost_of(model, value.values))
    for key, interval in assigned(model, place.values).items():
        room.add(room.items[key], interval)
    return value, place


def cost_of(model: Model, values: Mapping[int, int]) -> int:
    """The points of a solution given by its columns alone, as the model counts them: without the other blocks'."""
    room, items = model.room, [item for group in model.groups for item in group.items]
    others = points(room.problem, room.placed, room.usual) - sum(moved(i.request) for i in items if i.before)
    return points(room.problem, {**room.placed, **assigned(model, values)}, room.usual) - others


def what_to_place(model: Model, engine: Engine, known: Answer) -> tuple[Answer, Bound]:
    """The fewest misses by weight, and what is known of each column by that."""
    program = replace(model.value(), kept=model.shortest())
    duals = engine.relax(program).duals
    return prove(engine, program, bound(program, duals), known), bound(model.value(), duals)


def where_to_place(model: Model, engine: Engine, value_bound: Bound, value: Answer, cost: int) -> Answer:
    """The best places with no more misses than in ``value``, which itself costs ``cost`` points."""
    program = model.preferences(value.cost, value_bound)
    relaxed = engine.relax(program)
    least = bound(program, relaxed.duals)
    return prove(engine, program, least, replace(value, cost=cost))


def prove(engine: Engine, program: Program, relaxed: Bound, known: Answer) -> Answer:
    """Search all columns that could be in a better solution than the one known: at once where they are few; else, or
    where that is too much work, the likely ones before, so that few are left."""
    best = replace(known, bound=min(known.cost, relaxed.least))
    if sum(relaxed.extra[j] < best.cost - relaxed.least for j in program.kept) <= FEW:
        best = _within(best.cost - 1 - relaxed.least, SHARE, engine, program, relaxed, best)
    best = _within(LIKELY, 1, engine, program, relaxed, best)
    return _within(best.cost - 1 - relaxed.least, 1, engine, program, relaxed, best)


def _within(width: int, share: float, engine: Engine, program: Program, relaxed: Bound, best: Answer) -> Answer:
    """The best solution of columns that cost no more than ``width`` beyond the bound, or of what is known; found with
    a ``share`` of the work that is left."""
    if best.proven or best.work <= 0:
        return best
    kept = [j for j in program.kept if relaxed.extra[j] <= width or j in best.values]
    found = engine.search(replace(program, kept=kept), best.values, best.work * share)
    if found.values is not None and program.value(found.values) < best.cost:
        best = replace(best, values=found.values, cost=program.value(found.values))
    proven = min(best.cost, found.bound, relaxed.least + width + 1)
    return replace(best, bound=max(best.bound, int(proven)), work=best.work - found.work)


def taken(model: Model, lies: Mapping[str, Interval]) -> dict[int, int]:
    """The columns of a plan."""
    of_group = [{lies[i.key] for i in group.items if i.key in lies} for group in model.groups]
    return {j: 1 for j, column in enumerate(model.columns) if column.interval in of_group[column.group]}


def assigned(model: Model, values: Mapping[int, int]) -> dict[str, Interval]:
    """Where each item lies: what stands in its place keeps its key, the others take theirs in order of time."""
    lies: dict[str, Interval] = {}
    for group, mine in zip(model.groups, model.by_group, strict=True):
        chosen = [model.columns[j] for j in mine if values.get(j)]
        stay = {c.stays: c.interval for c in chosen if c.stays}
        free = sorted((i for i in group.items if i.key not in stay), key=lambda i: i.before is None)
        lies |= stay | dict(zip((i.key for i in free), (c.interval for c in chosen if not c.stays), strict=False))
    return lies
