"""The planner's answer, and the referee that checks it without knowing any solver."""

from __future__ import annotations

from dataclasses import dataclass

from timeblock.core.interval import Interval
from timeblock.core.problem import Kind


@dataclass(frozen=True, slots=True)
class Block:
    """One placed instance of a request. ``reason`` says why here, in words; ``moved_from`` where it stood before.

    ``busy`` False: visible but bookable for now. ``pinned``: the person put it here, or it starts too soon to move.
    """

    key: str
    request: str
    title: str
    kind: Kind
    area: str
    interval: Interval
    busy: bool = True
    private: bool = False
    pinned: bool = False
    moved_from: Interval | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A block that did not fit: what stands in the way, and what would make room."""

    key: str
    request: str
    kind: Kind
    reason: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Blocks (sorted by start) and what did not fit, for ``horizon``."""

    horizon: Interval
    blocks: tuple[Block, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks, and the blocks that break it."""

    rule: str
    keys: tuple[str, ...]
    text: str
