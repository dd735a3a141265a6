"""What every command is handed: the options of the root, the settings, and the one way to print."""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from timeblock.config.settings import Settings
    from timeblock.pipeline import Deps


@dataclass
class App:
    """Options of ``timeblock`` itself. ``now`` is read once, when the command starts to work."""

    config_path: str | None = None
    json: bool = False
    verbose: bool = False
    moment: int | None = None

    @cached_property
    def now(self) -> int:
        """UTC seconds; the only clock there is."""
        import time

        return self.moment if self.moment is not None else int(time.time())  # noqa: TID251 - the entry point

    def settings(self) -> Settings:
        from timeblock.config.load import find, load

        return load(find(self.config_path, os.environ))

    @contextmanager
    def deps(self) -> Iterator[Deps]:
        """Settings, store and calendars, closed at the end."""
        from timeblock.wiring import connect

        with connect(self.settings(), lambda: self.now) as deps:
            yield deps

    @cached_property
    def console(self) -> Console:
        from timeblock.cli.render import console

        return console()

    def emit(self, data: object) -> None:
        """Print ``data`` (already plain) as the command's one JSON document."""
        jsonlib.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")

    def say(self, text: str) -> None:
        """A line for people, on standard error when standard output is JSON."""
        click.echo(text, err=self.json)
