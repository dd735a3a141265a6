"""The questions of ``timeblock goals add``: they lead to a sentence, which is then read like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.config.wishes import Known, Wish

FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "less": (("Less of what?", "after-hours work"), ("How much less?", "25 %")),
    "limit": (("At most or at least how much?", "at most 40h"), ("Of what?", "work")),
    "often": (("What shall have its time?", "dinner with the family"), ("How often?", "twice a week")),
    "time": (("Time for what?", "a book"), ("How much?", "3 hours a week")),
    "leave": (("How much of your leave?", "100 %"),),
}
"""What one wants → its questions, each with an answer that is a good start."""

SENTENCES = {
    "less": "{1} less {0} {when}",
    "limit": "{0} {1} {when}",
    "often": "{0} {1} {when}",
    "time": "{1} on {0} {when}",
    "leave": "{0} of my leave {when}",
}
ENDS = {"leave": "by the end of the year"}


def ask() -> str:
    """A sentence from a few questions; the first one takes a whole sentence, too."""
    click.echo("less: less of something     limit: keep to a limit     often: something every week", err=True)
    click.echo("time: hours for something   leave: use your leave      or say it in a sentence", err=True)
    kind = str(click.prompt("What would you like?", "less", err=True)).strip()
    if kind not in FORMS:
        return kind
    answers = [str(click.prompt(question, default, err=True)) for question, default in FORMS[kind]]
    when = click.prompt("Until when?", ENDS.get(kind, "in 12 weeks"), err=True)
    return SENTENCES[kind].format(*answers, when=when)


def known(settings: Settings) -> Known:
    """What the config has by now."""
    from timeblock.config.wishes import Known

    return Known(
        blocks={r.name: r.title for r in settings.requests},
        areas=[area.name for area in settings.areas],
        served={r.area for r in settings.requests},
        taken=[goal.name for goal in settings.goals],
    )


def understood(sentence: str, today: date, known: Known) -> Sequence[Wish]:
    """The wishes of a sentence. Raises ``FixNeeded`` where it is not understood."""
    from timeblock.config.wishes import wishes

    try:
        return wishes(sentence, today, known)
    except ValueError as wrong:
        raise FixNeeded(str(wrong)) from wrong


def complete(wish: Wish, why: str | None, area: str | None, asking: bool) -> Wish:
    """With a reason and an area, and the hours of what is to be finished; asked for where one can ask."""
    if wish.asks == "hours":
        wish = _with_hours(wish, asking)
    if asking and why is None:
        why = click.prompt("Why does it matter? (may stay empty)", "", show_default=False, err=True)
    if asking and area is None and "area" not in wish.goal:
        area = click.prompt("Which part of life is it for?", "rest", err=True)
    extra = {key: said for key, said in (("area", area), ("why", why)) if said}
    return replace(wish, goal={**wish.goal, **extra})


def _with_hours(wish: Wish, asking: bool) -> Wish:
    from timeblock.config.wishes import in_total

    if not asking:
        raise FixNeeded(f'How many hours does it take in all? Say "finish {wish.goal["of"]} in …, 200h in total".')
    hours = click.prompt("How many hours does it take in all?", type=click.IntRange(1), err=True)
    return in_total(wish, hours * 60)
