"""A bar on the terminal for what takes a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is (0: nobody knows)."""


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on standard error from the first call on; nothing where that is no terminal."""
    with ExitStack() as shown:

        @cache
        def bar() -> Bar:
            from rich.console import Console
            from rich.progress import Progress as Bar

            return shown.enter_context(Bar(console=Console(stderr=True), transient=True))

        def step(what: str, done: int, total: int) -> None:
            if sys.stderr.isatty():
                task = bar().task_ids[0] if bar().task_ids else bar().add_task(what)
                bar().update(task, description=what, completed=done, total=total or None)

        yield step
