"""What an event says, as compact text: so that reading it back needs neither its codec nor its body.

Whatever has its default is left out. ``recurrence_id`` is not here: it belongs to each occurrence. A change of the form
raises :data:`FACTS`, upon which all stored bodies are read anew.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from timeblock.core.event import Answer, Attendee, Event, EventKey, EventType, Mark, Status

FACTS = 5

COMPACT = json.JSONEncoder(separators=(",", ":"))

PLAIN = ("summary", "location", "transparent", "private", "organizer", "online", "recurring", "created")


def facts(event: Event) -> str:
    """``event`` without its key and recurrence id."""
    said: dict[str, object] = {name: value for name in PLAIN if (value := getattr(event, name))}
    if event.status is not Status.CONFIRMED:
        said["status"] = event.status
    if event.type is not EventType.DEFAULT:
        said["type"] = event.type
    if event.categories:
        said["categories"] = event.categories
    if event.attendees:
        said["attendees"] = [(a.email, a.answer, a.me) for a in event.attendees]
    if event.done is not None:
        said["done"] = event.done
    if event.mark:
        said["mark"] = (event.mark.key, event.mark.generation, event.mark.fingerprint)
    return COMPACT.encode(said)


def event(key: EventKey, text: str, recurrence_id: str = "") -> Event:
    """The event that :func:`facts` made ``text`` of."""
    said: dict[str, Any] = json.loads(text)
    mark = said.get("mark")
    return Event(
        key=key,
        recurrence_id=recurrence_id,
        status=Status(said.get("status", Status.CONFIRMED)),
        type=EventType(said.get("type", EventType.DEFAULT)),
        categories=tuple(said.get("categories", ())),
        attendees=tuple(Attendee(email, Answer(answer), me) for email, answer, me in said.get("attendees", ())),
        mark=Mark(*mark) if mark else None,
        **{name: said[name] for name in (*PLAIN, "done") if name in said},
    )


def event_id(owner: str, key: EventKey, text: str) -> int:
    """63 bits that name what the event of ``key`` says; the same on every machine."""
    named = (owner, key.calendar.account, key.calendar.path, key.href, key.uid, text)
    digest = hashlib.sha256("\0".join(named).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
