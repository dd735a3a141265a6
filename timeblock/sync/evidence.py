"""Read a source of evidence into the store, and tell how far each is known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from timeblock.config.settings import EvidenceSettings
from timeblock.core.interval import Instant
from timeblock.core.traces import Coverage
from timeblock.errors import Incomplete, TimeblockError
from timeblock.store import traces
from timeblock.store.database import Database
from timeblock.sync.source import Source


@dataclass(frozen=True, slots=True)
class Told:
    """A source as just read: how many traces are new, and how many requests that took."""

    new: int
    requests: int


def read(db: Database, name: str, source: Source, now: Instant) -> Told:
    """Read ``source`` to its end. Each part is kept as it comes, so that what breaks off goes on from there.

    Raises what ``Source.changes`` raises; why is kept, too.
    """
    place = hashlib.sha256(source.place.encode()).hexdigest()[:16]
    before, requests = traces.known(db, name).count, source.requests
    try:
        until = _read(db, name, source, place)
    except TimeblockError as error:
        traces.save_problem(db, name, place, str(error))
        raise
    traces.save_read(db, name, until, now)
    return Told(max(0, traces.known(db, name).count - before), source.requests - requests)


def _read(db: Database, name: str, source: Source, place: str) -> Instant:
    while True:
        cursor = traces.cursor(db, name, place)
        reading = source.changes(cursor)
        if reading.more and reading.cursor == cursor:
            raise Incomplete(f"{name} tells the same again and again; what is known of it stays")
        traces.save(db, name, place, reading.traces, reading.cursor, reading.complete)
        if not reading.more:
            return reading.until


def coverage(db: Database, wanted: Iterable[EvidenceSettings]) -> tuple[Coverage, ...]:
    """How far each source of the config is known."""
    found = ((e, traces.known(db, e.name)) for e in wanted)
    return tuple(Coverage(e.name, e.mail, k.since, k.until, k.problem) for e, k in found)
