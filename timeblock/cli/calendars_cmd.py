"""``timeblock calendars`` and ``timeblock sync``."""

from __future__ import annotations

import click

from timeblock.cli.app import App
from timeblock.errors import TimeblockError


@click.command()
@click.pass_obj
def calendars(app: App) -> None:
    """List what each account offers, with the right to write, and what the config uses it for."""
    from timeblock.cli.render_tables import calendars_table
    from timeblock.sync import offers

    found, failed = [], []
    with app.deps() as deps:
        for account, backend in deps.backends.items():
            try:
                found += [(account, info) for info in offers.ask(deps.db, account, backend)]
            except TimeblockError as error:
                failed.append((account, error))
        wanted = deps.settings.calendars
    used = {info.id: w for w in wanted if (info := offers.match(w, [i for _, i in found]))}
    if app.json:
        keys = ("account", "name", "path", "writable", "used_as", "role")
        rows = [(a, i.name, i.id.path, i.writable, used.get(i.id)) for a, i in found]
        app.emit([dict(zip(keys, (*row, w and w.name, w and w.role), strict=True)) for *row, w in rows])
    else:
        app.console.print(calendars_table([(account, info, used.get(info.id)) for account, info in found]))
    app.report(failed)
    app.finish()


@click.command()
@click.option("--believe-empty", multiple=True, metavar="NAME", help="Calendar NAME is empty now, and that is right.")
@click.pass_obj
def sync(app: App, believe_empty: tuple[str, ...]) -> None:
    """Read what changed in your calendars; says what, and how many requests it took."""
    from timeblock import pipeline
    from timeblock.cli.render import as_json
    from timeblock.cli.render_tables import sync_table

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, believe_empty=believe_empty)
        where = deps.settings.person.where
    if app.json:
        app.emit(as_json(dict(synced.pulled), where))
    else:
        app.console.print(sync_table(synced.pulled))
    app.report(synced.failed)
    app.finish()
