"""``timeblock data``: where each piece of data lies, and its removal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.views.data import Piece

EVERY_BLOCK = 3 * 366 * 24 * HOUR
"""No block starts later than this."""


@click.group()
def data() -> None:
    """Show where each piece of data lies, or delete it."""


@data.command()
@click.pass_obj
def show(app: App) -> None:
    """List everything that is kept on this machine: where, how much, and what for.

    Files that you had written with -o (exports, plans, reports) are where you put them. There is nothing else: no
    log, and no copy anywhere but on this machine and in your own calendars.
    """
    found = _pieces(app.settings())
    if app.json:
        kept = ("name", "purpose", "paths", "bytes", "elsewhere", "private")
        app.emit({"pieces": [{key: getattr(piece, key) for key in kept} for piece in found]})
        return
    for piece in found:
        app.say(_shown(piece))


@data.command()
@click.option("--what", multiple=True, metavar="NAME", help="Only this (repeat): a name that `data show` lists.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(app: App, what: tuple[str, ...], yes: bool) -> None:
    """Delete what is kept on this machine, after asking.

    Blocks stay in your calendars unless you name them: `--what blocks` takes out those to come, except those that you
    moved. Do that first, while the database still knows them.
    """
    from timeblock.wiring import alone

    settings = app.settings()
    _refuse_beside_daemon(settings)
    chosen = _chosen(settings, what)
    for piece in chosen:
        app.say(_shown(piece))
    if not what:
        app.say(
            "Blocks stay in your calendars; `timeblock data delete --what blocks` takes them out, if run before this."
        )
    if not (yes or click.confirm("Delete this for good?", default=False, err=True)):
        raise FixNeeded("Nothing was deleted.")
    if any(piece.name == "blocks" for piece in chosen):
        _take_out_blocks(app)
    with alone(settings)():
        for piece in chosen:
            _remove(piece, settings)
    app.say("Deleted.")


def _refuse_beside_daemon(settings: Settings) -> None:
    """It would make anew what is deleted, and put blocks back. Raises ``FixNeeded``."""
    from timeblock.config.places import state_dir
    from timeblock.daemon import health

    told = health.read(health.path_of(state_dir(os.environ), settings.identity))
    if told and told.alive:
        raise FixNeeded(f"The daemon is at work (process {told.pid}). Stop it first, then run this again.")


def _chosen(settings: Settings, what: Sequence[str]) -> list[Piece]:
    """What was named and, where nothing was, all but the blocks; without what there is nothing of. Raises FixNeeded."""
    known = {piece.name: piece for piece in _pieces(settings)}
    if unknown := [name for name in what if name not in known]:
        raise FixNeeded(f'There is no "{unknown[0]}"; name one of: {", ".join(known)}.')
    wanted = what or [name for name in known if name != "blocks"]
    found = [known[name] for name in known if name in wanted and known[name].where]
    if not found:
        raise FixNeeded("There is nothing to delete.")
    return found


def _take_out_blocks(app: App) -> None:
    """By a plan that wants none, so with all the care of any other run. Ends the command where a calendar failed."""
    from timeblock import pipeline
    from timeblock.core.plan import Plan
    from timeblock.core.words import counted

    with app.deps() as deps, deps.alone():
        cycle = pipeline.run_cycle(deps, app.now, Plan(Interval(app.now, app.now + EVERY_BLOCK)), anyway=True)
    app.report((*cycle.synced.failed, *cycle.pushed.errors.items()))
    if app.failures or cycle.pushed.held:
        app.say("Not all blocks could be taken out. Nothing else was deleted; run this again later.")
        app.finish(1)
    app.say(f"{counted(len(cycle.pushed.done), 'block')} taken out of your calendars; those that you moved are yours.")


def _remove(piece: Piece, settings: Settings) -> None:
    from timeblock.secrets import Kept

    if piece.name == "sign-ins":
        for name in _sign_ins(settings):
            Kept(name).forget()
    for path in piece.paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _pieces(settings: Settings) -> tuple[Piece, ...]:
    from timeblock.views.data import pieces

    return pieces(settings, os.environ, _in_keyring(settings))


def _in_keyring(settings: Settings) -> str:
    from timeblock.errors import AuthNeeded
    from timeblock.secrets import in_keyring

    try:
        named = [name for name in _sign_ins(settings) if in_keyring(name)]
    except AuthNeeded as locked:
        return str(locked)
    return f"in the keyring: {', '.join(named)}" if named else ""


def _sign_ins(settings: Settings) -> list[str]:
    return [*(account.name for account in settings.accounts), *(wanted.name for wanted in settings.evidence)]


def _shown(piece: Piece) -> str:
    size = f" ({piece.size})" if piece.size else ""
    return "\n    ".join((f"{piece.name}: {piece.purpose}{size}", *(piece.where or "nothing yet").splitlines()))
