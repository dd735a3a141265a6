"""The seam to evidence: what a source is, and the value that crosses.

A source reads times of work and nothing else: never a subject, an address or a text. It decides nothing, keeps nothing
between calls but its connection, and knows neither store nor pipeline nor config.

Errors, by what the caller does next (all in :mod:`timeblock.errors`): ``AuthNeeded`` sign in; ``FixNeeded`` mend config
or file; ``TryLater`` ask again; ``Incomplete`` do not believe this answer. What was read before stays known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from timeblock.core.interval import Instant
from timeblock.core.traces import Trace

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
