"""A review of hand-made weeks: what it counts, says and keeps to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.core.weeks import at, block, event, facts, person
from timeblock.core import measures
from timeblock.core.goals import Goal, Shape, Step
from timeblock.core.journal import PROMPTS, SELF_CHECK, Entry, drafts
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.problem import Kind, Request
from timeblock.core.progress import GoalState, Progress
from timeblock.core.review import Allowance, Aside, Breach, Review, Survival, period, review, span_of, without_titles
from timeblock.core.scope import Facts
from timeblock.core.signs import Past

ADA = person()
WEEK = Week(2026, 47)
NOTHING = Aside()
DINNER = Request("dinner", "Family dinner", Kind.NON_NEGOTIABLE, area="family", exceptions=1)
DATE = Request("date", "Date night", Kind.NON_NEGOTIABLE, area="family", private=True)
REQUESTS = (DINNER, DATE)
GOAL = Goal("calmer", "after_hours", Shape.CHANGE_PERCENT, -50, WEEK.monday, date(2027, 2, 1), why="evenings")


def week_of_two_dinners() -> Facts:
    return facts(
        ADA,
        event("2026-11-16 09:00", "17:00", title="Office"),
        event("2026-11-17 19:00", "20:00", title="Late call"),
        blocks=(
            block("dinner/2026-W47/1", "2026-11-16 18:00", "19:30"),
            block("dinner/2026-W47/2", "2026-11-17 18:30", "20:00"),
            block("date/2026-W47/1", "2026-11-19 19:00", "22:00"),
        ),
    )


def told(found: Facts, aside: Aside = NOTHING, progress: tuple[Progress, ...] = (), **more: Any) -> Review:
    weekly = {WEEK.plus(-n): measures.week(found, WEEK.plus(-n)) for n in range(5)}
    past = Past(weekly, {"dinner": ("Family dinner", 1)}, **more)
    return review("weekly", WEEK, found, past, progress, REQUESTS, aside)


def test_blocks_their_breaches_and_exceptions_are_counted() -> None:
    found = told(week_of_two_dinners())
    assert found.survival == (Survival("Family dinner", kept=1, breached=1), Survival("Date night", kept=1))
    assert found.breaches == (Breach("Tue 17 Nov 19:00-20:00", "Family dinner", "Late call", "", 60),)
    assert found.allowances == (Allowance("Family dinner", 1, 1),)
    assert found.lead[0] == "2 of 3 protected blocks were kept."
    assert "1:00 of them after hours" in found.lead[1]


def test_a_calendar_that_tells_nothing_is_not_held_against_anybody() -> None:
    found = told(Facts(ADA, (), at("2026-11-23 09:00"), None))
    assert (found.lead, found.survival, found.signs, found.help) == ((), (), (), "")
    (said,) = [line for line in found.missing if "no calendar was read" in line]
    assert said.startswith("work, overtime, rolling hours, after hours and ")


def test_a_goal_that_is_met_is_celebrated_and_kept_weeks_are_praised() -> None:
    kept = tuple(Step(WEEK.plus(n), 50, 60, kept=n != 1, spent=50) for n in range(5))
    met = Progress(GOAL, GoalState.MET, "")
    found = told(week_of_two_dinners(), progress=(met, Progress(GOAL, GoalState.ON_TRACK, "", steps=kept)))
    assert found.praise[:2] == ('You reached "calmer". That deserves a celebration.', '"calmer": 4 of 5 weeks kept.')


def test_help_is_named_only_where_signs_last_or_the_self_check_is_heavy() -> None:
    late = facts(
        ADA,
        event("2026-11-16 20:00", "23:30"),
        event("2026-11-17 08:00", "23:30"),
        event("2026-11-18 08:00", "12:00"),
    )
    assert told(late).signs
    assert told(late).help == ""
    heavy = Entry(WEEK.days()[4], "weekly", (), (4, 1, 1, 5, 1))
    assert "doctor or therapist" in told(late, Aside(told=(heavy,))).help


def test_that_signs_have_lasted_for_weeks_is_said_once() -> None:
    def lasting(weeks: int) -> str:
        free = {WEEK.plus(-n): (Measure("work_free_days", "days", 1, 0.0),) for n in range(weeks)}
        return review("weekly", WEEK, week_of_two_dinners(), Past(free), (), REQUESTS, NOTHING).help

    assert [bool(lasting(weeks)) for weeks in (3, 4, 5)] == [False, True, False]


def test_the_last_answers_are_quoted_and_hint_at_goals() -> None:
    entry = Entry(
        WEEK.monday, "weekly", ((PROMPTS["weekly"][1], "the late calls"), (PROMPTS["weekly"][3], "late nights out"))
    )
    found = told(week_of_two_dinners(), Aside(told=(entry,)))
    assert found.quotes == entry.answers
    assert found.drafts == (("the late calls", "25 % less after-hours work in 8 weeks"),)
    assert drafts([entry], ["after_hours"]) == ()


def test_what_is_shared_has_no_title_and_nothing_of_the_journal() -> None:
    entry = Entry(WEEK.monday, "weekly", ((PROMPTS["weekly"][1], "the boss"),), (1,) * len(SELF_CHECK))
    whole = told(week_of_two_dinners(), Aside(told=(entry,), values={"family": "they come first"}))
    shared = without_titles(replace(whole, progress=(Progress(GOAL, GoalState.MET, ""),)))
    text = repr(replace(shared, charts={}))
    for secret in ("Late call", "Office", "Date night", "the boss", "evenings", "they come first"):
        assert secret not in text
    assert shared.survival[1].title == "a private block"
    assert "calmer" in text


def test_the_weeks_of_each_cadence() -> None:
    assert [len(span_of(c, WEEK)) for c in ("weekly", "monthly", "quarterly")] == [1, 4, 13]
    assert span_of("monthly", WEEK)[-1] == WEEK
    assert period(told(week_of_two_dinners())) == "Week 47: Mon 16 Nov to Sun 22 Nov 2026"
