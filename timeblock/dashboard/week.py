"""The week as it stands: events and blocks, what clashes, the working window, rest; and other weeks beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from timeblock import pipeline
from timeblock.core.definitions.rest import rests_between_days
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.scope import Scope
from timeblock.core.words import ago, counted, hours
from timeblock.dashboard.visit import Done, Look, Shown, Visit
from timeblock.pages.week import Behind, WeekView, week_view
from timeblock.store import events, outbox
from timeblock.store.database import Database
from timeblock.views.blocks import standing_blocks
from timeblock.views.today import today


@dataclass(frozen=True)
class WeekPage:
    """``kinds`` of blocks that are in it; ``read``: when calendars were. ``before`` and ``after``: the next weeks.

    ``danger`` and ``decide``: sentences, on the page of this week.
    """

    week: WeekView
    danger: tuple[str, ...]
    decide: tuple[str, ...]
    kinds: tuple[str, ...]
    read: str
    before: Week
    after: Week


def show(visit: Visit) -> Shown:
    """The week that the address names, or this one."""
    where = visit.deps.settings.person.where
    this = where.week_of(visit.now)
    week = visit.week(this)
    look = visit.look(week if week < this else None, week if week > this else None)
    blocks = tuple(standing_blocks(look.snapshot, look.seen))
    drawn = week_view(
        week,
        look.seen.classified,
        blocks,
        where,
        where.date_of(visit.now),
        behind=_behind(look, week),
        link=lambda block: f"/block?{urlencode({'key': block.key})}",
    )
    kinds = tuple(dict.fromkeys(b.kind.value for b in blocks if b.interval.overlaps(where.week(week))))
    danger, decide = _heed(look, visit.deps.db) if week == this else ((), ())
    page = WeekPage(drawn, danger, decide, kinds, _read_at(look), week.plus(-1), week.plus(1))
    return Shown(drawn.title, "week.html.j2", page)


def _heed(look: Look, db: Database) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in danger, and what to decide."""
    found = today(look.snapshot, look.seen, len(outbox.pending(db)))
    return found.danger, found.decide


def read(visit: Visit) -> Done:
    """Ask every calendar what changed."""
    synced = pipeline.pull(visit.deps, visit.now)
    changed = sum(found.changed + found.removed for _, found in synced.pulled)
    failed = [f"{name}: {error}" for name, error in synced.failed]
    return Done("\n".join([f"{counted(changed, 'event')} changed.", *failed]), good=not failed)


def _behind(look: Look, week: Week) -> Mapping[date, Behind]:
    """The working window of each day, what it is off for, and how long the rest after its work is."""
    settings = look.snapshot.settings
    least = settings.planning.daily_rest_minutes
    scope = Scope(look.seen.facts, settings.person.where.week(week))
    rests = {} if scope.missing else {day.on: gap for day, gap in rests_between_days(scope)}
    short = tuple(("rest-short", gap) for gap in rests.values() if gap.minutes < least)
    return {
        day.on: Behind(
            (*(("window", window) for window in day.window), *short),
            (*([(day.off, False)] if day.off else ()), *_rest(rests.get(day.on), least)),
        )
        for day in scope.days
    }


def _rest(gap: Interval | None, least: int) -> Iterator[tuple[str, bool]]:
    """In words, and whether it is too short."""
    if gap is not None and gap.minutes < least:
        yield f"then {hours(gap.minutes)} h of rest, under {hours(least)}", True
    elif gap is not None:
        yield f"then {hours(gap.minutes)} h of rest", False


def _read_at(look: Look) -> str:
    """When calendars were read: the one whose turn was longest ago, or those that never were."""
    snapshot, db = look.snapshot, look.deps.db
    unread = [c.name for c in snapshot.settings.calendars if c.name not in snapshot.calendars]
    if unread:
        return f"Not read yet: {', '.join(unread)}."
    read = [at for calendar in snapshot.calendars.values() if (at := events.synced_at(db, calendar)) is not None]
    return f"Calendars were read {ago(min(read, default=None), snapshot.now)}."
