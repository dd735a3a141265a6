"""SMART goals: a metric, a baseline, a target and a deadline, with weekly milestones between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from timeblock.core.localtime import Week
from timeblock.core.measures import Measure, value_of
from timeblock.core.words import day as day_words


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


BASELINE_WEEKS, FURTHEST_BACK, MINIMUM_WEEKS = 4, 12, 2
"""A baseline is taken from so many weeks, not longer ago than this before the start, and from no fewer than two."""
KEPT_SHARE = 0.8
"""A goal of every week is met when it was kept in this share of them."""
UNMEASURED = {"after_hours_emails": "needs the times of sent mail, and there is no source of them yet"}
"""What lacks for some metrics that a goal may name."""


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


# ---- from the baseline to the target -------------------------------------------------------------------------------


def baseline_weeks(goal: Goal, weekly: Mapping[Week, float | None]) -> tuple[Week, ...]:
    """The weeks that the baseline rests on: the last four known ones that were over before ``start``."""
    earliest = Week.of(goal.start).plus(-FURTHEST_BACK)
    usable = (w for w, v in sorted(weekly.items()) if v is not None and w >= earliest and w.days()[-1] < goal.start)
    return tuple(usable)[-BASELINE_WEEKS:]


def baseline(goal: Goal, weekly: Mapping[Week, float | None]) -> float | None:
    """The config's, else the median of :func:`baseline_weeks`; None for under two of them.

    ``weekly`` has None for weeks that are unknown, and for those of rest, which are nobody's usual week.
    """
    if goal.baseline is not None:
        return goal.baseline
    before = [v for week in baseline_weeks(goal, weekly) if (v := weekly[week]) is not None]
    return median(before) if len(before) >= MINIMUM_WEEKS else None


def target(goal: Goal, base: float | None) -> float | None:
    """What a week should come to in the end. Raises ValueError for a percent goal on nothing."""
    if not _changes(goal):
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
    ends, final = _week_ends(goal), target(goal, base)
    if final is None:
        return ()
    start = 0.0 if goal.shape is Shape.USE_UP else base if _changes(goal) and base is not None else final
    shares = [(n + 1) / len(ends) for n in range(len(ends))]
    steps = [share * share if goal.eased else share for share in shares]
    return tuple(Milestone(goal.name, on, start + (final - start) * x) for on, x in zip(ends, steps, strict=True))


def _week_ends(goal: Goal) -> list[date]:
    first, last = Week.of(goal.start), Week.of(goal.deadline)
    count = (last.monday - first.monday).days // 7 + 1
    return [min(first.plus(n).days()[-1], goal.deadline) for n in range(max(0, count))]


def _changes(goal: Goal) -> bool:
    return goal.shape in (Shape.CHANGE_PERCENT, Shape.CHANGE_AMOUNT)


# ---- how it stands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A week of a goal that is over, known and no week of rest."""

    value: float
    milestone: float


def progress(goal: Goal, weeks: Mapping[Week, Sequence[Measure]], today: date) -> Progress:
    """How ``goal`` stands by the weeks that are over. Raises nothing: what cannot be judged says why."""
    known = {week: value_of(found, goal.metric, goal.of) for week, found in weeks.items() if not rested(found)}
    base = baseline(goal, known)
    try:
        marks = milestones(goal, base)
    except ValueError as impossible:
        return Progress(goal, GoalState.NO_DATA, str(impossible), baseline=base)
    final = marks[-1].value if marks else None
    over = [w for w in sorted(known) if w.monday <= goal.deadline and goal.start <= w.days()[-1] < today]
    steps = [_Step(v, _milestone(marks, w)) for w in over if marks and (v := known[w]) is not None]
    if final is None or not steps:
        return Progress(goal, GoalState.NO_DATA, _lacks(goal, weeks, over, final), None, None, base, final)
    state = _state(goal, steps, final, today)
    return Progress(goal, state, _text(goal, state), steps[-1].value, steps[-1].milestone, base, final)


def rested(measures: Sequence[Measure]) -> bool:
    """Whether leave and holidays took at least half of a week's working hours."""
    parts = next((dict(m.parts) for m in measures if m.id == "work"), {})
    away = parts.get("leave and holidays", 0.0)
    return away > 0 and away >= parts.get("working window", 0.0)


def _milestone(marks: Sequence[Milestone], week: Week) -> float:
    """That of a week of the goal: on its last day, or on the goal's."""
    return next((m.value for m in marks if m.on >= week.days()[-1]), marks[-1].value)


def _lacks(goal: Goal, weeks: Mapping[Week, Sequence[Measure]], over: Sequence[Week], final: float | None) -> str:
    """What is missing for a judgement."""
    found = [m for measures in weeks.values() for m in measures if m.id == goal.metric]
    if not found:
        return f"{goal.metric} {UNMEASURED.get(goal.metric, 'is not measured yet')}"
    if final is None:
        return f"measuring first: {MINIMUM_WEEKS} known weeks before the start are needed"
    unknown = next((m.missing for week in reversed(over) for m in weeks[week] if m.id == goal.metric and m.missing), "")
    return unknown or "no week of it is over yet"


def _state(goal: Goal, steps: Sequence[_Step], final: float, today: date) -> GoalState:
    ended = today > goal.deadline
    if _changes(goal) or goal.shape is Shape.USE_UP:
        there = [_reached(goal, step.value, final) for step in steps[-2:]]
        if there[-1] if ended else len(there) == 2 and all(there):
            return GoalState.MET
    elif ended and sum(_kept(goal, step) for step in steps) >= KEPT_SHARE * len(steps):
        return GoalState.MET
    if ended:
        return GoalState.MISSED
    last = [_kept(goal, step) for step in steps[-2:]]
    if last[-1]:
        return GoalState.ON_TRACK
    return GoalState.OFF_TRACK if len(last) == 2 and not any(last) else GoalState.AT_RISK


def _kept(goal: Goal, step: _Step) -> bool:
    return _reached(goal, step.value, step.milestone)


def _reached(goal: Goal, value: float, wanted: float) -> bool:
    """With the goal's tolerance, a share of what is wanted."""
    slack = abs(wanted) * goal.tolerance
    return value <= wanted + slack if goal.at_most else value >= wanted - slack


def _text(goal: Goal, state: GoalState) -> str:
    return TEXTS[state].format(deadline=day_words(goal.deadline, year=True))


TEXTS = {
    GoalState.MET: "reached; well done",
    GoalState.ON_TRACK: "last week kept its milestone",
    GoalState.AT_RISK: "last week was beyond its milestone; one week decides nothing",
    GoalState.OFF_TRACK: "two weeks in a row were beyond their milestones; a smaller step may hold better",
    GoalState.MISSED: "not reached by {deadline}; what would help next time?",
}
"""What is said of each state that was judged."""
