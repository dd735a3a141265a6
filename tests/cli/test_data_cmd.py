"""Where each piece of data lies, and what is left when it was deleted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from timeblock.cli import root
from timeblock.cli.app import App
from timeblock.errors import FixNeeded
from timeblock.secrets import Kept

NOW = 1_795_422_000  # Mon 23 Nov 2026, 09:20 in Oslo


@pytest.fixture(scope="module")
def maya(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up person with blocks in the calendar."""
    made = tmp_path_factory.mktemp("maya")
    invoke(made, "demo", str(made))
    return made


@pytest.fixture
def folder(maya: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of hers, to be spoilt, and a password kept."""
    for name in ("STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    Kept("local").write("hunter2")
    return Path(shutil.copytree(maya, tmp_path, dirs_exist_ok=True))


def invoke(folder: Path, *words: str, typed: str = "") -> Result:
    command = root.get_command(root.make_context("timeblock", ["--help"], resilient_parsing=True), words[0])
    assert command is not None
    app = App(config_path=str(folder / "config.toml"), moment=NOW)
    return CliRunner().invoke(command, list(words[1:]), obj=app, input=typed)


def blocks(folder: Path) -> set[str]:
    return {path.name for path in (folder / "calendars/protected").glob("*.ics")}


def test_each_piece_is_shown_with_its_place_and_size(folder: Path) -> None:
    shown = {piece["name"]: piece for piece in json.loads(invoke(folder, "data", "show", "--json").stdout)}
    assert shown["config"]["paths"] == [str(folder / "config.toml")]
    assert str(folder / "timeblock.db") in shown["database"]["paths"]
    assert shown["database"]["bytes"] > 10_000
    assert str(folder / "state/timeblock/secrets.key") in shown["sign-ins"]["paths"]
    assert "in your calendars: protected" in shown["blocks"]["elsewhere"]
    lines = invoke(folder, "data", "show").stdout.splitlines()
    assert f"    {folder}/timeblock.db" in lines
    assert "calendars: calendars in a folder of our own" in lines
    assert "hunter2" not in str(shown)


def test_only_what_is_named_is_deleted(folder: Path) -> None:
    assert invoke(folder, "data", "delete", "--what", "sign-ins", "--yes").exit_code == 0
    assert list((folder / "state/timeblock").iterdir()) == []
    assert (folder / "timeblock.db").exists()


def test_who_does_not_agree_loses_nothing(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    done = invoke(folder, "data", "delete", typed="n\n")
    assert isinstance(done.exception, FixNeeded)
    assert set(before) <= set(folder.rglob("*"))


def test_everything_of_ours_is_deleted_and_blocks_stay_in_the_calendars(folder: Path) -> None:
    there = blocks(folder)
    done = invoke(folder, "data", "delete", typed="y\n")
    assert done.exit_code == 0, done.output
    assert "timeblock data delete --what blocks" in done.stdout
    assert not list(folder.glob("timeblock.db*"))
    assert not (folder / "config.toml").exists()
    assert blocks(folder) == there


def test_blocks_to_come_are_taken_out_and_foreign_and_moved_ones_stay(folder: Path) -> None:
    protected = folder / "calendars/protected"
    before = blocks(folder)
    plan = json.loads(invoke(folder, "plan", "--json").stdout)["plan"]["blocks"]
    moved = next(
        p for p in sorted(protected.glob("*.ics")) if "SUMMARY:Lunch" in p.read_text() and "20261202T" in p.read_text()
    )
    moved.write_text(moved.read_text().replace("20261202T12", "20261202T14").replace("20261202T11", "20261202T13"))
    (protected / "mine.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:mine\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART:20261201T050000Z\r\nDTEND:20261201T051500Z\r\nSUMMARY:Mine\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    done = invoke(folder, "data", "delete", "--what", "blocks", "--yes")
    assert done.exit_code == 0, done.output
    left = blocks(folder)
    assert {"mine.ics", moved.name} <= left
    assert len(before - left) >= len(plan) - 2
    assert (folder / "timeblock.db").exists()
    assert len(json.loads(invoke(folder, "status", "--json").stdout)["waiting"]) == 0


@pytest.mark.parametrize(("name", "says"), [("secrets", 'There is no "secrets"'), ("calendars", "nothing to delete")])
def test_what_is_not_there_cannot_be_deleted(folder: Path, name: str, says: str) -> None:
    done = invoke(folder, "data", "delete", "--what", name, "--yes")
    assert isinstance(done.exception, FixNeeded)
    assert says in str(done.exception)
