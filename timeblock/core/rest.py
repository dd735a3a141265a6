"""Weeks held against rules of rest: what breaks one, between which events, and the smallest change that would mend it.

One function a subject; all of it is pure and works on weeks to come as on those that are over. Blocks of ours that are
work count as work here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from math import inf
from typing import TypeAlias

from timeblock.core.classify import Activity, Classified
from timeblock.core.definitions import leave, work
from timeblock.core.definitions.day import stretches
from timeblock.core.definitions.rest import DAILY_REST, rests_between_days
from timeblock.core.event import CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import Day, nights, working_hours
from timeblock.core.interval import MINUTE, Instant, Interval, make
from timeblock.core.localtime import ONE_DAY, Week
from timeblock.core.measures import NO_WORK_SEEN
from timeblock.core.rest_rules import LEGAL_DAY, LEGAL_WEEK, PAUSE, Rule, Subject
from timeblock.core.scope import BlockFact, Evidence, Facts, Scope
from timeblock.core.words import day as day_words
from timeblock.core.words import hours as hours_words
from timeblock.core.words import moment

OURS = CalendarId("", "blocks of ours")
"""No calendar: where blocks come from that are looked at as events."""


@dataclass(frozen=True, slots=True)
class Side:
    """What lies at one end of a breach: an event (and who called it) or a block of ours (``key``); working hours or
    traces of work, which nobody can be asked about, where ``interval`` is None."""

    title: str
    interval: Interval | None = None
    organizer: str = ""
    key: str = ""


HOURS = Side("your working hours")


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest change that would do. ``block`` names the block of ours to move, ``start`` says when work could
    begin; "" and None where neither helps."""

    text: str
    block: str = ""
    start: Instant | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: ``value`` against the rule's limit, in its unit.

    ``before`` and ``after`` are the events on either side of a rest or at the ends of a stretch; of a sum, the two that
    take most time outside working hours.
    """

    rule: Rule
    span: Interval
    value: float
    before: Side | None
    after: Side | None
    fix: Fix


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule that a week could not be held against, and what lacks."""

    rule: Rule
    week: Week
    missing: str


@dataclass(frozen=True, slots=True)
class Relief:
    """A morning that work should keep out of: ``keep`` begins with the working hours of ``on``."""

    on: date
    keep: Interval
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, by time; and the mornings still to come that would make up for late evenings."""

    breaches: tuple[Breach, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    reliefs: tuple[Relief, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether any is more than an alert."""
        return any(not breach.rule.alert for breach in self.breaches)


def check(facts: Facts, rules: Sequence[Rule], weeks: Iterable[Week]) -> Checked:
    """Each week against each rule. A month or a year over its limit is told once, as it stands in the last week."""
    case = _Case(_with_blocks(facts) if facts.knows_worked_time else facts)
    reliefs: list[Relief] = []
    breaches: dict[tuple[str, Instant], Breach] = {}
    unknown: list[Unknown] = []
    for week in sorted(weeks):
        scope = case.week(week)
        reliefs += (relief for relief in compensation(scope) if relief.keep.end > facts.now)
        for rule in rules:
            if missing := scope.missing or _lacks(rule, scope):
                unknown.append(Unknown(rule, week, missing))
                continue
            breaches |= {(rule.name, found.span.start): found for found in FINDERS[rule.about](case, rule, scope)}
    ordered = sorted(breaches.values(), key=lambda b: (b.span, b.rule.name))
    return Checked(tuple(ordered), tuple(unknown), tuple(reliefs))


def _lacks(rule: Rule, scope: Scope) -> str:
    """What a rule needs beside a known week."""
    if not scope.facts.knows_worked_time:
        return NO_WORK_SEEN
    if rule.about == "average-week":
        return work.rolling_hours(scope).missing
    if rule.about == "leave":
        return "; ".join(leave.leave_used(scope).notes)
    rests = _rests(scope) if rule.about == "weekly-rest" else []
    cut = rests and rests[-1].end == scope.wide.span.end and all(_inside(r, scope.span) < rule.limit for r in rests)
    return "the calendars that were read end before the rest of that week does" if cut else ""


