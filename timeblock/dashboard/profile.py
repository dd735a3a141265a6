"""The one thread that works with a person's store and calendars, and what it remembers between two requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from timeblock import pipeline
from timeblock.config.load import stamp
from timeblock.config.settings import Settings
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.dashboard.visit import Look, Visit
from timeblock.errors import TimeblockError
from timeblock.stages.values import Deps

T = TypeVar("T")
Asked: TypeAlias = tuple[str, Week | None, Week | None]
"""Generation of the store, first and last week."""

FRESH = 300
"""Seconds after which a look is taken anew though nothing changed: clocks move on."""
KEPT = 3
"""So many looks are remembered: the usual weeks, and those that somebody leafed to."""


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
        self._looks: dict[Asked, Look] = {}

    def work(
        self,
        task: Callable[[Visit], T],
        query: Mapping[str, str] | None = None,
        form: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Future[T]:
        """``task`` in the thread, one after the other; what it raises is raised by the future."""
        return self._thread.submit(lambda: task(self._visit(query or {}, form or {})))

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
        self._open.close()
        self._looks.clear()
        self._deps = self._open.enter_context(self._source.connect(settings))

    def _look(self, deps: Deps, now: Instant, since: Week | None, until: Week | None) -> Look:
        generation = deps.db.generation()
        key = (generation, since, until)
        known = self._looks.get(key)
        if known and known.snapshot.now <= now < known.snapshot.now + FRESH:
            return known
        snapshot = pipeline.load(deps, now, since, until)
        made = Look(deps, snapshot, pipeline.observe(snapshot))
        others = {k: v for k, v in self._looks.items() if k[0] == generation and k != key}
        self._looks = dict([*others.items(), (key, made)][-KEPT:])
        return made
