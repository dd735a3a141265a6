"""What the shell may offer of the store: keys of blocks, runs. Light, for it is asked while a person types."""

from __future__ import annotations

import json
from collections.abc import Iterator

from timeblock.core.interval import Instant
from timeblock.store.database import Database

STANDING = ("live", "pinned")


def coming_blocks(db: Database, now: Instant) -> list[str]:
    """The key of each block that stands and is not over, by start; its twin on another calendar has the same."""
    found = {}
    for _, _, key, draft, _, _, state in db.rows("written"):
        start, end = json.loads(draft)["interval"]
        if state in STANDING and end > now:
            found[key] = start
    return sorted(found, key=found.__getitem__)


def last_runs(db: Database) -> Iterator[tuple[str, str]]:
    """Name and kind of the last runs, the newest first."""
    for run, kind, _ in db.rows("runs", most=20):
        yield str(run), kind
