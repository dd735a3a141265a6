"""Each preference alone: two places, and which of them it likes better."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planner.life import ask, event, item, problems, request, span, stands
from timeblock.core.plan import Plan
from timeblock.core.problem import Kind, Problem
from timeblock.planner.cost import AT_MOST, MOVE, PREFERENCES, PROMISES, place_of, price, total, unit, view, weight
from timeblock.planner.greedy import solve
from timeblock.planner.room import Room

MONDAY = frozenset((0,))
RUN = request("run", Kind.REST, (30, 60, 90), windows="07:00-20:00", count=2)
BANK = request("bank", Kind.BATCH, 30, windows="09:00-18:00", batch="errands", count=2)
SHUTDOWN = request("shutdown", Kind.RITUAL, 15, weekdays=frozenset((0, 1)))

# preference → (problem, key, a better place, a worse one)
EXAMPLES: dict[str, tuple[Problem, str, tuple[str, int], tuple[str, int]]] = {
    "long_enough": (ask(RUN), "run/2026-W48/1", ("23 07:00", 60), ("23 07:00", 45)),
    "right_energy": (ask(request("f", Kind.FOCUS)), "f/2026-W48/1", ("23 09:00", 60), ("23 13:00", 60)),
    "usual_time": (
        ask(RUN, standing=[stands("run/2026-W48/2", "24 18:00", pinned=True)]),
        "run/2026-W48/1",
        ("26 18:00", 60),
        ("26 08:00", 60),
    ),
    "spread": (
        ask(RUN, standing=[stands("run/2026-W48/2", "24 18:00", pinned=True)]),
        "run/2026-W48/1",
        ("28 18:00", 60),
        ("25 18:00", 60),
    ),
    "together": (
        ask([BANK, replace(BANK, name="post")], standing=[stands("post/2026-W48/1", "23 10:00", 30, pinned=True)]),
        "bank/2026-W48/1",
        ("23 11:30", 30),
        ("23 12:00", 30),
    ),
    "ends_the_day": (ask(SHUTDOWN), "shutdown/2026-W48/1", ("23 17:45", 15), ("23 17:00", 15)),
    "calm_day": (ask(RUN, event("23 10:00", 180)), "run/2026-W48/1", ("24 18:00", 60), ("23 18:00", 60)),
    "early": (ask(RUN), "run/2026-W48/1", ("23 07:00", 60), ("23 19:00", 60)),
    "whole_time": (ask(RUN, event("23 10:00", 60)), "run/2026-W48/1", ("23 09:00", 60), ("23 08:45", 60)),
}


@pytest.mark.parametrize("preference", PREFERENCES, ids=lambda p: p.__name__)
def test_each_preference_likes_one_place_better(preference: object) -> None:
    name = preference.__name__  # type: ignore[attr-defined]
    problem, key, better, worse = EXAMPLES[name]
    room, asked = Room(problem), item(problem, key)
    costs = [_cost(name, room, asked.key, spot) for spot in (better, worse)]
    assert costs[0] < costs[1]


def test_every_preference_has_an_example_and_says_what_it_is() -> None:
    assert set(EXAMPLES) == {p.__name__ for p in PREFERENCES}
    assert all(p.__doc__ for p in PREFERENCES)


def _cost(name: str, room: Room, key: str, spot: tuple[str, int]) -> int:
    preference = next(p for p in PREFERENCES if p.__name__ == name)
    asked = room.items[key]
    return preference(view(room, asked), place_of(room, asked, span(*spot)))


def test_what_is_missed_costs_more_the_dearer_it_is() -> None:
    ranked = [request(kind=kind, priority=priority) for kind in Kind for priority in range(1, 10)]
    missed = [weight(ask(RUN), r) for r in ranked]
    assert missed == sorted(missed, reverse=True)
    assert len(set(missed)) > len(Kind)


@given(problems())
@settings(max_examples=40, deadline=None)
def test_no_sum_of_a_lower_tier_outweighs_a_higher_one(problem: Problem) -> None:
    asked = [i.request for i in problem.items]
    value = [weight(problem, r) for r in asked if r.kind not in PROMISES]
    promises = [weight(problem, r) for r in asked if r.kind in PROMISES]
    assert AT_MOST * len(asked) < unit(problem)
    assert all(w >= 1 for w in value)
    assert all(sum(value) < w for w in promises)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_plan_costs_the_same_in_whatever_order_it_is_put_down_and_no_block_more_than_the_most(
    problem: Problem, draw: Random
) -> None:
    placed = {b.key: b.interval for b in solve(problem).blocks if not b.pinned}

    def cost() -> int:
        room, points = Room(problem), []
        order = [i for i in problem.items if i.key in placed]
        draw.shuffle(order)
        for asked in order:
            points.append(price(view(room, asked), place_of(room, asked, placed[asked.key])))
            room.add(asked, placed[asked.key])
        assert all(0 <= p <= AT_MOST - MOVE for p in points)
        return sum(points)

    assert cost() == cost()


def test_a_move_costs_and_so_does_giving_up_what_stood() -> None:
    before = ask(RUN, standing=[stands("run/2026-W48/1", "24 07:00"), stands("run/2026-W48/2", "27 07:00")])
    plan = solve(before)
    moved = replace(before, items=tuple(replace(i, before=span("25 07:00", 30)) for i in before.items))
    fresh = replace(before, items=tuple(replace(i, before=None) for i in before.items))
    assert total(before, plan) == total(fresh, plan)
    assert total(moved, plan) == total(fresh, plan) + 2 * MOVE
    assert total(moved, Plan(before.horizon)) == total(fresh, Plan(before.horizon)) + 2 * MOVE


def test_the_cost_of_a_plan_is_that_of_its_places_and_of_what_it_misses() -> None:
    run = request("run", Kind.REST, 60, windows="07:00-08:00", weekdays=MONDAY)
    problem = ask([run, request("walk", Kind.REST, 60, windows="07:00-08:00", weekdays=MONDAY)])
    missed = unit(problem) * weight(problem, run)
    assert total(problem, solve(problem)) == missed + 6  # six half hours into the day
    assert total(problem, Plan(problem.horizon)) == 2 * missed


def test_what_was_impossible_costs_no_planner_anything() -> None:
    problem = ask(request("focus", Kind.FOCUS, weekdays=frozenset((5,))))
    assert problem.impossible
    assert total(problem, solve(problem)) == 0
