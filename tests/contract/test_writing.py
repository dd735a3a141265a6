"""What every backend that can be written does: nothing but what was asked, and only upon what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.contract.worlds import Picture, World
from timeblock.core.event import Draft, Resource, due_on
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Conflict, Gone

NINE = 1_795_420_800
"""Monday, 23 November 2026, 08:00 UTC."""

DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(NINE, NINE + HOUR), "Europe/Oslo", "Lunch; with, Åse")
LATER = replace(DRAFT, interval=Interval(NINE + HOUR, NINE + 2 * HOUR))
TASK = Draft("tb0step", "milestone a/2026-W48", 0, due_on(date(2026, 11, 29)), "UTC", "At most 12; this week", done=40)


def decoded(world: World, resource: Resource) -> Draft:
    """The parts of a draft that its event or task says."""
    [series] = world.backend.codec.decode(resource).series
    assert series.master is not None
    start, end = series.master.start, series.master.end
    facts = series.master.event
    interval = Interval(int(start.timestamp()), int(end.timestamp()))  # type: ignore[union-attr]  # a block is never all-day
    assert facts.mark is not None
    like = DRAFT if facts.done is None else TASK
    like = replace(like, uid=series.key.uid, key=facts.mark.key)
    return replace(like, interval=interval, summary=facts.summary, done=facts.done)


def test_the_calendar_may_be_written(world: World) -> None:
    assert all(info.writable for info in world.backend.calendars() if info.id == world.calendar)


def test_a_created_event_is_there_under_its_href_with_its_version(world: World) -> None:
    written = world.backend.create(world.calendar, DRAFT)
    assert written.href == world.backend.href(world.calendar, DRAFT.uid)
    stored = world.backend.read(world.calendar, written.href)
    assert stored.version == written.version
    assert decoded(world, stored) == decoded(world, written) == DRAFT


def test_our_own_writes_are_no_news(world: World) -> None:
    picture = Picture(world).sync()
    written = world.backend.create(world.calendar, DRAFT)
    written = world.backend.update(written, LATER)
    picture.versions[written.href], picture.bodies[written.href] = written.version, written.body
    picture.sync()
    assert (picture.last_changed, picture.last_removed) == (set(), set())
    world.backend.delete(written)
    assert picture.sync().versions == {}


def test_a_task_is_created_changed_found_and_deleted(with_tasks: World) -> None:
    world = with_tasks
    written = world.backend.create(world.calendar, TASK)
    assert decoded(world, world.backend.read(world.calendar, written.href)) == TASK
    done = replace(TASK, done=100, interval=due_on(date(2026, 11, 30)))
    written = world.backend.update(written, done)
    found = world.backend.find(world.calendar, TASK.uid)
    assert (found.href, decoded(world, found)) == (written.href, done)
    assert Picture(world).sync().summaries == {TASK.uid: TASK.summary}
    world.backend.delete(found)
    with pytest.raises(Gone):
        world.backend.find(world.calendar, TASK.uid)


def test_an_id_that_is_taken_is_a_conflict_and_nothing_is_overwritten(world: World) -> None:
    world.put(DRAFT.uid, "Someone else's")
    before = world.raw(DRAFT.uid)
    with pytest.raises(Conflict):
        world.backend.create(world.calendar, DRAFT)
    assert world.raw(DRAFT.uid) == before


def test_the_same_create_twice_is_a_conflict(world: World) -> None:
    world.backend.create(world.calendar, DRAFT)
    with pytest.raises(Conflict):
        world.backend.create(world.calendar, DRAFT)


def test_an_update_moves_the_event_and_changes_its_version(world: World) -> None:
    first = world.backend.create(world.calendar, DRAFT)
    second = world.backend.update(first, LATER)
    assert second.version != first.version
    assert decoded(world, world.backend.read(world.calendar, first.href)) == LATER


def test_an_update_keeps_what_others_added(world: World) -> None:
    world.put(DRAFT.uid, "Lunch", adorned=True)
    before = world.adornments(DRAFT.uid)
    base = world.backend.read(world.calendar, world.backend.href(world.calendar, DRAFT.uid))
    world.backend.update(base, LATER)
    assert world.adornments(DRAFT.uid) == before != []


def test_an_update_of_what_changed_meanwhile_is_a_conflict(world: World) -> None:
    base = world.backend.create(world.calendar, DRAFT)
    world.put(DRAFT.uid, "Moved by hand")
    before = world.raw(DRAFT.uid)
    with pytest.raises(Conflict):
        world.backend.update(base, LATER)
    assert world.raw(DRAFT.uid) == before


def test_an_update_of_what_is_gone_does_not_bring_it_back(world: World) -> None:
    base = world.backend.create(world.calendar, DRAFT)
    world.remove(DRAFT.uid)
    with pytest.raises((Conflict, Gone)):
        world.backend.update(base, LATER)
    with pytest.raises(Gone):
        world.backend.read(world.calendar, base.href)


def test_a_delete_of_what_changed_meanwhile_is_a_conflict(world: World) -> None:
    base = world.backend.create(world.calendar, DRAFT)
    world.put(DRAFT.uid, "Moved by hand")
    with pytest.raises(Conflict):
        world.backend.delete(base)
    assert "Moved by hand" in world.raw(DRAFT.uid)


def test_a_deleted_event_is_gone_and_cannot_be_deleted_again(world: World) -> None:
    base = world.backend.create(world.calendar, DRAFT)
    world.backend.delete(base)
    with pytest.raises(Gone):
        world.backend.read(world.calendar, base.href)
    with pytest.raises((Conflict, Gone)):
        world.backend.delete(base)


def test_a_foreign_event_beside_ours_is_untouched_byte_for_byte(world: World) -> None:
    world.put("theirs", "Board dinner", adorned=True)
    before = world.raw("theirs")
    written = world.backend.create(world.calendar, DRAFT)
    written = world.backend.update(written, LATER)
    assert world.raw("theirs") == before
    world.backend.delete(written)
    assert world.raw("theirs") == before


def test_a_calendar_that_is_gone_takes_no_event(world: World) -> None:
    with pytest.raises(Gone):
        world.backend.create(world.elsewhere, DRAFT)


def test_a_title_cannot_smuggle_lines_into_the_event(world: World) -> None:
    evil = replace(DRAFT, summary="Lunch\r\nATTENDEE:mailto:victim@example.com")
    written = world.backend.create(world.calendar, evil)
    stored = world.backend.read(world.calendar, written.href)
    [series] = world.backend.codec.decode(stored).series
    assert series.master is not None
    assert series.master.event.attendees == ()


def test_an_event_is_found_by_its_uid(world: World) -> None:
    written = world.backend.create(world.calendar, DRAFT)
    assert world.backend.find(world.calendar, DRAFT.uid) == world.backend.read(world.calendar, written.href)
    with pytest.raises(Gone):
        world.backend.find(world.calendar, "never-written")
