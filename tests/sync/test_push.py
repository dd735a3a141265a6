"""The write protocol: what leaves, what is believed, and whose version wins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.sync.world import (
    BLOCKS,
    DINNER,
    HOME,
    IDENTITY,
    NOW,
    WORK,
    Faulty,
    World,
    at,
    block,
    by_hand,
    event_of,
    held,
    memory,
    read,
    slot,
)
from timeblock.calendars.memory import Memory
from timeblock.core.diff import Create, Delete, State
from timeblock.core.event import CalendarId, Draft, block_uid
from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.plan import Block
from timeblock.errors import AuthNeeded, Conflict, Forbidden, Gone, TimeblockError, TryLater, Unsure
from timeblock.store import events, history, outbox
from timeblock.store.database import Database, open_database
from timeblock.sync.push import push
from timeblock.sync.retry import MOST

LUNCH = block("lunch/2026-11-24/1", at(28))
LATER = at(12)


@pytest.fixture
def world(db: Database) -> World:
    return World(db, Faulty(memory()))


def actions(world: World, run: str = "1") -> list[str]:
    return [entry.action.value for entry in history.entries(world.db, run)]


def edit(world: World, *, when: Interval | None = None, extra: str = "") -> None:
    """What the person does to dinner in their own calendar program."""
    now = event_of(world.backend.real)
    world.backend.real.put(now.calendar, now.href, by_hand(now.body, when=when, extra=extra))


def arrive(world: World) -> None:
    """The create that waits in the outbox reaches the calendar, and nobody tells us."""
    (wish,) = outbox.pending(world.db)
    assert isinstance(wish.change, Create)
    world.backend.real.create(BLOCKS, wish.change.draft)


def delete(world: World) -> None:
    now = event_of(world.backend.real)
    world.backend.real.remove(now.calendar, now.href)


# ---- the plain way -------------------------------------------------------------------------------------------------


def test_a_block_is_created_once_and_logged(world: World) -> None:
    (done,) = world.run().done
    assert (done.action, done.before, done.slot) == ("created", None, slot())
    assert world.stands() == {"dinner": [at(10)]}
    assert history.entries(world.db, "1") == (done,)


def test_the_same_cycle_twice_writes_nothing(world: World) -> None:
    world.run()
    world.backend.writes.clear()
    assert world.run().done == ()
    assert world.backend.writes == []
    assert len(history.runs(world.db, 9)) == 1


def test_a_moved_block_is_moved_and_a_dropped_one_deleted(world: World) -> None:
    world.run()
    world.plan = [block(DINNER.key, LATER)]
    world.run()
    assert world.stands() == {"dinner": [LATER]}
    world.plan = []
    world.run()
    assert world.stands() == {}
    assert world.written().state is State.REMOVED
    assert [actions(world, run) for run in "123"] == [["created"], ["updated"], ["deleted"]]


def test_what_was_removed_comes_back_under_another_id(world: World) -> None:
    world.run()
    world.plan = []
    world.run()
    world.plan = [DINNER]
    world.run()
    assert [r.href for r in held(world.backend.real)] == [block_uid(IDENTITY, BLOCKS, DINNER.key, 1) + ".ics"]


def test_room_is_made_before_it_is_taken(world: World) -> None:
    world.plan = [DINNER, LUNCH]
    world.run()
    world.plan = [block(DINNER.key, LATER), block("walk/2026-11-24/1", at(28))]
    world.backend.writes.clear()
    world.run()
    assert world.backend.writes == ["delete", "update", "create"]


def test_the_picture_is_true_at_once(world: World) -> None:
    world.run()
    assert events.known_versions(world.db, BLOCKS) == {r.href: r.version for r in held(world.backend.real)}


def test_progress_is_told(world: World) -> None:
    told: list[tuple[str, int, int]] = []
    world.plan = [DINNER, LUNCH]
    world.wish()
    push(world.db, {"home": world.backend}, IDENTITY, HOME, NOW, lambda *step: told.append(step))
    assert told == [("writing", 0, 2), ("writing", 1, 2)]


def test_a_twin_says_busy_and_nothing_else(db: Database) -> None:
    world = World(db, Faulty(memory()), [block(DINNER.key, at(10), "With Anna")], twins=[WORK])
    world.run()
    (twin,) = held(world.backend.real, WORK)
    assert world.stands(WORK) == {"Busy": [at(10)]}
    assert "Anna" not in twin.body
    assert read(twin)[0].private


def test_a_twin_follows_the_block_that_the_person_moved(db: Database) -> None:
    world = World(db, Faulty(memory()), twins=[WORK])
    world.run()
    edit(world, when=LATER)
    world.run()
    assert (world.stands(), world.stands(WORK)) == ({"dinner": [LATER]}, {"Busy": [LATER]})


# ---- answers that never came ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["drop", "lost"])
@pytest.mark.parametrize("plan", [[DINNER, LUNCH], [block(DINNER.key, LATER)], []], ids=["create", "update", "delete"])
def test_a_lost_answer_leads_to_a_look_and_to_one_block(world: World, fault: str, plan: list[Block]) -> None:
    world.run()
    world.plan = plan
    world.backend.faults = [fault]
    (done,) = world.run().done
    assert done.action.value in ("created", "updated", "deleted")
    assert world.stands() == {b.title: [b.interval] for b in world.plan}
    assert outbox.pending(world.db) == ()
    world.backend.writes.clear()
    assert world.run().done == ()
    assert world.backend.writes == []


def test_a_lost_answer_is_never_followed_by_the_same_request_unseen(world: World) -> None:
    world.backend.faults = ["drop"]
    world.run()
    assert world.backend.writes == ["create"]


def test_what_is_lost_again_and_again_waits_longer_and_is_held(world: World) -> None:
    world.backend.always = Unsure("no answer")
    now, times = NOW, []
    while not (wish := world.run(now).held[0]).held:
        times.append(wish.due_at - now)
        now = wish.due_at
    assert times == sorted(times)
    assert wish.attempts >= MOST
    assert "failed" in actions(world)


def test_the_person_moved_it_before_we_looked(world: World) -> None:
    world.wish()
    outbox.mark_unsure(world.db, outbox.pending(world.db)[0])
    arrive(world)
    edit(world, when=LATER)
    (done,) = world.push().done
    assert done.action == "adopted"
    assert (world.written().state, world.stands()) == (State.PINNED, {"dinner": [LATER]})


def test_a_delete_without_an_answer_is_not_taken_for_the_persons(world: World) -> None:
    world.run()
    world.plan = []
    world.wish()
    (wish,) = outbox.pending(world.db)
    outbox.mark_unsure(world.db, wish)
    delete(world)
    world.plan = [DINNER]
    world.run()
    assert world.stands() == {"dinner": [at(10)]}


def test_a_newer_wish_waits_until_the_older_one_was_looked_after(world: World) -> None:
    world.wish()
    outbox.mark_unsure(world.db, outbox.pending(world.db)[0])
    world.plan = [block(DINNER.key, LATER)]
    world.run()
    assert world.stands() == {"dinner": [LATER]}
    assert world.backend.writes == ["create"]


def test_a_create_that_arrived_and_is_wanted_elsewhere_by_now_is_moved(world: World) -> None:
    world.wish()
    outbox.mark_unsure(world.db, outbox.pending(world.db)[0])
    arrive(world)
    world.plan = [block(DINNER.key, LATER)]
    world.run()
    assert world.stands() == {"dinner": [LATER]}
    assert actions(world) + actions(world, "2") == ["created", "updated"]


def test_what_is_not_wanted_any_more_is_withdrawn(world: World) -> None:
    world.wish()
    world.plan = []
    world.run()
    assert (world.stands(), outbox.pending(world.db), world.backend.writes) == ({}, (), [])


def test_a_delete_put_off_is_withdrawn_when_the_plan_wants_the_block_again(world: World) -> None:
    world.run()
    world.plan = []
    world.backend.always = TryLater("not now")
    world.run()
    world.backend.always = None
    world.plan = [DINNER]
    world.run(NOW + HOUR)
    assert world.stands() == {"dinner": [at(10)]}
    assert outbox.pending(world.db) == ()


# ---- somebody else was there ---------------------------------------------------------------------------------------


def test_an_edit_between_reading_and_writing_wins(world: World) -> None:
    world.run()
    world.plan = [block(DINNER.key, LATER)]
    world.wish()
    edit(world, when=at(20))
    (done,) = world.push().done
    assert done.action == "adopted"
    assert (world.written().state, world.stands()) == (State.PINNED, {"dinner": [at(20)]})
    world.run()
    assert world.stands() == {"dinner": [at(20)]}


def test_an_edit_before_a_delete_keeps_the_block(world: World) -> None:
    world.run()
    world.plan = []
    world.wish()
    edit(world, when=at(20))
    world.push()
    assert world.stands() == {"dinner": [at(20)]}
    world.run()
    assert world.stands() == {"dinner": [at(20)]}


def test_notes_added_meanwhile_are_kept_and_the_block_moves_next_time(world: World) -> None:
    world.run()
    world.plan = [block(DINNER.key, LATER)]
    world.wish()
    edit(world, extra="X-NOTE:bring wine")
    assert world.push().done == ()
    world.run()
    (resource,) = held(world.backend.real)
    assert world.stands() == {"dinner": [LATER]}
    assert "X-NOTE:bring wine" in resource.body


def test_deleted_between_reading_and_moving_is_skipped_for_good(world: World) -> None:
    world.run()
    world.plan = [block(DINNER.key, LATER)]
    world.wish()
    delete(world)
    world.push()
    assert outbox.pending(world.db) == ()
    world.run()
    assert (world.stands(), world.written().state) == ({}, State.SKIPPED)


def test_deleted_between_reading_and_deleting_is_done(world: World) -> None:
    world.run()
    world.plan = []
    world.wish()
    delete(world)
    (done,) = world.push().done
    assert done.action == "deleted"


def test_an_id_taken_by_a_stranger_is_left_to_it(world: World) -> None:
    href = block_uid(IDENTITY, BLOCKS, DINNER.key, 0) + ".ics"
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:theirs", "DTSTART:20261201T100000Z", "DTEND:20261201T110000Z"]
    theirs = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    world.backend.real.put(BLOCKS, href, theirs)
    world.run()
    assert world.backend.read(BLOCKS, href).body == theirs
    assert world.stands()["dinner"] == [at(10)]
    assert world.written().draft.generation == 1


def test_a_burnt_id_is_followed_by_the_next(world: World) -> None:
    world.backend.faults = [Conflict("this id was used")]
    world.run()
    assert world.stands() == {"dinner": [at(10)]}
    assert world.written().draft.generation == 1


def test_a_block_that_another_machine_made_is_taken_over(world: World) -> None:
    world.wish()
    arrive(world)
    world.push()
    assert world.stands() == {"dinner": [at(10)]}
    assert world.written().state is State.LIVE


@pytest.fixture
def twice(world: World, tmp_path: Path) -> World:
    """Another machine was told that the first id is burnt, and then ours wrote it all the same."""
    with open_database(f"sqlite://{tmp_path / 'other.db'}") as memory_of_its_own:
        world.wish()
        World(memory_of_its_own, Faulty(world.backend.real, [Conflict("this id was used")])).run()
        world.push()
    assert world.stands() == {"dinner": [at(10), at(10)]}
    return world


def test_of_a_block_that_two_machines_wrote_the_older_goes(twice: World) -> None:
    twice.run()
    assert twice.stands() == {"dinner": [at(10)]}
    assert (twice.written().state, twice.written().draft.generation) == (State.LIVE, 1)
    assert [(e.action.value, e.why) for e in history.entries(twice.db, "2")][-1] == ("deleted", "it stood twice")
    assert twice.run().done == ()


def test_of_a_block_that_stands_twice_the_one_the_person_moved_stays(twice: World) -> None:
    older = twice.backend.read(BLOCKS, block_uid(IDENTITY, BLOCKS, DINNER.key, 0) + ".ics")
    twice.backend.real.put(BLOCKS, older.href, by_hand(older.body, when=LATER))
    twice.run()
    assert twice.stands() == {"dinner": [LATER]}
    assert (twice.written().state, twice.written().draft.generation) == (State.PINNED, 0)


def test_a_spare_that_does_not_go_at_once_goes_later(twice: World) -> None:
    twice.backend.faults = ["lost", "lost"]
    twice.run()
    twice.run(NOW + HOUR)
    assert twice.stands() == {"dinner": [at(10)]}
    assert twice.written().state is State.LIVE
    assert outbox.pending(twice.db) == ()


@pytest.mark.parametrize("extra", ["RRULE:FREQ=WEEKLY", "ATTENDEE:mailto:anna@example.org"])
def test_a_block_with_guests_or_a_rule_is_left_alone(world: World, extra: str) -> None:
    world.run()
    edit(world, extra=extra)
    world.plan = []
    world.backend.writes.clear()
    world.run()
    assert world.backend.writes == []
    assert world.written().state is State.PINNED


def test_a_copy_of_a_block_is_the_persons(world: World) -> None:
    world.run()
    resource = event_of(world.backend.real)
    uid = read(resource)[0].key.uid
    world.backend.real.put(BLOCKS, "copy.ics", resource.body.replace(uid, "copy"))
    world.plan = []
    world.run()
    assert [r.href for r in held(world.backend.real)] == ["copy.ics"]


def test_nothing_is_deleted_that_does_not_bear_our_mark(world: World) -> None:
    world.run()
    world.plan = []
    world.wish()
    (wish,) = outbox.pending(world.db)
    assert isinstance(wish.change, Delete)
    base = event_of(world.backend.real)
    stranger = world.backend.real.put(BLOCKS, base.href, base.body.replace("X-TIMEBLOCK-KEY", "X-OTHER"))
    outbox.save_wish(world.db, replace(wish, change=replace(wish.change, base=stranger)))
    world.backend.writes.clear()
    world.push()
    assert world.backend.writes == []


# ---- refusals ------------------------------------------------------------------------------------------------------


def test_later_is_obeyed_for_the_whole_account_and_outlives_the_program(world: World) -> None:
    world.plan = [DINNER, LUNCH]
    world.backend.faults = [TryLater("too many requests", NOW + HOUR)]
    pushed = world.run()
    assert world.backend.writes == ["create"]
    assert isinstance(pushed.errors["home"], TryLater)
    again = world.run(NOW + HOUR - 1).errors["home"]
    assert world.backend.writes == ["create"]
    assert isinstance(again, TryLater)
    assert again.at == NOW + HOUR
    world.run(NOW + HOUR)
    assert sorted(world.stands()) == ["dinner", "lunch"]


@pytest.mark.parametrize("error", [AuthNeeded("sign in"), TryLater("busy")])
def test_one_account_that_fails_does_not_stop_the_others(world: World, error: TimeblockError) -> None:
    world.wish()
    world.backend.always = error
    away, there = Memory("away", ["work"]), CalendarId("away", "work")
    draft = Draft(block_uid(IDENTITY, there, DINNER.key, 0), DINNER.key, 0, at(10), "UTC", "Busy")
    outbox.put(world.db, "1", Create(slot(DINNER, there), draft, "planned"), NOW)
    pushed = push(world.db, {"home": world.backend, "away": away}, IDENTITY, HOME, NOW)
    assert pushed.errors == {"home": error}
    assert [read(r)[1] for r in held(away, there)] == [at(10)]


def test_after_signing_in_it_goes_on_at_once(world: World) -> None:
    world.backend.always = AuthNeeded("sign in")
    world.run()
    world.backend.always = None
    world.run()
    assert world.stands() == {"dinner": [at(10)]}


def test_what_is_forbidden_does_not_stop_the_rest(world: World) -> None:
    world.plan = [DINNER, LUNCH]
    world.backend.faults = [Forbidden("no right to write here")]
    pushed = world.run()
    assert (list(world.stands()), [w.slot for w in pushed.held]) == (["lunch"], [slot(DINNER)])


def test_a_poisonous_wish_is_held_after_growing_delays(world: World) -> None:
    world.plan = [block(DINNER.key, at(200))]
    world.backend.always = Forbidden("no right to write here")
    now, delays = NOW, []
    while not (wish := world.run(now).held[0]).held:
        delays.append((wish.due_at - now) // MINUTE)
        now = wish.due_at
    assert delays == [1, 4, 16, 64, 256]
    assert wish.problem == "no right to write here"
    assert actions(world) == ["failed"]
    world.backend.writes.clear()
    world.run(now + 24 * HOUR)
    assert world.backend.writes == []
    world.backend.always = None
    assert outbox.try_again(world.db) == 1
    world.run(now + 24 * HOUR)
    assert world.stands() == {"dinner": [at(200)]}


def test_a_calendar_that_is_gone_is_not_believed_to_be_empty(world: World) -> None:
    world.backend.faults = [Gone("no such calendar")]
    pushed = world.run()
    assert [wish.state for wish in pushed.held] == ["pending"]


def test_what_has_begun_while_it_waited_is_not_touched(world: World) -> None:
    world.run()
    world.plan = [block(DINNER.key, at(30))]
    world.wish()
    world.push(at(10).start + 1)
    assert world.stands() == {"dinner": [at(10)]}


def test_a_wish_for_an_account_that_is_gone_waits(world: World) -> None:
    world.wish()
    pushed = push(world.db, {}, IDENTITY, HOME, NOW)
    assert len(pushed.held) == 1


def test_a_bug_in_a_backend_leaves_the_wish_unsure(world: World) -> None:
    world.backend.faults = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        world.run()
    assert [wish.state for wish in outbox.pending(world.db)] == ["unsure"]
    world.run()
    assert world.stands() == {"dinner": [at(10)]}
