"""What measures are taken from, and what of it lies in one span of time.

Whatever serves all spans is worked out once for the facts: the person's days, and an index of what counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias

from timeblock.core.classify import WORK, Activity, Classified
from timeblock.core.event import Answer, request_of
from timeblock.core.hours import Day, Person, days
from timeblock.core.interval import HOUR, Instant, Interval, Spans, make
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.traces import Coverage, Session, Trace, sessions
from timeblock.core.words import day as day_words

BlockState: TypeAlias = Literal["live", "moved", "skipped", "unplaced"]
"""As it was planned; put elsewhere by the person; deleted by them; no room found for it."""

DAY = 24 * HOUR
ROUND = 9 * DAY
"""So far beyond what is known are days worked out: rest reaches a week out of a span, a window over midnight."""
BIN = 7 * DAY
"""The index keeps occurrences by stretches of UTC of this length."""
UNANSWERED = (Answer.TENTATIVE, Answer.NEEDS_ACTION)


@dataclass(frozen=True, slots=True)
class BlockFact:
    """A block of ours: how it stands in the calendar. Whether it was kept is measured.

    ``interval`` of an unplaced one is the day or week it was meant for, and ``reason`` says what stood in the way.
    ``kind`` is that of its request, as :class:`~timeblock.core.problem.Kind` names it; "" where that is not known.
    """

    key: str
    title: str
    area: str
    interval: Interval
    state: BlockState
    kind: str = ""
    reason: str = ""

    @property
    def request(self) -> str:
        return request_of(self.key)


@dataclass(frozen=True, slots=True)
class Move:
    """That we put a block elsewhere that stood already, and when we did."""

    key: str
    at: Instant

    @property
    def request(self) -> str:
        return request_of(self.key)


def period_of(key: str, where: Whereabouts) -> Interval | None:
    """The day or week that a block key names; None for a month, a total, or a day that a trip leaves out.

    >>> from zoneinfo import ZoneInfo
    >>> period_of("dinner/2026-W48/1", Whereabouts(ZoneInfo("UTC"))).minutes / 1440
    7.0
    """
    period = key.rsplit("/", 2)[1]
    if re.fullmatch(r"\d{4}-W\d\d", period):
        return where.week(Week.parse(period))
    return where.day(date.fromisoformat(period)) if re.fullmatch(r"\d{4}-\d\d-\d\d", period) else None


def period_words(key: str) -> str:
    """The day or week that a block key names, as people say it.

    >>> period_words("dinner/2026-W48/1"), period_words("lunch/2026-11-24/1")
    ('week 48', 'Tue 24 Nov')
    """
    period = key.split("/")[1] if "/" in key else ""
    try:
        return f"week {Week.parse(period).number}" if "W" in period else day_words(date.fromisoformat(period))
    except ValueError:
        return period


@dataclass(frozen=True)
class Facts:
    """What measures are taken from. ``known``: the time for which calendars were read; None where none was.

    ``wanted``: area → share of waking time that it should have. ``moves``: what we did to blocks since they were first
    written; ``wrote_since``: when we wrote for the first time, None for never. ``traces`` of work outside of calendars,
    by start, and how far their sources are known (``coverage``).
    """

    person: Person
    classified: tuple[Classified, ...]
    now: Instant
    known: Interval | None
    blocks: tuple[BlockFact, ...] = ()
    wanted: Mapping[str, float] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    wrote_since: Instant | None = None
    traces: tuple[Trace, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    @cached_property
    def shows_work(self) -> bool:
        """Whether any event was ever work; else no calendar of work is read, and nothing is known of it."""
        return any(c.activity in WORK for c in self.classified)

    @cached_property
    def knows_worked_time(self) -> bool:
        """Whether events or, on the basis "schedule", traces ever told of work."""
        return self.shows_work or (self.person.basis == "schedule" and bool(self.traces))

    @cached_property
    def reach(self) -> Interval | None:
        """What is known, by whole days."""
        if self.known is None:
            return None
        where = self.person.where
        first, last = where.day(where.date_of(self.known.start)), where.day(where.date_of(self.known.end - 1))
        return Interval(first.start if first else self.known.start, last.end if last else self.known.end)

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """What the traces tell of, by start; none share time."""
        return tuple(sessions(self.traces))

    def days(self, span: Interval) -> tuple[Day, ...]:
        """The person's days that share time with ``span``."""
        known, all_days = self._known_days
        if known is None or not known.covers(span):
            return self._worked_out(span)
        first = bisect_right(all_days, span.start, key=lambda day: day.whole.end)
        return all_days[first : bisect_left(all_days, span.end, key=lambda day: day.whole.start)]

    @cached_property
    def _known_days(self) -> tuple[Interval | None, tuple[Day, ...]]:
        around = self.known.widen(ROUND, ROUND) if self.known else None
        return around, self._worked_out(around) if around else ()

    def _worked_out(self, span: Interval) -> tuple[Day, ...]:
        return tuple(days(self.person, span, ((c.occurrence.interval, c.occurrence.all_day) for c in self.leave)))

    @cached_property
    def leave(self) -> tuple[Classified, ...]:
        """What counts as leave, in no order."""
        return tuple(c for c in self.classified if c.activity is Activity.LEAVE)

    @cached_property
    def weeks_of_work(self) -> dict[Week, tuple[float, float] | None]:
        """Worked out once for averages over many weeks, by the measure that needs it (``rolling_hours``)."""
        return {}

    @cached_property
    def bins(self) -> Mapping[int, tuple[Classified, ...]]:
        """What takes part of the day: busy, and no note for whole days. Blocks of ours are told apart (``blocks``)."""
        found: dict[int, list[Classified]] = defaultdict(list)
        for c in sorted(filter(_takes_time, self.classified), key=lambda c: c.occurrence.interval):
            i = c.occurrence.interval
            for number in range(i.start // BIN, (i.end - 1) // BIN + 1):
                found[number].append(c)
        return {number: tuple(items) for number, items in found.items()}

    def within(self, span: Interval) -> Iterator[Classified]:
        """What takes part of ``span``, each once, by start."""
        first = span.start // BIN
        for number in range(first, (span.end - 1) // BIN + 1):
            for c in self.bins.get(number, ()):
                i = c.occurrence.interval
                if i.overlaps(span) and number == max(first, i.start // BIN):
                    yield c


def _takes_time(c: Classified) -> bool:
    idle = c.activity in (Activity.OURS, Activity.IGNORE, Activity.LEAVE)
    return c.busy and not idle and not c.occurrence.all_day


@dataclass(frozen=True, slots=True)
class Evidence:
    """An occurrence and the minutes of it that count; ``of`` is the block they were taken from, if any."""

    classified: Classified
    minutes: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that counts without an event: a session of traces and its minutes that count, or a message (0 minutes)."""

    start: Instant
    end: Instant
    minutes: float
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """A span and what lies in it, worked out when first asked for."""

    facts: Facts
    span: Interval

    @cached_property
    def missing(self) -> str:
        """What lacks for anything to be known of the whole span, "" for nothing."""
        reach, where = self.facts.reach, self.facts.person.where
        if reach is None:
            return "no calendar was read; run `timeblock sync`"
        if not reach.overlaps(self.span):
            return "no calendar holds anything of that time"
        if reach.covers(self.span):
            return ""
        first, last = where.date_of(reach.start), where.date_of(reach.end - 1)
        return f"calendars hold nothing before {day_words(first, True)} or after {day_words(last, True)}"

    @cached_property
    def wide(self) -> Scope:
        """With a week on either side, as far as is known: rest begins before a span and ends after it."""
        wide = self.span.widen(7 * DAY, 7 * DAY)
        return Scope(self.facts, wide.clip(self.facts.reach or wide) or self.span)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Each day that shares time with the span."""
        return self.facts.days(self.span)

    @cached_property
    def occurrences(self) -> tuple[Classified, ...]:
        """What takes part of the span for certain: accepted, or the person's own."""
        return tuple(c for c in self.facts.within(self.span) if c.answer not in UNANSWERED)

    @cached_property
    def unanswered(self) -> tuple[Classified, ...]:
        """Work that was offered: tentative, or with no answer yet."""
        return tuple(c for c in self.facts.within(self.span) if c.answer in UNANSWERED and c.activity in WORK)

    @cached_property
    def window(self) -> Spans:
        """The working windows, without days off. One over midnight belongs to the day it starts on."""
        around = self.facts.days(self.span.widen(2 * DAY, 0))
        return Spans.of(i for day in around for i in day.window).clip(self.span)

    @cached_property
    def work_items(self) -> tuple[Classified, ...]:
        return tuple(c for c in self.occurrences if c.activity in WORK)

    @cached_property
    def busy_work(self) -> Spans:
        return self.union(self.work_items)

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions of traces that share time with the span."""
        told = self.facts.sessions
        first = bisect_right(told, self.span.start, key=lambda s: s.interval.end)
        return told[first : bisect_left(told, self.span.end, key=lambda s: s.interval.start)]

    @cached_property
    def in_sessions(self) -> Spans:
        return Spans.of(s.interval.clip(self.span) for s in self.sessions)

    @cached_property
    def shown(self) -> Spans:
        """Work that shows: what is booked and, on the basis "schedule", the sessions that traces tell of."""
        return self.busy_work if self.facts.person.basis == "events" else self.busy_work | self.in_sessions

    @cached_property
    def worked(self) -> Spans:
        """Worked time on the person's basis, before the unpaid break. What shows counts wherever it lies."""
        if self.facts.person.basis == "events":
            return self.shown
        personal = self.union(c for c in self.occurrences if c.activity is Activity.PERSONAL)
        return (self.window - personal) | self.shown

    @cached_property
    def after(self) -> Spans:
        return self.shown - self.window

    @cached_property
    def blocks(self) -> tuple[BlockFact, ...]:
        """Our blocks that stand in the span."""
        standing = (b for b in self.facts.blocks if b.state in ("live", "moved"))
        return tuple(b for b in standing if b.interval.overlaps(self.span))

    @cached_property
    def free(self) -> Spans:
        """The window, less all that is not focus."""
        taken = self.union(c for c in self.occurrences if c.activity is not Activity.FOCUS)
        return self.window - taken - Spans.of(b.interval for b in self.blocks if b.kind != "focus")

    def working_days(self) -> Iterator[tuple[Day, Interval]]:
        """Each day on which work begins, from its first work to its last."""
        pieces = self.wide.worked.intervals
        for day in self.days:
            own = pieces[
                bisect_left(pieces, day.whole.start, key=_start) : bisect_left(pieces, day.whole.end, key=_start)
            ]
            if own:
                yield day, Interval(own[0].start, own[-1].end)

    def part(self, whole: Interval) -> Scope:
        """The scope of another time by the same facts."""
        return Scope(self.facts, whole)

    def union(self, items: Iterable[Classified]) -> Spans:
        return Spans.of(c.occurrence.interval.clip(self.span) for c in items)

    def evidence(self, items: Iterable[Classified], within: Spans | None = None) -> tuple[Evidence, ...]:
        """What of each item counts. A minute counts once, for the item that began first, so they add up."""
        whole = Spans((self.span,)) if within is None else within
        found: list[Evidence] = []
        reached = self.span.start
        for c in sorted(items, key=lambda c: c.occurrence.interval):
            i = c.occurrence.interval
            own = make(max(i.start, reached), i.end)
            if own and (minutes := minutes_in(whole, own)):
                found.append(Evidence(c, minutes))
            reached = max(reached, i.end)
        return tuple(found)

    def shared(self, items: Iterable[Classified], within: Spans) -> tuple[Evidence, ...]:
        """What of each item lies ``within``, whatever else does at the same time."""
        found = ((c, minutes_in(within, c.occurrence.interval)) for c in items)
        return tuple(Evidence(c, minutes) for c, minutes in found if minutes)

    def moments(self, within: Spans) -> tuple[Moment, ...]:
        """What of each session lies ``within`` and in no event, so that with :meth:`evidence` it adds up."""
        alone = within - self.busy_work
        found = ((s, minutes_in(alone, s.interval)) for s in self.sessions)
        return tuple(Moment(s.interval.start, s.interval.end, m, s.sources) for s, m in found if m)

    def sent(self) -> Iterator[Trace]:
        """The messages sent in the span."""
        told = self.facts.traces
        first = bisect_left(told, self.span.start, key=lambda t: t.start)
        last = bisect_left(told, self.span.end, key=lambda t: t.start)
        return (t for t in told[first:last] if t.kind == "mail")


def _start(interval: Interval) -> Instant:
    return interval.start


def minutes_in(spans: Spans, window: Interval) -> float:
    """The minutes of ``spans`` in ``window``; quick where ``spans`` has many parts."""
    parts = spans.intervals
    seconds = 0
    for n in range(bisect_right(parts, window.start, key=lambda i: i.end), len(parts)):
        if parts[n].start >= window.end:
            break
        seconds += min(parts[n].end, window.end) - max(parts[n].start, window.start)
    return seconds / 60
