"""A bar on the terminal for what takes a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0: nobody knows)."""


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on standard error from the first call on; nothing where that is no terminal."""
    with ExitStack() as shown:

        @cache
        def bar() -> tuple[Bar, TaskID]:
            from rich.console import Console
            from rich.progress import Progress as Bar

            made = shown.enter_context(Bar(console=Console(stderr=True), transient=True))
            return made, made.add_task("")

        def step(what: str, done: int, total: int) -> None:
            if sys.stderr.isatty():
                made, task = bar()
                made.update(task, description=what, completed=done, total=total or None)

        yield step
