"""The exact planner: each week by itself to proven optimality, then all of them together.

A block costs the same wherever those of other weeks lie, and taking blocks away never breaks a rule. So no plan of the
whole is better than the best plans of its weeks are by themselves; and where those go together, nothing is better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from timeblock.core.interval import Interval
from timeblock.core.plan import Certificate, Plan
from timeblock.core.problem import Item, Problem
from timeblock.planner import greedy
from timeblock.planner.answer import answered
from timeblock.planner.cost import missed, points
from timeblock.planner.optimum import Answer, Engine, anew
from timeblock.planner.room import Room

TOGETHER = 2
"""So many weeks are planned as one where their best plans do not go together."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``work``: seconds of the solver's own clock for a week."""

    work: float


INTERACTIVE = Limits(2)


@dataclass(frozen=True, slots=True)
class Part:
    """Some ``weeks`` as if the others were not there, in their best plan."""

    items: Sequence[Item]
    weeks: int
    lies: Mapping[str, Interval]
    value: Answer
    place: Answer


def solve(problem: Problem, limits: Limits = INTERACTIVE) -> Plan:
    """The best plan, with a certificate that says how sure that is.

    Greedy's plan where the engine is not installed.
    """
    try:
        from timeblock.planner import engine
    except ImportError:
        return greedy.solve(problem)
    room, certificate = best(problem, engine, limits)
    left = [item for item in _asked(problem) if item.key not in room.placed]
    return replace(answered(room, left), certificate=certificate)


def best(problem: Problem, engine: Engine, limits: Limits = INTERACTIVE) -> tuple[Room, Certificate]:
    """The room with the best plan in it."""
    empty = Room(problem)
    parts = [_alone(empty, items, 1, engine, limits) for items in _by_week(problem)]
    room, clash = _together(empty, parts)
    while clash and parts[clash - 1].weeks + parts[clash].weeks <= TOGETHER:
        items = [*parts[clash - 1].items, *parts[clash].items]
        parts[clash - 1 : clash + 1] = [_alone(empty, items, TOGETHER, engine, limits)]
        room, clash = _together(empty, parts)
    if clash:
        room = _one_by_one(problem, parts, engine, limits)
    certificate = _certificate(room, parts)
    return (room, certificate) if certificate.proven else _or_greedy(room, certificate)


def _or_greedy(room: Room, known: Certificate) -> tuple[Room, Certificate]:
    """Greedy's plan where that is better: weeks by themselves know nothing of what their blocks cost each other."""
    simple, problem = Room(room.problem, room.usual), room.problem
    greedy.place(simple)
    lost, spent = missed(problem, simple.placed), points(problem, simple.placed, room.usual)
    if (lost, spent) >= (known.missed, known.points):
        return room, known
    return simple, replace(known, missed=lost, points=spent, least_points=min(spent, known.least_points))


def _asked(problem: Problem) -> Iterator[Item]:
    impossible = dict(problem.impossible)
    return (item for item in problem.items if item.key not in impossible)


def _by_week(problem: Problem) -> list[list[Item]]:
    """The items by the week in which their windows begin."""
    weeks: dict[object, list[Item]] = defaultdict(list)
    for item in _asked(problem):
        weeks[problem.where.week_of(item.windows[0].start)].append(item)
    return [weeks[week] for week in sorted(weeks, key=str)]


def _alone(empty: Room, items: Sequence[Item], weeks: int, engine: Engine, limits: Limits) -> Part:
    """The best plan of these items, with nothing but facts around them."""
    left = empty.problem.moves_left if empty.could_stay else None
    room = Room(replace(empty.problem, items=tuple(items), impossible=(), moves_left=left), empty.usual)
    greedy.place(room)
    value, place = anew(room, items, engine, limits.work)
    return Part(items, weeks, dict(room.placed), value, place)


def _together(empty: Room, parts: Sequence[Part]) -> tuple[Room, int]:
    """The room with all parts in it, and 0; or the number of the first part that does not go with those before it."""
    room = Room(empty.problem, empty.usual)
    for number, part in enumerate(parts):
        for key, interval in part.lies.items():
            if number and not room.allows(room.items[key], interval):
                return room, number
            room.add(room.items[key], interval)
    return room, len(parts) - 1 if room.moves_too_much() else 0


def _one_by_one(problem: Problem, parts: Sequence[Part], engine: Engine, limits: Limits) -> Room:
    """Greedy's plan of the whole, made better part by part, the others as they lie."""
    room = Room(problem)
    greedy.place(room)
    for part in parts:
        anew(room, part.items, engine, limits.work)
    return room


def _certificate(room: Room, parts: Sequence[Part]) -> Certificate:
    problem = room.problem
    lost, spent = missed(problem, room.placed), points(problem, room.placed, room.usual)
    least = sum(missed(problem, p.lies, p.items) if p.value.proven else p.value.bound for p in parts)
    points_least = min(spent, sum(p.place.bound for p in parts)) if least == lost else 0
    return Certificate(lost, least, spent, points_least)
