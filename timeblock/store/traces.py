"""Traces of work from other sources than calendars, and how far each source is known. Times, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timeblock.core.interval import Instant, Interval
from timeblock.core.traces import Trace
from timeblock.store.database import Database


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a source: so many traces since the first of them, told ``until`` an instant, last read to its end
    at ``read_at``; ``problem`` says why the last reading failed, "" where it did not."""

    count: int = 0
    since: Instant | None = None
    until: Instant | None = None
    read_at: Instant | None = None
    problem: str = ""


def cursor(db: Database, source: str, place: str) -> Mapping[str, str]:
    """Where to go on reading; nothing for a source that was never read, or was another ``place`` then."""
    row = db.row("evidence_cursor", source=source, place=place)
    return json.loads(row[0]) if row and row[0] else {}


def save(
    db: Database, source: str, place: str, traces: Sequence[Trace], cursor: Mapping[str, str], complete: bool
) -> None:
    """A part of what the source told, and where to go on: all or nothing. ``complete``: there are no traces but these.

    Traces of another place are another source's, and are forgotten.
    """
    with db.transaction():
        known_place = db.row("evidence_cursor", source=source, place=place) is not None
        if not known_place:
            db.run("forget_evidence", source=source)
        if complete or not known_place:
            db.run("forget_traces", source=source)
        rows = ({"source": source, "kind": t.kind, "start_at": t.start, "end_at": t.end} for t in traces)
        db.many("insert_trace", rows)
        db.run("save_evidence_cursor", source=source, place=place, cursor=json.dumps(dict(cursor)))


def save_read(db: Database, source: str, until: Instant, now: Instant) -> None:
    """The source was read to its end ``now``, and tells of all up to ``until``."""
    db.run("save_evidence_read", source=source, until_at=until, read_at=now)


def save_problem(db: Database, source: str, place: str, problem: str) -> None:
    """The source could not be read. What was known of it stays known."""
    db.run("save_evidence_problem", source=source, place=place, problem=problem)


def known(db: Database, source: str) -> Known:
    """What is kept of a source; nothing of one that was never tried."""
    row = db.row("evidence_known", source=source)
    return Known(*row) if row else Known()


def within(db: Database, span: Interval, sources: frozenset[str]) -> tuple[Trace, ...]:
    """What ``sources`` told of ``span``, by start."""
    rows = db.rows("traces", lo=span.start, hi=span.end)
    return tuple(Trace(start, end, kind, source) for start, end, kind, source in rows if source in sources)
