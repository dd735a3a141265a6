"""Series into occurrences: recurrence rules (RFC 5545, 3.8.5) within a window, at a bounded cost.

A rule counts on the clock of the series' own zone; only then is each instance turned into UTC. dateutil walks the
rules; what is asked of it here is made so that no rule, however odd, takes it longer than the budget allows.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.rrule import DAILY, HOURLY, MINUTELY, MONTHLY, SECONDLY, WEEKLY, YEARLY, rrule, rrulestr

from timeblock.core.event import Component, Event, Occurrence, Series, Status, When, recurrence_id
from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import MIDNIGHT, ONE_DAY, Whereabouts, instant, resolve

BUDGET = 30_000
"""Steps one series may cost: periods walked through and instances found. About 0.15 s."""

SLACK = timedelta(hours=26)
"""No two clocks on Earth are further apart."""

BEGINNING = datetime.combine(date.min, MIDNIGHT)

LONGEST_RULE = 2_000
"""Characters. A rule that lists all 366 days of the year has 1,400."""

PERIODS = {
    "YEARLY": (YEARLY, timedelta(days=365), 20),
    "MONTHLY": (MONTHLY, timedelta(days=28), 2),
    "WEEKLY": (WEEKLY, timedelta(days=7), 1),
    "DAILY": (DAILY, timedelta(days=1), 1),
    "HOURLY": (HOURLY, timedelta(hours=1), 1),
    "MINUTELY": (MINUTELY, timedelta(minutes=1), 1),
    "SECONDLY": (SECONDLY, timedelta(seconds=1), 1),
}
"""FREQ: dateutil's number, the (shortest) length of a period, and what walking through one costs in steps."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
BY_PARTS = ("SETPOS", "MONTH", "MONTHDAY", "YEARDAY", "WEEKNO", "DAY", "HOUR", "MINUTE", "SECOND")
ELSEWHERE = frozenset({"BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYDAY", "BYSETPOS"})
"""Parts that say otherwise in which months a yearly rule falls, or pick from all of them."""
PARTS = frozenset({"FREQ", "WKST", *(f"BY{part}" for part in BY_PARTS)})


@dataclass(frozen=True, slots=True)
class Expansion:
    """The occurrences that touch a window, by start, and what of the series could not be read ("" for nothing).

    Where a rule is refused, the start of the series, its extra dates and its overrides still stand.
    """

    occurrences: tuple[Occurrence, ...] = ()
    set_aside: str = ""


def expand(series: Series, window: Interval, where: Whereabouts, budget: int = BUDGET) -> Expansion:
    """The instances of ``series`` that share time with ``window``; ``where`` reads floating times and whole days.

    Never raises: a series that cannot be read says why in ``set_aside``.
    """
    try:
        return _expanded(series, window, where, _Budget(budget))
    except (ValueError, ArithmeticError, TypeError) as error:
        return Expansion(set_aside=f"its times cannot be worked out: {error}")


class _Refused(Exception):
    """A rule is not read; the text says why."""


class _Passed(Exception):
    """The walk is past the window."""


@dataclass(slots=True)
class _Budget:
    """Steps left to a series."""

    left: int

    def spend(self, steps: int, rule: str) -> None:
        self.left -= steps
        if self.left < 0:
            raise _Refused(f"it repeats too often to be read ({_shown(rule)})")


class _Interval(int):
    """INTERVAL of a rule that counts each time dateutil adds it, which it does once a period.

    It is the only public way to stop dateutil's walk through periods that yield nothing.
    """

    budget: _Budget
    cost: int
    periods: int
    rule: str

    def _count(self) -> None:
        self.periods -= 1
        if self.periods < 0:
            raise _Passed
        self.budget.spend(self.cost, self.rule)

    def __radd__(self, other: int) -> int:
        self._count()
        return int(self) + other

    def __mul__(self, other: int) -> int:
        self._count()
        return int(self) * other


class _Reach(NamedTuple):
    """Wall times between which starts matter."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a series tells the time: by its zone, by whole days, or by the clock of wherever the person is."""

    start: When
    where: Whereabouts

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    def wall(self, when: When) -> datetime:
        """``when`` as the clock of the series shows it, without a zone."""
        if not isinstance(when, datetime):
            return datetime.combine(when, MIDNIGHT)
        if self.all_day:
            return datetime.combine(when.date(), MIDNIGHT)
        if when.tzinfo is None:
            return when.replace(fold=0)
        zone = self.start.tzinfo if isinstance(self.start, datetime) else None
        there = when.astimezone(zone) if zone else self.where.clock_at(instant(when))
        return there.replace(tzinfo=None, fold=0)

    def at(self, wall: datetime) -> Instant:
        zone = self.start.tzinfo if isinstance(self.start, datetime) else None
        if zone is not None:
            return resolve(wall, zone)
        if self.all_day:
            return self.where.start_of(wall.date())
        return self.where.at(wall.date(), wall.hour * 60 + wall.minute) + wall.second


