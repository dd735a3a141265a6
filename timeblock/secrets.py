"""Secrets of accounts: passwords and sign-ins. They are handed to the backend and to nobody else.

A password comes from the first of: the config itself (``password``), a command (``password.fetch``), a credential
that systemd hands over (``$CREDENTIALS_DIRECTORY/ACCOUNT``), and what ``timeblock auth`` has kept: in the keyring where
there is one, else in one sealed file.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from timeblock.config import private
from timeblock.config.places import state_dir
from timeblock.config.settings import Fetch, Secret
from timeblock.errors import AuthNeeded, FixNeeded, TryLater

SERVICE = "timeblock"
"""The keyring's name for us; the account's name is the user name in it."""

PATIENCE_SECONDS = 60
"""How long a password command may take: a person may have to type a passphrase."""

LOCK_SECONDS = 60
"""How long we wait for another process that renews a sign-in."""

Place: TypeAlias = Literal["config", "command", "credential", "keyring", "sealed file"]


# ---- passwords -------------------------------------------------------------------------------------------------------


def password(options: Mapping[str, object], account: str) -> str:
    """The password of ``account``, whose ``options`` these are. Raises AuthNeeded where there is none."""
    given = options.get("password")
    if isinstance(given, Secret | Fetch):
        return fetched(given, account)
    found = _credential(account) or Kept(account).read()
    if not found:
        raise AuthNeeded(
            f"{account}: no password. Run: timeblock auth {account}\n"
            f'Or let a command print it: password.fetch = ["command", …] in [accounts.{account}].'
        )
    return found


def place(options: Mapping[str, object], account: str) -> Place | None:
    """Where the password of ``account`` is; None where there is none."""
    given = options.get("password")
    if isinstance(given, Secret | Fetch):
        return "config" if isinstance(given, Secret) else "command"
    return "credential" if _credential(account) else Kept(account).place()


def fetched(secret: object, account: str) -> str:
    """What the config says itself, or has a command print. Raises AuthNeeded."""
    if isinstance(secret, Fetch):
        return _from_command(secret.command, account)
    assert isinstance(secret, Secret), "values.SecretText gives nothing else"
    return secret.value


def _from_command(command: tuple[str, ...], account: str) -> str:
    """The first line of the command's output. Errors show nothing else of it, nor its arguments: both may be secret."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603 - the person's own command
    except OSError as failed:
        raise AuthNeeded(f"{account}: password.fetch: cannot run {command[0]}: {failed.strerror}") from None
    except subprocess.TimeoutExpired:
        raise AuthNeeded(f"{account}: password.fetch: {command[0]} gave no answer in {PATIENCE_SECONDS} s") from None
    if done.returncode:
        raise AuthNeeded(
            f"{account}: password.fetch: {command[0]} ended with {done.returncode}; run it by hand to see why"
        )
    lines = done.stdout.decode(errors="replace").splitlines()
    if not lines or not lines[0]:
        raise AuthNeeded(f"{account}: password.fetch: {command[0]} printed nothing")
    return lines[0]


def _credential(account: str) -> str:
    """What systemd hands over (LoadCredential=ACCOUNT:…, systemd.exec(5)), "" where it does not."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return Path(folder, account).read_text("utf-8").rstrip("\n") if folder else ""
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as failed:
        raise AuthNeeded(f"{account}: the credential cannot be read ({type(failed).__name__})") from None


# ---- what we keep ----------------------------------------------------------------------------------------------------


class Kept:
    """The secret of one account, as ``timeblock auth`` keeps it. ``folder`` is that of the sealed file."""

    def __init__(self, account: str, folder: Path | None = None) -> None:
        self.account = account
        self._sealed = Sealed(folder or state_dir(os.environ))

    def read(self) -> str | None:
        """Raises AuthNeeded where the keyring is locked, FixNeeded where the sealed file cannot be opened."""
        return self._sealed.read().get(self.account) or in_keyring(self.account)

    def place(self) -> Place | None:
        """Raises as :meth:`read` does."""
        if self.account in self._sealed.read():
            return "sealed file"
        return "keyring" if in_keyring(self.account) else None

    def write(self, secret: str) -> None:
        """Into the keyring, or, where there is none that takes it, into the sealed file."""
        with self.alone():
            told = _told_keyring("set_password", self.account, secret)
            if told and in_keyring(self.account) == secret:  # there are keyrings that keep nothing
                self._sealed.remove(self.account)
            else:
                self._sealed.write({**self._sealed.read(), self.account: secret})

    def forget(self) -> None:
        with self.alone():
            _told_keyring("delete_password", self.account)
            self._sealed.remove(self.account)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time. Raises TryLater where another one takes too long."""
        with self._sealed.alone():
            yield


