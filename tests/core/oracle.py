"""The measures a second time, minute by minute and without any interval arithmetic: slow, and hard to get wrong.

Time is sets of whole minutes since the epoch; everything begins and ends on a minute. Of time zones it knows what
:mod:`zoneinfo` tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer
from timeblock.core.hours import Person
from timeblock.core.interval import Interval
from timeblock.core.localtime import Window
from timeblock.core.scope import BlockFact, Facts

WEEK = 7
AROUND = 16
"""So many days before a week and after it are looked at."""
WORK = (Activity.MEETING, Activity.FOCUS, Activity.ROUTINE)
TAKING_TIME = (*WORK, Activity.COMMUTE, Activity.PERSONAL, Activity.UNCLASSIFIED)


def zone_on(person: Person, day: date) -> ZoneInfo:
    for stay in person.where.stays:
        if stay.first <= day <= stay.last:
            return stay.zone
    return person.where.home


def midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 60


@lru_cache(maxsize=4096)
def minutes_of_window(day: date, window: Window, zone: ZoneInfo) -> frozenset[int]:
    """The minutes at which a clock on the wall shows a time in the window that starts on ``day``."""
    begin = midnight(day, zone)
    return frozenset(m for m in range(begin - 180, begin + 3060) if window.start <= _since(day, m, zone) < window.end)


def _since(day: date, minute: int, zone: ZoneInfo) -> int:
    wall = datetime.fromtimestamp(minute * 60, zone)
    return (wall.date() - day).days * 1440 + wall.hour * 60 + wall.minute


def minutes_of(interval: Interval) -> range:
    return range(interval.start // 60, interval.end // 60)


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
    """The week that begins on ``monday``."""

    facts: Facts
    monday: date

    @property
    def person(self) -> Person:
        return self.facts.person

    # ---- the person's time ----

    @cached_property
    def dates(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(WEEK)]

    @cached_property
    def around(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(-AROUND, WEEK + AROUND)]

    @cached_property
    def minutes(self) -> Mapping[date, list[int]]:
        """A minute belongs to the last day whose midnight, where the person is on that day, has come."""
        day_of: dict[int, date] = {}
        for day in self.around:
            begin = midnight(day, zone_on(self.person, day))
            day_of |= dict.fromkeys(range(begin, begin + 3 * 1440), day)
        found: dict[date, list[int]] = {day: [] for day in self.around}
        for minute, day in sorted(day_of.items()):
            found[day].append(minute)
        return found

    def clock(self, day: date, window: Window) -> frozenset[int]:
        return minutes_of_window(day, window, zone_on(self.person, day)) if self.minutes[day] else frozenset()

    @cached_property
    def week(self) -> set[int]:
        return {m for day in self.dates for m in self.minutes[day]}

    @cached_property
    def wide(self) -> set[int]:
        """A week before to a week after, counted in hours."""
        first, last = min(self.week), max(self.week)
        return set(range(first - WEEK * 1440, last + 1 + WEEK * 1440))

    @cached_property
    def nights(self) -> set[int]:
        return {m for day in self.around for m in self.clock(day, self.person.night)}

    # ---- what stands in it ----

    def events(self, *activities: Activity) -> list[Classified]:
        yes = (None, Answer.ACCEPTED)
        timed = [c for c in self.facts.classified if c.busy and c.answer in yes and not c.occurrence.all_day]
        return [c for c in timed if c.activity in activities]

    def during(self, *activities: Activity) -> set[int]:
        return {m for c in self.events(*activities) for m in minutes_of(c.occurrence.interval)}

    @cached_property
    def leave(self) -> tuple[set[date], set[int]]:
        """Days of leave, and minutes of leave on other days."""
        whole: set[date] = set()
        minutes: set[int] = set()
        for c in self.facts.classified:
            taken = set(minutes_of(c.occurrence.interval))
            if c.activity is Activity.LEAVE and c.occurrence.all_day:
                whole |= {d for d in self.around if taken & set(self.minutes[d])}
            elif c.activity is Activity.LEAVE:
                minutes |= taken
        return whole, minutes

    def hours(self, day: date) -> set[int]:
        return {m for window in self.person.hours[day.weekday()] for m in self.clock(day, window)}

    def window_of(self, day: date) -> set[int]:
        whole, minutes = self.leave
        return set() if day in whole | self.person.extra_holidays else self.hours(day) - minutes

    def leave_of(self, day: date) -> float:
        """The share of the day's hours that leave takes."""
        hours = self.hours(day)
        return 0 if day in self.person.extra_holidays or not hours else 1 - len(self.window_of(day)) / len(hours)

    @cached_property
    def window(self) -> set[int]:
        return {m for day in self.around for m in self.window_of(day)}

    @cached_property
    def busy(self) -> set[int]:
        return self.during(*WORK)

    @cached_property
    def traced(self) -> set[int]:
        """Traces up to half an hour apart are one session; it counts five minutes at least."""
        ends: list[list[int]] = []
        for trace in sorted(self.facts.traces):
            if ends and trace.start // 60 - ends[-1][1] <= 30:
                ends[-1][1] = max(ends[-1][1], trace.end // 60)
            else:
                ends.append([trace.start // 60, trace.end // 60])
        return {m for first, last in ends for m in range(min(first, last - 5), last)}

    @property
    def by_events(self) -> bool:
        return self.person.basis == "events"

    @cached_property
    def shown(self) -> set[int]:
        return self.busy if self.by_events else self.busy | self.traced

    @cached_property
    def worked(self) -> set[int]:
        return self.shown if self.by_events else (self.window - self.during(Activity.PERSONAL)) | self.shown

    @cached_property
    def blocks(self) -> list[tuple[BlockFact, set[int]]]:
        standing = [b for b in self.facts.blocks if b.state in ("live", "moved")]
        return [(b, set(minutes_of(b.interval))) for b in standing]

    # ---- work ----

    def work(self) -> float:
        total = len(self.worked & self.week)
        if self.by_events:
            return total
        pause = self.person.unpaid_break_minutes
        for day in self.dates:
            total -= min(pause, len(self.window_of(day) & self.worked & self.week - self.busy))
        return total

    def overtime(self) -> float:
        contract = self.person.contract_minutes
        full = sum(len(self.hours(day)) for day in self.dates)
        left = sum(len(self.window_of(day)) for day in self.dates)
        credit = contract * (full - left) / full if full else 0
        return max(0, self.work() + credit - contract)

    def rolling_hours(self) -> float | None:
        weeks, minutes, present = 0, 0.0, 0.0
        for n in range(min(self.person.reference_weeks, 6)):  # no more are known
            week = Oracle(self.facts, self.monday - timedelta(weeks=n))
            if not week.week <= self.known:
                continue
            full = sum(len(week.hours(day)) for day in week.dates)
            away = sum(week.leave_of(day) * len(week.hours(day)) for day in week.dates)
            weeks, minutes, present = weeks + 1, minutes + week.work(), present + 1 - (away / full if full else 0)
        return minutes / 60 / present if weeks >= min(4, self.person.reference_weeks) and present else None

    @cached_property
    def known(self) -> set[int]:
        assert self.facts.known is not None
        return set(minutes_of(self.facts.known))

    @property
    def after(self) -> set[int]:
        return self.shown - self.window

    def after_hours(self) -> float:
        return len(self.after & self.week)

    def after_hours_touches(self) -> float:
        touched: set[date] = set()
        for first, end in runs(self.after & self.wide):
            for day in self.dates:
                whole = self.minutes[day]
                if whole and (whole[0] <= first <= whole[-1] or (first <= whole[0] and whole[-1] < end)):
                    touched.add(day)
        return len(touched)

    def after_hours_emails(self) -> float:
        mails = [t.start // 60 for t in self.facts.traces if t.kind == "mail"]
        return sum(m in self.week and m not in self.window for m in mails)

    def weekend_work(self) -> float:
        idle = [day for day in self.dates if not self.person.hours[day.weekday()]]
        return sum(m in self.after for day in idle for m in self.minutes[day])

    def late_peak(self) -> float | None:
        late = {m for day in self.dates for m in self.clock(day, Window(1200, 1440))}
        worked = self.worked & self.week
        return 100 * len(worked & late) / len(worked) if worked else None

    def working_days(self) -> dict[date, tuple[int, int]]:
        """First and last minute of the work that begins on each day."""
        found: dict[date, tuple[int, int]] = {}
        pieces = runs(self.worked & self.wide)
        for day in self.dates:
            whole = set(self.minutes[day])
            if own := [piece for piece in pieces if piece[0] in whole]:
                found[day] = own[0][0], own[-1][1]
        return found

    def span(self) -> float | None:
        lengths = [end - first for first, end in self.working_days().values()]
        return median(lengths) if lengths else None

    # ---- rest ----

    def gaps(self) -> list[int]:
        """From the last work of each day to the next on another day."""
        starts = [first for first, _ in runs(self.worked & self.wide)]
        ends = [end for _, end in self.working_days().values()]
        return [min(s for s in starts if s >= end) - end for end in ends if any(s >= end for s in starts)]

    def rest_gap(self) -> float | None:
        return min(self.gaps(), default=None)

    def weekly_rest(self) -> float:
        rests = runs(self.wide - self.worked)
        return max((end - first for first, end in rests if any(m in self.week for m in range(first, end))), default=0)

    def work_free_days(self) -> float:
        return sum(bool(self.minutes[day]) and not self.worked & set(self.minutes[day]) for day in self.dates)

    def quiet_days(self) -> float:
        return self.days_with_at_most(0)

    def days_with_at_most(self, hours: int) -> int:
        """Days on which work outside the window touches no more hours of the clock."""
        quiet = 0
        for day in self.dates:
            outside = self.after & set(self.minutes[day])
            clock = {datetime.fromtimestamp(m * 60, zone_on(self.person, day)).hour for m in outside}
            quiet += bool(self.minutes[day]) and len(clock) <= hours
        return quiet

    def sleep_window(self) -> float:
        return len(self.worked & self.week & self.nights)

    # ---- the working day ----

    def meeting_load(self) -> float | None:
        window = self.window & self.week
        return 100 * len(self.during(Activity.MEETING) & window) / len(window) if window else None

    def conflicts(self) -> float:
        count = Counter(m for c in self.events(*TAKING_TIME) for m in minutes_of(c.occurrence.interval))
        return sum(n > 1 for m, n in count.items() if m in self.week)

    def free(self) -> set[int]:
        taken = self.during(*(a for a in TAKING_TIME if a is not Activity.FOCUS))
        for block, minutes in self.blocks:
            taken |= set() if block.kind == "focus" else minutes
        return (self.window & self.week) - taken

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
        days = [self.clock(day, self.person.lunch) for day in self.dates if self.window_of(day)]
        return sum(any(e - f >= 30 for f, e in runs(day - self.busy)) for day in days) if days else None

    # ---- leave ----

    def purses(self) -> tuple[float, float, float]:
        """Day by day from New Year on: what was taken, what is left of this year's days, and of those carried over."""
        person, last = self.person, self.dates[-1]
        until = person.carry_over_until
        own, carried, used = person.leave_days, person.leave_carry_over, 0.0
        if until is None or until.year != last.year:
            carried, until = 0.0, last
        for day in self.around:
            if day.year != last.year or day > last or not set(self.minutes[day]) <= self.known:
                continue
            cost = self.leave_of(day)
            used += cost
            from_carried = min(carried, cost) if day <= until else 0.0
            carried, own = carried - from_carried, own - (cost - from_carried)
        return used, own, carried if last <= until else 0.0

    def leave_used(self) -> float:
        return self.purses()[0]

    def leave_left(self) -> float:
        _, own, carried = self.purses()
        return own + carried

    def leave_pace(self) -> float | None:
        _, own, carried = self.purses()
        last, until = self.dates[-1], self.person.carry_over_until
        year_end = date(last.year, 12, 31)
        if last == year_end:
            return None
        pace = (own + carried) / ((year_end - last).days / 7)
        soon = carried / ((until - last).days / 7) if carried and until and until > last else 0.0
        return max(0.0, pace, soon)

    # ---- the whole of life ----

    def area_time(self) -> dict[str, float]:
        spent: dict[str, set[int]] = {"work": self.worked & self.week}
        for c in self.events(*TAKING_TIME):
            spent.setdefault(c.area, set()).update(set(minutes_of(c.occurrence.interval)) & self.week)
        for block, minutes in self.blocks:
            spent.setdefault(block.area, set()).update(minutes & self.week)
        return {area: len(minutes) for area, minutes in spent.items() if area and minutes}

    def white_space(self) -> float:
        awake = self.week - self.nights
        taken = self.worked | self.during(*TAKING_TIME) | {m for _, minutes in self.blocks for m in minutes}
        return 100 * len(awake - taken) / len(awake)

    def became(self) -> Counter[str]:
        """What became of the blocks that begin in the week."""
        found: Counter[str] = Counter()
        for block in self.facts.blocks:
            if block.interval.start // 60 in self.week:
                found[self._became(block)] += 1
                found["moved"] += block.state == "moved"
        return +found

    def _became(self, block: BlockFact) -> str:
        if block.state == "skipped":
            return "skipped"
        if block.interval.end > self.facts.now:
            return "planned"
        if block.kind == "focus":
            against = self.during(Activity.MEETING, Activity.ROUTINE)
        elif block.area == "work":
            against = self.during(Activity.MEETING)
        else:
            against = self.busy | self.traced
        return "breached" if against & set(minutes_of(block.interval)) else "kept"

    def churn(self) -> float:
        return len({move.key for move in self.facts.moves if move.at // 60 in self.week})

    def all(self) -> Iterator[tuple[str, float | None]]:
        for name in MEASURES:
            yield name, getattr(self, name)()


MEASURES = (
    "work", "overtime", "rolling_hours", "after_hours", "after_hours_touches", "after_hours_emails", "weekend_work",
    "late_peak", "span", "rest_gap", "weekly_rest", "work_free_days", "quiet_days", "sleep_window", "meeting_load",
    "conflicts", "focus_time", "fragmentation", "back_to_back", "lunch_kept", "leave_used", "leave_left", "leave_pace",
    "white_space", "churn",
)  # fmt: skip
"""Those that are one figure; ``area_time`` and ``blocks`` are compared by their parts."""
