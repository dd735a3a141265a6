"""A bar while something takes long: on a terminal, and only there."""

from __future__ import annotations

import io
import sys

import pytest

from timeblock.cli.bar import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as step:
        step("reading", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_what_is_done_and_a_command_that_reads_nothing_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as step:
        assert terminal.getvalue() == ""
        step("reading work", 1, 2)
    assert "reading work" in terminal.getvalue()
