"""Dies in the middle of a write, once for every case, each time in a process, a folder and a database of its own.

``python -m tests.sync.crash_child FOLDER`` leaves behind what the dead ones left behind.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.sync.world import HOME, IDENTITY, NOW, at, block, wish
from timeblock.calendars.folder import Folder
from timeblock.core.event import CalendarId, Draft, Resource
from timeblock.store.database import open_database
from timeblock.sync.push import push

FIRST = (block("dinner/2026-W48/1", at(10)), block("lunch/2026-11-24/1", at(28)), block("walk/2026-11-25/1", at(50)))
SECOND = (block("dinner/2026-W48/1", at(11)), block("lunch/2026-11-24/1", at(28)), block("swim/2026-11-26/1", at(75)))
PLANS = (FIRST, SECOND)
WRITES = 3
"""In each run: three creates; then a delete, an update and a create."""

STEPS = {
    "before it leaves": "",
    "when it has arrived": "",
    "while it is wished for": "INSERT INTO outbox",
    "while the log is written": "INSERT INTO entry",
    "while it is settled": "DELETE FROM outbox",
}
"""Where to die; the statement whose start is the moment."""


@dataclass(frozen=True)
class Case:
    """To die in run ``run`` (0, 1) at ``step``, the ``count``-th time (from 1) that it comes by."""

    run: int
    step: str
    count: int

    @property
    def name(self) -> str:
        return f"{self.run}, {self.step}, {self.count}"


CASES = [Case(run, step, count) for run in (0, 1) for step in STEPS for count in range(1, WRITES + 1)]


class Mortal(Folder):
    """Dies at its case's step."""

    def __init__(self, path: Path, case: Case) -> None:
        super().__init__("home", path)
        self.case = case
        self.passed = 0

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        self.step("before it leaves")
        done = super().create(calendar, draft)
        self.step("when it has arrived")
        return done

    def update(self, base: Resource, draft: Draft) -> Resource:
        self.step("before it leaves")
        done = super().update(base, draft)
        self.step("when it has arrived")
        return done

    def delete(self, base: Resource) -> None:
        self.step("before it leaves")
        super().delete(base)
        self.step("when it has arrived")

    def statement(self, sql: str) -> None:
        start = STEPS[self.case.step]
        if start and start in sql:
            self.step(self.case.step)

    def step(self, step: str) -> None:
        self.passed += step == self.case.step
        if self.passed == self.case.count:
            die()


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def run(home: Path, number: int, prepare: Callable[[sqlite3.Connection], None], backend: Folder) -> None:
    with open_database(f"sqlite://{home / 'timeblock.db'}") as db:
        assert isinstance(db.connection, sqlite3.Connection)
        prepare(db.connection)
        wish(db, backend, PLANS[number])
        push(db, {"home": backend}, IDENTITY, HOME, NOW)


def suffer(home: Path, case: Case) -> int:
    """Run the case in a process that dies; its exit status."""
    (home / "blocks").mkdir(parents=True)
    if case.run == 1:
        run(home, 0, lambda connection: None, Folder("home", home))
    child = os.fork()
    if child == 0:
        mortal = Mortal(home, case)
        run(home, case.run, lambda connection: connection.set_trace_callback(mortal.statement), mortal)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    for each in CASES:
        status = suffer(Path(sys.argv[1]) / each.name, each)
        print(f"{each.name}: {status}")
