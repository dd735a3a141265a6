"""What each measure means: one function a measure, its definition the docstring.

All sums are over the union of intervals, so overlap counts once. A value of None is *unknown*: no evidence, not zero.
A change of meaning is a new version, so that stored figures say which one they are of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from timeblock.core.classify import Activity, Classified
from timeblock.core.hours import Day, waking
from timeblock.core.interval import HOUR, MINUTE, Interval, Spans, make
from timeblock.core.localtime import Week
from timeblock.core.scope import BlockFact, Evidence, Scope, minutes_in
from timeblock.core.words import day as day_words

Unit: TypeAlias = Literal["min", "%", "days", "count"]

REST = 11 * HOUR
"""Daily rest of directive 2003/88/EC, article 3."""
SHORT_GAP = 5 * MINUTE
LONG_STRETCH = 90 * MINUTE
FOCUS_PIECE = 60 * MINUTE
LUNCH = 30 * MINUTE


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
    """What a measure means. A change of meaning is a new ``version``.

    ``worked``: it rests on worked time, so on the person's basis. ``of_work``: nothing is known of it where no event
    was ever work.
    """

    id: str
    unit: Unit
    version: int
    text: str
    figure: Callable[[Scope], Figure]
    worked: bool
    at_least: bool
    of_work: bool


DEFINITIONS: dict[str, Definition] = {}

Figuring: TypeAlias = Callable[[Scope], Figure]


def _definition(
    unit: Unit, version: int = 1, *, worked: bool = False, at_least: bool = False, of_work: bool = True
) -> Callable[[Figuring], Figuring]:
    """Register a measure: its id is the function's name, its definition the docstring."""

    def register(figure: Figuring) -> Figuring:
        name, text = figure.__name__, " ".join((figure.__doc__ or "").split())
        DEFINITIONS[name] = Definition(name, unit, version, text, figure, worked, at_least, of_work)
        return figure

    return register


# ---- work ----------------------------------------------------------------------------------------------------------


@_definition("min", worked=True, at_least=True)
def work(s: Scope) -> Figure:
    """Worked time. On the basis "events": meetings, focus and routine in the calendar. On the basis "schedule": that,
    and the working window less days off, holidays, leave, personal events in it and the unpaid break of each day.
    What is tentative or not answered is told apart in the detail."""
    offered = (s.union(s.unanswered) - s.busy_work).minutes
    parts = {
        "in the calendar": s.busy_work.minutes,
        "working window": s.window.minutes,
        "leave and holidays": _away(s),
        "not answered": offered,
    }
    detail = f"{offered:.0f} min more not answered" if offered else ""
    return Figure(_worked_minutes(s), detail, tuple(parts.items()), s.evidence(s.work_items))


def _away(s: Scope) -> float:
    """Minutes of the working windows that days off, holidays and leave take away."""
    return _full(s) - sum((Spans(day.window).minutes for day in s.days), 0.0)


def _full(s: Scope) -> float:
    return sum((Spans(day.hours).minutes for day in s.days), 0.0)


def _worked_minutes(s: Scope) -> float:
    return s.worked.minutes - sum(_unpaid(s, day) for day in s.days)


def _unpaid(s: Scope, day: Day) -> float:
    """The unpaid break of a day, out of the part of its window in which nothing is booked."""
    pause = s.facts.person.unpaid_break_minutes
    if s.facts.person.basis == "events" or not pause:
        return 0
    return min(pause, sum(minutes_in(s.worked, i) - minutes_in(s.busy_work, i) for i in day.window))


@_definition("min", worked=True, at_least=True)
def overtime(s: Scope) -> Figure:
    """Work, and credit for days off in proportion to the working window they take away, beyond the contract's hours;
    a week at a time, never below zero. The signed balance is in the detail."""
    contract, where = s.facts.person.contract_minutes, s.facts.person.where
    if not contract:
        return Figure(None, missing="the config names no contract hours (person.contract)")
    weeks = dict.fromkeys(Week.of(day.on) for day in s.days)
    whole = [w for w in weeks if s.span.covers(where.week(w))]
    if not whole:
        return Figure(None, missing="counted by whole weeks, and this time holds none")
    balances = [_balance(s.part(where.week(w)), contract) for w in whole]
    balance = sum(balances)
    return Figure(
        sum(max(0.0, b) for b in balances),
        f"balance {balance / 60:+.1f} h",
        (("overtime_balance", balance),),
        s.evidence(s.work_items, s.after),
    )


