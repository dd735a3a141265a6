"""Each goal that people say, from the sentence to how it stands, on histories that one can work out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from timeblock.config.entries import added
from timeblock.config.load import load
from timeblock.config.wishes import Known, wishes
from timeblock.core.goals import Goal
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.progress import GoalState, Progress, progress

MONDAY = date(2026, 11, 30)
WEEK = Week.of(MONDAY)
HEAD = """
identity = "ada"
[accounts.local]
type = "folder"
path = "calendars"
[[calendars]]
name = "blocks"
account = "local"
role = "blocks"
"""


def goals(folder: Path, sentence: str, today: date = MONDAY) -> tuple[Goal, ...]:
    """The goals of a sentence, by way of the file."""
    text = HEAD
    for wish in wishes(sentence, today, Known(areas=["work", "family", "rest"])):
        text = added(text, wish)
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return load(path, {"HOME": str(folder)}).goals


def after(
    goal: Goal, values: Sequence[float], before: Sequence[float] = (), part: str = "", weeks: int = 0
) -> Progress:
    """How it stands after as many weeks as there are ``values``; ``part``: the part of the measure they are."""
    first = Week.of(goal.start)
    series = [*((first.plus(n - len(before)), v) for n, v in enumerate(before))]
    series += [(first.plus(n), v) for n, v in enumerate(values)]
    weekly = {
        week: (Measure(goal.metric, "min", 1, value, parts=((part, value),) if part else ()),) for week, value in series
    }
    return progress(goal, weekly, first.plus(len(values)).monday)


def test_half_the_mail_after_hours_in_three_months(tmp_path: Path) -> None:
    """The median of 12, 16, 14 and 18 is 15; half of it 7.5, in thirteen steps of 7.5/13."""
    (goal,) = goals(tmp_path, "50 % fewer after-hours emails in 3 months")
    found = after(goal, [14, 13, 12, 11], before=[12, 16, 14, 18])
    assert (found.baseline, found.target, len(found.milestones)) == (15, 7.5, 13)
    assert found.milestone == pytest.approx(15 - 4 * 7.5 / 13)
    assert (found.state, found.kept, found.weeks_left) == (GoalState.ON_TRACK, 4, 9)
    assert found.pace == pytest.approx(-3.5 / 9)
    assert found.forecast is not None
    assert (found.forecast.slope, found.forecast.value) == (-1, 2)  # 14 − 1 a week, twelve weeks on


def test_all_the_days_of_leave_by_the_end_of_the_year(tmp_path: Path) -> None:
    """60 % used at the start, 100 % in five weeks: 8 % a week."""
    (goal,) = goals(tmp_path, "100 % of my leave days by the end of the year")
    found = after(goal, [68, 72], before=[60], part="% of it")
    assert (found.baseline, found.value, found.milestone) == (60, 72, 76)
    assert (found.state, found.weeks_left) == (GoalState.AT_RISK, 3)
    assert found.pace == pytest.approx(28 / 3)


def test_five_hours_less_overtime_a_week_for_eight_weeks(tmp_path: Path) -> None:
    """From 400 min to 100 in eight steps of 37.5; two weeks past them lead to an offer of half of it."""
    (goal,) = goals(tmp_path, "5h less overtime a week for 8 weeks")
    found = after(goal, [360, 350, 340], before=[400, 380, 420, 400])
    assert (found.baseline, found.target) == (400, 100)
    assert [s.milestone for s in found.steps] == [362.5, 325, 287.5]
    assert [s.kept for s in found.steps] == [True, False, False]
    assert found.state is GoalState.OFF_TRACK
    assert found.offer is not None
    assert [(c.lever, c.target) for c in found.offer.choices] == [("smaller", -150), ("later", None)]


def test_sunday_breakfast_every_week_and_a_parent_called_twice_a_week(tmp_path: Path) -> None:
    """Four of five weeks are enough: consistency, not perfection."""
    breakfast, call = goals(tmp_path, "Sunday breakfast every week and call a parent twice a week for 5 weeks")
    assert after(breakfast, [1, 1, 0], part="sunday breakfast: kept").state is GoalState.AT_RISK
    assert after(call, [2, 2, 1, 2, 3], part="call a parent: kept").state is GoalState.MET
    assert after(call, [2, 1, 1, 2, 3], part="call a parent: kept").state is GoalState.MISSED


def test_five_months_and_not_six(tmp_path: Path) -> None:
    """200 h in 22 weeks are 545 min a week. At 500 a week it takes 24: two weeks late, on the way to six months."""
    (goal,) = goals(tmp_path, "finish the novel in five months, not six, 200h in total")
    found = after(goal, [500] * 10, part="novel")
    assert (goal.total, len(goal.weeks)) == (12_000, 22)
    assert (found.value, found.target) == (5_000, 12_000)
    assert found.milestone == pytest.approx(12_000 * 10 / 22)
    assert found.state is GoalState.OFF_TRACK
    assert found.pace == pytest.approx(7_000 / 12)
    assert found.finish == WEEK.plus(9).days()[-1] + timedelta(days=98)  # 7,000 min at 500 a week
    assert found.forecast is not None
    assert found.forecast.value == 11_000
    late = after(goal, [100] * 15, part="novel")
    assert "more than your ceiling" in late.text  # 10,500 min in seven weeks; the ceiling is 14 h


def test_two_hours_a_day_on_the_side_business_until_july(tmp_path: Path) -> None:
    """840 min a week; the ceiling of 17:30 h keeps it from being a second job."""
    (goal,) = goals(tmp_path, "two hours a day on the side business until July")
    assert (goal.target, goal.ceiling, goal.deadline) == (840, 1050, date(2027, 7, 1))
    assert after(goal, [840, 900], part="side business").state is GoalState.ON_TRACK
    assert after(goal, [840, 839], part="side business").state is GoalState.AT_RISK
    much = after(goal, [840, 1100], part="side business")
    assert "17:30 h are your ceiling" in much.text
