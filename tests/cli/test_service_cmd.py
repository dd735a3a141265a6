"""``timeblock service`` with a service manager that says yes, no, or is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import invoke


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only programs there are."""
    made = tmp_path / "bin"
    made.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(made))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    return made


def manager(programs: Path, code: int) -> None:
    """A ``systemctl`` that ends with ``code``."""
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> "{programs}/said"\nexit {code}\n')
    (programs / "systemctl").chmod(0o755)


def test_it_is_written_and_started(programs: Path, folder: Path) -> None:
    manager(programs, 0)
    done = invoke(folder, "service", "install")
    assert done.exit_code == 0, done.output
    assert "The daemon runs" in done.output
    assert (programs.parent / ".config/systemd/user/timeblock.service").is_file()
    assert "--user enable --now timeblock" in (programs / "said").read_text()


@pytest.mark.parametrize("there", [True, False])
def test_a_session_without_a_manager_is_told_what_to_do(programs: Path, folder: Path, there: bool) -> None:
    if there:
        manager(programs, 1)
    done = invoke(folder, "service", "install")
    assert done.exit_code == 1, done.output
    assert "have `timeblock daemon` started" in " ".join(done.output.split())
    assert "The daemon runs" not in done.output
