"""The servers run once for all tests of this folder; each test has a calendar of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.contract.worlds import InFeed, InFolder, InMemory, OnServer, Picture, World
from tests.servers import Server, radicale, xandikos

Start = Callable[[str], Server]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a server by name, once."""
    with ExitStack() as running:

        @cache
        def started(name: str) -> Server:
            run = {"radicale": radicale, "xandikos": xandikos}[name]
            return running.enter_context(run(tmp_path_factory.mktemp(name)))

        yield started


def build(name: str, path: Path, start: Start) -> World:
    match name:
        case "memory":
            return InMemory()
        case "folder":
            return InFolder(path)
        case "feed":
            return InFeed(path)
        case "radicale":
            return OnServer(start(name), "/alice/")
        case _:
            return OnServer(start(name), "/alice/calendars/")


@pytest.fixture(params=["memory", "folder", "radicale", "xandikos"])
def world(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[World]:
    """Every backend that can be written."""
    made = build(request.param, tmp_path, start)
    yield made
    made.backend.close()


@pytest.fixture(params=["memory", "folder", "feed", "radicale", "xandikos"])
def readable(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[World]:
    """Every backend."""
    made = build(request.param, tmp_path, start)
    yield made
    made.backend.close()


@pytest.fixture
def picture(readable: World) -> Picture:
    return Picture(readable)
