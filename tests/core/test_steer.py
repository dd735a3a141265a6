"""The same week asked for differently, for a person ahead of their goals and one behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.core.test_goals import START, goal
from timeblock.core.goals import Goal, Phase, Shape, Step, milestones
from timeblock.core.hours import Person
from timeblock.core.leave import LeaveYear
from timeblock.core.localtime import Whereabouts, Window
from timeblock.core.problem import Kind, Request
from timeblock.core.progress import GoalState, Progress
from timeblock.core.steer import Defence, WeekSteering, is_ahead, serves, steering

NINE_TO_FIVE = (Window(540, 1020),)
ADA = Person(Whereabouts(ZoneInfo("Europe/Oslo")), (NINE_TO_FIVE,) * 5 + ((),) * 2, contract_minutes=2250)
SHUTDOWN = Request("shutdown", "Shutdown", Kind.RITUAL, "day")
FOCUS = Request("focus", "Focus", Kind.FOCUS, area="work", count=4)
NOVEL = Request("novel", "Novel", Kind.ROUTINE, area="novel", count=3, ideal_minutes=60)
CALL = Request("call", "Call a parent", Kind.NON_NEGOTIABLE, area="family")


def stands(one: Goal, state: GoalState = GoalState.ON_TRACK, base: float | None = None, **more: Any) -> Progress:
    return Progress(one, state, "", milestones=milestones(one, base), **more)


def week(*progress: Progress, person: Person = ADA) -> WeekSteering:
    return steering(progress, (SHUTDOWN, FOCUS, NOVEL, CALL), person, [START]).weeks[START]


def test_without_goals_nothing_is_asked() -> None:
    assert week() == WeekSteering()


# ---- work ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "base", "minutes"),
    [
        (goal(Shape.CHANGE_AMOUNT, -300, metric="overtime"), 400, 2250 + 325),  # the first of four steps
        (goal(Shape.KEEP, 38, metric="rolling_hours"), None, 38 * 60),
        (goal(Shape.KEEP, 2300, metric="work"), None, 2300),
    ],
)
def test_overtime_and_hours_leave_a_budget(one: Goal, base: float | None, minutes: float) -> None:
    assert week(stands(one, base=base)).work_minutes == minutes


def test_the_least_of_two_budgets_holds_and_says_whose_it_is() -> None:
    found = week(
        stands(goal(Shape.KEEP, 2300, metric="work")), stands(replace(goal(Shape.KEEP, 2200, metric="work"), name="b"))
    )
    assert found.work_minutes == 2200
    assert found.why == ('"b" leaves 36.7 h of work',)


def test_a_goal_about_evenings_ends_work_with_the_hours() -> None:
    assert week(stands(goal(), base=300)).stop == dict.fromkeys(range(5), 1020)


def test_hours_beyond_the_budget_are_taken_off_the_ends_of_the_days() -> None:
    # 5 × 8 h are 40; 36 h leave each day 48 minutes less, in steps of a quarter: an hour
    assert week(stands(goal(Shape.KEEP, 36 * 60, metric="work"))).stop == dict.fromkeys(range(5), 960)


def test_no_day_loses_more_than_half() -> None:
    assert week(stands(goal(Shape.KEEP, 60, metric="work"))).stop == dict.fromkeys(range(5), 780)


# ---- how often -------------------------------------------------------------------------------------------------------


def test_a_frequency_is_a_quota() -> None:
    twice = goal(Shape.FREQUENCY, 2, metric="blocks", of="call", at_most=False)
    found = week(stands(twice))
    assert found.quotas == {"call": 2}
    assert found.why == ('"calmer" asks for 2 a week',)


@pytest.mark.parametrize(("pace", "ceiling", "count"), [(200, None, 4), (200, 120, 2), (60, None, 1), (0, None, 1)])
def test_a_time_budget_asks_for_as_many_blocks_as_catch_up_below_its_ceiling(
    pace: float, ceiling: float | None, count: int
) -> None:
    hours = goal(Shape.TIME_BUDGET, 180, metric="area_time", of="novel", at_most=False, ceiling=ceiling, total=720)
    assert week(stands(hours, base=0, pace=pace)).quotas == {"novel": count}


def test_a_time_budget_of_each_week_asks_for_the_same_whatever_was_missed() -> None:
    hours = goal(Shape.TIME_BUDGET, 180, metric="area_time", of="novel", at_most=False)
    assert week(stands(hours, pace=180)).quotas == {"novel": 3}
    phase = Phase(START.monday, START.days()[6], 60)
    assert week(stands(replace(hours, phases=(phase,)), pace=180)).quotas == {"novel": 1}


def test_nothing_is_asked_before_the_start_after_the_end_or_in_a_paused_week() -> None:
    twice = stands(goal(Shape.FREQUENCY, 2, metric="blocks", of="call", at_most=False))
    weeks = [START.plus(-1), START, START.plus(1), START.plus(4)]
    found = steering([twice], (CALL,), ADA, weeks, {"calmer": frozenset({START})})
    assert [bool(found.weeks[w].quotas) for w in weeks] == [False, False, True, False]


# ---- leave -----------------------------------------------------------------------------------------------------------


def test_the_days_of_leave_that_are_left_are_proposed_less_those_in_the_calendar() -> None:
    who = replace(ADA, leave_days=20, leave_carry_over=5)
    year = LeaveYear(who, START.monday, date(2026, 12, 31), {}, taken={date(2026, 10, 12)})
    leave = Goal("leave", "leave_used", Shape.USE_UP, 100, START.monday, date(2026, 12, 31), at_most=False)
    stood = Progress(leave, GoalState.AT_RISK, "", value=60, target=100)
    found = steering([stood], (), who, [], year=year).leave
    assert sum(len(p.days) for p in found) == 9  # 40 % of 25, less one that is booked
    assert steering([replace(stood, state=GoalState.MET)], (), who, [], year=year).leave == ()


# ---- how hard --------------------------------------------------------------------------------------------------------


def held(state: GoalState, **more: Any) -> Defence | None:
    asked = steering([stands(goal(), state, 300, **more)], (SHUTDOWN, FOCUS), ADA, [])
    assert asked.defence.keys() <= {"shutdown"}
    return asked.defence.get("shutdown")


AHEAD = tuple(Step(START.plus(n), 80, 100, kept=True, spent=80) for n in range(3))


def test_behind_is_busy_earlier_and_dearer_to_move_and_ahead_is_relaxed() -> None:
    behind, little = held(GoalState.OFF_TRACK), held(GoalState.AT_RISK)
    usual, ahead = held(GoalState.ON_TRACK), held(GoalState.ON_TRACK, steps=AHEAD)
    assert behind == little == Defence(1, '"calmer" is behind')
    assert usual is None
    assert ahead == Defence(-1, '"calmer" is ahead')


def test_the_firmest_of_two_goals_holds() -> None:
    both = [stands(goal(), GoalState.ON_TRACK, 300, steps=AHEAD), stands(goal(), GoalState.OFF_TRACK, 300)]
    assert steering(both, (SHUTDOWN,), ADA, []).defence["shutdown"].level == 1


def test_ahead_is_three_kept_weeks_the_last_by_a_tenth() -> None:
    assert is_ahead(stands(goal(), steps=AHEAD))
    assert not is_ahead(stands(goal(), steps=AHEAD[:2]))
    assert not is_ahead(stands(goal(), steps=(*AHEAD[:2], Step(START, 95, 100, kept=True, spent=95))))
    assert not is_ahead(stands(goal(), steps=(Step(START, 120, 100, kept=False, spent=120), *AHEAD[1:])))


@pytest.mark.parametrize(
    ("metric", "of", "by"),
    [
        ("after_hours", "", SHUTDOWN),
        ("overtime", "", SHUTDOWN),
        ("focus_time", "", FOCUS),
        ("area_time", "novel", NOVEL),
        ("blocks", "call", CALL),
    ],
)
def test_each_goal_is_served_by_its_own_blocks(metric: str, of: str, by: Request) -> None:
    one = goal(Shape.KEEP, 1, metric=metric, of=of)
    assert [r for r in (SHUTDOWN, FOCUS, NOVEL, CALL) if serves(r, one)] == [by]
