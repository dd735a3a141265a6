"""The plan is accepted, skipped and pinned as it was shown, and runs are taken back."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest

from tests.dashboard.conftest import Dash

STEPS = """
[[calendars]]
name = "steps"
account = "home"
match = "steps"
role = "milestones"
[[goals]]
name = "less overtime"
metric = "overtime"
target = "-5h per week"
baseline = 10
start = 2026-11-16
by = 2027-01-24
"""


def shown(dash: Dash, field: str = "block") -> list[str]:
    """What can be chosen on the page of the plan."""
    found = re.findall(rf'name="{field}" value="([^"]+)"', dash.get("/plan"))
    return list(dict.fromkeys(map(unescape, found)))


def standing(dash: Dash) -> int:
    return len(list((dash.folder / "protected").glob("*.ics")))


def test_looking_writes_nothing(dash: Dash) -> None:
    assert len(shown(dash)) == 2
    assert "2 new" in dash.get("/plan")
    assert standing(dash) == 0


def test_what_is_ticked_is_written_and_stays_as_it_is(dash: Dash) -> None:
    assert dash.post("/plan/accept", block=shown(dash)) == "2 changes written as run 1."
    assert standing(dash) == 2
    assert shown(dash) == []
    assert "Nothing. The calendar is as the plan wants it." in dash.get("/plan")


def test_one_block_is_accepted_whatever_else_is_ticked(dash: Dash) -> None:
    first, second = shown(dash)
    dash.post("/plan/accept-one", one=second, block=[first, second])
    assert standing(dash) == 1
    assert shown(dash) == [first]


def test_nothing_ticked_writes_nothing(dash: Dash) -> None:
    assert "Nothing was chosen" in dash.post("/plan/accept")
    assert standing(dash) == 0


def test_a_plan_that_changed_meanwhile_is_not_accepted_unseen(dash: Dash) -> None:
    first, _ = shown(dash)
    dash.event("board", "20261123T150000Z", "20261123T210000Z")
    assert "has changed since you saw it" in dash.post("/plan/accept", block=first)
    assert standing(dash) == 0


def test_a_skipped_block_is_left_out_until_it_is_let_back(dash: Dash) -> None:
    first, second = shown(dash)
    assert dash.post("/plan/skip", one=first) == "It is left out this time."
    assert [name.split()[0] for name in shown(dash)] == [second.split()[0]]
    assert "Skipped by you" in dash.get("/plan")
    assert dash.post("/plan/unskip", key=first.split()[0]) == "It may be planned again."
    assert len(shown(dash)) == 2


def test_a_block_that_stands_is_taken_away_when_it_is_skipped(dash: Dash) -> None:
    dash.post("/plan/accept", block=shown(dash))
    kept, _ = shown(dash, "one")
    assert "1 change written" in dash.post("/plan/skip", one=kept)
    assert standing(dash) == 1


def test_a_pinned_block_stays_though_a_meeting_comes(dash: Dash) -> None:
    first, _ = shown(dash)
    dash.post("/plan/pin", one=first)
    assert standing(dash) == 1
    dash.event("board", "20261123T150000Z", "20261123T210000Z")
    assert 'class="word moved"' not in dash.get("/plan")
    assert dash.post("/plan/unpin", key=first.split()[0]).startswith("The plan may move it again.")
    assert 'class="word moved"' in dash.get("/plan")


def test_a_run_is_taken_back(dash: Dash) -> None:
    dash.post("/plan/accept", block=shown(dash))
    assert dash.post("/plan/undo", run="1") == "2 changes written as run 2."
    assert standing(dash) == 0


@pytest.mark.parametrize(("path", "field"), [("undo", "run"), ("unpin", "key"), ("unskip", "key"), ("pin", "one")])
def test_what_there_is_not_is_told(dash: Dash, path: str, field: str) -> None:
    assert dash.post(f"/plan/{path}", **{field: "9/9/9"})
    assert standing(dash) == 0


def test_what_found_no_room_says_why(dash: Dash) -> None:
    for day in range(23, 30):
        dash.event(f"fair{day}", f"202611{day}T160000Z", f"202611{day}T210000Z")
    html = dash.get("/plan")
    assert "What found no room" in html
    assert "fair2" in html


def test_milestones_are_accepted_like_blocks_and_cannot_be_pinned(dash: Dash) -> None:
    (dash.folder / "steps").mkdir()
    dash.config.write_text(dash.config.read_text() + STEPS)
    dash.event("work", "20261110T090000Z", "20261110T100000Z")
    steps = [name for name in shown(dash) if name.startswith("milestone ")]
    assert steps
    assert f'value="{escape(steps[0])}" formaction="/plan/accept-one"' in dash.get("/plan")
    assert f'value="{escape(steps[0])}" formaction="/plan/pin"' not in dash.get("/plan")
    assert "written as run 1" in dash.post("/plan/accept", block=steps)
    assert len(list((dash.folder / "steps").glob("*.ics"))) == len(steps)
    assert standing(dash) == 0
