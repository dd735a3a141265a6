"""What was decided, into the store: the person's edits are believed, our changes wished for, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from timeblock.core.diff import Adopt, Create, Delete, Release, Update
from timeblock.core.interval import Instant
from timeblock.store import history, outbox
from timeblock.store.database import Database


def enqueue(
    db: Database,
    kind: str,
    edits: Sequence[Adopt | Release],
    changes: Sequence[Create | Update | Delete],
    now: Instant,
    *,
    whole: bool = True,
) -> str:
    """Returns the run of the log that this is part of, "" where nothing of it is new.

    ``whole``: ``changes`` is all that is wanted, so that what earlier runs still wish for beside it is withdrawn, but
    for what the person ordered.
    """
    with db.transaction():
        wished = {wish.slot: wish for wish in outbox.pending(db)}
        if whole:
            planned = {slot for slot, wish in wished.items() if not wish.ordered}
            outbox.withdraw(db, planned - {change.slot for change in changes})
        news = [change for change in changes if outbox.is_news(wished.get(change.slot), change)]
        run = history.start_run(db, kind, now) if edits or news else ""
        for edit in edits:
            outbox.save_written(db, edit.written)
            history.record(db, run, history.entry_of(edit, now))
        _put(db, run, changes, now)
    return run


def _put(db: Database, run: str, changes: Collection[Create | Update | Delete], now: Instant) -> None:
    for change in changes:
        outbox.put(db, run, change, now)
