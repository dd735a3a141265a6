"""Sent mail on this machine: an mbox file or a Maildir folder. Of each message only the Date header is looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from timeblock.core.interval import Instant
from timeblock.core.traces import Trace
from timeblock.errors import FixNeeded
from timeblock.evidence.times import sent_at, told_until
from timeblock.sync.source import Cursor, Reading

BATCH = 2_000
"""Messages read before what they tell is kept."""
LONGEST_LINE = 65_536
BLANK = (b"\n", b"\r\n")


class Mailbox:
    """The messages at ``path``.

    An mbox (RFC 4155) grows at its end: reading goes on at the last message known. A file of a Maildir never changes
    but for its name: those whose inode changed since are read.
    """

    def __init__(self, name: str, path: Path, now: Callable[[], Instant]) -> None:
        self.place = f"mbox:{path}"
        self.requests = 0
        self._name = name
        self._path = path
        self._now = now

    def changes(self, cursor: Cursor) -> Reading:
        try:
            return self._maildir(cursor) if self._path.is_dir() else self._mbox(cursor)
        except OSError as error:
            where = error.filename or self._path
            raise FixNeeded(f"{where} cannot be read ({error.strerror}); set path to your sent mail") from error

    def close(self) -> None:
        """Nothing is kept open."""

    def _mbox(self, cursor: Cursor) -> Reading:
        with self._path.open("rb") as file:
            self.requests += 1
            stat = os.fstat(file.fileno())
            inode = str(stat.st_ino)
            known = (int(cursor["offset"]), cursor["date"]) if cursor.get("inode") == inode else (0, "")
            found = _messages(file, known[0])
            if known[0] and found[:1] != [known]:  # it was written anew in its place
                found = _messages(file, 0)
        if not found and stat.st_size:
            raise FixNeeded(f"{self._path} is no mbox: no line in it begins a message")
        last, date = found[-1] if found else (0, "")
        return Reading(
            self._traces([header for _, header in found]),
            {"inode": inode, "offset": str(last), "date": date},
            told_until(int(stat.st_mtime), self._now()),
            more=len(found) == BATCH,
        )

    def _maildir(self, cursor: Cursor) -> Reading:
        folders = [self._path / "cur", self._path / "new"]
        since = int(cursor.get("changed", "0")), cursor.get("after", "")
        changed = sorted(
            (stat.st_ctime_ns, entry.path)
            for folder in folders
            for entry in os.scandir(folder)
            if ((stat := entry.stat()).st_ctime_ns, entry.path) > since
        )
        found, more = changed[:BATCH], len(changed) > BATCH
        self.requests += len(found)
        last, path = found[-1] if found else since
        written = max(int(folder.stat().st_mtime) for folder in folders)
        return Reading(
            self._traces([_date_in(Path(path)) for _, path in found]),
            {"changed": str(last), "after": path if more else ""},
            told_until(written, self._now()),
            more=more,
        )

    def _traces(self, headers: Sequence[str]) -> tuple[Trace, ...]:
        moments = (sent_at(header, self._now()) for header in headers)
        return tuple(Trace(at, at, "mail", self._name) for at in moments if at is not None)


def _messages(file: BinaryIO, begin: int) -> list[tuple[int, str]]:
    """Of the messages from ``begin`` on, as many as are read at once: where each begins, and its Date header."""
    file.seek(begin)
    return list(islice(_each_message(file), BATCH))


def _each_message(file: BinaryIO) -> Iterator[tuple[int, str]]:
    at, begin, after_blank = file.tell(), -1, True
    header = _Header()
    while line := file.readline(LONGEST_LINE):
        if after_blank and line.startswith(b"From "):
            if begin >= 0:
                yield begin, header.date
            begin, header = at, _Header()
        else:
            header.add(line)
        after_blank = line in BLANK
        at += len(line)
    if begin >= 0:
        yield begin, header.date


def _date_in(path: Path) -> str:
    header = _Header()
    try:
        with path.open("rb") as file:
            while not header.over and (line := file.readline(LONGEST_LINE)):
                header.add(line)
    except FileNotFoundError:  # renamed meanwhile: its inode changed, so it is read next time
        return ""
    return header.date


class _Header:
    """The Date of a message, from its lines up to the first blank one."""

    def __init__(self) -> None:
        self.date = ""
        self.over = False
        self._folded = False

    def add(self, line: bytes) -> None:
        if self.over:
            return
        self.over = line in BLANK
        begins = line[:5].lower() == b"date:" and not self.date
        if begins or (self._folded and line[:1] in (b" ", b"\t")):
            self.date += line[5 if begins else 0 :].decode("ascii", "replace").rstrip("\r\n")
            self._folded = True
        else:
            self._folded = False
