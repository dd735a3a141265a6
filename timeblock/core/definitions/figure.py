"""What a definition is made of, and what it finds in a span of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from timeblock.core.scope import Evidence, Moment, Scope

Unit: TypeAlias = Literal["min", "h/week", "%", "days", "count"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a definition finds in a span; the rest of a :class:`~timeblock.core.measures.Measure` is the same for all
    spans. A value of None is *unknown*: no evidence, not zero. ``notes``: what else must be known, a sentence each.
    ``moments``: the times behind it that stand in no calendar."""

    value: float | None
    detail: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    missing: str = ""
    notes: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()


Figuring: TypeAlias = Callable[[Scope], Figure]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure means. A change of meaning is a new ``version``, so that stored figures say which they are of.

    ``worked``: it rests on worked time, so on the person's basis. ``of_work``: nothing is known of it where no event
    was ever work, nor, for worked time, any trace. ``at_least``: a lower bound, since calendars do not show all.
    ``by_calendars``: nothing is known of it where no calendar was read.
    """

    id: str
    unit: Unit
    version: int
    text: str
    figure: Figuring
    worked: bool
    at_least: bool
    of_work: bool
    by_calendars: bool

    def __call__(self, s: Scope) -> Figure:
        return self.figure(s)


def defined(
    unit: Unit,
    version: int = 1,
    *,
    worked: bool = False,
    at_least: bool = False,
    of_work: bool = True,
    by_calendars: bool = True,
) -> Callable[[Figuring], Definition]:
    """A measure: its id is the function's name, its definition the docstring."""

    def define(figure: Figuring) -> Definition:
        text = " ".join((figure.__doc__ or "").split())
        return Definition(figure.__name__, unit, version, text, figure, worked, at_least, of_work, by_calendars)

    return define


NO_WINDOW = "no working window in this time"
