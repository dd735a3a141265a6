"""The one thread that works with a person's store and calendars, and what it remembers between two requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from timeblock import pipeline
from timeblock.config.load import stamp
from timeblock.config.settings import Settings
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.dashboard.visit import Look, Page, Shown, Visit
from timeblock.errors import TimeblockError
from timeblock.stages.deps import Deps

T = TypeVar("T")

FRESH = 300
"""Seconds after which everything is looked at anew though nothing changed: clocks move on."""


@dataclass(frozen=True)
class Source:
    """Where everything comes from. ``load`` raises ``FixNeeded``; ``now`` reads the clock."""

    path: Path
    load: Callable[[], Settings]
    connect: Callable[[Settings], AbstractContextManager[Deps]]
    now: Callable[[], Instant]
    environ: Mapping[str, str]


class Profile:
    """Works with one config until it is closed. A config that changed is read again; a broken one changes nothing.

    ``broken`` says what is wrong with the file by now.
    """

    def __init__(self, source: Source) -> None:
        self.broken = ""
        self._source = source
        self._thread = ThreadPoolExecutor(1, "timeblock-dashboard")
        self._open = ExitStack()
        self._deps: Deps | None = None
        self._stamp = (0, 0)
        self._looks: Memory[Look] = Memory(3)
        self._pages: Memory[Shown] = Memory(32)

    def work(
        self,
        task: Callable[[Visit], T],
        query: Mapping[str, str] | None = None,
        form: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Future[T]:
        """``task`` in the thread, one after the other; what it raises is raised by the future."""
        return self._thread.submit(lambda: task(self._visit(query or {}, form or {})))

    def show(self, page: Page, query: Mapping[str, str]) -> Future[Shown]:
        """The page, from memory where it would be the same."""
        return self.work(lambda visit: self._shown(page, visit), query)

    def close(self) -> None:
        """After what is being done now."""
        self._thread.submit(self._open.close).result()
        self._thread.shutdown()

    def _visit(self, query: Mapping[str, str], form: Mapping[str, tuple[str, ...]]) -> Visit:
        deps, now = self._connected(), self._source.now()
        return Visit(deps, now, lambda *weeks: self._look(deps, now, *weeks), query, form, self._source.environ)

    def _connected(self) -> Deps:
        """By the config as it is now. Raises ``FixNeeded`` where there never was a good one."""
        found = stamp(self._source.path)
        if self._deps is None or found != self._stamp:
            self._stamp = found
            self._reconnect()
        assert self._deps is not None
        return self._deps

    def _reconnect(self) -> None:
        try:
            settings = self._source.load()
        except TimeblockError as broken:
            self.broken = str(broken)
            if self._deps is None:
                raise
            return
        self.broken = ""
        self._deps = None
        self._open.close()
        self._looks.clear()
        self._pages.clear()
        self._deps = self._open.enter_context(self._source.connect(settings))

    def _shown(self, page: Page, visit: Visit) -> Shown:
        if page.made_of is None:
            return page.show(visit)
        key = (page.path, *sorted(visit.query.items()), page.made_of(visit))
        return self._pages.get(visit.deps.db.generation(), visit.now, key, lambda: page.show(visit))

    def _look(self, deps: Deps, now: Instant, since: Week | None, until: Week | None) -> Look:
        def taken() -> Look:
            snapshot = pipeline.load(deps, now, since, until)
            return Look(deps, snapshot, pipeline.observe(snapshot))

        return self._looks.get(deps.db.generation(), now, (since, until), taken)


class Memory(Generic[T]):
    """The last ``most`` things that were made of one generation of the store, each for :data:`FRESH` seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._generation = ""
        self._made: dict[Hashable, tuple[Instant, T]] = {}

    def get(self, generation: str, now: Instant, key: Hashable, make: Callable[[], T]) -> T:
        """What is known by that key, or else what ``make`` makes."""
        if generation != self._generation:
            self.clear()
            self._generation = generation
        found = self._made.pop(key, None)
        if found is None or not found[0] <= now < found[0] + FRESH:
            found = (now, make())
        self._made[key] = found
        for oldest in list(self._made)[: -self._most]:
            del self._made[oldest]
        return found[1]

    def clear(self) -> None:
        self._made.clear()
