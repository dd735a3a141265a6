"""The servers run once for all tests of this folder; each test has a calendar of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.contract.worlds import InFeed, InFolder, InMemory, OnGoogle, OnServer, Picture, Textual, World
from tests.servers import Server, cyrus, no_cyrus, no_sabre, radicale, sabre, xandikos

Start = Callable[[str], Server]
HOMES = {
    "radicale": "/alice/",
    "xandikos": "/alice/calendars/",
    "cyrus": "/dav/calendars/user/alice/",
    "sabre": "/calendars/alice/",
}
SERVERS = [
    *("radicale", "xandikos"),
    pytest.param("cyrus", marks=pytest.mark.skipif(bool(no_cyrus()), reason=no_cyrus())),
    pytest.param("sabre", marks=pytest.mark.skipif(bool(no_sabre()), reason=no_sabre())),
]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a server by name, once."""
    with ExitStack() as running:

        @cache
        def started(name: str) -> Server:
            if name == "cyrus":
                return running.enter_context(cyrus())
            run = {"radicale": radicale, "xandikos": xandikos, "sabre": sabre}[name]
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
        case "google":
            return OnGoogle()
        case _:
            return OnServer(start(name), HOMES[name])


@pytest.fixture(params=["memory", "folder", "google", *SERVERS])
def world(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[World]:
    """Every backend that can be written."""
    made = build(request.param, tmp_path, start)
    yield made
    made.close()


@pytest.fixture(params=["memory", "folder", *SERVERS])
def with_tasks(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[World]:
    """Every backend that can be written and takes tasks."""
    made = build(request.param, tmp_path, start)
    yield made
    made.close()


@pytest.fixture(params=["memory", "folder", "feed", "google", *SERVERS])
def readable(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[World]:
    """Every backend."""
    made = build(request.param, tmp_path, start)
    yield made
    made.close()


@pytest.fixture
def picture(readable: World) -> Picture:
    return Picture(readable)


@pytest.fixture(params=["memory", "folder", "feed", *SERVERS])
def textual(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[Textual]:
    """Every backend whose events are texts in iCalendar."""
    made = build(request.param, tmp_path, start)
    assert isinstance(made, Textual)
    yield made
    made.close()
