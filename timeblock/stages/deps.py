"""What a cycle works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.core.event import Decoded, Resource
    from timeblock.core.plan import Plan
    from timeblock.core.problem import Problem
    from timeblock.store.database import Database
    from timeblock.sync.backend import Backend
    from timeblock.sync.source import Source


def _silent(what: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Deps:
    """What a cycle works with. ``alone`` keeps other processes out while calendars are read or written."""

    settings: Settings
    db: Database
    backends: Mapping[str, Backend]
    solve: Callable[[Problem], Plan]
    alone: Callable[[], AbstractContextManager[object]] = nullcontext
    progress: Callable[[str, int, int], None] = _silent
    evidence: Mapping[str, Source] = field(default_factory=dict)

    def decode(self, resource: Resource) -> Decoded | None:
        """By the codec of its account; None where the config has no such account any more."""
        account = resource.calendar.account
        return self.backends[account].codec.decode(resource) if account in self.backends else None
