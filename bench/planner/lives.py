"""The plans of the ten lives that the tests look into, two weeks each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lives.life import NAMES, live
from timeblock.planner.exact import solve
from timeblock.store.database import open_database


@dataclass(frozen=True)
class Lived:
    """One life: how much was asked for, CPU seconds of the plan, and how far from the best it may be."""

    name: str
    items: int
    cpu: float
    gap: float
    proven: bool


def lives() -> Iterator[Lived]:
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite://{folder}/timeblock.db") as db:
            problem = live(name, db, Path(folder), solve).problem
        begun = time.process_time()
        certificate = solve(problem).certificate
        cpu = time.process_time() - begun
        assert certificate
        yield Lived(name, len(problem.items), cpu, certificate.gap, certificate.proven)
