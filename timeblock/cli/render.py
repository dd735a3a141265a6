"""What every picture and table shares: the console, the words for figures and days, JSON, progress of long work.

Everything here and in its neighbours takes values and returns text or rich renderables; nothing prints.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import TypeAlias
from zoneinfo import ZoneInfo

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant, Interval, Spans
from timeblock.core.localtime import Week, Whereabouts, Window

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

NARROW = 80
PIPE_WIDTH = 100
"""Columns where the output goes to a file or another program."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the terminal can show. ``plain``: no colour, so letters must tell; ``ascii``: nothing beyond ASCII."""

    width: int = NARROW
    plain: bool = False
    ascii: bool = False


def console() -> Console:
    """The console on standard output. ``NO_COLOR``, ``COLUMNS`` and a missing terminal are honoured."""
    made = Console(highlight=False)
    if not made.is_terminal and not os.environ.get("COLUMNS"):
        made.width = PIPE_WIDTH
    return made


def look(console: Console) -> Look:
    """What ``console`` can show."""
    plain = console.no_color or console.color_system is None
    return Look(console.width, plain, ascii=not console.encoding.lower().startswith("utf"))


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on standard error while something takes long; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)

        yield step


def shorten(text: str, width: int, mark: str = "…") -> str:
    """At most ``width`` columns, ``mark`` where something is missing. Control characters become spaces."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    if cell_len(clean) <= width:
        return clean
    return set_cell_size(clean, width) if width < 4 else set_cell_size(clean, width - 1).rstrip() + mark


# ---- JSON ------------------------------------------------------------------------------------------------------------


def as_json(value: object, where: Whereabouts) -> object:
    """Our values as plain JSON. Fields that are an Instant become ISO 8601 on the person's clock, with offset."""
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, *_TEXTS, Interval, Spans)):
        return {f.name: _field(getattr(value, f.name), str(f.type), where) for f in dataclasses.fields(value)}
    match value:
        case Interval():
            return {"start": _iso(value.start, where), "end": _iso(value.end, where)}
        case Mapping():
            return {_key(k): as_json(v, where) for k, v in value.items()}
        case set() | frozenset():
            return [as_json(v, where) for v in sorted(value, key=str)]
        case list() | tuple() | Spans():
            return [as_json(v, where) for v in value]
        case _:
            return _scalar(value)


_TEXTS = (CalendarId, Week, Window, ZoneInfo, PurePath, BaseException)
"""Values that say themselves as text."""


def _scalar(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case _ if isinstance(value, _TEXTS):
            return str(value)
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _iso(at: Instant, where: Whereabouts) -> str:
    return where.clock_at(at).isoformat()


def _field(value: object, annotation: str, where: Whereabouts) -> object:
    if isinstance(value, int) and annotation.split(" | ")[0] == "Instant":
        return _iso(value, where)
    return as_json(value, where)


def _key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)
