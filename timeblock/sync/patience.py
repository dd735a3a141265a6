"""Whoever asked us to wait is not asked before, by this run or the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from timeblock.core.interval import Instant
from timeblock.errors import TryLater
from timeblock.store import outbox
from timeblock.store.database import Database
from timeblock.sync.retry import again

T = TypeVar("T")


def patiently(db: Database, whom: str, now: Instant, ask: Callable[[], T]) -> T:
    """What ``ask`` finds. Raises ``TryLater``, without asking, while ``whom`` wants to be left alone."""
    if wait := outbox.waiting(db, now).get(whom):
        until, why = wait
        raise TryLater(why, until)
    try:
        return ask()
    except TryLater as error:
        outbox.wait(db, whom, again(error, 1, now) or now, str(error))
        raise
