"""What the sources have in common: reading a moment, and how long a file tells of the time after it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from timeblock.core.interval import HOUR, Instant
from timeblock.core.localtime import instant

DAY = 24 * HOUR
LIVES = 7 * DAY
"""A file that nothing was written to for so long is an export: it tells nothing of the time since."""


def date_header(text: str) -> datetime | None:
    """What a Date header says (RFC 5322, 3.3), without a zone where it names none; None where it is no date."""
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def sent_at(header: str, now: Instant) -> Instant | None:
    """When a message was sent by its Date header, UTC where that names no zone; None for what cannot be."""
    said = date_header(header)
    if said is None:
        return None
    at = instant(said if said.tzinfo else said.replace(tzinfo=UTC))
    return at if 0 < at <= now + DAY else None


def told_until(written_at: Instant, now: Instant) -> Instant:
    """Up to when a file tells of all that was done: ``now``, or its last change where it is an export.

    >>> told_until(0, LIVES), told_until(0, LIVES + 1)
    (604800, 0)
    """
    return now if now - written_at <= LIVES else written_at
