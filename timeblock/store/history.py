"""The log: runs, and what each did to which block. Kept apart from the outbox, which only knows what should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from timeblock.core.diff import Adopt, Release, Slot
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import Instant, Interval
from timeblock.store.database import Database, Row
from timeblock.store.drafts import draft_of, draft_text

if TYPE_CHECKING:
    from timeblock.core.scope import Move


class Action(StrEnum):
    """What happened to a block. ADOPTED and RELEASED are the person's doing; FAILED was given up."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    ADOPTED = "adopted"
    RELEASED = "released"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done: ``before`` and ``after`` are what stood then, None for nothing."""

    at: Instant
    slot: Slot
    action: Action
    before: Draft | None
    after: Draft | None
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """``id`` counts from "1"; ``kind`` is the command ("apply", "undo"); ``counts`` how often each action."""

    id: str
    kind: str
    started_at: Instant
    counts: Mapping[Action, int] = field(default_factory=dict)


def entry_of(edit: Adopt | Release, at: Instant) -> Entry:
    """What the person did, as the log has it."""
    draft = edit.written.draft
    if isinstance(edit, Adopt):
        return Entry(at, edit.slot, Action.ADOPTED, None, draft, edit.why)
    return Entry(at, edit.slot, Action.RELEASED, draft, None, edit.why)


def start_run(db: Database, kind: str, now: Instant) -> str:
    """A new run; its id."""
    with db.transaction():
        row = db.row("next_run")
        assert row is not None
        db.run("add_run", id=row[0], kind=kind, started_at=now)
    return str(row[0])


def record(db: Database, run: str, entry: Entry) -> None:
    db.run(
        "add_entry",
        run=int(run),
        at=entry.at,
        account=entry.slot.calendar.account,
        calendar=entry.slot.calendar.path,
        block_key=entry.slot.key,
        action=entry.action.value,
        before_draft=draft_text(entry.before),
        after_draft=draft_text(entry.after),
        why=entry.why,
    )


def runs(db: Database, limit: int) -> tuple[Run, ...]:
    """The last ``limit`` runs, newest first."""
    found = db.rows("runs", most=limit)
    counts: dict[int, dict[Action, int]] = {}
    for run, action, count in db.rows("run_counts", since=found[-1][0] if found else 0):
        counts.setdefault(run, {})[Action(action)] = count
    return tuple(Run(str(run), kind, at, counts.get(run, {})) for run, kind, at in found)


def run(db: Database, run: str) -> Run | None:
    """The run of that id, without its counts; None where there is none."""
    row = db.row("run", id=int(run)) if run.isascii() and run.isdecimal() and len(run) < 10 else None
    return Run(str(row[0]), row[1], row[2]) if row else None


def began(db: Database) -> Instant | None:
    """When the first run was; None before it."""
    row = db.row("first_run")
    return row[0] if row else None


def moves(db: Database, since: Instant) -> tuple[Move, ...]:
    """Each time since then that we put a block elsewhere; a block and its twins move as one."""
    from timeblock.core.scope import Move

    updates = db.rows("updates", since=since)
    moved = (Move(key, at) for at, key, before, after in updates if _interval(before) != _interval(after))
    return tuple(dict.fromkeys(moved))


def _interval(draft: str | None) -> Interval | None:
    found = draft_of(draft)
    return found.interval if found and found.done is None else None


def entries(db: Database, run: str) -> tuple[Entry, ...]:
    """What a run did, in order."""
    if not (run.isascii() and run.isdecimal() and len(run) < 10):
        return ()
    return tuple(map(_entry, db.rows("entries", run=int(run))))


def of_block(db: Database, slot: Slot) -> tuple[Entry, ...]:
    """All that was ever done about a block, in order."""
    calendar = slot.calendar
    rows = db.rows("entries_of_block", account=calendar.account, calendar=calendar.path, block_key=slot.key)
    return tuple(map(_entry, rows))


def _entry(row: Row) -> Entry:
    at, account, path, key, action, before, after, why = row
    return Entry(at, Slot(CalendarId(account, path), key), Action(action), draft_of(before), draft_of(after), why)
