"""The measures: what a span of time was like, each with its definition's version and the events behind it.

All sums are over the union of intervals, so overlap counts once. A value of None is *unknown*: no evidence, not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Literal, TypeAlias

from timeblock.core.classify import WORK, Activity, Classified
from timeblock.core.event import Answer
from timeblock.core.hours import Day, Person, days
from timeblock.core.interval import HOUR, MINUTE, Instant, Interval, Spans
from timeblock.core.localtime import Week

BlockState: TypeAlias = Literal["live", "moved", "skipped"]
Unit: TypeAlias = Literal["min", "%", "days", "count"]

DAY = 24 * HOUR
REST = 11 * HOUR
"""Daily rest of directive 2003/88/EC, article 3."""
SHORT_GAP = 5 * MINUTE
LONG_STRETCH = 90 * MINUTE
FOCUS_PIECE = 60 * MINUTE
LUNCH = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class BlockFact:
    """A block of ours in the calendar: how it stands there. Whether it was kept is measured."""

    key: str
    title: str
    area: str
    interval: Interval
    state: BlockState

    @property
    def request(self) -> str:
        return self.key.rsplit("/", 2)[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """What measures are taken from. ``known``: the time for which calendars were read; None where none was.

    ``wanted``: area → share of the time in all areas that it should have.
    """

    person: Person
    classified: tuple[Classified, ...]
    now: Instant
    known: Interval | None
    blocks: tuple[BlockFact, ...] = ()
    wanted: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An occurrence and the minutes of it that count."""

    classified: Classified
    minutes: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. ``missing`` says what lacks where ``value`` is None. ``parts``: what it is made of, by name.

    ``at_least``: a lower bound, since calendars do not show all work. ``basis`` of worked time, where it matters.
    """

    id: str
    unit: Unit
    version: int
    value: float | None
    missing: str = ""
    basis: str = ""
    at_least: bool = False
    detail: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """What a definition finds in a span; the rest of a :class:`Measure` is the same for all spans."""

    value: float | None
    detail: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure means. A change of meaning is a new ``version``. ``worked``: it rests on worked time."""

    id: str
    unit: Unit
    version: int
    text: str
    figure: Callable[[Scope], Figure]
    worked: bool = False


DEFINITIONS: dict[str, Definition] = {}


def _definition(
    unit: Unit, version: int = 1, worked: bool = False
) -> Callable[[Callable[[Scope], Figure]], Callable[[Scope], Figure]]:
    """Register a measure: its id is the function's name, its definition the docstring."""

    def register(figure: Callable[[Scope], Figure]) -> Callable[[Scope], Figure]:
        text = " ".join((figure.__doc__ or "").split())
        DEFINITIONS[figure.__name__] = Definition(figure.__name__, unit, version, text, figure, worked)
        return figure

    return register


def measure(facts: Facts, span: Interval) -> tuple[Measure, ...]:
    """Every measure of ``span``."""
    scope = Scope(facts, span)
    return tuple(_measured(definition, scope) for definition in DEFINITIONS.values())


def week(facts: Facts, week: Week) -> tuple[Measure, ...]:
    """Every measure of an ISO week of the person; one that is not over is measured as it is planned by now."""
    return measure(facts, facts.person.where.week(week))


def _measured(d: Definition, scope: Scope) -> Measure:
    found = Figure(None, missing=scope.missing) if scope.missing else d.figure(scope)
    basis = scope.facts.person.basis if d.worked else ""
    at_least = d.worked and found.value is not None and d.unit == "min" and d.id not in ("rest_gap", "weekly_rest")
    return Measure(
        d.id, d.unit, d.version, found.value, found.missing, basis, at_least, found.detail, found.parts, found.evidence
    )


