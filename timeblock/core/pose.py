"""From wishes to a problem: block requests, the person's hours and what is in the calendar, turned into items.

One item for each block that is still to be placed, with the windows it may lie in. Blocks that stand already, were
skipped or put elsewhere by the person count for their request by their key.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Event, Status
from timeblock.core.hours import Person, working_hours
from timeblock.core.interval import MINUTE, Instant, Interval, Spans, make
from timeblock.core.localtime import DAY_MINUTES, ONE_DAY, Week, Whereabouts
from timeblock.core.problem import WORKDAYS_ONLY, Fixed, Item, Kind, Problem, Request, Standing, one_a_day, precedence
from timeblock.core.words import day as day_words

AT_LOCATION = "@location"
"""``around`` of a buffer for every event that takes place somewhere."""

A_BREATH = 5 * MINUTE
"""Meetings with less than this between them are back to back."""


TOUCH: dict[Literal["before", "after"], Literal["start", "end"]] = {"before": "end", "after": "start"}
"""The end of a buffer's window that belongs to the event: before it, the buffer ends there."""


def horizon(now: Instant, weeks: int, where: Whereabouts) -> Interval:
    """From ``now`` over ``weeks`` times seven days and on to the end of that local week."""
    last = where.date_of(now) + timedelta(days=max(1, 7 * weeks) - 1)
    return Interval(now, where.week(Week.of(last)).end)


def waking(person: Person, day: date) -> Interval | None:
    """From the end of the night to the beginning of the next; None on a day that a trip leaves out."""
    night = person.night
    last, coming = (day - ONE_DAY, day) if night.end > DAY_MINUTES else (day, day + ONE_DAY)
    return make(person.where.at(last, night.end), person.where.at(coming, night.start))


def pose(
    requests: Sequence[Request],
    person: Person,
    occurrences: Iterable[Classified],
    standing: Iterable[Standing],
    now: Instant,
    weeks: int = 2,
    *,
    off: Mapping[date, str] | None = None,
    grid_minutes: int = 15,
    freeze_minutes: int = 120,
    lead_minutes: int = 15,
    white_space_minutes: int = 0,
    busy_below_alternatives: int = 2,
    busy_before_minutes: int = 120,
) -> Problem:
    """The problem of the coming ``weeks``.

    ``occurrences`` should reach from a week before ``now`` to a day past :func:`horizon`. Those that are ours are not
    looked at: ``standing`` says what stands. ``off`` names holidays; days of leave are seen in the occurrences. What
    starts within ``freeze_minutes`` stays; nothing new starts within ``lead_minutes``.
    """
    known = {r.name: r for r in requests}
    ours = [s for s in standing if s.request in known]
    earliest = _next_on_grid(person.where, now + lead_minutes * MINUTE, grid_minutes)
    soon = now + max(freeze_minutes, lead_minutes) * MINUTE
    ground = _ground(person, horizon(now, weeks, person.where), earliest, soon, occurrences, ours, off or {})
    asked = [pair for request in requests for pair in _items(ground, request)]
    facts = (*_events(ground), *_blocks(ground, ours, known))
    return Problem(
        horizon=ground.horizon,
        where=person.where,
        items=tuple(sorted((item for item, _ in asked), key=lambda i: (precedence(i.request), i.key))),
        fixed=tuple(sorted(facts, key=lambda f: (f.interval, f.key, f.label))),
        energy=person.energy,
        grid_minutes=grid_minutes,
        white_space_minutes=white_space_minutes,
        impossible=tuple((item.key, why) for item, why in asked if why),
        waking=tuple(w for day in ground.days if (w := waking(person, day))),
        busy_below_alternatives=busy_below_alternatives,
        busy_before_minutes=busy_before_minutes,
    )


