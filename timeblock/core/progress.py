"""How a goal stands: each week against its milestone, the trend and where it leads, and what is offered then."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from math import ceil
from statistics import median

from timeblock.core import goals
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import MINIMUM_WEEKS, Baseline, Goal, Milestone, Shape, Step, Weekly
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure, rested, value_of
from timeblock.core.outlook import Forecast, Offer, forecast, offer
from timeblock.core.words import day as day_words
from timeblock.core.words import figure


class GoalState(StrEnum):
    """How a goal stands."""

    ON_TRACK = "on track"
    AT_RISK = "at risk"
    OFF_TRACK = "off track"
    MET = "met"
    MISSED = "missed"
    NO_DATA = "not enough known"
    PAUSED = "paused"


KEPT_SHARE = 0.8
"""A goal of every week is met when it was kept in this share of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal against its last full week. ``target`` is in the unit of the metric; None where it is not known yet.

    ``pace``: what each week left must bring: a step for goals that change something, an amount for what adds up, the
    target itself for what each week shall be. ``finish``: when hours in total are reached at the usual pace.
    """

    goal: Goal
    state: GoalState
    text: str
    value: float | None = None
    milestone: float | None = None
    baseline: float | None = None
    target: float | None = None
    steps: tuple[Step, ...] = ()
    baseline_weeks: tuple[Week, ...] = ()
    forecast: Forecast | None = None
    pace: float | None = None
    weeks_left: int = 0
    finish: date | None = None
    offer: Offer | None = None
    milestones: tuple[Milestone, ...] = ()

    @property
    def kept(self) -> int:
        """How many of the steps held their milestone."""
        return sum(step.kept for step in self.steps)


def progress(
    goal: Goal,
    weekly: Weekly,
    today: date,
    paused: Collection[Week] = (),
    stored: Baseline | None = None,
    decided: date | None = None,
) -> Progress:
    """How ``goal`` stands by the weeks that are over. Raises nothing: what cannot be judged says why.

    ``paused``: weeks in which it rests. ``stored``: the baseline as it was once taken, which later edits of the
    calendar do not move. ``decided``: when an offer was last answered; weeks before that lead to none.
    """
    known = known_values(goal, weekly, paused)
    base = stored or goals.baseline(goal, known)
    try:
        marks = goals.milestones(goal, base.value, paused)
    except ValueError as impossible:
        return Progress(goal, GoalState.NO_DATA, str(impossible), baseline=base.value, baseline_weeks=base.weeks)
    steps = _steps(goal, known, marks, base.value, today, paused)
    final = marks[-1].value if marks else None
    state = _state(goal, steps, final, today, paused)
    last, left = steps[-1] if steps else None, sum(w.days()[-1] >= today and w not in paused for w in goal.weeks)
    pace = _pace(goal, base.value if last is None else last.value, final, left)
    judged = state in (GoalState.ON_TRACK, GoalState.OFF_TRACK)
    return Progress(
        goal,
        state,
        (_lacks(goal, weekly, final, today) if state is GoalState.NO_DATA else _text(goal, state))
        + _beyond(goal, last, pace),
        value=last.value if last else None,
        milestone=last.milestone if last else None,
        baseline=base.value,
        target=final,
        steps=steps,
        baseline_weeks=base.weeks,
        forecast=forecast(goal, steps),
        pace=pace,
        weeks_left=left,
        finish=_finish(goal, steps),
        offer=offer(goal, steps, decided) if judged else None,
        milestones=marks,
    )


def known_values(goal: Goal, weekly: Weekly, paused: Collection[Week] = ()) -> dict[Week, float | None]:
    """The goal's metric week by week, each by itself; None where it is unknown.

    Weeks of rest and paused ones are left out, unless they are what the goal adds up. Leave is in percent of what one
    is entitled to.
    """
    return {
        week: _value(goal, found)
        for week, found in weekly.items()
        if goal.adds_up or not (week in paused or rested(found))
    }


def _value(goal: Goal, found: Sequence[Measure]) -> float | None:
    if goal.shape is not Shape.USE_UP:
        return value_of(found, goal.metric, goal.of)
    return next((dict(m.parts).get("% of it") for m in found if m.id == goal.metric), None)


def _steps(
    goal: Goal,
    known: Mapping[Week, float | None],
    marks: Sequence[Milestone],
    base: float | None,
    today: date,
    paused: Collection[Week],
) -> tuple[Step, ...]:
    """The weeks that are over and known; what adds up counts paused weeks too, but judges none of them."""
    due = dict(zip(goal.weeks, (m.value for m in marks), strict=False))
    over = [(w, v) for w in goal.weeks if w in due and w.days()[-1] < today and (v := known.get(w)) is not None]
    spent = [v for _, v in over]
    values = list(accumulate(spent, initial=base or 0.0))[1:] if goal.total is not None else spent
    return tuple(
        Step(week, value, due[week], reached(goal, value, due[week]), own)
        for (week, own), value in zip(over, values, strict=True)
        if week not in paused
    )


def reached(goal: Goal, value: float, wanted: float) -> bool:
    """With the goal's tolerance, a share of what is wanted."""
    slack = abs(wanted) * goal.tolerance
    return value <= wanted + slack if goal.at_most else value >= wanted - slack


