"""``timeblock service``: the daemon as a service of the person's own session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, write

if TYPE_CHECKING:
    from timeblock.daemon.service import Service


@click.group()
def service() -> None:
    """Run the daemon in the background, from every login on (systemd, or launchd on macOS)."""


@service.command()
@click.option("--show", is_flag=True, help="Print what would be installed, and install nothing.")
@click.pass_obj
def install(app: App, show: bool) -> None:
    """Install and start it."""
    found = _service(app)
    if show:
        click.echo(found.text.decode(), nl=False)
        return
    app.settings()  # a service that cannot start is not installed
    found.path.parent.mkdir(parents=True, exist_ok=True)
    write(found.path, found.text.decode())
    app.say(f"{found.path} is written.")
    if not _run(app, found.start):
        app.say(
            "It does not run yet. Where this session has no service manager of yours (a container, `su`, cron), log in"
        )
        app.say("and run this again, or have `timeblock daemon` started by what starts programs there.")
        app.finish(1)
    app.say("The daemon runs, and will after each login. `timeblock status` tells how it is.")
    if sys.platform != "darwin":
        app.say("To have it run while you are logged out, too: loginctl enable-linger")


@service.command()
@click.pass_obj
def uninstall(app: App) -> None:
    """Stop and remove it. Blocks in your calendars stay."""
    found = _service(app)
    if not found.path.exists():
        app.say("It is not installed.")
        return
    _run(app, found.stop)
    found.path.unlink()
    app.say(f"{found.path} is removed.")


@service.command()
@click.pass_obj
def status(app: App) -> None:
    """What the system says of it."""
    _run(app, [_service(app).status])


@service.command()
@click.pass_obj
def logs(app: App) -> None:
    """The last lines of its log."""
    _run(app, [_service(app).logs])


def _service(app: App) -> Service:
    from timeblock.config.places import find
    from timeblock.daemon.service import service as described

    path = find(app.config_path, os.environ)
    ours = shutil.which("timeblock") or sys.argv[0]
    arguments = [str(Path(ours).absolute()), "--config", str(path), "daemon"]
    return described(arguments, Path.home(), os.environ, os.getuid())


def _run(app: App, commands: Sequence[Sequence[str]]) -> bool:
    """Each in turn, shown as it runs; False where the system has no such thing or says no."""
    for command in commands:
        if not shutil.which(command[0]):
            app.say(f"{command[0]} is not here.")
            return False
        done = subprocess.run(command, check=False)  # noqa: S603 - our own words
        if done.returncode:
            app.say(f"`{' '.join(command)}` ended with {done.returncode}.")
            return False
    return True
