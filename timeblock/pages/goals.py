"""Goals as cards: where each stands, how far it has come, and its weeks."""

from __future__ import annotations

from dataclasses import dataclass

from timeblock.core.progress import GoalState, Progress, told
from timeblock.core.words import day
from timeblock.pages.charts import sentence


@dataclass(frozen=True, slots=True)
class GoalView:
    """``share``: percent of the way from baseline to target, None where that means nothing."""

    name: str
    state: str
    tone: str
    share: int | None
    standing: str
    text: str
    why: str


TONES = {GoalState.ON_TRACK: "good", GoalState.MET: "good", GoalState.NO_DATA: "", GoalState.PAUSED: ""}
"""How the state is coloured; what wants a look is amber, nothing is red."""


def goal_view(progress: Progress) -> GoalView:
    """One goal in plain words."""
    goal = progress.goal
    tone = TONES.get(progress.state, "look")
    return GoalView(
        goal.name, progress.state.value, tone, _share(progress), _standing(progress), sentence(progress.text), goal.why
    )


def _share(progress: Progress) -> int | None:
    """Percent of the way from baseline to target, for goals that are a way."""
    if not (progress.goal.changes or progress.goal.adds_up):
        return None
    base, target, value = progress.baseline, progress.target, progress.value
    if base is None or target is None or value is None or base == target:
        return None
    return round(min(max((base - value) / (base - target), 0), 1) * 100)


def _standing(progress: Progress) -> str:
    """Where the goal is, where it should be by now, where it leads."""
    goal = progress.goal
    limit = "at most" if goal.at_most else "at least"
    parts = [
        f"last week {told(goal, progress.value)}" if progress.value is not None else "",
        f"its step was {told(goal, progress.milestone)}" if progress.milestone is not None else "",
        f"in the end {limit} {told(goal, progress.target)}" if progress.target is not None else "",
        f"by {day(goal.deadline, year=True)}",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}."
