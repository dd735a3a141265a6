"""Passwords, from each place they may be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from timeblock import secrets
from timeblock.config.settings import Fetch, Secret
from timeblock.errors import AuthNeeded, FixNeeded, TryLater
from timeblock.secrets import Kept, Sealed, password, place

PYTHON = sys.executable


class KeyringError(Exception):
    """As ``keyring.errors`` has it."""


class NoKeyringError(KeyringError):
    """As ``keyring.errors`` has it."""


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A state folder of one's own, and no keyring."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keyring", None)
    return tmp_path / "timeblock"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """The optional package, with a keyring that holds what a test puts into it."""
    kept: dict[tuple[str, str], str] = {}

    def called(service: str, user: str) -> None:
        if user in ("locked", "none"):
            raise (KeyringError if user == "locked" else NoKeyringError)("no backend, token hunter2")

    def get_password(service: str, user: str) -> str | None:
        called(service, user)
        return kept.get((service, user))

    def set_password(service: str, user: str, secret: str) -> None:
        called(service, user)
        if user != "null":
            kept[service, user] = secret

    def delete_password(service: str, user: str) -> None:
        called(service, user)
        if kept.pop((service, user), None) is None:
            raise KeyringError("not found")

    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    for function in (get_password, set_password, delete_password):
        setattr(module, function.__name__, function)
    for kind in (KeyringError, NoKeyringError):
        setattr(errors, kind.__name__, kind)
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
        ([PYTHON, "-c", "import sys; sys.exit('hunter2')"], "ended with 1; run it by hand"),
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


def test_systemd_hands_a_password_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "cloud").write_text(" hunter2 \n")
    assert password({}, "cloud") == " hunter2 "
    assert place({}, "cloud") == "credential"
    with pytest.raises(AuthNeeded, match="timeblock auth other"):
        password({}, "other")


def test_a_credential_that_cannot_be_read_is_told_without_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "cloud").write_bytes(b"hunter2\xff")
    with pytest.raises(AuthNeeded, match="UnicodeDecodeError") as told:
        password({}, "cloud")
    assert "hunter2" not in str(told.value)


def test_without_any_one_is_told_what_to_run() -> None:
    with pytest.raises(AuthNeeded, match=r"timeblock auth cloud[\s\S]*password\.fetch"):
        password({}, "cloud")
    assert place({}, "cloud") is None


def test_where_a_password_comes_from_is_known_without_fetching_it() -> None:
    assert place({"password": Fetch(("/nowhere/pass",))}, "cloud") == "command"
    assert place({"password": Secret("x")}, "cloud") == "config"


# ---- kept ------------------------------------------------------------------------------------------------------------


def test_the_keyring_keeps_it_where_there_is_one(keyring: dict[tuple[str, str], str], state: Path) -> None:
    Kept("cloud").write("hunter2")
    assert keyring == {("timeblock", "cloud"): "hunter2"}
    assert (password({}, "cloud"), place({}, "cloud")) == ("hunter2", "keyring")
    assert not (state / "secrets").exists()
    Kept("cloud").forget()
    assert keyring == {}


def test_a_locked_keyring_is_not_taken_for_an_empty_one(keyring: dict[tuple[str, str], str]) -> None:
    with pytest.raises(AuthNeeded, match=r"KeyringError.*unlock") as told:
        password({}, "locked")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("account", ["none", "locked", "null"])
def test_what_the_keyring_does_not_take_is_sealed(
    keyring: dict[tuple[str, str], str], account: str, state: Path
) -> None:
    Kept(account).write("hunter2")
    assert (password({}, account), place({}, account)) == ("hunter2", "sealed file")
    assert b"hunter2" not in (state / "secrets").read_bytes() + (state / "secrets.key").read_bytes()


def test_moving_into_the_keyring_leaves_no_copy(
    keyring: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "keyring", None)
        Kept("cloud").write("old")
    Kept("cloud").write("new")
    assert Sealed(state).read() == {}
    assert password({}, "cloud") == "new"


def test_sealed_secrets_of_several_accounts_lie_side_by_side(state: Path) -> None:
    Kept("cloud").write("hunter2")
    Kept("work").write("hunter3")
    Kept("cloud").forget()
    Kept("cloud").forget()
    assert Sealed(state).read() == {"work": "hunter3"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.glob("secrets*")} == {0o600}
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_sealed_file_with_another_key_is_told(state: Path) -> None:
    Kept("cloud").write("hunter2")
    (state / "secrets.key").write_bytes(b"no key")
    with pytest.raises(FixNeeded, match="Remove both"):
        password({}, "cloud")


def test_token_file_symlinked(state: Path, tmp_path: Path) -> None:
    Kept("cloud").write("hunter2")
    elsewhere = (state / "secrets").rename(tmp_path / "elsewhere")
    (state / "secrets").symlink_to(elsewhere)
    with pytest.raises(FixNeeded, match="symbolic link"):
        password({}, "cloud")


def test_token_file_world_readable(state: Path, caplog: pytest.LogCaptureFixture) -> None:
    Kept("cloud").write("hunter2")
    (state / "secrets.key").chmod(0o666)
    assert password({}, "cloud") == "hunter2"
    assert stat.S_IMODE((state / "secrets.key").stat().st_mode) == 0o600
    assert "secrets.key was open to others" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_token_file_of_another_user(state: Path) -> None:
    Kept("cloud").write("hunter2")
    os.chown(state / "secrets", 65534, -1)
    with pytest.raises(FixNeeded, match="belongs to another user"):
        password({}, "cloud")


def test_two_processes_that_keep_secrets_at_once_lose_none(state: Path) -> None:
    code = "import sys; sys.modules['keyring'] = None; from timeblock.secrets import Kept; Kept(sys.argv[1]).write('x')"
    running = [subprocess.Popen([PYTHON, "-c", code, f"account{n}"]) for n in range(4)]
    assert [process.wait(30) for process in running] == [0, 0, 0, 0]
    assert len(Sealed(state).read()) == 4


def test_a_place_that_cannot_be_written_is_told(state: Path) -> None:
    state.write_text("a file where the folder should be")
    with pytest.raises(FixNeeded, match="cannot be written: File exists"):
        Kept("cloud").write("hunter2")
    with pytest.raises(FixNeeded, match="cannot be read: Not a directory"):
        Kept("cloud").read()


def test_a_full_disk_loses_nothing(state: Path) -> None:
    Kept("cloud").write("old")
    (state / ".secrets.part").mkdir()  # where the new file would be written first
    with pytest.raises(FixNeeded, match="cannot be written"):
        Kept("cloud").write("new")
    assert password({}, "cloud") == "old"


def test_another_process_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "LOCK_SECONDS", 0.1)
    with Kept("cloud").alone(), pytest.raises(TryLater, match=r"secrets\.lock"):
        Kept("cloud").write("x")
