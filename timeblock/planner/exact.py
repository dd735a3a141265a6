"""The exact planner: greedy's plan as a start, then proof. First what is placed, then where it lies.

Each of the two questions is answered in the same way (:func:`answer`): a relaxation gives a bound and says of each
column what it costs at least beyond it; only columns that are cheap by that are searched; and once those that were left
out cost more than the best plan known, that plan is best of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Protocol

from timeblock.core.interval import Interval
from timeblock.core.plan import Certificate, Plan
from timeblock.core.problem import Item, Problem
from timeblock.planner import greedy
from timeblock.planner.bound import bound
from timeblock.planner.cost import missed, points, unit
from timeblock.planner.model import Model, Program, build
from timeblock.planner.room import Room

WIDTH = 12
"""Columns this much beyond the bound are searched first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``work``: seconds of the solver's own clock, which is the same on every machine."""

    work: float


class Found(Protocol):
    """What a search brought: see :class:`timeblock.planner.engine.Found`."""

    @property
    def values(self) -> Mapping[int, int] | None: ...
    @property
    def bound(self) -> float: ...
    @property
    def work(self) -> float: ...


class Engine(Protocol):
    """What is asked of a solver; ours is :mod:`timeblock.planner.engine`."""

    def duals(self, program: Program) -> list[float]: ...
    def search(self, program: Program, hint: Mapping[int, int], work: float) -> Found: ...


INTERACTIVE, BACKGROUND = Limits(0.5), Limits(30)


@dataclass(frozen=True, slots=True)
class Answer:
    """The best solution of a program that is known, None where that is the one that was known before; what it costs,
    the ``bound`` under which none can be, and the ``work`` left."""

    values: Mapping[int, int] | None
    cost: int
    bound: int
    work: float


def solve(problem: Problem, limits: Limits = INTERACTIVE) -> Plan:
    """The best plan, with a certificate that says how sure that is.

    Greedy's plan where the engine is not installed.
    """
    room, left = greedy.place(problem)
    try:
        from timeblock.planner import engine
    except ImportError:
        return greedy.answered(room, left)
    certificate = improve(room, engine, limits)
    return replace(greedy.answered(room, _not_placed(room)), certificate=certificate)


def improve(room: Room, engine: Engine, limits: Limits = INTERACTIVE) -> Certificate:
    """Put the blocks of the best plan into the room, in place of those that are there."""
    problem = room.problem
    asked = [*_placed(room), *_not_placed(room)]
    lies = {item.key: room.remove(item) for item in _placed(room)}
    model = build(room, asked, [(item, lies[item.key]) for item in asked if item.key in lies])
    value = answer(engine, model.value(), {}, missed(problem, lies), limits.work)
    if value.values is not None:
        lies = _assigned(model, value.values)
    place = answer(engine, model.preferences(value.cost), value.values or {}, points(problem, lies), value.work)
    if place.values is not None:
        lies = _assigned(model, place.values)
    for key, interval in lies.items():
        room.add(room.items[key], interval)
    whole = unit(problem)
    bound = place.bound if value.bound == value.cost else 0
    return Certificate(whole * value.cost + place.cost, whole * value.bound + bound)


def _placed(room: Room) -> list[Item]:
    return [item for item in room.problem.items if item.key in room.placed]


def _not_placed(room: Room) -> list[Item]:
    impossible = dict(room.problem.impossible)
    return [item for item in room.problem.items if item.key not in room.placed and item.key not in impossible]


def answer(engine: Engine, program: Program, hint: Mapping[int, int], known: int, work: float) -> Answer:
    """The best solution, given that one of cost ``known`` is there; ``hint``: what may be in it."""
    relaxed = bound(program, engine.duals(program))
    best, least, width = Answer(None, known, min(known, relaxed.least), work), relaxed.least, WIDTH
    while best.bound < best.cost and best.work > 0:
        width = min(width, best.cost - 1 - least)
        kept = [j for j in program.kept if relaxed.extra[j] <= width]
        found = engine.search(replace(program, kept=kept), best.values or hint, best.work)
        best = _better(best, program, found, width + least + 1)
        width = best.cost - 1 - least if found.values is not None else width * 4 + 10
    return best


def _better(best: Answer, program: Program, found: Found, outside: int) -> Answer:
    """``outside``: what a solution costs at least that was not searched for."""
    work = best.work - found.work
    proven = min(outside, best.cost if found.bound == inf else ceil(found.bound - 1e-6))
    cost = program.constant + sum(program.cost[j] * n for j, n in (found.values or {}).items())
    if found.values is not None and cost < best.cost:
        return Answer(found.values, cost, min(cost, max(best.bound, proven)), work)
    return replace(best, bound=min(best.cost, max(best.bound, proven)), work=work)


def _assigned(model: Model, values: Mapping[int, int]) -> dict[str, Interval]:
    """Where each item lies: what stands in its place keeps its key, the others take theirs in order of time."""
    lies: dict[str, Interval] = {}
    for group, mine in zip(model.groups, model.by_group, strict=True):
        chosen = [model.columns[j] for j in mine if values.get(j)]
        stay = {c.stays: c.interval for c in chosen if c.stays}
        free = sorted((i for i in group.items if i.key not in stay), key=lambda i: i.before is None)
        lies |= stay | dict(zip((i.key for i in free), (c.interval for c in chosen if not c.stays), strict=False))
    return lies
