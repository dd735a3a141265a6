"""Blocks and tasks into iCalendar: a new body, or an old one with our part of it changed.

A new body comes from icalendar. A change works on the lines of the text, because the body belongs to the person too:
what they or their programs added stays to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Todo
from icalendar.parser import Contentline
from icalendar.prop import vText

from timeblock.codecs.content_lines import Section, clean, depths, folded, name_of, properties, sections, unfolded
from timeblock.codecs.ical_read import decode
from timeblock.codecs.ical_timezone import timezone
from timeblock.core.event import CalendarId, Component, Draft, EventType, Mark, Resource, When, due_day
from timeblock.core.event import Event as Facts
from timeblock.core.interval import Instant
from timeblock.core.localtime import instant, local
from timeblock.errors import Incomplete

PRODID = "-//timeblock//timeblock//EN"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LINE_END = re.compile(r"\r\n|[\r\u2028\u2029]")
SENDERS = {EventType.OUT_OF_OFFICE: "OOF", EventType.FOCUS_TIME: "BUSY"}
"""What Outlook calls them, in X-MICROSOFT-CDO-BUSYSTATUS."""


def calendar(*zones: str, first: int, last: int) -> Calendar:
    """An empty calendar with a VTIMEZONE for each zone, right from the year ``first`` to the year ``last``."""
    made = Calendar()
    made.add("PRODID", PRODID)
    made.add("VERSION", "2.0")
    for zone in dict.fromkeys(zones):
        if zone != "UTC":
            made.add_component(timezone(zone, first, last))
    return made


def written(made: Calendar) -> str:
    text: str = made.to_ical().decode()
    return text


def encode(draft: Draft) -> str:
    """A calendar with ``draft`` as its one event or task. The same draft always gives the same text."""
    year = local(draft.interval.start, ZoneInfo(draft.zone)).year
    made = calendar(draft.zone, first=year - 1, last=year + 1)
    made.add_component(_event(draft))
    return written(made)


def _event(draft: Draft) -> Event | Todo:
    event = Event() if draft.done is None else Todo()
    event.add("UID", draft.uid)
    event.add("DTSTAMP", local(draft.interval.start, ZoneInfo("UTC")))
    if draft.done is None:
        zone = ZoneInfo(draft.zone)
        event.add("DTSTART", local(draft.interval.start, zone))
        event.add("DTEND", local(draft.interval.end, zone))
    else:
        event.add("DUE", due_day(draft.interval))
    if draft.done == 100:
        event.add("COMPLETED", local(draft.interval.end, ZoneInfo("UTC")))
    for name, value in _texts(draft).items():
        event.add(name, Text(value))
    if draft.description:
        event.add("DESCRIPTION", Text(draft.description))
    if draft.private:
        event.add("CLASS", "PRIVATE")
    if draft.categories:
        event.add("CATEGORIES", [plain(c) for c in draft.categories])
    if draft.type in SENDERS:
        event.add("X-MICROSOFT-CDO-BUSYSTATUS", SENDERS[draft.type] if draft.busy else "FREE")
    return event


def _texts(draft: Draft) -> dict[str, str]:
    """What we say, and keep saying, apart from times."""
    return {
        "SUMMARY": plain(draft.summary),
        **_standing(draft.busy, draft.done),
        "X-TIMEBLOCK-KEY": draft.mark.name,
        "X-TIMEBLOCK-HASH": draft.fingerprint,
    }


def _standing(busy: bool, done: int | None) -> dict[str, str]:
    """What an event does to one's time; how far a task is (RFC 5545, 3.8.1.8 and 3.8.1.11)."""
    if done is None:
        return {"TRANSP": "OPAQUE" if busy else "TRANSPARENT"}
    status = "COMPLETED" if done == 100 else "IN-PROCESS" if done else "NEEDS-ACTION"
    return {"STATUS": status, "PERCENT-COMPLETE": str(done)}


def plain(value: str) -> str:
    """``value`` without control characters; line ends stay, and are escaped when written."""
    return CONTROLS.sub("", LINE_END.sub("\n", value)).encode("utf-8", "replace").decode()


