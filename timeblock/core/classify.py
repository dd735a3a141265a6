"""Ordered rules decide what an occurrence counts as; the first that matches wins, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from timeblock.core.event import Answer, CalendarId, EventType, Occurrence
from timeblock.core.localtime import Window


class Activity(StrEnum):
    """What an occurrence is to the measures and the planner."""

    MEETING = "meeting"
    FOCUS = "focus"
    ROUTINE = "routine"
    COMMUTE = "commute"
    LEAVE = "leave"
    PERSONAL = "personal"
    OURS = "ours"
    IGNORE = "ignore"
    UNCLASSIFIED = "unclassified"


WORK = frozenset({Activity.MEETING, Activity.FOCUS, Activity.ROUTINE})


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions that are set must hold. ``title`` is a regular expression searched without regard to case."""

    name: str
    activity: Activity
    area: str = ""
    calendars: tuple[str, ...] = ()
    title: str = ""
    categories: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    organizer: str = ""
    types: tuple[EventType, ...] = ()
    all_day: bool | None = None
    min_minutes: int | None = None
    max_minutes: int | None = None
    within: Window | None = None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """What the config says of a calendar that the rules need: its name in the config and the area it belongs to."""

    id: CalendarId
    name: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Classified:
    """An occurrence and what it counts as. ``rule`` names the rule, ``why`` says it in words.

    ``busy`` is False for declined, cancelled and transparent ones; ``answer`` is the person's own, None where it is
    their own event.
    """

    occurrence: Occurrence
    activity: Activity
    area: str
    rule: str
    why: str
    busy: bool = True
    answer: Answer | None = None
