"""Goals: baselines, milestones of the six shapes, and how they stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.core.goals import Baseline, Goal, Phase, Shape, baseline, milestones, target
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure, rested

START = Week(2026, 40)
"""28 September 2026 is its Monday."""


def goal(shape: Shape = Shape.CHANGE_PERCENT, wanted: float = -50, weeks: int = 4, **more: Any) -> Goal:
    """Starts with week 40 and ends with a Sunday."""
    metric = more.pop("metric", "after_hours")
    return Goal("calmer", metric, shape, wanted, START.monday, START.plus(weeks - 1).days()[-1], **more)


def weekly(first: Week, *values: float | None) -> dict[Week, float | None]:
    return {first.plus(n): value for n, value in enumerate(values)}


BEFORE = weekly(START.plus(-4), 300, 200, 400, 240)
"""Their median is 270."""


# ---- baseline --------------------------------------------------------------------------------------------------------


def test_the_median_of_the_last_four_known_weeks_before_the_start() -> None:
    values = weekly(START.plus(-6), 9000, 100, None, 200, 300, 400, 7000)  # the last is the first of the goal
    assert baseline(goal(), values) == Baseline(250, tuple(START.plus(-n) for n in (5, 3, 2, 1)))


@pytest.mark.parametrize("values", [(), (300,), (300, None, None)])
def test_fewer_than_two_are_not_enough(values: tuple[float | None, ...]) -> None:
    assert baseline(goal(), weekly(START.plus(-3), *values)).value is None


def test_two_are_and_what_is_long_ago_is_not_looked_at() -> None:
    assert baseline(goal(), weekly(START.plus(-2), 300, 200)).value == 250
    assert baseline(goal(), weekly(START.plus(-14), 300, 200)).value is None


def test_one_that_is_said_is_taken() -> None:
    assert baseline(goal(baseline=14), BEFORE) == Baseline(14)


def test_the_week_of_a_start_in_mid_week_is_not_before_it() -> None:
    late = Goal("x", "work", Shape.KEEP, 1, date(2026, 10, 1), date(2026, 11, 1))
    assert baseline(late, weekly(START.plus(-1), 1, 2)).weeks == (START.plus(-1),)


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
        (Shape.USE_UP, 100, 0, [25, 50, 75, 100]),
        (Shape.USE_UP, 100, 60, [70, 80, 90, 100]),
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


def test_a_paused_week_takes_no_step() -> None:
    found = milestones(goal(weeks=5), 400, paused={START.plus(1)})
    assert [m.value for m in found] == pytest.approx([350, 350, 300, 250, 200])


def test_a_phase_has_its_own_target_and_the_steps_go_on_after_it() -> None:
    launch = Phase(START.plus(1).monday, START.plus(2).days()[-1], -10)
    assert [m.value for m in milestones(goal(phases=(launch,)), 400)] == pytest.approx([350, 360, 360, 200])
    limit = goal(Shape.KEEP, 40, phases=(Phase(START.monday, START.days()[4], 50),))
    assert [m.value for m in milestones(limit, None)] == [50, 40, 40, 40]


def test_hours_in_total_grow_evenly() -> None:
    whole = goal(Shape.TIME_BUDGET, 50, at_most=False, total=200)
    assert [m.value for m in milestones(whole, 0)] == [50, 100, 150, 200]


def test_leave_begins_with_what_was_used_of_it_this_year() -> None:
    leave = goal(Shape.USE_UP, 100, metric="leave_used", at_most=False)
    assert baseline(leave, weekly(START.plus(-2), 40, 60)).value == 60
    january = Goal("x", "leave_used", Shape.USE_UP, 100, date(2027, 1, 4), date(2027, 12, 31), at_most=False)
    assert baseline(january, weekly(Week(2026, 51), 90, 100)).value == 0


def test_the_last_milestone_is_on_the_deadline() -> None:
    short = Goal("x", "work", Shape.KEEP, 1, date(2026, 10, 1), date(2026, 10, 14))
    assert [m.on for m in milestones(short, None)] == [date(2026, 10, 4), date(2026, 10, 11), date(2026, 10, 14)]


def test_a_change_from_nowhere_has_none() -> None:
    assert milestones(goal(), None) == ()
    assert target(goal(), None) is None


def test_a_percentage_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="percentage of nothing"):
        target(goal(), 0)


@given(st.floats(1, 1e4), st.floats(-100, 100), st.integers(1, 60), st.booleans())
def test_they_walk_one_way_from_the_baseline_to_the_target(base: float, wanted: float, weeks: int, eased: bool) -> None:
    one = goal(Shape.CHANGE_PERCENT, wanted, weeks, eased=eased)
    values = [base, *(m.value for m in milestones(one, base))]
    assert len(values) == weeks + 1
    assert values[-1] == pytest.approx(base * (1 + wanted / 100), abs=1e-6)
    assert values == pytest.approx(sorted(values, reverse=wanted < 0), abs=1e-6)


@pytest.mark.parametrize(
    ("window", "away", "is_rest"), [(2400, 0, False), (1300, 1100, False), (1200, 1200, True), (0, 0, False)]
)
def test_half_a_week_off_is_a_week_of_rest(window: float, away: float, is_rest: bool) -> None:
    work = Measure("work", "min", 1, 0, parts=(("working window", window), ("leave and holidays", away)))
    assert rested([work]) is is_rest
    assert not rested([])
