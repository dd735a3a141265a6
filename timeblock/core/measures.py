"""The measures: what a span of time was like, each figure with its definition and the events behind it.

A value of None is *unknown*: no evidence, not zero; ``missing`` names what lacks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from timeblock.core.classify import Classified
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.definitions.day import meetings
from timeblock.core.definitions.figure import Definition, Figure, Unit
from timeblock.core.definitions.life import area_time
from timeblock.core.hours import waking
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.scope import Evidence, Facts, Moment, Scope

NO_WORK_SEEN = 'no event counts as work; give the calendar of your work area = "work"'


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. ``missing`` says what lacks where ``value`` is None. ``parts``: what it is made of, by name.

    ``at_least``: a lower bound, since calendars do not show all work. ``basis`` of worked time, where it matters.
    ``notes``: what else must be known to read it, a sentence each. ``moments``: the times behind it that stand in no
    calendar.
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
    notes: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()


def measure(facts: Facts, span: Interval) -> tuple[Measure, ...]:
    """Every measure of ``span``."""
    scope = Scope(facts, span)
    return tuple(_measured(definition, scope) for definition in DEFINITIONS.values())


def week(facts: Facts, week: Week) -> tuple[Measure, ...]:
    """Every measure of an ISO week of the person; one that is not over is measured as it is planned by now."""
    return measure(facts, facts.person.where.week(week))


def _measured(d: Definition, scope: Scope) -> Measure:
    missing = scope.missing if d.by_calendars else ""
    seen = scope.facts.knows_worked_time if d.worked else scope.facts.shows_work
    missing = missing or (NO_WORK_SEEN if d.of_work and not seen else "")
    found = Figure(None, missing=missing) if missing else d(scope)
    return Measure(
        id=d.id,
        unit=d.unit,
        version=d.version,
        value=found.value,
        missing=found.missing,
        basis=scope.facts.person.basis if d.worked else "",
        at_least=d.at_least and found.value is not None,
        detail=found.detail,
        parts=found.parts,
        evidence=found.evidence,
        notes=found.notes,
        moments=found.moments,
    )


def value_of(measures: Sequence[Measure], metric: str, of: str = "") -> float | None:
    """The value of one measure, or of one part of it: an area, or how often the blocks of a request were kept.

    A week without any block of a request tells nothing about it.
    """
    found = next((m for m in measures if m.id == metric), None)
    if found is None or not of or found.value is None:
        return found.value if found else None
    parts = dict(found.parts)
    if metric != "blocks":
        return parts.get(of, 0.0)
    return parts.get(f"{of}: kept", 0.0) if any(name.startswith(f"{of}: ") for name in parts) else None


# ---- over weeks ----------------------------------------------------------------------------------------------------


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
    """What took most: an event or series by its title, a calendar by its path, or an area; with the minutes beyond
    what was wanted of it, and what they count for."""

    name: str
    minutes: float
    why: str
    kind: Literal["series", "calendar", "area"] = "series"


SERIES_SHARE, CALENDAR_SHARE = 1 / 3, 2 / 3
"""A series is named where this much is its doing; else a calendar; else the area."""


def primary_drain(facts: Facts, span: Interval) -> Drain | None:
    """What took most time beyond its wish: work outside the working window, or an area over its wanted share.

    The narrowest name that explains it. Where nothing is beyond, what took most time in meetings; None without any.
    """
    scope = Scope(facts, span)
    if scope.missing:
        return None
    over = _over_its_share(scope)
    after = scope.evidence(scope.work_items, scope.after)
    outside = Drain("work", scope.after.minutes, OUTSIDE, "area")
    most = over if over and over.minutes > outside.minutes else outside
    if not most.minutes:
        return _largest(scope.evidence(meetings(scope)), _title, "of meetings")
    return (_narrower(after, most.minutes) if most.name == "work" else None) or most


OUTSIDE = "outside your working hours"


def _narrower(after: Sequence[Evidence], total: float) -> Drain | None:
    """The series or the calendar that explains enough of ``total``; a lone calendar says no more than "work"."""
    series, calendar = _largest(after, _title, OUTSIDE), _largest(after, _calendar, OUTSIDE, "calendar")
    if series and series.minutes >= SERIES_SHARE * total:
        return series
    several = len({_calendar(e.classified) for e in after}) > 1
    return calendar if calendar and several and calendar.minutes >= CALENDAR_SHARE * total else None


def _over_its_share(scope: Scope) -> Drain | None:
    awake = waking(scope.facts.person, scope.span).minutes
    had = dict(area_time(scope).parts)
    over = {area: had.get(area, 0.0) - share * awake for area, share in scope.facts.wanted.items()}
    area = max(over, key=lambda a: (over[a], a), default="")
    if not area or over[area] <= 0:
        return None
    return Drain(area, over[area], f"more than the {100 * scope.facts.wanted[area]:.0f} % it should have", "area")


def _title(c: Classified) -> str:
    return c.occurrence.event.summary or "events without a title"


def _calendar(c: Classified) -> str:
    return c.occurrence.event.key.calendar.path


def _largest(
    evidence: Iterable[Evidence],
    name_of: Callable[[Classified], str],
    why: str,
    kind: Literal["series", "calendar"] = "series",
) -> Drain | None:
    sums: dict[str, float] = defaultdict(float)
    for item in evidence:
        sums[name_of(item.classified)] += item.minutes
    if not sums:
        return None
    name = max(sums, key=lambda n: (sums[n], n))
    return Drain(name, sums[name], why, kind)


def rested(measures: Sequence[Measure]) -> bool:
    """Whether leave and holidays took at least half of a week's working hours."""
    parts = next((dict(m.parts) for m in measures if m.id == "work"), {})
    away = parts.get("leave and holidays", 0.0)
    return away > 0 and away >= parts.get("working window", 0.0)
