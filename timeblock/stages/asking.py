"""What is asked of the planner: what goals want, what stands, from when mornings may hold work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from timeblock.core import classify, ground, hours, pose, rest, rest_weeks, scope, steer
from timeblock.core.diff import State, Written
from timeblock.core.event import CalendarId
from timeblock.core.interval import HOUR, Instant, make
from timeblock.core.leave import LeaveYear
from timeblock.core.localtime import Week
from timeblock.core.problem import Problem, Standing
from timeblock.stages.values import Seen, Snapshot
from timeblock.stages.writing import blocks_calendar, paused


def steering(snapshot: Snapshot, seen: Seen) -> steer.Steering:
    """What the goals ask of the weeks that are planned, and the days of leave they propose."""
    settings, where = snapshot.settings, snapshot.settings.person.where
    today, coming = where.date_of(snapshot.now), ground.horizon(snapshot.now, settings.planning.weeks, where)
    weeks = list(dict.fromkeys(Week.of(day) for day in where.days(coming)))
    year = LeaveYear(
        settings.person,
        today,
        date(today.year, 12, 31),
        hours.holidays(settings.person, {today.year, today.year + 1}),
        {day for c in seen.facts.leave for day in where.days(c.occurrence.interval)},
        meetings_by_day(snapshot, seen),
    )
    resting = paused(snapshot, seen)
    return steer.steering(seen.progress, settings.requests_on(today), settings.person, weeks, resting, year)


def posed(snapshot: Snapshot, seen: Seen, asked: steer.Steering, *, given: bool) -> Problem:
    """The question of the coming weeks. ``given``: a plan is there by now, so that no move of it counts."""
    settings, planning = snapshot.settings, snapshot.settings.planning
    where = settings.person.where
    problem = pose.pose(
        settings.requests_on(where.date_of(snapshot.now)),
        settings.person,
        seen.classified,
        standing(seen.written, blocks_calendar(snapshot)),
        snapshot.now,
        planning.weeks,
        off=hours.holidays(settings.person, {day.year for day in where.days(snapshot.span)}),
        grid_minutes=planning.grid_minutes,
        freeze_minutes=planning.freeze_minutes,
        white_space_minutes=planning.white_space_minutes,
        busy_below_alternatives=planning.busy_below_alternatives,
        busy_before_minutes=planning.busy_before_minutes,
        steering=asked,
        daily_rest_minutes=planning.daily_rest_minutes,
        work_free_day=planning.work_free_day,
        work_from=late_mornings(snapshot, seen),
        moves_left=None if given else moves_left(snapshot),
    )
    return rest_weeks.relieved(problem, seen.resting)


def standing(written: Sequence[Written], calendar: CalendarId | None) -> Iterator[Standing]:
    """The blocks themselves (twins follow them), as the planner takes them."""
    for w in written:
        if w.slot.calendar == calendar and w.state is not State.REMOVED:
            pinned, skipped = w.state is State.PINNED, w.state is State.SKIPPED
            yield Standing(w.slot.key, w.draft.interval, w.draft.summary, w.draft.busy, pinned, skipped)


def late_mornings(snapshot: Snapshot, seen: Seen) -> Mapping[date, Instant]:
    """From when on the mornings after late evenings and broken nights may hold work."""
    planning = snapshot.settings.planning
    coming = ground.horizon(snapshot.now, planning.weeks, snapshot.settings.person.where)
    span = scope.Scope(seen.facts, coming.widen(24 * HOUR, 0))
    return {relief.on: relief.keep.end for relief in rest.compensation(span, planning.daily_rest_minutes)}


def moves_left(snapshot: Snapshot) -> int:
    """How many blocks may still be moved today."""
    where = snapshot.settings.person.where
    today = where.start_of(where.date_of(snapshot.now))
    moved = sum(move.at >= today for move in snapshot.remembered.moves)
    return max(0, snapshot.settings.planning.max_moves_per_day - moved)


def meetings_by_day(snapshot: Snapshot, seen: Seen) -> Mapping[date, float]:
    """Minutes of meetings on each day from today on, as far as calendars were read."""
    where, found = snapshot.settings.person.where, dict[date, float]()
    ahead = make(snapshot.now, snapshot.span.end)
    for day in where.days(ahead) if ahead else ():
        found[day] = 0.0
    for c in seen.classified:
        day = where.date_of(c.occurrence.interval.start)
        if c.activity is classify.Activity.MEETING and c.busy and day in found:
            found[day] += c.occurrence.interval.minutes
    return found
