"""Whatever others do to a calendar, and whenever it is read: after a sync we hold what it holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.worlds import InFeed, InFolder, InMemory, OnGoogle, Picture, World

UIDS = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("put"), UIDS, st.sampled_from(["One", "Two, longer", "Three, which is the longest"])),
    st.tuples(st.just("remove"), UIDS, st.just("")),
    st.tuples(st.sampled_from(["sync", "forget", "restart"]), st.just(""), st.just("")),
)
WORLDS: dict[str, Callable[[Path], World]] = {
    "memory": lambda path: InMemory(),
    "folder": InFolder,
    "feed": InFeed,
    "google": lambda path: OnGoogle(),
}


@pytest.mark.parametrize("name", WORLDS)
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=15))
def test_a_sync_ends_with_what_is_there(name: str, steps: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(WORLDS[name](Path(folder))) as world:
        picture, truth = Picture(world), dict[str, str]()
        for step, uid, summary in steps:
            take(picture, truth, step, uid, summary)
        assert picture.sync().summaries == truth
        picture.sync()
        assert (picture.last_changed, picture.last_removed) == (set(), set())


def take(picture: Picture, truth: dict[str, str], step: str, uid: str, summary: str) -> None:
    world = picture.world
    match step:
        case "put":
            world.put(uid, summary)
            truth[uid] = summary
        case "remove" if uid in truth:
            world.remove(uid)
            del truth[uid]
        case "sync":
            assert picture.sync().summaries == truth
        case "forget":
            picture.cursor = world.stale(picture.cursor) if picture.cursor else None
        case _:
            picture.cursor = None