@dataclass(frozen=True)
class _Ground:
    """What items are made from. ``settled``: keys not to be asked for again; ``away``: leave of part of a day."""

    person: Person
    horizon: Interval
    earliest: Instant
    busy: tuple[Classified, ...]
    live: Mapping[str, Interval]
    settled: frozenset[str]
    off: Mapping[date, str]
    away: Spans

    @property
    def where(self) -> Whereabouts:
        return self.person.where

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(self.where.days(self.horizon))

    @cached_property
    def settled_in(self) -> Mapping[str, int]:
        """How many blocks of a group ("dinner/2026-W48") are settled."""
        found: dict[str, int] = defaultdict(int)
        for key in self.settled:
            found[key.rpartition("/")[0]] += 1
        return found


def _ground(
    person: Person,
    horizon: Interval,
    earliest: Instant,
    soon: Instant,
    occurrences: Iterable[Classified],
    ours: Iterable[Standing],
    off: Mapping[date, str],
) -> _Ground:
    seen = [c for c in occurrences if c.activity not in (Activity.OURS, Activity.IGNORE)]
    return _Ground(
        person,
        horizon,
        earliest,
        busy=tuple(c for c in seen if c.busy and c.activity is not Activity.LEAVE),
        live={s.key: s.interval for s in ours if not s.skipped},
        settled=frozenset(s.key for s in ours if s.skipped or s.pinned or s.interval.start < soon),
        off={**_leave_days(seen, person.where), **off},
        away=Spans.of(c.occurrence.interval for c in seen if _is_leave(c) and not c.occurrence.all_day),
    )


# ---- facts ----------------------------------------------------------------------------------------------------------


def _is_leave(c: Classified) -> bool:
    return c.activity is Activity.LEAVE and c.occurrence.event.status is not Status.CANCELLED


def _leave_days(seen: Iterable[Classified], where: Whereabouts) -> Mapping[date, str]:
    leave = (c.occurrence for c in seen if _is_leave(c) and c.occurrence.all_day)
    return {day: o.event.summary or "leave" for o in leave for day in where.days(o.interval)}


def _events(ground: _Ground) -> Iterator[Fixed]:
    """Busy events from the start of today on. Whole days are notes: they take no time."""
    today = ground.where.start_of(ground.days[0])
    for c in ground.busy:
        if c.occurrence.interval.end > today and not c.occurrence.all_day:
            yield Fixed(c.occurrence.interval, c.occurrence.event.summary or "an event without a title")


def _blocks(ground: _Ground, ours: Iterable[Standing], known: Mapping[str, Request]) -> Iterator[Fixed]:
    """Blocks that stay where they are, from a week ago on."""
    recent = ground.horizon.start - 7 * DAY_MINUTES * MINUTE
    for s in ours:
        if s.key in ground.settled and not s.skipped and s.interval.end > recent:
            r = known[s.request]
            yield Fixed(s.interval, s.title, s.key, r.name, r.kind, r.area, s.busy, r.private, s.pinned)


def _next_on_grid(where: Whereabouts, at: Instant, grid_minutes: int) -> Instant:
    """The first moment from ``at`` on that is on the grid of the person's clock."""
    clock = where.clock_at(at)
    past = (clock.hour * 60 + clock.minute) % grid_minutes * MINUTE + clock.second
    return at + (grid_minutes * MINUTE - past) % (grid_minutes * MINUTE)


# ---- items ----------------------------------------------------------------------------------------------------------


def _items(ground: _Ground, request: Request) -> Iterator[tuple[Item, str]]:
    """The blocks of one request that are to be placed, each with the reason why it cannot be, or ""."""
    if request.kind is Kind.BUFFER and request.around:
        yield from ((item, "") for item in _buffers(ground, request))
    elif request.kind is Kind.BREAK and request.after_stretch_minutes:
        yield from ((item, "") for item in _breaks(ground, request))
    else:
        for period, days in _periods(ground, request):
            yield from _quota(ground, request, period, days)


def _periods(ground: _Ground, request: Request) -> Iterator[tuple[str, tuple[date, ...]]]:
    """Each day or week of the horizon with those of its days that the request allows and that are not over."""
    allowed = [day for day in ground.days if day.weekday() in request.weekdays]
    if request.per == "day":
        yield from ((str(day), (day,)) for day in allowed)
        return
    weeks: dict[Week, list[date]] = defaultdict(list)
    for day in allowed:
        weeks[Week.of(day)].append(day)
    yield from ((str(week), tuple(days)) for week, days in weeks.items())


