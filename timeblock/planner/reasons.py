"""Why a block lies where it does, in words. Each sentence is true of the finished plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.problem import Fixed, Item, Problem, now_of
from timeblock.core.words import WEEKDAYS, moment
from timeblock.planner.cost import view
from timeblock.planner.energy import mean_energy, wanted_energy
from timeblock.planner.places import places
from timeblock.planner.room import Room
from timeblock.planner.usual import half_hour

HIGH, LOW = 0.7, 0.45
"""Mean energy from which on an hour is called high, and up to which it is called low."""
USUAL = 1
"""Half hours from the usual time that still count as the usual time."""


def short_moment(room: Room, at: Instant) -> str:
    """``"Tue 18:00"``; with the date from a week on, when a weekday alone could be another one's."""
    where, now = room.problem.where, now_of(room.problem)
    clock = where.clock_at(at)
    near = now - DAY_MINUTES * MINUTE <= at < now + 6 * DAY_MINUTES * MINUTE
    return f"{WEEKDAYS[clock.weekday()]} {clock:%H:%M}" if near else moment(at, where)


def why_fixed(problem: Problem, f: Fixed) -> str:
    """Of a block that may not be moved."""
    if f.pinned:
        return "you put it here"
    return "it has begun" if f.interval.start <= now_of(problem) else "starts soon, so it stays"


def why_here(room: Room, item: Item, interval: Interval) -> str:
    """Of a block that the planner placed or kept."""
    if item.before == interval:
        return "kept where it was"
    room.remove(item)
    why = next(_merits(room, item, interval), "free, and within its hours")
    moved = _why_moved(room, item, item.before) if item.before is not None else ""
    room.add(item, interval)
    shorter = interval.minutes < item.ideal_minutes
    short = f"; {interval.minutes:g} min instead of {item.ideal_minutes}, as there is no more room" if shorter else ""
    return f"{moved}{why}{short}"


def _merits(room: Room, item: Item, interval: Interval) -> Iterator[str]:
    """What speaks for the place, the most telling first."""
    weekday = WEEKDAYS[room.clock.day(interval.start).weekday()]
    if item.touch:
        yield f"right {'after' if item.touch == 'start' else 'before'} {_parent(room, item, interval)}"
    if item.late and any(w.end == interval.end for w in item.windows):
        yield "closes the working day"
    if len(list(islice(places(room, item), 2))) == 1:
        yield "the only place left for it"
    yield from _energetic(room, item, interval, weekday)
    usual = view(room, item).usual
    if usual is not None and abs(half_hour(room.clock, interval.start) - usual) <= USUAL:
        yield "free, and at its usual time"
    if item.late:
        yield "as late in the working day as is free"


def _energetic(room: Room, item: Item, interval: Interval, weekday: str) -> Iterator[str]:
    energy = room.problem.energy
    if not energy:
        return
    wish, mean = wanted_energy(item.request), mean_energy(room.clock, energy, interval.start, interval.end)
    if wish == "high" and mean >= HIGH:
        yield f"free hours of high energy on {weekday}"
    elif wish == "low" and mean <= LOW:
        yield f"free hours of low energy on {weekday}, which leaves the better ones to other things"


def _parent(room: Room, item: Item, interval: Interval) -> str:
    """The event that a buffer or break belongs to."""
    window = item.windows[0]
    for f in room.problem.fixed:
        if (f.interval.end == window.start) if item.touch == "start" else (f.interval.start == window.end):
            return f.label
    return "its event"


def _why_moved(room: Room, item: Item, before: Interval) -> str:
    return f"moved from {short_moment(room, before.start)}: {_what_happened(room, item, before)}; "


def _what_happened(room: Room, item: Item, before: Interval) -> str:
    """Why a block could not stay."""
    facts = [f.label for f in room.problem.fixed if f.interval.overlaps(before)]
    blocks = [room.items[key].request.title for key in room.in_the_way(before.start, before.end)]
    if facts or blocks:
        return f"{[*facts, *blocks][0]} took the time"
    if not any(w.covers(before) for w in item.windows):
        return "that is not in its windows any more"
    if not item.min_minutes <= before.minutes <= item.max_minutes:
        return "its length has changed"
    return "it came too close to others there"
