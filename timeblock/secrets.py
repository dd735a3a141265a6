"""Passwords: from the config itself, a command, or the keyring. They are handed to the backend and to nobody else."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Mapping, Sequence

from timeblock.config.settings import Secret
from timeblock.errors import AuthNeeded

SERVICE = "timeblock"
"""The keyring's name for us; the account's name is the user name in it."""

PATIENCE_SECONDS = 60
"""How long a password command may take: a person may have to type a passphrase."""


def password(options: Mapping[str, object], account: str) -> str:
    """The password of ``account``. Raises AuthNeeded where there is none, with what to do.

    ``options`` are the account's: ``password``, else ``password_command`` (a list, run without a shell), else the
    keyring is asked.
    """
    if isinstance(literal := options.get("password"), Secret):
        return literal.value
    if isinstance(command := options.get("password_command"), Sequence) and not isinstance(command, str):
        return _from_command([str(word) for word in command], account)
    return _from_keyring(account)


def _from_command(command: list[str], account: str) -> str:
    """The first line of the command's output. Its arguments may be secret too, so errors name the program alone."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603 - the person's own command
    except OSError as failed:
        raise AuthNeeded(f"{account}: password_command: cannot run {command[0]}: {failed.strerror}") from None
    except subprocess.TimeoutExpired:
        raise AuthNeeded(f"{account}: password_command: {command[0]} gave no answer in {PATIENCE_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise AuthNeeded(
            f"{account}: password_command: {command[0]} ended with {done.returncode}"
            + (f": {said[-1]}" if said else "")
        )
    lines = done.stdout.decode(errors="replace").splitlines()
    if not lines or not lines[0]:
        raise AuthNeeded(f"{account}: password_command: {command[0]} printed nothing")
    return lines[0]


def _from_keyring(account: str) -> str:
    found = _keyring_password(account)
    if not found:
        raise AuthNeeded(
            f"{account}: no password. Put password_command into [accounts.{account}], or keep the password in the "
            f"keyring: pip install 'timeblock[keyring]', then: keyring set {SERVICE} {account}"
        )
    return found


def _keyring_password(account: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
        errors = importlib.import_module("keyring.errors")
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, account)  # type: ignore[no-any-return]  # an optional package, untyped here
    except errors.KeyringError as failed:  # NoKeyringError on machines without a desktop
        raise AuthNeeded(
            f"{account}: the keyring cannot be asked ({type(failed).__name__}); "
            f"put password_command into [accounts.{account}]"
        ) from None
