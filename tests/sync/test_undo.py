"""A run taken back; and that taken back."""

from __future__ import annotations

import pytest

from tests.sync.world import BLOCKS, DINNER, HOME, IDENTITY, NOW, Faulty, World, at, block, by_hand, event_of, memory
from timeblock.core.diff import State
from timeblock.core.plan import Block
from timeblock.errors import TryLater
from timeblock.store import events, history, outbox
from timeblock.store.database import Database
from timeblock.sync.enqueue import enqueue
from timeblock.sync.pull import pull
from timeblock.sync.undo import undo

LUNCH = block("lunch/2026-11-24/1", at(28))
MOVED = block(DINNER.key, at(12))


@pytest.fixture
def world(db: Database) -> World:
    return World(db, Faulty(memory()), [DINNER, LUNCH])


def take_back(world: World, run: str, now: int = NOW) -> tuple[str, ...]:
    """As the command does it: read, decide, write. Gives what was left."""
    pull(world.db, world.backend, BLOCKS, HOME, now)
    known = history.run(world.db, run)
    assert known is not None
    observed, written = events.marked(world.db, IDENTITY), outbox.written(world.db)
    entries = history.entries(world.db, run)
    changes, left = undo(entries, written, observed, IDENTITY, now, again=known.kind == "undo")
    enqueue(world.db, "undo", (), changes, now)
    world.push(now)
    return left


def test_blocks_that_were_created_are_gone_and_do_not_come_back(world: World) -> None:
    world.run()
    assert take_back(world, "1") == ()
    assert world.stands() == {}
    world.run()
    assert world.stands() == {}
    assert world.written().state is State.SKIPPED


def test_an_undo_can_be_undone_and_the_plan_goes_on(world: World) -> None:
    world.run()
    take_back(world, "1")
    take_back(world, "2")
    assert world.stands() == {"dinner": [at(10)], "lunch": [at(28)]}
    world.plan = [MOVED]
    world.run()
    assert world.stands() == {"dinner": [at(12)]}


def test_a_block_that_was_moved_goes_back_and_stays_there(world: World) -> None:
    world.run()
    world.plan = [MOVED, LUNCH]
    world.run()
    take_back(world, "2")
    world.run()
    assert world.stands() == {"dinner": [at(10)], "lunch": [at(28)]}
    assert world.written().state is State.PINNED
    take_back(world, "3")
    assert world.stands()["dinner"] == [at(12)]
    assert world.written().state is State.LIVE


def test_a_block_that_was_deleted_is_there_again_and_stays(world: World) -> None:
    world.run()
    world.plan = [LUNCH]
    world.run()
    take_back(world, "2")
    world.run()
    assert world.stands() == {"dinner": [at(10)], "lunch": [at(28)]}
    take_back(world, "3")
    assert world.stands() == {"lunch": [at(28)]}
    world.plan = [DINNER, LUNCH]
    world.run()
    assert world.stands() == {"dinner": [at(10)], "lunch": [at(28)]}


def test_what_the_person_changed_since_is_left_and_told(world: World) -> None:
    world.run()
    now = event_of(world.backend.real)
    world.backend.real.put(BLOCKS, now.href, by_hand(now.body, title="With Anna"))
    assert take_back(world, "1") == ("dinner (dinner/2026-W48/1): you changed it since",)
    assert world.stands() == {"With Anna": [at(10)]}


def test_what_the_person_deleted_since_stays_deleted(world: World) -> None:
    world.run()
    world.plan = [MOVED, LUNCH]
    world.run()
    world.backend.real.remove(BLOCKS, event_of(world.backend.real).href)
    assert take_back(world, "2") == ("dinner (dinner/2026-W48/1): it is not there any more",)
    assert world.stands() == {"lunch": [at(28)]}


def test_what_a_later_run_moved_is_left(world: World) -> None:
    for plan in ([DINNER], [MOVED], [block(DINNER.key, at(14))]):
        world.plan = plan
        world.run()
    assert take_back(world, "2") == ("dinner (dinner/2026-W48/1): a later run changed it",)


def test_what_has_begun_is_left(world: World) -> None:
    world.run()
    assert take_back(world, "1", at(10).start + 60) == ("dinner (dinner/2026-W48/1): it has begun already",)
    assert world.stands() == {"dinner": [at(10)]}


def test_what_is_over_is_not_put_back(world: World) -> None:
    world.run()
    world.plan = [LUNCH]
    world.run()
    assert take_back(world, "2", at(11).start) == ("dinner (dinner/2026-W48/1): its time has passed",)


def test_the_log_keeps_what_was_undone(world: World) -> None:
    world.run()
    take_back(world, "1")
    assert [(run.kind, dict(run.counts)) for run in history.runs(world.db, 9)] == [
        ("undo", {"deleted": 2}),
        ("apply", {"created": 2}),
    ]


def test_what_the_person_did_is_not_undone(world: World) -> None:
    world.run()
    now = event_of(world.backend.real)
    world.backend.real.put(BLOCKS, now.href, by_hand(now.body, when=at(20)))
    world.run()
    assert take_back(world, "2") == ()
    assert world.stands()["dinner"] == [at(20)]


@pytest.mark.parametrize("plan", [[DINNER, LUNCH], [MOVED, LUNCH], [LUNCH]], ids=["created", "moved", "deleted"])
@pytest.mark.parametrize("trouble", [["lost"] * 4, [TryLater("busy")]], ids=["lost", "later"])
def test_an_undo_that_does_not_get_through_is_finished_later(
    world: World, plan: list[Block], trouble: list[str | Exception]
) -> None:
    world.run()
    world.plan = plan
    world.run()
    run = history.runs(world.db, 1)[0].id
    before = {} if plan == [DINNER, LUNCH] else {"dinner": [at(10)], "lunch": [at(28)]}
    world.backend.faults = list(trouble)
    take_back(world, run)
    world.backend.faults.clear()
    world.run(NOW + 600)
    assert world.stands() == before
    world.run(NOW + 1200)
    assert world.stands() == before
    assert outbox.pending(world.db) == ()
