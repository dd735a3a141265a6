"""What every command is handed: the options of the root, the settings, and the one way to print and to end."""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.errors import FixNeeded, TimeblockError

if TYPE_CHECKING:
    from rich.console import Console

    from timeblock.config.settings import Settings
    from timeblock.core.localtime import Whereabouts
    from timeblock.core.plan import Plan
    from timeblock.stages.deps import Deps


@dataclass
class App:
    """Options of ``timeblock`` itself. ``now`` is read once, when the command starts to work."""

    config_path: str | None = None
    json: bool = False
    verbose: bool = False
    moment: int | None = None
    failures: list[TimeblockError] = field(default_factory=list)

    @cached_property
    def now(self) -> int:
        """UTC seconds; the only clock there is."""
        import time

        return self.moment if self.moment is not None else int(time.time())  # noqa: TID251 - the entry point

    def settings(self) -> Settings:
        from timeblock.config.kept import load
        from timeblock.config.places import find

        return load(find(self.config_path, os.environ))

    @contextmanager
    def deps(self, weeks: int | None = None) -> Iterator[Deps]:
        """Settings, store and calendars, closed at the end; a bar on the terminal while calendars are read.

        ``weeks``: plan so many ahead, whatever the config says.
        """
        from timeblock.cli.bar import progress
        from timeblock.wiring import connect

        settings = self.settings()
        if weeks:
            settings = replace(settings, planning=replace(settings.planning, weeks=weeks))
        with progress() as step, connect(settings, lambda: self.now, step) as deps:
            yield deps

    @cached_property
    def console(self) -> Console:
        from timeblock.cli.render import console

        return console()

    def emit(self, data: object, where: Whereabouts | None = None) -> None:
        """Print ``data`` as the command's one JSON document, moments on the person's clock ``where`` they are."""
        from timeblock.cli.jsonform import document

        click.echo(document(data, where), nl=False)

    def say(self, text: str) -> None:
        """A line for people; on standard error when standard output is JSON."""
        stream = sys.stderr if self.json else sys.stdout
        click.echo(wrapped(text) if stream.isatty() else text, err=self.json)

    def report(self, failed: Iterable[tuple[str, TimeblockError]]) -> None:
        """Tell of calendars or accounts that failed, each in a line; :meth:`finish` ends with their exit code."""
        for name, error in failed:
            click.echo(f"{name}: {error}", err=True)
            self.failures.append(error)

    def finish(self, code: int = 0) -> None:
        """End the command: sign-in (4) before unreachable (5) before what is to be mended (2) before ``code``."""
        codes = [error.exit_code for error in self.failures]
        sys.exit(next((c for c in (4, 5, 2, 3) if c in codes), code))


def wrapped(text: str) -> str:
    """``text`` broken between words where a line is wider than the terminal, each part as far in as the line."""
    import shutil

    width = shutil.get_terminal_size().columns
    return "\n".join(part for line in text.split("\n") for part in _parts(line, width))


def _parts(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    if len(line) <= width:
        return [line]
    import textwrap

    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def write(path: Path, text: str) -> None:
    """Replace ``path`` whole or not at all. Raises ``FixNeeded`` where that is not possible."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise FixNeeded(f"{path} cannot be written: {error.strerror}. Name another place with -o.") from error


def read_plan(path: Path) -> Plan:
    """The plan that ``timeblock plan -o`` kept. Raises ``FixNeeded`` naming file and line."""
    from timeblock.core.plan import from_json

    try:
        return from_json(jsonlib.loads(path.read_text(encoding="utf-8")))
    except jsonlib.JSONDecodeError as error:
        raise FixNeeded(
            f"{path}:{error.lineno}: not JSON: {error.msg}. Make it anew with `timeblock plan -o`."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FixNeeded(f"{path} cannot be read: {error}") from error
    except FixNeeded as error:
        raise FixNeeded(f"{path}: {error}") from error


def program() -> str:
    """How this person calls us: ``timeblock`` where the shell finds it, else the path they ran."""
    import shutil

    ran = Path(sys.argv[0])
    if shutil.which("timeblock") or ran.name != "timeblock":
        return "timeblock"
    return str(ran.relative_to(Path.cwd()) if ran.is_relative_to(Path.cwd()) else ran)
