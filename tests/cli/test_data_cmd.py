"""Where each piece of data lies, and what is left when it was deleted."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import NOW, invoke
from timeblock.config.load import load
from timeblock.daemon import health
from timeblock.errors import FixNeeded
from timeblock.secrets import Kept


@pytest.fixture
def home(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Maya's, to be spoilt, and a password kept."""
    for name in ("STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    Kept("local").write("hunter2")
    return Path(shutil.copytree(folder, tmp_path, dirs_exist_ok=True))


def blocks(home: Path) -> set[str]:
    return {path.name for path in (home / "calendars/protected").glob("*.ics")}


def test_each_piece_is_shown_with_its_place_and_size(home: Path) -> None:
    shown = {piece["name"]: piece for piece in json.loads(invoke(home, "data", "show", "--json").stdout)["pieces"]}
    assert shown["config"]["paths"] == [str(home / "config.toml")]
    assert str(home / "timeblock.db") in shown["database"]["paths"]
    assert shown["database"]["bytes"] > 10_000
    assert str(home / "state/timeblock/secrets.key") in shown["sign-ins"]["paths"]
    assert "in your calendars: protected" in shown["blocks"]["elsewhere"]
    lines = invoke(home, "data", "show").stdout.splitlines()
    assert f"    {home}/timeblock.db" in lines
    assert "calendars: calendars in a folder of our own" in lines
    assert "hunter2" not in str(shown)


def test_only_what_is_named_is_deleted(home: Path) -> None:
    assert invoke(home, "data", "delete", "--what", "sign-ins", "--yes").exit_code == 0
    assert list((home / "state/timeblock").glob("secrets*")) == []
    assert (home / "timeblock.db").exists()


def test_who_does_not_agree_loses_nothing(home: Path) -> None:
    before = sorted(home.rglob("*"))
    done = invoke(home, "data", "delete", typed="n\n")
    assert isinstance(done.exception, FixNeeded)
    assert set(before) <= set(home.rglob("*"))


def test_everything_of_ours_is_deleted_and_blocks_stay_in_the_calendars(home: Path) -> None:
    there = blocks(home)
    done = invoke(home, "data", "delete", typed="y\n")
    assert done.exit_code == 0, done.output
    assert "timeblock data delete --what blocks" in done.stdout
    assert not list(home.glob("timeblock.db*"))
    assert not (home / "config.toml").exists()
    assert blocks(home) == there


def test_blocks_to_come_are_taken_out_and_foreign_and_moved_ones_stay(home: Path) -> None:
    protected = home / "calendars/protected"
    before = blocks(home)
    plan = json.loads(invoke(home, "plan", "--json").stdout)["plan"]["blocks"]
    moved = next(
        p for p in sorted(protected.glob("*.ics")) if "SUMMARY:Lunch" in p.read_text() and "20261202T" in p.read_text()
    )
    moved.write_text(moved.read_text().replace("20261202T12", "20261202T14").replace("20261202T11", "20261202T13"))
    (protected / "mine.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:mine\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART:20261201T050000Z\r\nDTEND:20261201T051500Z\r\nSUMMARY:Mine\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    done = invoke(home, "data", "delete", "--what", "blocks", "--yes")
    assert done.exit_code == 0, done.output
    left = blocks(home)
    assert {"mine.ics", moved.name} <= left
    assert len(before - left) >= len(plan) - 2
    assert (home / "timeblock.db").exists()
    assert len(json.loads(invoke(home, "status", "--json").stdout)["waiting"]) == 0


def test_nothing_is_deleted_beside_a_daemon_that_would_make_it_anew(home: Path) -> None:
    told = health.path_of(home / "state/timeblock", load(home / "config.toml").identity)
    health.write(told, health.Health(pid=os.getpid(), since=NOW, beat=NOW))
    done = invoke(home, "data", "delete", "--yes")
    assert isinstance(done.exception, FixNeeded)
    assert "Stop it first" in str(done.exception)
    assert (home / "timeblock.db").exists()


@pytest.mark.parametrize(("name", "says"), [("secrets", 'There is no "secrets"'), ("calendars", "nothing to delete")])
def test_what_is_not_there_cannot_be_deleted(home: Path, name: str, says: str) -> None:
    done = invoke(home, "data", "delete", "--what", name, "--yes")
    assert isinstance(done.exception, FixNeeded)
    assert says in str(done.exception)
