"""The seam to evidence: what a source is, the value that crosses, and how one is read into the store.

A source reads times of work and nothing else: never a subject, an address or a text. It decides nothing, keeps nothing
between calls but its connection, and knows neither store nor pipeline nor config.

Errors, by what the caller does next (all in :mod:`timeblock.errors`): ``AuthNeeded`` sign in; ``FixNeeded`` mend config
or file; ``TryLater`` ask again; ``Incomplete`` do not believe this answer. What was read before stays known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from timeblock.config.settings import EvidenceSettings
from timeblock.core.interval import Instant
from timeblock.core.traces import Coverage, Trace
from timeblock.errors import Incomplete, TimeblockError
from timeblock.store import traces
from timeblock.store.database import Database

Cursor: TypeAlias = Mapping[str, str]
"""Where to go on; each source has its own keys. Empty: from the beginning."""

FIRST_DAYS = 400
"""How far back a source that knows much is read the first time: as far as calendars are."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source tells since a cursor. ``more``: ask again with the new ``cursor``.

    ``until``: the source tells of all that was done up to this instant. ``complete``: there are no traces but these.
    """

    traces: tuple[Trace, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    until: Instant = 0
    complete: bool = False
    more: bool = False


class Source(Protocol):
    """One source of evidence. Every method may raise ``AuthNeeded``, ``FixNeeded``, ``TryLater``, ``Incomplete``."""

    @property
    def place(self) -> str:
        """What is read: under the same name, another place is another source, and begins anew."""

    @property
    def requests(self) -> int:
        """Requests (or files opened) since the source was made."""

    def changes(self, cursor: Cursor) -> Reading:
        """What was done since. Telling a thing twice does no harm."""

    def close(self) -> None: ...


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
