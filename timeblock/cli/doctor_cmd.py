"""``timeblock doctor``: every part looked at, and a remedy for what is not well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App
from timeblock.cli.render_tables import Check
from timeblock.errors import FixNeeded, TimeblockError

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.pipeline import Deps


@click.command()
@click.pass_obj
def doctor(app: App) -> None:
    """Check config, zone, database, secrets and every calendar; say how to mend what is not well.

    Ends with 1 where something wants a look.
    """
    from timeblock.cli.render_tables import checks_table

    checks: list[Check] = []
    try:
        settings = app.settings()
        checks += _config(settings)
        with app.deps() as deps:
            checks += [*_store(deps), *_accounts(deps), *_events(deps)]
    except FixNeeded as error:
        checks.append(Check("config" if not checks else "database", False, str(error)))
    if app.json:
        app.emit([{"what": c.what, "ok": c.ok, "text": c.text, "remedy": c.remedy} for c in checks])
    else:
        app.console.print(checks_table(checks))
    app.finish(0 if all(c.ok is not False for c in checks) else 1)


def _config(settings: Settings) -> Iterator[Check]:
    """The file itself, and the person's zone."""
    from timeblock.config.load import insecure
    from timeblock.store.occurrences import zone_data

    yield Check("config", True, f"{settings.path}: no mistakes")
    exposed = insecure(settings.path)
    yield Check("secrets", not exposed, exposed or "no password that others could read in the config")
    yield Check("zone", True, f"{settings.person.where.home.key}, by the zone data {zone_data()}")
    blocks = next((c.name for c in settings.calendars if c.role == "blocks"), "")
    text = f'blocks go to "{blocks}"' if blocks else "blocks go nowhere"
    yield Check("blocks", bool(blocks), text, 'give one calendar role = "blocks"')


def _store(deps: Deps) -> Iterator[Check]:
    """The database, and what waits in it."""
    from timeblock.store import outbox

    damage = deps.db.damage()
    yield Check("database", not damage, damage or "sound", "move it aside; blocks are known again by their marks")
    for wish in outbox.pending(deps.db):
        if wish.state == "held":
            where = f"{wish.slot.key} on {wish.slot.calendar}"
            yield Check(
                "outbox", False, f"{where} was given up: {wish.problem}", "mend that; `timeblock apply` tries again"
            )


def _accounts(deps: Deps) -> Iterator[Check]:
    """Each account is asked what it offers; each calendar of the config must be among it."""
    from timeblock.sync import offers

    for account, backend in deps.backends.items():
        wanted = [c for c in deps.settings.calendars if c.account == account]
        try:
            offers.ask(deps.db, account, backend)
        except TimeblockError as error:
            yield Check(f"account {account}", False, str(error))
            continue
        for calendar in wanted:
            try:
                info = offers.find(deps.db, calendar, deps.backends)
            except FixNeeded as error:
                yield Check(f"calendar {calendar.name}", False, str(error))
                continue
            may = calendar.role == "read" or info.writable
            text = f'"{info.name}" on {account}, {"to write" if calendar.role != "read" else "to read"}'
            yield Check(f"calendar {calendar.name}", may, text, "you may not write there: ask for it, or take another")


def _events(deps: Deps) -> Iterator[Check]:
    """Events that could not be read, or only in part. They stay as they are."""
    from timeblock.store import events

    for aside in events.set_aside(deps.db):
        text = f"{aside.uid or aside.href} in {aside.calendar}: {aside.reason}"
        yield Check("event", None, text, "mend it in the calendar it comes from")
