"""The way of a goal as a drawing: where each thing lies, and the same in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from timeblock.core.goals import Goal, Milestone, Shape, Step
from timeblock.core.localtime import Week
from timeblock.core.outlook import Forecast
from timeblock.core.progress import GoalState, Progress
from timeblock.pages.charts import FLOOR, TOP, WIDTH
from timeblock.pages.path import EDGE, path

GOAL = Goal("Less", "after_hours", Shape.CHANGE_PERCENT, -50, date(2026, 11, 2), date(2026, 12, 6), at_most=True)
WEEKS = GOAL.weeks
MARKS = tuple(Milestone("Less", w.days()[-1], value) for w, value in zip(WEEKS, (500, 400, 300, 250, 200), strict=True))


def step(week: Week, value: float, milestone: float) -> Step:
    return Step(week, value, milestone, value <= milestone, value)


KNOWN = (step(WEEKS[0], 600, 500), step(WEEKS[1], 300, 400))
PROGRESS = Progress(GOAL, GoalState.ON_TRACK, "", 300, 400, 600, 200, KNOWN, milestones=MARKS)


def test_weeks_lie_between_the_edges_and_heights_compare() -> None:
    found = path(PROGRESS)
    assert found
    first, second = found.dots
    assert (first.x, first.y, first.kept) == (EDGE, TOP, False)
    assert (second.y, second.kept) == ((FLOOR + TOP) / 2, True)
    assert found.milestones.split()[-1] == f"{WIDTH - EDGE}.0,{round(FLOOR - (FLOOR - TOP) / 3, 1)}"
    assert found.line == f"M{first.x} {first.y}L{second.x} {second.y}"
    assert (found.latest, found.labels) == ("5:00 h", ("W45", "W49"))


def test_a_week_that_is_not_known_is_a_gap() -> None:
    gap = replace(PROGRESS, steps=(*KNOWN, step(WEEKS[3], 200, 250), step(WEEKS[4], 180, 200)))
    found = path(gap)
    assert found
    assert len(found.dots) == 4
    assert found.line.count("M") == 2


def test_a_trend_leads_from_the_last_week_to_the_deadline_with_what_may_be() -> None:
    found = path(replace(PROGRESS, forecast=Forecast(-10, 240, 120, 100_000)))
    assert found
    start, low, high = found.spread.split()
    assert start == found.trend.split()[0] == f"{found.dots[-1].x},{found.dots[-1].y}"
    assert float(low.split(",")[1]) > float(found.trend.split()[1].split(",")[1]) > float(high.split(",")[1])
    assert float(high.split(",")[1]) == TOP, "a wild guess ends at the edge"
    assert found.dots[0].y > TOP, "and does not flatten what was"
    assert "it leads to 4:00 h" in found.said


def test_where_no_week_is_left_nothing_leads_anywhere() -> None:
    over = replace(PROGRESS, steps=(*KNOWN, step(WEEKS[4], 200, 200)), forecast=Forecast(0, 1, 1, 1))
    found = path(over)
    assert found
    assert (found.trend, found.spread) == ("", "")


def test_it_is_told_in_words() -> None:
    found = path(PROGRESS)
    assert found
    assert found.said == (
        "Less: 2 weeks known, 1 kept; 5:00 h in week 46, where the milestone was 6:40 h; the goal is at most 3:20 h."
    )
    assert found.dots[0].text == "Week 45: 10:00 h; milestone 8:20 h, not kept"


def test_the_goals_figure_stands_where_no_line_is() -> None:
    down = path(PROGRESS)
    flat = path(replace(PROGRESS, milestones=tuple(replace(m, value=200) for m in MARKS)))
    assert down
    assert flat
    assert down.aim[0] - flat.aim[0] == 17


def test_without_weeks_or_milestones_there_is_nothing_to_draw() -> None:
    assert path(replace(PROGRESS, steps=())) is None
    assert path(replace(PROGRESS, milestones=())) is None
