"""``timeblock log`` and ``timeblock undo``."""

from __future__ import annotations

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import FixNeeded


@click.command()
@click.argument("run", required=False, shell_complete=complete.runs)
@click.option("-n", "--number", default=10, show_default=True, help="How many runs.")
@click.pass_obj
def log(app: App, run: str | None, number: int) -> None:
    """Show the last runs, or everything that RUN wrote and why."""
    from timeblock.cli.render_tables import log_table, run_table
    from timeblock.store import history
    from timeblock.sync import offers

    with app.deps() as deps:
        where = deps.settings.person.where
        if run and not history.run(deps.db, run):
            raise FixNeeded(f'There is no run "{run}"; `timeblock log` lists them.')
        entries = history.entries(deps.db, run) if run else ()
        runs = () if run else history.runs(deps.db, number)
        names = offers.names(deps.db, deps.settings.calendars)
    if app.json:
        app.emit({"entries": entries} if run else {"runs": runs}, where)
    elif run:
        app.console.print(run_table(entries, where, names))
    elif runs:
        app.console.print(log_table(runs, where))
    else:
        app.say("Nothing was written yet. `timeblock apply` writes the plan.")


@click.command()
@click.argument("run", required=False, shell_complete=complete.runs)
@click.pass_obj
def undo(app: App, run: str | None) -> None:
    """Take back everything that RUN (the last one) wrote. What you changed since is left alone.

    Blocks that are taken back stay away from later plans. An undo is a run of its own: undo that, and they return.
    """
    from timeblock import pipeline
    from timeblock.cli.render_tables import pushed_lines
    from timeblock.sync import offers

    with app.deps() as deps, deps.alone():
        undone = pipeline.undo(deps, app.now, run)
        names = offers.names(deps.db, deps.settings.calendars)
        where = deps.settings.person.where
    if app.json:
        app.emit({"run": undone.run, "written": undone.pushed.done, "left": undone.left}, where)
    else:
        for line in undone.left:
            app.say(line)
        app.console.print(pushed_lines(undone.run, undone.pushed, where, names))
    app.report((*undone.synced.failed, *undone.pushed.errors.items()))
    app.finish()