def escaped(value: str) -> str:
    """``value`` as TEXT (RFC 5545, 3.3.11), whatever it holds: it can end no line."""
    text = plain(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n")


class Text(vText):
    r"""A TEXT of any string. icalendar's own reads the ``\N`` of ``C:\New`` as a line end."""

    def to_ical(self) -> bytes:
        return escaped(self).encode()


# --- Changing what stands ---------------------------------------------------------------------------------------------


def patch(body: str, draft: Draft) -> str:
    """``body`` with start, end, title, free/busy and mark of ``draft``; all else stays to the letter.

    A line that already says it is not touched, so that parameters others put on it survive. Raises ``Incomplete``
    where there is no event of that UID to change.
    """
    text = clean(body)
    section, found = _ours(text, draft.uid)
    lines = _changes(found, _master(text, draft.uid), draft)
    newline = "\r\n" if "\r\n" in text else "\n"
    event = "".join(_replaced(section.text, lines, newline))
    zone = _missing_zone(text, draft, newline) if "DTEND" in lines else ""
    return text[: section.at] + zone + event + text[section.at + len(section.text) :]


def _ours(text: str, uid: str) -> tuple[Section, Mapping[str, str]]:
    """The event's own text, and those of its properties that a change depends on."""
    names = {"UID", "RECURRENCE-ID", "SEQUENCE", "X-MICROSOFT-CDO-BUSYSTATUS"}
    for section in sections(text):
        found = {
            p.name: p.value for p in reversed([*properties(section.text, names)])
        }  # of two the first, as in reading
        ours = section.kind in ("VEVENT", "VTODO") and section.whole and found.get("UID") == uid
        if ours and "RECURRENCE-ID" not in found:
            return section, found
    raise _nothing(uid)


def _master(text: str, uid: str) -> Component:
    decoded = decode(Resource(CalendarId("", ""), "", "", text))
    master = next((s.master for s in decoded.series if s.key.uid == uid), None)
    if master is None:
        raise _nothing(uid)
    return master


def _nothing(uid: str) -> Incomplete:
    return Incomplete(f"the calendar entry {uid} cannot be changed: it holds no event of that name that can be read")


def _changes(found: Mapping[str, str], old: Component, draft: Draft) -> dict[str, str]:
    """The lines to write, by property; "" takes one away."""
    lines = _times(old, draft) if draft.done is None else _due(old, draft)
    said = _said(old.event)
    lines |= {name: f"{name}:{escaped(v)}" for name, v in _texts(draft).items() if said[name] != v.strip()}
    if "TRANSP" in lines and "X-MICROSOFT-CDO-BUSYSTATUS" in found:
        sender = SENDERS.get(draft.type, "BUSY") if draft.busy else "FREE"
        lines["X-MICROSOFT-CDO-BUSYSTATUS"] = f"X-MICROSOFT-CDO-BUSYSTATUS:{sender}"
    return lines | {"SEQUENCE": f"SEQUENCE:{_number(found.get('SEQUENCE', '')) + 1}"}


def _times(old: Component, draft: Draft) -> dict[str, str]:
    zone, lines = ZoneInfo(draft.zone), dict[str, str]()
    if not _is_at(old.start, draft.interval.start):
        lines["DTSTART"] = _time("DTSTART", draft.interval.start, zone)
    if lines or not _is_at(old.end, draft.interval.end):
        lines |= {"DTEND": _time("DTEND", draft.interval.end, zone), "DURATION": ""}
    return lines


def _due(old: Component, draft: Draft) -> dict[str, str]:
    lines = dict[str, str]()
    if not _is_at(old.start, draft.interval.start):
        lines = {"DUE": f"DUE;VALUE=DATE:{due_day(draft.interval):%Y%m%d}", "DTSTART": "", "DURATION": ""}
    if old.event.done != draft.done:
        completed = _time("COMPLETED", draft.interval.end, ZoneInfo("UTC"))
        lines["COMPLETED"] = completed if draft.done == 100 else ""
    return lines


def _is_at(when: When, at: Instant) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None and instant(when) == at


def _said(event: Facts) -> dict[str, str]:
    """What stands, in the words of :func:`_texts`."""
    mark = event.mark or Mark("", -1, "")
    return {
        "SUMMARY": event.summary,
        **_standing(not event.transparent, event.done),
        "X-TIMEBLOCK-KEY": mark.name,
        "X-TIMEBLOCK-HASH": mark.fingerprint,
    }


def _time(name: str, at: Instant, zone: ZoneInfo) -> str:
    if zone.key == "UTC":
        return f"{name}:{local(at, zone):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone.key}:{local(at, zone):%Y%m%dT%H%M%S}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _replaced(section: str, changes: Mapping[str, str], newline: str) -> Iterator[str]:
    """The lines of ``section``: changed ones in the place of the old, new ones at the end."""
    left = dict(changes)
    for depth, line in depths(folded(section)):
        name = name_of(unfolded(line)[0])
        if depth == 0 and name == "END":
            yield from (_folded(new, newline) for new in left.values() if new)
        if depth != 1 or name not in changes:
            yield line
        elif left.get(name):
            yield _folded(left.pop(name), newline)


def _folded(line: str, newline: str) -> str:
    """``line`` in pieces of at most 75 octets (RFC 5545, 3.1)."""
    made: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call] # icalendar leaves it untyped
    return made.decode().replace("\r\n", newline) + newline


def _missing_zone(text: str, draft: Draft, newline: str) -> str:
    """The VTIMEZONE that the changed times need, where ``text`` has none of that name."""
    zones = {p.value for s in sections(text) if s.kind == "VTIMEZONE" for p in properties(s.text, {"TZID"})}
    if draft.zone == "UTC" or draft.zone in zones:
        return ""
    year = local(draft.interval.start, ZoneInfo(draft.zone)).year
    made: bytes = timezone(draft.zone, year - 1, year + 1).to_ical()
    return made.decode().replace("\r\n", newline)
