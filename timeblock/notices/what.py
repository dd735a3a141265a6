"""What is worth a word to the person between two looks of their own: what wants a decision, and the day in a few lines.

Titles and names are left out unless the person wants them: a notification is seen by whoever looks at the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from timeblock.config.settings import Settings
from timeblock.core.interval import Instant
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import counted, span
from timeblock.daemon.health import Health
from timeblock.store.outbox import Wish
from timeblock.store.remembered import NoRoom
from timeblock.views.today import Today, without_room

MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell. ``about`` stays the same as long as it is the same thing."""

    about: str
    text: str


def decisions(
    settings: Settings, health: Health, no_room: Iterable[NoRoom], wishes: Iterable[Wish], now: Instant
) -> Iterator[Notice]:
    """What waits for the person: sign-ins and other things that only they can mend, a non-negotiable without room, a
    plan where nothing is written unasked, writes that were given up."""
    titles, on = settings.notify.titles, settings.person.where.date_of(now)
    for place in sorted(health.to_mend):
        yield Notice(f"mend/{place}", f"{place}: {health.problems[place].removeprefix(f'{place}: ').splitlines()[0]}")
    for missed, request, when in without_room(settings, no_room, now):
        said = f"{request.title} has no room ({when}): {missed.reason}"
        plain = f"a non-negotiable has no room ({when}). Run: timeblock plan"
        yield Notice(f"no room/{missed.key}", said if titles else plain)
    if settings.planning.auto_apply == "none" and health.undecided:
        waiting = counted(health.undecided, "change")
        yield Notice(f"plan/{on}", f"{waiting} of the plan wait for you. Run: timeblock plan")
    held = [wish for wish in wishes if wish.held]
    if held:
        yield Notice(f"held/{len(held)}", f"{counted(len(held), 'change')} could not be written. Run: timeblock status")


def digest(day: Today, open_: Sequence[Notice], where: Whereabouts, titles: bool) -> str:
    """The day in a few lines; "" where there is nothing to tell."""
    left = [e for e in day.entries if e.ours and e.interval.end > day.now]
    if titles:
        lines = [*(f"{span(e.interval, where)} {e.title}" for e in left), *day.danger]
    else:
        lines = [f"{counted(len(left), 'protected block')} today, next {span(e.interval, where)}" for e in left[:1]]
        lines += [f"{counted(len(day.danger), 'block')} in danger. Run: timeblock"] if day.danger else []
    return shown([*lines, *(f"To decide: {notice.text}" for notice in open_)])


def shown(lines: Sequence[str]) -> str:
    """A few of the lines; of the others, how many."""
    more = [f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])