def _quota(ground: _Ground, request: Request, period: str, days: tuple[date, ...]) -> Iterator[tuple[Item, str]]:
    windows = _windows(ground, request, days)
    why = "" if windows else _why_no_window(ground, request, days)
    if not windows and not why:
        return
    group = f"{request.name}/{period}"
    for key in _open_keys(ground, request, group, _days_left(ground, request, days, windows)):
        lengths = request.min_minutes, request.ideal_minutes, request.max_minutes
        late = request.kind is Kind.RITUAL and _close_of_work(ground, days) & {w.end for w in windows}
        yield Item(key, request, windows, *lengths, ground.live.get(key), late=bool(late)), why


def _open_keys(ground: _Ground, request: Request, group: str, days_left: int) -> list[str]:
    """The keys still to be placed; those that stand come first, so that a smaller quota takes the others."""
    need = min(request.count - ground.settled_in.get(group, 0), days_left)
    keys = [key for n in range(1, request.count + 1) if (key := f"{group}/{n}") not in ground.settled]
    return sorted(keys, key=lambda key: key not in ground.live)[: max(0, need)]


def _days_left(ground: _Ground, request: Request, days: Sequence[date], windows: Sequence[Interval]) -> int:
    """How many blocks the rest of this week can hold at one a day; days that are over are nobody's failure."""
    today = ground.days[0]
    left = {day for w in windows for day in ground.where.days(w)} & set(days)
    week = [day for day in Week.of(days[0]).days() if day.weekday() in request.weekdays]
    some_over = any(day <= today and day not in left for day in week)
    return len(left) if windows and some_over and one_a_day(request) else request.count


def _windows(ground: _Ground, request: Request, days: Iterable[date]) -> tuple[Interval, ...]:
    spans = Spans.of(w for day in days for w in _day_windows(ground, request, day))
    if request.kind in WORKDAYS_ONLY:
        spans -= ground.away
    ahead = Interval(ground.earliest, ground.horizon.end + 2 * DAY_MINUTES * MINUTE)
    return spans.clip(ahead).longer_than(request.min_minutes * MINUTE).intervals


def _day_windows(ground: _Ground, request: Request, day: date) -> Iterable[Interval | None]:
    if request.kind in WORKDAYS_ONLY and day in ground.off:
        return ()
    work = working_hours(ground.person, day).intervals
    if not request.windows:
        return work if request.kind in WORKDAYS_ONLY else (waking(ground.person, day),)
    named = [w for window in request.windows if (w := ground.where.window(day, window))]
    return _until_work_ends(named, work, request) if request.kind is Kind.RITUAL else named


def _until_work_ends(
    named: Sequence[Interval], work: Sequence[Interval], request: Request
) -> Sequence[Interval | None]:
    """Windows of a ritual end with the working day, where that leaves enough of them."""
    end = max((w.end for w in work), default=None)
    cut = [make(w.start, min(w.end, end)) for w in named] if end is not None else []
    return cut if any(w and w.minutes >= request.min_minutes for w in cut) else named


def _close_of_work(ground: _Ground, days: Iterable[date]) -> set[Instant]:
    """When the working hours of the days end."""
    return {work.intervals[-1].end for day in days if (work := working_hours(ground.person, day))}


def _why_no_window(ground: _Ground, request: Request, days: Sequence[date]) -> str:
    """What leaves a block without any window; "" where its time is over, or a daily one meets a day off."""
    off = [day for day in days if day in ground.off]
    if request.kind in WORKDAYS_ONLY and off == list(days):
        names = "; ".join(dict.fromkeys(f"{ground.off[day]}, {day_words(day)}" for day in off[:3]))
        return f"all of its days are off ({names}{' …' if len(off) > 3 else ''})" if request.per == "week" else ""
    at_work = request.kind in WORKDAYS_ONLY and not request.windows and request.per == "week"
    if at_work and not any(ground.person.hours[weekday] for weekday in request.weekdays):
        return "you have no working hours on its days; give it windows"
    skipped = [day for day in days if request.windows and not any(ground.where.window(day, w) for w in request.windows)]
    if skipped and skipped == list(days):
        return f"the clocks skip {', '.join(map(str, request.windows))} on {day_words(skipped[0])}"
    return ""


