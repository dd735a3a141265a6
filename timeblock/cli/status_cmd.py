"""``timeblock status``: what is known, what stands, what waits; nothing is asked of any calendar."""

from __future__ import annotations

import os

import click

from timeblock.cli.app import App


@click.command()
@click.pass_obj
def status(app: App) -> None:
    """Show calendars, blocks and what waits to be written, without the network."""
    from timeblock.cli.render import as_json
    from timeblock.cli.render_status import EvidenceReading, Reading, Status, status_view
    from timeblock.config.load import state_dir
    from timeblock.core.diff import State
    from timeblock.daemon import health
    from timeblock.store import events, history, outbox, traces
    from timeblock.sync import offers

    with app.deps() as deps:
        settings = deps.settings
        known = offers.known(deps.db, settings.calendars)
        blocks = {known[c.name] for c in settings.calendars if c.role == "blocks" and c.name in known}
        stand = [
            w for w in outbox.written(deps.db) if w.state in (State.LIVE, State.PINNED) and w.slot.calendar in blocks
        ]
        found = Status(
            calendars=tuple(
                Reading(c.name, c.role, events.synced_at(deps.db, known[c.name]) if c.name in known else None)
                for c in settings.calendars
            ),
            coming=tuple(sorted((w.draft for w in stand if w.draft.interval.end > app.now), key=lambda d: d.interval)),
            waiting=outbox.pending(deps.db),
            set_aside=len(events.set_aside(deps.db)),
            last=next(iter(history.runs(deps.db, 1)), None),
            evidence=tuple(
                EvidenceReading(e.name, e.type, kept.count, kept.since, kept.read_at, kept.problem)
                for e in settings.evidence
                for kept in [traces.known(deps.db, e.name)]
            ),
            daemon=health.read(health.path_of(state_dir(os.environ), settings.identity)),
        )
    where = settings.person.where
    if app.json:
        app.emit(as_json(found, where))
    else:
        app.console.print(status_view(found, app.now, where))
    app.finish(1 if found.wants_a_look else 0)
