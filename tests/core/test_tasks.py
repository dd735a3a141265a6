"""Milestones as tasks: which stand, how far they say one is, and what the person decides."""

from __future__ import annotations

from dataclasses import replace

from tests.core.test_goals import BEFORE, START, goal, weekly
from tests.core.test_progress import TODAY, measured
from timeblock.core.diff import Slot, State, Written
from timeblock.core.event import CalendarId, Draft, block_uid, due_day
from timeblock.core.goals import Shape
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.core.progress import progress, way
from timeblock.core.tasks import desired

STEPS = CalendarId("home", "steps")
NEVER = 1 << 40


def wanted(
    *values: float, paused: tuple[Week, ...] = (), until: Instant = NEVER, written: tuple[Written, ...] = ()
) -> dict[str, Draft]:
    """The tasks of -50 % of 270 minutes over four weeks (236, 202, 169, 135), after weeks of ``values``; by week."""
    found = progress(goal(), measured(BEFORE | weekly(START, *values)), TODAY[len(values)])
    drafts = desired([found], {found.goal.name: paused}, STEPS, "me", until, written)
    return {slot.key.rpartition("/")[2]: draft for slot, draft in drafts.items()}


def slot(week: Week) -> Slot:
    return Slot(STEPS, f"milestone {goal().name}/{week}")


def test_each_week_has_one_due_on_its_last_day_with_an_id_of_its_own() -> None:
    tasks = wanted()
    assert [due_day(draft.interval) for draft in tasks.values()] == [START.plus(n).days()[-1] for n in range(4)]
    first = tasks[str(START)]
    assert first.uid == block_uid("me", STEPS, f"milestone {goal().name}/{START}", 0)
    assert first.summary == f"{goal().name}: at most 3:56 h this week"


def test_a_kept_week_is_done_a_missed_one_is_no_more_and_an_open_one_says_how_far_it_is() -> None:
    tasks = wanted(230, 250)
    assert tasks[str(START)].done == 100
    assert str(START.plus(1)) not in tasks
    assert tasks[str(START.plus(2))].done == 19  # 20 of the 101 minutes from 270 to 169
    assert tasks[str(START.plus(3))].done == 14  # 20 of 135


def test_weeks_of_rest_ask_for_nothing() -> None:
    assert str(START.plus(1)) not in wanted(paused=(START.plus(1),))


def test_what_is_due_later_than_is_planned_waits() -> None:
    until = wanted()[str(START.plus(1))].interval.start
    assert list(wanted(until=until)) == [str(START)]


def test_what_was_deleted_stays_away_and_what_was_chosen_stays() -> None:
    draft = wanted()[str(START)]
    gone = Written(slot(START), draft, "a", "1", State.SKIPPED)
    assert str(START) not in wanted(written=(gone,))
    chosen = replace(draft, summary="Home by five", done=100, theirs=frozenset({"summary", "done"}))
    stays = wanted(250, written=(Written(slot(START.plus(1)), chosen, "a", "1"),))[str(START.plus(1))]
    assert (stays.summary, stays.done) == ("Home by five", 100)


def test_what_adds_up_counts_from_its_beginning_and_what_begins_anew_each_week_from_none() -> None:
    hours = goal(Shape.TIME_BUDGET, 600, at_most=False, total=2400)
    found = progress(hours, measured(weekly(START, 300)), TODAY[1])
    assert [way(found, step) for step in found.milestones] == [50, 25, 16, 12]
    each = goal(Shape.KEEP, 600, at_most=False)
    found = progress(each, measured(weekly(START, 300)), TODAY[1])
    assert [way(found, step) for step in found.milestones] == [0, 0, 0, 0]
