"""What people read about their plan: why not, what would help, why there and where else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.planner.life import WORKDAYS, ask, event, request, stands
from timeblock.core.classify import Activity
from timeblock.core.plan import Plan, Unplaced
from timeblock.core.problem import Kind, Problem
from timeblock.errors import FixNeeded
from timeblock.planner.explain import explained
from timeblock.planner.greedy import solve
from timeblock.planner.wording import told

MONDAY = frozenset((0,))
DINNER = request(length=60, windows="18:00-20:30", weekdays=MONDAY)


def explain(problem: Problem, plan: Plan, key: str) -> str:
    return told(problem, explained(problem, plan, key))


def missed(problem: Problem) -> Unplaced:
    (only,) = solve(problem).unplaced
    return only


def test_the_fewest_events_that_leave_no_room_are_named() -> None:
    busy = [event("23 18:00", 30, "Call"), event("23 18:45", 90, "Board dinner"), event("23 20:20", 30, "Taxi")]
    assert missed(ask(DINNER, *busy)).reason == "no 60 min are left in its windows: Board dinner (Mon 18:45)"


def test_at_most_three_are_named() -> None:
    busy = [event(f"{d} 18:00", 150, f"Shift {d}") for d in (23, 24, 25, 26, 27)]
    reason = missed(ask(replace(DINNER, weekdays=WORKDAYS), *busy)).reason
    assert reason.count("Shift") == 3
    assert reason.endswith("and 2 more")


def test_a_shorter_block_is_suggested() -> None:
    assert missed(ask(DINNER, event("23 18:40", 120))).suggestion == "40 min would fit on Mon 18:00"


def test_another_time_is_suggested_for_life() -> None:
    assert missed(ask(DINNER, event("23 18:00", 150))).suggestion == "Mon 17:00 is free, but outside its windows"


def test_work_is_not_sent_into_the_evening() -> None:
    focus = request("focus", Kind.FOCUS, 120, weekdays=MONDAY)
    problem = ask(focus, event("23 09:00", 300, "Workshop"), event("23 14:00", 240, "Fair"))
    assert missed(problem).suggestion == "there would be room without Fair (Mon 14:00)"


def test_where_two_events_are_in_the_way_both_are_named_and_of_three_none() -> None:
    focus = request("focus", Kind.FOCUS, 540, weekdays=MONDAY)
    problem = ask(focus, event("23 09:00", 300, "Workshop"), event("23 14:00", 240, "Fair"))
    assert missed(problem).suggestion == "there would be room without Workshop (Mon 09:00) and Fair (Mon 14:00)"
    three = ask(focus, *(event(f"23 {hour}:00", 180) for hour in ("09", "12", "15")))
    assert missed(three).suggestion == ""


def test_a_buffer_names_what_is_in_its_way() -> None:
    travel = request("travel", Kind.BUFFER, around="Dentist", before_minutes=30)
    seen = [event("23 10:00", 60, "Dentist"), event("23 09:00", 45, "Standup")]
    only = missed(ask(travel, *seen))
    assert only.reason == "Standup (Mon 09:00) is in the way"
    assert only.suggestion == "there would be room without Standup (Mon 09:00)"


def test_the_day_that_has_one_already_is_named() -> None:
    problem = ask(replace(DINNER, count=2))
    assert missed(replace(problem)).reason == "the days with room have one already (Mon 23 Nov)"


def test_what_is_too_close_is_named() -> None:
    run = request("run", Kind.REST, windows="07:00-12:00", weekdays=MONDAY, count=2, spacing_minutes=1200)
    assert missed(ask(run)).reason == "what is free is less than 20 h from another of them (Mon 07:00)"


def test_white_space_is_named() -> None:
    assert missed(ask(DINNER, white_space_minutes=16 * 60)).reason == (
        "it would take the last 960 min of white space of Mon 23 Nov"
    )


def test_a_gap_between_the_starts_of_the_grid_is_told() -> None:
    first = request("first", length=20, windows="10:00-10:20", weekdays=MONDAY)
    last = request("last", length=5, windows="10:55-11:00", weekdays=MONDAY)
    call = request("call", Kind.REST, 30, windows="10:00-11:00", weekdays=MONDAY)
    assert (
        missed(ask([first, last, call])).reason
        == "no start that it may have leaves it 30 min: First (Mon 10:00), Last (Mon 10:55)"
    )


def test_a_moment_far_ahead_has_its_date() -> None:
    problem = ask(DINNER, event("30 18:00", 150, "Party"), weeks=2)
    assert missed(problem).reason == "no 60 min are left in its windows: Party (Mon 30 Nov 18:00)"


# ---- asked about ----


def test_explain_what_did_not_fit() -> None:
    problem = ask(DINNER, event("23 18:40", 120, "Party"))
    assert explain(problem, solve(problem), "dinner/2026-W48/1") == (
        "dinner/2026-W48/1 did not fit: no 60 min are left in its windows: Party (Mon 18:40).\n"
        "What would help: 40 min would fit on Mon 18:00."
    )


def test_explain_where_a_block_lies_and_where_else_it_could() -> None:
    focus = request("focus", Kind.FOCUS, (60, 120, 120), weekdays=MONDAY)
    problem = ask(focus, event("23 12:00", 60))
    assert explain(problem, solve(problem), "focus/2026-W48/1").splitlines() == [
        "Focus: Mon 23 Nov 09:00-11:00 (focus/2026-W48/1)",
        "Why there: free hours of high energy on Mon.",
        "Instead: Mon 23 Nov 16:00-18:00, 194 points worse (right energy +180, early +14).",
        "Instead: Mon 23 Nov 13:00-15:00, 248 points worse (right energy +240, early +8).",
        "Instead: Mon 23 Nov 11:00-12:00, 284 points worse (long enough +200, right energy +80, early +4).",
    ]


def test_explain_what_could_not_lie_elsewhere() -> None:
    problem = ask(DINNER, event("23 19:10", 80))
    lines = explain(problem, solve(problem), "dinner/2026-W48/1").splitlines()
    assert lines[-1] == "Nowhere else is there room for it as things are."


def test_explain_what_stays_although_there_is_better_or_as_good() -> None:
    problem = ask(request("focus", Kind.FOCUS, 60, weekdays=MONDAY), standing=[stands("focus/2026-W48/1", "23 17:00")])
    lines = explain(problem, solve(problem), "focus/2026-W48/1").splitlines()
    assert lines[1] == "Why there: kept where it was."
    assert "better, but it stays to keep things calm" in lines[2]
    either = replace(DINNER, weekdays=frozenset((0, 1)))
    kept = ask(either, standing=[stands("dinner/2026-W48/1", "23 18:00")])
    assert "Instead: Tue 24 Nov 18:00-19:00, as good." in explain(kept, solve(kept), "dinner/2026-W48/1")


def test_explain_what_the_person_put_there() -> None:
    problem = ask(DINNER, standing=[stands("dinner/2026-W48/1", "23 12:00", pinned=True)])
    assert explain(problem, solve(problem), "dinner/2026-W48/1").splitlines() == [
        "Dinner: Mon 23 Nov 12:00-13:00 (dinner/2026-W48/1)",
        "Why there: you put it here.",
    ]


def test_explain_all_blocks_of_a_request_or_week() -> None:
    problem = ask(replace(DINNER, weekdays=WORKDAYS, count=2), event("30 18:00", 5 * 1440, "Fair"), weeks=2)
    plan = solve(problem)
    assert [text.split(" ")[0] for text in explain(problem, plan, "dinner").split("\n\n")] == [
        "Dinner:",
        "Dinner:",
        "dinner/2026-W49/1",
        "dinner/2026-W49/2",
    ]
    assert explain(problem, plan, "dinner/2026-W49").count("did not fit") == 2


def test_nothing_is_to_give_way_to_its_own_sibling_or_where_time_is_free() -> None:
    run = request("run", Kind.RITUAL, 60, windows="07:00-08:00", weekdays=MONDAY, per="day", count=2)
    assert missed(ask(run)).suggestion == ""
    spaced = replace(run, windows=request(windows="07:00-12:00").windows, spacing_minutes=1200)
    assert missed(ask(spaced, event("23 09:00", 60))).suggestion == ""


def test_a_key_that_is_not_there_brings_those_that_are() -> None:
    problem = ask([DINNER, request("lunch", weekdays=MONDAY)])
    with pytest.raises(FixNeeded, match=r'no block "diner/2026-W48/1".*did you mean dinner/2026-W48/1'):
        explain(problem, solve(problem), "diner/2026-W48/1")
    empty = ask([])
    with pytest.raises(FixNeeded, match="did you mean another plan"):
        explain(empty, solve(empty), "x")


def test_reasons_name_the_parent_only_where_it_is_known() -> None:
    pause = request("pause", Kind.BREAK, 10, after_stretch_minutes=60)
    problem = ask(pause, event("23 10:00", 60, "Workshop", Activity.MEETING))
    assert solve(problem).blocks[0].reason == "right after Workshop"
    assert solve(replace(problem, fixed=())).blocks[0].reason == "right after its event"
