"""The help of each command has examples, and each of them can be typed; on any width it stays inside the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from timeblock.cli import COMMANDS, root
from timeblock.cli.app import App, wrapped
from timeblock.cli.examples import EXAMPLES


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for inner, found in command.commands.items():
            yield from commands(f"{name} {inner}", found)


@pytest.fixture(scope="module")
def every() -> dict[str, click.Command]:
    context = root.make_context("timeblock", ["--help"], resilient_parsing=True)
    found = {name: root.get_command(context, name) for name in COMMANDS}
    return {path: c for name, command in found.items() if command for path, c in commands(name, command)}


def test_each_command_has_its_examples_and_there_are_no_others(every: dict[str, click.Command]) -> None:
    assert EXAMPLES.keys() <= every.keys()
    leaves = {path for path, command in every.items() if not isinstance(command, click.Group)}
    assert leaves <= EXAMPLES.keys()
    assert all("timeblock" in (command.epilog or "") for command in every.values())


@pytest.mark.parametrize("line", [line for examples in EXAMPLES.values() for line, _ in examples])
def test_each_example_can_be_typed(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.json").touch()
    (tmp_path / "other.toml").touch()
    monkeypatch.chdir(tmp_path)
    inside = line.split("timeblock ")[1].strip('")') if line.startswith('"') else line.partition(" > ")[0]
    words, context = shlex.split(inside), root.make_context("timeblock", ["log"], obj=App())
    command: click.Command = root
    while isinstance(command, click.Group) and words:
        name, found, words = command.resolve_command(context, words)
        assert found is not None
        context = found.make_context(name, list(words), parent=context)
        command, words = found, [*context._protected_args, *context.args]


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_help_fits_into_the_terminal(every: dict[str, click.Command], columns: int) -> None:
    for path, command in every.items():
        verbatim = {line.strip() for line in (command.help or "").splitlines()}
        done = CliRunner().invoke(root, [*path.split(), "--help"], terminal_width=columns)
        assert done.exit_code == 0, path
        prose = done.output.partition("Examples:")[0].splitlines()
        assert [line for line in prose if len(line) > columns and line.strip() not in verbatim] == [], path


def test_what_is_said_is_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    assert wrapped("  one two three\nfour") == "  one two\n  three\nfour"
    assert wrapped("/a/path/that/is/long") == "/a/path/that/is/long"