# ---- what a span holds ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """A span and what lies in it, worked out when first asked for."""

    facts: Facts
    span: Interval

    @cached_property
    def missing(self) -> str:
        known = self.facts.known
        if known is None:
            return "no calendar was read; run `timeblock sync`"
        return "" if known.overlaps(self.span) else "no calendar holds anything of that time"

    @cached_property
    def wide(self) -> Scope:
        """With a week on either side: rest begins before a span and ends after it."""
        return Scope(self.facts, self.span.widen(7 * DAY, 7 * DAY))

    @cached_property
    def days(self) -> tuple[Day, ...]:
        leave = (c.occurrence for c in self.facts.classified if c.activity is Activity.LEAVE)
        return tuple(days(self.facts.person, self.span, ((o.interval, o.all_day) for o in leave)))

    @cached_property
    def occurrences(self) -> tuple[Classified, ...]:
        """What takes part of the day: busy, and no note for whole days. Ours are told apart (``facts.blocks``)."""
        return tuple(
            c
            for c in self.facts.classified
            if c.busy
            and not c.occurrence.all_day
            and c.activity not in (Activity.OURS, Activity.IGNORE, Activity.LEAVE)
            and c.answer not in (Answer.TENTATIVE, Answer.NEEDS_ACTION)
            and c.occurrence.interval.overlaps(self.span)
        )

    @cached_property
    def window(self) -> Spans:
        """The working windows, without days off."""
        return Spans.of(i for day in self.days for i in day.window).clip(self.span)

    @cached_property
    def work_items(self) -> tuple[Classified, ...]:
        return tuple(c for c in self.occurrences if c.activity in WORK)

    @cached_property
    def busy_work(self) -> Spans:
        return self.union(self.work_items)

    @cached_property
    def worked(self) -> Spans:
        """Worked time on the person's basis, before the unpaid break."""
        if self.facts.person.basis == "events":
            return self.busy_work
        personal = self.union(c for c in self.occurrences if c.activity is Activity.PERSONAL)
        return (self.window - personal) | self.busy_work

    @cached_property
    def after(self) -> Spans:
        return self.busy_work - self.window

    @cached_property
    def free(self) -> Spans:
        """The window, less all that is not focus."""
        return self.window - self.union(c for c in self.occurrences if c.activity is not Activity.FOCUS)

    def union(self, items: Iterable[Classified]) -> Spans:
        return Spans.of(c.occurrence.interval.clip(self.span) for c in items)

    def evidence(self, items: Iterable[Classified], within: Spans | None = None) -> tuple[Evidence, ...]:
        """What of each item counts; those of which nothing does are left out."""
        whole = Spans((self.span,)) if within is None else within
        found = ((c, (Spans((c.occurrence.interval,)) & whole).minutes) for c in items)
        return tuple(Evidence(c, minutes) for c, minutes in found if minutes)


# ---- work ----------------------------------------------------------------------------------------------------------


@_definition("min", worked=True)
def work(s: Scope) -> Figure:
    """Worked time. On the basis "events": meetings, focus and routine in the calendar. On the basis "schedule": that,
    and the working window less days off, holidays, personal events in it and the unpaid break of each day."""
    return Figure(_worked_minutes(s), evidence=s.evidence(s.work_items))


def _worked_minutes(s: Scope) -> float:
    pause = s.facts.person.unpaid_break_minutes
    if s.facts.person.basis == "events" or not pause:
        return s.worked.minutes
    each = ((s.worked & Spans.of(day.window)).minutes for day in s.days if day.window)
    return s.worked.minutes - sum(min(pause, minutes) for minutes in each)


@_definition("min", worked=True)
def overtime(s: Scope) -> Figure:
    """Work, and credit for days off in proportion to the working window they take away, beyond the contract's hours;
    a week at a time, never below zero. The signed balance is in the detail."""
    contract, where = s.facts.person.contract_minutes, s.facts.person.where
    if not contract:
        return Figure(None, missing="the config names no contract hours (person.contract)")
    whole = [w for w in _weeks(s) if s.span.covers(where.week(w))]
    if not whole:
        return Figure(None, missing="counted by whole weeks, and this time holds none")
    balances = [_balance(Scope(s.facts, where.week(w)), contract) for w in whole]
    return Figure(
        sum(max(0.0, b) for b in balances),
        f"balance {sum(balances) / 60:+.1f} h",
        evidence=s.evidence(s.work_items, s.after),
    )


def _weeks(s: Scope) -> Iterator[Week]:
    return iter(dict.fromkeys(Week.of(day.on) for day in s.days))


def _balance(s: Scope, contract: int) -> float:
    full = sum((Spans.of(day.hours).minutes for day in s.days), 0.0)
    credit = contract * (1 - Spans.of(i for day in s.days for i in day.window).minutes / full) if full else 0.0
    return _worked_minutes(s) + credit - contract


@_definition("min", worked=True)
def after_hours(s: Scope) -> Figure:
    """Work outside the working window; all work on days off, holidays and leave."""
    return Figure(s.after.minutes, evidence=s.evidence(s.work_items, s.after))


@_definition("days")
def after_hours_touches(s: Scope) -> Figure:
    """Days with any work before or after the working window, or with any work on a day off."""
    touched = [day for day in s.days if s.after.clip(day.whole).seconds]
    return Figure(len(touched), evidence=s.evidence(s.work_items, s.after))


@_definition("min", worked=True)
def weekend_work(s: Scope) -> Figure:
    """Work on weekdays that have no working window."""
    idle = Spans.of(day.whole for day in s.days if not day.hours)
    return Figure((s.busy_work & idle).minutes, evidence=s.evidence(s.work_items, idle))


