"""What a snapshot comes to: which calendar is what, the facts for measures, the weeks they are needed of, goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from timeblock.config.settings import Settings
from timeblock.core import measures, scope
from timeblock.core.classify import Classified, Source
from timeblock.core.diff import State, Written
from timeblock.core.event import CalendarId, request_of
from timeblock.core.goals import FURTHEST_BACK, Goal
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.progress import Progress, progress
from timeblock.stages.values import Snapshot
from timeblock.stages.writing import blocks_calendar
from timeblock.store import weekly

A_YEAR = 52


def sources(snapshot: Snapshot) -> Mapping[CalendarId, Source]:
    wanted = {c.name: c for c in snapshot.settings.calendars}
    return {found: Source(found, name, wanted[name].area) for name, found in snapshot.calendars.items()}


def facts_of(snapshot: Snapshot, classified: tuple[Classified, ...], written: Sequence[Written]) -> scope.Facts:
    settings, main = snapshot.settings, blocks_calendar(snapshot)
    read = [o.interval.start for o in snapshot.occurrences]
    known = Interval(max(snapshot.span.start, min(read)), snapshot.span.end) if read else None
    states: dict[State, scope.BlockState] = {State.LIVE: "live", State.PINNED: "moved", State.SKIPPED: "skipped"}
    blocks = tuple(
        _block_fact(settings, w.slot.key, w.draft.summary, w.draft.interval, state)
        for w in written
        if w.slot.calendar == main and (state := states.get(w.state))
    )
    kept = snapshot.remembered
    there = {block.key for block in blocks}
    missed = tuple(
        _block_fact(settings, n.key, n.key, n.period, "unplaced", n.reason) for n in kept.no_room if n.key not in there
    )
    wanted = {area.name: area.share for area in settings.areas if area.share is not None}
    return scope.Facts(
        settings.person,
        classified,
        snapshot.now,
        known,
        blocks + missed,
        wanted,
        kept.moves,
        kept.wrote_since,
        snapshot.traces,
        snapshot.coverage,
    )


def _block_fact(
    settings: Settings, key: str, title: str, when: Interval, state: scope.BlockState, reason: str = ""
) -> scope.BlockFact:
    """Area and kind are those of its request; "" where nothing asks for it any more."""
    asked = settings.all_requests.get(request_of(key))
    area, kind = (asked.area, asked.kind.value) if asked else ("", "")
    return scope.BlockFact(key, title, area, when, state, kind, reason)


def never_measured(goals: Sequence[Goal], kept: weekly.Kept, this: Week) -> set[Week]:
    """Weeks of the last year that a goal rests on and of which nothing is kept."""
    before = [0 if goal.name in kept.baselines else FURTHEST_BACK for goal in goals]
    first = min((Week.of(goal.start).plus(-n) for goal, n in zip(goals, before, strict=True)), default=this)
    past = (this.plus(-n) for n in range(1, A_YEAR + 1))
    return {week for week in past if week >= first and week not in kept.weeks}


def standing_of_goals(
    snapshot: Snapshot, measured: Mapping[Week, tuple[measures.Measure, ...]], resting: frozenset[Week]
) -> tuple[Progress, ...]:
    """How goals stand by what is measured now and, where that is unknown by now, by what is kept."""
    settings, kept = snapshot.settings, snapshot.kept
    weeks = {**kept.weeks, **{week: kept.filled_in(week, found) for week, found in measured.items()}}
    today = settings.person.where.date_of(snapshot.now)
    return tuple(
        progress(g, weeks, today, settings.paused(g) | resting, kept.baselines.get(g.name), kept.decided.get(g.name))
        for g in settings.goals
    )
