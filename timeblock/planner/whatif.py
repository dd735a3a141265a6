"""What a plan would be if one thing were otherwise, and as little else as can be: a block elsewhere, or one more in it;
and which blocks together keep that one out. Looks at the week of the block; other weeks stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from timeblock.core.interval import Interval
from timeblock.core.plan import Plan
from timeblock.core.problem import Item, Problem
from timeblock.core.words import day, moment, span
from timeblock.planner import engine
from timeblock.planner.bound import bound
from timeblock.planner.columns import Group
from timeblock.planner.cost import points
from timeblock.planner.exact import Answer, assigned, cost_of, taken, where_to_place
from timeblock.planner.habits import HABITS
from timeblock.planner.model import Model, build
from timeblock.planner.program import Row
from timeblock.planner.room import Room

WORK = 0.2
"""Seconds of the solver's clock for one question."""
FEW = 3
"""So many blocks are looked into at once."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The other plan against the one that was asked about: where the block ``lies``, which others move there, which are
    given up, and how many ``points`` more it costs."""

    lies: Interval
    moved: tuple[tuple[Item, Interval], ...]
    given_up: tuple[tuple[Item, Interval], ...]
    points: int


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
    return Otherwise(
        now[item.key],
        tuple((i, now[i.key]) for i in others if i.key in now),
        tuple((i, lies[i.key]) for i in others if i.key not in now),
        points(problem, now) - points(problem, lies),
    )


# ---- in words -------------------------------------------------------------------------------------------------------


def told(problem: Problem, plan: Plan, key: str) -> Iterator[str]:
    """What would be otherwise, for the blocks of a key or a beginning of it, where those are few."""
    items = {i.key: i for i in problem.items if i.key not in dict(problem.impossible)}
    placed = [b.key for b in plan.blocks if f"{b.key}/".startswith(f"{key}/") and b.key in items]
    missed = [u.key for u in plan.unplaced if f"{u.key}/".startswith(f"{key}/") and u.key in items]
    if len(placed) + len(missed) <= FEW:
        yield from (_if_elsewhere(problem, items[k], elsewhere(problem, plan, items[k])) for k in placed)
        yield from (_if_forced_in(problem, plan, items[k]) for k in missed)


def _if_elsewhere(problem: Problem, item: Item, other: Otherwise | None) -> str:
    if other is None:
        return f"{item.key} can lie nowhere else, whatever gives way."
    on = day(problem.where.date_of(other.lies.start))
    worse = [] if other.given_up or other.points <= 0 else [f"{other.points} points worse"]
    said = [f"{on} {span(other.lies, problem.where)}", *worse, *_changes(problem, other)]
    return f"{item.key} elsewhere, at best: {', '.join(said)}."


def _if_forced_in(problem: Problem, plan: Plan, item: Item) -> str:
    other = forced_in(problem, plan, item)
    if other is None:
        return f"{item.key} fits into no plan, whatever gives way: facts and rules alone keep it out."
    names = dict.fromkeys(group.request.title for group in kept_out_by(problem, plan, item))
    by = f" It is kept out by {' and '.join(names)}." if names else ""
    at = moment(other.lies.start, problem.where)
    return f"To have {item.key} ({at}): {', '.join(_changes(problem, other)) or 'nothing else changes'}.{by}"


def _changes(problem: Problem, other: Otherwise) -> Iterator[str]:
    for item, was in other.given_up:
        yield f"{item.request.title} ({moment(was.start, problem.where)}) is given up"
    for item, now in other.moved:
        yield f"{item.request.title} moves to {moment(now.start, problem.where)}"
