"""The exact planner against brute force, the referee and itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planner.life import as_it_stands, ask, event, problems, request, span, stands, where_it_lies
from timeblock.core.interval import Interval
from timeblock.core.plan import Block, Certificate, Plan, Unplaced
from timeblock.core.problem import Budget, Fixed, Item, Kind, Problem, Request
from timeblock.core.referee import TOGETHER, violations
from timeblock.planner import engine, greedy
from timeblock.planner.columns import columns, groups
from timeblock.planner.cost import PROMISES, total, unit
from timeblock.planner.exact import Limits, solve
from timeblock.planner.model import RULES as MODELLED
from timeblock.planner.optimum import anew
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
        "place": draw(st.sampled_from(("", "gym"))),
        "travel_minutes": draw(st.sampled_from((0, 0, 30))),
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


# ---- tier after tier ----


def seeded(seed: int, meetings: int = 14, grid_minutes: int = 15) -> Problem:
    """A week of some twenty items among meetings, all of them asked for in narrow hours."""
    draw = Random(seed)
    days = [str(day) for day in range(23, 28)]
    starts = [f"{draw.choice(days)} {draw.randrange(8, 18):02}:{draw.choice((0, 30))}" for _ in range(meetings)]
    seen = [event(start, 60, uid=str(n)) for n, start in enumerate(starts)]
    workdays = frozenset(range(5))
    asked = [
        request(length=(60, 90, 90), windows="17:30-20:30", count=3),
        request("run", Kind.REST, (30, 45, 60), count=3, windows=["07:00-09:00", "17:00-19:00"], spacing_minutes=1200),
        request("lunch", Kind.BREAK, (30, 45, 45), per="day", windows="11:30-13:30", weekdays=workdays),
        request("focus", Kind.FOCUS, (60, 90, 120), count=4, weekdays=workdays),
        request("mail", Kind.BATCH, 30, per="day", weekdays=workdays, windows="09:00-12:00", follows="focus"),
    ]
    return ask(asked, *seen, white_space_minutes=120, grid_minutes=grid_minutes)


def test_one_tier_after_the_other_misses_the_same() -> None:
    """Promises alone, as if nothing else were asked for, are kept as often as in the whole plan."""
    problem = seeded(1)
    crowded = replace(problem, white_space_minutes=880)
    promises = tuple(i for i in crowded.items if i.request.kind in PROMISES)
    alone, whole = sound(replace(crowded, items=promises)), sound(crowded)
    assert alone.unplaced
    assert len(alone.unplaced) == sum(u.kind in PROMISES for u in whole.unplaced)


# ---- changes ----


def moved_by(problem: Problem, plan: Plan) -> set[str]:
    lies = {b.key: b.interval for b in plan.blocks}
    return {i.key for i in problem.items if i.before is not None and lies.get(i.key) != i.before}


def test_a_meeting_on_a_block_moves_that_block_and_no_other() -> None:
    problem = seeded(0)
    plan = sound(problem)
    hit = next(b for b in plan.blocks if b.request == "run")
    stood = as_it_stands(problem, plan)
    meeting = Fixed(hit.interval, "New")
    after = replace(stood, fixed=tuple(sorted((*problem.fixed, meeting), key=lambda f: f.interval)))
    assert moved_by(after, sound(after)) == {hit.key}


def test_what_is_cancelled_moves_nothing_for_little() -> None:
    problem = seeded(0)
    stood = as_it_stands(problem, sound(problem))
    for gone in problem.fixed[:4]:
        after = replace(stood, fixed=tuple(f for f in problem.fixed if f != gone))
        assert len(moved_by(after, sound(after))) <= 1


# ---- without proof, without engine, and far ahead ----


def test_out_of_time_a_plan_is_sound_and_says_how_far_from_best_it_may_be() -> None:
    problem = seeded(0)
    plan = solve(problem, Limits(0))
    assert violations(problem, plan) == ()
    assert plan.certificate is not None
    assert not plan.certificate.proven
    assert 0 < plan.certificate.gap < 1
    assert total(problem, plan) <= total(problem, greedy.solve(problem))


def test_nights_that_end_in_the_next_week_are_planned_no_worse_than_by_greedy() -> None:
    """Blocks of two weeks lie in the second one then, too near to each other for weeks that are planned alone."""
    night = request(length=10, windows="22:30-06:30", count=3)
    problem = ask(night, standing=[stands("dinner/2026-W48/1", "28 19:05", pinned=True)], now="25 14:10")
    assert total(problem, sound(problem)) <= total(problem, greedy.solve(problem))


def test_many_weeks_are_planned_in_steps() -> None:
    asked = [
        request(length=60, windows="17:30-20:30", count=3),
        request("run", Kind.REST, 45, count=2, windows="07:00-09:00", spacing_minutes=1200),
    ]
    problem = ask(asked, *(event(f"{d} 17:00", 180) for d in ("24", "26", "30")), weeks=9)
    plan = solve(problem, Limits(1))
    assert violations(problem, plan) == ()
    assert not plan.unplaced
    assert plan.certificate is not None
    assert plan.certificate.least_missed == plan.certificate.missed == 0
    assert 0 < plan.certificate.least_points <= plan.certificate.points <= total(problem, greedy.solve(problem))


def two_weeks(seed: int, *more: Request) -> Problem:
    draw = Random(seed)
    starts = [f"{draw.randrange(23, 28)} {draw.randrange(8, 18):02}:00" for _ in range(12)]
    starts += [f"2026-12-0{draw.randrange(1, 5)} {draw.randrange(8, 18):02}:00" for _ in range(12)]
    asked = [
        request(length=(60, 90, 90), windows="17:30-20:30", count=3),
        request("focus", Kind.FOCUS, (60, 90, 120), count=3, weekdays=frozenset(range(5)), spacing_minutes=60),
        *more,
    ]
    return ask(asked, *(event(start, 60, uid=str(n)) for n, start in enumerate(starts)), weeks=2)


LATE = request("late", Kind.REST, 120, windows="23:00-02:00", weekdays=frozenset((6,)))
EARLY = request("early", Kind.REST, 120, windows="00:30-03:30", weekdays=MONDAY)


@pytest.mark.parametrize("more", [(), (LATE, EARLY)])
@pytest.mark.parametrize("seed", range(3))
def test_week_by_week_is_as_good_as_all_weeks_in_one_model(seed: int, more: tuple[Request, ...]) -> None:
    """Also where what is best for a week by itself does not go with the next."""
    problem = two_weeks(seed, *more)
    room = Room(problem)
    value, place = anew(room, problem.items, engine, ENOUGH.work)
    certificate = sound(problem).certificate
    assert value.proven
    assert place.proven
    assert certificate == Certificate(value.cost, value.cost, place.cost, place.cost)


def test_weeks_that_cannot_all_be_planned_as_one_are_said_to_be_not_proven() -> None:
    """Each week would have its Sunday at the time of day that the Monday after it then cannot have."""
    trip = request(
        "trip", Kind.REST, 60, count=2, weekdays=frozenset((6, 0)), windows="09:00-20:00", spacing_minutes=1800
    )
    problem = ask(trip, weeks=5)
    plan = sound(problem)
    assert plan.certificate
    assert not plan.unplaced
    assert 0 < plan.certificate.least_points < plan.certificate.points


def test_what_may_move_in_a_day_is_one_number_for_all_weeks() -> None:
    problem = two_weeks(1)
    stood = as_it_stands(problem, sound(problem))
    hit = [next(i.before for i in stood.items if i.before and week in i.key) for week in ("W48", "W49")]
    facts = tuple(sorted((*problem.fixed, *(Fixed(i, "New") for i in hit)), key=lambda f: f.interval))
    after = replace(stood, fixed=facts, moves_left=0)
    assert len(moved_by(after, sound(after))) == 2  # those that cannot stay
    fewer = tuple(f for f in problem.fixed if f.interval != hit[0])
    assert not moved_by(replace(stood, fixed=fewer, moves_left=0), sound(replace(stood, fixed=fewer, moves_left=0)))


def test_each_rule_between_blocks_is_modelled() -> None:
    """Those of the referee that tie blocks to each other, by name; columns and plan keep the others."""
    assert {rule.__name__ for rule in TOGETHER} | {"few_moves"} <= {rule.__name__ for rule in MODELLED}