def _balance(s: Scope, contract: int) -> float:
    full = _full(s)
    credit = contract * _away(s) / full if full else 0.0
    return _worked_minutes(s) + credit - contract


@_definition("min", at_least=True)
def after_hours(s: Scope) -> Figure:
    """Work outside the working window; all work on days off, holidays and leave."""
    return Figure(s.after.minutes, evidence=s.evidence(s.work_items, s.after))


@_definition("days", at_least=True)
def after_hours_touches(s: Scope) -> Figure:
    """Days with any work before or after the working window, or with any work on a day off. Work that goes on past
    midnight touches the day it began on, and each day it fills."""
    touched = {(day, kind) for i in s.wide.after for day, kind in _touches(s, i)}
    kinds = Counter(kind for _, kind in touched)
    detail = ", ".join(f"{kinds[kind]} {kind}" for kind in TOUCHES if kinds[kind])
    days = {day.on for day, _ in touched}
    return Figure(len(days), detail, tuple(sorted(kinds.items())), s.evidence(s.work_items, s.after))


TOUCHES = ("mornings", "between hours", "evenings", "days off")


def _touches(s: Scope, piece: Interval) -> Iterator[tuple[Day, str]]:
    for day in s.days:
        if piece.start in day.whole or piece.covers(day.whole):
            yield day, _part_of_day(day, piece)


def _part_of_day(day: Day, piece: Interval) -> str:
    if not day.window:
        return "days off"
    if piece.start < day.window[0].start:
        return "mornings"
    return "evenings" if piece.start >= day.window[-1].end else "between hours"


@_definition("min", at_least=True)
def weekend_work(s: Scope) -> Figure:
    """Work on weekdays that have no working window, less what of them belongs to the window of the evening before."""
    idle = s.after & Spans.of(day.whole for day in s.days if not day.hours)
    return Figure(idle.minutes, evidence=s.evidence(s.work_items, idle))


# ---- rest ----------------------------------------------------------------------------------------------------------


@_definition("min", worked=True)
def rest_gap(s: Scope) -> Figure:
    """The shortest time from the last work of a day to the next work on a later day. Work that goes on past midnight
    belongs to the day it began on."""
    gaps = dict(_nights(s))
    if not gaps:
        return Figure(None, missing="no two days of work to compare")
    short = [day.on for day, gap in gaps.items() if gap.seconds < REST]
    detail = f"under 11 h after {', '.join(day_words(on) for on in short)}" if short else ""
    parts = tuple((day.on.isoformat(), gap.minutes) for day, gap in gaps.items())
    least = min(gaps.values(), key=lambda gap: gap.seconds)
    return Figure(least.minutes, detail, parts, tuple(_either_side(s, least)))


def _nights(s: Scope) -> Iterator[tuple[Day, Interval]]:
    """For each day of work, the time until work begins on another day."""
    pieces = s.wide.worked.intervals
    for day in s.days:
        last = max((i.end for i in pieces if i.start in day.whole), default=None)
        if last is None:
            continue
        coming = min((i.start for i in pieces if i.start >= last), default=last)
        if gap := make(last, coming):
            yield day, gap


def _either_side(s: Scope, gap: Interval) -> Iterator[Evidence]:
    """The events that end where a gap begins, and begin where it ends."""
    for c in s.wide.work_items:
        i = c.occurrence.interval
        if i.end == gap.start or i.start == gap.end:
            yield Evidence(c, i.minutes)