# ---- rest ----------------------------------------------------------------------------------------------------------


@_definition("min", worked=True)
def rest_gap(s: Scope) -> Figure:
    """The shortest time from the last work of a day to the next work on a later day."""
    gaps = dict(_nights(s))
    if not gaps:
        return Figure(None, missing="no two days of work to compare")
    short = sum(gap < REST for gap in gaps.values())
    return Figure(min(gaps.values()) / MINUTE, f"{short} under 11 h" if short else "", _by_day(gaps))


def _nights(s: Scope) -> Iterator[tuple[Day, int]]:
    """For each day of work, how long until work begins on another day."""
    pieces = s.wide.worked.intervals
    for day in s.days:
        last = max((i.end for i in pieces if i.start in day.whole), default=None)
        coming = min((i.start for i in pieces if last and i.start >= max(last, day.whole.end)), default=None)
        if last is not None and coming is not None and coming - last < 7 * DAY:
            yield day, coming - last


def _by_day(gaps: Mapping[Day, int]) -> tuple[tuple[str, float], ...]:
    return tuple((day.on.isoformat(), gap / MINUTE) for day, gap in gaps.items())


@_definition("min", worked=True)
def weekly_rest(s: Scope) -> Figure:
    """The longest stretch without work that touches the span, looked at a week beyond either end."""
    rests = [gap for gap in s.wide.worked.gaps(s.wide.span) if gap.overlaps(s.span)]
    return Figure(max((gap.minutes for gap in rests), default=0.0))


@_definition("days", worked=True)
def work_free_days(s: Scope) -> Figure:
    """Days without any work."""
    return Figure(sum(not s.worked.clip(day.whole).seconds for day in s.days))


# ---- the working day -----------------------------------------------------------------------------------------------


@_definition("%")
def meeting_load(s: Scope) -> Figure:
    """The share of the working window that meetings take; days off are left out."""
    if not s.window.seconds:
        return Figure(None, missing="no working window in this time")
    meetings = [c for c in s.occurrences if c.activity is Activity.MEETING]
    share = 100 * (s.union(meetings) & s.window).seconds / s.window.seconds
    return Figure(share, evidence=s.evidence(meetings, s.window))


@_definition("min")
def conflicts(s: Scope) -> Figure:
    """Time in which two accepted events take place at once."""
    seen, twice = Spans(), Spans()
    for c in sorted(s.occurrences, key=lambda c: c.occurrence.interval):
        mine = s.union([c])
        seen, twice = seen | mine, twice | (seen & mine)
    return Figure(twice.minutes, evidence=s.evidence(s.occurrences, twice))


@_definition("min")
def focus_time(s: Scope) -> Figure:
    """Free or focus time in the working window, in pieces of at least 60 minutes; those of two hours: see the detail."""
    if not s.window.seconds:
        return Figure(None, missing="no working window in this time")
    long = s.free.longer_than(2 * FOCUS_PIECE).minutes
    return Figure(s.free.longer_than(FOCUS_PIECE).minutes, f"{long / 60:.1f} h of it in pieces of two hours")


@_definition("%")
def fragmentation(s: Scope) -> Figure:
    """Of the free time in the working window, the share in pieces under 60 minutes."""
    if not s.free.seconds:
        return Figure(None, missing="no free time in the working window")
    return Figure(100 * (1 - s.free.longer_than(FOCUS_PIECE).seconds / s.free.seconds))


@_definition("min")
def back_to_back(s: Scope) -> Figure:
    """The longest stretch of events with gaps under five minutes; how many pass 90 minutes is in the detail."""
    stretches = list(_stretches([c for c in s.occurrences if c.activity is Activity.MEETING]))
    many = sum(i.seconds > LONG_STRETCH for i in stretches)
    return Figure(max((i.minutes for i in stretches), default=0.0), f"{many} over 90 minutes" if many else "")


def _stretches(items: Iterable[Classified]) -> Iterator[Interval]:
    current: Interval | None = None
    for i in sorted(c.occurrence.interval for c in items):
        if current is not None and i.start - current.end < SHORT_GAP:
            current = Interval(current.start, max(current.end, i.end))
            continue
        if current is not None:
            yield current
        current = i
    if current is not None:
        yield current


@_definition("days")
def lunch_kept(s: Scope) -> Figure:
    """Working days with at least 30 minutes in a row without work inside the lunch window."""
    working = [day for day in s.days if day.window]
    where, lunch = s.facts.person.where, s.facts.person.lunch
    windows = [w for day in working if (w := where.window(day.on, lunch))]
    if not windows:
        return Figure(None, missing="no working day in this time")
    kept = sum(bool(s.busy_work.gaps(w).longer_than(LUNCH)) for w in windows)
    lost = len(windows) - kept
    return Figure(kept, f"of {len(windows)}", evidence=s.evidence(s.work_items, Spans.of(windows)) if lost else ())


