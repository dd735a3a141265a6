"""Events of the made-up person as ``.ics`` files, in the words a calendar program would use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

HOME = "Europe/Oslo"
ABROAD = "America/New_York"
ME = "maya@fjordlab.example"

ZONES = {
    HOME: (
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Oslo",
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    ),
    ABROAD: (
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "TZNAME:EDT",
        "DTSTART:20070311T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "TZNAME:EST",
        "DTSTART:20071104T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT. ``start`` and ``end`` are dates (all-day, end exclusive) or times on the walls of ``zone``.

    ``name`` is file name and UID; entries that share it are overrides, told apart by ``replaces``. ``guests`` are
    names with their PARTSTAT; ``me`` is Maya's own, "" where nobody was invited. ``lines`` stand in the file as given.
    """

    calendar: str
    name: str
    title: str
    start: date | datetime
    end: date | datetime
    zone: str = HOME
    rule: str = ""
    without: tuple[datetime, ...] = ()
    replaces: datetime | None = None
    me: str = ""
    host: str = ""
    guests: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()


def file(entries: Sequence[Entry]) -> str:
    """The VCALENDAR of one UID: the master first, then its overrides."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//timeblock//demo//EN"]
    for zone in sorted({e.zone for e in entries if isinstance(e.start, datetime)}):
        lines += ZONES[zone]
    for entry in entries:
        lines += _vevent(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _vevent(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.name}@fjordlab.example"
    yield "DTSTAMP:20260101T000000Z"
    if entry.replaces:
        yield _when("RECURRENCE-ID", entry.replaces, entry.zone)
    yield _when("DTSTART", entry.start, entry.zone)
    yield _when("DTEND", entry.end, entry.zone)
    if entry.rule:
        yield f"RRULE:{entry.rule}"
    for skipped in entry.without:
        yield _when("EXDATE", skipped, entry.zone)
    yield f"SUMMARY:{_text(entry.title)}"
    yield from _people(entry)
    yield from entry.lines
    yield "END:VEVENT"


def _people(entry: Entry) -> Iterator[str]:
    if not entry.me:
        return
    yield f"ORGANIZER:mailto:{_mail(entry.host) if entry.host else ME}"
    yield f"ATTENDEE;CN=Maya;PARTSTAT={entry.me}:mailto:{ME}"
    for name, answer in entry.guests:
        yield f"ATTENDEE;CN={name};PARTSTAT={answer}:mailto:{_mail(name)}"


def _mail(name: str) -> str:
    return f"{name.lower()}@fjordlab.example"


def _when(prop: str, at: date | datetime, zone: str) -> str:
    if isinstance(at, datetime):
        return f"{prop};TZID={zone}:{at:%Y%m%dT%H%M%S}"
    return f"{prop};VALUE=DATE:{at:%Y%m%d}"


def _text(value: str) -> str:
    for char in "\\;,":
        value = value.replace(char, f"\\{char}")
    return value


def _fold(line: str) -> str:
    """No line longer than 75 octets (RFC 5545, 3.1)."""
    pieces: list[str] = []
    piece = ""
    for char in line:
        if len((piece + char).encode()) > 75 - bool(pieces):
            pieces.append(piece)
            piece = ""
        piece += char
    return "\r\n ".join([*pieces, piece])
