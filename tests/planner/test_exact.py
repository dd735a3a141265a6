"""The exact planner against brute force, the referee and itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planner.life import as_it_stands, ask, event, problems, request, span, stands, where_it_lies
from timeblock.core.interval import Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Budget, Item, Kind, Problem
from timeblock.core.referee import violations
from timeblock.planner import greedy
from timeblock.planner.columns import columns, groups
from timeblock.planner.cost import total, unit
from timeblock.planner.exact import Limits, solve
from timeblock.planner.room import Room

MONDAY, TWO_DAYS = frozenset((0,)), frozenset((0, 1))
ENOUGH = Limits(20)

# ---- brute force ----


@st.composite
def small(draw: st.DrawFn) -> Problem:
    """At most four items with a handful of places each, and any of the rules between them."""
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    asked = [request(**draw(small_request(name, names))) for name in names]
    standing = [
        stands(f"{name}/2026-W48/1", f"23 {draw(st.integers(8, 11)):02}:{draw(st.sampled_from((0, 30)))}", 60)
        for name in names
        if draw(st.booleans())
    ]
    seen = [event(f"23 {draw(st.integers(8, 10)):02}:20", 40)] if draw(st.booleans()) else []
    white, left = draw(st.sampled_from((0, 0, 840))), draw(st.sampled_from((None, None, 0, 1)))
    problem = ask(asked, *seen, standing=standing, moves_left=left, white_space_minutes=white, grid_minutes=30)
    budget = Budget(span("23 00:00", 48 * 60), draw(st.sampled_from((30, 90, 600))), "a goal")
    return replace(problem, items=problem.items[:4], budgets=(budget,))


@st.composite
def small_request(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> dict[str, Any]:
    least, first = draw(st.sampled_from((30, 60))), draw(st.integers(8, 10))
    others = ["", *(n for n in names if n != name)]
    return {
        "name": name,
        "kind": draw(st.sampled_from((Kind.NON_NEGOTIABLE, Kind.RITUAL, Kind.FOCUS, Kind.BATCH))),
        "length": (least, least + draw(st.sampled_from((0, 30))), 90),
        "windows": f"{first:02}:00-{first + 1 + least // 60:02}:30",
        "weekdays": draw(st.sampled_from((MONDAY, TWO_DAYS))),
        "per": draw(st.sampled_from(("day", "week"))),
        "count": draw(st.integers(1, 2)),
        "priority": draw(st.integers(1, 9)),
        "spacing_minutes": draw(st.sampled_from((0, 0, 60, 1200))),
        "follows": draw(st.sampled_from(others)),
        "not_next_to": draw(st.sampled_from((frozenset[str](), frozenset(others[1:])))),
        "batch": draw(st.sampled_from(("", "errands"))),
        "area": draw(st.sampled_from(("", "work"))),
        "defence": draw(st.sampled_from((0, 1, -1))),
    }


def by_brute_force(problem: Problem) -> int:
    """The least cost of all plans that the referee lets pass, by trying them all."""
    impossible = {key for key, _ in problem.impossible}
    asked = [i for i in problem.items if i.key not in impossible]
    room = Room(problem)
    choices = [[None, *(c.interval for c in columns(room, groups([i]), ()))] for i in asked]
    plans = [plan_of(problem, asked, chosen) for chosen in product(*choices)]
    costs = sorted((total(problem, plan), n) for n, plan in enumerate(plans))
    return next(cost for cost, n in costs if not violations(problem, plans[n]))


def plan_of(problem: Problem, asked: list[Item], chosen: tuple[Interval | None, ...]) -> Plan:
    return Plan(
        problem.horizon,
        tuple(sorted(_blocks(asked, chosen), key=lambda b: (b.interval, b.key))),
        tuple(Unplaced(i.key, i.request.name, i.request.kind, "-") for i in problem.items if i not in asked)
        + tuple(Unplaced(i.key, "", i.request.kind, "-") for i, at in zip(asked, chosen, strict=True) if at is None),
    )


def _blocks(asked: list[Item], chosen: tuple[Interval | None, ...]) -> Iterator[Block]:
    for i, at in zip(asked, chosen, strict=True):
        if at is not None:
            r = i.request
            yield Block(i.key, r.name, r.title, r.kind, r.area, at, reason="-")


def tries(problem: Problem) -> int:
    room, number = Room(problem), 1
    for i in problem.items:
        number *= 1 + len(columns(room, groups([i]), ()))
    return number


@given(small().filter(lambda problem: tries(problem) < 1500))
@settings(max_examples=40, deadline=None)
def test_no_plan_of_all_there_are_is_better(problem: Problem) -> None:
    plan = sound(problem)
    assert plan.certificate is not None
    assert plan.certificate.proven
    assert cost(problem, plan) <= by_brute_force(problem)


def sound(problem: Problem) -> Plan:
    plan = solve(problem, ENOUGH)
    assert violations(problem, plan) == ()
    assert plan.certificate is not None
    assert cost(problem, plan) == total(problem, plan)
    return plan


def cost(problem: Problem, plan: Plan) -> int:
    """What the certificate says."""
    assert plan.certificate is not None
    return unit(problem) * plan.certificate.missed + plan.certificate.points


# ---- laws ----


@given(problems())
@settings(max_examples=20, deadline=None)
def test_any_plan_is_sound_no_worse_than_greedy_and_stays_when_it_stands(problem: Problem) -> None:
    plan = solve(problem, Limits(0.5))
    assert violations(problem, plan) == ()
    assert plan.certificate is not None
    assert cost(problem, plan) == total(problem, plan) <= total(problem, greedy.solve(problem))
    assert plan.certificate.least_missed <= plan.certificate.missed
    assert plan.certificate.least_points <= plan.certificate.points
    if plan.certificate.proven:
        again = solve(as_it_stands(problem, plan), Limits(0.5))
        assert where_it_lies(problem, again) == where_it_lies(problem, plan)
