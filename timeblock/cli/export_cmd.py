"""``timeblock export``: .ics files for other programs and people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, write

if TYPE_CHECKING:
    from timeblock.views.calendars import What

WHAT = ("blocks", "schedule", "availability", "freebusy", "milestones")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here, not to the screen.")
@click.option("--what", type=click.Choice(WHAT), metavar="WHAT", default="blocks", show_default=True, help="See above.")
@click.pass_obj
def export(app: App, output: Path | None, what: What) -> None:
    """Write an .ics file.

    \b
    blocks        your protected blocks, as planned
    schedule      blocks and your own events; private titles are hidden
    availability  "Busy" and "Off" without any title: safe to share
    freebusy      the same, for servers that find times to meet
    milestones    weekly milestones of your goals, as tasks
    """
    from timeblock import pipeline
    from timeblock.views.calendars import exported

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        snapshot = pipeline.load(deps, app.now)
        deps.progress("planning", 0, 0)
        seen = pipeline.observe(snapshot)
        text = exported(what, snapshot, seen, pipeline.propose(deps.solve, snapshot, seen).plan)
    if output:
        write(output, text)
        app.say(f"{what} → {output}")
    else:
        click.echo(text, nl=False)
    app.report(synced.failed)
    app.finish()
