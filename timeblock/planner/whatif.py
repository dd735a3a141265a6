"""What a plan would be if one thing were otherwise, and as little else as can be: a block elsewhere, or one more in it;
and which blocks together keep that one out. Looks at the week of the block; other weeks stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from timeblock.core.interval import Interval
from timeblock.core.plan import Plan
from timeblock.core.problem import Item, Problem
from timeblock.planner import engine
from timeblock.planner.bound import bound
from timeblock.planner.columns import Group
from timeblock.planner.cost import points
from timeblock.planner.habits import HABITS
from timeblock.planner.model import Model, build
from timeblock.planner.optimum import Answer, assigned, cost_of, taken, where_to_place
from timeblock.planner.program import Row
from timeblock.planner.room import Room
from timeblock.planner.why import Explained, Missed, Otherwise, Shift

WORK = 0.2
"""Seconds of the solver's clock for one question."""
FEW = 3
"""So many blocks are looked into at once."""


def elsewhere(problem: Problem, plan: Plan, item: Item) -> Otherwise | None:
    """The best plan with a placed item at another time; None where there is none, whatever else is given up."""
    here = next(b.interval for b in plan.blocks if b.key == item.key)
    model, lies = _asked(problem, plan, item)
    mine = {n for n, group in enumerate(model.groups) if group.request.name == item.request.name}
    barred = [j for j, c in enumerate(model.columns) if c.group in mine and c.interval.overlaps(here)]
    model.rules.append(Row(0, tuple(barred), (1,) * len(barred)))
    return _solved(problem, model, lies, item)


def forced_in(problem: Problem, plan: Plan, item: Item) -> Otherwise | None:
    """The best plan with an item that did not fit; None where there is none, whatever else is given up."""
    return _solved(problem, *_asked(problem, plan, item), item)


def kept_out_by(problem: Problem, plan: Plan, item: Item) -> tuple[Group, ...]:
    """A smallest set of others whose blocks, all together, leave no room for the item: without any one of them it would
    fit. Empty where facts alone are in the way."""
    model, lies = _asked(problem, plan, item)
    program = replace(model.value(), kept=model.shortest())
    demands = [
        (sum(i.key in lies for i in group.items), mine)
        for group, mine in zip(model.groups, model.by_group, strict=True)
        if all(i.key != item.key for i in group.items)
    ]
    groups = [group for group in model.groups if all(i.key != item.key for i in group.items)]
    return tuple(groups[n] for n in engine.conflict(program, demands, WORK))


def _asked(problem: Problem, plan: Plan, item: Item) -> tuple[Model, dict[str, Interval]]:
    """The week of the item with the plan as it stands, and one more of its group than there is, or as many."""
    lies = {b.key: b.interval for b in plan.blocks if not b.pinned}
    items = tuple(replace(i, before=lies.get(i.key)) for i in problem.items)
    room = Room(replace(problem, items=items, moves_left=None))
    week = problem.where.week(problem.where.week_of(item.windows[0].start))
    near = [i for i in items if any(w.overlaps(week) for w in i.windows) and i.key not in dict(problem.impossible)]
    for far in items:
        if far.key in lies and far not in near:
            room.add(far, lies[far.key])
    model = build(room, near, [(i, lies[i.key]) for i in near if i.key in lies], HABITS)
    for group, mine in zip(model.groups, model.by_group, strict=True):
        if any(i.key == item.key for i in group.items):
            wanted = sum(i.key in lies or i.key == item.key for i in group.items)
            model.rules.append(Row(-wanted, tuple(mine), (-1,) * len(mine)))
    return model, lies


def _solved(problem: Problem, model: Model, lies: Mapping[str, Interval], item: Item) -> Otherwise | None:
    what = replace(model.value(), kept=model.shortest())
    found = engine.search(what, taken(model, lies), WORK)
    if found.values is None:
        return None
    value = Answer(found.values, what.value(found.values), 0, WORK)
    least = bound(model.value(), engine.relax(what).duals)
    place = where_to_place(model, engine, least, value, cost_of(model, found.values))
    now = {**model.room.placed, **assigned(model, place.values)}
    others = [i for i in problem.items if i.key in lies and i.key != item.key and now.get(i.key) != lies[i.key]]
    shifts = tuple(Shift(i.key, i.request.title, lies[i.key], now.get(i.key)) for i in others)
    alike = (
        i.key for i in problem.items if i.key not in lies and i.windows == item.windows and i.request == item.request
    )
    mine = next(key for key in (item.key, *alike) if key in now)
    return Otherwise(now[mine], shifts, points(problem, now) - points(problem, lies))


# ---- all that was asked about ---------------------------------------------------------------------------------------


def priced(problem: Problem, plan: Plan, told: Explained) -> Explained:
    """With the answers of the solver: for each of a few placed blocks the best plan with it elsewhere, for those that
    did not fit the price of having them. Of blocks that are alike one is asked about."""
    items = {i.key: i for i in problem.items}
    few = sum(block.movable for block in told.placed) <= FEW
    placed = tuple(
        replace(b, asked=True, elsewhere=elsewhere(problem, plan, items[b.key])) if few and b.movable else b
        for b in told.placed
    )
    known: dict[Item, Missed] = {}
    return replace(
        told, placed=placed, unplaced=tuple(_priced(problem, plan, items[m.key], m, known) for m in told.unplaced)
    )


def _priced(problem: Problem, plan: Plan, item: Item, missed: Missed, known: dict[Item, Missed]) -> Missed:
    if missed.why:
        return missed
    alike = replace(item, key="", before=None)
    if alike not in known:
        price, names = forced_in(problem, plan, item), [g.request.title for g in kept_out_by(problem, plan, item)]
        known[alike] = replace(missed, asked=True, price=price, kept_out_by=tuple(dict.fromkeys(names)))
    return replace(known[alike], key=missed.key)
