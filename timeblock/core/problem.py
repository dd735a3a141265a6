"""What the planner is asked: block requests, fixed facts and limits, as one value in UTC, with nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Whereabouts, Window


class Kind(StrEnum):
    """What a block is for, in the order in which kinds are placed and the reverse order in which they give way."""

    NON_NEGOTIABLE = "non-negotiable"
    REST = "rest"
    LEAVE = "leave"
    RITUAL = "ritual"
    BUFFER = "buffer"
    BREAK = "break"
    FOCUS = "focus"
    REVIEW = "review"
    BATCH = "batch"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Request:
    """A block request of the config: so many blocks a day or week, of some length, in some windows.

    ``weekdays`` 0 = Monday; ``windows`` on the person's clock, over midnight too. ``priority`` 1 (dearest) to 9.
    ``spacing_minutes`` between two blocks of this request. ``energy`` asks for high- or low-energy hours.
    ``after_stretch_minutes`` (breaks): placed after meetings have run back to back that long. ``around`` (buffers): a
    title pattern; blocks of ``before_minutes`` and ``after_minutes`` are put at the ends of what matches.
    ``flexible``: starts as *free* and becomes *busy* when few alternatives are left or it starts soon.
    """

    name: str
    title: str
    kind: Kind
    per: Literal["day", "week"] = "week"
    count: int = 1
    min_minutes: int = 30
    ideal_minutes: int = 30
    max_minutes: int = 30
    area: str = ""
    weekdays: frozenset[int] = frozenset(range(7))
    windows: tuple[Window, ...] = ()
    spacing_minutes: int = 0
    priority: int = 5
    energy: Literal["any", "high", "low"] = "any"
    after_stretch_minutes: int = 0
    around: str = ""
    before_minutes: int = 0
    after_minutes: int = 0
    flexible: bool = False
    private: bool = False
    on_delete: Literal["skip", "replan"] = "skip"


@dataclass(frozen=True, slots=True)
class Item:
    """One block to place. ``key`` ("dinner/2026-W48/1") names it for good; ``windows`` are where it may lie, whole.

    ``before`` is where it stands now, so that it need not move. ``must_touch``: a buffer's or break's place is given by
    what it belongs to (``windows`` has then exactly the length needed).
    """

    key: str
    request: Request
    windows: tuple[Interval, ...]
    min_minutes: int
    ideal_minutes: int
    max_minutes: int
    before: Interval | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Time that is taken: an event, a pinned block, a block inside the freeze window. ``label`` names it in reasons.

    ``key`` is set where it is a block of ours that must stay as it is; it counts for its request.
    """

    interval: Interval
    label: str
    key: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """All the planner knows. ``horizon`` starts now; ``items`` are in order of precedence."""

    horizon: Interval
    where: Whereabouts
    items: tuple[Item, ...]
    fixed: tuple[Fixed, ...]
    energy: tuple[tuple[float, ...], ...] = ()
    grid_minutes: int = 15
    white_space_minutes: int = 0
    impossible: tuple[tuple[str, str], ...] = ()
    """Block keys that have no window at all, with the reason; they go to the plan's unplaced as they are."""


def now_of(problem: Problem) -> Instant:
    """The moment the problem was put."""
    return problem.horizon.start
