"""What the planner is asked: block requests, fixed facts and limits, as one value in UTC, with nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from timeblock.core.event import EventKey
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


Per: TypeAlias = Literal["day", "week", "month", "total"]

RANK = {kind: rank for rank, kind in enumerate(Kind)}

WORKDAYS_ONLY = frozenset({Kind.RITUAL, Kind.BREAK, Kind.FOCUS, Kind.REVIEW, Kind.BATCH, Kind.ROUTINE, Kind.BUFFER})
"""Kinds that are not asked for on holidays and leave, and whose windows are the working hours unless said otherwise."""

WORK = "work"
"""The area whose blocks are work: they keep to the work budget, daily rest and the free day."""

BATCH_MINUTES = 4 * 60
"""The blocks of a batch lie within such a time: a morning, an afternoon."""

NEXT_TO_MINUTES = 30
"""Blocks nearer than this are next to each other."""


@dataclass(frozen=True, slots=True)
class Request:
    """A block request of the config: so many blocks a day, week, month or in total, of some length, in some windows.

    ``weekdays`` 0 = Monday; ``windows`` on the person's clock, over midnight too. ``priority`` 1 (dearest) to 9.
    ``since`` … ``until``: the days, both included, that ``per`` "total" is about; it and "month" ask for as many as
    their pace. ``spacing_minutes`` between two blocks of this request. ``energy`` asks for high- or low-energy hours.
    ``after_stretch_minutes`` (breaks): placed after meetings have run back to back that long. ``after_late_minutes``
    (rest): keeps the morning until so long after work that ended late. ``around`` (buffers): a title pattern; blocks of
    ``before_minutes`` and ``after_minutes`` are put at the ends of what matches. ``follows``: on a day with a block of
    that request, this comes after it. ``not_next_to``: requests whose blocks stay :data:`NEXT_TO_MINUTES` away.
    ``batch``: blocks of one week and one batch lie on one day, within :data:`BATCH_MINUTES`. ``travel_minutes`` lie
    between it and anything that is not at the same ``place``. ``flexible``: starts as *free* and becomes *busy* when
    few alternatives are left or it starts soon. ``exceptions``: how often in four weeks
    it may give way without a word in the review; None where nobody counts. ``defence``: 1 where a goal is behind (busy
    earlier, dearer to move), -1 where it is ahead.
    """

    name: str
    title: str
    kind: Kind
    per: Per = "week"
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
    after_late_minutes: int = 0
    around: str = ""
    before_minutes: int = 0
    after_minutes: int = 0
    since: date | None = None
    until: date | None = None
    follows: str = ""
    not_next_to: frozenset[str] = frozenset()
    batch: str = ""
    place: str = ""
    travel_minutes: int = 0
    flexible: bool = False
    private: bool = False
    on_delete: Literal["skip", "replan"] = "skip"
    exceptions: int | None = None
    defence: int = 0

    @property
    def is_work(self) -> bool:
        return self.area == WORK


@dataclass(frozen=True, slots=True)
class Item:
    """One block to place. ``key`` ("dinner/2026-W48/1") names it for good; ``windows`` are where it may lie, whole.

    ``before`` is where it stands now, so that it need not move. ``touch``: a buffer or break belongs to what is next to
    it, so it starts where its only window starts, or ends where that ends. ``late``: it closes the working day, so the
    end of a window is the best place.
    """

    key: str
    request: Request
    windows: tuple[Interval, ...]
    min_minutes: int
    ideal_minutes: int
    max_minutes: int
    before: Interval | None = None
    touch: Literal["", "start", "end"] = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """Time that is taken: an event, a pinned block, a block inside the freeze window. ``label`` names it in reasons.

    ``key`` is set where it is a block of ours that must stay as it is; it counts for its request, and ``label`` is its
    title. ``pinned``: the person put it there; else it starts too soon to move, or is over. ``event``: which
    one it is.
    """

    interval: Interval
    label: str
    key: str = ""
    request: str = ""
    kind: Kind = Kind.ROUTINE
    area: str = ""
    busy: bool = True
    private: bool = False
    pinned: bool = False
    place: str = ""
    travel_minutes: int = 0
    event: EventKey | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """So many minutes of work blocks may still be placed in ``interval``; ``reason`` says what set the limit."""

    interval: Interval
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A block as it stands in a calendar by now, or one that the person ``skipped`` (deleted, so it stays away).

    ``pinned``: the person put it there, so the planner works around it.
    """

    key: str
    interval: Interval
    title: str
    busy: bool = True
    pinned: bool = False
    skipped: bool = False

    @property
    def request(self) -> str:
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """All the planner knows. ``horizon`` starts now; ``items`` are in order of precedence.

    ``fixed`` begins earlier than the horizon: what is over still counts for white space, spacing and quotas.
    ``waking`` has one interval a day, which keeps ``white_space_minutes`` with nothing in them.
    """

    horizon: Interval
    where: Whereabouts
    items: tuple[Item, ...]
    fixed: tuple[Fixed, ...]
    energy: tuple[tuple[float, ...], ...] = ()
    grid_minutes: int = 15
    white_space_minutes: int = 0
    impossible: tuple[tuple[str, str], ...] = ()
    """Keys of items that have no window at all, with the reason; they go to the plan's unplaced as they are."""
    waking: tuple[Interval, ...] = ()
    busy_below_alternatives: int = 2
    busy_before_minutes: int = 120
    budgets: tuple[Budget, ...] = ()
    moves_left: int | None = None
    """So many blocks that could stay may still be moved or given up today; None for any number."""


def way_minutes(one: Request, other: Request | Fixed) -> int:
    """How long it takes from one to the other: nothing within one place or request; else the way of the one that is
    further out. A buffer is the way itself."""
    here, there = one.place.casefold(), other.place.casefold()
    same = here and there and (here in there or there in here)
    own = one.name == (other.name if isinstance(other, Request) else other.request)
    if same or own or Kind.BUFFER in (one.kind, other.kind):
        return 0
    return max(one.travel_minutes, other.travel_minutes)


def now_of(problem: Problem) -> Instant:
    """The moment the problem was put."""
    return problem.horizon.start


def precedence(request: Request) -> tuple[int, int]:
    """Smaller is placed first and gives way last: the order of kinds, then priority."""
    return RANK[request.kind], request.priority


def one_a_day(request: Request) -> bool:
    """Blocks asked for by the week or longer lie on different days, unless ``spacing_minutes`` says how close they may
    come, there are more of them than days, they belong to events, or to a batch of one day."""
    close = request.spacing_minutes or request.batch or request.around or request.after_stretch_minutes
    return request.per != "day" and request.count <= period_days(request) and not close


def period_days(request: Request) -> int:
    """Days of the period that the quota is about, of a month at least."""
    if request.per == "total" and request.since and request.until:
        return (request.until - request.since).days + 1
    return {"day": 1, "week": 7, "month": 28, "total": 1}[request.per]
