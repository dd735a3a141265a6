"""The week as it stands, by the clock of the person."""

from __future__ import annotations

from tests.dashboard.conftest import Dash


def test_events_are_shown_and_escaped(dash: Dash) -> None:
    dash.event("a", "20261124T090000Z", "20261124T100000Z", "<b>Board</b>")
    html = dash.get("/")
    assert "&lt;b&gt;Board&lt;/b&gt;" in html
    assert "10:00-11:00" in html


def test_one_leafs_to_other_weeks(dash: Dash) -> None:
    dash.event("next", "20261201T090000Z", "20261201T100000Z")
    assert ">next<" not in dash.get("/")
    assert 'href="/?week=2026-W49"' in dash.get("/")
    assert ">next<" in dash.get("/?week=2026-W49")
    assert "Week 20:" in dash.get("/?week=2024-W20")


def test_a_week_that_there_is_not_is_said_to_be_none(dash: Dash) -> None:
    answer = dash.client.get("/?week=2026-W99")
    assert answer.status_code == 409
    assert "2026-W99" in answer.text


def test_what_comes_while_it_is_open_is_shown(dash: Dash) -> None:
    dash.get("/")
    dash.event("late", "20261124T090000Z", "20261124T100000Z")
    assert ">late<" in dash.get("/")
