"""How goals stand: states, trend and forecast, offers; and each sentence that people say, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_goals import BEFORE, START, goal, weekly
from timeblock.core.goals import Baseline, Goal, Shape, Step
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.outlook import Forecast, forecast
from timeblock.core.progress import GoalState, Progress, progress


def measured(
    values: Mapping[Week, float | None], metric: str = "after_hours", missing: str = "", resting: Sequence[Week] = ()
) -> dict[Week, tuple[Measure, ...]]:
    """The measures of weeks as :func:`progress` takes them; in those ``resting``, leave took it all."""

    def work(week: Week) -> Measure:
        parts = (
            ("working window", 0.0 if week in resting else 2400.0),
            ("leave and holidays", 2400.0 * (week in resting)),
        )
        return Measure("work", "min", 1, 2400, parts=parts)

    return {w: (Measure(metric, "min", 1, v, "" if v is not None else missing), work(w)) for w, v in values.items()}


# ---- how it stands ---------------------------------------------------------------------------------------------------

TODAY = {n: START.plus(n).monday for n in range(8)}
"""The Monday after n weeks of the goal."""

JUDGED = [
    # -50 % of 270 over four weeks: 236, 202, 169, 135
    ((230,), GoalState.ON_TRACK),
    ((250,), GoalState.AT_RISK),
    ((230, 250), GoalState.AT_RISK),
    ((250, 200), GoalState.ON_TRACK),
    ((250, 240), GoalState.OFF_TRACK),
    ((120,), GoalState.ON_TRACK),
    ((120, 130), GoalState.MET),
    ((200, 200, 160, 135), GoalState.MET),
    ((200, 200, 160, 140), GoalState.MISSED),
    ((230, None), GoalState.ON_TRACK),
]


@pytest.mark.parametrize(("values", "state"), JUDGED)
def test_a_change_stands_by_its_last_two_weeks(values: tuple[float | None, ...], state: GoalState) -> None:
    found = progress(goal(), measured(BEFORE | weekly(START, *values)), TODAY[len(values)])
    assert found.state is state
    assert found.text
    assert (found.baseline, found.target) == (270, 135)
    assert found.value == [v for v in values if v is not None][-1]


def test_the_week_that_runs_is_not_judged() -> None:
    found = progress(goal(), measured(BEFORE | weekly(START, 230, 9000)), TODAY[1])
    assert (found.state, found.value, found.milestone) == (GoalState.ON_TRACK, 230, 236.25)


def test_within_the_tolerance_a_week_is_kept() -> None:
    weeks = measured(BEFORE | weekly(START, 250))
    assert progress(goal(tolerance=0.1), weeks, TODAY[1]).state is GoalState.ON_TRACK
    assert progress(goal(tolerance=0.05), weeks, TODAY[1]).state is GoalState.AT_RISK


def test_a_floor_is_kept_from_above() -> None:
    floor = goal(Shape.KEEP, 600, metric="focus_time", at_most=False)
    for value, state in ((600, GoalState.ON_TRACK), (599, GoalState.AT_RISK)):
        assert progress(floor, measured(weekly(START, value), "focus_time"), TODAY[1]).state is state


@pytest.mark.parametrize(
    ("values", "state"),
    [((2, 2, 2, 2, 1), GoalState.MET), ((2, 1, 2, 2, 1), GoalState.MISSED), ((1, 2, 3, 2, 2), GoalState.MET)],
)
def test_a_frequency_is_met_in_four_weeks_of_five(values: tuple[float, ...], state: GoalState) -> None:
    twice = goal(Shape.FREQUENCY, 2, weeks=5, metric="lunch_kept", at_most=False)
    assert progress(twice, measured(weekly(START, *values), "lunch_kept"), TODAY[5]).state is state


def test_a_part_of_a_measure_may_be_the_metric() -> None:
    dinner = goal(Shape.FREQUENCY, 2, metric="blocks", of="dinner", at_most=False)
    weeks = {START: (Measure("blocks", "count", 1, 5, parts=(("dinner: kept", 2), ("kept", 5))),)}
    assert progress(dinner, weeks, TODAY[1]).value == 2


def test_weeks_of_rest_are_neither_kept_nor_missed_nor_a_baseline() -> None:
    resting = [START.plus(-1), START.plus(1)]
    weeks = measured(BEFORE | weekly(START, 230, 0), resting=resting)
    found = progress(goal(), weeks, TODAY[2])
    assert found.baseline == 300
    assert found.value == 230


@pytest.mark.parametrize(
    ("one", "weeks", "said"),
    [
        (goal(Shape.USE_UP, 100, metric="leave_used"), measured(BEFORE), "leave_used is not measured yet"),
        (goal(), measured(weekly(START.plus(-1), 100, 100)), "2 known weeks before the start"),
        (goal(), measured(BEFORE), "no week of it is over"),
        (goal(), measured(BEFORE | weekly(START, None), missing="no calendar was read"), "no calendar was read"),
    ],
)
def test_what_cannot_be_judged_says_what_is_missing(
    one: Goal, weeks: dict[Week, tuple[Measure, ...]], said: str
) -> None:
    found = progress(one, weeks, TODAY[1])
    assert found.state is GoalState.NO_DATA
    assert said in found.text
    assert (found.value, found.milestone) == (None, None)


def test_weeks_after_the_deadline_are_no_part_of_it() -> None:
    values = BEFORE | weekly(START, 200, 200, 160, 130, 9000, 9000)
    assert progress(goal(), measured(values), TODAY[6]).state is GoalState.MET


def test_a_percentage_of_nothing_cannot_be_judged() -> None:
    found = progress(goal(), measured(weekly(START.plus(-4), 0, 0, 0, 0, 10)), START.plus(1).monday)
    assert found.state is GoalState.NO_DATA
    assert "name a target in figures" in found.text
    assert found.baseline == 0


def test_a_stored_baseline_holds_whatever_the_calendar_says_by_now() -> None:
    found = progress(goal(), measured(BEFORE | weekly(START, 230)), TODAY[1], stored=Baseline(400, (START.plus(-1),)))
    assert (found.baseline, found.target, found.baseline_weeks) == (400, 200, (START.plus(-1),))


def test_a_paused_goal_is_neither_behind_nor_on_track() -> None:
    values = measured(BEFORE | weekly(START, 230, 9000, 9000))
    assert progress(goal(weeks=6), values, TODAY[2], paused={START.plus(1), START.plus(2)}).state is GoalState.PAUSED
    after = progress(goal(weeks=6), values, TODAY[3], paused={START.plus(1), START.plus(2)})
    assert (after.state, [s.week for s in after.steps], after.weeks_left) == (GoalState.ON_TRACK, [START], 3)


# ---- where it leads --------------------------------------------------------------------------------------------------


def steps(*values: float) -> tuple[Step, ...]:
    return tuple(Step(START.plus(n), v, 0, kept=True, spent=v) for n, v in enumerate(values))


def test_a_straight_line_is_drawn_on_without_doubt() -> None:
    assert forecast(goal(weeks=8), steps(300, 280, 260, 240)) == Forecast(-20, 160, 160, 160)


def test_one_odd_week_does_not_bend_the_line_but_widens_what_may_be() -> None:
    found = forecast(goal(weeks=8), steps(300, 280, 900, 240, 220))
    assert found is not None
    assert found.slope == -20
    assert found.value == 160
    assert found.low < found.value < found.high


def test_two_weeks_show_no_trend_and_nothing_falls_below_zero() -> None:
    assert forecast(goal(weeks=8), steps(300, 280)) is None
    found = forecast(goal(weeks=8), steps(30, 20, 10))
    assert found is not None
    assert found.value == 0


@given(st.lists(st.floats(0, 1e4), min_size=3, max_size=30))
def test_the_same_history_always_says_the_same(values: list[float]) -> None:
    first, second = forecast(goal(weeks=40), steps(*values)), forecast(goal(weeks=40), steps(*values))
    assert first == second
    assert first is not None
    assert 0 <= first.low <= first.high


def test_the_pace_is_what_each_week_left_must_bring() -> None:
    change = progress(goal(), measured(BEFORE | weekly(START, 225)), TODAY[1])
    assert (change.weeks_left, change.pace) == (3, -30)  # from 225 to 135
    twice = goal(Shape.FREQUENCY, 2, metric="lunch_kept", at_most=False)
    assert progress(twice, measured(weekly(START, 1), "lunch_kept"), TODAY[1]).pace == 2


# ---- what is offered -------------------------------------------------------------------------------------------------


def levers(found: Progress) -> list[tuple[str, float | None, date | None]]:
    return [(c.lever, c.target, c.deadline) for c in found.offer.choices] if found.offer else []


def test_two_missed_weeks_lead_to_half_the_step_or_half_as_much_time_again() -> None:
    found = progress(goal(weeks=8), measured(BEFORE | weekly(START, 300, 300)), TODAY[2])
    assert levers(found) == [("smaller", -25, None), ("later", None, START.plus(11).days()[-1])]


def test_three_kept_ones_to_a_little_more() -> None:
    weeks = measured(BEFORE | weekly(START, 240, 220, 200))
    assert levers(progress(goal(weeks=8), weeks, TODAY[3])) == [("further", -60, None)]


def test_one_missed_or_two_kept_lead_to_nothing() -> None:
    for values in ((240, 300), (300, 230), (240, 220)):
        found = progress(goal(weeks=8), measured(BEFORE | weekly(START, *values)), TODAY[len(values)])
        assert levers(found) == []


def test_an_offer_that_was_answered_is_not_made_again_for_the_same_weeks() -> None:
    weeks = measured(BEFORE | weekly(START, 300, 300, 300, 300))
    assert levers(progress(goal(weeks=8), weeks, TODAY[3], decided=TODAY[2])) == []
    assert levers(progress(goal(weeks=8), weeks, TODAY[4], decided=TODAY[2])) != []


# ---- what adds up ----------------------------------------------------------------------------------------------------


def leave(values: Mapping[Week, float]) -> dict[Week, tuple[Measure, ...]]:
    return {w: (Measure("leave_used", "days", 1, v, parts=(("% of it", 4 * v),)),) for w, v in values.items()}


def test_leave_counts_in_percent_of_the_entitlement_and_by_the_year() -> None:
    year = Goal("leave", "leave_used", Shape.USE_UP, 100, date(2026, 9, 28), date(2026, 12, 27), at_most=False)
    found = progress(year, leave({START.plus(-1): 12.0, START: 15.0}), TODAY[1])
    assert (found.baseline, found.value, found.state) == (48, 60, GoalState.ON_TRACK)
    assert found.milestone == pytest.approx(48 + 52 / 13)
    assert found.pace == pytest.approx(40 / 12)
    assert progress(year, leave({START: 25.0}), TODAY[1]).state is GoalState.MET


def test_hours_in_total_say_when_they_will_be_done_at_this_pace() -> None:
    total = goal(Shape.TIME_BUDGET, 600, weeks=10, metric="area_time", of="novel", at_most=False, total=6000)
    weeks = {
        START.plus(n): (Measure("area_time", "min", 1, v, parts=(("novel", v),)),)
        for n, v in enumerate([500.0, 400.0, 500.0, 500.0])
    }
    found = progress(total, weeks, TODAY[4])
    assert [s.value for s in found.steps] == [500, 900, 1400, 1900]
    assert (found.milestone, found.state) == (2400, GoalState.OFF_TRACK)
    assert found.pace == pytest.approx(4100 / 6)
    # 4100 min at 500 a week: 8.2 weeks, 57.4 days, after Sunday 25 October
    assert found.finish == date(2026, 12, 22)
