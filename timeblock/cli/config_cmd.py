"""``timeblock config``: the file judged, shown, found; its schema for editors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli.app import App
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.config.references import Mistake


@click.group()
def config() -> None:
    """Check, show or find the config file."""


@config.command()
@click.pass_obj
def check(app: App) -> None:
    """Name every mistake in the file at once, each with its line."""
    from timeblock.config.judge import judge
    from timeblock.config.load import insecure
    from timeblock.config.places import text_of

    path = _path(app)
    file, mistakes = judge(text_of(path))
    warning = insecure(path)
    if app.json:
        app.emit({"path": path, "ok": file is not None, "mistakes": [_plain(m) for m in mistakes], "warning": warning})
    else:
        _tell(path, mistakes, warning)
    sys.exit(2 if mistakes else 1 if warning else 0)


@config.command()
@click.pass_obj
def show(app: App) -> None:
    """Print the settings in effect, defaults filled in and passwords left out."""
    import tomlkit

    from timeblock.config.load import read

    table = read(_path(app)).model_dump(mode="json", by_alias=True, exclude_none=True)
    if app.json:
        app.emit({"config": table})
    else:
        click.echo(tomlkit.dumps(table), nl=False)


@config.command()
@click.pass_obj
def path(app: App) -> None:
    """Print where the file is."""
    found = _path(app)
    if app.json:
        app.emit({"path": found})
    else:
        click.echo(found)


@config.command()
@click.argument("document", required=False)
@click.pass_obj
def schema(app: App, document: str | None) -> None:
    """Print the JSON Schema of the file, for editors that check while you type; or of what a command prints.

    DOCUMENT is a command, in quotes where it has two words: `timeblock config schema "goals list"` is the form of what
    `timeblock goals list --json` prints.
    """
    from timeblock.cli.jsonform import as_text

    if document is None:
        from timeblock.config.load import json_schema

        found = json_schema()
    else:
        from timeblock.cli import documents

        if document not in documents.DOCUMENTS:
            raise FixNeeded(f"There is no document {document!r}; there are {', '.join(documents.DOCUMENTS)}")
        found = documents.schema(document)
    click.echo(as_text(found), nl=False)


def _path(app: App) -> Path:
    from timeblock.config.places import find

    return find(app.config_path, os.environ)


def _tell(path: Path, mistakes: tuple[Mistake, ...], warning: str) -> None:
    from timeblock.config.judge import shown

    for mistake in mistakes:
        click.echo(shown(mistake, str(path)), err=True)
    if mistakes:
        count = len(mistakes)
        click.echo(f"{count} mistake{'s' if count > 1 else ''}.", err=True)
    else:
        click.echo(f"{path}: no mistakes.")
    if warning:
        click.echo(warning, err=True)


def _plain(mistake: Mistake) -> dict[str, object]:
    from timeblock.config.judge import dotted

    return {"line": mistake.line, "column": mistake.column, "key": dotted(mistake.path), "message": mistake.text}
