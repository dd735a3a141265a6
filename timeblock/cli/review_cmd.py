"""``timeblock review``: a look back, on the terminal or as a page."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, write
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.core.journal import Cadence
    from timeblock.core.localtime import Week
    from timeblock.core.review import Aside, Review
    from timeblock.core.signs import Past
    from timeblock.stages.values import Deps, Seen, Snapshot
    from timeblock.store.weekly import Redefined

CADENCES = ("weekly", "monthly", "quarterly")
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("cadence", type=click.Choice(CADENCES), default="weekly")
@click.option("--week", metavar="2026-W47", help="The last week to look at; the last full one otherwise.")
@click.option("--html", type=FILE, metavar="FILE", help="Write it as a page that needs nothing else.")
@click.option("--share", type=FILE, metavar="FILE", help="Write a page with goals and progress, without any title.")
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.pass_obj
def review(app: App, cadence: Cadence, week: str | None, html: Path | None, share: Path | None, opened: bool) -> None:
    """Look back on the last week, four weeks (monthly) or quarter.

    What became of goals and protected time, where time and energy went, what is worth noticing, and a few questions.
    """
    from timeblock import pipeline
    from timeblock.cli import render, render_review
    from timeblock.config.load import data_dir
    from timeblock.core.review import without_titles
    from timeblock.pages.review import review_page

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        last = _last(deps, app.now, week)
        found = made(deps, app.now, cadence, last)
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
        app.emit({"version": 1, "review": render.as_json(without_charts(found), where)})
    elif not (page or share):
        app.console.print(render_review.told(found, render.look(app.console)))
    app.report(synced.failed)
    app.finish()


def without_charts(found: Review) -> Review:
    """Only the weeks that are looked back on."""
    from dataclasses import replace

    return replace(found, charts={week: ms for week, ms in found.charts.items() if week in found.weeks})


# ---- what it is made of ----------------------------------------------------------------------------------------------


def made(deps: Deps, now: int, cadence: Cadence, last: Week) -> Review:
    """The review of the weeks up to ``last``, from what was read by now."""
    from timeblock import pipeline
    from timeblock.core.review import review, span_of

    weeks = span_of(cadence, last)
    snapshot = pipeline.load(deps, now, weeks[0].plus(-pipeline.WEEKS_BACK))
    seen = pipeline.observe(snapshot, weeks)
    pipeline.remember(deps, snapshot, seen)
    requests = deps.settings.all_requests.values()
    past = _past(snapshot, seen, last)
    return review(cadence, last, seen.facts, past, seen.progress, requests, _aside(deps, snapshot, seen, cadence))


def _past(snapshot: Snapshot, seen: Seen, last: Week) -> Past:
    from timeblock.core.signs import Past

    settings = snapshot.settings
    budgets = {r.name: (r.title, r.exceptions) for r in settings.requests if r.exceptions is not None}
    crunches = {s.name: (s.first, s.last) for s in settings.seasons if s.paused}
    return Past({week: found for week, found in seen.weeks.items() if week <= last}, budgets, crunches)


def _aside(deps: Deps, snapshot: Snapshot, seen: Seen, cadence: Cadence) -> Aside:
    from timeblock import journal
    from timeblock.cli.journal_cmd import folder
    from timeblock.core.review import Aside
    from timeblock.stages import asking
    from timeblock.store.weekly import redefined

    return Aside(
        told=journal.last(folder(deps.settings), cadence),
        leave=asking.steering(snapshot, seen).leave[:3],
        redefined=tuple(_redefined_words(redefined(deps.db))),
        values={area.name: area.value for area in deps.settings.areas},
    )


def _redefined_words(found: Iterable[Redefined]) -> Iterator[str]:
    """One sentence for each new definition."""
    from timeblock.core.words import counted

    weeks = Counter((change.metric, change.old, change.new) for change in found)
    for (metric, old, new), count in weeks.items():
        name = metric.replace("_", " ")
        yield f"{name}: definition {new} counts {counted(count, 'week')} otherwise than {old} did; both are kept."


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
