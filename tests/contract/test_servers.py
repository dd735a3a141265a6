"""What only CalDAV servers show: what they keep, and what a sync costs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import SERVERS, Start, build
from tests.contract.test_writing import DRAFT
from tests.contract.worlds import OnServer, Picture, event
from timeblock.calendars.caldav import CalDAV
from timeblock.calendars.probe import Trust, probe
from timeblock.errors import Incomplete


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path, start: Start) -> Iterator[OnServer]:
    made = build(request.param, tmp_path, start)
    assert isinstance(made, OnServer)
    yield made
    made.close()


def test_real_servers_keep_conditions_and_versions(server: OnServer) -> None:
    backend = server.backend
    assert isinstance(backend, CalDAV)
    url = server.server.url.rstrip("/") + server.calendar.path
    assert probe(backend._dav, url) == Trust(conditions=True, versions=True)
    assert Picture(server).sync().versions == {}


def test_what_stands_under_another_name_is_found_by_its_uid(server: OnServer) -> None:
    server.http("PUT", f"{server.calendar.path}elsewhere.ics", event(DRAFT.uid).encode())
    assert server.backend.find(server.calendar, DRAFT.uid).href == f"{server.calendar.path}elsewhere.ics"


def test_no_change_costs_one_request_and_one_change_two(server: OnServer) -> None:
    """Without sync tokens one more, to learn that something has changed at all."""
    for n in range(8):
        server.put(f"uid-{n}")
    picture = Picture(server).sync()
    more = "ctag" in json.loads(picture.cursor or "")
    assert (_cost(picture), picture.last_changed) == (1, set())
    server.put("uid-3", "Changed")
    assert (_cost(picture), len(picture.last_changed)) == (2 + more, 1)
    server.remove("uid-4")
    assert (_cost(picture), len(picture.last_removed)) == (1 + more, 1)
    assert _cost(picture) == 1


def _cost(picture: Picture) -> int:
    before = picture.world.backend.requests
    picture.sync()
    return picture.world.backend.requests - before


def test_after_many_edits_by_others_we_hold_what_is_there(server: OnServer) -> None:
    picture, truth, dice = Picture(server), dict[str, str](), random.Random(7)
    for step in range(40):
        uid = f"uid-{dice.randrange(12)}"
        if uid in truth and dice.random() < 0.4:
            server.remove(uid)
            del truth[uid]
        else:
            truth[uid] = f"Step {step}"
            server.put(uid, truth[uid])
        if dice.random() < 0.1:
            picture.cursor = server.stale(picture.cursor) if picture.cursor else None
        if dice.random() < 0.3:
            assert picture.sync().summaries == truth
    assert picture.sync().summaries == truth


def test_a_calendar_made_anew_at_the_same_address_is_not_taken_for_the_old_one(server: OnServer) -> None:
    for n in range(12):
        server.put(f"uid-{n}")
    picture = Picture(server).sync()
    server.recreate()
    server.put("other")
    with pytest.raises(Incomplete, match="not the calendar that was read before"):
        picture.sync()
    assert len(picture.versions) == 12
