"""``timeblock check``: weeks held against rules of rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from timeblock.config.settings import Settings
    from timeblock.core.localtime import Week
    from timeblock.core.rest_rules import Rule


@click.command()
@click.option(
    "--week",
    metavar="2026-W47",
    shell_complete=complete.coming_weeks,
    help="The first week to look at; this one otherwise.",
)
@click.option("--weeks", type=click.IntRange(1, 53), help="How many; those that are planned otherwise, or one --week.")
@click.option("--profile", multiple=True, metavar="NAME", help="eu, japan or who, in place of the config's rules.")
@click.pass_obj
def check(app: App, week: str | None, weeks: int | None, profile: tuple[str, ...]) -> None:
    """Hold weeks against rules of rest: those that are over, and those to come as calendar and blocks have them.

    Ends with 1 where a rule is broken; an alert breaks none. This is information, not legal advice.
    """
    from timeblock import pipeline
    from timeblock.cli.render_rest import breaches, unknown
    from timeblock.core import rest

    with app.deps() as deps:
        rules = _rules(deps.settings, profile)
        asked = _weeks(deps.settings, app.now, week, weeks)
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        back = -max(pipeline.WEEKS_BACK, deps.settings.person.reference_weeks)
        snapshot = pipeline.load(deps, app.now, asked[0].plus(back), asked[-1].plus(1))
    where = deps.settings.person.where
    found = rest.check(pipeline.observe(snapshot, asked[:1]).facts, rules, asked)
    if app.json:
        app.emit({"weeks": asked, "found": found}, where)
    else:
        app.console.print(breaches(found, asked, where))
        app.console.print(unknown(found))
    app.report(synced.failed)
    app.finish(1 if found.broken else 0)


def _rules(settings: Settings, profiles: Sequence[str]) -> tuple[Rule, ...]:
    """Those of the named profiles, but for rules that are switched off; the config's where none is named."""
    from timeblock.core.rest_rules import PROFILES

    if wrong := next((name for name in profiles if name not in PROFILES), None):
        raise FixNeeded(f'--profile: there is none called "{wrong}"; there are {", ".join(PROFILES)}')
    if not profiles and not settings.rest_rules:
        raise FixNeeded("The config names no rules ([rest] profiles); name some with --profile eu.")
    return tuple(rule for name in profiles for rule in PROFILES[name]) or settings.rest_rules


def _weeks(settings: Settings, now: int, first: str | None, count: int | None) -> tuple[Week, ...]:
    from timeblock.core.localtime import Week

    try:
        begin = Week.parse(first) if first else settings.person.where.week_of(now)
    except ValueError as error:
        raise FixNeeded(f"--week: {error}") from error
    return tuple(begin.plus(n) for n in range(count or (1 if first else settings.planning.weeks + 1)))
