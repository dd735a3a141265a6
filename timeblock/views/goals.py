"""How a goal stands, in sentences, and the answer to what is offered about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from timeblock.config import entries
from timeblock.config.goals import said
from timeblock.config.load import judged, save
from timeblock.config.places import text_of
from timeblock.core.outlook import Choice, Forecast
from timeblock.core.progress import Progress, told
from timeblock.core.words import counted
from timeblock.core.words import day as day_words
from timeblock.errors import FixNeeded
from timeblock.stages.deps import Deps
from timeblock.store import weekly
from timeblock.store.weekly import Decision


def story(p: Progress) -> Iterator[str]:
    """Where it began, where it shall come to, and where it leads."""
    goal = p.goal
    if p.baseline is not None and (goal.changes or goal.adds_up):
        weeks = f" (median of {', '.join(map(str, p.baseline_weeks))})" if p.baseline_weeks else ""
        yield f"Began at {told(goal, p.baseline)}{weeks}."
    if p.target is not None:
        bound = "at most" if goal.at_most else "at least"
        yield f"Shall come to {bound} {told(goal, p.target)} by {day_words(goal.deadline, year=True)}."
    if p.steps:
        yield f"{p.kept} of {counted(len(p.steps), 'week')} kept their milestone."
    if p.forecast:
        yield _leads(p, p.forecast)
    if p.finish:
        yield f"At the pace of the last weeks it is done on {day_words(p.finish, year=True)}."
    if p.pace is not None and p.weeks_left:
        yield f"{counted(p.weeks_left, 'week')} left, {_pace(p, p.pace)}."


def _leads(p: Progress, found: Forecast) -> str:
    """Where the trend leads, with what may be."""
    low, high = told(p.goal, found.low), told(p.goal, found.high)
    spread = f" (between {low} and {high})" if low != high else ""
    return f"If weeks go on like this, it comes to {told(p.goal, found.value)}{spread}."


def _pace(p: Progress, pace: float) -> str:
    if p.goal.changes:
        return f"each {'less' if pace < 0 else 'more'} by {told(p.goal, abs(pace))}"
    return f"{told(p.goal, pace)} needed in each" if p.goal.adds_up else f"each with {told(p.goal, pace)}"


def decide(deps: Deps, found: Progress, choice: str, today: date) -> str:
    """Answer an offer: the config is changed accordingly, and the decision remembered. Returns what was chosen.

    Raises ``FixNeeded``, with nothing changed, where that is not offered, or the config cannot be written.
    """
    offered, path = _offered(found, choice), deps.settings.path
    if offered:
        text = entries.changed(text_of(path), found.goal.name, said(found.goal, offered.target, offered.deadline))
        judged(text, path)
        save(path, text)
    weekly.decide(deps.db, Decision(found.goal.name, today, choice))
    return offered.text if offered else "kept as it is"


def _offered(found: Progress, choice: str) -> Choice | None:
    """The choice among those offered; None for "keep". Raises ``FixNeeded`` where it is not among them."""
    if choice == "keep":
        return None
    choices = {c.lever: c for c in found.offer.choices} if found.offer else {}
    if choice not in choices:
        raise FixNeeded(f'"{found.goal.name}" has no offer "{choice}" now; `timeblock goals show` has those there are.')
    return next(c for lever, c in choices.items() if lever == choice)
