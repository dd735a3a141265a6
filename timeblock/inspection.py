"""A folder of foreign ``.ics`` files, read as calendars are: what of it cannot be read, where, and why.

Nothing is kept, and nothing that events say is told.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from timeblock.codecs.content_lines import clean, properties, sections
from timeblock.codecs.ical import decode
from timeblock.core.event import CalendarId, Component, Resource, Series
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.recurrence import expand
from timeblock.errors import FixNeeded

SUFFIXES = (".ics", ".ical", ".ifb", ".icalendar")
LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is read."""

NOWHERE = CalendarId("", "")
PARTICULAR = re.compile(r"\(.*\)|\"[^\"]*\"|\b\d+\b")
"""What of a reason is about the one event."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A component (or a whole file) that was set aside, or was read only in part; ``line`` counts from 1."""

    file: Path
    line: int
    reason: str

    @property
    def sort(self) -> str:
        """The reason without what is about the one event."""
        return PARTICULAR.sub("…", self.reason)


@dataclass(slots=True)
class Found:
    """What a folder holds. ``zones``: how many times named by their own names. ``longest``: CPU seconds that one file
    (``slowest``) took."""

    files: int = 0
    size: int = 0
    events: int = 0
    recurring: int = 0
    occurrences: int = 0
    zones: dict[str, int] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    longest: float = 0.0
    slowest: Path | None = None

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many of each sort, most frequent first."""
        return dict(Counter(aside.sort for aside in self.asides).most_common())


def inspect(folder: Path, window: Interval, where: Whereabouts, progress: Callable[[str, int, int], None]) -> Found:
    """Every file below ``folder``, each series of it expanded over ``window``. Raises ``FixNeeded`` where there is
    none."""
    files, found = _files(folder), Found()
    for number, file in enumerate(files):
        progress(file.name, number, len(files))
        began = time.process_time()
        _read(file, window, where, found)
        spent = time.process_time() - began
        if spent > found.longest:
            found.longest, found.slowest = spent, file
    return found


def _files(folder: Path) -> Sequence[Path]:
    if folder.is_file():
        return [folder]
    below = (Path(root) / name for root, _, names in os.walk(folder) for name in names)
    files = sorted(path for path in below if path.suffix.lower() in SUFFIXES)
    if not files:
        raise FixNeeded(f"{folder} holds no file whose name ends in {', '.join(SUFFIXES)}.")
    return files


def _read(file: Path, window: Interval, where: Whereabouts, found: Found) -> None:
    found.files += 1
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        found.asides.append(Aside(file, 1, f"it cannot be opened: {error.strerror}"))
        return
    found.size += size
    if size > LARGEST:
        found.asides.append(Aside(file, 1, f"it is larger than {LARGEST >> 20} MB"))
        return
    text = content.decode("utf-8", "surrogateescape")
    decoded = decode(Resource(NOWHERE, file.name, "", text))
    found.asides += (Aside(file, aside.line, aside.reason) for aside in decoded.set_aside)
    refused = dict(_expanded(decoded.series, window, where, found))
    lines = _lines(text) if refused else {}
    found.asides += (Aside(file, lines.get(uid, 1), reason) for uid, reason in refused.items())


def _expanded(
    series: Sequence[Series], window: Interval, where: Whereabouts, found: Found
) -> Iterator[tuple[str, str]]:
    """UID and reason of each that is not expanded as it says."""
    for one in series:
        parts = [one.master, *one.overrides] if one.master else one.overrides
        found.events += len(parts)
        found.recurring += bool(one.master and (one.master.rules or one.master.extra))
        for zone in map(_zone, parts):
            found.zones[zone] = found.zones.get(zone, 0) + 1
        expansion = expand(one, window, where)
        found.occurrences += len(expansion.occurrences)
        if expansion.set_aside:
            yield one.key.uid, expansion.set_aside


def _zone(component: Component) -> str:
    """What the start of an event is told by."""
    start = component.start
    if not isinstance(start, datetime):
        return "whole days"
    zone = start.tzinfo
    if zone is None:
        return "local time"
    return zone.key if isinstance(zone, ZoneInfo) else "UTC" if zone is UTC else "a zone of its own (VTIMEZONE)"


def _lines(text: str) -> Mapping[str, int]:
    """UID → the line on which its first component begins."""
    text, lines, line, at = clean(text), dict[str, int](), 1, 0
    for section in sections(text):
        line, at = line + text.count("\n", at, section.at), section.at
        for uid in properties(section.text, {"UID"}):
            lines.setdefault(uid.value, line)
    return lines
