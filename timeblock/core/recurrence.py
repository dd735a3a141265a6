"""Series into occurrences: recurrence (RFC 5545, 3.8.5) within a window, at a bounded cost.

A rule counts on the clock of the series' own zone; only then is each instance turned into UTC. Common rules are worked
out by arithmetic (:mod:`rule_days`), all others are walked (:meth:`Rule.walk`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from timeblock.core.clocks import Clock, Clocks, clocks
from timeblock.core.event import Component, Event, Occurrence, Series, Status, When, recurrence_id
from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import MIDNIGHT, ONE_DAY, Whereabouts, instant, resolve
from timeblock.core.rrule import Budget, Reach, Refused, Rule
from timeblock.core.rule_days import days

BUDGET = 30_000
"""Steps one series may cost: periods walked through and instances found. About 0.15 s."""

SLACK = timedelta(hours=26)
"""No two clocks on Earth are further apart."""

BEGINNING = datetime.combine(date.min, MIDNIGHT)
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Between these the clocks of zones are looked up in tables."""

EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400

Times: TypeAlias = tuple[Instant, Instant, Instant | None]
"""Of one instance: start, end, and when its rule has it start; None where it is all there is of its event."""


@dataclass(frozen=True, slots=True)
class Instances:
    """Instances that say the same; ``event`` has no recurrence id."""

    event: Event
    all_day: bool
    times: tuple[Times, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What touches a window, and what of the series could not be read ("" for nothing).

    Where a rule is refused, the start of the series, its extra dates and its overrides still stand.
    """

    instances: tuple[Instances, ...] = ()
    set_aside: str = ""

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """One by one, by start."""
        found = [
            Occurrence(Interval(start, end), _named(i.event, due), i.all_day)
            for i in self.instances
            for start, end, due in i.times
        ]
        return tuple(sorted(found, key=lambda o: o.interval))


def _named(event: Event, due: Instant | None) -> Event:
    return event if due is None else replace(event, recurrence_id=recurrence_id(due))


def expand(
    series: Series, window: Interval, where: Whereabouts, budget: int = BUDGET, *, walk: bool = False
) -> Expansion:
    """The instances of ``series`` that share time with ``window``; ``where`` reads floating times and whole days.

    Never raises: a series that cannot be read says why in ``set_aside``. ``walk``: no arithmetic, all rules are walked.
    """
    try:
        return _expanded(series, window, where, Budget(budget), walk)
    except (ValueError, ArithmeticError, TypeError) as error:
        return Expansion(set_aside=f"its times cannot be worked out: {error}")


def _expanded(series: Series, window: Interval, where: Whereabouts, budget: Budget, walk: bool) -> Expansion:
    master = series.master
    clock = Clock(master.start if master else series.overrides[0].start if series.overrides else date.min, where)
    found = [_override(o, clock, where) for o in series.overrides if o.event.status is not Status.CANCELLED]
    if master is None:
        return _within(found, window, "")
    length = _Length.of(master, where)
    if not (master.rules or master.extra or series.overrides):
        return _within([_single(master, master.event, None, where)], window, length.note)
    reach = _reach(series, window, clock, length)
    counted = None if walk else _counted(series, reach, clock, length, budget)
    if counted is not None:
        return _within([*found, counted], window, length.note)
    walls, refused = _walls(master, clock, reach, budget)
    return _within([*found, *_walked(series, clock, length, walls)], window, refused or length.note)


def _within(found: Iterable[Instances], window: Interval, note: str) -> Expansion:
    first, last = window.start, window.end
    kept = ((i.event, i.all_day, tuple([t for t in i.times if t[0] < last and t[1] > first])) for i in found)
    return Expansion(tuple(Instances(event, all_day, times) for event, all_day, times in kept if times), note)


# --- Length of an instance --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Length:
    """How long each instance lasts: whole days on the calendar, or exact seconds (RFC 5545, 3.8.5.3)."""

    days: int
    seconds: int
    note: str = ""

    @staticmethod
    def of(component: Component, where: Whereabouts) -> _Length:
        start, end = component.start, component.end
        if not isinstance(start, datetime):
            days = ((end.date() if isinstance(end, datetime) else end) - start).days
            return _Length(max(days, 1), 0, _backwards(days < 0))
        if not isinstance(end, datetime):
            end = datetime.combine(end, MIDNIGHT, start.tzinfo)
        return _timed(start, end, where)

    def end(self, wall: datetime, at: Instant, clock: Clock) -> Instant:
        """When the instance ends that starts ``at``, which is ``wall`` on ``clock``."""
        if not clock.all_day:
            return at + self.seconds
        return max(clock.where.start_of(wall.date() + ONE_DAY * self.days), at + MINUTE)


def _timed(start: datetime, end: datetime, where: Whereabouts) -> _Length:
    zone = start.tzinfo
    if zone is not None and end.tzinfo is zone:
        exact = resolve(end, zone) - resolve(start, zone)
    else:
        exact = Clock(end, where).at(_naive(end)) - Clock(start, where).at(_naive(start))
    if exact > 0:
        return _Length(0, exact)
    nominal = int((_naive(end) - _naive(start)).total_seconds())
    if nominal > 0 and start.tzinfo == end.tzinfo:  # 02:30-03:30 on the night when 02:30 does not exist
        return _Length(0, nominal)
    return _Length(0, MINUTE, _backwards(exact < 0))


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, fold=0)


def _backwards(is_so: bool) -> str:
    return "it ends before it starts, so it is read as one minute" if is_so else ""


# --- Instances --------------------------------------------------------------------------------------------------------


def _override(component: Component, clock: Clock, where: Whereabouts) -> Instances:
    """One instance as it was changed; it is named by when it was due."""
    return _single(component, _recurring(component.event), _original(component, clock), where)


def _recurring(event: Event) -> Event:
    return event if event.recurring else replace(event, recurring=True)


def _single(component: Component, event: Event, due: Instant | None, where: Whereabouts) -> Instances:
    """The instance at the component's own start."""
    clock = Clock(component.start, where)
    wall = clock.wall(component.start)
    at = clock.at(wall)
    return Instances(event, clock.all_day, ((at, _Length.of(component, where).end(wall, at, clock), due),))


def _original(override: Component, clock: Clock) -> Instant:
    """When the instance would start that ``override`` stands for; its own start where it names none."""
    name = override.start if override.replaces is None else override.replaces
    wall = clock.wall(name)
    if isinstance(clock.start, datetime) and not isinstance(name, datetime):
        wall = datetime.combine(name, clock.start.time())
    return clock.at(wall)


class _Named:
    """Instances that EXDATE or RECURRENCE-ID name, as a moment or just as a day."""

    def __init__(self, series: Series, clock: Clock) -> None:
        self.days: set[date] = set()
        self.instants: set[Instant] = set()
        excluded = series.master.excluded if series.master else ()
        for name in (*excluded, *(o.replaces for o in series.overrides if o.replaces is not None)):
            wall = clock.wall(name)
            if clock.all_day or not isinstance(name, datetime):
                self.days.add(wall.date())
            else:
                self.instants.add(instant(name) if name.tzinfo else clock.at(wall))

    def __bool__(self) -> bool:
        return bool(self.days or self.instants)


def _reach(series: Series, window: Interval, clock: Clock, length: _Length) -> Reach:
    """Wall times in which an instance must start to touch ``window``, whatever zone or shift is between."""
    ranged = _ranged(series)
    shifts = [_shift(o, clock) for o in ranged]
    longest = max(
        timedelta(days=x.days, seconds=x.seconds) for x in (length, *(_Length.of(o, clock.where) for o in ranged))
    )
    start, end = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in (window.start, window.end))
    back = longest + max([*shifts, timedelta()]) + SLACK
    return Reach(start - min(back, start - BEGINNING), end - min([*shifts, timedelta()]) + SLACK)


