"""Energy over the day: what "morning person" means, or the person's own hours, as hourly curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from timeblock.core.localtime import DAY_MINUTES, Window

Chronotype: TypeAlias = Literal["morning", "middle", "evening"]

HIGH, USUAL, LOW = 1.0, 0.5, 0.2

PRESETS: dict[Chronotype, tuple[float, ...]] = {
    #           0h                       6h                         12h                        18h
    "morning": (0, 0, 0, 0, 0.1, 0.4, 0.7, 0.9, 1, 1, 1, 0.8, 0.6, 0.4, 0.4, 0.5, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0),
    "middle": (0, 0, 0, 0, 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1, 1, 0.8, 0.5, 0.4, 0.6, 0.8, 0.8, 0.6, 0.5, 0.4, 0.3, 0.1, 0),
    "evening": (0.2, 0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.7, 0.5, 0.4, 0.6, 0.8, 0.9, 1, 1, 1, 0.8, 0.6, 0.4),
}
"""Each has its dip after lunch. A curve says when to prefer what, not how anybody must feel."""


def preset(chronotype: Chronotype) -> tuple[tuple[float, ...], ...]:
    """Seven times the curve of a chronotype."""
    return (PRESETS[chronotype],) * 7


def own(high: Sequence[Window], low: Sequence[Window]) -> tuple[tuple[float, ...], ...]:
    """Seven times the curve of the person's own high and low hours; an hour is what its half past is."""
    return (tuple(_level(hour * 60 + 30, high, low) for hour in range(24)),) * 7


def _level(minute: int, high: Sequence[Window], low: Sequence[Window]) -> float:
    if any(_holds(w, minute) for w in high):
        return HIGH
    return LOW if any(_holds(w, minute) for w in low) else USUAL


def _holds(window: Window, minute: int) -> bool:
    return window.start <= minute < window.end or window.start <= minute + DAY_MINUTES < window.end
