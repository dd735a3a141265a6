"""A table of times, made by the person or another program: messages that were sent, or activity from … to.

A time is ISO 8601 (``2026-11-24 20:15``, ``2026-11-24T19:15:00Z``) or as in a Date header. One without an offset is a
clock time of the zone in the config. The whole file is what there is: a row taken out is forgotten.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from timeblock.core.interval import Instant
from timeblock.core.localtime import instant, resolve
from timeblock.core.traces import Trace
from timeblock.errors import FixNeeded
from timeblock.evidence.times import date_header, told_until
from timeblock.sync.source import Cursor, Reading
from timeblock.transport import MOST_BYTES


class Csv:
    """The table at ``path``. Columns by name or number (from 1); without an ``end`` column each row is a message."""

    def __init__(self, name: str, path: Path, time: str, end: str, zone: ZoneInfo, now: Callable[[], Instant]) -> None:
        self.place = f"csv:{path}:{time}:{end}:{zone.key}"
        self.requests = 0
        self._name = name
        self._path = path
        self._columns = (time, end) if end else (time,)
        self._zone = zone
        self._now = now

    def changes(self, cursor: Cursor) -> Reading:
        try:
            stat = self._path.stat()
            if stat.st_size > MOST_BYTES:
                raise FixNeeded(f"{self._path} is larger than {MOST_BYTES // 1024 // 1024} MB; split it")
            seen = {"stat": f"{stat.st_mtime_ns}-{stat.st_size}-{stat.st_ino}"}
            until = told_until(int(stat.st_mtime), self._now())
            if seen == cursor:
                return Reading((), cursor, until)
            self.requests += 1
            text = self._path.read_text("utf-8-sig")
        except UnicodeDecodeError as other:
            raise FixNeeded(f"{self._path} is not UTF-8 text (byte {other.start}); save it as UTF-8") from other
        except OSError as error:
            raise FixNeeded(f"{self._path} cannot be read ({error.strerror}); set path to your table") from error
        return Reading(tuple(self._traces(text)), seen, until, complete=True)

    def close(self) -> None:
        """Nothing is kept open."""

    def _traces(self, text: str) -> Iterator[Trace]:
        rows = self._rows(text)
        _, first = next(rows, (1, []))
        columns = [self._column(first, said) for said in self._columns]
        if self._columns[0].isdecimal() and self._moment(_cell(first, columns[0])) is not None:
            yield self._trace(first, columns, 1)
        for line, row in rows:
            if any(cell.strip() for cell in row):
                yield self._trace(row, columns, line)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line it ends on."""
        rows = csv.reader(StringIO(text), delimiter=_delimiter(text))
        try:
            for row in rows:
                yield rows.line_num, row
        except csv.Error as odd:
            raise FixNeeded(f"{self._path}:{rows.line_num}: {odd}") from odd

    def _column(self, head: Sequence[str], said: str) -> int:
        if said.isdecimal() and int(said):
            return int(said) - 1
        names = [cell.strip().casefold() for cell in head]
        if said.casefold() not in names:
            raise FixNeeded(f'{self._path}:1: there is no column "{said}", only: {", ".join(head) or "none"}')
        return names.index(said.casefold())

    def _trace(self, row: Sequence[str], columns: Sequence[int], line: int) -> Trace:
        moments = [self._moment(_cell(row, column)) for column in columns]
        for column, moment in zip(columns, moments, strict=True):
            if moment is None:
                said = "holds no time" if _cell(row, column) else "is empty"
                raise FixNeeded(f"{self._path}:{line}: column {column + 1} {said}; write 2026-11-24 20:15")
        start, end = moments[0] or 0, moments[-1] or 0
        if end < start:
            raise FixNeeded(f"{self._path}:{line}: this ends before it starts")
        return Trace(start, end, "activity" if len(columns) > 1 else "mail", self._name)

    def _moment(self, cell: str) -> Instant | None:
        try:
            said: datetime | None = datetime.fromisoformat(cell)
        except ValueError:
            said = date_header(cell)
        if said is None:
            return None
        at = instant(said) if said.tzinfo else resolve(said, self._zone)
        return at if at > 0 else None


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _delimiter(text: str) -> str:
    """What stands most often between the cells of the first row."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
