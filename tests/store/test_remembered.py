"""Weeks of rest, blocks that had no room, and moves; on every database."""

from __future__ import annotations

from dataclasses import replace

from timeblock.core.diff import Slot
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.scope import Move
from timeblock.store import history, remembered
from timeblock.store.database import Database
from timeblock.store.history import Action, Entry
from timeblock.store.remembered import NoRoom, Remembered

NOW = 1_800_000_000
WEEK = 7 * 86_400


def test_a_week_of_rest_is_declared_once_and_taken_back_once(db: Database) -> None:
    for _ in range(2):
        remembered.rest(db, Week(2026, 53))
    assert remembered.resting(db) == {Week(2026, 53)}
    assert remembered.take_back_rest(db, Week(2026, 53))
    assert not remembered.take_back_rest(db, Week(2026, 53))
    assert remembered.resting(db) == frozenset()


def test_a_later_plan_says_anew_what_has_no_room_but_nothing_of_weeks_that_are_over(db: Database) -> None:
    over = NoRoom("dinner/2027-W01/2", Interval(NOW - 2 * WEEK, NOW - WEEK), "no evening is free")
    running = NoRoom("dinner/2027-W02/2", Interval(NOW - WEEK, NOW + 60), "no evening is free")
    coming = NoRoom("run/2027-W03/1", Interval(NOW + 60, NOW + WEEK), "it is full")
    remembered.save_unplaced(db, [over, running], NOW - 2 * WEEK)
    remembered.save_unplaced(db, [coming, over], NOW)
    assert remembered.remembered(db, 0).no_room == (over, coming)
    assert remembered.remembered(db, NOW).no_room == (coming,)


def test_a_block_and_its_twin_that_were_moved_are_one_move_and_a_new_title_is_none(db: Database) -> None:
    draft = Draft("tb0", "dinner/2026-W48/1", 0, Interval(NOW, NOW + 60), "UTC", "Dinner")
    moved, titled = replace(draft, interval=Interval(NOW + 60, NOW + 120)), replace(draft, summary="Supper")
    run = history.start_run(db, "apply", NOW)
    for at, calendar, after in ((NOW, "own", moved), (NOW, "twin", moved), (NOW + 9, "own", titled)):
        slot = Slot(CalendarId("home", calendar), draft.key)
        history.record(db, run, Entry(at, slot, Action.UPDATED, draft, after, "room"))
    assert remembered.remembered(db, NOW).moves == (Move(draft.key, NOW),)
    assert remembered.remembered(db, NOW + 1).moves == ()
    assert remembered.remembered(db, NOW).wrote_since == NOW


def test_before_the_first_run_nothing_is_remembered(db: Database) -> None:
    assert remembered.remembered(db, 0) == Remembered()
