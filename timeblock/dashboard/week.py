"""The week: events, blocks, conflicts, and leafing to other weeks."""

from __future__ import annotations

from dataclasses import dataclass

from timeblock import pipeline
from timeblock.core.localtime import Week
from timeblock.core.words import counted
from timeblock.dashboard.visit import Done, Shown, Visit
from timeblock.pages.week import WeekView, week_view
from timeblock.views.blocks import standing_blocks


@dataclass(frozen=True)
class WeekPage:
    """``before`` and ``after``: the weeks on either side, as the address names them."""

    week: WeekView
    before: Week
    after: Week


def show(visit: Visit) -> Shown:
    """The week that the address names, or this one."""
    where = visit.deps.settings.person.where
    this = where.week_of(visit.now)
    week = visit.week(this)
    look = visit.look(week if week < this else None, week if week > this else None)
    blocks = tuple(standing_blocks(look.snapshot, look.seen))
    drawn = week_view(week, look.seen.classified, blocks, where, where.date_of(visit.now))
    return Shown(drawn.title, "week.html.j2", WeekPage(drawn, week.plus(-1), week.plus(1)))


def read(visit: Visit) -> Done:
    """Ask every calendar what changed."""
    synced = pipeline.pull(visit.deps, visit.now)
    changed = sum(found.changed + found.removed for _, found in synced.pulled)
    failed = [f"{name}: {error}" for name, error in synced.failed]
    return Done("\n".join([f"{counted(changed, 'event')} changed.", *failed]), good=not failed)