def _expanded(series: Series, window: Interval, where: Whereabouts, budget: _Budget) -> Expansion:
    master = series.master
    clock = _Clock(master.start if master else series.overrides[0].start if series.overrides else date.min, where)
    found = [_override(o, clock, where) for o in series.overrides if o.event.status is not Status.CANCELLED]
    if master is None:
        return _within(found, window, "")
    length = _Length.of(master, where)
    if not (master.rules or master.extra or series.overrides):
        return _within([_single(master, master.event, where)], window, length.note)
    walls, refused = _walls(master, clock, _reach(series, window, clock, length), budget)
    found += _instances(series, clock, length, walls)
    return _within(found, window, refused or length.note)


def _within(found: Iterable[Occurrence], window: Interval, note: str) -> Expansion:
    kept = (o for o in found if o.interval.overlaps(window))
    return Expansion(tuple(sorted(kept, key=lambda o: o.interval)), note)


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

    def occurrence(self, event: Event, wall: datetime, at: Instant, clock: _Clock) -> Occurrence:
        """The instance that starts ``at``, which is ``wall`` on ``clock``."""
        if not clock.all_day:
            return Occurrence(Interval(at, at + self.seconds), event)
        end = clock.where.start_of(wall.date() + ONE_DAY * self.days)
        return Occurrence(Interval(at, max(end, at + MINUTE)), event, all_day=True)


def _timed(start: datetime, end: datetime, where: Whereabouts) -> _Length:
    exact = _Clock(end, where).at(_naive(end)) - _Clock(start, where).at(_naive(start))
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


def _override(component: Component, clock: _Clock, where: Whereabouts) -> Occurrence:
    """One instance as it was changed; ``recurrence_id`` is that of the instance it stands for."""
    event = replace(component.event, recurrence_id=recurrence_id(_original(component, clock)), recurring=True)
    return _single(component, event, where)


def _single(component: Component, event: Event, where: Whereabouts) -> Occurrence:
    """The instance at the component's own start."""
    clock = _Clock(component.start, where)
    wall = clock.wall(component.start)
    return _Length.of(component, where).occurrence(event, wall, clock.at(wall), clock)


def _original(override: Component, clock: _Clock) -> Instant:
    """When the instance would start that ``override`` stands for; its own start where it names none."""
    name = override.start if override.replaces is None else override.replaces
    wall = clock.wall(name)
    if isinstance(clock.start, datetime) and not isinstance(name, datetime):
        wall = datetime.combine(name, clock.start.time())
    return clock.at(wall)


class _Named:
    """Instances that EXDATE or RECURRENCE-ID name, as a moment or just as a day."""

    def __init__(self, names: Iterable[When], clock: _Clock) -> None:
        self.days: set[date] = set()
        self.instants: set[Instant] = set()
        for name in names:
            wall = clock.wall(name)
            if clock.all_day or not isinstance(name, datetime):
                self.days.add(wall.date())
            else:
                self.instants.add(instant(name) if name.tzinfo else clock.at(wall))

    def __contains__(self, instance: tuple[datetime, Instant]) -> bool:
        return instance[1] in self.instants or instance[0].date() in self.days


def _instances(
    series: Series, clock: _Clock, length: _Length, walls: Mapping[datetime, When | None]
) -> Iterator[Occurrence]:
    master = series.master
    assert master is not None
    gone = _Named(master.excluded, clock)
    changed = _Named((o.replaces for o in series.overrides if o.replaces is not None), clock)
    following = _Following(series, clock, length)
    seen: set[Instant] = set()
    for wall, until in walls.items():
        at = clock.at(wall)
        if (wall, at) in gone or (wall, at) in changed or at in seen:
            continue
        seen.add(at)
        own = _period(wall, until, clock, length)
        yield following.occurrence(master, wall, at, own)


def _period(wall: datetime, until: When | None, clock: _Clock, length: _Length) -> _Length:
    """The length of an RDATE that is a period, else that of all instances."""
    if until is None:
        return length
    seconds = clock.at(clock.wall(until)) - clock.at(wall)
    return _Length(length.days, max(seconds, MINUTE))


class _Following:
    """Overrides for an instance and all after it (RANGE=THISANDFUTURE): they shift, and change what is said."""

    def __init__(self, series: Series, clock: _Clock, length: _Length) -> None:
        self.clock, self.length = clock, length
        ranged = [o for o in series.overrides if o.and_following and o.replaces is not None]
        self.overrides = sorted(((_original(o, clock), o) for o in ranged), key=lambda pair: pair[0])

    def occurrence(self, master: Component, wall: datetime, at: Instant, length: _Length) -> Occurrence:
        index = bisect_right(self.overrides, at, key=lambda pair: pair[0])
        component, start = master, wall
        if index:
            component = self.overrides[index - 1][1]
            start, length = wall + _shift(component, self.clock), _Length.of(component, self.clock.where)
        event = replace(component.event, recurrence_id=recurrence_id(at), recurring=True)
        clock = _Clock(component.start, self.clock.where)
        moved = clock.at(start) if clock.all_day else self.clock.at(start)
        return length.occurrence(event, start, moved, clock)


