"""What the person was told of, so that a restart tells nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from timeblock.core.interval import Instant
from timeblock.store.database import Database


def said(db: Database) -> Mapping[str, Instant]:
    """About what → when it was told last."""
    return dict(db.rows("said"))


def say(db: Database, about: Iterable[str], now: Instant) -> None:
    """Remember that these were told ``now``."""
    db.many("say", ({"about": name, "said_at": now} for name in about))


def forget(db: Database, about: Iterable[str]) -> None:
    """They may be told again."""
    db.many("forget_said", ({"about": name} for name in about))
