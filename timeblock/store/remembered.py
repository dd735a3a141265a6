"""What is remembered of weeks beside their events: those of rest, blocks that had no room, and blocks that were moved.

A week of rest is here and not in the config: the config is the person's own text, and a decision about one week, made
and taken back by a command, is no setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Week
from timeblock.store import history
from timeblock.store.database import Database

if TYPE_CHECKING:
    from timeblock.core.scope import Move


def resting(db: Database) -> frozenset[Week]:
    """The weeks that the person declared weeks of rest."""
    return frozenset(Week.parse(row[0]) for row in db.rows("rest_weeks"))


def rest(db: Database, week: Week) -> None:
    """Declare a week of rest; once is enough."""
    db.run("add_rest_week", week=str(week))


def take_back_rest(db: Database, week: Week) -> bool:
    """Whether it was one."""
    return db.run("drop_rest_week", week=str(week)) > 0


@dataclass(frozen=True, slots=True)
class NoRoom:
    """A block that did not fit into the day or week it was meant for."""

    key: str
    period: Interval
    reason: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """``wrote_since``: when we wrote for the first time, None for never; ``resting``: weeks declared weeks of rest."""

    no_room: tuple[NoRoom, ...] = ()
    moves: tuple[Move, ...] = ()
    wrote_since: Instant | None = None
    resting: frozenset[Week] = frozenset()


def remembered(db: Database, since: Instant) -> Remembered:
    """All that was kept of the time after ``since``."""
    no_room = (NoRoom(key, Interval(start, end), why) for key, start, end, why in db.rows("unplaced", since=since))
    return Remembered(tuple(no_room), history.moves(db, since), history.began(db), resting(db))


def save_unplaced(db: Database, found: Iterable[NoRoom], now: Instant) -> None:
    """What a plan made ``now`` has no room for, in place of what earlier ones said of days and weeks not yet over."""
    with db.transaction():
        db.run("forget_unplaced", since=now)
        rows = {n.key: (n.period.start, n.period.end, n.reason) for n in found if n.period.end > now}
        names = ("block_key", "start_at", "end_at", "reason")
        db.many("add_unplaced", (dict(zip(names, (key, *row), strict=True)) for key, row in rows.items()))
