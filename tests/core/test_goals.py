"""Goals: baselines, milestones of the six shapes, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.core.goals import (
    Goal,
    GoalState,
    Shape,
    baseline,
    baseline_weeks,
    milestones,
    progress,
    rested,
    target,
)
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure

START = Week(2026, 40)
"""28 September 2026 is its Monday."""


def goal(shape: Shape = Shape.CHANGE_PERCENT, wanted: float = -50, weeks: int = 4, **more: Any) -> Goal:
    """Starts with week 40 and ends with a Sunday."""
    metric = more.pop("metric", "after_hours")
    return Goal("calmer", metric, shape, wanted, START.monday, START.plus(weeks - 1).days()[-1], **more)


def weekly(first: Week, *values: float | None) -> dict[Week, float | None]:
    return {first.plus(n): value for n, value in enumerate(values)}


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


BEFORE = weekly(START.plus(-4), 300, 200, 400, 240)
"""Their median is 270."""


# ---- baseline --------------------------------------------------------------------------------------------------------


def test_the_median_of_the_last_four_known_weeks_before_the_start() -> None:
    values = weekly(START.plus(-6), 9000, 100, None, 200, 300, 400, 7000)  # the last is the first of the goal
    assert baseline_weeks(goal(), values) == tuple(START.plus(-n) for n in (5, 3, 2, 1))
    assert baseline(goal(), values) == 250


@pytest.mark.parametrize("values", [(), (300,), (300, None, None)])
def test_fewer_than_two_are_not_enough(values: tuple[float | None, ...]) -> None:
    assert baseline(goal(), weekly(START.plus(-3), *values)) is None


def test_two_are_and_what_is_long_ago_is_not_looked_at() -> None:
    assert baseline(goal(), weekly(START.plus(-2), 300, 200)) == 250
    assert baseline(goal(), weekly(START.plus(-14), 300, 200)) is None


def test_one_that_is_said_is_taken() -> None:
    assert baseline(goal(baseline=14), BEFORE) == 14


def test_the_week_of_a_start_in_mid_week_is_not_before_it() -> None:
    late = Goal("x", "work", Shape.KEEP, 1, date(2026, 10, 1), date(2026, 11, 1))
    assert baseline_weeks(late, weekly(START.plus(-1), 1, 2)) == (START.plus(-1),)


# ---- target and milestones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "wanted", "base", "values"),
    [
        (Shape.CHANGE_PERCENT, -50, 400, [350, 300, 250, 200]),
        (Shape.CHANGE_PERCENT, 10, 100, [102.5, 105, 107.5, 110]),
        (Shape.CHANGE_AMOUNT, -300, 400, [325, 250, 175, 100]),
        (Shape.CHANGE_AMOUNT, -300, 200, [150, 100, 50, 0]),
        (Shape.KEEP, 2400, 2700, [2400] * 4),
        (Shape.FREQUENCY, 2, 0, [2] * 4),
        (Shape.USE_UP, 100, None, [25, 50, 75, 100]),
        (Shape.TIME_BUDGET, 840, 100, [840] * 4),
    ],
)
def test_milestones_of_the_six_shapes(shape: Shape, wanted: float, base: float | None, values: list[float]) -> None:
    found = milestones(goal(shape, wanted), base)
    assert [m.value for m in found] == pytest.approx(values)
    assert [m.on for m in found] == [START.plus(n).days()[-1] for n in range(4)]
    assert {m.goal for m in found} == {"calmer"}


def test_eased_steps_are_small_at_first_and_end_the_same() -> None:
    assert [m.value for m in milestones(goal(eased=True), 400)] == pytest.approx([387.5, 350, 287.5, 200])


def test_the_last_milestone_is_on_the_deadline() -> None:
    short = Goal("x", "work", Shape.KEEP, 1, date(2026, 10, 1), date(2026, 10, 14))
    assert [m.on for m in milestones(short, None)] == [date(2026, 10, 4), date(2026, 10, 11), date(2026, 10, 14)]


def test_a_change_from_nowhere_has_none() -> None:
    assert milestones(goal(), None) == ()
    assert target(goal(), None) is None


def test_a_percentage_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="percentage of nothing"):
        target(goal(), 0)
    found = progress(goal(), measured(weekly(START.plus(-4), 0, 0, 0, 0, 10)), START.plus(1).monday)
    assert found.state is GoalState.NO_DATA
    assert "name a target in figures" in found.text
    assert found.baseline == 0


@given(st.floats(1, 1e4), st.floats(-100, 100), st.integers(1, 60), st.booleans())
def test_they_walk_one_way_from_the_baseline_to_the_target(base: float, wanted: float, weeks: int, eased: bool) -> None:
    one = goal(Shape.CHANGE_PERCENT, wanted, weeks, eased=eased)
    values = [base, *(m.value for m in milestones(one, base))]
    assert len(values) == weeks + 1
    assert values[-1] == pytest.approx(base * (1 + wanted / 100), abs=1e-6)
    assert values == pytest.approx(sorted(values, reverse=wanted < 0), abs=1e-6)


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
    ("window", "away", "is_rest"), [(2400, 0, False), (1300, 1100, False), (1200, 1200, True), (0, 0, False)]
)
def test_half_a_week_off_is_a_week_of_rest(window: float, away: float, is_rest: bool) -> None:
    work = Measure("work", "min", 1, 0, parts=(("working window", window), ("leave and holidays", away)))
    assert rested([work]) is is_rest
    assert not rested([])


@pytest.mark.parametrize(
    ("one", "weeks", "said"),
    [
        (goal(metric="after_hours_emails"), measured(BEFORE), "no source"),
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
