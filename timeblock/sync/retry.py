"""When to try again, if ever. A pure question, so that the answer can be read and tested."""

from __future__ import annotations

from timeblock.core.interval import HOUR, MINUTE, Instant
from timeblock.errors import AuthNeeded, FixNeeded, TimeblockError, TryLater

MOST = 6
"""Attempts before something that fails by itself is given up."""

LONGEST_DELAY = 6 * HOUR
LONGEST_WAIT = 24 * HOUR
"""A server that asks for more is asked again after a day; one that refuses and says "now", after a minute."""


def again(error: TimeblockError, attempts: int, now: Instant) -> Instant | None:
    """The earliest moment for another attempt after ``attempts`` of them, the last ended by ``error``.

    None: give up until something changes. What the person has to mend first, and a network that was not there, may be
    tried again as soon as somebody asks for it.
    """
    match error:
        case TryLater(at=int(at)):
            return min(max(at, now + MINUTE), now + LONGEST_WAIT)
        case TryLater() | AuthNeeded() | FixNeeded():
            return now
        case _:
            return now + delay(attempts) if attempts < MOST else None


def delay(attempts: int) -> int:
    """Seconds to wait after so many attempts.

    >>> [delay(n) // 60 for n in range(1, 7)]
    [1, 4, 16, 64, 256, 360]
    """
    return min(MINUTE << 2 * (attempts - 1), LONGEST_DELAY)
