"""How the working day was cut up: meetings, pieces of free time, lunch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from timeblock.core.classify import Activity, Classified
from timeblock.core.definitions.figure import NO_WINDOW, Figure, defined
from timeblock.core.interval import MINUTE, Interval, Spans, make
from timeblock.core.scope import Scope

SHORT_GAP = 5 * MINUTE
LONG_STRETCH = 90 * MINUTE
FOCUS_PIECE = 60 * MINUTE
LUNCH = 30 * MINUTE


@defined("%")
def meeting_load(s: Scope) -> Figure:
    """The share of the working window that meetings take; days off are left out."""
    if not s.window.seconds:
        return Figure(None, missing=NO_WINDOW)
    held = meetings(s)
    share = 100 * (s.union(held) & s.window).seconds / s.window.seconds
    return Figure(share, evidence=s.evidence(held, s.window))


def meetings(s: Scope) -> list[Classified]:
    """The meetings that took place, or will."""
    return [c for c in s.work_items if c.activity is Activity.MEETING]


@defined("min", of_work=False)
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


@defined("min")
def focus_time(s: Scope) -> Figure:
    """Free or focus time in the working window, in pieces of at least an hour; those of two hours in the detail. Blocks
    of ours take their time out of it, lunch and breaks too, but for those that are for focus."""
    if not s.window.seconds:
        return Figure(None, missing=NO_WINDOW)
    long = s.free.longer_than(2 * FOCUS_PIECE).minutes
    return Figure(
        s.free.longer_than(FOCUS_PIECE).minutes,
        f"{long / 60:.1f} h of it in pieces of two hours",
        (("in pieces of two hours", long),),
        s.evidence([c for c in s.occurrences if c.activity is Activity.FOCUS], s.free),
    )


@defined("%")
def fragmentation(s: Scope) -> Figure:
    """Of the free or focus time in the working window, less blocks that are not for focus, the share in pieces under 60
    minutes."""
    if not s.free.seconds:
        return Figure(None, missing="no free time in the working window")
    share = 100 * (1 - s.free.longer_than(FOCUS_PIECE).seconds / s.free.seconds)
    return Figure(share, evidence=s.evidence([c for c in s.occurrences if c.activity is not Activity.FOCUS], s.window))


@defined("min")
def back_to_back(s: Scope) -> Figure:
    """The longest stretch of meetings with gaps under five minutes; how many pass 90 minutes is in the detail."""
    found = list(stretches(s.union(meetings(s)), SHORT_GAP))
    many = sum(i.seconds > LONG_STRETCH for i in found)
    longest = max(found, key=lambda i: i.seconds, default=None)
    return Figure(
        longest.minutes if longest else 0.0,
        f"{many} over 90 minutes" if many else "",
        (("over 90 minutes", many),),
        s.evidence(meetings(s), Spans((longest,))) if longest else (),
    )


def stretches(taken: Spans, gap: int) -> Iterator[Interval]:
    """``taken``, with gaps of less than ``gap`` seconds closed."""
    current: Interval | None = None
    for i in taken:
        if current and i.start - current.end < gap:
            current = Interval(current.start, i.end)
            continue
        if current:
            yield current
        current = i
    if current:
        yield current


@defined("days")
def lunch_kept(s: Scope) -> Figure:
    """Working days with at least 30 minutes in a row without work inside the lunch window."""
    where, lunch = s.facts.person.where, s.facts.person.lunch
    windows = [w for day in s.days if day.window and (w := where.window(day.on, lunch))]
    if not windows:
        return Figure(None, missing="no working day in this time")
    lost = [w for w in windows if not s.busy_work.gaps(w).longer_than(LUNCH)]
    kept = len(windows) - len(lost)
    parts = (("kept", float(kept)), ("lost", float(len(lost))))
    return Figure(kept, f"of {len(windows)}", parts, s.evidence(s.work_items, Spans.of(lost)))
