"""Seasons as people read them: when they are, and what is otherwise meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from timeblock.config.goals import said
from timeblock.config.settings import Season, Settings
from timeblock.core.problem import WORKDAYS_ONLY, Request
from timeblock.core.words import WEEKDAYS, figure

TOLD_OF_NEW = ("how often", "how long", "days", "hours")
"""What is told of a block that there is in a season only."""

Stands: TypeAlias = Literal["now", "next", "later", "over"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is otherwise in a season. ``aspect``: of what, "" for the whole; ``usual`` "" for what is new."""

    what: str
    aspect: str
    usual: str
    meanwhile: str


@dataclass(frozen=True, slots=True)
class SeasonView:
    """``paused``: goals and blocks that rest."""

    name: str
    first: date
    last: date
    stands: Stands
    changes: tuple[Change, ...]
    paused: tuple[str, ...]


def seasons(settings: Settings, today: date) -> tuple[SeasonView, ...]:
    """Those that are or come, by their beginning, then those that are over, the last first."""
    ahead = sorted((s for s in settings.seasons if s.last >= today), key=lambda s: (s.first, s.last))
    over = sorted((s for s in settings.seasons if s.last < today), key=lambda s: s.last, reverse=True)
    coming = next((s for s in ahead if s.first > today), None)
    return tuple(_view(settings, s, _stands(s, today, s is coming)) for s in (*ahead, *over))


def _stands(season: Season, today: date, is_next: bool) -> Stands:
    if season.last < today:
        return "over"
    return "now" if season.first <= today else "next" if is_next else "later"


def _view(settings: Settings, season: Season, stands: Stands) -> SeasonView:
    changes = (*_blocks(settings, season), *_goals(settings, season))
    titles = {name: request.title for name, request in settings.all_requests.items()}
    paused = tuple(sorted(titles.get(name, name) for name in season.paused))
    return SeasonView(season.name, season.first, season.last, stands, changes, paused)


def _blocks(settings: Settings, season: Season) -> Iterator[Change]:
    """Requests that the season changes, aspect by aspect, and those it adds."""
    usual = {request.name: request for request in settings.requests}
    for request in season.requests:
        if request.name not in usual:
            asked = aspects(request)
            yield Change(request.title, "", "", ", ".join(asked[aspect] for aspect in TOLD_OF_NEW))
            continue
        before, meanwhile = aspects(usual[request.name]), aspects(request)
        for aspect in before:
            if before[aspect] != meanwhile[aspect]:
                yield Change(request.title, aspect, before[aspect], meanwhile[aspect])


def _goals(settings: Settings, season: Season) -> Iterator[Change]:
    for goal in settings.goals:
        for phase in goal.phases:
            if (phase.first, phase.last) == (season.first, season.last):
                usual, meanwhile = (str(said(goal, target, None)["target"]) for target in (goal.target, phase.target))
                yield Change(goal.name, "the goal", usual, meanwhile)


def aspects(request: Request) -> Mapping[str, str]:
    """What a block request asks for, in words: how often, how long, when.

    >>> from timeblock.core.problem import Kind
    >>> list(aspects(Request("walk", "Walk", Kind.REST, count=2, weekdays=frozenset({0, 2}))).values())[:3]
    ['2 a week', '0:30 h', 'Mon, Wed']
    """
    shortest, longest = figure(request.min_minutes, "min"), figure(request.max_minutes, "min")
    days = [WEEKDAYS[day] for day in sorted(request.weekdays)]
    free = "within working hours" if request.kind in WORKDAYS_ONLY else "at any hour"
    return {
        "how often": f"{request.count} in all" if request.per == "total" else f"{request.count} a {request.per}",
        "how long": shortest if shortest == longest else f"{shortest} to {longest}",
        "days": "every day" if len(days) == len(WEEKDAYS) else ", ".join(days),
        "hours": ", ".join(map(str, request.windows)) or free,
        "priority": f"priority {request.priority}",
        "energy": f"{request.energy} energy",
        "shown as": "free at first" if request.flexible else "busy",
    }
