"""SMART goals: a metric, a baseline, a target and a deadline, with weekly milestones between.

How a goal stands by them is in :mod:`timeblock.core.progress`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from timeblock.core.localtime import Week

if TYPE_CHECKING:
    from timeblock.core.measures import Measure

Weekly: TypeAlias = "Mapping[Week, Sequence[Measure]]"
"""The measures of each week that is known of."""


class Shape(StrEnum):
    """The six forms a goal can take."""

    CHANGE_PERCENT = "change-percent"
    CHANGE_AMOUNT = "change-amount"
    KEEP = "keep"
    FREQUENCY = "frequency"
    USE_UP = "use-up"
    TIME_BUDGET = "time-budget"


@dataclass(frozen=True, slots=True)
class Phase:
    """A season in which a goal has another ``target``, said in the same way."""

    first: date
    last: date
    target: float


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the config. The unit of ``target`` is that of the metric, percent or times a week, as the shape says.

    ``at_most``: the target is a ceiling (else a floor). ``baseline`` None: taken from the weeks before ``start``.
    ``of`` names the area or block request a metric such as ``area_time`` or ``blocks`` is about. Of a time budget,
    ``total`` is what shall have been spent by the deadline, where it is one of the whole time and not of a week;
    ``ceiling`` is the most that a week may take, so that a goal beside work cannot become a second job.
    """

    name: str
    metric: str
    shape: Shape
    target: float
    start: date
    deadline: date
    at_most: bool = True
    baseline: float | None = None
    of: str = ""
    cadence: str = "weekly"
    tolerance: float = 0.0
    area: str = ""
    why: str = ""
    eased: bool = False
    share_with: tuple[str, ...] = ()
    total: float | None = None
    ceiling: float | None = None
    phases: tuple[Phase, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it leads away from a baseline."""
        return self.shape in (Shape.CHANGE_PERCENT, Shape.CHANGE_AMOUNT)

    @property
    def adds_up(self) -> bool:
        """Whether weeks add up to the target, as leave and hours in total do; else each week stands for itself."""
        return self.shape is Shape.USE_UP or self.total is not None

    @property
    def weeks(self) -> tuple[Week, ...]:
        """From that of the start to that of the deadline."""
        first, last = Week.of(self.start), Week.of(self.deadline)
        return tuple(first.plus(n) for n in range((last.monday - first.monday).days // 7 + 1))


BASELINE_WEEKS, FURTHEST_BACK, MINIMUM_WEEKS = 4, 12, 2
"""A baseline is taken from so many weeks, not longer ago than this before the start, and from no fewer than two."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where a goal begins, and the weeks that says; none where the config says it. ``value`` None: not enough known."""

    value: float | None
    weeks: tuple[Week, ...] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a goal should have come to in the week that ends on ``on``, in the unit of its metric."""

    goal: str
    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Step:
    """A week of a goal that is over and known. ``spent`` is its own; ``value`` the sum so far, where weeks add up."""

    week: Week
    value: float
    milestone: float
    kept: bool
    spent: float


# ---- from the baseline to the target -------------------------------------------------------------------------------


def baseline(goal: Goal, known: Mapping[Week, float | None]) -> Baseline:
    """The config's, else the median of the last four known weeks that were over before ``start``.

    Leave that is to be used up begins with what was used of it that year; hours in total begin with none.
    """
    if goal.baseline is not None:
        return Baseline(goal.baseline)
    if goal.adds_up:
        return Baseline(_used_before(goal, known) if goal.shape is Shape.USE_UP else 0.0)
    earliest = Week.of(goal.start).plus(-FURTHEST_BACK)
    usable = [w for w in sorted(known) if known[w] is not None and w >= earliest and w.days()[-1] < goal.start]
    before = tuple(usable[-BASELINE_WEEKS:])
    enough = len(before) >= MINIMUM_WEEKS
    return Baseline(median(v for w in before if (v := known[w]) is not None) if enough else None, before)


def _used_before(goal: Goal, known: Mapping[Week, float | None]) -> float:
    before = (w for w in sorted(known, reverse=True) if w.days()[-1] < goal.start and w.monday.year == goal.start.year)
    return next((v for w in before if (v := known[w]) is not None), 0.0)


def target(goal: Goal, base: float | None) -> float | None:
    """What a week (or the whole, where weeks add up) should come to in the end.

    Raises ValueError for a percent goal on nothing.
    """
    if goal.total is not None:
        return goal.total
    if not goal.changes:
        return goal.target
    if base is None:
        return None
    if goal.shape is Shape.CHANGE_AMOUNT:
        return max(0.0, base + goal.target)
    if base == 0:
        raise ValueError("a percentage of nothing is nothing: name a target in figures instead")
    return base * (1 + goal.target / 100)


def milestones(goal: Goal, base: float | None, paused: Collection[Week] = ()) -> tuple[Milestone, ...]:
    """One a week, on its last day, from the baseline to the target; none where they are not known.

    ``eased`` goals begin with small steps. In a ``paused`` week the goal takes no step. Where no baseline belongs to
    the shape, each week's milestone is the target; what adds up grows evenly. A week that lies, by its Thursday, in a
    phase of the goal has the target of that phase.
    """
    final = target(goal, base)
    if final is None:
        return ()
    start = final if base is None or not (goal.changes or goal.adds_up) else base
    steps = [(week, week not in paused) for week in goal.weeks]
    many, taken, made = sum(active for _, active in steps) or 1, 0, []
    for week, active in steps:
        taken += active
        share = (taken / many) ** 2 if goal.eased else taken / many
        phase = _in_phase(goal, base, week) if goal.phases else None
        value = start + (final - start) * share if phase is None else phase
        made.append(Milestone(goal.name, min(week.days()[-1], goal.deadline), value))
    return tuple(made)


def _in_phase(goal: Goal, base: float | None, week: Week) -> float | None:
    thursday = week.days()[3]
    phase = next((p for p in goal.phases if p.first <= thursday <= p.last), None)
    return target(replace(goal, target=phase.target), base) if phase else None