@_definition("min", worked=True)
def weekly_rest(s: Scope) -> Figure:
    """The longest stretch without work that touches the span, looked at a week beyond either end."""
    rests = [gap for gap in s.wide.worked.gaps(s.wide.span) if gap.overlaps(s.span)]
    longest = max(rests, key=lambda gap: gap.seconds, default=None)
    if longest is None:
        return Figure(0.0)
    return Figure(longest.minutes, evidence=tuple(_either_side(s, longest)))


@_definition("days", worked=True)
def work_free_days(s: Scope) -> Figure:
    """Days without any work."""
    worked = [day for day in s.days if minutes_in(s.worked, day.whole)]
    return Figure(len(s.days) - len(worked), evidence=s.evidence(s.work_items))


# ---- the working day -----------------------------------------------------------------------------------------------


@_definition("%")
def meeting_load(s: Scope) -> Figure:
    """The share of the working window that meetings take; days off are left out."""
    if not s.window.seconds:
        return Figure(None, missing="no working window in this time")
    held = meetings(s)
    share = 100 * (s.union(held) & s.window).seconds / s.window.seconds
    return Figure(share, evidence=s.evidence(held, s.window))


def meetings(s: Scope) -> list[Classified]:
    """The meetings that took place, or will."""
    return [c for c in s.work_items if c.activity is Activity.MEETING]


@_definition("min", of_work=False)
def conflicts(s: Scope) -> Figure:
    """Time in which two accepted events take place at once. An event that stands in two calendars is one event."""
    events = {(c.occurrence.event.key.uid, c.occurrence.interval): c for c in s.occurrences}.values()
    twice = Spans.of(i.clip(s.span) for i in _overlaps([c.occurrence.interval for c in events]))
    return Figure(twice.minutes, evidence=s.shared(events, twice))


