"""The text of iCalendar (RFC 5545, 3.1): components, folded lines, and the parts of a line. No meaning, no dates.

icalendar reads a calendar whole or not at all, and costs a millisecond an event. Here one broken component stays one
broken component, and lines nobody asks for are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

COMPONENTS = frozenset({"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"})
"""What stands directly in a calendar, never inside an event."""

MARKER = re.compile(r"(BEGIN|END):([A-Z0-9-]+)[ \t\r]*(?=\n|\Z)", re.IGNORECASE)
LATER = re.compile(r"\n(?i:(BEGIN|END):([A-Z0-9-]+))[ \t\r]*(?=\n|\Z)")
"""The same on any line but the first; so written, the search leaps from line to line."""

PROPERTY = re.compile(r'([A-Za-z0-9-]+)((?:;(?:[^":]|"[^"]*")*)?):(.*)', re.DOTALL)
FOLDED = re.compile(r"[^\n]*\n(?:[ \t][^\n]*\n)*|[^\n]+$")
PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:[^";]|"[^"]*")*)')


class Section(NamedTuple):
    """The text of a component, from BEGIN to END, and where in the calendar it begins.

    Not ``whole``: its END is missing, or that of a component inside it.
    """

    kind: str
    text: str
    at: int
    whole: bool


class Property(NamedTuple):
    """One unfolded line. Names are upper case; ``value`` is still escaped."""

    name: str
    params: Mapping[str, str]
    value: str


def clean(body: str) -> str:
    """``body`` without what no calendar may hold: byte order mark, NUL, half characters, line ends of old Macs."""
    text = body.lstrip("\ufeff").replace("\0", "")
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes that were no UTF-8
        text = text.encode("utf-8", "replace").decode()
    return text


def is_calendar(text: str) -> bool:
    return any(m[1].upper() == "BEGIN" and m[2].upper() == "VCALENDAR" for m in _markers(text))


def is_closed(text: str) -> bool:
    """Whether the calendar has an end; one without was cut off."""
    return any(m[1].upper() == "END" and m[2].upper() == "VCALENDAR" for m in _markers(text[-2000:]))


def _markers(text: str) -> Iterator[re.Match[str]]:
    """Each line that begins or ends a component: BEGIN or END, and its kind."""
    if first := MARKER.match(text):
        yield first
    yield from LATER.finditer(text)


def sections(text: str) -> Iterator[Section]:
    """The components that stand directly in the calendar, in order, whatever is wrong between them."""
    kind, start, inner = "", 0, list[str]()
    for marker in _markers(text):
        name, begins = marker[2].upper(), marker[1].upper() == "BEGIN"
        if not kind:
            kind, start = (name, marker.start(1)) if begins and name != "VCALENDAR" else ("", 0)
        elif begins and name not in COMPONENTS:
            inner.append(name)
        elif inner and inner[-1] == name:
            inner.pop()
        elif begins or name == "VCALENDAR":
            yield Section(kind, text[start : marker.start(1)], start, whole=False)
            kind, start = ("", 0) if name == "VCALENDAR" else (name, marker.start(1))
            inner.clear()
        elif name == kind:
            yield Section(kind, text[start : marker.end()], start, whole=not inner)
            kind = ""
            inner.clear()
    if kind:
        yield Section(kind, text[start:], start, whole=False)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")


def folded(text: str) -> list[str]:
    """The lines of ``text`` as they stand, folds and line ends included; joined they give ``text`` again."""
    return FOLDED.findall(text)


def depths(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each line of a component with how deep it lies: 1 for its own, more inside another (an alarm), 0 for its ends."""
    depth = 0
    for line in lines:
        ends = line[:4].upper() == "END:" and MARKER.match(line) is not None
        depth -= ends
        yield depth, line
        depth += line[:6].upper() == "BEGIN:" and MARKER.match(line) is not None


def name_of(line: str) -> str:
    """The name of the property on ``line``, upper case."""
    return line.partition(":")[0].partition(";")[0].strip().upper()


def properties(section: str, wanted: Collection[str]) -> Iterator[Property]:
    """The properties of a component whose names are ``wanted``; lines that are none are passed over."""
    depth = 0
    for line in unfolded(section):
        head, _, value = line.partition(":")
        name, semicolon, rest = (head, "", "") if head in wanted else head.partition(";")
        name = name.upper()
        if name == "BEGIN" or name == "END":
            depth += (name == "BEGIN") - (name == "END") if MARKER.match(line) else 0
        elif depth == 1 and name in wanted:
            if '"' in head:  # there may be a colon within the quotes
                match = PROPERTY.match(line)
                if match:
                    yield Property(name, parameters(match[2]), match[3].strip())
            elif head != line:
                yield Property(name, parameters(semicolon + rest), value.strip())


@lru_cache(maxsize=4096)
def parameters(text: str) -> Mapping[str, str]:
    """``;TZID="Europe/Oslo"`` as a mapping, quotes taken off. Do not change it: it is shared."""
    return MappingProxyType({m[1].upper(): m[2].strip().strip('"') for m in PARAMETER.finditer(text)})
