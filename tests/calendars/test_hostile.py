"""CalDAV on servers with bad habits: nothing of others is lost, and nothing is written twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest

from tests.calendars.hostile import Dav
from tests.conftest import Serve
from tests.contract.worlds import NOW, event
from timeblock.calendars.caldav import TELLING, CalDAV
from timeblock.core.event import CalendarId, Draft, Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Conflict, CursorExpired, Gone, Incomplete
from timeblock.sync.backend import Page

CALENDAR = CalendarId("home", "/cal/")
DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(1_795_420_800, 1_795_420_800 + HOUR), "UTC", "Lunch")
LATER = replace(DRAFT, interval=Interval(DRAFT.interval.end, DRAFT.interval.end + HOUR))
HREF = "/cal/tb0lunch.ics"
DAY = 24 * HOUR

Connect = Callable[..., CalDAV]


@pytest.fixture
def connect(serve: Serve) -> Iterator[Connect]:
    """Backends of one server per ``Dav``."""
    made: list[CalDAV] = []

    @cache
    def address(dav: Dav) -> str:
        return serve(dav).url

    def account(dav: Dav, now: int = NOW, learned: dict[str, str] | None = None) -> CalDAV:
        noted = {} if learned is None else learned
        made.append(CalDAV("home", address(dav), "alice", lambda: "s3cret", lambda: now, learned=noted))
        return made[-1]

    yield account
    for backend in made:
        backend.close()


def habits(*names: str) -> Dav:
    return Dav(frozenset(names))


# --- Writes -----------------------------------------------------------------------------------------------------------

BAD = ["overwrites", "deletes", "updates", "revives", "weak", "silent", "flapping", "again", "stamping"]
ALL_BAD = ("overwrites", "deletes", "updates", "revives", "again")


@pytest.mark.parametrize("names", [(), *((name,) for name in BAD), ALL_BAD, (*ALL_BAD, "silent", "stamping")], ids=str)
def test_only_what_was_read_is_written_upon(connect: Connect, names: tuple[str, ...]) -> None:
    dav = habits(*names)
    backend = connect(dav)
    base = backend.create(CALENDAR, DRAFT)
    moved = backend.update(base, LATER)
    assert "DTSTART:20261123T090000Z" in dav.events[HREF]
    theirs = event(DRAFT.uid, "Moved by hand")
    dav.remove(HREF)
    dav.store(HREF, theirs)
    for write in (lambda: backend.update(moved, DRAFT), lambda: backend.delete(moved)):
        with pytest.raises(Conflict):
            write()
    with pytest.raises(Conflict):
        backend.create(CALENDAR, DRAFT)
    assert dav.events == {HREF: theirs}


@pytest.mark.parametrize("names", [(), *((name,) for name in BAD), ALL_BAD], ids=str)
def test_what_is_gone_is_not_brought_back(connect: Connect, names: tuple[str, ...]) -> None:
    dav = habits(*names)
    backend = connect(dav)
    base = backend.create(CALENDAR, DRAFT)
    dav.remove(HREF)
    for write in (lambda: backend.update(base, LATER), lambda: backend.delete(base)):
        with pytest.raises((Conflict, Gone)):
            write()
    assert dav.events == {}


@pytest.mark.parametrize("names", [(), *((name,) for name in BAD), ALL_BAD], ids=str)
def test_a_trial_leaves_nothing_and_is_not_repeated(connect: Connect, names: tuple[str, ...]) -> None:
    dav, learned = habits(*names), dict[str, str]()
    backend = connect(dav, learned=learned)
    backend.delete(backend.create(CALENDAR, DRAFT))
    assert dav.events == {}
    changes = len(dav.log)
    again = connect(dav, learned=learned)
    again.delete(again.create(CALENDAR, DRAFT))
    assert len(dav.log) == changes + 2


def test_what_a_trial_found_holds_for_a_month(connect: Connect) -> None:
    dav, learned = habits(), dict[str, str]()
    connect(dav, learned=learned).create(CALENDAR, DRAFT)
    dav.habits = frozenset({"overwrites"})
    later = connect(dav, NOW + 31 * DAY, learned)
    with pytest.raises(Conflict):
        later.create(CALENDAR, LATER)
    [found] = [json.loads(value) for name, value in learned.items() if name.startswith("writes ")]
    assert found["conditions"] is False


def test_what_a_broken_off_trial_left_makes_room_for_the_next(connect: Connect) -> None:
    dav = habits()
    connect(dav).create(CALENDAR, DRAFT)
    trial = next(href for href in dav.log if "trial" in href)
    dav.store(trial, event(trial.rpartition("/")[2].removesuffix(".ics"), "left"))
    connect(dav).create(CALENDAR, replace(DRAFT, uid="tb0other"))
    assert set(dav.events) == {HREF, "/cal/tb0other.ics"}


def test_an_event_under_another_name_is_found_by_its_uid(connect: Connect) -> None:
    dav = habits()
    backend = connect(dav)
    dav.store("/cal/elsewhere.ics", event(DRAFT.uid))
    dav.store("/cal/longer.ics", event(DRAFT.uid + "-longer"))
    with pytest.raises(Conflict):
        backend.create(CALENDAR, DRAFT)
    assert backend.find(CALENDAR, DRAFT.uid).href == "/cal/elsewhere.ics"
    with pytest.raises(Gone):
        backend.find(CALENDAR, "tb0nowhere")


# --- Versions and tokens ----------------------------------------------------------------------------------------------


class Picture:
    """What a pull would hold."""

    def __init__(self, backend: CalDAV) -> None:
        self.backend = backend
        self.held: dict[str, Resource] = {}
        self.cursor: str | None = None

    def sync(self) -> Page:
        """Raises what a pull would be told."""
        known = {href: resource.version for href, resource in self.held.items()}
        try:
            page = self.backend.changes(CALENDAR, self.cursor, lambda: known)
        except CursorExpired:
            page = self.backend.changes(CALENDAR, None, lambda: known)
        there = {resource.href: resource for resource in page.changed}
        kept = page.unchanged if page.complete else known.keys() - set(page.removed)
        self.held = {href: resource for href, resource in self.held.items() if href in kept} | there
        self.cursor = page.cursor
        return page


def test_a_new_event_under_an_old_version_is_read_where_that_was_found_out(connect: Connect) -> None:
    dav = habits("again")
    backend = connect(dav)
    backend.create(CALENDAR, DRAFT)
    picture = Picture(backend)
    picture.sync()
    dav.remove(HREF)
    dav.store(HREF, event(DRAFT.uid, "Another"))
    picture.sync()
    assert "Another" in picture.held[HREF].body


@pytest.mark.parametrize("name", ["believing", "blind"])
def test_within_a_day_nothing_is_missed_whatever_token_is_taken(connect: Connect, name: str) -> None:
    dav, learned = habits(name), dict[str, str]()
    for n in range(3):
        dav.store(f"/cal/{n}.ics", event(str(n)))
    picture = Picture(connect(dav, learned=learned))
    picture.sync()
    dav.remove("/cal/1.ics")
    dav.store("/cal/new.ics", event("new"))
    assert not picture.sync().complete
    picture.backend = connect(dav, NOW + DAY, learned)
    assert picture.sync().complete
    assert set(picture.held) == set(dav.events)


def test_many_removals_in_a_list_of_changes_are_compared_with_all_there_is(connect: Connect) -> None:
    dav = habits()
    for n in range(9):
        dav.store(f"/cal/{n}.ics", event(str(n)))
    picture = Picture(connect(dav))
    picture.sync()
    for n in range(6):
        dav.remove(f"/cal/{n}.ics")
    assert picture.sync().complete
    assert set(picture.held) == set(dav.events)


def test_a_calendar_made_anew_at_the_same_address_stops_and_asks(connect: Connect) -> None:
    dav = habits()
    for n in range(3):
        dav.store(f"/cal/{n}.ics", event(str(n)))
    picture = Picture(connect(dav))
    picture.sync()
    dav.events.clear()
    dav.store("/cal/other.ics", event("other"))
    dav.born = "2026-11-25T12:00:00Z"
    picture.cursor = None
    for _ in range(2):
        with pytest.raises(Incomplete, match=r"not the calendar that was read before.*believe-empty"):
            picture.sync()
    picture.held = {}
    assert [resource.href for resource in picture.sync().changed] == ["/cal/other.ics"]


def test_a_calendar_of_which_nothing_is_left_is_another_one(connect: Connect) -> None:
    dav = habits()
    for n in range(TELLING):
        dav.store(f"/cal/{n}.ics", event(str(n)))
    picture = Picture(connect(dav))
    picture.sync()
    dav.events = {"/cal/other.ics": event("other")}
    dav.etags["/cal/other.ics"] = '"77"'
    picture.cursor = None
    with pytest.raises(Incomplete, match="not the calendar"):
        picture.sync()


def test_a_calendar_moved_with_its_events_is_the_same(connect: Connect) -> None:
    dav, learned = habits(), dict[str, str]()
    for n in range(3):
        dav.store(f"/cal/{n}.ics", event(str(n)))
    picture = Picture(connect(dav, learned=learned))
    picture.sync()
    before = dict(learned)
    dav.born, picture.cursor = "2026-11-25T12:00:00Z", None
    assert picture.sync().complete
    assert learned != before