def _overlaps(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """For each interval, by start, what of it others hold that began before."""
    reached: int | None = None
    for i in sorted(intervals):
        if reached is not None and (common := make(i.start, min(i.end, reached))):
            yield common
        reached = i.end if reached is None else max(reached, i.end)


@_definition("min")
def focus_time(s: Scope) -> Figure:
    """Free or focus time in the working window, in pieces of at least an hour; those of two hours in the detail."""
    if not s.window.seconds:
        return Figure(None, missing="no working window in this time")
    long = s.free.longer_than(2 * FOCUS_PIECE).minutes
    return Figure(
        s.free.longer_than(FOCUS_PIECE).minutes,
        f"{long / 60:.1f} h of it in pieces of two hours",
        (("in pieces of two hours", long),),
        s.evidence([c for c in s.occurrences if c.activity is Activity.FOCUS], s.free),
    )


@_definition("%")
def fragmentation(s: Scope) -> Figure:
    """Of the free time in the working window, the share in pieces under 60 minutes."""
    if not s.free.seconds:
        return Figure(None, missing="no free time in the working window")
    share = 100 * (1 - s.free.longer_than(FOCUS_PIECE).seconds / s.free.seconds)
    return Figure(share, evidence=s.evidence([c for c in s.occurrences if c.activity is not Activity.FOCUS], s.window))


@_definition("min")
def back_to_back(s: Scope) -> Figure:
    """The longest stretch of meetings with gaps under five minutes; how many pass 90 minutes is in the detail."""
    stretches = list(_stretches(s.union(meetings(s))))
    many = sum(i.seconds > LONG_STRETCH for i in stretches)
    longest = max(stretches, key=lambda i: i.seconds, default=None)
    return Figure(
        longest.minutes if longest else 0.0,
        f"{many} over 90 minutes" if many else "",
        (("over 90 minutes", many),),
        s.evidence(meetings(s), Spans((longest,))) if longest else (),
    )


def _stretches(taken: Spans) -> Iterator[Interval]:
    """``taken``, with short gaps closed."""
    current: Interval | None = None
    for i in taken:
        if current and i.start - current.end < SHORT_GAP:
            current = Interval(current.start, i.end)
            continue
        if current:
            yield current
        current = i
    if current:
        yield current


@_definition("days")
def lunch_kept(s: Scope) -> Figure:
    """Working days with at least 30 minutes in a row without work inside the lunch window."""
    where, lunch = s.facts.person.where, s.facts.person.lunch
    windows = [w for day in s.days if day.window and (w := where.window(day.on, lunch))]
    if not windows:
        return Figure(None, missing="no working day in this time")
    lost = [w for w in windows if not s.busy_work.gaps(w).longer_than(LUNCH)]
    kept = len(windows) - len(lost)
    return Figure(kept, f"of {len(windows)}", evidence=s.evidence(s.work_items, Spans.of(lost)))


# ---- the whole of life ---------------------------------------------------------------------------------------------


@_definition("min", worked=True, of_work=False)
def area_time(s: Scope) -> Figure:
    """Time that events and blocks give to each area, overlap within an area once; for work, worked time. The parts are
    the areas; the detail has their shares of waking time, and those wanted."""
    spent: dict[str, list[Interval | None]] = {}
    for c in s.occurrences:
        spent.setdefault(c.area, []).append(c.occurrence.interval.clip(s.span))
    for block in s.facts.blocks:
        if block.state in ("live", "moved"):
            spent.setdefault(block.area, []).append(block.interval.clip(s.span))
    if s.facts.shows_work:
        spent.setdefault("work", []).extend(s.worked)
    minutes = {area: Spans.of(parts).minutes for area, parts in spent.items() if area}
    parts = tuple(sorted(((a, m) for a, m in minutes.items() if m), key=lambda p: (-p[1], p[0])))
    return Figure(
        sum(m for _, m in parts),
        _shares(s, parts),
        parts,
        s.shared((c for c in s.occurrences if c.area), Spans((s.span,))),
    )


def _shares(s: Scope, parts: Iterable[tuple[str, float]]) -> str:
    awake, wanted = waking(s.facts.person, s.span).minutes, s.facts.wanted
    told = [
        f"{area} {100 * minutes / awake:.0f} %" + (f" (wanted {100 * wanted[area]:.0f} %)" if area in wanted else "")
        for area, minutes in parts
        if awake
    ]
    return ", ".join(told)


@_definition("count", of_work=False)
def blocks(s: Scope) -> Figure:
    """Blocks that were kept: over, and no work overlapped them. Whether the time was used to rest is not known. The
    parts count the blocks by request and by what became of them: planned, kept, breached, skipped, unplaced, unknown;
    and those that the person moved, whatever became of them. A block for work is breached by meetings alone."""
    parts: Counter[str] = Counter()
    breaches: list[Evidence] = []
    for block in s.facts.blocks:
        if block.interval.start in s.span:
            found = _breaches(s, block)
            breaches += found
            for name in (_became(s, block, found), *(("moved",) if block.state == "moved" else ())):
                parts.update((name, f"{block.request}: {name}"))
    if not parts:
        return Figure(None, missing="no block of yours lies in this time")
    counts = {name: float(count) for name, count in sorted(parts.items())}
    return Figure(counts.get("kept", 0.0), _told(counts), tuple(counts.items()), tuple(breaches))


def _told(parts: Mapping[str, float]) -> str:
    order = ("planned", "moved", "breached", "skipped", "unplaced", "unknown")
    return ", ".join(f"{parts[name]:.0f} {name}" for name in order if name in parts)


def _became(s: Scope, block: BlockFact, breaches: Collection[Evidence]) -> str:
    if block.state in ("skipped", "unplaced"):
        return block.state
    if block.interval.end > s.facts.now:
        return "planned"
    if s.part(block.interval).missing or not s.facts.shows_work:
        return "unknown"
    return "breached" if breaches else "kept"


def _breaches(s: Scope, block: BlockFact) -> tuple[Evidence, ...]:
    """The work that lay over a block of the past, with the minutes it took of it."""
    if block.state in ("skipped", "unplaced") or block.interval.end > s.facts.now:
        return ()
    inside = s.part(block.interval)
    items = meetings(inside) if block.area == "work" else inside.work_items
    return tuple(replace(e, of=block.key) for e in inside.evidence(items))
