"""How often each account is asked: soon while things change there, seldom when all is quiet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from timeblock.core.interval import Instant

JITTER = 0.1
"""An interval is this much longer at most, so that not all machines ask at the same second."""
LONGEST_AFTER_FAILURE = 3600


@dataclass
class _Account:
    interval: int
    due: Instant


@dataclass
class Pace:
    """When each account is asked next. ``least`` and ``most`` are seconds; ``draw`` gives numbers in 0 … 1."""

    accounts: Iterable[str]
    least: int
    most: int
    draw: Callable[[], float]
    _of: dict[str, _Account] = field(init=False)

    def __post_init__(self) -> None:
        self._of = {name: _Account(self.least, 0) for name in self.accounts}

    def due(self, now: Instant) -> frozenset[str]:
        """Accounts to be asked now: all of them at first."""
        return frozenset(name for name, account in self._of.items() if account.due <= now)

    def at(self, name: str) -> Instant:
        """When this account is due."""
        return self._of[name].due

    def next(self) -> Instant:
        """When the next account is due; the far future where there is none."""
        return min((account.due for account in self._of.values()), default=1 << 62)

    def changed(self, name: str, now: Instant) -> None:
        """Something was new: ask again soon."""
        self._wait(name, now, self.least)

    def quiet(self, name: str, now: Instant) -> None:
        """Nothing was new: wait twice as long as last time."""
        self._wait(name, now, min(self.most, 2 * self._of[name].interval))

    def failed(self, name: str, now: Instant, at: Instant | None) -> None:
        """It did not answer: wait twice as long, and no shorter than it asked for."""
        longer = min(max(self.most, LONGEST_AFTER_FAILURE), 2 * self._of[name].interval)
        self._wait(name, now, longer)
        self._of[name].due = max(self._of[name].due, at or 0)

    def all_due(self) -> None:
        """The clock jumped, or somebody asks: everything is asked again."""
        for account in self._of.values():
            account.due = 0

    def _wait(self, name: str, now: Instant, interval: int) -> None:
        self._of[name] = _Account(interval, now + interval + round(interval * JITTER * self.draw()))