def told(goal: Goal, value: float) -> str:
    """A figure of the goal in words, in the unit of its metric."""
    if goal.shape is Shape.USE_UP:
        return figure(value, "%")
    unit = DEFINITIONS[goal.metric].unit if goal.metric in DEFINITIONS else "count"
    return figure(value, unit) + (" a week" if goal.shape is Shape.FREQUENCY else "")


def worded(goal: Goal, milestone: Milestone) -> str:
    """A milestone as a thing to do: ``"Emails: at most 12 this week"``."""
    bound, by_now = "at most" if goal.at_most else "at least", "by now" if goal.adds_up else "this week"
    return f"{goal.name}: {bound} {told(goal, milestone.value)} {by_now}"


def way(found: Progress, milestone: Milestone) -> int:
    """How far the last known week has come on the way from the baseline to ``milestone``, in percent, short of 100.

    0 where each week begins anew.
    """
    start = found.baseline or 0.0
    whole = milestone.value - start
    if found.value is None or not whole or not (found.goal.changes or found.goal.adds_up):
        return 0
    return max(0, min(99, int(100 * (found.value - start) / whole)))


# ---- the state -----------------------------------------------------------------------------------------------------


def _state(goal: Goal, steps: Sequence[Step], final: float | None, today: date, paused: Collection[Week]) -> GoalState:
    ended = today > goal.deadline
    if not ended and Week.of(today) in paused:
        return GoalState.PAUSED
    if final is None or not steps:
        return GoalState.NO_DATA
    if _is_met(goal, steps, final, ended):
        return GoalState.MET
    if ended:
        return GoalState.MISSED
    last = [step.kept for step in steps[-2:]]
    if last[-1]:
        return GoalState.ON_TRACK
    return GoalState.OFF_TRACK if len(last) == 2 and not any(last) else GoalState.AT_RISK


def _is_met(goal: Goal, steps: Sequence[Step], final: float, ended: bool) -> bool:
    """What adds up is met once it is there; a change once two weeks in a row are; what each week shall be, at the end,
    by most of the weeks."""
    there = [reached(goal, step.value, final) for step in steps[-2:]]
    if goal.adds_up:
        return there[-1]
    if goal.changes:
        return there[-1] if ended else len(there) == 2 and all(there)
    return ended and sum(step.kept for step in steps) >= KEPT_SHARE * len(steps)


def _lacks(goal: Goal, weekly: Weekly, final: float | None, today: date) -> str:
    """What is missing for a judgement."""
    found = {week: m for week, measures in weekly.items() for m in measures if m.id == goal.metric}
    if not found:
        return f"{goal.metric} is not measured yet"
    if final is None:
        return f"measuring first: {MINIMUM_WEEKS} known weeks before the start are needed"
    over = [week for week in goal.weeks if week in found and week.days()[-1] < today]
    return next((found[w].missing for w in reversed(over) if found[w].missing), "no week of it is over yet")


def _text(goal: Goal, state: GoalState) -> str:
    return TEXTS[state].format(deadline=day_words(goal.deadline, year=True))


def _beyond(goal: Goal, last: Step | None, pace: float | None) -> str:
    """What a ceiling has to say: that the last week passed it, or that what is left needs more than it allows."""
    if goal.ceiling is None:
        return ""
    if last and last.spent > goal.ceiling:
        return f"; last week took {told(goal, last.spent)}, where {told(goal, goal.ceiling)} are your ceiling"
    if goal.total is not None and pace is not None and pace > goal.ceiling:
        return f"; to be done in time takes {told(goal, pace)} a week, more than your ceiling; a later date is kinder"
    return ""


TEXTS = {
    GoalState.MET: "reached; well done",
    GoalState.ON_TRACK: "last week kept its milestone",
    GoalState.AT_RISK: "last week went past its milestone; one week decides nothing",
    GoalState.OFF_TRACK: "two weeks in a row went past their milestones",
    GoalState.MISSED: "not reached by {deadline}; what would help next time?",
    GoalState.PAUSED: "resting for now; its weeks are not counted",
}
"""What is said of each state that was judged."""


# ---- where it leads ------------------------------------------------------------------------------------------------


def _pace(goal: Goal, value: float | None, final: float | None, left: int) -> float | None:
    if final is None or value is None or not left:
        return None if final is None or goal.changes or goal.adds_up else final
    if goal.adds_up:
        return max(0.0, final - value) / left
    return (final - value) / left if goal.changes else final


def _finish(goal: Goal, steps: Sequence[Step]) -> date | None:
    """When the total is reached if weeks go on as the last four did; None where they bring nothing."""
    if goal.total is None or not steps:
        return None
    usual = median(step.spent for step in steps[-4:])
    missing = goal.total - steps[-1].value
    if usual <= 0 and missing > 0:
        return None
    return steps[-1].week.days()[-1] + timedelta(days=ceil(7 * max(0.0, missing) / usual)) if missing > 0 else None
