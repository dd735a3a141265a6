"""Why a plan is as it is, as values.

``plan --json`` shows them as they are; :mod:`timeblock.planner.wording` makes sentences of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from timeblock.core.event import EventKey
from timeblock.core.interval import Interval

# ---- what did not fit -----------------------------------------------------------------------------------------------

Rule: TypeAlias = Literal[
    "time", "way", "one a day", "spacing", "white space", "budget", "follows", "not next to", "batch"
]
"""By what something keeps a block out: it takes the time, or the block would break a rule."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cause lies: the time of an event, of a block (by its key), or a day."""

    interval: Interval
    block: str = ""
    event: EventKey | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that keeps a block out, by its ``name``: events of one title, blocks of one request, or a limit."""

    rule: Rule
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The nearest thing that could be had: ``shorter``, ``elsewhere`` (outside the windows), on ``another day`` than it
    asks for, or in the place of something that would have to go (``without``)."""

    how: Literal["shorter", "elsewhere", "another day", "without"]
    interval: Interval
    without: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A block that did not fit. ``causes``: the fewest things that together leave it no place in the finished plan;
    where there are none, ``why`` says what makes it impossible. ``belongs`` to an event, so there is one place for it;
    ``between``: there is free time, but no start that it may have.

    Where it was ``asked`` for, ``price`` is what the best plan with it would cost the others, None where there is no
    such plan, and ``kept_out_by`` the fewest requests whose blocks, wherever they lie, leave it no place."""

    key: str
    request: str
    minutes: int
    spacing_minutes: int = 0
    why: str = ""
    causes: tuple[Cause, ...] = ()
    belongs: bool = False
    between: bool = False
    nearest: Alternative | None = None
    asked: bool = False
    price: Otherwise | None = None
    kept_out_by: tuple[str, ...] = ()


# ---- what is placed -------------------------------------------------------------------------------------------------


class Merit(StrEnum):
    """What speaks for the place of a block, the most telling first."""

    PINNED = "you put it there"
    BEGUN = "it has begun"
    SOON = "it starts soon"
    KEPT = "it stood there"
    BEFORE = "before"
    AFTER = "after"
    CLOSES = "closes the working day"
    ONLY = "the only place"
    HIGH = "high energy"
    LOW = "low energy"
    USUAL = "usual time"
    LATE = "as late as is free"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a block stood and why it could not stay: ``by`` took its time, or a rule."""

    was: Interval
    why: Literal["time", "windows", "length", "rules"]
    by: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a block lies where it does. ``minutes``: its length, ``short_by`` so many of the ideal; ``beside``: the event
    it belongs to."""

    merit: Merit
    minutes: int
    beside: str = ""
    moved: Moved | None = None
    short_by: int = 0


@dataclass(frozen=True, slots=True)
class Instead:
    """Another place that the rest of the plan leaves free, and how many points more it costs, by preference."""

    interval: Interval
    points: int
    preferences: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and why it lies there. ``instead``: the next best places as things are, none where it is not ``movable``;
    ``places_left``: how many the plan leaves to a flexible block that shows as free. Where it was ``asked`` for,
    ``elsewhere`` is the best plan with it somewhere else, None where there is none."""

    key: str
    request: str
    title: str
    interval: Interval
    why: Why
    movable: bool = True
    instead: tuple[Instead, ...] = ()
    places_left: int | None = None
    asked: bool = False
    elsewhere: Otherwise | None = None


# ---- what would be otherwise ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shift:
    """A block that lies elsewhere in another plan; ``now`` None: it is given up."""

    key: str
    title: str
    was: Interval
    now: Interval | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another plan against the one that was asked about: where the block lies, what else changes, and how many
    ``points`` more it costs."""

    interval: Interval
    shifts: tuple[Shift, ...]
    points: int


# ---- the whole ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trade:
    """What the plan gave up for what: ``missed`` blocks of a request, those ``shortened`` (by minutes), the weight of
    the missed ones, and what has their place."""

    request: str
    title: str
    missed: tuple[str, ...]
    shortened: Mapping[str, int]
    weight: int
    given_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A plan, or the part of it that was asked about."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Missed, ...]
    given_up: tuple[Trade, ...] = ()
