"""Half-open intervals of UTC time and sets of them.

An :data:`Instant` is a whole number of seconds since 1970-01-01T00:00:00Z. Sums over time are sums over a
:class:`Spans`, which holds every second at most once, so overlap can never be counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Instant: TypeAlias = int
"""Seconds since the Unix epoch, UTC."""

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``[start, end)``: never empty, never backwards.

    >>> Interval(0, 60).minutes
    1.0
    """

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"an interval ends after it starts: [{self.start}, {self.end})")

    @property
    def seconds(self) -> int:
        return self.end - self.start

    @property
    def minutes(self) -> float:
        return (self.end - self.start) / MINUTE

    def __contains__(self, instant: Instant) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def covers(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def clip(self, window: Interval) -> Interval | None:
        """The part inside ``window``, or None where there is none."""
        return make(max(self.start, window.start), min(self.end, window.end))

    def widen(self, before: int, after: int) -> Interval:
        """The interval with ``before`` and ``after`` seconds added at its ends."""
        return Interval(self.start - before, self.end + after)


def make(start: Instant, end: Instant) -> Interval | None:
    """The interval, or None where it would be empty."""
    return Interval(start, end) if end > start else None


@dataclass(frozen=True, slots=True)
class Spans:
    """A set of instants as sorted intervals that neither overlap nor touch. Build it with :meth:`of`.

    >>> Spans.of([Interval(0, 60), Interval(30, 90)]).minutes
    1.5
    """

    intervals: tuple[Interval, ...] = ()

    @staticmethod
    def of(intervals: Iterable[Interval | None]) -> Spans:
        """The union; None is skipped, so that ``make`` and ``clip`` can be passed on as they are."""
        return Spans(tuple(_merged(sorted(i for i in intervals if i is not None))))

    @property
    def seconds(self) -> int:
        return sum(i.end - i.start for i in self.intervals)

    @property
    def minutes(self) -> float:
        return self.seconds / MINUTE

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.intervals)

    def __len__(self) -> int:
        return len(self.intervals)

    def __or__(self, other: Spans) -> Spans:
        return Spans.of((*self.intervals, *other.intervals))

    def __and__(self, other: Spans) -> Spans:
        return Spans(tuple(_intersected(self.intervals, other.intervals)))

    def __sub__(self, other: Spans) -> Spans:
        return Spans(tuple(_subtracted(self.intervals, other.intervals)))

    def clip(self, window: Interval) -> Spans:
        return self & Spans((window,))

    def gaps(self, within: Interval) -> Spans:
        """What of ``within`` is not in the set."""
        return Spans((within,)) - self

    def longer_than(self, seconds: int) -> Spans:
        """Only the intervals of at least ``seconds``."""
        return Spans(tuple(i for i in self.intervals if i.seconds >= seconds))


def _merged(ordered: list[Interval]) -> Iterator[Interval]:
    if not ordered:
        return
    start, end = ordered[0].start, ordered[0].end
    for i in ordered:
        if i.start > end:
            yield Interval(start, end)
            start, end = i.start, i.end
        elif i.end > end:
            end = i.end
    yield Interval(start, end)


def _intersected(a: tuple[Interval, ...], b: tuple[Interval, ...]) -> Iterator[Interval]:
    i = j = 0
    while i < len(a) and j < len(b):
        common = a[i].clip(b[j])
        if common is not None:
            yield common
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1


def _subtracted(a: tuple[Interval, ...], b: tuple[Interval, ...]) -> Iterator[Interval]:
    j = 0
    for whole in a:
        start = whole.start
        while j < len(b) and b[j].end <= start:
            j += 1
        k = j
        while k < len(b) and b[k].start < whole.end:
            if b[k].start > start:
                yield Interval(start, b[k].start)
            start = max(start, b[k].end)
            k += 1
        if start < whole.end:
            yield Interval(start, whole.end)
