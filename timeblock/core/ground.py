"""The ground of a problem: the person's days, what is in the calendar, what stands, where blocks of work keep to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from timeblock.core.classify import WORK, Activity, Classified
from timeblock.core.event import EventKey, Status
from timeblock.core.hours import Person, working_hours
from timeblock.core.interval import HOUR, MINUTE, Instant, Interval, Spans, make
from timeblock.core.limits import by_day, free_days, rested
from timeblock.core.localtime import DAY_MINUTES, ONE_DAY, Week, Whereabouts
from timeblock.core.problem import WORKDAYS_ONLY, Kind, Request, Standing

if TYPE_CHECKING:
    from timeblock.core.steer import Steering

AT_THE_EDGE = HOUR
"""So close to the beginning or end of working hours nobody needs a break."""


def horizon(now: Instant, weeks: int, where: Whereabouts) -> Interval:
    """From ``now`` over ``weeks`` times seven days and on to the end of that local week."""
    last = where.date_of(now) + timedelta(days=max(1, 7 * weeks) - 1)
    return Interval(now, where.week(Week.of(last)).end)


def waking(person: Person, day: date) -> Interval | None:
    """From the end of the night to the beginning of the next; None on a day that a trip leaves out."""
    night = person.night
    last, coming = (day - ONE_DAY, day) if night.end > DAY_MINUTES else (day, day + ONE_DAY)
    return make(person.where.at(last, night.end), person.where.at(coming, night.start))


@dataclass(frozen=True)
class Ground:
    """What items are made from. ``settled``: keys not to be asked for again; ``away``: leave of part of a day;
    ``work``: work in the calendar and blocks of work that stay; ``at_work``: what blocks of work of a day keep to, None
    where the day is to have none; ``skipped``: by request, the times of blocks that the person did without.
    """

    person: Person
    horizon: Interval
    earliest: Instant
    busy: tuple[Classified, ...]
    live: Mapping[str, Interval]
    settled: frozenset[str]
    off: Mapping[date, str]
    away: Spans
    work: Spans
    steering: Steering
    skipped: Mapping[str, Spans] = field(default_factory=dict)
    at_work: Mapping[date, Interval | None] = field(default_factory=dict)
    work_from: Mapping[date, Instant] = field(default_factory=dict)

    @property
    def where(self) -> Whereabouts:
        return self.person.where

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(self.where.days(self.horizon))

    @cached_property
    def worked(self) -> Mapping[date, Interval]:
        """From the first to the last work of each day, as far as it is settled."""
        return by_day(self.where, self.work)

    @cached_property
    def settled_in(self) -> Mapping[str, int]:
        """How many blocks of a group ("dinner/2026-W48") are settled."""
        found: dict[str, int] = defaultdict(int)
        for key in self.settled:
            found[key.rpartition("/")[0]] += 1
        return found

    def working_hours(self, day: date) -> Spans:
        """When the person wants to work on a day, or what goals about work leave of it."""
        week, hours = self.steering.weeks.get(Week.of(day)), working_hours(self.person, day)
        stop = week.stop.get(day.weekday()) if week else None
        return hours if stop is None else hours - Spans.of([make(self.where.at(day, stop), hours.intervals[-1].end)])

    def with_rest(
        self, requests: Sequence[Request], minutes: int, free_day: bool, work_from: Mapping[date, Instant]
    ) -> Ground:
        """With limits to blocks of work, so that rest comes first: so many minutes between days of work, a free day,
        on some days a late beginning."""
        days = tuple(dict.fromkeys((*Week.of(self.days[0]).days(), *self.days)))
        hours = by_day(self.where, (i for d in days if d not in self.off for i in self.working_hours(d)))
        limits = rested(self.where, self.days, self.worked, hours, minutes)
        late = {day: (max(first, work_from.get(day, first)), last) for day, (first, last) in limits.items()}
        within = {day: make(*ends) for day, ends in late.items()}
        if free_day:
            work = {request.name for request in requests if request.is_work}
            live = [i for key, i in self.live.items() if key not in self.settled and key.partition("/")[0] in work]
            wanted = {d: sum(_minutes(self, r, d) for r in requests if r.is_work) for d in self.days}
            free = free_days(days, self.worked, by_day(self.where, live), wanted)
            within |= dict.fromkeys(free.values())
        return replace(self, at_work=within, work_from=work_from)


def lay(
    person: Person,
    horizon: Interval,
    earliest: Instant,
    soon: Instant,
    occurrences: Iterable[Classified],
    ours: Sequence[Standing],
    known: Mapping[str, Request],
    off: Mapping[date, str],
    steering: Steering,
) -> Ground:
    """The ground without limits to work; ``known``: what ``ours`` were asked by."""
    seen = sorted((c for c in occurrences if c.activity not in (Activity.OURS, Activity.IGNORE)), key=_in_time)
    settled = frozenset(s.key for s in ours if s.skipped or s.pinned or s.interval.start < soon)
    work = [c.occurrence.interval for c in seen if c.busy and c.activity in WORK and not c.occurrence.all_day]
    work += [s.interval for s in ours if s.key in settled and not s.skipped and known[s.request].is_work]
    return Ground(
        person,
        horizon,
        earliest,
        busy=tuple(c for c in seen if c.busy and c.activity is not Activity.LEAVE),
        live={s.key: s.interval for s in ours if not s.skipped},
        settled=settled,
        off={**_leave_days(seen, person.where), **off},
        away=Spans.of(c.occurrence.interval for c in seen if _is_leave(c) and not c.occurrence.all_day),
        work=Spans.of(work),
        steering=steering,
        skipped={name: _skipped([s for s in ours if s.request == name]) for name in known},
    )


def _skipped(ours: Sequence[Standing]) -> Spans:
    """Where blocks of a request were that the person did without; where another one stands now, it may stay."""
    return Spans.of(s.interval for s in ours if s.skipped) - Spans.of(s.interval for s in ours if not s.skipped)


def _in_time(c: Classified) -> tuple[Interval, EventKey]:
    """The order of events, whatever that of calendars and their answers."""
    return c.occurrence.interval, c.occurrence.event.key


def _minutes(ground: Ground, request: Request, day: date) -> float:
    """How long the windows of the request are on a day."""
    return Spans.of(day_windows(ground, request, day)).minutes if day.weekday() in request.weekdays else 0


def _is_leave(c: Classified) -> bool:
    return c.activity is Activity.LEAVE and c.occurrence.event.status is not Status.CANCELLED


def _leave_days(seen: Iterable[Classified], where: Whereabouts) -> Mapping[date, str]:
    leave = (c.occurrence for c in seen if _is_leave(c) and c.occurrence.all_day)
    return {day: o.event.summary or "leave" for o in leave for day in where.days(o.interval)}


def day_windows(ground: Ground, request: Request, day: date) -> Iterable[Interval | None]:
    """The windows of a request that start on a day."""
    if request.kind in WORKDAYS_ONLY and day in ground.off:
        return ()
    work, named = ground.working_hours(day), [ground.where.window(day, window) for window in request.windows]
    if request.kind is Kind.RITUAL and work:
        return _closing(ground, request, day, Spans.of(named) if named else work)
    if named:
        return named
    if request.kind is Kind.BREAK:
        return _amid(work, request)
    return work if request.kind in WORKDAYS_ONLY or request.kind is Kind.LEAVE else (waking(ground.person, day),)


def _closing(ground: Ground, request: Request, day: date, windows: Spans) -> Spans:
    """Windows of a ritual end with the working hours, where that leaves enough of them; and one that closes the day
    comes after the work that began in those hours, be it beyond them where no other window is named."""
    close, least = ground.working_hours(day).intervals[-1].end, request.min_minutes * MINUTE
    begin = ground.where.start_of(day)
    cut = windows.clip(Interval(begin, close)).longer_than(least)
    last = max((i.end for i in ground.work if begin <= i.start < close), default=begin)
    if not cut or cut.intervals[-1].end < close:
        return cut or windows
    if last + least > close and not request.windows:
        return Spans.of([Interval(last, last + request.max_minutes * MINUTE)])
    rest = make(last, close)
    return (cut.clip(rest).longer_than(least) if rest else cut) or cut


def _amid(work: Spans, request: Request) -> Spans:
    """Where a break breaks something: not at the edges of the working hours, if they leave room between."""
    inner = Spans.of(make(w.start + AT_THE_EDGE, w.end - AT_THE_EDGE) for w in work)
    return inner if inner.longer_than(request.min_minutes * MINUTE) else work


def next_on_grid(where: Whereabouts, at: Instant, grid_minutes: int) -> Instant:
    """The first moment from ``at`` on that is on the grid of the person's clock."""
    clock = where.clock_at(at)
    past = (clock.hour * 60 + clock.minute) % grid_minutes * MINUTE + clock.second
    return at + (grid_minutes * MINUTE - past) % (grid_minutes * MINUTE)
