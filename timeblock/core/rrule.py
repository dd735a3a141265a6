"""One recurrence rule (RFC 5545, 3.3.10) taken apart, and walked by dateutil at a bounded cost.

dateutil has no limit of its own; what is asked of it here is made so that no rule, however odd, takes it longer than
the budget allows.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import NamedTuple

from dateutil.rrule import DAILY, HOURLY, MINUTELY, MONTHLY, SECONDLY, WEEKLY, YEARLY, rrule, rrulestr

from timeblock.core.clocks import Clock
from timeblock.core.event import When
from timeblock.core.localtime import ONE_DAY

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

UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z*)?")

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
BY_PARTS = ("SETPOS", "MONTH", "MONTHDAY", "YEARDAY", "WEEKNO", "DAY", "HOUR", "MINUTE", "SECOND")
ELSEWHERE = frozenset({"BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYDAY", "BYSETPOS"})
"""Parts that say otherwise in which months a yearly rule falls, or pick from all of them."""
PARTS = frozenset({"FREQ", "WKST", *(f"BY{part}" for part in BY_PARTS)})


class Refused(Exception):
    """A rule is not read; the text says why."""


class _Passed(Exception):
    """The walk is past the window."""


@dataclass(slots=True)
class Budget:
    """Steps left to a series."""

    left: int

    def spend(self, steps: int, rule: str) -> None:
        self.left -= steps
        if self.left < 0:
            raise Refused(f"it repeats too often to be read ({shown(rule)})")


class _Interval(int):
    """INTERVAL of a rule that counts each time dateutil adds it, which it does once a period.

    It is the only public way to stop dateutil's walk through periods that yield nothing.
    """

    budget: Budget
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


class Reach(NamedTuple):
    """Wall times between which starts matter."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE taken apart. ``until`` is the last wall time it may give, ``count`` how many."""

    text: str
    parts: tuple[tuple[str, str], ...]
    freq: str
    interval: int
    count: int | None
    until: datetime | None

    @staticmethod
    def parse(text: str, clock: Clock) -> Rule:
        """Raises ``Refused`` for what is no rule, or one that is not read."""
        if len(text) > LONGEST_RULE:
            raise Refused(f"its rule is too long to be read ({shown(text)})")
        parts = dict(_part(p, text) for p in text.upper().strip(" ;").split(";"))
        if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or parts.pop("SKIP", "OMIT") != "OMIT":
            raise Refused(f"it repeats by another calendar ({shown(text)})")
        interval = _number(parts.pop("INTERVAL", "1"), text)
        until = _until(parts.pop("UNTIL"), clock, text) if "UNTIL" in parts else None
        said = parts.pop("COUNT", "-")
        count = None if said.startswith("-") else _number(said, text)  # minus one is how some say "for ever"
        if not PARTS.issuperset(parts) or parts.get("FREQ") not in PERIODS:
            raise Refused(f"its rule cannot be read ({shown(text)})")
        parts = _completed(parts, clock)
        return Rule(text, tuple(parts.items()), parts["FREQ"], interval, count, until)

    def walk(self, start: datetime, reach: Reach, budget: Budget) -> Iterator[datetime]:
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
            raise Refused(f"its rule cannot be read ({shown(self.text)})") from error

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

    def _dateutil(self, first: datetime, last: datetime, budget: Budget) -> rrule:
        _, period, cost = PERIODS[self.freq]
        positions = dict(self.parts).get("BYSETPOS", "").count(",")
        interval = _Interval(1 if self._counts_week_years else self.interval)
        interval.budget, interval.rule, interval.cost = budget, self.text, cost + positions
        interval.periods = (last - first) // period // int(interval) + 2
        rule = rrulestr(";".join(f"{name}={value}" for name, value in self.parts), dtstart=first)
        assert isinstance(rule, rrule)
        return rule.replace(interval=interval)


def _completed(parts: dict[str, str], clock: Clock) -> dict[str, str]:
    """``parts`` as dateutil has to see them where it reads them otherwise than RFC 5545, 3.3.10.

    Weeks of the year without a weekday mean that of the start; days of the month without a month, in a yearly rule that
    begins on such a day, mean its month. Weekdays with a number and without add up ("3MO,WE"): the latter get all there
    are. Times of day do not apply to whole days.
    """
    yearly = parts["FREQ"] == "YEARLY"
    if yearly and not ELSEWHERE & set(parts) and _is_on(clock.start, parts.get("BYMONTHDAY", "")):
        parts["BYMONTH"] = str(clock.start.month)
    if yearly and "BYWEEKNO" in parts and not {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & set(parts):
        parts["BYDAY"] = WEEKDAYS[clock.start.weekday()]
    if "BYDAY" in parts and parts["FREQ"] in ("MONTHLY", "YEARLY"):
        parts["BYDAY"] = _added_up(parts["BYDAY"].split(","), 53 if yearly and "BYMONTH" not in parts else 5)
    dropped = TIMES if clock.all_day else ()
    return {name: value for name, value in parts.items() if name not in dropped}


def _added_up(days: Sequence[str], most: int) -> str:
    """Where some have a number, each one without gets all there can be: ``most`` in a month or year."""
    if len({day in WEEKDAYS for day in days}) < 2:
        return ",".join(days)
    every = ([f"{n}{day}" for n in range(1, most + 1)] if day in WEEKDAYS else [day] for day in days)
    return ",".join(chain.from_iterable(every))


def _is_on(start: When, days: str) -> bool:
    """Whether ``start`` lies on one of the days of its month, counted from its beginning or its end."""
    last = monthrange(start.year, start.month)[1]
    return bool({str(start.day), f"+{start.day}", str(start.day - last - 1)} & set(days.split(",")))


def _part(part: str, text: str) -> tuple[str, str]:
    name, sign, value = part.partition("=")
    if not sign:
        raise Refused(f"its rule cannot be read ({shown(text)})")
    return name.strip(), value.strip()


def _number(value: str, text: str) -> int:
    """A positive whole number; anything else would never end, or never begin."""
    if not value.isascii() or not value.isdecimal() or len(value) > 18 or int(value) < 1:
        raise Refused(f"INTERVAL and COUNT count from 1 ({shown(text)})")
    return int(value)


def _until(value: str, clock: Clock, text: str) -> datetime:
    """The last wall time that UNTIL allows, whatever form it has.

    A date means that whole day. UTC against a floating or whole-day start is taken as the wall: that is how it is
    written by those who write it so.
    """
    try:
        wall = datetime.fromisoformat(value.rstrip("Z")) if UNTIL.fullmatch(value) else None
    except ValueError:
        wall = None
    if wall is None:
        raise Refused(f"the UNTIL of its rule is no date ({shown(text)})")
    if len(value) == 8:
        return datetime.combine(wall.date(), time.max)
    zoned = isinstance(clock.start, datetime) and clock.start.tzinfo is not None
    if clock.all_day:
        return datetime.combine(wall.date(), time.max)
    return clock.wall(wall.replace(tzinfo=UTC)) if zoned and value.endswith("Z") else wall


def shown(rule: str) -> str:
    return rule if len(rule) <= 80 else f"{rule[:80]}…"
