"""What keeps a block out of a finished plan: the fewest things that leave it no place, and the nearest it could have.

Every start that the block may have is a bit; each event, block or limit has a mask of the starts that it forbids.
Things that together cover all bits are a reason; the fewest of them are what a person is told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from operator import or_
from typing import Literal, TypeAlias

from timeblock.core.interval import HOUR, MINUTE, Instant, Interval, Spans
from timeblock.core.problem import WORKDAYS_ONLY, Item, way_minutes
from timeblock.planner.cost import Place
from timeblock.planner.places import places
from timeblock.planner.room import Room
from timeblock.planner.why import Alternative, Cause, Missed, Rule, Spot

FEW = 3
"""Up to so many things the fewest are found by trying all; beyond, one after the other."""
AT_MOST_GO = 2
"""No more things than these are offered to go."""
SATURDAY = 5
WORTH_IT = 15 * MINUTE
"""A shorter block is suggested from this length on."""

Name: TypeAlias = tuple[Rule, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """Something at one spot that forbids the starts in ``mask``; ``fixed`` where it cannot give way."""

    rule: Rule
    name: str
    spot: Spot
    mask: int
    fixed: bool = False


def missed(room: Room, item: Item) -> Missed:
    """Why an item has no place in the finished plan, and what would be the nearest to it."""
    starts = _starts(room, item)
    grounds = list(_grounds(room, item, starts))
    free = any(gap.end - gap.start >= item.min_minutes * MINUTE for gap in room.gaps(item))
    causes = _fewest(grounds)
    return Missed(
        item.key,
        item.request.name,
        item.min_minutes,
        item.request.spacing_minutes,
        "" if causes else _nothing_in_the_way(item, starts),
        causes,
        belongs=bool(item.touch),
        between=free and not item.touch and all(cause.rule == "time" for cause in causes),
        nearest=_nearest(room, item, starts, grounds),
    )


def _nothing_in_the_way(item: Item, starts: Sequence[Instant]) -> str:
    return "no plan with it was found in time" if starts else f"its windows are under {item.min_minutes} min"


# ---- the fewest things ----------------------------------------------------------------------------------------------


def _starts(room: Room, item: Item) -> Sequence[Instant]:
    """When it might start, at its shortest, if nothing lay in its windows."""
    least, facts = item.min_minutes * MINUTE, [f.interval for f in room.problem.fixed]
    if item.touch:
        window = item.windows[0]
        return [window.start if item.touch == "start" else window.end - least]
    found: set[Instant] = set()
    for window in item.windows:
        last, grid = window.end - least, room.problem.grid_minutes
        flush = (window.start, last, *(f.end for f in facts), *(f.start - least for f in facts))
        found.update(start for start in flush if window.start <= start <= last)
        found.update(range(room.clock.next_on_grid(window.start, grid), last + 1, grid * MINUTE))
    return sorted(found)


def _grounds(room: Room, item: Item, starts: Sequence[Instant]) -> Iterator[Ground]:
    """Everything that forbids some start."""
    for ground in (*_taken(room, item, starts), *_siblings(room, item, starts), *_limits(room, item, starts)):
        if ground.mask:
            yield ground


def _between(starts: Sequence[Instant], after: Instant, before: Instant) -> int:
    """The starts after one moment and before another."""
    first, last = bisect_right(starts, after), bisect_left(starts, before)
    return (1 << last) - (1 << first) if first < last else 0


def _taken(room: Room, item: Item, starts: Sequence[Instant]) -> Iterator[Ground]:
    """What lies in the windows."""
    least = item.min_minutes * MINUTE

    def ground(name: str, spot: Spot, way: int, fixed: bool) -> Iterator[Ground]:
        lies, far = spot.interval, way * MINUTE
        yield Ground("time", name, spot, _between(starts, lies.start - least, lies.end), fixed)
        if way:
            yield Ground("way", name, spot, _between(starts, lies.start - far - least, lies.end + far), fixed)

    for f in room.problem.fixed:
        yield from ground(f.label, Spot(f.interval, f.key, f.event), way_minutes(item.request, f), True)
    for key, lies in room.placed.items():
        other = room.items[key].request
        yield from ground(other.title, Spot(lies, key), way_minutes(item.request, other), False)


def _siblings(room: Room, item: Item, starts: Sequence[Instant]) -> Iterator[Ground]:
    """Other blocks of its own request that come too close, and days that have one."""
    request, least = item.request, item.min_minutes * MINUTE
    spacing = request.spacing_minutes * MINUTE
    for lies in room.siblings(item) if spacing else ():
        mask = _between(starts, lies.start - spacing - least, lies.end + spacing)
        yield Ground("spacing", request.title, Spot(lies), mask)
    for day in room.days_taken(item):
        if whole := room.problem.where.day(day):
            mask = _between(starts, whole.start - 1, whole.end)
            yield Ground("one a day", request.title, Spot(whole), mask)


def _limits(room: Room, item: Item, starts: Sequence[Instant]) -> Iterator[Ground]:
    """White space and budgets that are spent, and what other requests ask of it."""
    least, problem = item.min_minutes * MINUTE, room.problem
    spent: dict[tuple[Rule, str, Spot], int] = defaultdict(int)
    for n, start in enumerate(starts):
        for day, seconds in room.waking_seconds(start, start + least):
            if seconds > room.spare(day):
                spent["white space", "", Spot(problem.waking[day])] |= 1 << n
        for number, seconds in room.budgeted_seconds(item, start, start + least):
            if seconds > room.budget(number):
                spent["budget", problem.budgets[number].reason, Spot(problem.budgets[number].interval)] |= 1 << n
        for key in room.at_odds(item, start, start + least):
            spent[_asked_of(room, item, key)] |= 1 << n
    for about, mask in spent.items():
        yield Ground(*about, mask)


def _asked_of(room: Room, item: Item, key: str) -> tuple[Rule, str, Spot]:
    """Which rule another block is about, the most likely first."""
    fact = next((f for f in room.problem.fixed if f.key == key), None)
    lies = fact.interval if fact else room.placed[key]
    name = fact.request if fact else room.items[key].request.name
    other = next(i.request for i in room.problem.items if i.request.name == name)
    rule: Rule = "not next to"
    if item.request.follows == name or other.follows == item.request.name:
        rule = "follows"
    elif item.request.batch and item.request.batch == other.batch:
        rule = "batch"
    return rule, other.title, Spot(lies, key)


def _fewest(grounds: Sequence[Ground]) -> tuple[Cause, ...]:
    """The fewest names that together forbid every start, and of each no more spots than that takes: facts alone where
    they suffice, since blocks could give way."""
    facts = [ground for ground in grounds if ground.fixed]
    if _all(ground.mask for ground in facts) == _all(ground.mask for ground in grounds):
        grounds = facts
    named: dict[tuple[Rule, str], list[Ground]] = defaultdict(list)
    for ground in grounds:
        named[ground.rule, ground.name].append(ground)
    masks = {name: _all(ground.mask for ground in some) for name, some in named.items()}
    chosen = _cover(masks)
    left = [ground for name in chosen for ground in named[name]]
    for ground in sorted(left, key=lambda g: (g.mask.bit_count(), -g.spot.interval.start)):
        rest = [other for other in left if other is not ground]
        if _all(g.mask for g in rest) == _all(masks.values()):
            left = rest
    return tuple(
        Cause(*name, tuple(g.spot for g in sorted(left, key=_time) if (g.rule, g.name) == name)) for name in chosen
    )


def _cover(masks: Mapping[Name, int]) -> tuple[Name, ...]:
    """The fewest masks that come to all of them together; of equally many those that hold most."""
    whole = _all(masks.values())
    ranked = sorted(masks, key=lambda name: (-masks[name].bit_count(), name))
    for size in range(FEW + 1):
        for some in combinations(ranked, size):
            if _all(masks[name] for name in some) == whole:
                return some
    chosen: list[Name] = []
    while (left := whole & ~_all(masks[name] for name in chosen)) != 0:
        chosen.append(max(ranked, key=lambda name: (masks[name] & left).bit_count()))
    return tuple(chosen)


def _all(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _time(ground: Ground) -> Interval:
    return ground.spot.interval


# ---- the nearest alternative ----------------------------------------------------------------------------------------


def _nearest(room: Room, item: Item, starts: Sequence[Instant], grounds: Sequence[Ground]) -> Alternative | None:
    """Shorter, at another time, on another day, or in the place of one thing or two."""
    free = _shorter(room, item) or _elsewhere(room, item) or _another_day(room, item)
    return free or _without(item, starts, grounds)


def _shorter(room: Room, item: Item) -> Alternative | None:
    if item.touch:
        return None
    brief = replace(item, min_minutes=min(item.min_minutes, WORTH_IT // MINUTE))
    found = max(places(room, brief), key=lambda p: (p.end - p.start, -p.start), default=None)
    if found is None or found.end - found.start >= item.min_minutes * MINUTE:
        return None
    return Alternative("shorter", Interval(found.start, found.end))


def _elsewhere(room: Room, item: Item) -> Alternative | None:
    """Free waking time outside the windows, on the days of its period; work is not sent into the evening."""
    if item.request.kind in WORKDAYS_ONLY:
        return None
    reach = Interval(item.windows[0].start - 12 * HOUR, item.windows[-1].end + 12 * HOUR)
    awake = tuple(w for w in room.problem.waking if w.overlaps(reach) and w.start >= room.problem.horizon.start)
    return _nearby(room, item, awake, "elsewhere")


def _another_day(room: Room, item: Item) -> Alternative | None:
    """The same hours on a day of its week that it does not ask for; a weekday for what belongs to those."""
    request, where = item.request, room.problem.where
    if request.per == "day" or request.is_work or not request.windows:
        return None
    week = where.week_of(item.windows[0].start).days()
    days = [d for d in week if d.weekday() not in request.weekdays]
    some = [d for d in days if d.weekday() < SATURDAY] if request.kind in WORKDAYS_ONLY else days
    hours = Spans.of(where.window(day, window) for day in some for window in request.windows)
    return _nearby(room, item, hours.clip(room.problem.horizon).intervals, "another day")


def _nearby(
    room: Room, item: Item, windows: tuple[Interval, ...], how: Literal["elsewhere", "another day"]
) -> Alternative | None:
    """The free place in these windows that is nearest to its own."""
    found = min(places(room, replace(item, windows=windows)), key=lambda p: (_off(item, p), p.start), default=None)
    return Alternative(how, Interval(found.start, found.end)) if found else None


def _off(item: Item, place: Place) -> int:
    """Seconds from the nearest window."""
    return min(max(w.start - place.start, place.end - w.end, 0) for w in item.windows)


def _without(item: Item, starts: Sequence[Instant], grounds: Sequence[Ground]) -> Alternative | None:
    """One thing, or else two, whose going would make room; those that take least time."""
    ways = [way for n in range(len(starts)) if (way := _in_the_way(item, grounds, n)) is not None]
    if not ways:
        return None
    _, _, n, found = min(ways)
    lies = Interval(starts[n], starts[n] + item.min_minutes * MINUTE)
    return Alternative("without", lies, tuple(Cause("time", g.name, (g.spot,)) for g in found))


def _in_the_way(item: Item, grounds: Sequence[Ground], n: int) -> tuple[int, int, int, tuple[Ground, ...]] | None:
    """How many events and blocks of others lie at a start, and how long; None where too many, or a rule, forbid it."""
    found = tuple(g for g in grounds if g.mask >> n & 1)
    if len(found) > AT_MOST_GO or any(g.rule != "time" or g.name == item.request.title for g in found):
        return None
    return len(found), sum(g.spot.interval.seconds for g in found), n, found
