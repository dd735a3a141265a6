"""Goals on a page: how they stand, and answers to offers, which change the config."""

from __future__ import annotations

import pytest

from tests.dashboard.conftest import Dash
from timeblock.config.load import load
from timeblock.store.weekly import decisions

GOAL = """
[[goals]]
name = "Fewer <evenings>"
metric = "after_hours"
target = "-50 %"
start = 2026-11-02
by = 2027-01-31
baseline = "4h"
why = "Evenings that are mine"
"""


@pytest.fixture
def busy(dash: Dash) -> Dash:
    """Two hours of work each Tuesday evening, more than the goal's milestones, since September."""
    dash.config.write_text(dash.config.read_text() + GOAL)
    dash.event("far", "20270105T090000Z", "20270105T100000Z")
    for n, day in enumerate(("0901", "0908", "1006", "1013", "1020", "1027", "1103", "1110", "1117")):
        dash.event(f"late{n}", f"2026{day}T180000Z", f"2026{day}T230000Z")
    return dash


def test_without_goals_the_page_says_how_to_make_one(dash: Dash) -> None:
    assert "timeblock goals add" in dash.get("/goals")


def test_a_goal_is_told_with_its_way_and_milestones(busy: Dash) -> None:
    page = busy.get("/goals")
    assert "Fewer &lt;evenings&gt; <span" in page
    assert "off track" in page
    assert "Began at 4:00 h." in page
    assert "Why: Evenings that are mine" in page
    assert page.count("<circle") == 3
    assert '<th scope="row">Week 47, to Sun 22 Nov</th>' in page
    assert "3 weeks known, 0 kept" in page


def test_an_offer_is_answered_and_the_config_changed(busy: Dash) -> None:
    assert "Half the step" in busy.get("/goals")
    said = busy.post("/goals/decide", goal="Fewer <evenings>", choice="smaller")
    assert said == "Fewer &lt;evenings&gt;: half the step, which may hold better."
    (goal,) = load(busy.config, {"HOME": str(busy.config.parent)}).goals
    assert goal.target == -25
    page = busy.get("/goals")
    assert "You chose on Mon 23 Nov 2026: smaller." in page
    assert "Half the step" not in page


def test_it_may_stay_as_it_is(busy: Dash) -> None:
    before = busy.config.read_text()
    assert busy.post("/goals/decide", goal="Fewer <evenings>", choice="keep").endswith("kept as it is.")
    assert busy.config.read_text() == before
    busy.do(lambda visit: _decided(decisions(visit.deps.db)))


def _decided(found: object) -> None:
    assert [d.choice for d in found] == ["keep"]  # type: ignore[attr-defined] # decisions


@pytest.mark.parametrize(("goal", "choice"), [("Fewer <evenings>", "further"), ("Another", "keep")])
def test_what_is_not_offered_changes_nothing(busy: Dash, goal: str, choice: str) -> None:
    before = busy.config.read_text()
    said = busy.post("/goals/decide", goal=goal, choice=choice)
    assert "no offer" in said or "There is no goal" in said
    assert busy.config.read_text() == before
