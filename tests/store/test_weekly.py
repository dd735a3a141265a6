"""Weekly figures, baselines and decisions; on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from timeblock.core.goals import Baseline, Goal, Shape
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.store import weekly
from timeblock.store.database import Database
from timeblock.store.weekly import Decision, Redefined

WEEK = Week(2026, 40)
LATE = Measure("after_hours", "min", 1, 90.0, parts=(("mail", 30.0),))
GOAL = Goal("calm", "after_hours", Shape.CHANGE_PERCENT, -50, date(2026, 9, 28), date(2026, 12, 27))


def test_what_is_known_of_a_week_is_kept_with_its_parts(db: Database) -> None:
    weekly.remember(db, {WEEK: (LATE, Measure("work", "min", 1, None, "no calendar"))})
    assert weekly.recall(db, ["after_hours", "work"]) == {WEEK: (LATE,)}


def test_a_week_that_was_corrected_is_corrected(db: Database) -> None:
    for value in (90.0, 60.0):
        weekly.remember(db, {WEEK: (replace(LATE, value=value),)})
    assert weekly.recall(db, ["after_hours"])[WEEK][0].value == 60
    assert weekly.redefined(db) == ()


def test_a_new_definition_changes_nothing_in_silence(db: Database) -> None:
    weekly.remember(db, {WEEK: (LATE,), WEEK.plus(1): (LATE,)})
    weekly.remember(db, {WEEK: (replace(LATE, version=2, value=100.0),), WEEK.plus(1): (replace(LATE, version=2),)})
    assert weekly.recall(db, ["after_hours"])[WEEK][0].version == 2
    assert weekly.redefined(db) == (Redefined("after_hours", WEEK, 1, 90, 2, 100),)


def test_a_baseline_that_was_taken_stays(db: Database) -> None:
    first = Baseline(270, (WEEK.plus(-2), WEEK.plus(-1)))
    weekly.keep_baselines(db, [(GOAL, first)])
    weekly.keep_baselines(db, [(GOAL, Baseline(100, (WEEK,)))])
    assert weekly.baselines(db, [GOAL]) == {"calm": first}


def test_another_start_has_another_baseline_and_one_of_the_config_is_not_kept(db: Database) -> None:
    weekly.keep_baselines(db, [(GOAL, Baseline(270, (WEEK,)))])
    assert weekly.baselines(db, [replace(GOAL, start=date(2026, 10, 5))]) == {}
    assert weekly.baselines(db, [replace(GOAL, baseline=10)]) == {}
    weekly.keep_baselines(db, [(replace(GOAL, name="none"), Baseline(None, (WEEK,)))])
    assert weekly.baselines(db, [replace(GOAL, name="none")]) == {}


def test_decisions_are_kept_by_day_the_last_of_a_day_counts(db: Database) -> None:
    for decision in (Decision("calm", WEEK.monday, "later"), Decision("calm", WEEK.monday, "keep")):
        weekly.decide(db, decision)
    assert weekly.decisions(db) == (Decision("calm", WEEK.monday, "keep"),)
