"""``timeblock init``: a few questions, or flags, and a commented config."""

from __future__ import annotations

import os
import secrets
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App, program
from timeblock.cli.wizard import Flags, Wizard
from timeblock.errors import FixNeeded, TimeblockError

if TYPE_CHECKING:
    from timeblock.config.new import Answers


@click.command()
@click.option("--non-interactive", is_flag=True, help="Ask nothing; take the flags and good defaults.")
@click.option("--zone", metavar="ZONE", help="Your time zone, such as Europe/Oslo. Default: this machine's.")
@click.option("--hours", metavar="HOURS", help="Working hours, Monday to Friday. Default: 09:00-17:00.")
@click.option("--folder", metavar="PATH", help="Calendars in a folder of .ics files.")
@click.option("--feed", metavar="URL", help="An .ics address or file, only read.")
@click.option("--caldav", metavar="URL", help="A CalDAV server.")
@click.option(
    "--google", metavar="FILE", help="Google Calendar, by the client file of the Google console (docs/google.md)."
)
@click.option("--username", metavar="NAME", help="Your user name on the server.")
@click.option("--password-command", metavar="COMMAND", help="Prints the password, e.g. 'pass show calendar'.")
@click.option(
    "--calendar", "calendars", metavar="NAME", multiple=True, help="Read this calendar (repeat). Default: all."
)
@click.option("--blocks-calendar", metavar="NAME", help="Write blocks here. Default: a local folder.")
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where the config goes."
)
@click.option("--look/--no-look", default=None, help="Read the calendars and plan at once. Default: when asking.")
@click.option("--force", is_flag=True, help="Replace a config that is there.")
@click.pass_obj
def init(
    app: App,
    non_interactive: bool,
    zone: str | None,
    hours: str | None,
    folder: str | None,
    feed: str | None,
    caldav: str | None,
    google: str | None,
    username: str | None,
    password_command: str | None,
    calendars: tuple[str, ...],
    blocks_calendar: str | None,
    output: Path | None,
    look: bool | None,
    force: bool,
) -> None:
    """Answer a few questions, get a commented config.

    Finds your calendars, asks which to read and where protected time may be written, says what your last week was like,
    and shows a first plan. Your calendars are only looked at.
    """
    path = _place(app, output, force, ask=not non_interactive)
    flags = Flags(
        zone,
        hours,
        folder,
        feed,
        caldav,
        google,
        username,
        password_command,
        calendars,
        blocks_calendar,
        ask=not non_interactive,
    )
    answers = Wizard(flags, _identity(path), lambda: app.now).answers()
    _write(path, _text(answers))
    if look if look is not None else not non_interactive:
        app.config_path = str(path)
        answers = _looked(app, path, answers, ask=not non_interactive)
    _done(app, path, answers)


def _looked(app: App, path: Path, answers: Answers, ask: bool) -> Answers:
    """Measured first, then asked what to protect, then planned. The config stands, whatever fails."""
    from timeblock.cli.first_look import first_plan, insight, wanted

    try:
        insight(app)
        if ask:
            answers = replace(answers, blocks=wanted())
            _write(path, _text(answers))
        first_plan(app)
    except TimeblockError as failed:
        app.say(f"\n{failed}\nThe config stands; `timeblock plan` tries again.")
    return answers


def _place(app: App, output: Path | None, force: bool, ask: bool) -> Path:
    path = Path(output or app.config_path or _usual()).expanduser().absolute()
    if not path.exists() or force:
        return path
    if ask and click.confirm(f"There is a config at {path}. Replace it?", default=False, err=True):
        return path
    raise FixNeeded(f"{path} is there already and stays as it is; --force replaces it, --output names another place.")


def _identity(path: Path) -> str:
    """Kept from a config that is replaced, since blocks that were written are known by it; else a new one."""
    from timeblock.config.load import read

    try:
        return read(path).identity or secrets.token_hex(4)
    except FixNeeded:
        return secrets.token_hex(4)


def _usual() -> Path:
    """Where ``timeblock`` looks when it is told nothing."""
    from timeblock.config.places import default_path

    said = os.environ.get("TIMEBLOCK_CONFIG")
    return Path(said).expanduser().absolute() if said else default_path(os.environ)


def _text(answers: Answers) -> str:
    """The file, once it is sure that it can be read again."""
    from timeblock.config.judge import judge, shown
    from timeblock.config.new import render

    text = render(answers)
    _, mistakes = judge(text)
    if mistakes:
        raise FixNeeded("\n".join(shown(m, "the new config") for m in mistakes))
    return text


def _write(path: Path, text: str) -> None:
    """For nobody else to read."""
    from timeblock.config import private

    try:
        private.write(path, text.encode())
    except OSError as failed:
        raise FixNeeded(f"{path} cannot be written: {failed.strerror}; --output names another place") from failed


def _done(app: App, path: Path, answers: Answers) -> None:
    command = program() if path == _usual() else f"{program()} --config {shlex.quote(str(path))}"
    commands = {
        f"{command} measure": "your week, measured",
        f"{command} plan": "what it would protect; writes nothing",
        f"{command} apply": "writes it; undo takes it back",
        f"{command} dashboard": "all of it in the browser",
        f"{command} service install": "keeps it true in the background",
    }
    if app.json:
        calendars = [{"name": c.name, "account": c.account, "role": c.role} for c in answers.calendars]
        app.emit({"config": path, "calendars": calendars, "next": list(commands)})
        return
    read = [c.name for c in answers.calendars if c.role == "read"]
    blocks = next(f'"{c.name}" on {c.account}' for c in answers.calendars if c.role == "blocks")
    app.say(f"\nWrote {path}: reads {', '.join(read) or 'nothing yet'}; blocks go to {blocks}. Zone: {answers.zone}.")
    app.say("It is yours to change. Then:")
    for text, why in commands.items():
        app.say(f"  {text.ljust(max(map(len, commands)))}    # {why}")
