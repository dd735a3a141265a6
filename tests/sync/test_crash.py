"""Killed at each step of a write, then run again: the end must not differ."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.crash_child import CASES, PLANS, Case, run
from tests.sync.world import HOME, IDENTITY, NOW, held, read, wish
from timeblock.calendars.folder import Folder
from timeblock.core.diff import State
from timeblock.store import history, outbox
from timeblock.store.database import Database, open_database
from timeblock.store.history import Action
from timeblock.sync.push import push


@pytest.fixture(scope="module")
def graves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process that was killed left behind, in a folder for each case."""
    folder = tmp_path_factory.mktemp("crash")
    command = [sys.executable, "-m", "tests.sync.crash_child", str(folder)]
    root = Path(__file__).parents[2]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.count(": -9") == len(CASES), told.stdout
    return folder


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def home(graves: Path, case: Case) -> Path:
    return graves / case.name


@pytest.fixture
def db(home: Path) -> Iterator[Database]:
    with open_database(f"sqlite://{home / 'timeblock.db'}") as opened:
        yield opened


def test_after_one_more_run_it_is_as_if_nothing_had_happened(db: Database, home: Path, case: Case) -> None:
    calendar, plan = Folder("home", home), PLANS[case.run]
    run(home, case.run, lambda connection: None, calendar)
    events = [read(resource) for resource in held(calendar)]
    stands = [(event.mark.key, interval) for event, interval in events if event.mark]
    assert sorted(stands) == sorted((block.key, block.interval) for block in plan)
    assert len(events) == len(plan)
    assert outbox.pending(db) == ()
    assert {w.slot.key for w in outbox.written(db) if w.state is State.LIVE} == {block.key for block in plan}
    assert not [w for w in outbox.written(db) if w.state in (State.SKIPPED, State.PINNED)]
    assert wish(db, calendar, plan) == ""
    assert push(db, {"home": calendar}, IDENTITY, HOME, NOW).done == ()


def test_the_log_tells_of_each_block_once(db: Database, home: Path, case: Case) -> None:
    run(home, case.run, lambda connection: None, Folder("home", home))
    entries = [entry for known in history.runs(db, 9) for entry in history.entries(db, known.id)]
    created = [entry.slot.key for entry in entries if entry.action is Action.CREATED]
    planned = {block.key for plan in PLANS[: case.run + 1] for block in plan}
    assert sorted(created) == sorted(planned)
