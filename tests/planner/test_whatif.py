"""A block elsewhere, one forced in, and what keeps it out."""

from __future__ import annotations

from dataclasses import replace

from tests.planner.life import ask, event, item, request, span, where_it_lies
from timeblock.core.plan import Plan
from timeblock.core.problem import Kind, Problem
from timeblock.planner.exact import Limits, solve
from timeblock.planner.explain import explained, given_up
from timeblock.planner.whatif import elsewhere, forced_in, kept_out_by, priced
from timeblock.planner.wording import told

MONDAY = frozenset((0,))
DINNER = request(length=60, windows="18:00-20:00", weekdays=MONDAY)
CALL = request("call", Kind.ROUTINE, 60, windows="18:00-20:00", weekdays=MONDAY)
WALK = request("walk", Kind.ROUTINE, 60, windows="18:00-20:00", weekdays=MONDAY, priority=9)
CROWDED = ask([DINNER, CALL, WALK])
KEY = "{}/2026-W48/1".format


def names(problem: Problem, key: str) -> set[str]:
    return {group.request.name for group in kept_out_by(problem, solve(problem), item(problem, KEY(key)))}


def last_line(problem: Problem, plan: Plan, key: str) -> str:
    return told(problem, priced(problem, plan, explained(problem, plan, key))).splitlines()[-1]


def test_a_block_elsewhere_moves_what_lies_there() -> None:
    problem = ask([DINNER, CALL])
    plan = solve(problem)
    first = plan.blocks[0]
    found = elsewhere(problem, plan, item(problem, first.key))
    assert found is not None
    assert found.interval == plan.blocks[1].interval
    assert [(s.key, s.now) for s in found.shifts] == [(plan.blocks[1].key, first.interval)]


def test_what_has_one_place_can_lie_nowhere_else() -> None:
    problem = ask(replace(DINNER, max_minutes=120, ideal_minutes=120, min_minutes=120))
    plan = solve(problem)
    assert elsewhere(problem, plan, item(problem, KEY("dinner"))) is None
    assert last_line(problem, plan, "dinner") == "It can lie nowhere else, whatever gives way."


def test_to_fit_one_in_another_is_given_up_the_least_one() -> None:
    plan = solve(CROWDED)
    assert [u.request for u in plan.unplaced] == ["walk"]
    found = forced_in(CROWDED, plan, item(CROWDED, KEY("walk")))
    assert found is not None
    assert [s.title for s in found.shifts if s.now is None] == ["Call"]


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
    assert last_line(problem, plan, "dinner") == (
        "It fits into no plan, whatever gives way: facts and rules alone keep it out."
    )


def test_told_in_words() -> None:
    plan = solve(CROWDED, Limits(5))
    lies = where_it_lies(CROWDED, plan)
    why = last_line(CROWDED, plan, "walk")
    call = lies[KEY("call")][7:12]
    assert f"Call (Mon 23 Nov {call}) is given up" in why
    assert why.endswith("Wherever they lie, it is kept out by Dinner, Call.")
    run = ask(request("run", Kind.REST, 60, windows="07:00-09:00", weekdays=MONDAY), event("23 08:30", 30))
    assert solve(run).blocks[0].interval == span("23 07:00", 60)
    assert last_line(run, solve(run), "run").startswith("It can lie nowhere else")


def test_many_blocks_at_once_are_not_looked_into() -> None:
    problem = ask(replace(DINNER, weekdays=frozenset(range(7)), per="day"))
    plan = solve(problem)
    assert not any(b.asked for b in priced(problem, plan, explained(problem, plan)).placed)
    assert all(b.asked for b in priced(problem, plan, explained(problem, plan, "dinner/2026-11-23")).placed)


def test_those_that_are_alike_are_asked_about_once_and_answered_each() -> None:
    problem = ask([DINNER, replace(CALL, per="day", count=3)])
    plan = solve(problem)
    assert [u.key for u in plan.unplaced] == ["call/2026-11-23/2", "call/2026-11-23/3"]
    last = priced(problem, plan, explained(problem, plan, "call/2026-11-23/3"))
    assert last.unplaced[0].price is not None
    one, other = priced(problem, plan, explained(problem, plan)).unplaced
    assert one.price == other.price
    assert one.price is not None
    assert one.key != other.key
    assert one.kept_out_by == other.kept_out_by


def test_what_is_impossible_is_not_asked_about() -> None:
    problem = ask(request("walk", Kind.ROUTINE, weekdays=frozenset((5,))))
    plan = solve(problem)
    (walk,) = priced(problem, plan, explained(problem, plan)).unplaced
    assert walk.why == "you have no working hours on its days; give it windows"
    assert not walk.asked


def test_what_was_given_up_for_what() -> None:
    plan = solve(CROWDED)
    asked = priced(CROWDED, plan, explained(CROWDED, plan))
    (trade,) = given_up(CROWDED, asked)
    assert (trade.title.lower(), trade.missed, set(trade.given_for)) == ("walk", (KEY("walk"),), {"Dinner", "Call"})
    assert told(CROWDED, replace(asked, given_up=(trade,))).endswith("Given up of Walk: 1 block, for Dinner, Call.")
    short = ask([replace(DINNER, ideal_minutes=120, max_minutes=120), CALL])
    (trade,) = given_up(short, explained(short, solve(short)))
    assert (trade.missed, trade.shortened) == ((), {KEY("dinner"): 60})