@dataclass(frozen=True)
class _Case:
    facts: Facts
    overtime: dict[Week, Mapping[date, float]] = field(default_factory=dict)

    def week(self, week: Week) -> Scope:
        return Scope(self.facts, self.facts.person.where.week(week))


def _with_blocks(facts: Facts) -> Facts:
    """The facts with our blocks of the area work as if they were events."""
    ours = (b for b in facts.blocks if b.state in ("live", "moved") and b.area == "work")
    return replace(facts, classified=(*facts.classified, *map(_as_event, ours)))


def _as_event(block: BlockFact) -> Classified:
    event = Event(EventKey(OURS, block.key, block.key), block.title)
    activity = Activity.FOCUS if block.kind == "focus" else Activity.ROUTINE
    return Classified(Occurrence(block.interval, event), activity, "work", "", "a block of ours")


# ---- the ends of a breach --------------------------------------------------------------------------------------------


def _side(c: Classified) -> Side:
    event = c.occurrence.event
    ours = event.key.calendar == OURS
    title = event.summary or "an event without a title"
    return Side(title, c.occurrence.interval, event.organizer, event.key.uid if ours else "")


def _ending(scope: Scope, at: Instant) -> Side:
    """What work ends at a moment: an event, a session of traces, or the working hours."""
    found = (c for c in scope.wide.work_items if c.occurrence.interval.end == at)
    return _event(found) or _session(scope, at) or HOURS


def _beginning(scope: Scope, at: Instant) -> Side:
    found = (c for c in scope.wide.work_items if c.occurrence.interval.start == at)
    return _event(found) or _session(scope, at) or HOURS


def _event(found: Iterable[Classified]) -> Side | None:
    """The shortest, which is the easiest to move; one of ours before others."""
    return min(map(_side, found), key=lambda side: (not side.key, _length(side), side.title), default=None)


def _length(side: Side) -> float:
    return side.interval.seconds if side.interval else inf


def _session(scope: Scope, at: Instant) -> Side | None:
    """Mail or activity that begins or ends there."""
    found = (s for s in scope.wide.sessions if at in (s.interval.start, s.interval.end))
    return next((Side(f"sent mail or activity ({', '.join(s.sources)})") for s in found), None)


def _asked(side: Side) -> str:
    return f'"{side.title}"' + (f" ({side.organizer})" if side.organizer else "")


# ---- one function a subject ------------------------------------------------------------------------------------------

Finder: TypeAlias = Callable[[_Case, Rule, Scope], Iterator[Breach]]


