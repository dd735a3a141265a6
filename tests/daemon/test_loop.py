"""The loop over hours and days: what is asked, what is answered, and what it survives."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.daemon.world import OSLO, World
from timeblock.errors import AuthNeeded, TryLater
from timeblock.store.database import Database

MONDAY = int(datetime(2026, 11, 23, 7, 0, tzinfo=OSLO).timestamp())
HOUR = 3600


@pytest.fixture
def world(db: Database, tmp_path: Path) -> World:
    found = World(db, tmp_path / "config.toml", MONDAY)
    found.write()
    return found


def test_the_first_look_writes_the_plan_and_a_quiet_day_nothing_more(world: World) -> None:
    world.run(hours=10)
    assert len(world.blocks()) == 7
    assert [more["changes"] for more in world.events("applied")] == [7]
    assert world.shown[-1].writes == 7
    assert world.shown[-1].problems == {}


def test_a_quiet_calendar_is_asked_every_quarter_of_an_hour_at_last(world: World) -> None:
    world.run(hours=24)
    assert 24 * 4 * 0.85 <= world.office.requests <= 24 * 4 + 12


def test_a_quiet_day_is_planned_once(world: World) -> None:
    world.run(hours=48)
    midnight = MONDAY + 17 * HOUR
    assert world.planned[0] == MONDAY
    assert [(at - midnight) // HOUR for at in world.planned[1:]] == [0, 24]


def test_a_free_block_turns_busy_on_time(world: World) -> None:
    world.write(more="flexible = true")
    world.run(hours=24)
    (text,) = [text for text in world.bodies() if "T180000" in text and "20261123" in text]
    assert "TRANSP:OPAQUE" in text
    turned = [at - MONDAY for at, event, more in world.told if event == "applied"]
    assert turned[0] == 0
    assert 9 * HOUR <= turned[1] <= 9 * HOUR + 15  # two hours before dinner
    assert len(world.planned) == 3


def test_a_meeting_over_dinner_moves_the_dinner_within_one_poll(world: World) -> None:
    world.at[MONDAY + HOUR] = lambda: world.meet("board", "20261123T170000Z", "20261123T190000Z")  # 18 to 20 o'clock
    world.run(hours=2)
    moved = [at for at, event, _ in world.told if event == "applied"][1]
    assert moved - (MONDAY + HOUR) <= 15 * 60 * 1.1 + 15
    assert "DTSTART;TZID=Europe/Oslo:20261123T200000" in world.blocks().values()


def test_after_a_change_the_calendar_is_watched_closely(world: World) -> None:
    world.at[MONDAY + HOUR] = lambda: world.meet("a", "20261123T120000Z", "20261123T130000Z")
    world.run(hours=2)
    ((at, _, _),) = [told for told in world.told if told[1] == "changed"]
    reads = sorted({h.read for h in world.shown if h.read and h.read > at})
    assert reads[0] - at <= 66 + 15
    assert reads[1] - reads[0] <= 132 + 15


def test_safe_moves_nothing_that_could_stay(world: World) -> None:
    world.write(apply="safe")
    world.at[MONDAY + HOUR] = lambda: world.meet("board", "20261123T170000Z", "20261123T180000Z")
    world.run(hours=2)
    starts = sorted(world.blocks().values())
    assert "DTSTART;TZID=Europe/Oslo:20261123T190000" in starts
    assert sum("T180000" in start for start in starts) == 6


def test_none_writes_nothing_and_says_how_much_waits(world: World) -> None:
    world.write(apply="none")
    world.run(hours=1)
    assert world.blocks() == {}
    assert world.shown[-1].undecided == 7


def test_a_changed_config_is_read_and_the_plan_follows(world: World) -> None:
    world.at[MONDAY + HOUR] = lambda: world.write(window="19:00-22:00")
    world.run(hours=2)
    assert world.opened == 2
    assert all("T19" in start or "T20" in start or "T21" in start for start in world.blocks().values())


def test_a_broken_config_keeps_the_old_one_running_and_says_so_once(world: World) -> None:
    world.at[MONDAY + HOUR] = lambda: world.config.write_text("identity = 5\n")
    world.at[MONDAY + 2 * HOUR] = lambda: world.meet("board", "20261123T170000Z", "20261123T190000Z")
    world.run(hours=4)
    (broken,) = world.events("config broken, the old one stays")
    assert "config.toml:1: identity" in str(broken["error"])
    assert "config" in world.shown[-1].problems
    assert "DTSTART;TZID=Europe/Oslo:20261123T200000" in world.blocks().values()
    world.write()
    world.run(hours=1)
    assert world.shown[-1].problems == {}


def test_a_sleeping_machine_catches_up_when_it_wakes(world: World) -> None:
    def sleep() -> None:
        world.now += 8 * HOUR  # the steady clock stands still meanwhile
        world.meet("board", "20261124T170000Z", "20261124T190000Z")

    world.at[MONDAY + HOUR] = sleep
    world.run(hours=9.2)
    assert [more["seconds"] for more in world.events("the clock jumped")] == [8 * HOUR]
    woke = MONDAY + 9 * HOUR
    assert any(woke <= at <= woke + 30 for at, event, _ in world.told if event == "changed")
    assert "DTSTART;TZID=Europe/Oslo:20261124T200000" in world.blocks().values()


def test_a_clock_set_back_is_no_reason_to_move_anything(world: World) -> None:
    def set_back() -> None:
        world.now -= HOUR

    world.at[MONDAY + HOUR] = set_back
    world.run(hours=3)
    assert len(world.events("the clock jumped")) == 1
    assert [more["changes"] for more in world.events("applied")] == [7]


def test_an_account_that_fails_is_told_once_and_the_other_served(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise TryLater("office is away")

    world.at[MONDAY + HOUR] = lambda: monkeypatch.setattr(world.office, "changes", away)
    world.at[MONDAY + 4 * HOUR] = monkeypatch.undo
    world.run(hours=8)
    assert [more["where"] for more in world.events("problem")] == ["office"]
    assert [more["where"] for more in world.events("well again")] == ["office"]
    assert world.shown[-1].problems == {}
    during = [h for h in world.shown if MONDAY + 2 * HOUR < h.beat < MONDAY + 4 * HOUR]
    assert all(h.problems == {"office": "office is away"} for h in during)


def test_a_calendar_that_takes_no_sign_in_is_not_written_to_again_and_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def refused(*_: object) -> None:
        tried.append(world.now)
        raise AuthNeeded("home does not take this password")

    monkeypatch.setattr(world.home, "create", refused)
    world.at[MONDAY + 4 * HOUR] = monkeypatch.undo
    world.run(hours=6)
    assert len(tried) <= 4 * 4 + 12  # no oftener than it is asked
    assert len(world.blocks()) == 7
    assert world.shown[-1].problems == {}


def test_there_is_a_sign_of_life_as_often_as_is_wanted(world: World) -> None:
    world.until = MONDAY + HOUR
    daemon = world.daemon()
    daemon.patience = 5.0
    daemon.run()
    beats = [h.beat for h in world.shown]
    assert max(b - a for a, b in pairwise(beats)) <= 5


def test_one_look_and_no_more(world: World) -> None:
    world.daemon().run(once=True)
    assert len(world.blocks()) == 7
    assert world.now == MONDAY
