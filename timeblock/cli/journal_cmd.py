"""``timeblock journal``: a few questions now and then; the answers are Markdown files on this machine."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.core.journal import Cadence, Entry


edited = click.option("-e", "--edit", is_flag=True, help="In your editor, all questions at once.")


@click.group(invoke_without_command=True)
@edited
@click.pass_context
def journal(context: click.Context, edit: bool) -> None:
    """Answer a few questions about the week, month or quarter; kept on this machine and sent nowhere."""
    if context.invoked_subcommand is None:
        context.invoke(weekly, edit=edit)


@journal.command()
@edited
@click.pass_obj
def weekly(app: App, edit: bool) -> None:
    """The five questions of the week."""
    _ask(app, "weekly", edit)


@journal.command()
@edited
@click.pass_obj
def monthly(app: App, edit: bool) -> None:
    """Boundaries, rest and promises: the questions of the month."""
    _ask(app, "monthly", edit)


@journal.command()
@edited
@click.pass_obj
def quarterly(app: App, edit: bool) -> None:
    """Values and where time goes: the questions of the quarter."""
    _ask(app, "quarterly", edit)


@journal.command("list")
@click.pass_obj
def list_entries(app: App) -> None:
    """List what was written."""
    from timeblock import journal as kept
    from timeblock.core.words import counted
    from timeblock.core.words import day as day_words

    settings = app.settings()
    place = kept.folder(settings, os.environ)
    found = kept.entries(place)
    if app.json:
        app.emit({"folder": place, "entries": found}, settings.person.where)
        return
    for entry in found:
        answers = counted(sum(bool(answer) for _, answer in entry.answers), "answer")
        app.say(f"{day_words(entry.on, year=True)}  {entry.cadence}  {answers}  {kept.path_of(place, entry)}")
    if not found:
        app.say("Nothing is written yet; `timeblock journal` asks the questions of the week.")


@journal.command()
@click.argument("text")
@click.pass_obj
def search(app: App, text: str) -> None:
    """Find TEXT in what was written."""
    from timeblock import journal as kept
    from timeblock.core.words import day as day_words

    settings = app.settings()
    found = kept.search(kept.folder(settings, os.environ), text)
    if app.json:
        app.emit({"found": found}, settings.person.where)
        return
    for entry, prompt, answer in found:
        app.say(f"{day_words(entry.on, year=True)}, {prompt}\n  {answer}\n")
    if not found:
        app.say(f'Nothing that was written has "{text}" in it.')


def _ask(app: App, cadence: Cadence, edit: bool) -> None:
    from timeblock import journal as kept
    from timeblock.codecs import journal_md

    settings = app.settings()
    place = kept.folder(settings, os.environ)
    start = kept.of_day(place, journal_md.blank(cadence, settings.person.where.date_of(app.now)))
    entry = _edited(start) if edit else _answered(start)
    if entry is None or not (any(answer for _, answer in entry.answers) or entry.self_check):
        app.say("Nothing was written. That is fine, too.")
        return
    app.say(f"\nKept in {kept.write(place, entry)}; the next review quotes it. It is sent nowhere.")


def _edited(entry: Entry) -> Entry | None:
    from timeblock.codecs import journal_md

    text = click.edit(journal_md.written(entry), extension=".md")
    if text is None:
        return None
    try:
        return replace(journal_md.read(text), on=entry.on, cadence=entry.cadence)
    except ValueError as wrong:
        raise FixNeeded(f"What was written is kept nowhere: {wrong}. Leave the first lines as they are.") from wrong


def _answered(entry: Entry) -> Entry:
    click.echo("Enter leaves a question out.\n", err=True)
    answers = tuple((prompt, _line(prompt, answer)) for prompt, answer in entry.answers)
    return replace(entry, answers=answers, self_check=_self_check(entry))


def _line(prompt: str, before: str) -> str:
    click.echo(click.style(prompt, bold=True), err=True)
    return str(click.prompt(" ", before, show_default=bool(before), prompt_suffix=" ", err=True)).strip()


def _self_check(entry: Entry) -> tuple[int, ...]:
    """The five figures, asked only of who wants to."""
    from timeblock.core.journal import SELF_CHECK

    click.echo("", err=True)
    if not click.confirm("A short self-check, five sentences?", default=entry.cadence == "weekly", err=True):
        return entry.self_check
    click.echo("From 1 (not at all) to 5 (very much).", err=True)
    return tuple(click.prompt(said, default=1, type=click.IntRange(1, 5), err=True) for said in SELF_CHECK)
