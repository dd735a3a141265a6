"""Goals on the command line, on the made-up person: judged, added, decided about, and tried on past weeks."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_commands import invoke
from timeblock.errors import TimeblockError


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may write into."""
    return Path(shutil.copytree(folder, tmp_path / "maya"))


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["goals"], "Half the work after"),
        (["goals", "list"], "off track"),
        (["goals", "show", "half"], "Began at"),
        (["goals", "show", "All of my leave"], "needed in each"),
        (["goals", "show", "Dinner together"], "Blocks that help it: Family dinner."),
        (["goals", "check"], "Time-bound"),
        (["goals", "check", "Half the work after hours"], "Achievable"),
        (["goals", "backtest", "--weeks", "2"], "would have kept"),
    ],
)
def test_they_are_told(folder: Path, words: list[str], holds: str) -> None:
    done = invoke(folder, *words)
    assert done.exit_code == 0, done.output
    assert holds in done.output


@pytest.mark.parametrize("words", [["list"], ["show", "half"], ["check"], ["backtest", "--weeks", "1"]])
def test_json_is_one_document(folder: Path, words: list[str]) -> None:
    json.loads(invoke(folder, "goals", *words, "--json").stdout)


def test_a_sentence_is_understood_judged_and_written_only_when_asked(own: Path) -> None:
    before = (own / "config.toml").read_text()
    tried = invoke(own, "goals", "add", "call a parent twice a week", "--dry-run")
    assert 'target = "2 per week"' in tried.output
    assert "Achievable" in tried.output
    assert (own / "config.toml").read_text() == before
    assert "--yes writes it" in invoke(own, "goals", "add", "call a parent twice a week").output
    done = invoke(own, "goals", "add", "call a parent twice a week", "--why", "they are my parents", "--yes")
    assert done.exit_code == 0, done.output
    after = tomllib.loads((own / "config.toml").read_text())
    assert after["goals"][-1]["why"] == "they are my parents"
    assert after["blocks"][-1]["name"] == "call a parent"
    assert "call a parent" in invoke(own, "plan").output.lower()


def test_hours_that_were_not_said_are_asked_for(own: Path) -> None:
    done = invoke(own, "goals", "add", "finish the novel in 5 months, not 6", "--yes")
    assert isinstance(done.exception, TimeblockError)
    assert "How many hours" in str(done.exception)


def test_a_decision_changes_the_config_and_ends_the_offer(own: Path) -> None:
    assert "You could choose" in invoke(own, "goals", "show", "half").output
    done = invoke(own, "goals", "decide", "half", "smaller")
    assert done.exit_code == 0, done.output
    goals = tomllib.loads((own / "config.toml").read_text())["goals"]
    assert goals[0]["target"] == "-25 %"
    shown = invoke(own, "goals", "show", "half").output
    assert "You could choose" not in shown
    assert "On Mon 23 Nov 2026 you chose: smaller." in shown
    refused = invoke(own, "goals", "decide", "half", "later")
    assert "no offer" in str(refused.exception)


def test_to_keep_a_goal_as_it_is_is_a_decision_too(own: Path) -> None:
    before = (own / "config.toml").read_text()
    assert "kept as it is" in invoke(own, "goals", "decide", "half", "keep").output
    assert (own / "config.toml").read_text() == before
    assert "You could choose" not in invoke(own, "goals", "show", "half").output


def test_two_configs_side_by_side(own: Path) -> None:
    other = own / "other.toml"
    other.write_text((own / "config.toml").read_text().replace('quota = "4 per week"', 'quota = "1 per week"'))
    done = invoke(own, "goals", "backtest", "--weeks", "2", "--against", str(other), "--json")
    weeks = json.loads(done.stdout)["weeks"]
    asked = {name: sum(sum(week["tallies"]["focus"].values()) for week in found) for name, found in weeks.items()}
    assert asked == {"this config": 8, "other.toml": 2}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "no such"], "no goal like"),
        (["show", "a"], "several goals like"),
        (["add", "be happier", "--yes"], "is not understood"),
        (["add"], "Say the goal"),
        (["add", "5h less joy", "--yes"], "nothing that is measured"),
    ],
)
def test_what_can_be_mended_is_told(folder: Path, words: list[str], says: str) -> None:
    done = invoke(folder, "goals", *words)
    assert isinstance(done.exception, TimeblockError), done.output
    assert says in str(done.exception)
