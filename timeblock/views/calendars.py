"""A person's calendars to give away: as files, and as feeds that others subscribe to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, TypeAlias, get_args

from timeblock import export
from timeblock.core import ground
from timeblock.core.interval import HOUR, Instant, Interval, Spans
from timeblock.core.plan import Block, Plan
from timeblock.core.progress import worded
from timeblock.core.scope import Scope
from timeblock.feed_keys import Feed
from timeblock.stages.values import Seen, Snapshot
from timeblock.views.blocks import standing_blocks

What: TypeAlias = Literal["blocks", "schedule", "availability", "freebusy", "milestones"]
WHAT: tuple[What, ...] = get_args(What)
BACK = 28 * 24 * HOUR
"""So much of the past a feed holds."""


def exported(what: What, snapshot: Snapshot, seen: Seen, plan: Plan) -> str:
    """The text of a file, as ``plan`` has it."""
    where, now = snapshot.settings.person.where, snapshot.now
    match what:
        case "blocks":
            return export.blocks_ics(plan.blocks, where, now)
        case "schedule":
            private = [c.name for c in snapshot.settings.calendars if c.privacy == "busy"]
            hidden = {found for name, found in snapshot.calendars.items() if name in private}
            mine = [c.occurrence for c in seen.classified if c.busy and c.occurrence.interval.overlaps(plan.horizon)]
            return export.schedule_ics(plan.blocks, mine, where, now, hidden)
        case "availability":
            busy, off = _availability(seen, plan.blocks, plan.horizon)
            return export.availability_ics(busy, off, plan.horizon, where, now)
        case "freebusy":
            return export.free_busy_ics(*_availability(seen, plan.blocks, plan.horizon), plan.horizon, now)
        case "milestones":
            return export.milestones_ics(_milestones(seen), now)


def feed(what: Feed, snapshot: Snapshot, seen: Seen, stamp: Instant) -> str:
    """The text of a feed, by the blocks that stand in the calendar; without titles where that is marked "busy".

    It changes with what it tells, and at midnight; ``stamp`` is the moment it bears.
    """
    settings, where = snapshot.settings, snapshot.settings.person.where
    ahead = ground.horizon(snapshot.now, settings.planning.weeks, where)
    span = Interval(where.start_of(where.date_of(snapshot.now)), ahead.end)
    hidden = any(c.role == "blocks" and c.privacy == "busy" for c in settings.calendars)
    blocks = [replace(block, private=block.private or hidden) for block in standing_blocks(snapshot, seen)]
    name = f"timeblock {settings.person.name or settings.identity}: {what}"
    match what:
        case "blocks":
            shown = span.widen(BACK, 0)
            return export.blocks_ics([b for b in blocks if b.interval.overlaps(shown)], where, stamp, name)
        case "availability":
            return export.availability_ics(*_availability(seen, blocks, span), span, where, stamp, name)
        case "freebusy":
            return export.free_busy_ics(*_availability(seen, blocks, span), span, stamp, feed=name)


def _availability(seen: Seen, blocks: Sequence[Block], span: Interval) -> tuple[Spans, Spans]:
    """When the person is busy, and when off: outside working hours."""
    events = [c.occurrence.interval for c in seen.classified if c.busy and not c.occurrence.all_day]
    busy = Spans.of([*events, *(b.interval for b in blocks if b.busy)]).clip(span)
    return busy, Scope(seen.facts, span).window.gaps(span)


def _milestones(seen: Seen) -> Iterator[tuple[str, date, str]]:
    for found in seen.progress:
        for step in found.milestones:
            yield found.goal.name, step.on, worded(found.goal, step)
