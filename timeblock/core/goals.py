"""SMART goals: a metric, a baseline, a target and a deadline, with weekly milestones between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from timeblock.core.localtime import Week
from timeblock.core.measures import Measure, value_of


class Shape(StrEnum):
    """The six forms a goal can take."""

    CHANGE_PERCENT = "change-percent"
    CHANGE_AMOUNT = "change-amount"
    KEEP = "keep"
    FREQUENCY = "frequency"
    USE_UP = "use-up"
    TIME_BUDGET = "time-budget"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the config. The unit of ``target`` is that of the metric, percent or times a week, as the shape says.

    ``at_most``: the target is a ceiling (else a floor). ``baseline`` None: taken from the weeks before ``start``.
    ``of`` names the area or block request a metric such as ``area_time`` or ``blocks`` is about.
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


class GoalState(StrEnum):
    """How a goal stands."""

    ON_TRACK = "on track"
    AT_RISK = "at risk"
    OFF_TRACK = "off track"
    MET = "met"
    MISSED = "missed"
    NO_DATA = "not enough known"


BASELINE_WEEKS = 4
MINIMUM_WEEKS = 2


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a goal should have come to in the week that ends on ``on``, in the unit of its metric."""

    goal: str
    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal against the last full week. ``target`` is in the unit of the metric; None where it is not known yet."""

    goal: Goal
    state: GoalState
    text: str
    value: float | None = None
    milestone: float | None = None
    baseline: float | None = None
    target: float | None = None


def baseline(goal: Goal, weekly: Mapping[Week, float | None]) -> float | None:
    """The config's, else the median of the last four known weeks before ``start``; None for under two of them."""
    if goal.baseline is not None:
        return goal.baseline
    before = [v for w, v in sorted(weekly.items()) if w.days()[-1] < goal.start and v is not None][-BASELINE_WEEKS:]
    return median(before) if len(before) >= MINIMUM_WEEKS else None


def target(goal: Goal, base: float | None) -> float | None:
    """What a week should come to in the end. Raises ValueError for a percent goal on nothing."""
    if goal.shape not in (Shape.CHANGE_PERCENT, Shape.CHANGE_AMOUNT):
        return goal.target
    if base is None:
        return None
    if goal.shape is Shape.CHANGE_AMOUNT:
        return max(0.0, base + goal.target)
    if base == 0:
        raise ValueError("a percentage of nothing is nothing: name a target in figures instead")
    return base * (1 + goal.target / 100)


def milestones(goal: Goal, base: float | None) -> tuple[Milestone, ...]:
    """One a week, on its last day, from the baseline to the target; none where they are not known.

    ``eased`` goals begin with small steps. Where no baseline belongs to the shape, each week's milestone is the target;
    leave that is to be used up grows evenly.
    """
    ends = _week_ends(goal)
    final = target(goal, base)
    if final is None or not ends:
        return ()
    start = 0.0 if goal.shape is Shape.USE_UP else base if _changes(goal) else final
    assert start is not None
    shares = [(n + 1) / len(ends) for n in range(len(ends))]
    eased = [share * share if goal.eased else share for share in shares]
    return tuple(
        Milestone(goal.name, on, start + (final - start) * share) for on, share in zip(ends, eased, strict=True)
    )


def progress(goal: Goal, weeks: Mapping[Week, Sequence[Measure]], today: date) -> Progress:
    """How ``goal`` stands by the last week that is over. Raises nothing: what cannot be judged says why."""
    weekly = {week: value_of(found, goal.metric, goal.of) for week, found in weeks.items()}
    base = baseline(goal, weekly)
    try:
        steps = milestones(goal, base)
    except ValueError as impossible:
        return Progress(goal, GoalState.NO_DATA, str(impossible), baseline=base)
    if not steps:
        return Progress(
            goal, GoalState.NO_DATA, f"measuring first: {MINIMUM_WEEKS} known weeks before the start are needed"
        )
    if not any(m.id == goal.metric for found in weeks.values() for m in found):
        return Progress(
            goal, GoalState.NO_DATA, f"{goal.metric} is not measured yet", None, None, base, steps[-1].value
        )
    over = [w for w in sorted(weekly) if w.days()[-1] >= goal.start and w.days()[-1] < today]
    value = weekly[over[-1]] if over else None
    if not over or value is None:
        return Progress(
            goal, GoalState.NO_DATA, "no week of it is over and known yet", None, None, base, steps[-1].value
        )
    step = next((s for s in steps if s.on >= over[-1].days()[-1]), steps[-1])
    state = _state(goal, value, step.value, steps[-1].value, today)
    return Progress(goal, state, _text(goal, state), value, step.value, base, steps[-1].value)


def _week_ends(goal: Goal) -> list[date]:
    first, last = Week.of(goal.start), Week.of(goal.deadline)
    count = (last.monday - first.monday).days // 7 + 1
    return [min(first.plus(n).days()[-1], goal.deadline) for n in range(max(0, count))]


def _changes(goal: Goal) -> bool:
    return goal.shape in (Shape.CHANGE_PERCENT, Shape.CHANGE_AMOUNT)


def _state(goal: Goal, value: float, step: float, final: float, today: date) -> GoalState:
    if today > goal.deadline:
        return GoalState.MET if _reached(goal, value, final) else GoalState.MISSED
    if _changes(goal) and _reached(goal, value, final):
        return GoalState.MET
    if _reached(goal, value, step):
        return GoalState.ON_TRACK
    near = step * 1.15 if goal.at_most else step * 0.85
    return GoalState.AT_RISK if _reached(goal, value, near) else GoalState.OFF_TRACK


def _reached(goal: Goal, value: float, wanted: float) -> bool:
    """With the goal's tolerance, a share of what is wanted."""
    slack = abs(wanted) * goal.tolerance
    return value <= wanted + slack if goal.at_most else value >= wanted - slack


def _text(goal: Goal, state: GoalState) -> str:
    match state:
        case GoalState.MET:
            return "reached; well done"
        case GoalState.ON_TRACK:
            return "last week was within its milestone"
        case GoalState.AT_RISK:
            return "last week came close to its milestone"
        case GoalState.OFF_TRACK:
            return "last week was beyond its milestone; a smaller step may hold better"
        case GoalState.MISSED:
            return f"not reached by {goal.deadline.isoformat()}; what would help next time?"
        case GoalState.NO_DATA:
            return "not enough is known"
