"""``timeblock doctor``: every part looked at, and a remedy for what is not well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from timeblock.cli.app import App
from timeblock.cli.render_tables import Check
from timeblock.core.interval import HOUR, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import counted
from timeblock.errors import AuthNeeded, FixNeeded, TimeblockError, TryLater

if TYPE_CHECKING:
    from timeblock.config.settings import Account, CalendarSettings, Settings
    from timeblock.core.event import CalendarInfo
    from timeblock.stages.deps import Deps
    from timeblock.sync.backend import Backend

SKEW_SECONDS = 300
"""A clock that is wrong by more than this plans into the past, and its sign-ins fail."""

A_YEAR = 365 * 24 * HOUR
SOON_SECONDS = 2 * 24 * 3600
"""A sign-in that ends sooner than this is told of."""


@click.command()
@click.option("--write", is_flag=True, help="Also write, change and delete an event (or task) where we may.")
@click.option("--notify", is_flag=True, help="Also show a notification.")
@click.option(
    "--ics", type=click.Path(exists=True, path_type=Path), metavar="FOLDER", help="Read the .ics files in it."
)
@click.pass_obj
def doctor(app: App, write: bool, notify: bool, ics: Path | None) -> None:
    """Check config, zone, files, database, sign-ins, servers, clock; say how to mend what is not well.

    Ends with 1 where something wants a look. `--write` tries in each calendar that takes blocks whether an event can be
    written, read back, changed and deleted; nothing of it stays. `--ics` reads any .ics files, keeps nothing, and says
    what of them could not be read, where and why. `--notify` shows a notification, as the daemon would.
    """
    from timeblock.cli.render_tables import checks_table

    if ics:
        _inspect(app, ics)
        return
    found = checks(app, write, notify)
    if app.json:
        app.emit({"checks": found})
    else:
        app.console.print(checks_table(found))
    app.finish(0 if all(c.ok is not False for c in found) else 1)


def _inspect(app: App, folder: Path) -> None:
    """Foreign files, by the config's zone, or by this machine's where there is no config."""
    from timeblock.cli import render_inspection
    from timeblock.cli.bar import progress
    from timeblock.inspection import inspect

    with progress() as step:
        found = inspect(folder, Interval(app.now - A_YEAR, app.now + 2 * A_YEAR), _where(app), step)
    if app.json:
        app.emit({"found": found, "reasons": found.reasons})
    else:
        for line in render_inspection.asides(found):
            app.say(line)
        app.console.print(render_inspection.summary(found))
    app.finish(1 if found.asides else 0)


def _where(app: App) -> Whereabouts:
    from timeblock.config.values import zone_here

    try:
        return app.settings().person.where
    except FixNeeded:
        return Whereabouts(ZoneInfo(zone_here() or "UTC"))


def checks(app: App, write: bool, notify: bool = False) -> list[Check]:
    """All there is to check. ``write``: also try to write where blocks go; ``notify``: also show a notification."""
    found: list[Check] = []
    try:
        settings = app.settings()
        found += [*_config(settings), *_files(settings), *_notify(settings, notify)]
        with app.deps() as deps:
            found += [*_store(deps), *_accounts(app, deps, write), *_evidence(deps), *_events(deps)]
    except FixNeeded as error:
        found.append(Check("config" if not found else "database", False, str(error)))
    return found


# ---- this machine ----------------------------------------------------------------------------------------------------


def _config(settings: Settings) -> Iterator[Check]:
    """The file itself, and the person's zone."""
    from timeblock.store.occurrences import zone_data

    yield Check("config", True, f"{settings.path}: no mistakes")
    yield Check("zone", True, f"{settings.person.where.home.key}, by the zone data {zone_data()}")
    blocks = next((c.name for c in settings.calendars if c.role == "blocks"), "")
    text = f'blocks go to "{blocks}"' if blocks else "blocks go nowhere"
    yield Check("blocks", bool(blocks), text, 'give one calendar role = "blocks"')


def _files(settings: Settings) -> Iterator[Check]:
    """What holds secrets or events is for the person alone."""
    from timeblock.config import private
    from timeblock.views.data import pieces

    exposed = [
        path for piece in pieces(settings, os.environ) if piece.private for path in piece.paths if private.exposed(path)
    ]
    for path in exposed:
        yield Check("files", False, f"{path} is open to others on this machine", f"chmod 600 {path}")
    if not exposed:
        yield Check("files", True, "what holds secrets or events is for you alone")


def _notify(settings: Settings, show: bool) -> Iterator[Check]:
    """Whether somebody shows notifications; a command of one's own is believed, unless it shall ``show`` one."""
    from timeblock.notices import send

    how = settings.notify
    if not how.to:
        if show:
            yield Check("notifications", False, "nothing is told", 'write to = "desktop" into [notify] of the config')
        return
    try:
        if show:
            send.send(how, "timeblock", "So it looks when the daemon tells you of something.", urgent=False)
        by = send.desktop() if how.to == "desktop" else how.to[0]
        yield Check("notifications", True, f"shown by {by}")
    except TimeblockError as error:
        yield Check("notifications", False, str(error), "see docs/notifications.md")


def _store(deps: Deps) -> Iterator[Check]:
    """The database, and what waits in it."""
    from timeblock.store import outbox

    damage = deps.db.damage()
    text = damage or f"sound, version {deps.db.version()}"
    yield Check("database", not damage, text, "move it aside; blocks are known again by their marks")
    for wish in outbox.pending(deps.db):
        if wish.state == "held":
            where = f"{wish.slot.key} on {wish.slot.calendar}"
            yield Check(
                "outbox", False, f"{where} was given up: {wish.problem}", "mend that; `timeblock apply` tries again"
            )


