"""``timeblock dashboard``: a web page on this machine."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App

if TYPE_CHECKING:
    from timeblock.stages.deps import Deps


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 8737, or one that is free, otherwise.")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
@click.pass_obj
def dashboard(app: App, host: str, port: int | None, no_browser: bool) -> None:
    """Open a page with your week, the plan, goals and the review, on this machine and for you alone.

    The link that is printed is good once. Ctrl-C ends it.
    """
    from timeblock.config.load import load
    from timeblock.config.places import find
    from timeblock.dashboard.guard import is_loopback
    from timeblock.dashboard.profile import Source
    from timeblock.dashboard.serve import opened
    from timeblock.wiring import connect

    def clock() -> int:
        return int(time.time())  # noqa: TID251 - the entry point

    path = find(app.config_path, os.environ)
    with app.deps() as deps:
        _read(app, deps)
    if not is_loopback(host):
        click.echo(f"Whoever reaches {host} can try to open it, and what is sent is not encrypted.", err=True)
    source = Source(
        path, lambda: load(path), lambda found: connect(found, clock, lambda *_: None), clock, dict(os.environ)
    )
    with opened(source, host, port) as running:
        link = running.door.link
        app.say(f"The dashboard is at {link}\nThis link is good once, for one browser. Ctrl-C ends it.")
        if not no_browser:
            click.launch(link)
        with suppress(KeyboardInterrupt):
            running.run()


def _read(app: App, deps: Deps) -> None:
    """What is not fresh; whatever fails is told, and the pages show what was read before."""
    from timeblock import pipeline
    from timeblock.errors import TryLater

    try:
        app.report(pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes).failed)
    except TryLater as busy:
        click.echo(busy, err=True)