def _daily_rest(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    for _day, gap in rests_between_days(scope):
        if gap.minutes < rule.limit:
            before, after = _ending(scope, gap.start), _beginning(scope, gap.end)
            yield Breach(rule, gap, gap.minutes, before, after, _longer_night(scope, gap, before, after, rule.limit))


def _longer_night(scope: Scope, gap: Interval, before: Side, after: Side, limit: float) -> Fix:
    """A block of ours moves first; then the working day begins later; an event is asked about last."""
    where, short = scope.facts.person.where, hours_words(limit - gap.minutes)
    own = next((side for side in (before, after) if side.key), None)
    start = gap.start + round(limit) * MINUTE
    later = f"begin at {moment(start, where)}"
    if own:
        return Fix(f'move our block "{own.title}" by {short} h or more, or {later}', own.key, start)
    if after.interval is None:
        return Fix(later, start=start)
    event = min((before, after), key=_length)
    wish = f"end {short} h sooner" if event is before else f"begin {short} h later"
    return Fix(f"{later}, or ask whether {_asked(event)} can {wish}", start=start)


def _weekly_rest(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    """A rest belongs to the week it begins in; of one that began before, the part inside counts."""
    gaps = _rests(scope)
    longest = max(gaps, key=lambda gap: _inside(gap, scope.span), default=None)
    value = _inside(longest, scope.span) if longest else 0.0
    if value < rule.limit:
        before = _ending(scope, longest.start) if longest else None
        after = _beginning(scope, longest.end) if longest else None
        yield Breach(rule, longest or scope.span, value, before, after, _longer_weekend(scope, gaps, rule.limit))


def _rests(scope: Scope) -> list[Interval]:
    return [gap for gap in scope.wide.worked.gaps(scope.wide.span) if gap.overlaps(scope.span)]


def _inside(gap: Interval, week: Interval) -> float:
    return gap.minutes if gap.start >= week.start else (gap.end - week.start) / MINUTE


def _longer_weekend(scope: Scope, gaps: Sequence[Interval], limit: float) -> Fix:
    """The least work between two rests that makes one of them."""
    week = scope.span
    between = [Interval(a.end, b.start) for a, b in pairwise(gaps) if _inside(Interval(a.start, b.end), week) >= limit]
    least = min(between, key=lambda i: i.seconds, default=None)
    if least is None:
        return Fix("keep a day of this week free of work")
    inside = scope.part(least)
    items = [_side(c) for c in inside.work_items]
    names = ", ".join(dict.fromkeys(_asked(side) for side in items)) or "working hours"
    when = moment(least.start, scope.facts.person.where)
    freed = f"without the {hours_words(least.minutes)} h of work from {when} it would do"
    keys = {side.key for side in items}
    if items and "" not in keys:
        return Fix(f"{freed}: move our block {names}", items[0].key)
    return Fix(f"{freed}: ask about {names}" if items else f"{freed}: take that day off")


def _break(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    """What is booked with gaps under 20 minutes. Of breaks inside a single long event, a calendar knows nothing."""
    where = scope.facts.person.where
    for whole in stretches(scope.busy_work, PAUSE):
        single = any(c.occurrence.interval.covers(whole) for c in scope.work_items)
        if whole.minutes > rule.limit and not single:
            by = moment(whole.start + round(rule.limit) * MINUTE, where)
            fix = Fix(f"put {PAUSE // MINUTE} minutes without anything booked into it, before {by}")
            yield Breach(rule, whole, whole.minutes, _beginning(scope, whole.start), _ending(scope, whole.end), fix)


def _long_week(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    value = work.work(scope).value or 0.0
    if value > rule.limit:
        yield Breach(rule, scope.span, value, *_most_outside(scope), _less(scope, value - rule.limit))


def _average_week(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    value = 60 * (work.rolling_hours(scope).value or 0.0)
    if value > rule.limit:
        weeks = scope.facts.person.reference_weeks
        fix = _less(scope, (value - rule.limit) * weeks, f"over the next {weeks} weeks ")
        yield Breach(rule, scope.span, value, *_most_outside(scope), fix)


def _less(scope: Scope, minutes: float, when: str = "") -> Fix:
    first = next(iter(_outside(scope)), None)
    begin = f", beginning with {_asked(_side(first.classified))}" if first else ""
    return Fix(f"work {hours_words(minutes)} h less {when}".rstrip() + begin)


def _outside(scope: Scope) -> list[Evidence]:
    """Work outside the working window, most of it first; where there is none, all work."""
    found = scope.evidence(scope.work_items, scope.after) or scope.evidence(scope.work_items)
    return sorted(found, key=lambda e: -e.minutes)


def _most_outside(scope: Scope) -> tuple[Side | None, Side | None]:
    """The two events that take most of the time outside of working hours."""
    sides = [_side(e.classified) for e in _outside(scope)[:2]]
    return sides[0] if sides else None, sides[1] if len(sides) > 1 else None


def _overtime_month(case: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    for first in dict.fromkeys(day.on.replace(day=1) for day in scope.days):
        yield from _overtime(case, rule, scope, first, (first + timedelta(31)).replace(day=1))


def _overtime_year(case: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    for year in dict.fromkeys(day.on.year for day in scope.days):
        yield from _overtime(case, rule, scope, date(year, 1, 1), date(year + 1, 1, 1))


def _overtime(case: _Case, rule: Rule, scope: Scope, first: date, end: date) -> Iterator[Breach]:
    """Overtime of the days from ``first`` to the end of the week, as far as it is known."""
    until = min(end, scope.days[-1].on + ONE_DAY)
    weeks = [Week.of(first).plus(n) for n in range((until - Week.of(first).monday).days // 7 + 1)]
    value = sum(m for w in weeks for on, m in _overtime_of(case, w).items() if first <= on < until)
    if value > rule.limit:
        where = case.facts.person.where
        span = Interval(where.start_of(first), where.start_of(end))
        yield Breach(rule, span, value, *_most_outside(scope), _less(scope, value - rule.limit))


def _overtime_of(case: _Case, week: Week) -> Mapping[date, float]:
    """Minutes beyond the legal day, and beyond the legal week on the days that pass it."""
    if week not in case.overtime:
        scope = case.week(week)
        found, so_far = dict[date, float](), 0.0
        for day in scope.days if not scope.missing else ():
            worked = work.work(scope.part(day.whole)).value or 0.0
            usual = min(worked, LEGAL_DAY / MINUTE)
            beyond = max(0.0, so_far + usual - max(LEGAL_WEEK / MINUTE, so_far))
            found[day.on] = worked - usual + beyond
            so_far += usual
        case.overtime[week] = found
    return case.overtime[week]


def _leave(_: _Case, rule: Rule, scope: Scope) -> Iterator[Breach]:
    """Leave that was taken this year, with all that could still be taken."""
    person, last = scope.facts.person, scope.days[-1].on
    week = sum(bool(windows) for windows in person.hours)
    ahead = (last + timedelta(n) for n in range(1, (date(last.year, 12, 31) - last).days + 1))
    possible = sum(bool(person.hours[day.weekday()]) for day in ahead)
    taken = leave.leave_used(scope).value or 0.0
    if week and taken + possible < rule.limit * week:
        fix = Fix(f"take {rule.limit * week - taken:.0f} more days; {possible} working days are left")
        yield Breach(rule, scope.span, taken / week, None, None, fix)


FINDERS: dict[Subject, Finder] = {
    "daily-rest": _daily_rest,
    "weekly-rest": _weekly_rest,
    "break": _break,
    "week": _long_week,
    "average-week": _average_week,
    "overtime-month": _overtime_month,
    "overtime-year": _overtime_year,
    "leave": _leave,
}


# ---- what is asked of the planner ------------------------------------------------------------------------------------


def compensation(scope: Scope, rest_minutes: float = DAILY_REST / MINUTE) -> tuple[Relief, ...]:
    """What late evenings in the span ask of the mornings after them: a later start, so long that ``rest_minutes`` lie
    between, and that what was worked inside the protected night is slept after it.

    For whoever poses the problem: no block of work belongs into ``keep``, and a block of rest may be put there.
    """
    late = (_relief(scope, day.on, whole, rest_minutes) for day, whole in scope.working_days())
    woken = (_woken(scope, day) for day in scope.days)
    found: dict[date, Relief] = {}
    for relief in filter(None, (*late, *woken)):
        if relief.on not in found or relief.keep.end > found[relief.on].keep.end:
            found[relief.on] = relief
    return tuple(found[on] for on in sorted(found))


def _woken(scope: Scope, day: Day) -> Relief | None:
    """Work between midnight and the end of the night: so much longer one sleeps."""
    person = scope.facts.person
    hours = working_hours(person, day.on).intervals
    before = make(day.whole.start, hours[0].start) if hours and day.window else None
    asleep = scope.wide.worked.clip(before) & nights(person, before) if before else None
    if not before or not asleep:
        return None
    rested = max(n.end for n in nights(person, before) if n.start < before.end) + asleep.seconds
    keep = make(hours[0].start, min(rested, hours[-1].end))
    why = f"work went on in the night to {day_words(day.on)}, for {asleep.minutes:.0f} min"
    return Relief(day.on, keep, why) if keep else None


def _relief(scope: Scope, on: date, worked: Interval, rest_minutes: float) -> Relief | None:
    person, morning = scope.facts.person, on + ONE_DAY
    hours = working_hours(person, morning).intervals
    asleep = scope.wide.worked.clip(worked) & nights(person, worked)
    rested = worked.end + round(rest_minutes) * MINUTE
    if asleep:
        night = max(n.end for n in nights(person, worked) if n.overlaps(worked))
        rested = max(rested, night + asleep.seconds)
    if not hours or rested <= hours[0].start or not scope.facts.days(hours[0])[0].window:
        return None
    why = f"work on {day_words(on)} went on until {person.where.clock_at(worked.end):%H:%M}"
    return Relief(morning, Interval(hours[0].start, min(rested, hours[-1].end)), why)
