"""The time in which no work was: nights, weekends, evenings."""

from __future__ import annotations

from collections.abc import Iterator

from timeblock.core.definitions.figure import Figure, defined
from timeblock.core.hours import Day, nights
from timeblock.core.interval import HOUR, Interval, Spans, make
from timeblock.core.localtime import Whereabouts
from timeblock.core.scope import Evidence, Scope, minutes_in
from timeblock.core.words import day as day_words

DAILY_REST = 11 * HOUR
"""Directive 2003/88/EC, article 3."""


@defined("min", worked=True)
def rest_gap(s: Scope) -> Figure:
    """The shortest time from the last work of a day to the next work on a later day. Work that goes on past midnight
    belongs to the day it began on."""
    gaps = dict(rests_between_days(s))
    if not gaps:
        return Figure(None, missing="no two days of work to compare")
    short = [day.on for day, gap in gaps.items() if gap.seconds < DAILY_REST]
    detail = f"under 11 h after {', '.join(day_words(on) for on in short)}" if short else ""
    parts = tuple((day.on.isoformat(), gap.minutes) for day, gap in gaps.items())
    least = min(gaps.values(), key=lambda gap: gap.seconds)
    return Figure(least.minutes, detail, parts, either_side(s, least))


def rests_between_days(s: Scope) -> Iterator[tuple[Day, Interval]]:
    """For each day of work, the time until work begins on another day."""
    pieces = s.wide.worked.intervals
    for day, whole in s.working_days():
        coming = min((i.start for i in pieces if i.start >= whole.end), default=whole.end)
        if gap := make(whole.end, coming):
            yield day, gap


def either_side(s: Scope, gap: Interval) -> tuple[Evidence, ...]:
    """The events that end where a gap begins, and begin where it ends."""
    around = ((c, c.occurrence.interval) for c in s.wide.work_items)
    return tuple(Evidence(c, i.minutes) for c, i in around if i.end == gap.start or i.start == gap.end)


@defined("min", worked=True)
def weekly_rest(s: Scope) -> Figure:
    """The longest stretch without work that touches the span, looked at a week beyond either end."""
    longest = longest_rest(s)
    return Figure(longest.minutes, evidence=either_side(s, longest)) if longest else Figure(0.0)


def longest_rest(s: Scope) -> Interval | None:
    """The longest stretch without work that shares time with the span."""
    rests = [gap for gap in s.wide.worked.gaps(s.wide.span) if gap.overlaps(s.span)]
    return max(rests, key=lambda gap: gap.seconds, default=None)


@defined("days", worked=True)
def work_free_days(s: Scope) -> Figure:
    """Days without any work."""
    worked = [day for day in s.days if minutes_in(s.worked, day.whole)]
    return Figure(len(s.days) - len(worked), evidence=s.evidence(s.work_items))


@defined("days", worked=True)
def quiet_days(s: Scope) -> Figure:
    """Days, those off included, without a minute of work outside the working window. The detail has the tolerant form:
    days on which work outside the window touches at most one hour of the clock."""
    where = s.facts.person.where
    loud = {day.on: outside for day in s.days if (outside := s.after.clip(day.whole))}
    quiet = len(s.days) - len(loud)
    tolerated = quiet + sum(_clock_hours(outside, where) <= 1 for outside in loud.values())
    detail = f"{tolerated} with one hour of the clock allowed"
    found = s.evidence(s.work_items, s.after)
    return Figure(quiet, detail, (("tolerant", tolerated),), found, moments=s.moments(s.after))


def _clock_hours(spans: Spans, where: Whereabouts) -> int:
    """How many hours of the clock are touched in a day."""
    found = set()
    for i in spans:
        at = i.start
        while at < i.end:
            clock = where.clock_at(at)
            found.add(clock.hour)
            at += HOUR - clock.minute * 60 - clock.second
    return len(found)


@defined("min", worked=True, at_least=True)
def sleep_window(s: Scope) -> Figure:
    """Work inside the protected night."""
    asleep = s.worked & nights(s.facts.person, s.span)
    return Figure(asleep.minutes, evidence=s.evidence(s.work_items, asleep), moments=s.moments(asleep))
