"""Names that the shell may offer, on every database."""

from __future__ import annotations

from timeblock.core.diff import Slot, State, Written
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import HOUR, Interval
from timeblock.store import history, names, outbox
from timeblock.store.database import Database

NOW = 1_800_000_000


def stands(db: Database, key: str, start: int, state: State = State.LIVE, calendar: str = "blocks") -> None:
    draft = Draft("tb0", key, 0, Interval(start, start + HOUR), "Europe/Oslo", "Dinner")
    outbox.save_written(db, Written(Slot(CalendarId("home", calendar), key), draft, "tb0.ics", "7", state))


def test_blocks_are_those_that_stand_and_are_not_over_each_once_by_start(db: Database) -> None:
    stands(db, "late/2026-W48/1", NOW + 9 * HOUR, State.PINNED)
    stands(db, "now/2026-W48/1", NOW - HOUR + 1)
    stands(db, "now/2026-W48/1", NOW - HOUR + 1, calendar="twins")
    stands(db, "over/2026-W48/1", NOW - HOUR)
    stands(db, "skipped/2026-W48/1", NOW + HOUR, State.SKIPPED)
    assert names.coming_blocks(db, NOW) == ["now/2026-W48/1", "late/2026-W48/1"]


def test_runs_are_the_last_the_newest_first(db: Database) -> None:
    runs = [history.start_run(db, kind, NOW) for kind in ("apply", "undo")]
    assert list(names.last_runs(db)) == [(runs[1], "undo"), (runs[0], "apply")]