# ---- the whole of life ---------------------------------------------------------------------------------------------


@_definition("min")
def area_time(s: Scope) -> Figure:
    """Time that events and blocks give to each area, overlap within an area once. The parts are the areas."""
    spent: dict[str, Spans] = {}
    for c in s.occurrences:
        if c.area:
            spent[c.area] = spent.get(c.area, Spans()) | s.union([c])
    for block in s.facts.blocks:
        if block.area and block.state != "skipped":
            spent[block.area] = spent.get(block.area, Spans()) | Spans.of([block.interval.clip(s.span)])
    parts = tuple(sorted(((a, spans.minutes) for a, spans in spent.items() if spans), key=lambda p: -p[1]))
    total = sum(minutes for _, minutes in parts)
    return Figure(total, _shares(parts, total, s.facts.wanted), parts, s.evidence([c for c in s.occurrences if c.area]))


def _shares(parts: Sequence[tuple[str, float]], total: float, wanted: Mapping[str, float]) -> str:
    told = [
        f"{area} {100 * minutes / total:.0f} %" + (f" (wanted {100 * wanted[area]:.0f} %)" if area in wanted else "")
        for area, minutes in parts
        if total
    ]
    return ", ".join(told)


@_definition("count")
def blocks(s: Scope) -> Figure:
    """Blocks that were kept: over, and no work overlapped them. Whether the time was used to rest is not known. The
    parts count the blocks by request and by what became of them: planned, kept, breached, moved, skipped."""
    mine = [b for b in s.facts.blocks if b.interval.start in s.span]
    states = [(b, _became(s, b)) for b in mine]
    parts: dict[str, float] = {}
    for block, became in states:
        for name in (became, f"{block.request}: {became}"):
            parts[name] = parts.get(name, 0) + 1
    breaches = Spans.of(b.interval for b, became in states if became == "breached")
    return Figure(parts.get("kept", 0), _told(parts), tuple(sorted(parts.items())), s.evidence(s.work_items, breaches))


def _told(parts: Mapping[str, float]) -> str:
    order = ("planned", "moved", "breached", "skipped")
    return ", ".join(f"{parts[name]:.0f} {name}" for name in order if name in parts)


def _became(s: Scope, block: BlockFact) -> str:
    if block.state == "skipped":
        return "skipped"
    if block.interval.end > s.facts.now:
        return "planned" if block.state == "live" else "moved"
    wide = Scope(s.facts, block.interval)
    return "breached" if wide.busy_work.seconds else "kept"


# ---- over weeks ----------------------------------------------------------------------------------------------------


def value_of(measures: Sequence[Measure], metric: str, of: str = "") -> float | None:
    """The value of one measure, or of one part of it: an area, or how often the blocks of a request were kept."""
    found = next((m for m in measures if m.id == metric), None)
    if found is None or not of or found.value is None:
        return found.value if found else None
    part = f"{of}: kept" if metric == "blocks" else of
    return dict(found.parts).get(part, 0.0)


def trend(values: Sequence[float | None]) -> float | None:
    """The slope per step: median of all slopes between two known values (Theil 1950, Sen 1968). None for under two.

    >>> trend([1, 2, None, 4])
    1.0
    """
    known = [(n, v) for n, v in enumerate(values) if v is not None]
    slopes = [(w - v) / (m - n) for i, (n, v) in enumerate(known) for m, w in known[i + 1 :]]
    return median(slopes) if slopes else None


@dataclass(frozen=True, slots=True)
class Drain:
    """What took most: a recurring series, a calendar or a title, with the minutes, and what they count for."""

    name: str
    minutes: float
    why: str


def primary_drain(facts: Facts, span: Interval) -> Drain | None:
    """What took most time outside the working window; where nothing did, most time in meetings. None for neither."""
    scope = Scope(facts, span)
    meetings = (c for c in scope.work_items if c.activity is Activity.MEETING)
    return _largest(scope.evidence(scope.work_items, scope.after), "outside your working hours") or _largest(
        scope.evidence(meetings), "of meetings"
    )


def _largest(evidence: Iterable[Evidence], why: str) -> Drain | None:
    sums: dict[str, float] = {}
    for item in evidence:
        name = item.classified.occurrence.event.summary or "events without a title"
        sums[name] = sums.get(name, 0) + item.minutes
    if not sums:
        return None
    name = max(sums, key=lambda n: (sums[n], n))
    return Drain(name, sums[name], why)
