"""Three sides, one decision: what should stand (desired), what stands (observed), what we last wrote (written).

Two pure steps. :func:`their_edits` compares observed with written and says what the person did; the planner takes that
as fact. :func:`changes` then compares the plan with both and says what to write.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from timeblock.core.event import CalendarId, Draft, Mark, Resource
from timeblock.core.interval import Interval


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A block on a calendar: the block itself, or its busy twin elsewhere."""

    calendar: CalendarId
    key: str


class State(StrEnum):
    """What became of a block we wrote."""

    LIVE = "live"
    PINNED = "pinned"
    SKIPPED = "skipped"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Written:
    """What we believe stands in a calendar: the draft as last written (or adopted), where, and in which version.

    SKIPPED: the person deleted it (or undid it); it does not come back. REMOVED: we took it away ourselves.
    """

    slot: Slot
    draft: Draft
    href: str
    version: str
    state: State = State.LIVE


@dataclass(frozen=True, slots=True)
class Observed:
    """An event of ours as the calendar has it now. ``hands_off``: it has guests or recurs by now, so we leave it."""

    slot: Slot
    mark: Mark
    resource: Resource
    interval: Interval
    summary: str
    busy: bool
    hands_off: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    slot: Slot
    draft: Draft
    why: str


@dataclass(frozen=True, slots=True)
class Update:
    slot: Slot
    draft: Draft
    base: Resource
    before: Draft
    why: str


@dataclass(frozen=True, slots=True)
class Delete:
    slot: Slot
    base: Resource
    before: Draft
    why: str


@dataclass(frozen=True, slots=True)
class Adopt:
    """Their version wins: it was moved, resized or retitled, or it is ours and we had forgotten it."""

    slot: Slot
    written: Written
    why: str


@dataclass(frozen=True, slots=True)
class Release:
    """They deleted it: it is theirs to miss, and does not come back."""

    slot: Slot
    written: Written
    why: str


Change: TypeAlias = Create | Update | Delete | Adopt | Release
