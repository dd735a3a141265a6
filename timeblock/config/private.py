"""Files that only the person may read: those that hold secrets, and those that say which commands fetch them."""

from __future__ import annotations

import errno
import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

from timeblock.errors import FixNeeded

log = logging.getLogger(__name__)


def guard(path: Path) -> None:
    """Take the rights of others off ``path``, wherever its links lead, and say so.

    Raises ``FixNeeded`` where somebody else owns it (they could change it any time), or the rights cannot be changed.
    """
    _guarded(path, os.open(path, os.O_RDONLY | os.O_CLOEXEC), {os.geteuid(), 0})


def read(path: Path) -> bytes:
    """A file that we wrote. Raises ``FileNotFoundError``, and ``FixNeeded`` for a link or what another user owns."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as failed:
        if failed.errno == errno.ELOOP:
            raise FixNeeded(f"{path} is a symbolic link; put the file itself there, or remove the link") from None
        raise
    return _guarded(path, handle, {os.geteuid()})


def write(path: Path, content: bytes) -> None:
    """Replace ``path`` whole or not at all, for nobody else to read. A link there is replaced, not followed."""
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def exposed(path: Path) -> bool:
    """Whether others on this machine may read or write ``path``; False where there is nothing."""
    with suppress(FileNotFoundError):
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    return False


def _guarded(path: Path, handle: int, owners: set[int]) -> bytes:
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if found.st_uid not in owners:
            raise FixNeeded(f"{path} belongs to another user, who could change it; run: chown $USER {path}")
        if found.st_mode & 0o077:
            _repair(path, handle)
        return file.read()


def _repair(path: Path, handle: int) -> None:
    try:
        os.fchmod(handle, 0o600)
    except OSError as failed:
        raise FixNeeded(f"{path} is open to others ({failed.strerror} on mending it); run: chmod 600 {path}") from None
    log.warning("%s was open to others on this machine; only you may read it now (0600).", path)
