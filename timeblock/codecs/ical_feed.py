"""A calendar in one text (a feed, an exported file) into one resource for each UID, by text alone.

A feed has no versions of its own parts. Each part gets the hash of its text, so that after a change only what changed
is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from timeblock.codecs.content_lines import Section, clean, is_calendar, is_closed, properties, sections
from timeblock.codecs.ical_zones import known
from timeblock.core.event import CalendarId, Resource
from timeblock.errors import Incomplete

UID = re.compile(r"\n(?i:UID)(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
FOLD = re.compile(r"\r?\n[ \t]")
ZONE_NAME = re.compile(r"\n((?i:X-WR-TIMEZONE)[^\r\n]*)")
TZID = re.compile(r";\s*(?i:TZID)\s*=\s*(\"[^\"]*\"|[^:;,\"]*)")

NAMELESS = "(without a name)"
"""The href of what is no whole event, which decoding sets aside, and of events without UID."""


def split(calendar: CalendarId, text: str) -> tuple[Resource, ...]:
    """The events of a calendar as resources, in order: ``href`` is the UID, ``version`` a hash of its components.

    Each body is a calendar with the time zones its events name, as far as not everyone knows them. Broken parts and
    events without UID come together in a last resource whose href is ``NAMELESS``. Raises ``Incomplete`` for a text
    that is no calendar, or is cut off: then nobody knows what is missing.
    """
    text = clean(text)
    if not is_calendar(text):
        raise Incomplete(f"what came for {calendar} is not a calendar: {_opening(text)}")
    parts = list(sections(text))
    if not is_closed(text):
        raise Incomplete(f"the calendar that came for {calendar} is cut off: END:VCALENDAR is missing")
    zones = dict(_zones(parts))
    default = ZONE_NAME.search(text)
    grouped: dict[str, list[str]] = {}
    for part in parts:
        if part.kind == "VEVENT":
            grouped.setdefault(_uid(part) if part.whole else "", []).append(part.text.rstrip("\r"))
    nameless = grouped.pop("", [])
    heading = default[1] if default else ""
    resources = [_resource(calendar, uid, texts, zones, heading) for uid, texts in grouped.items()]
    if nameless:
        resources.append(_resource(calendar, NAMELESS, nameless, zones, heading))
    return tuple(resources)


def _opening(text: str) -> str:
    """What it is instead, without its words: they are nobody's business in a log."""
    if not text.strip():
        return "it is empty"
    return "it is a web page" if text.lstrip().startswith("<") else "it is some other text"


def _zones(parts: Iterable[Section]) -> Iterator[tuple[str, str]]:
    """Of the zones that come with the calendar, those that nobody else knows: only they are ever looked at."""
    for part in parts:
        if part.kind == "VTIMEZONE" and part.whole:
            for prop in properties(part.text, {"TZID"}):
                if known(prop.value) is None:
                    yield prop.value, part.text.rstrip("\r")


def _uid(part: Section) -> str:
    match = UID.search(part.text)
    if match and "BEGIN:" in part.text[6 : match.start()].upper():  # the UID of an alarm
        return next((p.value for p in properties(part.text, {"UID"})), "")
    return FOLD.sub("", match[1]).strip() if match else ""


def _resource(
    calendar: CalendarId, href: str, texts: Sequence[str], zones: Mapping[str, str], heading: str
) -> Resource:
    events = "\n".join(texts)
    named = {m[1].strip('"') for m in TZID.finditer(events)} if zones else set[str]()
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        heading,
        *(zones[n] for n in zones if n in named),
        events,
        "END:VCALENDAR",
    ]
    body = "\n".join(filter(None, lines)) + "\n"
    return Resource(calendar, href, hashlib.sha256(body.encode()).hexdigest()[:16], body)
