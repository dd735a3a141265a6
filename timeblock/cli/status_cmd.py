"""``timeblock status``: what is known, what stands, what waits; nothing is asked of any calendar."""

from __future__ import annotations

import os

import click

from timeblock.cli.app import App


@click.command()
@click.pass_obj
def status(app: App) -> None:
    """Show calendars, blocks and what waits to be written, without the network."""
    from timeblock.views.status import status_of

    with app.deps() as deps:
        found = status_of(deps, app.now, os.environ)
        where = deps.settings.person.where
    if app.json:
        app.emit(found, where)
    else:
        from timeblock.cli.render_status import status_view

        app.console.print(status_view(found, app.now, where))
    app.finish(1 if found.wants_a_look else 0)
