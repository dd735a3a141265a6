"""The fewest things that leave a block no place, whatever rule they do it by."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from tests.planner.life import WEEK, WORKDAYS, ask, event, item, problems, request, span, stands
from timeblock.core.plan import Plan
from timeblock.core.problem import Fixed, Kind, Problem
from timeblock.core.steer import Steering, WeekSteering
from timeblock.planner import greedy
from timeblock.planner.answer import unplaced
from timeblock.planner.exact import solve
from timeblock.planner.explain import room_of
from timeblock.planner.why import Missed
from timeblock.planner.wording import reason, suggestion

MONDAY = frozenset((0,))
DINNER = request(length=60, windows="18:00-20:30", weekdays=MONDAY)


def missed(problem: Problem, plan: Plan | None = None) -> Missed:
    """The last block that did not fit."""
    plan = plan or solve(problem)
    return unplaced(room_of(problem, plan), item(problem, plan.unplaced[-1].key))


def told(problem: Problem) -> str:
    return reason(problem, missed(problem))


def test_of_many_events_the_fewest_are_named() -> None:
    day = [event(f"23 {18 + n // 2}:{n % 2 * 30:02}", 30, f"Call {n}") for n in range(5)]
    assert told(ask(DINNER, *day)) == "no 60 min are left in its windows: Call 1 (Mon 18:30), Call 3 (Mon 19:30)"


def test_events_of_one_title_are_one_thing_with_the_spots_that_it_takes() -> None:
    week = [event(f"{d} 18:00", 90, "Choir") for d in range(23, 28)] + [event("24 17:00", 120, "Drinks")]
    found = missed(ask(replace(DINNER, weekdays=WORKDAYS, windows=request(windows="18:00-19:30").windows), *week))
    (only,) = found.causes
    assert (only.name, len(only.spots)) == ("Choir", 5)
    assert {spot.event.uid for spot in only.spots if spot.event} == {f"Choir{d} 18:00" for d in range(23, 28)}


def test_facts_that_suffice_are_named_rather_than_a_block_that_could_give_way() -> None:
    call = request("call", length=30, windows="18:45-19:15", weekdays=MONDAY)
    short = replace(DINNER, kind=Kind.ROUTINE, windows=request(windows="18:00-19:45").windows)
    busy = [event("23 18:00", 45, "Tram"), event("23 19:15", 45, "Train")]
    assert told(ask([short, call], *busy)) == "no 60 min are left in its windows: Tram (Mon 18:00), Train (Mon 19:15)"


def test_blocks_are_named_by_their_keys() -> None:
    call = request("call", Kind.ROUTINE, 60, windows="18:00-19:30", weekdays=MONDAY)
    (only,) = missed(ask([replace(DINNER, windows=call.windows), call])).causes
    assert [spot.block for spot in only.spots] == ["dinner/2026-W48/1"]


def test_an_event_and_days_that_have_one() -> None:
    both = replace(DINNER, weekdays=frozenset((0, 1)), count=2)
    assert told(ask(both, event("24 17:00", 240, "Party"))) == (
        "Party (Tue 17:00) lies in its windows; the other days have one already (Mon 23 Nov)"
    )


def test_work_that_a_goal_does_not_leave() -> None:
    focus = request("focus", Kind.FOCUS, 120, weekdays=MONDAY, per="day", count=2, area="work")
    goal = Steering({WEEK: WeekSteering(180, why=('"less" leaves 3.0 h of work',))})
    assert told(ask(focus, steering=goal)) == (
        'there is no work left to place in that week ("less" leaves 3.0 h of work)'
    )


def test_what_another_request_asks_of_it() -> None:
    pinned = stands("dinner/2026-W48/1", "23 19:00", 60, pinned=True)
    walk = request("walk", Kind.ROUTINE, 30, windows="18:30-19:00", weekdays=MONDAY)
    dinner = replace(DINNER, count=2, weekdays=frozenset((0, 1)))
    near = ask([dinner, replace(walk, not_next_to=frozenset({"dinner"}))], standing=[pinned])
    assert told(near) == "what is free is next to Dinner (Mon 19:00)"
    after = ask([dinner, replace(walk, follows="dinner")], standing=[pinned])
    assert told(after) == "what is free is on the wrong side of Dinner (Mon 19:00)"
    errands = ask([replace(dinner, batch="b"), replace(walk, weekdays=frozenset((3,)), batch="b")], standing=[pinned])
    assert told(errands) == "there is no room beside Dinner (Mon 18:00), with which it belongs"


def test_the_way_to_an_event() -> None:
    gym = request("gym", length=60, windows="18:00-19:15", weekdays=MONDAY, place="gym", travel_minutes=30)
    seen = event("23 17:00", 50, "Review")
    assert told(ask(gym, seen)) == "what is free is too near to Review (Mon 17:00) for the way"
    assert not solve(ask(gym, event("23 17:00", 50, "Review", location="The gym"))).unplaced


def test_the_same_hours_on_another_day_of_the_week() -> None:
    friday = request("review", Kind.REVIEW, 60, windows="13:00-15:00", weekdays=frozenset((4,)))
    fair = event("27 09:00", 9 * 60, "Fair")
    problem = ask(friday, fair)
    assert suggestion(problem, missed(problem).nearest) == "Thu 14:00 is free, but not one of its days"
    busy = [event(f"{d} 13:00", 120) for d in (23, 24, 25, 26)]
    problem = ask(friday, fair, *busy)  # not on Saturday
    assert suggestion(problem, missed(problem).nearest).startswith("there would be room without")


def test_the_shortest_thing_that_alone_is_in_the_way_is_offered_to_go() -> None:
    problem = ask(replace(DINNER, kind=Kind.RITUAL), event("23 18:00", 120, "Long"), event("23 19:30", 30, "Short"))
    assert suggestion(problem, missed(problem).nearest) == "30 min would fit on Mon 20:00"
    daily = replace(DINNER, kind=Kind.RITUAL, per="day")
    whole = ask(daily, event("23 18:00", 60, "Long"), event("23 19:00", 90, "Longer"))
    assert suggestion(whole, missed(whole).nearest) == "there would be room without Long (Mon 18:00)"


@given(problems())
@settings(max_examples=40, deadline=None)
def test_every_reason_suffices_by_itself(problem: Problem) -> None:
    """With nothing in its windows but what is named, a block still has no place."""
    plan = greedy.solve(problem)
    for left in plan.unplaced:
        asked = item(problem, left.key)
        found = unplaced(room_of(problem, plan), asked)
        assert found.causes or found.why
        if found.causes and all(cause.rule == "time" for cause in found.causes):
            named = [Fixed(spot.interval, "named") for cause in found.causes for spot in cause.spots]
            alone = replace(problem, items=(asked,), fixed=tuple(named), white_space_minutes=0, budgets=())
            assert not greedy.solve(alone).blocks


def test_a_window_that_is_too_short_says_so() -> None:
    problem = ask(DINNER)
    short = replace(item(problem, "dinner/2026-W48/1"), windows=(span("23 18:00", 45),))
    found = unplaced(room_of(problem, Plan(problem.horizon)), short)
    assert found.why == "its windows are under 60 min"
