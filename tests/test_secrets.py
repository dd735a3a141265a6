"""Passwords, from each place they may be."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from timeblock import secrets
from timeblock.config.settings import Fetch, Secret
from timeblock.errors import AuthNeeded
from timeblock.secrets import password

PYTHON = sys.executable


class KeyringError(Exception):
    """As ``keyring.errors`` has it; ``NoKeyringError`` derives from it."""


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """The optional package, with a keyring that holds what a test puts into it."""
    kept: dict[tuple[str, str], str] = {}

    def get_password(service: str, user: str) -> str | None:
        if user == "broken":
            raise KeyringError("no backend, token hunter2")
        return kept.get((service, user))

    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    module.__dict__["get_password"], errors.__dict__["KeyringError"] = get_password, KeyringError
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return kept


def test_a_password_in_the_config_is_taken_as_it_is() -> None:
    assert password({"password": Secret(" päss\n")}, "cloud") == " päss\n"


def test_the_first_line_of_a_command_is_the_password() -> None:
    command = [PYTHON, "-c", "print('hunter2\\nuser: ada')"]
    assert password({"password": Fetch(tuple(command))}, "cloud") == "hunter2"


def test_a_command_sees_no_shell() -> None:
    command = [PYTHON, "-c", "import sys; print(sys.argv[1])", "$HOME; echo x"]
    assert password({"password": Fetch(tuple(command))}, "cloud") == "$HOME; echo x"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["/nowhere/pass", "hunter2"], "cannot run /nowhere/pass: No such file"),
        ([PYTHON, "-c", "import sys; sys.exit('locked')", "hunter2"], "ended with 1: locked"),
        ([PYTHON, "-c", "import sys; sys.exit(3)", "hunter2"], "ended with 3"),
        ([PYTHON, "-c", "pass", "hunter2"], "printed nothing"),
    ],
)
def test_a_command_that_fails_is_named_without_its_arguments(command: list[str], said: str) -> None:
    with pytest.raises(AuthNeeded) as told:
        password({"password": Fetch(tuple(command))}, "cloud")
    assert said in str(told.value)
    assert str(told.value).startswith("cloud: ")
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None  # a traceback would show the arguments
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_a_command_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(AuthNeeded, match="gave no answer"):
        password({"password": Fetch((PYTHON, "-c", "import time; time.sleep(60)"))}, "cloud")


def test_the_keyring_is_asked_last(keyring: dict[tuple[str, str], str]) -> None:
    keyring["timeblock", "cloud"] = "hunter2"
    assert password({}, "cloud") == "hunter2"


def test_a_keyring_without_it_says_how_to_put_it_there(keyring: dict[tuple[str, str], str]) -> None:
    with pytest.raises(AuthNeeded, match="keyring set timeblock cloud"):
        password({}, "cloud")


def test_a_machine_without_a_keyring_is_offered_a_command(keyring: dict[tuple[str, str], str]) -> None:
    with pytest.raises(AuthNeeded, match=r"password\.fetch") as told:
        password({}, "broken")
    assert "hunter2" not in str(told.value)


def test_without_the_optional_package_one_is_told_all_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(AuthNeeded, match=r"password\.fetch.*timeblock\[keyring\]"):
        password({}, "cloud")
