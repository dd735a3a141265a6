"""Why something did not fit and what would help; why a block lies where it does and where else it could."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from timeblock.core.interval import MINUTE, Instant, Interval, Spans
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import WORKDAYS_ONLY, Item, Problem
from timeblock.core.words import day, span
from timeblock.errors import FixNeeded
from timeblock.planner.cost import PREFERENCES, Place, View, place_of, price, view
from timeblock.planner.places import places
from timeblock.planner.reasons import short_moment
from timeblock.planner.room import Room

NAMED = 3
"""At most so many facts are named in a reason, and so many other places shown."""
WORTH_IT = 15 * MINUTE
"""A shorter block is suggested from this length on."""


# ---- what did not fit -----------------------------------------------------------------------------------------------


def unplaced(room: Room, item: Item) -> Unplaced:
    """The item as unplaced, with what stands in its way in the finished plan and what would make room."""
    return Unplaced(item.key, item.request.name, item.request.kind, _reason(room, item), _suggestion(room, item))


def _reason(room: Room, item: Item) -> str:
    if item.touch:
        taken = _in_windows(room, item)
        return f"{_names(room, taken)} {'is' if len(taken) == 1 else 'are'} in the way"
    free = [g for g in _free(room, item) if g.seconds >= item.min_minutes * MINUTE]
    if free:
        return _which_rule(room, item, free)
    least = f"{item.min_minutes} min"
    taken = _in_windows(room, item)
    return f"no {least} are left in its windows: {_names(room, taken)}" if taken else f"its windows are under {least}"


def _which_rule(room: Room, item: Item, free: list[Interval]) -> str:
    """There is time, but a rule keeps the item out of it."""
    days = room.days_taken(item)
    if days and all(room.clock.day(i.start) in days for i in free):
        return f"the days with room have one already ({', '.join(day(d) for d in sorted(days)[:NAMED])})"
    spaced = [i for i in room.gaps(item) if i.end - i.start >= item.min_minutes * MINUTE]
    if not spaced:
        near = [short_moment(room, s.start) for s in sorted(room.siblings(item)) if _is_near(item, s, free)]
        hours = f"{item.request.spacing_minutes / 60:g} h"
        return f"what is free is less than {hours} from another of them ({', '.join(near[:NAMED])})"
    if not any(room.leaves_white_space(i.start, i.start + item.min_minutes * MINUTE) for i in spaced):
        return f"it would take the last {room.problem.white_space_minutes} min of white space of {_days(room, free)}"
    return f"what is left on {_days(room, free)} is between the starts that it may have"


def _is_near(item: Item, sibling: Interval, free: Iterable[Interval]) -> bool:
    spacing = max(1, item.request.spacing_minutes * MINUTE)
    return any(sibling.widen(spacing, spacing).overlaps(i) for i in free)


def _days(room: Room, free: Iterable[Interval]) -> str:
    return ", ".join(day(d) for d in sorted({room.clock.day(i.start) for i in free})[:NAMED])


def _free(room: Room, item: Item) -> list[Interval]:
    """The windows without anything that lies in them, whatever other rules say."""
    taken = Spans.of(i for i, _ in _in_windows(room, item))
    return [i for w in item.windows for i in taken.gaps(w)]


def _in_windows(room: Room, item: Item) -> list[tuple[Interval, str]]:
    """Events and blocks in the windows of the item, those that take most of them first."""
    reach = Interval(item.windows[0].start, item.windows[-1].end)
    taken = [(f.interval, f.label) for f in room.problem.fixed if f.interval.overlaps(reach)]
    keys = room.in_the_way(reach.start, reach.end)
    taken += [(room.placed[key], room.items[key].request.title) for key in keys]
    windows = Spans(item.windows)
    weighed = [(-windows.clip(i).seconds, i.start, i.end, name) for i, name in taken]
    return [(Interval(start, end), name) for share, start, end, name in sorted(weighed) if share]


def _names(room: Room, taken: list[tuple[Interval, str]]) -> str:
    named = ", ".join(f"{name} ({short_moment(room, i.start)})" for i, name in taken[:NAMED])
    return named + (f" and {len(taken) - NAMED} more" if len(taken) > NAMED else "")


# ---- what would help ------------------------------------------------------------------------------------------------


def _suggestion(room: Room, item: Item) -> str:
    """The nearest alternative: shorter, at another time, or in the place of one event."""
    ways = (_shorter, _elsewhere, _instead_of)
    return next((text for way in ways if (text := way(room, item))), "")


def _shorter(room: Room, item: Item) -> str:
    if item.touch:
        return ""
    brief = replace(item, min_minutes=min(item.min_minutes, WORTH_IT // MINUTE))
    found = max(places(room, brief), key=lambda p: (p.end - p.start, -p.start), default=None)
    if found is None or found.end - found.start >= item.min_minutes * MINUTE:
        return ""
    return f"{(found.end - found.start) // MINUTE} min would fit on {short_moment(room, found.start)}"


def _elsewhere(room: Room, item: Item) -> str:
    """Free waking time outside the windows, on the days of its period; work is not sent into the evening."""
    if item.request.kind in WORKDAYS_ONLY:
        return ""
    reach = Interval(item.windows[0].start - 12 * 3600, item.windows[-1].end + 12 * 3600)
    awake = tuple(w for w in room.problem.waking if w.overlaps(reach) and w.start >= room.problem.horizon.start)
    found = min(places(room, replace(item, windows=awake)), key=lambda p: (_off(item, p), p.start), default=None)
    return f"{short_moment(room, found.start)} is free, but outside its windows" if found else ""


def _off(item: Item, place: Place) -> int:
    """Seconds from the nearest window."""
    return min(max(w.start - place.start, place.end - w.end, 0) for w in item.windows)


def _instead_of(room: Room, item: Item) -> str:
    """The shortest thing whose going would make room, where time is what is missing."""
    taken, least = _in_windows(room, item), item.min_minutes * MINUTE
    if any(gap.seconds >= least for gap in _free(room, item)):
        return ""
    for interval, name in sorted(taken, key=lambda t: (t[0].seconds, t[0].start, t[1])):
        near = [w for w in item.windows if w.overlaps(interval)]
        rest = Spans.of(i for i, other in taken if (i, other) != (interval, name))
        if name != item.request.title and any(rest.gaps(w).longer_than(least).intervals for w in near):
            return f"there would be room without {name} ({short_moment(room, interval.start)})"
    return ""


# ---- what was asked about -------------------------------------------------------------------------------------------


def explain(problem: Problem, plan: Plan, key: str) -> str:
    """Why a block is where it is, what else was possible and what that would have cost; or why it is nowhere.

    ``key`` may be a request's name, or the beginning of a key up to a slash: all of its blocks, then. Raises
    :class:`FixNeeded` where the plan has nothing of that name.
    """
    told = [_about(problem, plan, b) for b in plan.blocks if f"{b.key}/".startswith(f"{key}/")]
    told += [_about_missed(u) for u in plan.unplaced if f"{u.key}/".startswith(f"{key}/")]
    if told:
        return "\n\n".join("\n".join(lines) for lines in told)
    keys = [b.key for b in plan.blocks] + [u.key for u in plan.unplaced]
    close = difflib.get_close_matches(key, keys, n=NAMED, cutoff=0.4) or keys[:NAMED]
    raise FixNeeded(f'there is no block "{key}" in this plan (did you mean {", ".join(close) or "another plan"}?)')


def _about_missed(missed: Unplaced) -> Iterator[str]:
    yield f"{missed.key} did not fit: {missed.reason}."
    if missed.suggestion:
        yield f"What would help: {missed.suggestion}."


def _about(problem: Problem, plan: Plan, block: Block) -> Iterator[str]:
    where = problem.where
    on = day(where.date_of(block.interval.start))
    yield f"{block.title}: {on} {span(block.interval, where)} ({block.key})"
    yield f"Why there: {block.reason}."
    item = next((i for i in problem.items if i.key == block.key), None)
    if item is not None:
        yield from _instead(_room_without(problem, plan, item), item, block.interval)


def _room_without(problem: Problem, plan: Plan, item: Item) -> Room:
    room = Room(problem)
    for block in plan.blocks:
        if block.key in room.items and block.key != item.key:
            room.add(room.items[block.key], block.interval)
    return room


def _instead(room: Room, item: Item, interval: Interval) -> Iterator[str]:
    seen, here = view(room, item), place_of(room, item, interval)
    others = sorted((p for p in places(room, item) if _apart(p, interval)), key=lambda p: (price(seen, p), p.start))
    if not others:
        yield "Nowhere else is there room for it as things are."
    for place in islice(_spread(others), NAMED):
        at = Interval(place.start, place.end)
        on = day(room.clock.day(place.start))
        yield f"Instead: {on} {span(at, room.problem.where)}, {_difference(seen, here, place)}."


def _apart(place: Place, interval: Interval) -> bool:
    return place.end <= interval.start or interval.end <= place.start


def _spread(ranked: Iterable[Place]) -> Iterator[Place]:
    """The places in order without those that overlap one before."""
    shown: list[tuple[Instant, Instant]] = []
    for place in ranked:
        if all(place.end <= start or end <= place.start for start, end in shown):
            shown.append((place.start, place.end))
            yield place


def _difference(seen: View, here: Place, there: Place) -> str:
    """Points more or less, and for what."""
    parts = [(p.__name__.replace("_", " "), p(seen, there) - p(seen, here)) for p in PREFERENCES]
    points = sum(value for _, value in parts)
    told = ", ".join(f"{name} {value:+d}" for name, value in parts if value)
    if not points:
        return "as good"
    return f"{abs(points)} points {'worse' if points > 0 else 'better, but it stays to keep things calm'} ({told})"