def _ranged(series: Series) -> list[Component]:
    """Overrides for an instance and all after it (RANGE=THISANDFUTURE)."""
    return [o for o in series.overrides if o.and_following and o.replaces is not None]


def _shift(override: Component, clock: Clock) -> timedelta:
    """By how much ``override`` moves its instance on the wall."""
    original = datetime.fromtimestamp(_original(override, clock), UTC)
    return clock.wall(override.start) - clock.wall(original)


# --- By arithmetic ----------------------------------------------------------------------------------------------------


def _counted(series: Series, reach: Reach, clock: Clock, length: _Length, budget: Budget) -> Instances | None:
    """The instances of a master with common rules only, in a zone that is known; None for any other."""
    master, zone = series.master, clock.zone or (clock.where.home if not clock.where.stays else None)
    if master is None or _ranged(series) or not (zone is UTC or isinstance(zone, ZoneInfo)):
        return None
    if not FIRST_YEAR < reach.first.year <= reach.last.year < LAST_YEAR or length.days + length.seconds // DAY > 366:
        return None
    walls = _wall_seconds(master, clock, reach)
    if walls is None or len(walls) > budget.left:
        return None
    table = clocks(zone, reach.first.year - 1, reach.last.year + 2)
    times = _times(walls, table, clock.all_day, length)
    if len({start for start, _, _ in times}) < len(times):  # a day that the zone skipped
        return None
    if named := _Named(series, clock):
        gone = {day.toordinal() - EPOCH for day in named.days}
        times = [
            t for wall, t in zip(walls, times, strict=True) if t[0] not in named.instants and wall // DAY not in gone
        ]
    return Instances(_recurring(master.event), clock.all_day, tuple(times))


