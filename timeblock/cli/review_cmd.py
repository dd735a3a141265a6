"""``timeblock review``: a look back, on the terminal or as a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App, write
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.core.journal import Cadence
    from timeblock.core.localtime import Week
    from timeblock.core.review import Review
    from timeblock.stages.deps import Deps

CADENCES = ("weekly", "monthly", "quarterly")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("cadence", type=click.Choice(CADENCES), default="weekly")
@click.option(
    "--week",
    metavar="2026-W47",
    shell_complete=complete.past_weeks,
    help="The last week to look at; the last full one otherwise.",
)
@click.option("--html", type=FILE, metavar="FILE", help="Write it as a page that needs nothing else.")
@click.option("--share", type=FILE, metavar="FILE", help="Write a page with goals and progress, without any title.")
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.pass_obj
def review(app: App, cadence: Cadence, week: str | None, html: Path | None, share: Path | None, opened: bool) -> None:
    """Look back on the last week, four weeks (monthly) or quarter.

    What became of goals and protected time, where time and energy went, what is worth noticing, and a few questions.
    """
    from timeblock import journal, pipeline
    from timeblock.cli import render, render_review
    from timeblock.config.places import data_dir
    from timeblock.core.review import without_titles
    from timeblock.pages.review import review_page
    from timeblock.views.review import review_of

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        last = _last(deps, app.now, week)
        found = review_of(deps, app.now, cadence, last, journal.folder(deps.settings, os.environ))
        where = deps.settings.person.where
    if share:
        write(share, review_page(without_titles(found)))
        app.say(f"The version to share is in {share}: goals and progress, no titles.")
        told = dict.fromkeys(name for p in found.progress for name in p.goal.share_with)
        if told:
            app.say(f"You wanted to tell: {', '.join(told)}.")
    own = data_dir(os.environ) / f"reviews/{last}-{cadence}.html"
    if opened and not html:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    page = html or (own if opened else None)
    if page:
        write(page, review_page(found))
        app.say(f"The page is in {page}")
    if opened and page:
        click.launch(page.resolve().as_uri())
    if app.json:
        app.emit({"review": without_charts(found)}, where)
    elif not (page or share):
        app.console.print(render_review.told(found, render.look(app.console)))
    app.report(synced.failed)
    app.finish()


def without_charts(found: Review) -> Review:
    """Only the weeks that are looked back on."""
    from dataclasses import replace

    return replace(found, charts={week: ms for week, ms in found.charts.items() if week in found.weeks})


def _last(deps: Deps, now: int, week: str | None) -> Week:
    from timeblock.core.localtime import Week

    this = deps.settings.person.where.week_of(now)
    try:
        last = Week.parse(week) if week else this.plus(-1)
    except ValueError as error:
        raise FixNeeded(f"--week: {error}") from error
    if last >= this:
        raise FixNeeded(f"{last} is not over yet; `timeblock measure --week {last}` shows it as it is planned.")
    return last
