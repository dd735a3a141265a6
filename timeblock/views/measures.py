"""Measures over the weeks, what must be said beside a figure, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Weekly
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.measures import Measure
from timeblock.core.scope import Evidence, Moment
from timeblock.core.words import day, moment, span
from timeblock.stages.values import Seen
from timeblock.store import weekly
from timeblock.store.database import Database

BASES = {
    "schedule": "Worked time is counted by schedule: your working hours, and what shows beside them.",
    "events": "Worked time is counted by events: only what is booked.",
}
"""How worked time is counted, said once for all figures."""


def name(measure_id: str) -> str:
    """``"After hours"`` for ``after_hours``."""
    return measure_id.replace("_", " ").capitalize()


def note(measure: Measure) -> str:
    """What must be said beside the figure: a lower bound, the basis, or what is missing."""
    basis = f"by {measure.basis}" if measure.basis and measure.value is not None else ""
    return "; ".join(filter(None, (basis, beside(measure))))


def beside(measure: Measure) -> str:
    """That without the basis, where that is said for all."""
    if measure.value is None:
        return measure.missing or "no evidence"
    return "; ".join(filter(None, ("at least" if measure.at_least else "", measure.detail)))


def weeks_until(db: Database, seen: Seen, last: Week, count: int) -> Weekly:
    """``count`` weeks up to ``last``, as measured now or, where calendars forgot, as they were kept; none for a week of
    which nothing is known."""
    kept = weekly.Kept(weekly.recall(db, DEFINITIONS))
    wanted = [last.plus(-n) for n in range(count)]
    return {w: kept.filled_in(w, seen.weeks[w]) if w in seen.weeks else kept.weeks.get(w, ()) for w in reversed(wanted)}


@dataclass(frozen=True, slots=True)
class Behind:
    """A line behind a figure: an event, a time of other evidence, or a part by name. ``minutes`` None: it has none."""

    when: str
    minutes: float | None
    what: str
    because: str


def behind(measure: Measure, where: Whereabouts) -> Iterator[Behind]:
    """Everything that the figure was made of; of traces the times alone. Of blocks also which of them the event
    breached, and whose it is."""
    yield from (_event(item, where) for item in measure.evidence)
    yield from (_trace(found, where) for found in measure.moments)
    yield from (Behind("", value, part, "") for part, value in measure.parts)


def _event(item: Evidence, where: Whereabouts) -> Behind:
    occurrence = item.classified.occurrence
    event, on = occurrence.event, where.date_of(occurrence.interval.start)
    whose = f", called by {event.organizer}" if event.organizer else ""
    because = f"over {item.of}{whose}" if item.of else item.classified.why
    return Behind(f"{day(on)} {span(occurrence.interval, where)}", item.minutes, event.summary or "(no title)", because)


def _trace(found: Moment, where: Whereabouts) -> Behind:
    when, sources = moment(found.start, where), ", ".join(found.sources)
    if found.start == found.end:
        return Behind(when, None, "sent mail", sources)
    return Behind(f"{when}-{where.clock_at(found.end):%H:%M}", found.minutes, "sent mail and activity", sources)
