"""The log; on every database."""

from __future__ import annotations

from timeblock.core.diff import Adopt, Release, Slot, State, Written
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import Interval
from timeblock.store import history
from timeblock.store.database import Database
from timeblock.store.history import Action, Entry, Run

NOW = 1_800_000_000
SLOT = Slot(CalendarId("home", "blocks"), "dinner/2026-W48/1")
DRAFT = Draft("tb0", SLOT.key, 0, Interval(NOW, NOW + 60), "UTC", "Dinner")
CREATED = Entry(NOW, SLOT, Action.CREATED, None, DRAFT, "planned")
DELETED = Entry(NOW + 1, SLOT, Action.DELETED, DRAFT, None, "undone")


def test_runs_are_numbered_and_the_newest_comes_first(db: Database) -> None:
    assert [history.start_run(db, kind, NOW) for kind in ("apply", "undo", "apply")] == ["1", "2", "3"]
    assert [run.id for run in history.runs(db, 2)] == ["3", "2"]
    assert history.run(db, "2") == Run("2", "undo", NOW)


def test_what_a_run_did_is_told_in_order_and_counted(db: Database) -> None:
    run, other = history.start_run(db, "apply", NOW), history.start_run(db, "undo", NOW)
    for entry in (CREATED, DELETED, CREATED):
        history.record(db, run, entry)
    history.record(db, other, DELETED)
    assert history.entries(db, run) == (CREATED, DELETED, CREATED)
    assert [dict(known.counts) for known in history.runs(db, 9)] == [{"deleted": 1}, {"created": 2, "deleted": 1}]


def test_a_run_that_never_was_did_nothing(db: Database) -> None:
    for name in ("7", "x", "", "-1", "²", "9" * 30):
        assert history.run(db, name) is None
        assert history.entries(db, name) == ()
    assert history.runs(db, 9) == ()


def test_what_the_person_did_is_in_the_log_too() -> None:
    written = Written(SLOT, DRAFT, "", "", State.PINNED)
    assert history.entry_of(Adopt(SLOT, written, "you moved"), NOW).action is Action.ADOPTED
    assert history.entry_of(Release(SLOT, written, "you deleted"), NOW).action is Action.RELEASED
