"""Clock time of a person: days, ISO weeks and clock windows as UTC intervals.

A day or week is that of the zone the person is in on that date. Days follow each other without gap or overlap, so a
day may last 23 or 25 hours at a clock change, and longer, shorter or not at all on a trip over the date line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from timeblock.core.interval import Instant, Interval, make

DAY_MINUTES = 1440
ONE_DAY = timedelta(days=1)
MIDNIGHT = time()


def instant(moment: datetime) -> Instant:
    """UTC seconds of an aware ``moment``; fractions are dropped."""
    return int(moment.timestamp())


def local(at: Instant, zone: ZoneInfo) -> datetime:
    """``at`` on the clocks of ``zone``."""
    return datetime.fromtimestamp(at, zone)


def resolve(wall: datetime, zone: tzinfo) -> Instant:
    """UTC of a time on the wall (RFC 5545, 3.3.5).

    A time that occurs twice means the first; one that the clocks skip is read with the offset before the gap.
    """
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of the clock in minutes after local midnight, half-open.

    ``end`` may pass 1440: 22:30–06:30 is ``Window(1350, 1830)``, and belongs to the day it starts on.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY_MINUTES or not self.start < self.end <= self.start + DAY_MINUTES:
            raise ValueError(f"not a window of the clock: {self.start}-{self.end}")

    @staticmethod
    def parse(text: str) -> Window:
        """``"18:00-20:30"``; an end at or before the start lies on the next day.

        >>> Window.parse("22:30-06:30")
        Window(start=1350, end=1830)
        """
        match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*", text)
        if not match:
            raise ValueError(f'not a window of the clock: "{text}" (write "18:00-20:30")')
        h1, m1, h2, m2 = map(int, match.groups())
        if m1 > 59 or m2 > 59 or h1 > 23 or h2 > 24 or (h2 == 24 and m2):
            raise ValueError(f'no such time of day: "{text}"')
        start, end = h1 * 60 + m1, h2 * 60 + m2
        return Window(start, end if end > start else end + DAY_MINUTES)

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"


def clock(minute: int) -> str:
    """``"18:05"`` for 1085; the day is dropped."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week, Monday to Sunday."""

    year: int
    number: int

    @staticmethod
    def of(day: date) -> Week:
        year, number, _ = day.isocalendar()
        return Week(year, number)

    @staticmethod
    def parse(text: str) -> Week:
        """``"2026-W47"``. Raises ValueError for anything else, week 53 of a short year included."""
        match = re.fullmatch(r"(\d{4})-?W(\d{2})", text.strip())
        if not match:
            raise ValueError(f'not an ISO week: "{text}" (write 2026-W47)')
        week = Week(int(match[1]), int(match[2]))
        date.fromisocalendar(week.year, week.number, 1)
        return week

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + ONE_DAY * n for n in range(7))

    def plus(self, weeks: int) -> Week:
        return Week.of(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Stay:
    """A trip: from the first to the last day (both included) the person's clocks are those of ``zone``."""

    first: date
    last: date
    zone: ZoneInfo


@lru_cache(maxsize=8192)
def _at(day: date, minute: int, zone: ZoneInfo) -> Instant:
    """Kept, since measures and plans ask for the same midnights over and over: some weeks of them."""
    return resolve(datetime.combine(day, MIDNIGHT) + timedelta(minutes=minute), zone)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The zone a person lives in on each date."""

    home: ZoneInfo
    stays: tuple[Stay, ...] = ()

    def zone_on(self, day: date) -> ZoneInfo:
        return next((s.zone for s in self.stays if s.first <= day <= s.last), self.home) if self.stays else self.home

    def at(self, day: date, minute: int = 0) -> Instant:
        """UTC of ``minute`` minutes on the clock after midnight of ``day``; 1440 and more is the next day's clock,
        still in the zone of ``day``."""
        return _at(day, minute, self.zone_on(day))

    def start_of(self, day: date) -> Instant:
        """The first moment whose date is ``day`` or later.

        Not always midnight of ``day``: a flight from Pago Pago to Kiritimati leaves out more than a whole day.
        """
        return min(self.at(day), self.at(day + ONE_DAY)) if day < date.max else self.at(day)

    def day(self, day: date) -> Interval | None:
        """The whole day; None for one that a trip over the date line leaves out."""
        return make(self.start_of(day), self.start_of(day + ONE_DAY))

    def window(self, day: date, window: Window) -> Interval | None:
        """The window that starts on ``day``; None where the clocks skip it."""
        return make(self.at(day, window.start), self.at(day, window.end))

    def date_of(self, at: Instant) -> date:
        """The day that holds ``at``."""
        day = local(at, self.home).date() + ONE_DAY * 2
        while self.at(day) > at:
            day -= ONE_DAY
        return day

    def days(self, span: Interval) -> Iterator[date]:
        """Each day that shares a second with ``span``."""
        day, last = self.date_of(span.start), self.date_of(span.end - 1)
        while day <= last:
            if self.day(day) is not None:
                yield day
            day += ONE_DAY

    def week(self, week: Week) -> Interval:
        return Interval(self.start_of(week.monday), self.start_of(week.plus(1).monday))

    def week_of(self, at: Instant) -> Week:
        return Week.of(self.date_of(at))

    def clock_at(self, at: Instant) -> datetime:
        """``at`` on the person's own clock."""
        return local(at, self.zone_on(self.date_of(at)))
