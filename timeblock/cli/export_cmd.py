"""``timeblock export``: .ics files for other programs and people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, write

if TYPE_CHECKING:
    from timeblock.stages.values import Proposal, Seen, Snapshot

WHAT = ("blocks", "schedule", "availability", "milestones")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here, not to the screen.")
@click.option("--what", type=click.Choice(WHAT), default="blocks", show_default=True)
@click.pass_obj
def export(app: App, output: Path | None, what: str) -> None:
    """Write an .ics file.

    \b
    blocks        your protected blocks, as the plan has them
    schedule      blocks and your own events (titles hidden for calendars marked so)
    availability  only when you are busy, without a title: safe to share
    milestones    the weekly milestones of your goals, as tasks
    """
    from timeblock import pipeline

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)
        snapshot = pipeline.load(deps, app.now)
    seen = pipeline.observe(snapshot)
    text = exported(what, snapshot, seen, pipeline.propose(deps.solve, snapshot, seen))
    if output:
        write(output, text)
        app.say(f"{what} → {output}")
    else:
        click.echo(text, nl=False)
    app.report(synced.failed)
    app.finish()


def exported(what: str, snapshot: Snapshot, seen: Seen, proposal: Proposal) -> str:
    """The text of the file."""
    from timeblock import export
    from timeblock.core.interval import Spans
    from timeblock.core.scope import Scope

    settings, horizon = snapshot.settings, proposal.plan.horizon
    where = settings.person.where
    mine = [c for c in seen.classified if c.busy and c.occurrence.interval.overlaps(horizon)]
    blocks = proposal.plan.blocks
    match what:
        case "schedule":
            private = [c.name for c in settings.calendars if c.privacy == "busy"]
            hidden = {found for name, found in snapshot.calendars.items() if name in private}
            return export.schedule_ics(blocks, [c.occurrence for c in mine], where, snapshot.now, hidden)
        case "availability":
            taken = [c.occurrence.interval for c in mine if not c.occurrence.all_day]
            busy = Spans.of([*taken, *(b.interval for b in blocks if b.busy)]).clip(horizon)
            off = Scope(seen.facts, horizon).window.gaps(horizon)
            return export.availability_ics(busy, off, horizon, snapshot.now)
        case "milestones":
            return export.milestones_ics(_milestones(seen), snapshot.now)
        case _:
            return export.blocks_ics(blocks, where, snapshot.now)


def _milestones(seen: Seen) -> Iterator[tuple[str, date, str]]:
    from timeblock.core.progress import told

    for found in seen.progress:
        for step in found.milestones:
            bound = "at most" if found.goal.at_most else "at least"
            by_now = "by now" if found.goal.adds_up else "this week"
            yield found.goal.name, step.on, f"{found.goal.name}: {bound} {told(found.goal, step.value)} {by_now}"
