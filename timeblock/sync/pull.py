"""One calendar into the store: what changed since last time, believed only once it has come whole.

Events and cursor are saved together, after the last page; whatever stops a pull before leaves the old picture and the
old cursor, and the next pull asks the same again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

from timeblock.core.event import CalendarId, Decoded, Resource, SetAside
from timeblock.core.interval import Instant
from timeblock.core.localtime import Whereabouts
from timeblock.errors import CursorExpired, Gone, Incomplete
from timeblock.store import events, outbox
from timeblock.store.database import Database
from timeblock.sync.backend import Backend, Known, Page

Progress = Callable[[int], None]
"""Called with the number of resources handled so far."""

MANY = 20
"""Up to so many events may be missing from a complete listing without a second look …"""

SHARE = 0.5
"""… or up to this share of all that are known, if that is more."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did to the picture of one calendar: resources changed and removed, what could not be read.

    What it cost: requests, bytes of the answers as they came, and seconds with all that was done about them.
    """

    calendar: CalendarId
    changed: int
    removed: int
    set_aside: tuple[SetAside, ...]
    requests: int
    received: int = 0
    seconds: float = field(default=0.0, compare=False)


@dataclass(slots=True)
class _Listing:
    """All pages of one answer, as one."""

    changed: dict[str, Resource] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    cursor: str = ""
    complete: bool = False

    def add(self, page: Page) -> None:
        """A later page knows better; within one, what is there outweighs what is gone."""
        self.unchanged |= page.unchanged
        self.unchanged -= set(page.removed)
        self.removed |= set(page.removed)
        for href in page.removed:
            self.changed.pop(href, None)
        for resource in page.changed:
            self.changed[resource.href] = resource
            self.removed.discard(resource.href)
        self.cursor, self.complete = page.cursor, page.complete

    def gone(self, known: frozenset[str]) -> frozenset[str]:
        """Of what is known, what the calendar does not hold any more."""
        if self.complete:
            return known - self.changed.keys() - self.unchanged
        return known & self.removed


def _silent(handled: int) -> None:
    pass


def pull(
    db: Database,
    backend: Backend,
    calendar: CalendarId,
    where: Whereabouts,
    now: Instant,
    *,
    believe_empty: bool = False,
    progress: Progress = _silent,
) -> Pulled:
    """Bring the stored picture of ``calendar`` up to date.

    ``believe_empty``: a calendar that lists nothing, though events of it are known, or quite others, is taken at its
    word. Raises what ``Backend.changes`` raises but ``CursorExpired``, upon which everything is listed; and
    ``Incomplete`` where the answer is not to be believed.
    """
    began, requests, received = time.monotonic(), backend.requests, backend.received
    known = cache(lambda: events.known_versions(db, calendar))
    told = _listing(backend, calendar, None, dict) if believe_empty else _changes(db, backend, calendar, known)
    listing = _believed(backend, calendar, told, known, believe_empty)
    _look_for_ours(db, backend, calendar, listing, known)
    versions = known() if listing.changed or listing.removed or listing.complete else {}
    gone = sorted(listing.gone(frozenset(versions)))
    new = [r for r in listing.changed.values() if not r.version or versions.get(r.href) != r.version]
    decoded = _decoded(backend, new, progress)
    aside = events.save_changes(db, calendar, decoded, gone, listing.cursor, now, where)
    cost = (backend.requests - requests, backend.received - received, round(time.monotonic() - began, 3))
    return Pulled(calendar, len(new), len(gone), aside, *cost)


def _decoded(backend: Backend, new: Iterable[Resource], progress: Progress) -> Iterator[tuple[Resource, Decoded]]:
    """One by one as they are saved, so that no more of them is held in memory."""
    for handled, resource in enumerate(new, 1):
        yield resource, backend.codec.decode(resource)
        progress(handled)


def _changes(db: Database, backend: Backend, calendar: CalendarId, known: Known) -> _Listing:
    cursor = events.cursor(db, calendar) or None
    try:
        return _listing(backend, calendar, cursor, known)
    except CursorExpired:
        if cursor is None:
            raise
        return _listing(backend, calendar, None, known)


def _look_for_ours(db: Database, backend: Backend, calendar: CalendarId, listing: _Listing, known: Known) -> None:
    """A block of ours that is said to be gone is looked for: what the person deleted is not planned again."""
    if not (listing.removed or listing.complete):
        return
    ours = {w.href for w in outbox.written(db) if w.slot.calendar == calendar}
    for href in sorted(listing.gone(frozenset(known())) & ours):
        with suppress(Gone):
            listing.changed[href] = backend.read(calendar, href)
            listing.removed.discard(href)


def _listing(backend: Backend, calendar: CalendarId, cursor: str | None, known: Known) -> _Listing:
    listing = _Listing()
    asked = {cursor}
    while True:
        page = backend.changes(calendar, cursor, known)
        listing.add(page)
        if not page.more:
            return listing
        cursor = page.cursor
        if cursor in asked:
            raise Incomplete(f"{calendar} sends the same page again and again; what is known of it stays")
        asked.add(cursor)


def _believed(backend: Backend, calendar: CalendarId, listing: _Listing, known: Known, believe_empty: bool) -> _Listing:
    """The listing, or a second one where the first says that very much is gone. Raises ``Incomplete``."""
    if not listing.complete:
        return listing
    hrefs = frozenset(known())
    if hrefs and not (listing.changed or listing.unchanged or believe_empty):
        raise Incomplete(
            f"{calendar} listed nothing while {len(hrefs)} events are known; they stay. If it is empty indeed: "
            "timeblock sync --believe-empty NAME, with its name in your config"
        )
    gone = listing.gone(hrefs)
    if len(gone) <= max(MANY, SHARE * len(hrefs)):
        return listing
    second = _listing(backend, calendar, None, known)
    if not (second.complete and gone <= second.gone(hrefs)):
        raise Incomplete(f"{calendar} listed {len(gone)} events less than are known, then more again; they all stay")
    return second
