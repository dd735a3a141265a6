"""A block elsewhere, one forced in, and what keeps it out."""

from __future__ import annotations

from dataclasses import replace

from tests.planner.life import ask, event, item, request, span, where_it_lies
from timeblock.core.problem import Kind, Problem
from timeblock.planner.exact import Limits, solve
from timeblock.planner.whatif import elsewhere, forced_in, kept_out_by, told

MONDAY = frozenset((0,))
DINNER = request(length=60, windows="18:00-20:00", weekdays=MONDAY)
CALL = request("call", Kind.ROUTINE, 60, windows="18:00-20:00", weekdays=MONDAY)
WALK = request("walk", Kind.ROUTINE, 60, windows="18:00-20:00", weekdays=MONDAY, priority=9)
CROWDED = ask([DINNER, CALL, WALK])
KEY = "{}/2026-W48/1".format


def names(problem: Problem, key: str) -> set[str]:
    return {group.request.name for group in kept_out_by(problem, solve(problem), item(problem, KEY(key)))}


def test_a_block_elsewhere_moves_what_lies_there() -> None:
    problem = ask([DINNER, CALL])
    plan = solve(problem)
    first = plan.blocks[0]
    found = elsewhere(problem, plan, item(problem, first.key))
    assert found is not None
    assert found.lies == plan.blocks[1].interval
    assert [(i.key, at) for i, at in found.moved] == [(plan.blocks[1].key, first.interval)]
    assert found.given_up == ()


def test_what_has_one_place_can_lie_nowhere_else() -> None:
    problem = ask(replace(DINNER, max_minutes=120, ideal_minutes=120, min_minutes=120))
    plan = solve(problem)
    assert elsewhere(problem, plan, item(problem, KEY("dinner"))) is None
    assert [*told(problem, plan, "dinner")] == ["dinner/2026-W48/1 can lie nowhere else, whatever gives way."]


def test_to_fit_one_in_another_is_given_up_the_least_one() -> None:
    plan = solve(CROWDED)
    assert [u.request for u in plan.unplaced] == ["walk"]
    found = forced_in(CROWDED, plan, item(CROWDED, KEY("walk")))
    assert found is not None
    assert [i.request.name for i, _ in found.given_up] == ["call"]


def test_those_that_keep_it_out_do_so_together() -> None:
    assert names(CROWDED, "walk") == {"dinner", "call"}
    free = request("free", Kind.ROUTINE, 60, windows="08:00-20:00", weekdays=MONDAY)
    assert names(ask([DINNER, CALL, WALK, free]), "walk") == {
        "dinner",
        "call",
    }  # what could lie elsewhere is not blamed


def test_where_facts_alone_are_in_the_way_nobody_is_blamed() -> None:
    problem = ask([DINNER, CALL], event("23 17:00", 240, "Fair"))
    plan = solve(problem)
    assert names(problem, "dinner") == set()
    assert forced_in(problem, plan, item(problem, KEY("dinner"))) is None
    assert [*told(problem, plan, "dinner")] == [
        "dinner/2026-W48/1 fits into no plan, whatever gives way: facts and rules alone keep it out."
    ]


def test_told_in_words() -> None:
    plan = solve(CROWDED, Limits(5))
    lies = where_it_lies(CROWDED, plan)
    (why,) = told(CROWDED, plan, "walk")
    call = lies[KEY("call")][7:12]
    assert f"Call (Mon 23 Nov {call}) is given up" in why
    assert why.endswith("It is kept out by Dinner and Call.")
    run = ask(request("run", Kind.REST, 60, windows="07:00-09:00", weekdays=MONDAY), event("23 08:30", 30))
    assert solve(run).blocks[0].interval == span("23 07:00", 60)
    (other,) = told(run, solve(run), "run")
    assert other.startswith("run/2026-W48/1 can lie nowhere else")


def test_many_blocks_at_once_are_not_looked_into() -> None:
    problem = ask(replace(DINNER, weekdays=frozenset(range(7)), per="day"))
    assert [*told(problem, solve(problem), "dinner")] == []
    assert len([*told(problem, solve(problem), "dinner/2026-11-23")]) == 1
