"""Passwords: from the config itself, a command, or the keyring. They are handed to the backend and to nobody else."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Mapping

from timeblock.config.settings import Fetch, Secret
from timeblock.errors import AuthNeeded

SERVICE = "timeblock"
"""The keyring's name for us; the account's name is the user name in it."""

PATIENCE_SECONDS = 60
"""How long a password command may take: a person may have to type a passphrase."""


def password(options: Mapping[str, object], account: str) -> str:
    """The password of ``account``, from its ``options``, else from the keyring. Raises AuthNeeded, with what to do."""
    given = options.get("password")
    return fetched(given, account) if isinstance(given, Secret | Fetch) else _from_keyring(account)


def fetched(secret: Secret | Fetch, account: str) -> str:
    """What the config says itself, or tells a command to print. Raises AuthNeeded."""
    return secret.value if isinstance(secret, Secret) else _from_command(secret.command, account)


def _from_command(command: tuple[str, ...], account: str) -> str:
    """The first line of the command's output. Its arguments may be secret too, so errors name the program alone."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603 - the person's own command
    except OSError as failed:
        raise AuthNeeded(f"{account}: password.fetch: cannot run {command[0]}: {failed.strerror}") from None
    except subprocess.TimeoutExpired:
        raise AuthNeeded(f"{account}: password.fetch: {command[0]} gave no answer in {PATIENCE_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise AuthNeeded(
            f"{account}: password.fetch: {command[0]} ended with {done.returncode}" + (f": {said[-1]}" if said else "")
        )
    lines = done.stdout.decode(errors="replace").splitlines()
    if not lines or not lines[0]:
        raise AuthNeeded(f"{account}: password.fetch: {command[0]} printed nothing")
    return lines[0]


def _from_keyring(account: str) -> str:
    found = _keyring_password(account)
    if not found:
        raise AuthNeeded(
            f"{account}: no password. Put password.fetch into [accounts.{account}], or keep the password in the "
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
            f"put password.fetch into [accounts.{account}]"
        ) from None
