"""Seasons on a page, told by what is otherwise in them; weeks of rest declared and taken back."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.conftest import Dash
from timeblock.core.localtime import Week
from timeblock.store import remembered

SEASONS = """
[[blocks]]
name = "walk"
title = "A walk"
kind = "rest"
quota = "1 per day"
[[goals]]
name = "A real week"
metric = "work"
target = "at most 40h"
start = 2026-11-02
by = 2027-01-31
[[seasons]]
name = "IPO launch"
first = 2026-12-07
last = 2026-12-20
paused = ["walk"]
[[seasons.blocks]]
name = "dinner"
quota = "1 per week"
windows = "18:00-21:00"
[[seasons.blocks]]
name = "nap"
kind = "rest"
quota = "1 per day"
duration = "20m"
[[seasons.goals]]
name = "A real week"
target = "at most 50h"
[[seasons]]
name = "autumn"
first = 2026-11-16
last = 2026-11-29
[[seasons]]
name = "summer"
first = 2026-07-01
last = 2026-07-31
[[seasons]]
name = "spring"
first = 2027-03-01
last = 2027-05-31
"""


@pytest.fixture
def page(dash: Dash) -> str:
    dash.config.write_text(dash.config.read_text() + SEASONS)
    return dash.get("/seasons")


def test_seasons_come_in_the_order_of_life(page: str) -> None:
    heads = re.findall(r'<h2 id="s\d">(.*?) <span class="state[ a-z]*">(.*?)</span>', page)
    assert heads == [("autumn", "now"), ("IPO launch", "comes next"), ("spring", "later"), ("summer", "over")]
    assert "Mon 7 Dec 2026 to Sun 20 Dec 2026" in page


def test_a_season_tells_what_is_otherwise_and_nothing_else(page: str) -> None:
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    assert rows == [
        ("Family dinner, how often", "2 a week", "1 a week"),
        ("Family dinner, hours", "18:00-20:30", "18:00-21:00"),
        ("Nap", "–", "1 a day, 0:20 h, every day, at any hour"),
        ("A real week, the goal", "at most 40h", "at most 50h"),
    ]
    assert "Rests meanwhile: A walk." in page
    assert page.count("Nothing is otherwise in it.") == 3


def test_without_seasons_the_page_says_so(dash: Dash) -> None:
    assert "No season is set." in dash.get("/seasons")


def test_a_week_of_rest_is_declared_and_taken_back(dash: Dash) -> None:
    assert dash.get("/seasons").count("Make it a week of rest</button>") == 6
    assert "Week 49: Mon 30 Nov to Sun 6 Dec 2026 is a week of rest" in dash.post("/seasons/rest", week="2026-W49")
    dash.do(lambda visit: _resting(remembered.resting(visit.deps.db), Week(2026, 49)))
    page = dash.get("/seasons")
    assert page.count("Make it a week of rest</button>") == 5
    assert 'aria-label="Take it back: Week 49: Mon 30 Nov to Sun 6 Dec 2026"' in page
    assert "ordinary week again" in dash.post("/seasons/work", week="2026-W49")
    assert "was not declared" in dash.post("/seasons/work", week="2026-W49")


def _resting(found: frozenset[Week], *weeks: Week) -> None:
    assert found == set(weeks)


def test_an_absence_in_the_calendar_rests_without_a_button(dash: Dash) -> None:
    dash.event("leave", "20261130T000000Z", "20261205T000000Z", "Vacation")
    rule = '[[rules]]\nname = "off"\nactivity = "leave"\ntitle = "Vacation"\n'
    dash.config.write_text(dash.config.read_text() + rule)
    page = dash.get("/seasons")
    assert "by an absence in the calendar" in page
    assert page.count("<button") == 5


def test_a_week_that_is_none_changes_nothing(dash: Dash) -> None:
    assert "2026-W99" in dash.post("/seasons/rest", week="2026-W99")
    dash.do(lambda visit: _resting(remembered.resting(visit.deps.db)))