class Sealed:
    """One file of secrets by account, encrypted with a key in a file beside it, both for the person alone.

    This keeps secrets out of a search, a backup or a synchronised folder that holds only one of the two. It is no
    protection from whoever can read all files of the person.
    """

    def __init__(self, folder: Path) -> None:
        self.path, self.key = folder / "secrets", folder / "secrets.key"
        self._lock: Any = None

    def read(self) -> dict[str, str]:
        """Raises FixNeeded where it cannot be opened."""
        try:
            key, sealed = private.read(self.key), private.read(self.path)
        except FileNotFoundError:
            return {}
        except OSError as failed:
            raise FixNeeded(f"{failed.filename} cannot be read: {failed.strerror}; give yourself the right") from None
        from cryptography.fernet import Fernet, InvalidToken

        try:
            return dict(json.loads(Fernet(key).decrypt(sealed)))
        except (InvalidToken, ValueError):
            raise FixNeeded(
                f"{self.path} cannot be opened with {self.key}. Remove both and sign in again: timeblock auth NAME"
            ) from None

    def write(self, secrets: Mapping[str, str]) -> None:
        from cryptography.fernet import Fernet

        with self._made():
            try:
                key = private.read(self.key)
            except FileNotFoundError:
                key = Fernet.generate_key()
                private.write(self.key, key)
            private.write(self.path, Fernet(key).encrypt(json.dumps(dict(secrets)).encode()))

    def remove(self, account: str) -> None:
        left = self.read()
        if left.pop(account, None) is not None:
            self.write(left)

    @contextmanager
    def _made(self) -> Iterator[None]:
        try:
            yield
        except OSError as failed:
            raise FixNeeded(f"{self.path} cannot be written: {failed.strerror}; mend that, then run again") from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        with self._made():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = self._lock or FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS, mode=0o600)
        try:
            with self._lock:
                yield
        except Timeout:
            raise TryLater(f"another timeblock holds {self.path}.lock; try again when it is done") from None


# ---- the keyring, an optional package --------------------------------------------------------------------------------


def in_keyring(account: str) -> str | None:
    """What the keyring has; None where there is none, or it has nothing. Raises AuthNeeded where it cannot be asked."""
    keyring, errors = _keyring()
    if keyring is None:
        return None
    try:
        found: str | None = keyring.get_password(SERVICE, account)
    except errors.NoKeyringError:
        return None
    except errors.KeyringError as failed:  # its text may quote what was asked
        raise AuthNeeded(f"{account}: the keyring cannot be asked ({type(failed).__name__}); unlock it") from None
    return found


def _told_keyring(do: Literal["set_password", "delete_password"], *words: str) -> bool:
    """Whether there is a keyring, and it has done it."""
    keyring, errors = _keyring()
    if keyring is None:
        return False
    try:
        getattr(keyring, do)(SERVICE, *words)
    except errors.KeyringError:
        return False
    return True


def _keyring() -> tuple[Any, Any]:
    try:
        return importlib.import_module("keyring"), importlib.import_module("keyring.errors")
    except ImportError:
        return None, None