def _shift(override: Component, clock: _Clock) -> timedelta:
    """By how much ``override`` moves its instance on the wall."""
    original = datetime.fromtimestamp(_original(override, clock), UTC)
    return clock.wall(override.start) - clock.wall(original)


# --- Rules ------------------------------------------------------------------------------------------------------------


def _reach(series: Series, window: Interval, clock: _Clock, length: _Length) -> _Reach:
    """Wall times in which an instance must start to touch ``window``, whatever zone or shift is between."""
    shifts = [_shift(o, clock) for o in series.overrides if o.and_following and o.replaces is not None]
    lengths = [length, *(_Length.of(o, clock.where) for o in series.overrides if o.and_following)]
    longest = max(timedelta(days=x.days, seconds=x.seconds) for x in lengths)
    start, end = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in (window.start, window.end))
    back = longest + max([*shifts, timedelta()]) + SLACK
    return _Reach(start - min(back, start - BEGINNING), end - min([*shifts, timedelta()]) + SLACK)


def _walls(master: Component, clock: _Clock, reach: _Reach, budget: _Budget) -> tuple[dict[datetime, When | None], str]:
    """Starts within ``reach``, with their own end where an RDATE has one; and why not all could be found.

    DTSTART is one, unless every rule has ended before it.
    """
    start = clock.wall(master.start)
    walls: dict[datetime, When | None] = {start: None}
    try:
        walls |= _extra(master, clock, reach, budget)
        rules = [_Rule.parse(text, clock) for text in master.rules]
        for rule in rules:
            walls = dict.fromkeys(rule.walk(start, reach, budget)) | walls
    except _Refused as refused:
        return walls, str(refused)
    if rules and all(rule.until is not None and rule.until < start for rule in rules):
        del walls[start]
    return walls, ""


def _extra(master: Component, clock: _Clock, reach: _Reach, budget: _Budget) -> dict[datetime, When | None]:
    walls = ((clock.wall(start), end) for start, end in master.extra)
    near = {wall: end for wall, end in walls if end is not None or reach.first <= wall <= reach.last}
    budget.spend(len(near), f"{len(near)} RDATEs")
    return near