# ---- accounts --------------------------------------------------------------------------------------------------------


def _accounts(app: App, deps: Deps, write: bool) -> Iterator[Check]:
    """Each account: its clock, its sign-in, what it offers; each calendar of the config must be among it."""
    accounts = deps.settings.accounts
    for number, account in enumerate(accounts):
        deps.progress(f"checking {account.name}", number, len(accounts))
        name = f"account {account.name}"
        try:
            if account.type == "google":
                yield from _google(app, account)
            yield from _calendars(deps, account, write, app.now)
        except TimeblockError as error:
            remedy = _remedy(error, account)
            yield Check(name, False, str(error), "" if remedy in str(error) else remedy)


def _google(app: App, account: Account) -> Iterator[Check]:
    """Raises ``AuthNeeded`` where nobody is signed in."""
    from timeblock.calendars.google_auth import MEANING
    from timeblock.core.words import moment
    from timeblock.wiring import google_tokens

    tokens = google_tokens(account, lambda: app.now)
    found = tokens.sign_in()
    again = f"timeblock auth {account.name}"
    if missing := [MEANING[scope] for scope in found.missing(tokens.wanted)]:
        yield Check(
            f"sign-in {account.name}", False, f"not granted: {'; '.join(missing)}", f"{again}, every box ticked"
        )
    if found.ends_at and found.ends_at < app.now + SOON_SECONDS:
        text = f"ends {moment(found.ends_at, app.settings().person.where)}: the project is in Testing"
        yield Check(f"sign-in {account.name}", False, text, f"publish the project (docs/google.md), then {again}")


def _clock(account: str, backend: Backend) -> Iterator[Check]:
    """Our clock against the server's."""
    ahead = backend.clock_ahead
    if ahead is not None and abs(ahead) > SKEW_SECONDS:
        way = "ahead of" if ahead > 0 else "behind"
        text = f"this machine's clock is {round(abs(ahead) / 60)} minutes {way} the server's"
        yield Check(f"clock {account}", False, text, "set it by the network: timedatectl set-ntp true")


def _calendars(deps: Deps, account: Account, write: bool, now: int) -> Iterator[Check]:
    """Raises what the backend raises where the account cannot be asked."""
    from timeblock.sync import offers

    backend = deps.backends[account.name]
    offered = offers.ask(deps.db, account.name, backend)
    yield from _clock(account.name, backend)
    yield Check(
        f"account {account.name}", True, f"{'signed in; ' * _signs_in(account)}{counted(len(offered), 'calendar')}"
    )
    for wanted in deps.settings.calendars:
        if wanted.account == account.name:
            try:
                info = offers.find(deps.db, wanted, deps.backends)
            except FixNeeded as error:
                yield Check(f"calendar {wanted.name}", False, str(error))
                continue
            yield _may(wanted, info)
            if write and wanted.role != "read" and info.writable:
                yield from _written(deps, backend, wanted, info, now)


def _may(wanted: CalendarSettings, info: CalendarInfo) -> Check:
    takes, kind = (info.tasks, "tasks") if _is_for_tasks(wanted) else (info.events, "events")
    may = wanted.role == "read" or (info.writable and takes)
    text = f'"{info.name}" on {wanted.account}, {"to write" if wanted.role != "read" else "to read"}'
    remedy = "you may not write there: ask for it, or take another" if takes else f"it takes no {kind}: name another"
    return Check(f"calendar {wanted.name}", may, text, remedy)


def _is_for_tasks(wanted: CalendarSettings) -> bool:
    return wanted.role == "milestones"


def _written(deps: Deps, backend: Backend, wanted: CalendarSettings, info: CalendarInfo, now: int) -> Iterator[Check]:
    from timeblock.sync.trial import scratch, try_writing

    what = f"writing {wanted.name}"
    with deps.alone():
        try:
            wrong = try_writing(
                backend, info.id, scratch(deps.settings.identity, info.id, now, task=_is_for_tasks(wanted))
            )
        except TimeblockError as error:
            yield Check(what, False, str(error), "give yourself the right to write there, or take another calendar")
            return
    for text in wrong:
        yield Check(what, False, text, "let blocks go to another calendar, or ask who runs the server")
    if not wrong:
        kind = "a task" if _is_for_tasks(wanted) else "an event"
        yield Check(what, True, f"{kind} was written, read back, changed and deleted")


def _signs_in(account: Account) -> bool:
    return account.type == "google" or bool(dict(account.options).get("username"))


def _remedy(error: TimeblockError, account: Account) -> str:
    match error:
        case AuthNeeded():
            return f"timeblock auth {account.name}"
        case TryLater():
            return "is its address right, and the network there? Then try again later"
        case _:
            return ""


def _evidence(deps: Deps) -> Iterator[Check]:
    """Sources that told nothing when they were last read."""
    from timeblock.store import traces

    for wanted in deps.settings.evidence:
        kept = traces.known(deps.db, wanted.name)
        if kept.problem or kept.read_at is None:
            yield Check(f"evidence {wanted.name}", None, kept.problem or "never read", "timeblock sync")
        else:
            yield Check(f"evidence {wanted.name}", True, counted(kept.count, "time"))


def _events(deps: Deps) -> Iterator[Check]:
    """Events that could not be read, or only in part. They stay as they are."""
    from timeblock.store import events

    for aside in events.set_aside(deps.db):
        text = f"{aside.uid or aside.href} in {aside.calendar}: {aside.reason}"
        yield Check("event", None, text, "mend it in the calendar it comes from")
