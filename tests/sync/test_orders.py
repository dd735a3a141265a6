"""What a person orders of one block is done at once, stays done whatever is planned, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.sync.world import BLOCKS, DINNER, HOME, IDENTITY, NOW, WORK, Faulty, World, at, block, memory, slot
from timeblock.core.diff import State, desired
from timeblock.core.plan import Block
from timeblock.errors import FixNeeded, TryLater
from timeblock.store import events, history, outbox
from timeblock.store.database import Database, open_database
from timeblock.sync.enqueue import enqueue
from timeblock.sync.orders import Order, ordered

LATER = block(DINNER.key, at(12))


@pytest.fixture
def world(db: Database) -> World:
    return World(db, Faulty(memory()), [DINNER], twins=[WORK])


def order(world: World, what: Order, proposed: Sequence[Block] = (), now: int = NOW) -> None:
    """As the program does it: read what is known, decide, write."""
    written = outbox.written(world.db)
    wanted = desired(proposed, BLOCKS, world.twins, IDENTITY, HOME, written)
    found = ordered(what, slot(), written, events.marked(world.db, IDENTITY), wanted, now)
    outbox.withdraw(world.db, [wish.slot for wish in outbox.pending(world.db) if wish.slot.key == DINNER.key])
    enqueue(world.db, what.value, found.edits, found.changes, now, whole=False)
    world.push(now)


def plan_again(world: World, *plan: Block) -> None:
    world.plan = list(plan)
    world.run()


def test_a_pinned_block_stays_whatever_is_planned(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(10)]}
    assert world.stands(WORK) == {"Busy": [at(10)]}
    assert world.written().state is State.PINNED


def test_a_block_that_is_given_back_moves_with_the_plan(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    order(world, Order.UNPIN)
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(12)]}


@pytest.mark.parametrize("stood", [True, False])
def test_a_pin_holds_when_memory_is_lost(world: World, tmp_path: Path, stood: bool) -> None:
    if stood:
        world.run()
    order(world, Order.PIN, [DINNER])
    with open_database(f"sqlite://{tmp_path / 'new.db'}") as empty:
        again = World(empty, world.backend, [LATER], twins=[WORK])
        again.run()
        assert again.written().state is State.PINNED
    assert world.stands() == {"dinner": [at(10)]}


def test_a_pin_holds_on_another_machine(world: World, tmp_path: Path) -> None:
    world.run()
    with open_database(f"sqlite://{tmp_path / 'other.db'}") as db:
        other = World(db, world.backend, [DINNER], twins=[WORK])
        other.run()
        order(world, Order.PIN)
        plan_again(other, LATER)
        assert other.written().state is State.PINNED
    assert world.stands() == {"dinner": [at(10)]}


def test_what_is_given_back_and_cannot_be_written_now_is_not_withdrawn(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    world.backend.always = TryLater("no network")
    order(world, Order.UNPIN)
    plan_again(world, DINNER)
    world.backend.always = None
    world.push(NOW + 3600)
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(12)]}


def test_a_skip_that_is_not_written_yet_is_taken_back(world: World) -> None:
    world.run()
    world.backend.always = TryLater("no network")
    order(world, Order.SKIP)
    world.backend.always = None
    order(world, Order.UNSKIP)
    plan_again(world, DINNER)
    world.push(NOW + 3600)
    assert world.stands() == {"dinner": [at(10)]}
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(12)]}


def test_a_pinned_block_that_was_skipped_comes_back_as_the_plan_s(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    order(world, Order.SKIP)
    order(world, Order.UNSKIP)
    plan_again(world, DINNER)
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(12)]}


def test_pinning_what_is_only_planned_writes_it_with_its_twin(world: World) -> None:
    order(world, Order.PIN, [DINNER])
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(10)]}
    assert world.stands(WORK) == {"Busy": [at(10)]}


def test_a_skipped_block_goes_with_its_twin_and_stays_away(world: World) -> None:
    world.run()
    order(world, Order.SKIP)
    assert (world.stands(), world.stands(WORK)) == ({}, {})
    plan_again(world, DINNER)
    assert (world.stands(), world.stands(WORK)) == ({}, {})


def test_skipping_what_is_only_planned_writes_nothing(world: World) -> None:
    order(world, Order.SKIP, [DINNER])
    plan_again(world, DINNER)
    assert (world.stands(), world.backend.writes) == ({}, [])
    assert world.written().state is State.SKIPPED


@pytest.mark.parametrize("stood", [True, False])
def test_a_skipped_block_may_come_back_once_it_is_given_back(world: World, stood: bool) -> None:
    if stood:
        world.run()
    order(world, Order.SKIP, [DINNER])
    order(world, Order.UNSKIP)
    plan_again(world, LATER)
    assert world.stands() == {"dinner": [at(12)]}
    assert world.stands(WORK) == {"Busy": [at(12)]}


def test_a_block_pinned_by_hand_can_be_skipped(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    order(world, Order.SKIP)
    assert world.stands() == {}


def test_what_cannot_be_written_now_is_done_later_and_no_plan_withdraws_it(world: World) -> None:
    world.run()
    world.backend.always = TryLater("no network")
    order(world, Order.SKIP)
    assert world.written().state is State.SKIPPED
    world.backend.always = None
    plan_again(world, DINNER)
    world.push(NOW + 3600)
    assert world.stands() == {}


def test_each_order_is_in_the_log(world: World) -> None:
    world.run()
    order(world, Order.PIN)
    order(world, Order.SKIP)
    kinds = [run.kind for run in history.runs(world.db, 10)]
    assert kinds == ["skip", "pin", "apply"]
    assert {e.why for e in history.entries(world.db, "3")} == {"you skipped it"}


@pytest.mark.parametrize(
    ("what", "now", "said"),
    [
        (Order.PIN, NOW, "There is no block"),
        (Order.SKIP, NOW, "There is no block"),
        (Order.UNPIN, NOW, "is not pinned"),
        (Order.UNSKIP, NOW, "is not skipped"),
    ],
)
def test_a_block_that_there_is_not_is_told(world: World, what: Order, now: int, said: str) -> None:
    with pytest.raises(FixNeeded, match=said):
        order(world, what, now=now)


def test_what_has_begun_is_not_skipped(world: World) -> None:
    world.run()
    with pytest.raises(FixNeeded, match="has begun"):
        order(world, Order.SKIP, now=at(10).start + 1)
