"""Each of the five letters holding, weak and failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.core.test_goals import BEFORE, START, goal, weekly
from tests.core.test_progress import measured
from timeblock.core.goals import Goal, Shape
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.progress import progress
from timeblock.core.smart import Case, Letter, Room, holds, smart

TODAY = START.plus(-1).days()[3]
CALM = goal(weeks=12, area="rest", why="evenings are ours")


def judged(one: Goal = CALM, values: Any = None, room: Room | None = None, value: str = "rest matters") -> Any:
    weeks = measured(BEFORE if values is None else values, one.metric)
    case = Case(one, progress(one, weeks, TODAY), weeks, TODAY, lambda _: room, value)
    return {letter.name: letter for letter in smart(case)}


def test_a_good_goal_holds_in_all_five() -> None:
    found = judged()
    assert [letter.verdict for letter in found.values()] == ["ok"] * 5
    assert list(found) == ["specific", "measurable", "achievable", "relevant", "time-bound"]
    assert holds(found.values())


def test_for_which_part_of_life_is_asked() -> None:
    assert judged(replace(CALM, area=""))["specific"].verdict == "weak"


def test_without_evidence_it_cannot_be_measured_and_says_what_is_missing() -> None:
    weeks = measured(weekly(START.plus(-2), None, None), missing="no source of sent mail")
    found = smart(Case(CALM, progress(CALM, weeks, TODAY), weeks, TODAY, lambda _: None))[1]
    assert (found.verdict, found.why) == ("fails", "no source of sent mail")


# 300, 200, 400, 240: the weeks differ by 100, 200 and 160; 160 is the median, 270 the baseline
@pytest.mark.parametrize(
    ("target", "weeks", "verdict", "better"),
    [
        (-50, 1, "ok", ""),  # 135 at once
        (-80, 1, "weak", f"by = {date(2026, 10, 12)}"),  # 216 at once: two weeks would do
        (-80, 2, "ok", ""),
    ],
)
def test_a_step_larger_than_ones_own_changes_is_questioned(
    target: float, weeks: int, verdict: str, better: str
) -> None:
    found = judged(replace(goal(wanted=target, weeks=weeks), area="rest", why="x"))["achievable"]
    assert (found.verdict, found.better) == (verdict, better)


def test_a_percentage_of_nothing_fails_with_another_wording() -> None:
    found = judged(values=weekly(START.plus(-3), 0, 0, 0))["achievable"]
    assert found.verdict == "fails"
    assert "percentage of nothing" in found.why
    assert found.better == 'target = "at most …"'


def test_without_a_baseline_it_begins_by_measuring() -> None:
    assert judged(values=weekly(START.plus(-1), 300))["achievable"].verdict == "weak"


@pytest.mark.parametrize(
    ("room", "verdict"),
    [
        (Room(840, 840), "ok"),
        (Room(840, 300, "the evenings are full"), "weak"),
        (Room(840, 0), "fails"),
        (None, "weak"),
    ],
)
def test_the_planner_is_asked_for_room(room: Room | None, verdict: str) -> None:
    hours = goal(Shape.TIME_BUDGET, 840, metric="area_time", of="novel", at_most=False)
    found = judged(hours, weekly(START.plus(-2), 100, 100), room)["achievable"]
    assert found.verdict == verdict
    assert (room is None) or (room.reason in found.why)


def test_a_goal_without_a_reason_is_weak() -> None:
    assert judged(replace(CALM, why=""))["relevant"].verdict == "weak"
    assert "value" in judged(value="")["relevant"].better


@pytest.mark.parametrize(
    ("deadline", "verdict"),
    [(TODAY, "fails"), (date(2026, 12, 1), "ok"), (date(2027, 9, 1), "ok"), (date(2028, 1, 1), "weak")],
)
def test_it_ends_in_the_future_and_in_sight(deadline: date, verdict: str) -> None:
    weeks = {Week(2026, 39): (Measure("after_hours", "min", 1, 60.0),)}
    one = replace(CALM, start=date(2026, 9, 1), deadline=deadline)
    found = smart(Case(one, progress(one, weeks, TODAY), weeks, TODAY, lambda _: None))[4]
    assert found.verdict == verdict
    assert bool(found.better) is (verdict != "ok")


def test_one_that_fails_is_enough() -> None:
    assert not holds([Letter("specific", "ok", ""), Letter("measurable", "fails", "")])
    assert holds([Letter("specific", "weak", "")])
