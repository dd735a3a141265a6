"""Where a goal leads if weeks go on like this, and what is offered after missed or kept ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from statistics import median
from typing import Literal, TypeAlias

from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Goal, Shape, Step
from timeblock.core.localtime import Week
from timeblock.core.words import day as day_words


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the trend leads: ``slope`` a week, ``value`` at the deadline; nine of ten resampled histories lead to
    between ``low`` and ``high``."""

    slope: float
    value: float
    low: float
    high: float


Lever: TypeAlias = Literal["smaller", "later", "further"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A change of a goal that is offered: a new target (in its own unit) or a new deadline."""

    lever: Lever
    text: str
    target: float | None = None
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What two missed or three kept milestones in a row lead to. The person decides; "keep" is always a choice."""

    why: str
    choices: tuple[Choice, ...]


# ---- the trend ------------------------------------------------------------------------------------------------------

RESAMPLED, TREND_WEEKS, LEAST_WEEKS = 200, 26, 3
"""Histories drawn for the interval, the longest history that is looked at, and the shortest that shows a trend."""


def forecast(goal: Goal, steps: Sequence[Step]) -> Forecast | None:
    """The Theil–Sen line through the last weeks, drawn on to the deadline; None for fewer than three weeks.

    The interval is a bootstrap: weeks drawn again with replacement, by numbers made from the figures themselves, so
    that the same history always says the same.
    """
    if len(steps) < LEAST_WEEKS:
        return None
    first = steps[0].week.monday
    points = [((step.week.monday - first).days / 7, step.value) for step in steps[-TREND_WEEKS:]]
    end = (Week.of(goal.deadline).monday - first).days / 7
    slope, value = _line(points, end)
    drawn = sorted(_line(sample, end)[1] for sample in _samples(points))
    tail = len(drawn) // 20
    return Forecast(slope, value, drawn[tail], drawn[-1 - tail])


def _line(points: Sequence[tuple[float, float]], at: float) -> tuple[float, float]:
    """Slope and value at ``at`` of the line of median slope and median height (Theil 1950, Sen 1968); never below 0."""
    slopes = [(w - v) / (m - n) for i, (n, v) in enumerate(points) for m, w in points[i + 1 :] if m != n]
    slope = median(slopes) if slopes else 0.0
    return slope, max(0.0, median(v - slope * n for n, v in points) + slope * at)


def _samples(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    state, size = int.from_bytes(sha256(repr(points).encode()).digest()[:8], "big"), len(points)
    made = []
    for _ in range(RESAMPLED):
        sample = []
        for _ in range(size):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64  # Knuth's MMIX
            sample.append(points[(state >> 33) % size])
        made.append(sorted(sample))
    return made


# ---- what is offered -----------------------------------------------------------------------------------------------

MISSED_IN_A_ROW, KEPT_IN_A_ROW = 2, 3


def offer(goal: Goal, steps: Sequence[Step], decided: date | None) -> Offer | None:
    """After two missed milestones in a row a smaller step or a later date; after three kept ones a bit more.

    ``decided``: when an offer was last answered; weeks before that lead to none.
    """
    new = [step for step in steps if decided is None or step.week.days()[-1] > decided]
    if [step.kept for step in new[-MISSED_IN_A_ROW:]] == [False] * MISSED_IN_A_ROW:
        choices = (*_smaller(goal, new[-MISSED_IN_A_ROW:]), *_later(goal))
        return Offer("Two weeks in a row went past their milestone.", choices) if choices else None
    if [step.kept for step in new[-KEPT_IN_A_ROW:]] == [True] * KEPT_IN_A_ROW and goal.changes:
        more = Choice("further", "a little further, if it feels right", target=_rounded(goal, goal.target * 1.2))
        return Offer("Three weeks in a row kept their milestone.", (more,))
    return None


def _smaller(goal: Goal, missed: Sequence[Step]) -> Iterator[Choice]:
    """Half the step; of a limit, half the way to it from where the weeks are; of a frequency, one less."""
    match goal.shape:
        case Shape.CHANGE_PERCENT | Shape.CHANGE_AMOUNT:
            target, text = _rounded(goal, goal.target / 2), "half the step, which may hold better"
        case Shape.KEEP:
            target = _rounded(goal, (goal.target + median(step.value for step in missed)) / 2)
            text = "a limit half the way there first"
        case Shape.FREQUENCY:
            target, text = max(1.0, goal.target - 1), "once less a week"
        case _:
            return
    if target != goal.target:
        yield Choice("smaller", text, target=target)


def _rounded(goal: Goal, value: float) -> float:
    """To five percent, a quarter of an hour, or one; never to nothing."""
    minutes = goal.metric in DEFINITIONS and DEFINITIONS[goal.metric].unit == "min"
    grain = 5.0 if goal.shape is Shape.CHANGE_PERCENT else 15.0 if minutes else 1.0
    return (round(value / grain) or (1 if value > 0 else -1)) * grain


def _later(goal: Goal) -> Iterator[Choice]:
    """Half as much time again, for what leads somewhere; leave ends with its year."""
    if goal.changes or goal.total is not None:
        longer = goal.deadline + timedelta(weeks=max(1, len(goal.weeks) // 2))
        yield Choice("later", f"more time, until {day_words(longer, year=True)}", deadline=longer)