@dataclass(frozen=True, slots=True)
class _Rule:
    """An RRULE taken apart. ``until`` is the last wall time it may give, ``count`` how many."""

    text: str
    parts: tuple[tuple[str, str], ...]
    freq: str
    interval: int
    count: int | None
    until: datetime | None

    @staticmethod
    def parse(text: str, clock: _Clock) -> _Rule:
        """Raises ``_Refused`` for what is no rule, or one that is not read."""
        if len(text) > LONGEST_RULE:
            raise _Refused(f"its rule is too long to be read ({_shown(text)})")
        parts = dict(_part(p, text) for p in text.upper().strip(" ;").split(";"))
        if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
            raise _Refused(f"it repeats by another calendar ({_shown(text)})")
        interval = _number(parts.pop("INTERVAL", "1"), text)
        until = _until(parts.pop("UNTIL"), clock, text) if "UNTIL" in parts else None
        said = parts.pop("COUNT", "-")
        count = None if said.startswith("-") else _number(said, text)  # minus one is how some say "for ever"
        if not PARTS.issuperset(parts) or parts.get("FREQ") not in PERIODS:
            raise _Refused(f"its rule cannot be read ({_shown(text)})")
        parts = _completed(parts, clock)
        return _Rule(text, tuple(parts.items()), parts["FREQ"], interval, count, until)

    def walk(self, start: datetime, reach: _Reach, budget: _Budget) -> Iterator[datetime]:
        """Wall times from ``reach.first`` on that the rule gives, DTSTART being ``start``."""
        last = reach.last if self.until is None else min(reach.last, self.until)
        first = self._jump(self._first_period(start), reach.first)
        if first > last:
            return
        left = self.count
        try:
            for wall in self._dateutil(first, last, budget):
                if wall > last or left == 0:
                    return
                budget.spend(1, self.text)
                if wall < start or self._of_skipped_year(wall, start):
                    continue
                left = None if left is None else left - 1
                if wall >= reach.first:
                    yield wall
        except _Passed:
            return
        except (ValueError, TypeError, IndexError) as error:
            raise _Refused(f"its rule cannot be read ({_shown(self.text)})") from error

    def _first_period(self, start: datetime) -> datetime:
        """Where the set of the first period begins of which BYSETPOS picks: in the week of DTSTART, maybe before it."""
        if self.freq != "WEEKLY" or "BYSETPOS" not in dict(self.parts):
            return start
        return start - ONE_DAY * ((start.weekday() - self._week_start) % 7)

    def _of_skipped_year(self, wall: datetime, start: datetime) -> bool:
        """Whether INTERVAL leaves out the year whose week it is. dateutil counts calendar years, but the first and last
        days of one may lie in a week of another (RFC 5545, 3.3.10: BYWEEKNO)."""
        if not self._counts_week_years:
            return False
        return bool((self._week_year(wall) - self._week_year(start)) % self.interval)

    @property
    def _counts_week_years(self) -> bool:
        return self.freq == "YEARLY" and self.interval > 1 and "BYWEEKNO" in dict(self.parts)

    @property
    def _week_start(self) -> int:
        return WEEKDAYS.index(dict(self.parts).get("WKST", "MO"))

    def _week_year(self, wall: datetime) -> int:
        """The year that holds the fourth day, and so most, of the week."""
        return (wall + ONE_DAY * (3 - (wall.weekday() - self._week_start) % 7)).year

    def _jump(self, start: datetime, first: datetime) -> datetime:
        """A start nearer to ``first`` that gives the same instances from ``first`` on, where one is known."""
        number, period, _ = PERIODS[self.freq]
        step = period * min(self.interval, 100_000)
        if self.count is not None or number in (YEARLY, MONTHLY) or step.days > 10_000:
            return start
        return start + step * max((first - start) // step - 1, 0)

    def _dateutil(self, first: datetime, last: datetime, budget: _Budget) -> rrule:
        _, period, cost = PERIODS[self.freq]
        positions = dict(self.parts).get("BYSETPOS", "").count(",")
        interval = _Interval(1 if self._counts_week_years else self.interval)
        interval.budget, interval.rule, interval.cost = budget, self.text, cost + positions
        interval.periods = (last - first) // period // int(interval) + 2
        rule = rrulestr(";".join(f"{name}={value}" for name, value in self.parts), dtstart=first)
        assert isinstance(rule, rrule)
        return rule.replace(interval=interval)


def _completed(parts: dict[str, str], clock: _Clock) -> dict[str, str]:
    """``parts`` as dateutil has to see them where it reads them otherwise than RFC 5545, 3.3.10.

    Weeks of the year without a weekday mean that of the start; days of the month without a month, in a yearly rule that
    begins on such a day, mean its month. Times of day do not apply to whole days.
    """
    yearly = parts["FREQ"] == "YEARLY"
    if yearly and not ELSEWHERE & set(parts) and _is_on(clock.start, parts.get("BYMONTHDAY", "")):
        parts["BYMONTH"] = str(clock.start.month)
    if yearly and "BYWEEKNO" in parts and not {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & set(parts):
        parts["BYDAY"] = WEEKDAYS[clock.start.weekday()]
    dropped = TIMES if clock.all_day else ()
    return {name: value for name, value in parts.items() if name not in dropped}


def _is_on(start: When, days: str) -> bool:
    """Whether ``start`` lies on one of the days of its month, counted from its beginning or its end."""
    last = monthrange(start.year, start.month)[1]
    return bool({str(start.day), f"+{start.day}", str(start.day - last - 1)} & set(days.split(",")))


def _part(part: str, text: str) -> tuple[str, str]:
    name, sign, value = part.partition("=")
    if not sign:
        raise _Refused(f"its rule cannot be read ({_shown(text)})")
    return name.strip(), value.strip()


def _number(value: str, text: str) -> int:
    """A positive whole number; anything else would never end, or never begin."""
    if not value.isascii() or not value.isdecimal() or len(value) > 18 or int(value) < 1:
        raise _Refused(f"INTERVAL and COUNT count from 1 ({_shown(text)})")
    return int(value)


def _until(value: str, clock: _Clock, text: str) -> datetime:
    """The last wall time that UNTIL allows, whatever form it has.

    A date means that whole day. UTC against a floating or whole-day start is taken as the wall: that is how it is
    written by those who write it so.
    """
    try:
        if len(value) == 8:
            return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time.max)  # noqa: DTZ007 - a wall time
        wall = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time
    except ValueError:
        raise _Refused(f"the UNTIL of its rule is no date ({_shown(text)})") from None
    zoned = isinstance(clock.start, datetime) and clock.start.tzinfo is not None
    if clock.all_day:
        return datetime.combine(wall.date(), time.max)
    return clock.wall(wall.replace(tzinfo=UTC)) if zoned and value.endswith("Z") else wall


def _shown(rule: str) -> str:
    return rule if len(rule) <= 80 else f"{rule[:80]}…"
