"""Google Calendar's JSON (Calendar API v3) into series. Nothing here raises: what cannot be read is set aside.

A body is one event; or, for a series, ``{"items": […]}``: the recurring event and its exceptions, which Google keeps as
events of their own that name it (``recurringEventId``) and the instance they stand for (``originalStartTime``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from timeblock.codecs import ical_read
from timeblock.codecs.ical_read import LINK_FOR_A_PLACE, STATUSES, has_meeting_link
from timeblock.codecs.ical_zones import known
from timeblock.core.event import (
    Answer,
    Attendee,
    CalendarId,
    Component,
    Decoded,
    Event,
    EventKey,
    EventType,
    Mark,
    Resource,
    Series,
    SetAside,
    Status,
    When,
)
from timeblock.core.interval import Instant
from timeblock.core.localtime import instant

Item: TypeAlias = Mapping[str, Any]

KEY, HASH = "timeblock-key", "timeblock-hash"
"""Private properties that carry our mark. Google drops those with names over 44 characters, and cuts values at 1024."""

TYPES = {
    "focusTime": EventType.FOCUS_TIME,
    "outOfOffice": EventType.OUT_OF_OFFICE,
    "workingLocation": EventType.WORKING_LOCATION,
    "birthday": EventType.BIRTHDAY,
}
NOT_BUSY = frozenset({EventType.WORKING_LOCATION, EventType.BIRTHDAY})
ANSWERS = {"needsAction": Answer.NEEDS_ACTION, **{a.value: a for a in Answer}}
LONGEST_RECURRENCE = 100_000
"""Characters of all recurrence lines of an event together; 1,000 single dates take 20,000."""

_NOWHERE = (CalendarId("", ""), "", "")


class _Unreadable(Exception):
    """An event cannot be read; the text says why."""


def decode(resource: Resource) -> Decoded:
    """The series of a body. Never raises."""
    try:
        items = _items(resource.body)
        first = next((item for item in items if not item.get("recurringEventId")), items[0])
        key = EventKey(resource.calendar, resource.href, _uid(first))
    except _Unreadable as reason:
        return Decoded(set_aside=(SetAside(resource.calendar, resource.href, "", str(reason)),))
    reasons = list[str]()
    components = [c for item in items if (c := _read(item, key, reasons))]
    aside = tuple(SetAside(resource.calendar, resource.href, key.uid, reason) for reason in dict.fromkeys(reasons))
    if not components:
        return Decoded(set_aside=aside)
    master = next((c for c in components if c.replaces is None), None)
    return Decoded((Series(key, master, tuple(c for c in components if c.replaces is not None)),), aside)


def _items(body: str) -> Sequence[Item]:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    listed = said.get("items", [said]) if isinstance(said, dict) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(item, dict) for item in listed):
        raise _Unreadable("it is no event of Google Calendar")
    return listed


def _read(item: Item, key: EventKey, reasons: list[str]) -> Component | None:
    try:
        return _component(item, key, reasons)
    except _Unreadable as reason:
        reasons.append(str(reason))
        return None


def _uid(item: Item) -> str:
    """The UID that other calendars know the event by. For an event of ours, which is one of Google's own making, it is
    the id that we chose."""
    uid, own = text(item, "iCalUID"), text(item, "id")
    if not own:
        raise _Unreadable("it has no id")
    return own if not uid or (uid == f"{own}@google.com" and _mark(item)) else uid


# --- When -------------------------------------------------------------------------------------------------------------


def _component(item: Item, key: EventKey, reasons: list[str]) -> Component:
    replaces = _when(item, "originalStartTime") if item.get("recurringEventId") else None
    cancelled = replaces is not None and item.get("status") == Status.CANCELLED
    start = replaces if cancelled else _when(item, "start")
    if start is None:
        raise _Unreadable("it has no start")
    end = start if cancelled else _end(item, start)
    rules = _rules(item, start, reasons) if replaces is None else None
    recurring = replaces is not None or bool(rules and (rules.rules or rules.extra))
    return Component(
        event=_event(item, key, recurring),
        start=start,
        end=end,
        rules=rules.rules if rules else (),
        extra=rules.extra if rules else (),
        excluded=rules.excluded if rules else (),
        replaces=replaces,
    )


def _end(item: Item, start: When) -> When:
    end = _when(item, "end")
    if end is not None:
        return end
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _when(item: Item, name: str) -> When | None:
    """A day, or a moment on the clock of the zone that is named with it; None where there is none."""
    said = child(item, name)
    day, moment, zone = text(said, "date"), text(said, "dateTime"), known(text(said, "timeZone"))
    try:
        if day:
            return date.fromisoformat(day)
        when = datetime.fromisoformat(moment) if moment else None
        if when is None or zone is None:
            return when
        return when.astimezone(zone) if when.tzinfo else when.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise _Unreadable(f"its {name} is no date") from None


def _rules(item: Item, start: When, reasons: list[str]) -> Component | None:
    """The lines of ``recurrence``, which are those of iCalendar (RFC 5545), read as part of an event at ``start``."""
    lines = item.get("recurrence")
    if not isinstance(lines, list) or not lines:
        return None
    joined = "\n".join(line for line in lines if isinstance(line, str))
    if len(joined) > LONGEST_RECURRENCE:
        raise _Unreadable("its recurrence is too long to be read")
    at = f"{start:%Y%m%dT%H%M%S}" if isinstance(start, datetime) else f"{start:%Y%m%d}"
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:recurrence\nDTSTART:{at}\n{joined}\nEND:VEVENT\nEND:VCALENDAR\n"
    read = ical_read.decode(Resource(*_NOWHERE, event))
    reasons += [aside.reason for aside in read.set_aside]
    return next((series.master for series in read.series), None)


# --- What it says -----------------------------------------------------------------------------------------------------


def _event(item: Item, key: EventKey, recurring: bool) -> Event:
    kind = TYPES.get(text(item, "eventType"), EventType.DEFAULT)
    attendees = tuple(_attendees(item))
    organizer = child(item, "organizer")
    alone = not attendees and organizer.get("self") is True
    return Event(
        key=key,
        summary=text(item, "summary").strip(),
        location=text(item, "location").strip(),
        status=STATUSES.get(text(item, "status"), Status.CONFIRMED),
        transparent=text(item, "transparency") == "transparent" or kind in NOT_BUSY,
        private=text(item, "visibility") in ("private", "confidential"),
        organizer="" if alone else text(organizer, "email").lower(),
        attendees=attendees,
        type=kind,
        online=_online(item),
        recurring=recurring,
        created=_created(text(item, "created")),
        mark=_mark(item),
    )


def _created(moment: str) -> Instant | None:
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return instant(at) if at.tzinfo and at.year > 1970 else None


def _attendees(item: Item) -> Iterator[Attendee]:
    """Those invited. The person is among them, too, where they invite others and are not on the list themselves."""
    listed = item.get("attendees")
    guests = [guest for guest in listed if isinstance(guest, dict)] if isinstance(listed, list) else []
    for guest in guests:
        answer = ANSWERS.get(text(guest, "responseStatus"), Answer.NEEDS_ACTION)
        yield Attendee(text(guest, "email").lower(), answer, guest.get("self") is True)
    organizer = child(item, "organizer")
    if guests and organizer.get("self") is True and not any(guest.get("self") is True for guest in guests):
        yield Attendee(text(organizer, "email").lower(), Answer.ACCEPTED, me=True)


def _online(item: Item) -> bool:
    if item.get("hangoutLink") or child(item, "conferenceData").get("entryPoints"):
        return True
    if LINK_FOR_A_PLACE.match(text(item, "location")):
        return True
    return any(has_meeting_link(text(item, name)) for name in ("location", "description"))


def _mark(item: Item) -> Mark | None:
    private = child(child(item, "extendedProperties"), "private")
    return Mark.read(text(private, KEY), text(private, HASH))


def text(said: Item, name: str) -> str:
    """The text of that name, "" where there is none."""
    value = said.get(name)
    return value if isinstance(value, str) else ""


def child(said: Item, name: str) -> Item:
    """The object of that name, an empty one where there is none."""
    value = said.get(name)
    return value if isinstance(value, dict) else {}
