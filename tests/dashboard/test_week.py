"""The week as it stands, by the clock of the person."""

from __future__ import annotations

import re

from tests.dashboard.conftest import Dash
from timeblock import pipeline


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


def test_two_at_once_are_said_to_be_so(dash: Dash) -> None:
    dash.event("board", "20261124T090000Z", "20261124T100000Z")
    dash.event("clash", "20261124T093000Z", "20261124T103000Z")
    html = dash.get("/")
    assert "at the same time as clash" in html
    assert "at the same time as board" in html


def test_short_rest_is_told_and_enough_is_not_marked(dash: Dash) -> None:
    dash.event("before", "20261110T100000Z", "20261110T110000Z")
    dash.event("late", "20261124T200000Z", "20261124T220000Z")
    html = dash.get("/")
    assert "⚠ then 10:00 h of rest, under 11:00" in html
    assert ">then 16:00 h of rest<" in html
    assert html.count("⚠ then") == 1


def test_it_says_when_calendars_were_read(dash: Dash) -> None:
    dash.clock.now += 3600
    assert "Calendars were read 1 h ago." in dash.get("/")
    assert dash.post("/read") == "0 events changed."
    assert "Calendars were read just now." in dash.get("/")


def test_a_block_leads_to_why_it_is_there_and_what_was_done(dash: Dash) -> None:
    key = "dinner/2026-W48/1"
    planned = dash.get(f"/block?key={key}")
    assert "Why it is there" in planned
    assert "What was done" not in planned
    block = re.findall(r'name="one" value="([^"]+)"', planned)[0]
    dash.post("/plan/pin", one=block)
    assert f'href="/block?key={key.replace("/", "%2F")}"' in dash.get("/")
    html = dash.get(f"/block?key={key}")
    assert "you pinned it" in html
    assert "Unpin" in html


def test_a_block_that_there_is_not_is_said_to_be_none(dash: Dash) -> None:
    assert dash.client.get("/block?key=nap/1999-W01/1").status_code == 409


def test_what_is_in_danger_and_what_to_decide_comes_first_and_this_week_alone(dash: Dash) -> None:
    assert "In danger" not in dash.get("/")
    dash.do(lambda visit: pipeline.run_cycle(visit.deps, visit.now))
    dash.event("board", "20261123T170000Z", "20261123T190000Z", "<Board>")
    page = dash.get("/")
    danger = page[page.index("In danger") : page.index("What has a green edge")]
    assert "&lt;Board&gt; (18:00-20:00) lies over Family dinner (Mon 23 Nov 18:00)" in danger
    assert "In danger" not in dash.get("/?week=2026-W49")
