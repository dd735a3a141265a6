"""Wishes, and what is believed to stand; on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from timeblock.core.diff import Create, Delete, Slot, State, Update, Written
from timeblock.core.event import CalendarId, Draft, EventType, Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.store import history, outbox
from timeblock.store.database import Database, open_database
from timeblock.store.drafts import Writing, change_of, change_text, draft_of, draft_text
from timeblock.store.outbox import Wish

NOW = 1_800_000_000
HOME = CalendarId("home", "blocks")
SLOT = Slot(HOME, "dinner/2026-W48/1")
DRAFT = Draft("tb0", SLOT.key, 0, Interval(NOW, NOW + HOUR), "Europe/Oslo", "Dinner")
LATER = replace(DRAFT, interval=Interval(NOW + HOUR, NOW + 2 * HOUR))
FULL = Draft(
    "tb1", SLOT.key, 2, Interval(1, 2), "UTC", "Ünïcode\n", "why", False, True, ("a",), EventType.FOCUS_TIME,
    frozenset({"summary", "busy"}),
)  # fmt: skip
BASE = Resource(HOME, "tb0.ics", "7", "BEGIN:VCALENDAR\r\n")
WRITTEN = Written(SLOT, DRAFT, "tb0.ics", "7")
CREATE = Create(SLOT, DRAFT, "planned")
UPDATE = Update(SLOT, LATER, BASE, DRAFT, "moved")
DELETE = Delete(SLOT, BASE, DRAFT, "not planned any more")
UNDONE = replace(DELETE, becomes=State.SKIPPED)


@pytest.fixture
def run(db: Database) -> str:
    return history.start_run(db, "apply", NOW)


def only(db: Database) -> Wish:
    (wish,) = outbox.pending(db)
    return wish


@pytest.mark.parametrize("draft", [DRAFT, FULL], ids=["plain", "full"])
def test_a_draft_survives_as_text(draft: Draft) -> None:
    assert draft_of(draft_text(draft)) == draft


@pytest.mark.parametrize("change", [CREATE, UPDATE, DELETE, UNDONE], ids=["create", "update", "delete", "undone"])
def test_a_wish_survives(db: Database, run: str, change: Writing) -> None:
    assert change_of(SLOT, change_text(change)) == change
    outbox.put(db, run, change, NOW)
    assert only(db) == Wish(SLOT, change, run, NOW)


@pytest.mark.parametrize("state", State)
def test_what_is_written_survives(db: Database, state: State) -> None:
    outbox.save_written(db, WRITTEN)
    outbox.save_written(db, replace(WRITTEN, draft=FULL, state=state))
    assert outbox.written(db) == (replace(WRITTEN, draft=FULL, state=state),)
    assert outbox.stored(db, SLOT) == replace(WRITTEN, draft=FULL, state=state)
    assert outbox.stored(db, replace(SLOT, key="x/y/1")) is None


def test_a_newer_wish_takes_the_place_of_a_pending_one(db: Database, run: str) -> None:
    outbox.put(db, run, UPDATE, NOW)
    outbox.put(db, run, DELETE, NOW + 1)
    assert only(db) == Wish(SLOT, DELETE, run, NOW + 1)


def test_what_has_left_is_kept_beside_the_newer_wish(db: Database, run: str) -> None:
    outbox.put(db, run, UPDATE, NOW)
    outbox.mark_unsure(db, only(db))
    outbox.put(db, run, DELETE, NOW + 1)
    assert (only(db).change, only(db).sent, only(db).state) == (DELETE, UPDATE, "unsure")


def test_the_same_wish_again_is_no_reason_to_hurry(db: Database, run: str) -> None:
    outbox.put(db, run, CREATE, NOW)
    outbox.postpone(db, replace(only(db), attempts=3), NOW + HOUR, "refused")
    outbox.put(db, history.start_run(db, "apply", NOW), CREATE, NOW + 1)
    assert only(db) == Wish(SLOT, CREATE, run, NOW + HOUR, attempts=3, problem="refused")


def test_only_what_is_due_and_not_held_is_done(db: Database, run: str) -> None:
    outbox.put(db, run, CREATE, NOW)
    assert outbox.due(db, NOW - 1) == ()
    assert outbox.due(db, NOW) == (only(db),)
    outbox.hold(db, only(db), "refused")
    assert outbox.due(db, NOW + HOUR) == ()
    assert outbox.try_again(db) == 1
    assert only(db).state == "pending"


def test_a_wait_is_for_the_whole_account_and_for_wishes_to_come(db: Database, run: str) -> None:
    outbox.wait(db, "home", NOW + HOUR, "too many requests")
    outbox.put(db, run, CREATE, NOW)
    other = Slot(CalendarId("work", "x"), SLOT.key)
    outbox.put(db, run, replace(CREATE, slot=other), NOW)
    assert [wish.slot for wish in outbox.due(db, NOW)] == [other]
    assert outbox.waiting(db, NOW) == {"home": (NOW + HOUR, "too many requests")}
    assert len(outbox.due(db, NOW + HOUR)) == 2
    assert outbox.waiting(db, NOW + HOUR) == {}


def test_withdrawn_is_gone_unless_it_has_left(db: Database, run: str) -> None:
    outbox.put(db, run, CREATE, NOW)
    outbox.withdraw(db, [SLOT])
    assert outbox.pending(db) == ()
    outbox.put(db, run, CREATE, NOW)
    outbox.mark_unsure(db, only(db))
    outbox.withdraw(db, [SLOT])
    assert (only(db).change, only(db).sent) == (None, CREATE)
    outbox.settle(db, SLOT)
    assert outbox.pending(db) == ()


@pytest.mark.parametrize(
    ("change", "known", "believed"),
    [
        (CREATE, None, Written(SLOT, DRAFT, "", "", State.LIVE, unsure=True)),
        (DELETE, WRITTEN, replace(WRITTEN, state=State.REMOVED, unsure=True)),
        (UPDATE, WRITTEN, WRITTEN),
    ],
    ids=["create", "delete", "update"],
)
def test_what_left_unanswered_counts_as_done_for_now(
    db: Database, run: str, change: Writing, known: Written | None, believed: Written
) -> None:
    if known:
        outbox.save_written(db, known)
    outbox.put(db, run, change, NOW)
    assert outbox.written(db) == ((known,) if known else ())
    outbox.mark_unsure(db, only(db))
    assert outbox.written(db) == (believed,)


@pytest.mark.parametrize(
    ("change", "believed"),
    [
        (UNDONE, replace(WRITTEN, state=State.SKIPPED, unsure=True)),
        (replace(UPDATE, becomes=State.PINNED), replace(WRITTEN, draft=LATER, state=State.PINNED, unsure=True)),
    ],
    ids=["skipped", "pinned"],
)
def test_what_the_person_ordered_counts_as_done_until_it_is_given_up(
    db: Database, run: str, change: Writing, believed: Written
) -> None:
    outbox.save_written(db, WRITTEN)
    outbox.put(db, run, change, NOW)
    assert outbox.written(db) == (believed,)
    outbox.hold(db, only(db), "refused")
    assert outbox.written(db) == (WRITTEN,)


def test_owners_do_not_meet(url: str, db: Database, run: str) -> None:
    outbox.put(db, run, CREATE, NOW)
    outbox.save_written(db, WRITTEN)
    outbox.wait(db, "home", NOW + HOUR, "")
    with open_database(url, f"{db.owner} too") as other:
        assert (outbox.pending(other), outbox.written(other), outbox.waiting(other, NOW)) == ((), (), {})
        assert history.runs(other, 9) == ()
