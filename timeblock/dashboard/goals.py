"""Goals: how each stands and where it leads, its weeks and milestones, and the answers to offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timeblock.core.progress import Progress, told
from timeblock.core.steer import serves
from timeblock.core.words import day
from timeblock.dashboard.visit import Done, Look, Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.pages.goals import GoalView, goal_view
from timeblock.pages.path import Path, path
from timeblock.store import weekly
from timeblock.store.weekly import Decision
from timeblock.views.goals import decide, story


@dataclass(frozen=True)
class Row:
    """A week of a goal: its milestone and, where it is over and known, what it came to and whether that held."""

    week: str
    milestone: str
    came_to: str
    kept: bool | None


@dataclass(frozen=True)
class Section:
    """All that is told of one goal. ``helped``: titles of the blocks that serve it; ``choices``: what is
    offered, and its words."""

    view: GoalView
    path: Path | None
    story: tuple[str, ...]
    rows: tuple[Row, ...]
    helped: tuple[str, ...]
    decided: tuple[str, ...]
    why_offered: str
    choices: tuple[tuple[str, str], ...]


def show(visit: Visit) -> Shown:
    """Every goal of the config."""
    look, decided = visit.look(), weekly.decisions(visit.deps.db)
    return Shown("Goals", "goals.html.j2", tuple(_section(look, p, decided) for p in look.seen.progress))


def answer(visit: Visit) -> Done:
    """What the person chose of an offer. It changes the config."""
    name, settings = visit.said("goal"), visit.deps.settings
    found = next((p for p in visit.look().seen.progress if p.goal.name == name), None)
    if found is None:
        raise FixNeeded(f'There is no goal "{name}" any more.')
    chosen = decide(visit.deps, found, visit.said("choice"), settings.person.where.date_of(visit.now))
    return Done(f"{name}: {chosen}.")


def _section(look: Look, p: Progress, decided: tuple[Decision, ...]) -> Section:
    return Section(
        view=goal_view(p),
        path=path(p),
        story=tuple(story(p)),
        rows=tuple(_rows(p)),
        helped=tuple(r.title for r in look.snapshot.settings.requests if serves(r, p.goal)),
        decided=tuple(f"{day(d.on, year=True)}: {d.choice}" for d in decided if d.goal == p.goal.name),
        why_offered=p.offer.why if p.offer else "",
        choices=tuple((c.lever, f"{c.text[0].upper()}{c.text[1:]}") for c in p.offer.choices) if p.offer else (),
    )


def _rows(p: Progress) -> Iterator[Row]:
    known = {step.week: step for step in p.steps}
    for week, mark in zip(p.goal.weeks, p.milestones, strict=False):
        step = known.get(week)
        came_to, kept = (told(p.goal, step.value), step.kept) if step else ("", None)
        yield Row(f"Week {week.number}, to {day(mark.on)}", told(p.goal, mark.value), came_to, kept)
