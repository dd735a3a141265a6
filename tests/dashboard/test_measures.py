"""Measures on pages: week by week, unknown where it is, and down to single events."""

from __future__ import annotations

import html
import re

import pytest

from tests.dashboard.conftest import Dash
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.store.weekly import remember


@pytest.fixture
def busy(dash: Dash) -> Dash:
    """Evenings of work in two weeks, and a first event on 1 October."""
    dash.event("first", "20261001T080000Z", "20261001T090000Z")
    dash.event("late", "20261117T190000Z", "20261117T210000Z", "Release <night>")
    dash.event("far", "20270105T090000Z", "20270105T100000Z")
    return dash


def test_each_measure_has_its_figure_and_leads_to_what_is_behind(busy: Dash) -> None:
    page = busy.get("/measures")
    assert page.count('<th scope="row"><a href="/measure?name=') == len(DEFINITIONS)
    row = re.search(r'<a href="(/measure\?name=after_hours&amp;week=2026-W47)">After hours</a></th>(.*)</tr>', page)
    assert row
    assert "2:00 h" in row[2]
    behind = busy.get(html.unescape(row[1]))
    assert "Tue 17 Nov 20:00-22:00" in behind
    assert "Release &lt;night&gt;" in behind
    assert "at least 2:00 h" in behind
    assert html.escape(DEFINITIONS["after_hours"].text, quote=True).replace("&quot;", "&#34;") in behind


def test_weeks_begin_with_the_first_that_is_known(busy: Dash) -> None:
    assert "nothing is known before Mon 5 Oct 2026" in busy.get("/measures?weeks=26")
    assert 'href="/measures?weeks=13" aria-current' in busy.get("/measures?weeks=13")


def test_weeks_that_calendars_forgot_are_shown_as_they_were_kept(busy: Dash) -> None:
    kept = {Week(2026, 20): (Measure("work", "min", 1, 2400.0), Measure("after_hours", "min", 1, 666.0))}
    busy.do(lambda visit: remember(visit.deps.db, kept))
    page = busy.get("/measures?weeks=52")
    assert '<th scope="row">Week 20</th><td class="figure">at least 11:06 h</td>' in page
    assert '<th scope="row">Week 21</th><td class="figure">unknown</td>' in page
    assert page.count(">?</text>") > 20
    assert "nothing is known before Mon 11 May 2026" in page


def test_without_any_calendar_of_work_the_page_says_where_to_begin(dash: Dash) -> None:
    assert "Nothing is measured yet" in dash.get("/measures")
    one = dash.get("/measure?name=work")
    assert ">unknown</strong>" in one
    assert "<svg" not in one


def test_one_leafs_between_weeks_up_to_this_one(busy: Dash) -> None:
    page = busy.get("/measure?name=after_hours&week=2026-W47")
    assert 'href="/measure?name=after_hours&amp;week=2026-W48" rel="next"' in page
    last = busy.get("/measure?name=after_hours&week=2026-W48")
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last


@pytest.mark.parametrize("address", ["/measure", "/measure?name=luck", "/measure?name=work&week=2020-W01"])
def test_what_there_is_not_is_said_to_be_none(dash: Dash, address: str) -> None:
    answer = dash.client.get(address)
    assert answer.status_code == 409
    assert "There is no measure" in answer.text or "2020-W01" in answer.text
