"""The review page: it stands alone, escapes what it is given, and says in words what it shows in pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.core.test_review import GOAL, WEEK, told, week_of_two_dinners
from timeblock.core.goals import Step
from timeblock.core.journal import PROMPTS, Entry
from timeblock.core.outlook import Choice, Offer
from timeblock.core.progress import GoalState, Progress
from timeblock.core.review import Aside, Energy, Review, without_titles
from timeblock.core.signs import Sign
from timeblock.pages.review import page, review_page

EVIL = "<script>alert(1)</script>"
STEPS = tuple(Step(WEEK.plus(n - 4), 60 + n, 60, kept=n < 2, spent=60) for n in range(4))
OFFER = Offer("Two weeks went past.", (Choice("smaller", "half the step"), Choice("later", "more time")))


@pytest.fixture(scope="module")
def found() -> Review:
    entry = Entry(WEEK.monday, "weekly", ((PROMPTS["weekly"][0], EVIL), (PROMPTS["weekly"][1], "")))
    goal = Progress(GOAL, GoalState.OFF_TRACK, "two weeks", 63, 60, 100, 50, STEPS, offer=OFFER)
    made = told(week_of_two_dinners(), Aside(told=(entry,)), (goal,))
    breach = replace(made.breaches[0], event=EVIL, whose="boss@example.org")
    sign = Sign("x", "it grew", "1, 2, 3")
    return replace(made, breaches=(breach,), signs=(sign,), help="talk to somebody", energy=(Energy("high", 120, 60),))


class Balanced(HTMLParser):
    """Fails on a tag that is not closed where it should be."""

    VOID = frozenset({"meta", "line", "rect", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_it_is_whole_and_asks_nobody_for_anything(found: Review) -> None:
    for made in (found, without_titles(found)):
        html = review_page(made)
        parser = Balanced()
        parser.feed(html)
        assert parser.open == []
        assert not re.search(r"(?:src|href)=|url\(|@import|<script", html)


def test_what_comes_from_calendars_and_the_journal_is_escaped(found: Review) -> None:
    html = review_page(found)
    assert EVIL not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def test_it_tells_of_goals_blocks_signs_and_words(found: Review) -> None:
    html = review_page(found)
    for told_of in (
        "calmer",
        "2 of 3 protected blocks",
        "boss@example.org",
        "It grew.",
        "talk to somebody",
        "high",
        "1:00",
    ):
        assert told_of.lower() in html.lower(), told_of
    assert "You could choose half the step or more time." in html


def test_a_goal_is_drawn_from_four_weeks_on(found: Review) -> None:
    assert page(found).goals[0].chart is not None
    short = replace(found.progress[0], steps=STEPS[:3])
    assert page(replace(found, progress=(short,))).goals[0].chart is None


def test_weeks_of_which_nothing_is_known_are_not_drawn_before_those_that_are(found: Review) -> None:
    early = {WEEK.plus(-n): tuple(replace(m, value=None) for m in found.charts[WEEK]) for n in range(5, 9)}
    drawn = page(replace(found, charts={**early, **found.charts})).charts
    assert {len(chart.bars) for chart in drawn} == {5}
