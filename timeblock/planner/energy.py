"""High- and low-energy hours: what a request wants of them, and what a place is worth by that."""

from __future__ import annotations

from collections.abc import Sequence

from timeblock.core.interval import MINUTE, Instant
from timeblock.core.problem import Kind, Request
from timeblock.planner.clock import Clock

TIRED = 400
"""Points for high-energy work in an hour of no energy; the other way round a quarter of it."""


def wanted_energy(request: Request) -> str:
    """What the request says, else what its kind is known to need."""
    if request.energy != "any":
        return request.energy
    match request.kind:
        case Kind.FOCUS:
            return "high"
        case Kind.BATCH | Kind.ROUTINE:
            return "low"
        case _:
            return "any"


def mean_energy(clock: Clock, energy: Sequence[Sequence[float]], start: Instant, end: Instant) -> float:
    """Mean of the hourly curve over a stretch, 0…1; a half where the person gave no curve."""
    if not energy:
        return 0.5
    total, at = 0.0, start
    while at < end:
        day, minute = clock.at(at)
        until = min(end, at + (60 - minute % 60) * MINUTE)
        total += energy[day.weekday()][minute // 60 % 24] * (until - at)
        at = until
    return total / (end - start)


def tiring(request: Request, clock: Clock, energy: Sequence[Sequence[float]], start: Instant, end: Instant) -> int:
    """Points for the wrong energy: focus wants hours of high, batches and routine of low energy."""
    match wanted_energy(request):
        case "high":
            return round(TIRED * (1 - mean_energy(clock, energy, start, end)))
        case "low":
            return round(TIRED / 4 * mean_energy(clock, energy, start, end))
        case _:
            return 0
