"""The way of a goal from its start to its deadline as coordinates: weeks as they were, milestones, where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from timeblock.core.goals import Step
from timeblock.core.progress import Progress, told
from timeblock.core.words import counted
from timeblock.pages.charts import FLOOR, TOP, WIDTH

EDGE = 6
"""Free on either side, so that no dot is cut."""
HEADROOM = 1.5
"""How far above all that was the drawing goes for what may be; a wide guess shall not flatten the weeks."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A week that is over; ``text`` is what it says when one points at it."""

    x: float
    y: float
    kept: bool
    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """``said`` is the chart in words. ``line``: strokes between weeks next to each other; ``milestones``, ``trend`` and
    ``spread``: points as SVG has them, "" for none.

    ``aim``: the goal's figure and where it stands, ``latest`` that of the last dot; ``labels``: first and last week.
    """

    said: str
    dots: tuple[Dot, ...]
    line: str
    milestones: str
    trend: str
    spread: str
    aim: tuple[float, str]
    latest: str
    labels: tuple[str, str]


def path(p: Progress) -> Path | None:
    """None where there is nothing to draw yet: no milestones, or no week that is over."""
    if not (p.milestones and p.steps) or p.target is None:
        return None
    scale = _Scale(p)
    index = {week: n for n, week in enumerate(p.goal.weeks)}
    dots = tuple(_dot(p, step, scale, index[step.week]) for step in p.steps)
    joined = (
        f"M{a.x} {a.y}L{b.x} {b.y}"
        for (a, one), (b, two) in pairwise(zip(dots, p.steps, strict=True))
        if one.week.plus(1) == two.week
    )
    return Path(
        said=_said(p),
        dots=dots,
        line="".join(joined),
        milestones=_points(scale.point(n, m.value) for n, m in enumerate(p.milestones)),
        trend=_points(_trend(p, scale, dots[-1])),
        spread=_points(_spread(p, scale, dots[-1])),
        aim=(_beside(scale, p), f"goal {told(p.goal, p.target)}"),
        latest=told(p.goal, p.steps[-1].value),
        labels=(f"W{p.goal.weeks[0].number}", f"W{p.goal.weeks[-1].number}"),
    )


class _Scale:
    """Weeks of the goal and figures → places in the drawing. It begins at nothing, so that heights compare."""

    def __init__(self, p: Progress) -> None:
        seen = max([*(s.value for s in p.steps), *(m.value for m in p.milestones), p.target or 0])
        may_be = [p.forecast.value, p.forecast.high] if p.forecast else []
        self.top = min(max([seen, *may_be]), HEADROOM * seen) or 1
        self.last = max(len(p.goal.weeks) - 1, 1)

    def x(self, n: int) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * n / self.last, 1)

    def y(self, value: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * min(max(value, 0), self.top) / self.top, 1)

    def point(self, n: int, value: float) -> tuple[float, float]:
        return self.x(n), self.y(value)


def _beside(scale: _Scale, p: Progress) -> float:
    """Under the end of a way that goes down, else above it, where nothing is drawn."""
    end, begin = p.milestones[-1].value, p.milestones[0].value
    return scale.y(end) + (12 if end < begin else -5)


def _dot(p: Progress, step: Step, scale: _Scale, n: int) -> Dot:
    kept = "kept" if step.kept else "not kept"
    text = f"Week {step.week.number}: {told(p.goal, step.value)}; milestone {told(p.goal, step.milestone)}, {kept}"
    return Dot(*scale.point(n, step.value), step.kept, text)


def _trend(p: Progress, scale: _Scale, last: Dot) -> Sequence[tuple[float, float]]:
    return [(last.x, last.y), scale.point(scale.last, p.forecast.value)] if _ahead(p) and p.forecast else []


def _spread(p: Progress, scale: _Scale, last: Dot) -> Sequence[tuple[float, float]]:
    if not (_ahead(p) and p.forecast):
        return []
    return [(last.x, last.y), scale.point(scale.last, p.forecast.low), scale.point(scale.last, p.forecast.high)]


def _ahead(p: Progress) -> bool:
    """Whether weeks are left that a trend can lead through."""
    return p.steps[-1].week < p.goal.weeks[-1]


def _points(found: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in found)


def _said(p: Progress) -> str:
    goal, last = p.goal, p.steps[-1]
    bound = "at most" if goal.at_most else "at least"
    said = f"{counted(len(p.steps), 'week')} known, {p.kept} kept; {told(goal, last.value)} in week {last.week.number}"
    said += f", where the milestone was {told(goal, last.milestone)}; the goal is {bound} {told(goal, p.target or 0)}"
    if _ahead(p) and p.forecast:
        said += f"; it leads to {told(goal, p.forecast.value)}"
    return f"{goal.name}: {said}."
