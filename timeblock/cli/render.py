"""What every picture and table shares: the console, and what it can show.

Everything here and in its neighbours takes values and returns text or rich renderables; nothing prints.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console

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


def shorten(text: str, width: int, mark: str = "…") -> str:
    """At most ``width`` columns, ``mark`` where something is missing. Control characters become spaces."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    if cell_len(clean) <= width:
        return clean
    return set_cell_size(clean, width) if width < 4 else set_cell_size(clean, width - 1).rstrip() + mark