def _wall_seconds(master: Component, clock: Clock, reach: Reach) -> list[int] | None:
    """Starts within ``reach``, in order; None where a rule is not common, or an RDATE has a length of its own."""
    start = clock.wall(master.start)
    first, last = _seconds(reach.first), _seconds(reach.last)
    if any(end is not None for _, end in master.extra):
        return None
    found = {_seconds(clock.wall(extra)) for extra, _ in master.extra}
    ended = bool(master.rules)
    for text in master.rules:
        try:
            rule = Rule.parse(text, clock)
        except Refused:
            return None
        given = _rule_seconds(rule, start, first, last)
        if given is None:
            return None
        found.update(given)
        ended = ended and rule.until is not None and rule.until < start
    if not ended:
        found.add(_seconds(start))
    return sorted(wall for wall in found if first <= wall <= last)


def _rule_seconds(rule: Rule, start: datetime, first: int, last: int) -> list[int] | None:
    begin = _seconds(start)
    last = last if rule.until is None else min(last, _seconds(rule.until))
    offset = EPOCH * DAY - begin % DAY  # from a start on the wall to its day
    found = days(rule, start.date(), -(-(first + offset) // DAY), (last + offset) // DAY)
    return None if found is None else [day * DAY - offset for day in found]


def _seconds(wall: datetime) -> int:
    return (wall.toordinal() - EPOCH) * DAY + wall.hour * 3600 + wall.minute * 60 + wall.second


def _times(walls: list[int], table: Clocks, all_day: bool, length: _Length) -> list[Times]:
    starts = table.instants(walls)
    if not all_day:
        return [(start, start + length.seconds, start) for start in starts]
    ends = table.instants([wall + length.days * DAY for wall in walls])
    return [(start, max(end, start + MINUTE), start) for start, end in zip(starts, ends, strict=True)]


# --- By walking -------------------------------------------------------------------------------------------------------


def _walked(
    series: Series, clock: Clock, length: _Length, walls: Mapping[datetime, When | None]
) -> Iterator[Instances]:
    """Instances by the component that says what they are: the master, or an override of this and all that follow."""
    master = series.master
    assert master is not None
    named, following = _Named(series, clock), _Following(series, clock, length)
    seen: set[Instant] = set()
    found: dict[int, tuple[Component, list[Times]]] = {}
    for wall, until in walls.items():
        at = clock.at(wall)
        if at in named.instants or at in seen or wall.date() in named.days:
            continue
        seen.add(at)
        component, times = following.times(master, wall, at, _period(wall, until, clock, length))
        found.setdefault(id(component), (component, []))[1].append(times)
    for component, every in found.values():
        yield Instances(_recurring(component.event), not isinstance(component.start, datetime), tuple(sorted(every)))


def _period(wall: datetime, until: When | None, clock: Clock, length: _Length) -> _Length:
    """The length of an RDATE that is a period, else that of all instances."""
    if until is None:
        return length
    seconds = clock.at(clock.wall(until)) - clock.at(wall)
    return _Length(length.days, max(seconds, MINUTE))


class _Following:
    """Overrides for an instance and all after it: they shift, and change what is said."""

    def __init__(self, series: Series, clock: Clock, length: _Length) -> None:
        self.clock, self.length = clock, length
        self.overrides = sorted(((_original(o, clock), o) for o in _ranged(series)), key=lambda pair: pair[0])

    def times(self, master: Component, wall: datetime, at: Instant, length: _Length) -> tuple[Component, Times]:
        index = bisect_right(self.overrides, at, key=lambda pair: pair[0])
        component, start = master, wall
        if index:
            component = self.overrides[index - 1][1]
            start, length = wall + _shift(component, self.clock), _Length.of(component, self.clock.where)
        clock = Clock(component.start, self.clock.where)
        moved = clock.at(start) if clock.all_day else self.clock.at(start)
        return component, (moved, length.end(start, moved, clock), at)


def _walls(master: Component, clock: Clock, reach: Reach, budget: Budget) -> tuple[dict[datetime, When | None], str]:
    """Starts within ``reach``, with their own end where an RDATE has one; and why not all could be found.

    DTSTART is one, unless every rule has ended before it.
    """
    start = clock.wall(master.start)
    walls: dict[datetime, When | None] = {start: None}
    try:
        walls |= _extra(master, clock, reach, budget)
        rules = [Rule.parse(text, clock) for text in master.rules]
        for rule in rules:
            walls = dict.fromkeys(rule.walk(start, reach, budget)) | walls
    except Refused as refused:
        return walls, str(refused)
    if rules and all(rule.until is not None and rule.until < start for rule in rules):
        del walls[start]
    return walls, ""


def _extra(master: Component, clock: Clock, reach: Reach, budget: Budget) -> dict[datetime, When | None]:
    walls = ((clock.wall(start), end) for start, end in master.extra)
    near = {wall: end for wall, end in walls if end is not None or reach.first <= wall <= reach.last}
    budget.spend(len(near), f"{len(near)} RDATEs")
    return near
