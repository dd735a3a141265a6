"""``timeblock pin`` and ``timeblock skip``: what a person decides of one block."""

from __future__ import annotations

import click

from timeblock.cli import complete
from timeblock.cli.app import App

OFF = "Give it back to the plan."


@click.command()
@click.argument("block", shell_complete=complete.blocks)
@click.option("--off", is_flag=True, help=OFF)
@click.pass_obj
def pin(app: App, block: str, off: bool) -> None:
    """Keep BLOCK (such as dinner/2026-W48/1) where it is, or is planned: the planner works around it."""
    _order(app, block, "unpin" if off else "pin")


@click.command()
@click.argument("block", shell_complete=complete.blocks)
@click.option("--off", is_flag=True, help=OFF)
@click.pass_obj
def skip(app: App, block: str, off: bool) -> None:
    """Do without BLOCK (such as dinner/2026-W48/1) this time: it is taken away and does not come back."""
    _order(app, block, "unskip" if off else "skip")


def _order(app: App, key: str, what: str) -> None:
    from timeblock import pipeline
    from timeblock.cli.render_tables import pushed_lines
    from timeblock.sync import offers
    from timeblock.sync.orders import Order

    with app.deps() as deps, deps.alone():
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        snapshot = pipeline.load(deps, app.now)
        seen = pipeline.observe(snapshot)
        stands = any(written.slot.key == key for written in seen.written)
        if not stands:
            deps.progress("planning", 0, 0)
        plan = None if stands else pipeline.propose(deps.solve, snapshot, seen).plan
        run, pushed = pipeline.order(deps, snapshot, seen, Order(what), key, app.now, plan)
        names, where = offers.names(deps.db, deps.settings.calendars), deps.settings.person.where
    if app.json:
        app.emit({"run": run, "written": pushed.done}, where)
    else:
        app.say(DONE[what].format(key))
        if pushed.done:
            app.console.print(pushed_lines(run, pushed, where, names))
    app.report((*synced.failed, *pushed.errors.items()))
    app.finish()


DONE = {
    "pin": "{} stays where it is.",
    "unpin": "{} is the plan's again.",
    "skip": "{} is left out.",
    "unskip": "{} may be planned again.",
}
