"""A folder of .ics files as a calendar: a vdir (vdirsyncer.pimutils.org/en/stable/vdir.html), which khal uses too.

The account's folder holds one folder a calendar, or is a calendar itself. One file holds one event; a file with more is
read, and left alone. Bytes that are no UTF-8 survive reading and writing (surrogateescape).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from timeblock.codecs import ical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Resource
from timeblock.errors import Conflict, Forbidden, Gone, Incomplete, TimeblockError, TryLater
from timeblock.sync.backend import Codec, Known, Page

ITSELF = "."
"""The path of the calendar that is the account's folder itself."""

NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""What ``link`` says on file systems without hard links (FAT, some network drives)."""


class Folder:
    """The calendars below ``path``. ``requests`` counts files opened, ``received`` the bytes read from them; looking
    whether a file changed opens none."""

    def __init__(self, account: str, path: Path) -> None:
        self.account = account
        self.path = path
        self.requests = 0
        self.received = 0
        self.clock_ahead = None

    @property
    def codec(self) -> Codec:
        return ical

    def calendars(self) -> Sequence[CalendarInfo]:
        """Raises ``TryLater`` where the folder is missing: a disk may not be mounted."""
        with _answers(TryLater(f"account {self.account}: there is no folder {self.path}; is its disk mounted?")):
            folders = sorted(p.name for p in self.path.iterdir() if p.is_dir() and not p.name.startswith("."))
            if _is_calendar(self.path) or not folders:
                folders = [ITSELF]
        return [self._info(name) for name in folders]

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        """Always complete: one look at each file's time and size, and only changed files are opened."""
        folder, versions = self._folder(calendar), known()
        with _answers(Gone(f"there is no folder {folder}; is its disk mounted?")):
            found = dict(_listed(folder))
        unchanged = {name for name, version in found.items() if versions.get(name) == version}
        changed = [self._read(calendar, name) for name in sorted(found.keys() - unchanged)]
        return Page(
            changed=tuple(resource for resource in changed if resource is not None),
            unchanged=frozenset(unchanged),
            cursor="listed",
            complete=True,
        )

    def read(self, calendar: CalendarId, href: str) -> Resource:
        resource = self._read(calendar, href)
        if resource is None:
            raise Gone(f"{href} is not in {self._folder(calendar)}")
        return resource

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        return self.read(calendar, self.href(calendar, uid))

    def href(self, calendar: CalendarId, uid: str) -> str:
        return f"{uid}.ics"

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        path = self._file(calendar, self.href(calendar, draft.uid))
        body = self.codec.encode(draft)
        with _answers(Gone(f"there is no folder {path.parent}; is its disk mounted?")), _temporary(path, body) as new:
            return Resource(calendar, path.name, _appear(new, path), body)

    def update(self, base: Resource, draft: Draft) -> Resource:
        path, body = self._file(base.calendar, base.href), self.codec.patch(base.body, draft)
        with _answers(Gone(f"{path} is gone")), _temporary(path, body) as new:
            self._check(base)
            new.chmod(path.stat().st_mode)
            version = _version(new.stat())
            new.replace(path)
            _sync(path.parent)
        return Resource(base.calendar, base.href, version, body)

    def delete(self, base: Resource) -> None:
        path = self._file(base.calendar, base.href)
        with _answers(Gone(f"{path} is gone")):
            self._check(base)
            path.unlink()
            _sync(path.parent)

    def close(self) -> None:
        pass

    def _info(self, name: str) -> CalendarInfo:
        folder = self.path / name
        shown = folder / "displayname"
        title = shown.read_text("utf-8", "replace").strip() if shown.is_file() else ""
        writable = os.access(folder, os.W_OK | os.X_OK, effective_ids=True)
        return CalendarInfo(CalendarId(self.account, name), title or folder.resolve().name, writable)

    def _folder(self, calendar: CalendarId) -> Path:
        return self.path / calendar.path

    def _file(self, calendar: CalendarId, href: str) -> Path:
        """Where ``href`` is stored: the file itself, not a link to it."""
        if Path(href).name != href:
            raise Gone(f"{href} is no file of {self._folder(calendar)}")
        path = self._folder(calendar) / href
        return path.resolve() if path.is_symlink() else path

    def _read(self, calendar: CalendarId, href: str) -> Resource | None:
        """The file as it is, None where there is none. The version is that of the bytes read."""
        path = self._file(calendar, href)
        self.requests += 1
        try:
            with path.open("rb") as file:
                content, version = file.read(), _version(os.fstat(file.fileno()))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Incomplete(f"{path} cannot be read: {error.strerror}") from error
        self.received += len(content)
        return Resource(calendar, href, version, _text(content))

    def _check(self, base: Resource) -> None:
        """Raises unless the file of ``base`` holds what it did, and nothing but one event."""
        now, path = self.read(base.calendar, base.href), self._file(base.calendar, base.href)
        if now.body != base.body:
            raise Conflict(f"{path} was changed meanwhile")
        decoded = self.codec.decode(base)
        if len(decoded.series) + len(decoded.set_aside) > 1:
            raise Forbidden(f"{path} holds several events and is left alone; timeblock changes files of one event")


def _is_calendar(folder: Path) -> bool:
    return any(_is_event(p.name) or p.name in ("displayname", "color") for p in folder.iterdir() if p.is_file())


def _is_event(name: str) -> bool:
    return name.endswith(".ics") and not name.startswith(".")


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and version of each event file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_event(entry.name):
                with suppress(FileNotFoundError):  # gone since it was listed
                    if entry.is_file():
                        yield entry.name, _version(entry.stat())


def _version(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns}-{stat.st_size}-{stat.st_ino}"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


@contextmanager
def _temporary(path: Path, body: str) -> Iterator[Path]:
    """A file beside ``path`` that holds ``body`` on the disk itself, and is gone afterwards if it was not moved."""
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with new.open("wb") as file:
            file.write(body.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        new.unlink(missing_ok=True)


def _appear(new: Path, path: Path) -> str:
    """Give ``new`` the name ``path`` unless there is such a file. Gives its version, raises ``Conflict``."""
    try:
        path.hardlink_to(new)
        version = _version(new.stat())
    except FileExistsError:
        raise Conflict(f"{path} is there already") from None
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        version = _copy(new, path)
    _sync(path.parent)
    return version


def _copy(new: Path, path: Path) -> str:
    """As :func:`_appear`, without links: a crash may leave a part of the file, but never harms another."""
    try:
        with path.open("xb") as file:
            file.write(new.read_bytes())
            file.flush()
            os.fsync(file.fileno())
            return _version(os.fstat(file.fileno()))
    except FileExistsError:
        raise Conflict(f"{path} is there already") from None


def _sync(folder: Path) -> None:
    """Put names made and taken away in ``folder`` on the disk itself."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _answers(missing: TimeblockError) -> Iterator[None]:
    """What the file system refuses, as errors of ours; ``missing`` for what is not there."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise missing from None
    except PermissionError as error:
        raise Forbidden(f"{Path(error.filename or '.').parent} may not be written to or read") from error
    except OSError as error:
        refused = f"{error.filename or ''}: {error.strerror}".lstrip(": ")
        raise (Forbidden(refused) if error.errno == errno.EROFS else TryLater(refused)) from error
