"""Traces of work outside of calendars: when mail was sent, when the person was active. Times, and nothing else.

Traces near each other form sessions, and those are work. How far each source is known is kept beside them: where no
source tells, a figure is unknown and not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from timeblock.core.interval import HOUR, MINUTE, Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import day as day_words

TraceKind: TypeAlias = Literal["mail", "activity"]

GAP = 30 * MINUTE
"""Traces that lie no further apart belong to one session."""
LEAST = 5 * MINUTE
"""What a session counts at least; so a lone message counts as the five minutes before it was sent."""
FRESH = 24 * HOUR
"""A time that still runs is known where its sources were read within so long."""


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """Mail sent at ``start``, which is ``end`` too; or activity from ``start`` to ``end``.

    ``source`` is the name of the evidence in the config.
    """

    start: Instant
    end: Instant
    kind: TraceKind
    source: str


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of work that traces tell of, and the sources they are from."""

    interval: Interval
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a source is known: from its first trace (None: it has none) to ``until`` (None: it was never read).

    ``mail``: it tells of sent mail. ``problem``: why the last reading failed, "" where it did not.
    """

    source: str
    mail: bool
    since: Instant | None = None
    until: Instant | None = None
    problem: str = ""


def sessions(traces: Iterable[Trace]) -> Iterator[Session]:
    """Traces no more than half an hour apart, joined; by start.

    >>> [s.interval.minutes for s in sessions([Trace(0, 0, "mail", "m"), Trace(1200, 1200, "mail", "m")])]
    [20.0]
    """
    near: list[Trace] = []
    end = 0
    for trace in sorted(traces):
        if near and trace.start - end > GAP:
            yield _session(near, end)
            near, end = [], trace.end
        near.append(trace)
        end = max(end, trace.end)
    if near:
        yield _session(near, end)


def _session(near: Sequence[Trace], end: Instant) -> Session:
    return Session(Interval(min(near[0].start, end - LEAST), end), tuple(sorted({t.source for t in near})))


def mail_lacks(coverage: Iterable[Coverage], span: Interval, now: Instant, where: Whereabouts) -> str:
    """What lacks for the mail sent in ``span`` to be known, as far as it is over; "" for nothing."""
    told = [c for c in coverage if c.mail]
    if not told:
        return "no source tells of sent mail; [[evidence]] in the config names one"
    if span.start >= now:
        return "that time has not come yet"
    if behind := next((c for c in told if not _read_through(c, span, now)), None):
        return f"{behind.source}: {behind.problem or _last_known(behind, where)}"
    first = min((c.since for c in told if c.since is not None), default=None)
    if first is None:
        return f"{', '.join(c.source for c in told)}: no sent mail was found"
    began = where.day(where.date_of(first))
    if span.start < (began.start if began else first):
        return f"no mail is known before {day_words(where.date_of(first), True)}"
    return ""


def _read_through(c: Coverage, span: Interval, now: Instant) -> bool:
    if c.until is None:
        return False
    return c.until >= span.end if span.end <= now else not c.problem and now - c.until <= FRESH


def _last_known(c: Coverage, where: Whereabouts) -> str:
    if c.until is None:
        return "was never read; run `timeblock sync`"
    return f"known until {day_words(where.date_of(c.until), True)} only"
