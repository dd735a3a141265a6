"""``timeblock demo``: the whole loop on a made-up person, in a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, program, write
from timeblock.cli.plan_cmd import show

if TYPE_CHECKING:
    from timeblock.stages.values import Cycle


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def demo(app: App, folder: Path | None) -> None:
    """Build a made-up person in FOLDER, measure, plan, write the blocks, export them, and draw a page.

    Nothing leaves the machine: her calendars are folders of .ics files. A second run says "nothing to change".
    """
    from timeblock import pipeline
    from timeblock.demo.person import build
    from timeblock.demo.report import report, report_data
    from timeblock.views.calendars import exported

    home = (folder or default_folder()).resolve()
    app.config_path = str(build(home, app.now))
    with app.deps() as deps, deps.alone():
        cycle = pipeline.run_cycle(deps, app.now)
    ics, page = home / "blocks.ics", home / "report.html"
    write(ics, exported("blocks", cycle.snapshot, cycle.seen, cycle.proposal.plan))
    write(page, report(report_data(cycle)))
    if app.json:
        app.emit({"folder": home, "config": app.config_path, "page": page, "ics": ics, "run": cycle.run})
    else:
        _show(app, cycle)
        app.say(_ending(home, page, ics, app.config_path, cycle.run))
    app.report(cycle.synced.failed)
    app.finish()


def _show(app: App, cycle: Cycle) -> None:
    """What happened last week, what is planned, what was written."""
    from timeblock.cli import render, render_measures, render_tables

    settings, look = cycle.snapshot.settings, render.look(app.console)
    where = settings.person.where
    last = where.week_of(cycle.snapshot.now).plus(-1)
    app.say(f"This is {settings.person.name}. Last week ({last}) in her calendars:\n")
    past = {week: found for week, found in cycle.seen.weeks.items() if week < last}
    app.console.print(render_measures.measures_table(cycle.seen.weeks[last], past, look))
    app.console.print(render_measures.goals_table(cycle.seen.progress))
    app.say("\nWhat protects her time from here on:\n")
    show(app, cycle.snapshot, cycle.seen, cycle.proposal)
    app.console.print(render_tables.pushed_summary(cycle.run, cycle.pushed))


def _ending(home: Path, page: Path, ics: Path, config: str, run: str) -> str:
    again = "Everything stands as planned: nothing to change.\n" if not run else ""
    command = f"{program()} --config {config}"
    return f"""
{again}Her calendars and config   {home}
The page to look at        {page}
The blocks as one file     {ics}

Try next:
  {command} plan --explain dinner      why a block is where it is
  {command} measure --explain after_hours
  {command} log
  {command} undo                       takes it all back
Delete or drag a block in {home / "calendars/protected"}, run the demo again: your edit wins.
Then your own calendar: {program()} init"""


def default_folder() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "timeblock" / "demo"
