"""Each fault happens to someone with calendars of their own on a real server; the servers run once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.google.test_end_to_end import person as googler
from tests.person import Person, person_at
from tests.servers import Server, radicale, xandikos

__all__ = ["googler"]
Start = Callable[[str], Server]
ROOTS = {"radicale": "/alice/", "xandikos": "/alice/calendars/"}


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a server by name, once."""
    with ExitStack() as running:

        @cache
        def started(name: str) -> Server:
            run = {"radicale": radicale, "xandikos": xandikos}[name]
            return running.enter_context(run(tmp_path_factory.mktemp(name)))

        yield started


@pytest.fixture
def person(start: Start, tmp_path: Path) -> Iterator[Person]:
    """On Radicale."""
    with person_at(start("radicale"), tmp_path) as made:
        yield made


@pytest.fixture(params=list(ROOTS))
def anywhere(request: pytest.FixtureRequest, start: Start, tmp_path: Path) -> Iterator[Person]:
    """On each server."""
    with person_at(start(request.param), tmp_path, ROOTS[request.param]) as made:
        yield made
