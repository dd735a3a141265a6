"""The whole cycle on servers with bad habits: blocks once, no write without need, and the person wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.calendars.hostile import Dav
from tests.calendars.test_hostile import ALL_BAD
from tests.conftest import Serve
from tests.contract.worlds import event
from tests.web import Asked, Say
from timeblock import pipeline
from timeblock.calendars.caldav import CalDAV
from timeblock.config.settings import CalendarSettings, Settings
from timeblock.core.hours import Person
from timeblock.core.localtime import Whereabouts, Window
from timeblock.core.problem import Kind, Request
from timeblock.planner.greedy import solve
from timeblock.stages.deps import Deps
from timeblock.stages.values import Cycle
from timeblock.store.database import Database
from timeblock.store.learned import Learned

OSLO = Whereabouts(ZoneInfo("Europe/Oslo"))
NOW = OSLO.at(date(2026, 11, 23), 9 * 60)
SETTINGS = Settings(
    path=Path("config.toml"),
    identity="test",
    person=Person(OSLO, ((Window(9 * 60, 17 * 60),),) * 5 + ((), ())),
    calendars=(CalendarSettings("protected", "home", "cal", "blocks"),),
    requests=(Request("lunch", "Lunch", Kind.REST, per="day", windows=(Window(11 * 60 + 30, 13 * 60 + 30),)),),
)
HABITS = [("weak",), ("silent",), ("flapping",), ("believing",), (*ALL_BAD, "silent", "stamping")]


@dataclass
class Life:
    dav: Dav
    run: Callable[[], Cycle]

    @property
    def blocks(self) -> dict[str, str]:
        return {href: body for href, body in self.dav.events.items() if "X-TIMEBLOCK-KEY" in body}


@pytest.fixture(params=HABITS, ids=str)
def person(request: pytest.FixtureRequest, serve: Serve, db: Database) -> Life:
    """Each run is a process of its own, five minutes after the one before."""
    dav = Dav(frozenset(request.param))
    dav.store("/cal/board.ics", event("board", "Board", day="20261124"))
    url, runs = f"{serve(dav).url}cal/", iter(range(100))

    def run() -> Cycle:
        now = NOW + 300 * next(runs)
        backend = CalDAV("home", url, "alice", lambda: "s3cret", lambda: now, learned=Learned(db, "home"))
        try:
            return pipeline.run_cycle(Deps(SETTINGS, db, {"home": backend}, solve), now)
        finally:
            backend.close()

    return Life(dav, run)


def test_each_block_is_written_once_and_then_left_alone(person: Life) -> None:
    cycle = person.run()
    assert len(person.blocks) == len(cycle.proposal.plan.blocks) > 5
    written = list(person.dav.log)
    for _ in range(2):
        assert person.run().pushed.done == ()
    assert person.dav.log == written
    assert "SUMMARY:Board" in person.dav.events["/cal/board.ics"]


def test_what_the_person_moves_or_deletes_stays_so(person: Life) -> None:
    person.run()
    moved, deleted, *_ = sorted(person.blocks)
    theirs = person.blocks[moved].replace("SUMMARY:Lunch", "SUMMARY:Lunch with Bo")
    person.dav.store(moved, theirs)
    person.dav.remove(deleted)
    count = len(person.blocks)
    person.dav.habits -= {"believing"}  # what such a server hides is seen within a day
    for _ in range(2):
        person.run()
    assert person.dav.events[moved] == theirs
    assert deleted not in person.dav.events
    assert len(person.blocks) == count


def test_a_block_whose_answer_was_lost_is_adopted_under_whatever_name_it_stands(person: Life) -> None:
    put, lost = person.dav.put, list[str]()

    def renamed(asked: Asked) -> Say:
        if "trial" in asked.path or lost:
            return put(asked)
        lost.append(asked.path)
        person.dav.store("/cal/renamed.ics", asked.body)
        return Say(drop=True)

    person.dav.put = renamed  # type: ignore[method-assign]  # this once
    cycle = person.run()
    person.run()
    uids = [body.partition("UID:")[2].split()[0] for body in person.blocks.values()]
    assert len(uids) == len(set(uids)) == len(cycle.proposal.plan.blocks)
    assert "/cal/renamed.ics" in person.blocks
    assert lost[0] not in person.blocks
