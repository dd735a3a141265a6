"""What shells offer while a person types: asked as they ask it, in a process of its own, and by bash itself."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m timeblock "$@"\n'
BROKEN = ["goals = 1", "[[goals]]\nname = 1", "[[goals]]\ntarget = 2", "goals = [", "goals = [1]"]


def ask(config: Path | str, *words: str, shell: str = "bash") -> list[str]:
    """The names that are offered for the last of ``words``; for fish each with a tab and a word about it."""
    done = subprocess.run(
        [sys.executable, "-m", "timeblock"],
        env={
            **os.environ,
            "TIMEBLOCK_CONFIG": str(config),
            "_TIMEBLOCK_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": "\n".join(("timeblock", *words)),
            "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [line.partition(",")[2].replace("\\\\", "\\") for line in done.stdout.splitlines() if line]


@pytest.fixture
def config(folder: Path) -> Path:
    return folder / "config.toml"


def test_commands_are_offered_with_what_they_do() -> None:
    assert ask("", "pl") == ["plan"]
    assert "status\tShow calendars, blocks and what waits, without the network." in ask("", "st", shell="fish")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("goals", "show", "half"), [r"Half\ the\ work\ after\ hours"]),
        (("goals", "show", '"half'), ["Half the work after hours"]),
        (("sync", "--believe-empty", "PROT"), ["protected"]),
        (("plan", "--explain", "din"), ["dinner"]),
        (("goals", "add", "--area", "fam"), ["family"]),
        (("measure", "--explain", "after_hours_e"), ["after_hours_emails"]),
        (("auth", "loc"), ["local"]),
        (("auth", "m"), ["mail"]),
        (("auth", "s"), ["status"]),
        (("undo", ""), ["1"]),
        (("rest-week", "1999"), []),
    ],
)
def test_names_are_those_of_the_config_and_the_store(config: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert ask(config, *words) == offered


def test_blocks_are_those_to_come(config: Path) -> None:
    found = ask(config, "skip", "dinner/")
    assert found
    assert all(key.startswith("dinner/") for key in found)
    assert ask(config, "apply", "--only", "dinner/") == found


def test_weeks_go_back_where_one_looks_back(config: Path) -> None:
    past, coming = ask(config, "measure", "--week", "20"), ask(config, "rest-week", "20")
    assert past[0] == coming[0]
    assert len({*past, *coming}) == 17
    assert past == sorted(past, reverse=True)
    assert coming == sorted(coming)


def test_the_config_that_is_named_on_the_line_is_read(config: Path) -> None:
    assert ask("", "--config", str(config), "plan", "--explain", "din") == ["dinner"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_config_that_is_wrong_offers_nothing_and_says_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert ask(path, "goals", "show", "") == []


def test_without_a_config_or_a_store_nothing_is_offered_or_made(tmp_path: Path) -> None:
    assert ask(tmp_path / "none.toml", "goals", "show", "") == []
    path = tmp_path / "config.toml"
    path.write_text('[store]\ndatabase = "sqlite:///none.db"')
    assert ask(path, "skip", "") == []
    assert [p.name for p in tmp_path.iterdir()] == ["config.toml"]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which ``timeblock`` is this program."""
    program = tmp_path / "bin/timeblock"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_itself_completes_by_the_script(config: Path, path: str) -> None:
    code = (
        'eval "$(timeblock completion bash)"; COMP_WORDS=(timeblock goals show hal); COMP_CWORD=3;'
        '_timeblock_completion timeblock; printf "%s|" "${COMPREPLY[@]}"; complete -p timeblock'
    )
    env = {**os.environ, "PATH": path, "TIMEBLOCK_CONFIG": str(config)}
    done = subprocess.run(["bash", "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == (
        "Half\\ the\\ work\\ after\\ hours|complete -o nosort -F _timeblock_completion timeblock\n"
    ), done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_names_as_they_are(config: Path, shell: str) -> None:
    assert any("Half the work after hours" in line for line in zsh_or_fish(config, shell))


def zsh_or_fish(config: Path, shell: str) -> list[str]:
    env = {"TIMEBLOCK_CONFIG": str(config), "_TIMEBLOCK_COMPLETE": f"{shell}_complete"}
    words = {"COMP_WORDS": "timeblock goals show hal", "COMP_CWORD": "3" if shell == "zsh" else "hal"}
    command = [sys.executable, "-m", "timeblock"]
    done = subprocess.run(command, env={**os.environ, **env, **words}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
