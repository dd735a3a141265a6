"""Goals as people say them, in all six shapes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from timeblock.config.goals import METRICS
from timeblock.config.judge import judge
from timeblock.config.load import load
from timeblock.core.goals import Goal, Phase, Shape

HEAD = """
identity = "ada"
[accounts.local]
type = "folder"
path = "calendars"
[[calendars]]
name = "blocks"
account = "local"
role = "blocks"
[areas."side business"]
[areas.novel]
[[blocks]]
name = "sunday breakfast"
kind = "non-negotiable"
days = "sun"
[[blocks]]
name = "call a parent"
kind = "non-negotiable"
quota = "2 per week"
[[goals]]
name = "the goal"
"""


def goal(tmp_path: Path, text: str) -> Goal:
    path = tmp_path / "config.toml"
    path.write_text(HEAD + text, "utf-8")
    return load(path, {"HOME": str(tmp_path)}).goals[0]


def complaint(text: str) -> str:
    _, mistakes = judge(HEAD + "start = 2026-11-30\nby = 2027-02-28\n" + text)
    assert len(mistakes) == 1
    return mistakes[0].text


def test_half_the_mail_after_hours_in_three_months(tmp_path: Path) -> None:
    said = goal(tmp_path, 'metric = "after_hours_emails"\ntarget = "-50 %"\nstart = 2026-11-30\nby = 2027-02-28')
    assert (said.shape, said.target, said.at_most) == (Shape.CHANGE_PERCENT, -50, True)
    assert (said.start, said.deadline) == (date(2026, 11, 30), date(2027, 2, 28))


def test_all_the_leave_by_the_end_of_the_year(tmp_path: Path) -> None:
    said = goal(tmp_path, 'metric = "leave_used"\ntarget = "100 %"\nstart = 2026-01-01\nby = 2026-12-31')
    assert (said.shape, said.target, said.at_most) == (Shape.USE_UP, 100, False)


def test_five_hours_less_overtime_a_week_for_eight_weeks(tmp_path: Path) -> None:
    said = goal(tmp_path, 'metric = "overtime"\ntarget = "-5h per week"\nstart = 2026-11-30\nby = 2027-01-24')
    assert (said.shape, said.target, said.at_most) == (Shape.CHANGE_AMOUNT, -300, True)


@pytest.mark.parametrize(("of", "times"), [("sunday breakfast", 1), ("call a parent", 2)])
def test_breakfast_every_sunday_and_a_parent_called_twice_a_week(tmp_path: Path, of: str, times: int) -> None:
    said = goal(
        tmp_path, f'metric = "blocks"\nof = "{of}"\ntarget = "{times} per week"\nstart = 2026-11-30\nby = 2027-05-30'
    )
    assert (said.shape, said.of, said.target, said.at_most) == (Shape.FREQUENCY, of, times, False)


def test_finish_in_five_months_not_six(tmp_path: Path) -> None:
    said = goal(
        tmp_path, 'metric = "area_time"\nof = "novel"\ntarget = "200h in total"\nstart = 2026-11-30\nby = 2027-05-02'
    )
    assert (said.shape, said.of) == (Shape.TIME_BUDGET, "novel")
    assert said.target == pytest.approx(200 * 60 / 22)  # minutes a week in 22 weeks
    assert said.total == 200 * 60


def test_a_time_budget_may_have_a_ceiling(tmp_path: Path) -> None:
    said = goal(
        tmp_path,
        'metric = "area_time"\nof = "novel"\ntarget = "1h per day"\nceiling = "2h per day"\nstart = 2026-11-30\n'
        "by = 2027-05-02",
    )
    assert (said.target, said.ceiling, said.total) == (7 * 60, 14 * 60, None)


def test_two_hours_a_day_on_the_side_business_until_july(tmp_path: Path) -> None:
    said = goal(
        tmp_path,
        'metric = "area_time"\nof = "side business"\ntarget = "2h per day"\nstart = 2026-11-30\nby = 2027-07-01',
    )
    assert (said.shape, said.target) == (Shape.TIME_BUDGET, 7 * 120)


@pytest.mark.parametrize(
    ("metric", "target", "figure", "at_most"),
    [
        ("rolling_hours", "at most 40h", 40, True),
        ("focus_time", "at least 600 min", 600, False),
        ("meeting_load", "at most 25 %", 25, True),
        ("work_free_days", "at least 2 days", 2, False),
        ("lunch_kept", "at least 4 per week", 4, False),
    ],
)
def test_a_limit_is_in_the_unit_of_its_metric(
    tmp_path: Path, metric: str, target: str, figure: float, at_most: bool
) -> None:
    said = goal(tmp_path, f'metric = "{metric}"\ntarget = "{target}"\nstart = 2026-11-30\nby = 2027-05-30')
    assert (said.shape, said.target, said.at_most) == (Shape.KEEP, figure, at_most)


def test_raising_something_is_a_floor(tmp_path: Path) -> None:
    said = goal(tmp_path, 'metric = "focus_time"\ntarget = "+2h"\nstart = 2026-11-30\nby = 2027-05-30')
    assert (said.shape, said.target, said.at_most) == (Shape.CHANGE_AMOUNT, 120, False)


def test_the_rest_of_a_goal_is_kept(tmp_path: Path) -> None:
    text = (
        'metric = "rolling_hours"\ntarget = "-10 %"\nstart = 2026-11-30\nby = 2027-05-30\nbaseline = "45h"\n'
        'eased = true\ntolerance = "5 %"\ncadence = "monthly"\narea = "rest"\nwhy = "to live"\nshare_with = ["Kim"]'
    )
    said = goal(tmp_path, text)
    assert (said.baseline, said.tolerance, said.cadence) == (45, 0.05, "monthly")
    assert (said.area, said.why, said.eased, said.share_with) == ("rest", "to live", True, ("Kim",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('metric = "overtime"\ntarget = "50 %"', "a limit or a change?"),
        ('metric = "overtime"\ntarget = "5h"', "a limit or a change?"),
        ('metric = "overtime"\ntarget = "at most 5"', "a length of time"),
        ('metric = "meeting_load"\ntarget = "at most 5h"', "percent"),
        ('metric = "churn"\ntarget = "at most 5h"', "a number"),
        ('metric = "overtime"\ntarget = "-1h per day"', "figures are those of a week"),
        ('metric = "focus_time"\ntarget = "10h"', "how often?"),
        ('metric = "overtime"\ntarget = "-5h"\nbaseline = "lots"', "is not a figure"),
        ('metric = "overtime"\ntarget = "-5h"\nceiling = "9h"', "only a time budget"),
        ('metric = "area_time"\nof = "novel"\ntarget = "2h per day"\nceiling = "lots"', "is not a length of time"),
        ('metric = "area_time"\nof = "novel"\ntarget = "2h per day"\nceiling = "9h"', "needs more than that"),
        ('metric = "overtme"\ntarget = "-5h"', 'did you mean "overtime"?'),
        ('metric = "area_time"\ntarget = "2h per day"', "which area"),
        ('metric = "blocks"\nof = "call parent"\ntarget = "2 per week"', 'did you mean "call a parent"?'),
    ],
)
def test_a_target_that_does_not_suit_is_refused_with_a_way_out(text: str, said: str) -> None:
    assert said in complaint(text)


def test_every_metric_can_have_a_limit() -> None:
    figure = {"min": "5h", "h/week": "40h", "%": "5 %", "count": "3", "days": "3"}
    for metric, unit in METRICS.items():
        of = {"area_time": 'of = "novel"\n', "blocks": 'of = "call a parent"\n'}.get(metric, "")
        text = f'metric = "{metric}"\ntarget = "at most {figure[unit]}"\nstart = 2026-11-30\nby = 2027-02-28\n{of}'
        assert judge(HEAD + text)[1] == ()


SEASON = """
[[seasons]]
name = "launch"
first = 2027-01-04
last = 2027-01-31
[[seasons.goals]]
name = "{name}"
target = "{target}"
"""
LEAVE = 'metric = "leave_used"\ntarget = "100 %"\nstart = 2026-01-01\nby = 2026-12-31\n'
LIMIT = 'metric = "rolling_hours"\ntarget = "at most 40h"\nstart = 2026-11-30\nby = 2027-05-30\n'


def test_a_season_may_have_a_target_of_its_own(tmp_path: Path) -> None:
    said = goal(tmp_path, LIMIT + SEASON.format(name="the goal", target="at most 45h"))
    assert said.phases == (Phase(date(2027, 1, 4), date(2027, 1, 31), 45),)


@pytest.mark.parametrize(
    ("text", "name", "target", "said"),
    [
        (LIMIT, "the gaol", "at most 45h", 'did you mean "the goal"'),
        (LIMIT, "the goal", "-10 %", "say it as the goal does"),
        (LIMIT, "the goal", "at least 45h", "say it as the goal does"),
        (LEAVE, "the goal", "50 %", "pause it"),
    ],
)
def test_a_season_asks_for_more_or_less_of_the_same(text: str, name: str, target: str, said: str) -> None:
    _, mistakes = judge(HEAD + text + SEASON.format(name=name, target=target))
    assert len(mistakes) == 1
    assert said in mistakes[0].text
