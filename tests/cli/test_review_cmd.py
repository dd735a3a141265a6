"""The review and the journal on the command line, on the made-up person."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_commands import NOW, invoke
from timeblock.cli import root
from timeblock.cli.app import App
from timeblock.config.load import load
from timeblock.core.localtime import Week
from timeblock.errors import TimeblockError
from timeblock.store import weekly
from timeblock.store.database import open_database

ANSWERS = "Tuesdays\nThe late calls\nLunch without meetings\nThe launch\n\ny\n3\n2\n3\n4\n4\n"


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A copy whose journal is beside it."""
    made = Path(shutil.copytree(folder, tmp_path / "maya"))
    config = made / "config.toml"
    config.write_text(config.read_text() + '\n[journal]\nfolder = "journal"\n')
    return made


def typed(folder: Path, *words: str, keys: str = "") -> Result:
    command = root.get_command(root.make_context("timeblock", ["--help"], resilient_parsing=True), words[0])
    assert command is not None
    app = App(config_path=str(folder / "config.toml"), moment=NOW)
    return CliRunner().invoke(command, list(words[1:]), obj=app, input=keys)


@pytest.mark.parametrize("cadence", ["weekly", "monthly", "quarterly"])
def test_each_cadence_tells_its_story(folder: Path, cadence: str) -> None:
    done = invoke(folder, "review", cadence)
    assert done.exit_code == 0, done.output
    for part in ("Goals", "Where the time went", "What a calendar cannot know", f"timeblock journal {cadence}"):
        assert part in done.output


def test_json_is_one_document(folder: Path) -> None:
    told = json.loads(invoke(folder, "review", "--json").stdout)["review"]
    assert told["cadence"] == "weekly"
    assert told["weeks"] == ["2026-W47"]


def test_a_week_that_is_not_over_cannot_be_looked_back_on(folder: Path) -> None:
    done = invoke(folder, "review", "--week", "2026-W48")
    assert isinstance(done.exception, TimeblockError)
    assert "not over yet" in str(done.exception)
    assert "not an ISO week" in str(invoke(folder, "review", "--week", "now").exception)


def test_answers_are_kept_quoted_and_found_again_and_stay_out_of_what_is_shared(own: Path, tmp_path: Path) -> None:
    done = typed(own, "journal", keys=ANSWERS)
    assert done.exit_code == 0, done.output
    kept = own / "journal/2026-11-23-weekly.md"
    assert "self-check: 3 2 3 4 4" in kept.read_text()
    assert "1 answer" not in invoke(own, "journal", "list").output
    assert "4 answers" in invoke(own, "journal", "list").output
    assert "The late calls" in invoke(own, "journal", "search", "LATE").output
    assert "Nothing that was written" in invoke(own, "journal", "search", "sailing").output
    told = " ".join(invoke(own, "review").output.split())
    assert "The late calls" in told
    whole, shared = tmp_path / "whole.html", tmp_path / "shared.html"
    assert invoke(own, "review", "--html", str(whole), "--share", str(shared)).exit_code == 0
    assert "The late calls" in whole.read_text()
    for secret in ("The late calls", "Portland", "Date night", "Evenings that are mine"):
        assert secret not in shared.read_text()
    assert "Half the work after hours" in shared.read_text()


def test_who_answers_nothing_has_nothing_kept(own: Path) -> None:
    assert "That is fine, too" in typed(own, "journal", "monthly", keys="\n\n\n\n\n\nn\n").output
    assert not (own / "journal").exists()
    assert json.loads(invoke(own, "journal", "list", "--json").stdout)["entries"] == []


def test_all_questions_at_once_in_an_editor(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "\\n## And then\\n\\nIt rained.\\n" >> "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    assert typed(own, "journal", "quarterly", "--edit").exit_code == 0
    assert "It rained." in (own / "journal/2026-11-23-quarterly.md").read_text()
    assert "It rained." in invoke(own, "review", "quarterly").output
    editor.write_text('#!/bin/sh\necho "no head" > "$1"\n')
    broken = typed(own, "journal", "--edit")
    assert "Leave the first lines as they are" in str(broken.exception)


def test_a_definition_that_changed_is_told(own: Path) -> None:
    with open_database(load(own / "config.toml").database) as db:
        late = next(m for m in weekly.recall(db, ["after_hours"])[Week(2026, 46)])
        weekly.remember(db, {Week(2026, 46): (replace(late, version=late.version + 1, value=1.0),)})
    assert "after hours: definition 2 counts 1 week otherwise than 1 did" in " ".join(
        invoke(own, "review").output.split()
    )


def test_whom_one_wanted_to_tell_is_said(own: Path, tmp_path: Path) -> None:
    config = own / "config.toml"
    config.write_text(config.read_text().replace('why = "Evenings that are mine"', 'share_with = ["Kim"]'))
    assert "You wanted to tell: Kim." in invoke(own, "review", "--share", str(tmp_path / "s.html")).output


def test_a_page_that_is_opened_lies_with_the_persons_own_data(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("click.launch", opened.append)
    assert invoke(own, "review", "--open").exit_code == 0
    page = tmp_path / "timeblock/reviews/2026-W47-weekly.html"
    assert opened == [page.as_uri()]
    assert page.parent.stat().st_mode & 0o077 == 0
    assert str(page) in invoke(own, "data", "show", "--json").output
