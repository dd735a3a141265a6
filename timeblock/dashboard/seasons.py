"""Seasons, and weeks of rest: what is otherwise for a time, and taking a week off."""

from __future__ import annotations

from dataclasses import dataclass

from timeblock.core.localtime import Week
from timeblock.core.words import day
from timeblock.core.words import week as week_words
from timeblock.dashboard.visit import Done, Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.store import remembered
from timeblock.views.seasons import SeasonView, seasons

AHEAD = 6
"""So many weeks can be made weeks of rest here, this one included."""


@dataclass(frozen=True)
class RestWeek:
    """A coming week. ``rests``: "declared", "by an absence in the calendar" or "" for an ordinary one."""

    week: Week
    text: str
    rests: str


@dataclass(frozen=True)
class SeasonsPage:
    """``seasons``: each with its days in words."""

    seasons: tuple[tuple[SeasonView, str], ...]
    weeks: tuple[RestWeek, ...]


def show(visit: Visit) -> Shown:
    """Seasons of the config, then the coming weeks."""
    settings = visit.deps.settings
    where = settings.person.where
    found = seasons(settings, where.date_of(visit.now))
    declared, resting, this = remembered.resting(visit.deps.db), visit.look().seen.resting, where.week_of(visit.now)

    def rests(week: Week) -> str:
        return "declared" if week in declared else "by an absence in the calendar" if week in resting else ""

    page = SeasonsPage(
        seasons=tuple((s, f"{day(s.first, year=True)} to {day(s.last, year=True)}") for s in found),
        weeks=tuple(RestWeek(w, week_words(w), rests(w)) for w in (this.plus(n) for n in range(AHEAD))),
    )
    return Shown("Seasons", "seasons.html.j2", page)


def rest(visit: Visit) -> Done:
    """Make a week one of rest."""
    week = _named(visit)
    remembered.rest(visit.deps.db, week)
    told = "goals pause, and no baseline knows of it. The plan shows what it frees."
    return Done(f"{week_words(week)} is a week of rest: {told}")


def work(visit: Visit) -> Done:
    """Make a week an ordinary one again."""
    week = _named(visit)
    if not remembered.take_back_rest(visit.deps.db, week):
        raise FixNeeded(f"{week} was not declared a week of rest; an absence in the calendar is changed there.")
    return Done(f"{week_words(week)} is an ordinary week again. The plan has its flexible blocks anew.")


def _named(visit: Visit) -> Week:
    text = visit.said("week")
    try:
        return Week.parse(text)
    except ValueError as wrong:
        raise FixNeeded(f"There is no week {text}: {wrong}.") from wrong
