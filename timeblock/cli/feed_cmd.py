"""``timeblock feed``: addresses under which calendar programs subscribe to blocks and availability."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App

if TYPE_CHECKING:
    from timeblock.feed_keys import Feed

FEEDS = ("blocks", "availability", "freebusy")

host = click.option("--host", default="127.0.0.1", show_default=True, help="The name others know this machine by.")
port = click.option("--port", type=int, default=8737, show_default=True, help="The port of `timeblock dashboard`.")


@click.group(invoke_without_command=True)
@host
@port
@click.pass_context
def feed(context: click.Context, host: str, port: int) -> None:
    """Show addresses that calendar programs can subscribe to; `timeblock dashboard` answers there.

    Each has a secret in it: whoever knows it reads that feed, and nothing else. Until you ask for them here there are
    no feeds.
    """
    from timeblock import feed_keys

    if context.invoked_subcommand is None:
        path = _file(context.obj)
        _show(context.obj, feed_keys.read(path) or feed_keys.renew(path), host, port)


@feed.command()
@click.argument("names", nargs=-1, type=click.Choice(FEEDS), metavar="[FEED]...")
@host
@port
@click.pass_obj
def rotate(app: App, names: tuple[Feed, ...], host: str, port: int) -> None:
    """Make new addresses, of all feeds or those named; the old ones lead nowhere from now on."""
    from timeblock import feed_keys

    _show(app, feed_keys.renew(_file(app), names or feed_keys.FEEDS), host, port)


@feed.command()
@click.pass_obj
def off(app: App) -> None:
    """Take all feeds away."""
    _file(app).unlink(missing_ok=True)
    if app.json:
        app.emit({"feeds": {}})
    else:
        app.say("There are no feeds any more.")


def _file(app: App) -> Path:
    from timeblock import feed_keys
    from timeblock.config.places import state_dir

    return feed_keys.path_of(state_dir(os.environ), app.settings().identity)


def _show(app: App, keys: Mapping[Feed, str], host: str, port: int) -> None:
    from timeblock import feed_keys

    at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    found = {name: at + feed_keys.place(name, secret) for name, secret in keys.items()}
    if app.json:
        app.emit({"feeds": found})
        return
    for name, address in found.items():
        app.say(f"{name}: {feed_keys.TELLS[name]}\n    {address}")
    app.say("\nSubscribe to them in a calendar program; with webcal:// in place of http:// many open by themselves.")
    app.say("They answer while `timeblock dashboard` runs. `timeblock feed rotate` makes new ones, `feed off` none.")
