"""The measures a second time, minute by minute and without any interval arithmetic: slow, and hard to get wrong.

Time is sets of whole minutes since the epoch. One zone, no trips; every event begins and ends on a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer
from timeblock.core.localtime import Window
from timeblock.core.scope import Facts

WEEK = 7


@lru_cache(maxsize=4096)
def minutes_of_day(day: date, zone: ZoneInfo) -> range:
    """The minutes from one midnight to the next."""
    return range(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))


@lru_cache(maxsize=4096)
def minutes_of_window(day: date, window: Window, zone: ZoneInfo) -> frozenset[int]:
    """The minutes at which the clock on the wall shows a time in the window that starts on ``day``."""
    both = [*minutes_of_day(day, zone), *minutes_of_day(day + timedelta(days=1), zone)]
    return frozenset(m for m in both if window.start <= _since(day, m, zone) < window.end)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 60


def _since(day: date, minute: int, zone: ZoneInfo) -> int:
    wall = datetime.fromtimestamp(minute * 60, zone)
    return (wall.date() - day).days * 1440 + wall.hour * 60 + wall.minute


def minutes_of(c: Classified) -> range:
    return range(c.occurrence.interval.start // 60, c.occurrence.interval.end // 60)


def runs(minutes: Iterable[int], gap: int = 1) -> list[tuple[int, int]]:
    """First and one past the last minute of each stretch; stretches less than ``gap`` apart are one."""
    found: list[tuple[int, int]] = []
    for minute in sorted(minutes):
        if found and minute - found[-1][1] < gap:
            found[-1] = (found[-1][0], minute + 1)
        else:
            found.append((minute, minute + 1))
    return found


@dataclass(frozen=True)
class Oracle:
    """The week that begins on ``monday``, in Facts whose known time reaches far on both sides."""

    facts: Facts
    monday: date

    @property
    def zone(self) -> ZoneInfo:
        return self.facts.person.where.home

    @cached_property
    def dates(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(WEEK)]

    @cached_property
    def around(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(-WEEK, 2 * WEEK)]

    @cached_property
    def week(self) -> set[int]:
        return {m for day in self.dates for m in minutes_of_day(day, self.zone)}

    @cached_property
    def wide(self) -> set[int]:
        """A week before to a week after, counted in hours."""
        first, last = min(self.week), max(self.week)
        return set(range(first - WEEK * 1440, last + 1 + WEEK * 1440))

    def events(self, *activities: Activity) -> list[Classified]:
        yes = (None, Answer.ACCEPTED)
        timed = [c for c in self.facts.classified if c.busy and c.answer in yes and not c.occurrence.all_day]
        return [c for c in timed if c.activity in activities]

    def during(self, *activities: Activity) -> set[int]:
        return {m for c in self.events(*activities) for m in minutes_of(c)}

    @cached_property
    def leave(self) -> tuple[set[date], set[int]]:
        """Days of leave, and minutes of leave on other days."""
        whole: set[date] = set()
        minutes: set[int] = set()
        for c in self.facts.classified:
            if c.activity is Activity.LEAVE and c.occurrence.all_day:
                whole |= {d for d in self.around if set(minutes_of_day(d, self.zone)) & set(minutes_of(c))}
            elif c.activity is Activity.LEAVE:
                minutes |= set(minutes_of(c))
        return whole, minutes

    def hours(self, day: date) -> set[int]:
        windows = self.facts.person.hours[day.weekday()]
        return {m for window in windows for m in minutes_of_window(day, window, self.zone)}

    def window_of(self, day: date) -> set[int]:
        whole, minutes = self.leave
        return set() if day in whole | self.facts.person.extra_holidays else self.hours(day) - minutes

    @cached_property
    def window(self) -> set[int]:
        return {m for day in self.around for m in self.window_of(day)}

    @cached_property
    def busy(self) -> set[int]:
        return self.during(Activity.MEETING, Activity.FOCUS, Activity.ROUTINE)

    @cached_property
    def worked(self) -> set[int]:
        if self.facts.person.basis == "events":
            return self.busy
        return (self.window - self.during(Activity.PERSONAL)) | self.busy

    # ---- the measures ----

    def work(self) -> float:
        total = len(self.worked & self.week)
        if self.facts.person.basis == "events":
            return total
        pause = self.facts.person.unpaid_break_minutes
        for day in self.dates:
            total -= min(pause, len(self.window_of(day) & self.worked & self.week - self.busy))
        return total

    def overtime(self) -> float:
        contract = self.facts.person.contract_minutes
        full = sum(len(self.hours(day)) for day in self.dates)
        left = sum(len(self.window_of(day)) for day in self.dates)
        credit = contract * (full - left) / full if full else 0
        return max(0, self.work() + credit - contract)

    def after(self) -> set[int]:
        return self.busy - self.window

    def after_hours(self) -> float:
        return len(self.after() & self.week)

    def after_hours_touches(self) -> float:
        touched: set[date] = set()
        for first, end in runs(self.after() & self.wide):
            for day in self.dates:
                whole = minutes_of_day(day, self.zone)
                if first in whole or (first <= whole[0] and whole[-1] < end):
                    touched.add(day)
        return len(touched)

    def weekend_work(self) -> float:
        idle = [day for day in self.dates if not self.facts.person.hours[day.weekday()]]
        return sum(m in self.after() for day in idle for m in minutes_of_day(day, self.zone))

    def rest_gap(self) -> float | None:
        pieces = runs(self.worked & self.wide)
        gaps = []
        for day in self.dates:
            whole = minutes_of_day(day, self.zone)
            ends = [end for first, end in pieces if first in whole]
            next_starts = [first for first, _ in pieces if first > whole[-1]]
            if ends and next_starts:
                gaps.append(min(f for f in next_starts if f >= max(ends)) - max(ends))
        return min(gaps) if gaps else None

    def weekly_rest(self) -> float:
        rests = [
            r for r in runs(self.wide - self.worked) if any(m in self.week for m in (r[0], r[1] - 1)) or self.in_(r)
        ]
        return max((end - first for first, end in rests), default=0)

    def in_(self, run: tuple[int, int]) -> bool:
        return run[0] <= min(self.week) and max(self.week) < run[1]

    def work_free_days(self) -> float:
        return sum(not self.worked & set(minutes_of_day(day, self.zone)) for day in self.dates)

    def meeting_load(self) -> float | None:
        window = self.window & self.week
        return 100 * len(self.during(Activity.MEETING) & window) / len(window) if window else None

    def conflicts(self) -> float:
        count: dict[int, int] = {}
        for c in self.events(*TAKING_TIME):
            for m in minutes_of(c):
                count[m] = count.get(m, 0) + 1
        return sum(n > 1 for m, n in count.items() if m in self.week)

    def free(self) -> set[int]:
        return (self.window & self.week) - self.during(*(a for a in TAKING_TIME if a is not Activity.FOCUS))

    def focus_time(self) -> float | None:
        if not self.window & self.week:
            return None
        return sum(end - first for first, end in runs(self.free()) if end - first >= 60)

    def fragmentation(self) -> float | None:
        free = self.free()
        return 100 * sum(e - f for f, e in runs(free) if e - f < 60) / len(free) if free else None

    def back_to_back(self) -> float:
        return max((end - first for first, end in runs(self.during(Activity.MEETING) & self.week, 5)), default=0)

    def lunch_kept(self) -> float | None:
        lunch = self.facts.person.lunch
        days = [minutes_of_window(day, lunch, self.zone) for day in self.dates if self.window_of(day)]
        return sum(any(e - f >= 30 for f, e in runs(day - self.busy)) for day in days) if days else None

    def area_time(self) -> dict[str, float]:
        spent: dict[str, set[int]] = {"work": self.worked & self.week}
        for c in self.events(*TAKING_TIME):
            if c.area:
                spent.setdefault(c.area, set()).update(set(minutes_of(c)) & self.week)
        return {area: len(minutes) for area, minutes in spent.items() if minutes}

    def all(self) -> Iterator[tuple[str, float | None]]:
        for name in MEASURES:
            yield name, getattr(self, name)()


MEASURES = (
    "work", "overtime", "after_hours", "after_hours_touches", "weekend_work", "rest_gap", "weekly_rest",
    "work_free_days", "meeting_load", "conflicts", "focus_time", "fragmentation", "back_to_back", "lunch_kept",
)  # fmt: skip
TAKING_TIME = (
    Activity.MEETING, Activity.FOCUS, Activity.ROUTINE, Activity.COMMUTE, Activity.PERSONAL, Activity.UNCLASSIFIED,
)  # fmt: skip