# ---- what belongs to an event ---------------------------------------------------------------------------------------


def _buffers(ground: _Ground, request: Request) -> Iterator[Item]:
    """Time before and after each busy event that the request is about, flush with it."""
    found: dict[str, Item] = {}
    for c in _timed(ground, request):
        if _is_about(request, c.occurrence.event):
            for item in _both_ends(ground, request, c):
                found.setdefault(item.key, item)
    yield from found.values()


def _both_ends(ground: _Ground, request: Request, c: Classified) -> Iterator[Item]:
    whole, before, after = c.occurrence.interval, request.before_minutes, request.after_minutes
    if before:
        lead = Interval(whole.start - before * MINUTE, whole.start)
        yield from _attached(ground, request, c, lead, "before", before)
    if after:
        yield from _attached(ground, request, c, Interval(whole.end, whole.end + after * MINUTE), "after", after)


def _is_about(request: Request, event: Event) -> bool:
    if request.around == AT_LOCATION:
        return bool(event.location) and not event.online
    return re.search(request.around, event.summary, re.IGNORECASE) is not None


def _breaks(ground: _Ground, request: Request) -> Iterator[Item]:
    """A break right after each stretch of meetings that is long enough and ends within the request's hours."""
    meetings = [c for c in _timed(ground, request) if c.activity is Activity.MEETING]
    for start, last in _stretches(meetings):
        end = last.occurrence.interval.end
        hours = Spans.of(_day_windows(ground, request, ground.where.date_of(end)))
        if end - start >= request.after_stretch_minutes * MINUTE and any(end in w for w in hours):
            room = Interval(end, end + request.max_minutes * MINUTE)
            yield from _attached(ground, request, last, room, "after", request.min_minutes)


def _stretches(meetings: Iterable[Classified]) -> Iterator[tuple[Instant, Classified]]:
    """Meetings with less than five minutes between: when the first begins, and the one that ends last."""
    first: Instant | None = None
    last: Classified | None = None
    for c in sorted(meetings, key=lambda c: c.occurrence.interval):
        if first is None or last is None or c.occurrence.interval.start - last.occurrence.interval.end >= A_BREATH:
            if first is not None and last is not None:
                yield first, last
            first, last = c.occurrence.interval.start, c
        elif c.occurrence.interval.end > last.occurrence.interval.end:
            last = c
    if first is not None and last is not None:
        yield first, last


def _timed(ground: _Ground, request: Request) -> Iterator[Classified]:
    """Busy events of the horizon that do not take whole days, on the request's weekdays."""
    for c in ground.busy:
        span = c.occurrence.interval
        if c.occurrence.all_day or not span.overlaps(ground.horizon):
            continue
        if ground.where.date_of(span.start).weekday() in request.weekdays:
            yield c


def _attached(
    ground: _Ground, request: Request, c: Classified, room: Interval, side: Literal["before", "after"], minutes: int
) -> Iterator[Item]:
    day = ground.where.date_of(c.occurrence.interval.start)
    key = f"{request.name}/{day}/{_short_hash(c)}-{side}"
    if key in ground.settled or room.start < ground.earliest:
        return
    longest = round(room.minutes)
    ideal = min(longest, max(minutes, request.ideal_minutes))
    yield Item(key, request, (room,), minutes, ideal, longest, ground.live.get(key), TOUCH[side])


def _short_hash(c: Classified) -> str:
    """The same from run to run, and for each copy of an invitation in another calendar."""
    event = c.occurrence.event
    instance = event.recurrence_id or (str(c.occurrence.interval.start) if event.recurring else "")
    return hashlib.sha256(f"{event.key.uid}|{instance}".encode()).hexdigest()[:8]
