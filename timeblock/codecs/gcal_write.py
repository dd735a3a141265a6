"""Blocks into Google Calendar's JSON: a new event, or one that stands with our part of it changed.

Nobody is ever invited, nothing rings, and what others added to an event stays as it was read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from timeblock.codecs.gcal_read import HASH, KEY, child, decode
from timeblock.codecs.ical_write import plain
from timeblock.core.event import CalendarId, Draft, EventType, Resource, When
from timeblock.core.interval import Instant
from timeblock.core.localtime import instant, local
from timeblock.errors import Incomplete

TYPES = {
    EventType.FOCUS_TIME: ("focusTime", "focusTimeProperties"),
    EventType.OUT_OF_OFFICE: ("outOfOffice", "outOfOfficeProperties"),
}
"""Google's own kinds of event, each with the field that must go with it. They always take time."""

DECLINES = {
    "none": "declineNone",
    "new": "declineOnlyNewConflictingInvitations",
    "all": "declineAllConflictingInvitations",
}


def canonical(said: Mapping[str, Any]) -> str:
    """JSON as it is stored: the same object always gives the same text."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode(draft: Draft, decline: str = "none") -> str:
    """A new event under an id of our own. ``decline``: the invitations that focus time turns down."""
    said: dict[str, Any] = {
        "id": draft.uid,
        "start": _time(draft.interval.start, draft.zone),
        "end": _time(draft.interval.end, draft.zone),
        "reminders": {"useDefault": False},
        "extendedProperties": {"private": _mark(draft)},
        **_said(draft),
    }
    if draft.description:
        said["description"] = plain(draft.description)
    if draft.private:
        said["visibility"] = "private"
    if draft.type in TYPES and draft.busy:
        kind, properties = TYPES[draft.type]
        said |= {"eventType": kind, properties: {"autoDeclineMode": DECLINES[decline]}}
    return canonical(said)


def patch(body: str, draft: Draft) -> str:
    """``body`` with start, end, title, free/busy and mark of ``draft``; all else stays as it was read.

    A time that is right already keeps the words it is said in. Raises ``Incomplete`` where ``body`` is not the one
    event with the draft's id.
    """
    old = next((s.master for s in decode(Resource(CalendarId("", ""), "", "", body)).series), None)
    said: dict[str, Any] = json.loads(body) if old else {}
    if old is None or said.get("id") != draft.uid:
        raise Incomplete(f"the event {draft.uid} cannot be changed: what is known of it is no event of that id")
    for name, stands, at in (("start", old.start, draft.interval.start), ("end", old.end, draft.interval.end)):
        if not _is_at(stands, at):
            said[name] = _time(at, draft.zone)
    extended = child(said, "extendedProperties")
    private = {**child(extended, "private"), **_mark(draft)}
    return canonical({**said, **_said(draft), "extendedProperties": {**extended, "private": private}})


def _said(draft: Draft) -> dict[str, str]:
    return {"summary": plain(draft.summary), "transparency": "opaque" if draft.busy else "transparent"}


def _mark(draft: Draft) -> dict[str, str]:
    return {KEY: draft.mark.name, HASH: draft.fingerprint}


def _time(at: Instant, zone: str) -> dict[str, str]:
    return {"dateTime": local(at, ZoneInfo(zone)).isoformat(), "timeZone": zone}


def _is_at(when: When, at: Instant) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None and instant(when) == at
