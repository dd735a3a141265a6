"""The first minute with one's own calendars: what the last week was like, then what a first plan would protect."""

from __future__ import annotations

import click

from timeblock.cli.app import App
from timeblock.errors import FixNeeded

TOLD = ("work", "after_hours", "meeting_load", "back_to_back", "rest_gap", "lunch_kept", "focus_time", "work_free_days")
"""What is told of a week at first sight: these measures, where they are known."""


def insight(app: App) -> None:
    """Read the calendars, and say what the last full week was like. Writes to no calendar."""
    from timeblock import pipeline
    from timeblock.cli import render, render_measures
    from timeblock.cli.measure_cmd import TREND_WEEKS
    from timeblock.core.measures import primary_drain
    from timeblock.core.words import day

    app.say("\nReading your calendars…")
    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now)
        where = deps.settings.person.where
        last = where.week_of(app.now).plus(-1)
        snapshot = pipeline.load(deps, app.now, last.plus(-pipeline.WEEKS_BACK), last.plus(1))
    app.report(synced.failed)
    read = {wanted.name for wanted in snapshot.settings.calendars if wanted.role == "read"}
    if read.isdisjoint(name for name, _ in synced.pulled):
        raise FixNeeded("None of your calendars could be read.")
    seen = pipeline.observe(snapshot, [last])
    if not any(c.occurrence.interval.overlaps(where.week(last)) for c in seen.classified):
        app.say(f"Nothing stands in them last week ({last}). `timeblock measure --week` looks at any other.")
        return
    known = [m for m in seen.weeks[last] if m.id in TOLD and m.value is not None]
    before = {week: seen.weeks[week] for week in (last.plus(-n) for n in range(TREND_WEEKS, 0, -1))}
    app.say(f"\nLast week, {day(last.monday)} to {day(last.days()[-1])}:")
    app.console.print(render_measures.measures_table(known, before, render.look(app.console)))
    if drain := primary_drain(seen.facts, where.week(last)):
        app.say(render_measures.drain_words(drain, snapshot.calendars))


def first_plan(app: App) -> None:
    """What `doctor` finds, and what a plan would protect. Writes to no calendar."""
    from timeblock import pipeline
    from timeblock.cli import render, render_week
    from timeblock.cli.doctor_cmd import checks
    from timeblock.cli.render_tables import checks_table
    from timeblock.core.interval import Interval
    from timeblock.core.words import counted

    found = checks(app, write=False)
    wrong = [check for check in found if check.ok is not True]
    app.say(f"\n`timeblock doctor`: {len(found) - len(wrong)} of {len(found)} things are sound.")
    if wrong:
        app.console.print(checks_table(wrong))
    with app.deps() as deps:
        snapshot = pipeline.load(deps, app.now)
        deps.progress("planning", 0, 0)
        seen = pipeline.observe(snapshot)
        plan = pipeline.propose(deps.solve, snapshot, seen).plan
    where = snapshot.settings.person.where
    near = Interval(plan.horizon.start, where.week(where.week_of(app.now).plus(1)).end)
    app.say("\nThis week and the next, as a first plan would have them (nothing is written):\n")
    new, look = frozenset(block.key for block in plan.blocks), render.look(app.console)
    app.console.print(render_week.week_picture(seen.classified, plan.blocks, near, where, look, new))
    left = f"; {len(plan.unplaced)} more did not fit, and `timeblock plan` says why" if plan.unplaced else ""
    app.say(f"{counted(len(plan.blocks), 'block')} in {snapshot.settings.planning.weeks} weeks{left}.")


def wanted() -> tuple[str, ...]:
    """Which of the suggested blocks the person wants."""
    from timeblock.config.new import SUGGESTED
    from timeblock.config.phrases import near

    click.echo("\nWhat shall be protected?", err=True)
    for name, text in SUGGESTED.items():
        click.echo(f"  {name.ljust(max(map(len, SUGGESTED)))}  {text}", err=True)
    while True:
        said = click.prompt("Names with commas between, or none", "all", err=True)
        names = {"all": tuple(SUGGESTED), "none": ()}.get(said, tuple(n.strip() for n in said.split(",") if n.strip()))
        wrong = [name for name in names if name not in SUGGESTED]
        if not wrong:
            return names
        click.echo(f'There is no "{wrong[0]}" in that list{near(wrong[0], list(SUGGESTED))}.', err=True)
