"""``timeblock classify`` and ``timeblock measure``: what happened, in figures that lead back to events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.core.hours import Basis
    from timeblock.core.interval import Interval
    from timeblock.core.localtime import Week, Whereabouts
    from timeblock.core.measures import Measure
    from timeblock.stages.values import Seen, Snapshot, Synced

TREND_WEEKS = 8

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--week", metavar="2026-W47", shell_complete=complete.past_weeks, help="An ISO week; this one otherwise.")
@click.option("--explain", metavar="TEXT", help="Say for each event whose title holds TEXT which rules were tried.")
@click.pass_obj
def classify(app: App, week: str | None, explain: str | None) -> None:
    """Show what your events count as, and why."""
    from timeblock import pipeline
    from timeblock.cli.render_tables import classified_table

    (wanted, _), synced, snapshot, seen = _read(app, _week(week))
    where = snapshot.settings.person.where
    span = where.week(wanted)
    found = [c for c in seen.classified if c.occurrence.interval.overlaps(span)]
    if explain:
        found = [c for c in found if explain.casefold() in c.occurrence.event.summary.casefold()]
        if not found:
            raise FixNeeded(f'No event of {wanted} has "{explain}" in its title; name another week with --week.')
    tried = [(c, pipeline.explained(snapshot, c.occurrence)) for c in found] if explain else []
    if app.json:
        app.emit({"events": found, "tried": [rules for _, rules in tried]}, where)
    else:
        app.console.print(classified_table(found, where))
        for item, rules in tried:
            app.say(f"\n{item.occurrence.event.summary}")
            for rule in rules:
                app.say(f"  {'→' if rule.matched else ' '} {rule.rule}: {rule.why}")
    app.report(synced.failed)
    app.finish()


@click.command()
@click.option("--week", metavar="2026-W47", shell_complete=complete.past_weeks, help="An ISO week; this one otherwise.")
@click.option("--from", "first", type=DAY, metavar="DATE", help="From this day …")
@click.option("--to", "last", type=DAY, metavar="DATE", help="… to this one, both included.")
@click.option(
    "--explain",
    metavar="MEASURE",
    shell_complete=complete.measures,
    help="Say what one figure means, and list the events behind it.",
)
@click.option("--basis", type=click.Choice(["schedule", "events"]), help="Count worked time so this once.")
@click.option(
    "--chart", metavar="MEASURE", shell_complete=complete.measures, help="Draw one measure over the last weeks."
)
@click.pass_obj
def measure(
    app: App,
    week: str | None,
    first: datetime | None,
    last: datetime | None,
    explain: str | None,
    basis: Basis | None,
    chart: str | None,
) -> None:
    """Measure a week or a span of days, with the weeks before and what took most.

    Unknown is not zero: where there is no evidence, the table says what is missing. A week that is not over is
    measured as the calendar has it planned.
    """
    from timeblock.core import measures

    for name in filter(None, (explain, chart)):
        _check_name(name)
    if week and (first or last):
        raise FixNeeded("Name a --week, or days with --from and --to, not both.")
    dates = _dates(first, last)
    weeks, synced, snapshot, seen = _read(app, _weeks_of(*dates) if dates else _week(week), basis)
    where = snapshot.settings.person.where
    history = {w: seen.weeks[w] for w in (weeks[0].plus(-n) for n in range(TREND_WEEKS, 0, -1))}
    span = _span(where, *dates) if dates else where.week(weeks[0])
    found = measures.measure(seen.facts, span)
    if app.json:
        app.emit(_document(seen, found, span, history), where)
    elif explain:
        _explain(app, next(m for m in found if m.id == explain), history, where)
    else:
        _show(app, snapshot, seen, found, span, history, chart)
    app.report(synced.failed)
    app.finish()


def _read(
    app: App, asked: tuple[Week, Week] | None, basis: Basis | None = None
) -> tuple[tuple[Week, Week], Synced, Snapshot, Seen]:
    """The first and last week asked for (this one), a snapshot that reaches far enough, and what it means.

    Calendars are asked where that was a while ago.
    """
    from timeblock import pipeline

    with app.deps() as deps:
        person = deps.settings.person
        this = person.where.week_of(app.now)
        first, last = asked or (this, this)
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        snapshot = pipeline.load(deps, app.now, _reach(first, this, person.reference_weeks), last)
        if basis:
            snapshot = replace(snapshot, settings=deps.settings.counted_by(basis))
        seen = pipeline.observe(snapshot, [first.plus(-n) for n in range(TREND_WEEKS + 1)])
        if not basis:
            pipeline.remember(deps, snapshot, seen)
    return (first, last), synced, snapshot, seen


def _reach(first: Week, this: Week, average: int) -> Week:
    """So far back that the weeks before have their averages, and the leave of that year is counted."""
    from timeblock.core.localtime import Week
    from timeblock.pipeline import WEEKS_BACK

    year = Week.of(first.monday.replace(month=1, day=1))
    return min(first.plus(-TREND_WEEKS - average), this.plus(-WEEKS_BACK), year)


def _week(said: str | None) -> tuple[Week, Week] | None:
    from timeblock.core.localtime import Week

    try:
        return (Week.parse(said), Week.parse(said)) if said else None
    except ValueError as error:
        raise FixNeeded(f"--week: {error}") from error


def _weeks_of(first: date, last: date) -> tuple[Week, Week]:
    from timeblock.core.localtime import Week

    return Week.of(first), Week.of(last)


def _check_name(name: str) -> None:
    from difflib import get_close_matches

    from timeblock.core.definitions import DEFINITIONS

    if name not in DEFINITIONS:
        near = get_close_matches(name, DEFINITIONS, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise FixNeeded(f'There is no measure "{name}".{hint} All of them: {", ".join(DEFINITIONS)}.')


def _dates(first: datetime | None, last: datetime | None) -> tuple[date, date] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or last < first:
        raise FixNeeded("--from and --to go together, the earlier one first: --from 2026-11-02 --to 2026-11-15")
    return first.date(), last.date()


def _span(where: Whereabouts, first: date, last: date) -> Interval:
    from timeblock.core.interval import Interval
    from timeblock.core.localtime import ONE_DAY

    return Interval(where.start_of(first), where.start_of(last + ONE_DAY))


def _show(
    app: App,
    snapshot: Snapshot,
    seen: Seen,
    found: Sequence[Measure],
    span: Interval,
    history: Mapping[Week, Sequence[Measure]],
    chart: str | None,
) -> None:
    from timeblock.cli import render, render_measures
    from timeblock.core import measures
    from timeblock.core.words import day
    from timeblock.views.measures import BASES

    where, look = snapshot.settings.person.where, render.look(app.console)
    first, last = where.date_of(span.start), where.date_of(span.end - 1)
    app.say(f"{day(first)} to {day(last, year=True)}" + (", as planned" if span.end > snapshot.now else ""))
    if chart:
        app.console.print(render_measures.measure_chart(chart, {**history, **seen.weeks}, look))
        return
    if where.week_of(span.start) in seen.resting:
        app.say("A week of rest: goals pause, and no baseline knows of it.")
    app.console.print(render_measures.measures_table(found, history, look))
    app.say(BASES[snapshot.settings.person.basis])
    if drain := measures.primary_drain(seen.facts, span):
        app.say(f"\n{render_measures.drain_words(drain, snapshot.calendars)}\n")
    app.console.print(render_measures.goals_table(seen.progress))


def _explain(app: App, found: Measure, history: Mapping[Week, Sequence[Measure]], where: Whereabouts) -> None:
    from timeblock.cli.render_measures import evidence_table, values
    from timeblock.core.definitions import DEFINITIONS
    from timeblock.core.measures import trend
    from timeblock.core.words import figure
    from timeblock.views.measures import note

    app.say(f"{found.id} (definition {found.version}): {DEFINITIONS[found.id].text}\n")
    app.say(f"{figure(found.value, found.unit)}  {note(found)}")
    slope = trend(values(found.id, history))
    if slope is not None:
        app.say(f"Trend of the weeks before: {'+' if slope > 0 else ''}{figure(slope, found.unit)} each week")
    for line in found.notes:
        app.say(line)
    app.say("")
    app.console.print(evidence_table(found, where))


def _document(
    seen: Seen, found: Sequence[Measure], span: Interval, history: Mapping[Week, Sequence[Measure]]
) -> object:
    from timeblock.cli.render_measures import values
    from timeblock.core.measures import primary_drain, trend

    weeks = {str(week): {m.id: m.value for m in weekly} for week, weekly in seen.weeks.items()}
    return {
        "span": span,
        "measures": found,
        "weeks": weeks,
        "trend": {m.id: trend(values(m.id, history)) for m in found},
        "drain": primary_drain(seen.facts, span),
        "resting": sorted(seen.resting),
        "goals": seen.progress,
    }
