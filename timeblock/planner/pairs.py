"""Which blocks of different requests, or of one batch, may not lie as they do: what two requests ask of each other."""

from __future__ import annotations

from timeblock.core.interval import MINUTE, Interval
from timeblock.core.localtime import Week
from timeblock.core.problem import BATCH_MINUTES, NEXT_TO_MINUTES, Request
from timeblock.planner.clock import Clock


def are_partners(a: Request, b: Request) -> bool:
    """Whether one asks anything of where the other lies."""
    named = b.name in a.not_next_to or a.name in b.not_next_to or a.follows == b.name or b.follows == a.name
    return named or bool(a.batch and a.batch == b.batch)


def at_odds(clock: Clock, a: Request, one: Interval, b: Request, two: Interval) -> bool:
    """Whether a block of ``a`` at ``one`` and a block of ``b`` at ``two`` break what either asks of the other."""
    return _too_near(a, one, b, two) or _out_of_order(clock, a, one, b, two) or _batch_split(clock, a, one, b, two)


def _too_near(a: Request, one: Interval, b: Request, two: Interval) -> bool:
    if b.name not in a.not_next_to and a.name not in b.not_next_to:
        return False
    apart = NEXT_TO_MINUTES * MINUTE
    return one.start < two.end + apart and two.start < one.end + apart


def _out_of_order(clock: Clock, a: Request, one: Interval, b: Request, two: Interval) -> bool:
    if clock.day(one.start) != clock.day(two.start):
        return False
    return (a.follows == b.name and one.start < two.end) or (b.follows == a.name and two.start < one.end)


def _batch_split(clock: Clock, a: Request, one: Interval, b: Request, two: Interval) -> bool:
    if not a.batch or a.batch != b.batch:
        return False
    day, other = clock.day(one.start), clock.day(two.start)
    if day == other:
        return max(one.end, two.end) - min(one.start, two.start) > BATCH_MINUTES * MINUTE
    return Week.of(day) == Week.of(other)
