"""The seam to calendars: what a backend is, the values that cross, and the errors it raises.

A backend translates and sends. It decides nothing, keeps nothing between calls but its connection, and knows neither
store nor pipeline nor config. A new one passes ``tests/contract`` and is named in ``wiring.py``.

Errors, by what the caller does next (all in :mod:`timeblock.errors`): ``CursorExpired`` list everything;
``Conflict`` read and decide anew; ``Gone`` it is not there; ``Unsure`` the write left and nobody knows, so read, never
resend; ``Incomplete`` do not believe this answer; ``AuthNeeded`` stop the account; ``Forbidden`` stop writing there;
``TryLater`` back off until ``at``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from timeblock.core.event import CalendarId, CalendarInfo, Decoded, Draft, Resource

Known: TypeAlias = Callable[[], Mapping[str, str]]
"""The versions we hold, by href; asked for only by backends that must compare."""


@dataclass(frozen=True, slots=True)
class Page:
    """What changed since the cursor. Nothing is believed before the page whose ``more`` is False has come.

    ``complete``: ``changed`` and ``unchanged`` name everything the calendar holds, so what we know beyond it is gone.
    ``cursor`` is what to ask with next time, or, while ``more``, what to go on with.
    """

    changed: tuple[Resource, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: frozenset[str] = frozenset()
    cursor: str = ""
    complete: bool = False
    more: bool = False


class Codec(Protocol):
    """Between a resource's body and our values; pure. One for iCalendar, one for Google's JSON."""

    def decode(self, resource: Resource) -> Decoded:
        """Read a body. Never raises: what cannot be read is in ``set_aside``."""

    def encode(self, draft: Draft) -> str:
        """The body of a new event."""

    def patch(self, body: str, draft: Draft) -> str:
        """``body`` with start, end, title, free/busy and mark of ``draft``; all else stays to the letter."""


class Backend(Protocol):
    """One account. Every method may raise ``AuthNeeded`` and ``TryLater``."""

    @property
    def codec(self) -> Codec: ...

    @property
    def requests(self) -> int:
        """Requests (or files opened) since the backend was made."""

    @property
    def received(self) -> int:
        """Bytes of the answers (or files) that were read since then, packed as they came."""

    @property
    def clock_ahead(self) -> int | None:
        """Seconds that our clock is ahead of the server's by its last answer; None where there is no other clock."""

    def calendars(self) -> Sequence[CalendarInfo]:
        """Every calendar the account offers."""

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        """Raises ``CursorExpired``, ``Incomplete``, ``Gone`` (the calendar itself). A ``cursor`` of None lists all."""

    def read(self, calendar: CalendarId, href: str) -> Resource:
        """One resource as it is now. Raises ``Gone``, ``Incomplete``."""

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        """The event with this UID, wherever in the calendar it stands now. Raises ``Gone``, ``Incomplete``."""

    def href(self, calendar: CalendarId, uid: str) -> str:
        """Where ``create`` puts the event with this UID."""

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        """Write a new event unless its id is taken. Raises ``Conflict``, ``Forbidden``, ``Unsure``."""

    def update(self, base: Resource, draft: Draft) -> Resource:
        """Patch ``base`` if it still has its version. Raises ``Conflict``, ``Gone``, ``Forbidden``, ``Unsure``."""

    def delete(self, base: Resource) -> None:
        """Delete if the server still has the version. Raises ``Conflict``, ``Gone``, ``Forbidden``, ``Unsure``."""

    def close(self) -> None: ...
