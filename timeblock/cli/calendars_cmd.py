"""``timeblock calendars`` and ``timeblock sync``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import TimeblockError

if TYPE_CHECKING:
    from timeblock.sync.pull import Pulled


@click.command()
@click.pass_obj
def calendars(app: App) -> None:
    """List what each account offers, with the right to write, what the config uses it for, and other evidence."""
    from timeblock.cli.render_tables import calendars_table
    from timeblock.sync import offers

    found, failed = [], []
    with app.deps() as deps:
        for account, backend in deps.backends.items():
            try:
                found += [(account, info) for info in offers.ask(deps.db, account, backend)]
            except TimeblockError as error:
                failed.append((account, error))
        wanted, evidence = deps.settings.calendars, deps.settings.evidence
    used = {info.id: w for w in wanted if (info := offers.match(w, [i for _, i in found]))}
    if app.json:
        keys = ("account", "name", "path", "writable", "used_as", "role")
        rows = [(a, i.name, i.id.path, i.writable, used.get(i.id)) for a, i in found]
        offered = [(*row, w and w.name, w and w.role) for *row, w in rows]
        sources = [(e.type, e.name, "", False, e.name, "evidence") for e in evidence]
        app.emit({"calendars": [dict(zip(keys, row, strict=True)) for row in (*offered, *sources)]})
    else:
        app.console.print(calendars_table([(account, info, used.get(info.id)) for account, info in found], evidence))
    app.report(failed)
    app.finish()


@click.command()
@click.option(
    "--believe-empty",
    multiple=True,
    metavar="NAME",
    shell_complete=complete.calendars,
    help="Calendar NAME is rightly empty, or made anew.",
)
@click.pass_obj
def sync(app: App, believe_empty: tuple[str, ...]) -> None:
    """Read what changed in your calendars and other evidence; says what, and how many requests it took."""
    from timeblock import pipeline
    from timeblock.cli.render_tables import sync_table, told_table

    with app.deps() as deps:
        synced = pipeline.pull(deps, app.now, believe_empty=believe_empty)
        where = deps.settings.person.where
    if app.json:
        found = {"calendars": dict(synced.pulled), "evidence": dict(synced.told), "accounts": _costs(synced.pulled)}
        app.emit(found, where)
    else:
        app.console.print(sync_table(synced.pulled))
        if synced.told:
            app.console.print(told_table(synced.told))
    app.report(synced.failed)
    app.finish()


def _costs(pulled: Iterable[tuple[str, Pulled]]) -> dict[str, dict[str, float]]:
    """What reading took, account by account."""
    costs: dict[str, dict[str, float]] = {}
    for _, what in pulled:
        cost = costs.setdefault(what.calendar.account, {"requests": 0, "bytes": 0, "seconds": 0.0})
        cost["requests"] += what.requests
        cost["bytes"] += what.received
        cost["seconds"] = round(cost["seconds"] + what.seconds, 3)
    return costs
