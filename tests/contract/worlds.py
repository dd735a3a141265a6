"""Each backend with a calendar of its own, and the hand of another program in it."""

from __future__ import annotations

import base64
import itertools
import json
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.google.account import account
from tests.google.server import local_google
from tests.servers import Server
from timeblock.calendars.caldav import CalDAV
from timeblock.calendars.feed import Feed
from timeblock.calendars.folder import Folder
from timeblock.calendars.memory import Memory
from timeblock.core.event import CalendarId, Resource
from timeblock.errors import CursorExpired
from timeblock.sync.backend import Backend

NOW = 1_795_000_000
COUNT = itertools.count()
NEW = (
    b"<c:mkcalendar xmlns:d='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'>"
    b"<d:set><d:prop><d:displayname>Test</d:displayname></d:prop></d:set></c:mkcalendar>"
)
"""Some servers make no calendar without a property."""


def event(uid: str, summary: str = "Standup", *lines: str, day: str = "20261123") -> str:
    """A calendar with one event of an hour, as another program would write it."""
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Another//Program//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20261101T000000Z",
            f"DTSTART:{day}T090000Z",
            f"DTEND:{day}T100000Z",
            f"SUMMARY:{summary}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


THEIRS = (
    "X-THEIRS:kept to the letter",
    "CATEGORIES:Red",
    "ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:mailto:bo@example.com",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "DESCRIPTION:Soon",
    "TRIGGER:-PT10M",
    "END:VALARM",
)
"""What another program has to say of an event."""


GOOGLE_THEIRS = {
    "colorId": "11",
    "location": "Canteen",
    "attendees": [{"email": "bo@example.com", "responseStatus": "accepted"}],
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
}


class World(ABC):
    """``idle_requests``: what a sync costs when nothing has changed."""

    backend: Backend
    calendar: CalendarId
    idle_requests: int

    @abstractmethod
    def put(self, uid: str, summary: str = "Standup", *, adorned: bool = False) -> None:
        """Another program stores an event; ``adorned``, with much that is none of our business."""

    @abstractmethod
    def remove(self, uid: str) -> None:
        """Another program deletes the event."""

    @abstractmethod
    def raw(self, uid: str) -> str:
        """What is stored, as another program sees it."""

    @abstractmethod
    def adornments(self, uid: str) -> Sequence[object]:
        """What stands of all that came with ``adorned``, as another program sees it."""

    def stale(self, cursor: str) -> str:
        """``cursor`` as it is once the other side has forgotten it."""
        return cursor

    @property
    def elsewhere(self) -> CalendarId:
        """A calendar that does not exist."""
        return CalendarId(self.calendar.account, self.calendar.path.rstrip("/") + "-gone/")

    def close(self) -> None:
        self.backend.close()


class Textual(World):
    """Where events are texts in iCalendar."""

    @abstractmethod
    def store(self, uid: str, body: str) -> None:
        """Another program stores ``body``."""

    def put(self, uid: str, summary: str = "Standup", *, adorned: bool = False) -> None:
        self.store(uid, event(uid, summary, *(THEIRS if adorned else ())))

    def adornments(self, uid: str) -> Sequence[object]:
        lines = self.raw(uid).replace("\r\n ", "").splitlines()
        return [line for line in THEIRS if line in lines]


class InMemory(Textual):
    idle_requests = 1

    def __init__(self) -> None:
        self.memory = Memory("memory")
        self.backend = self.memory
        self.calendar = self.memory.add("work")

    def store(self, uid: str, body: str) -> None:
        self.memory.put(self.calendar, f"{uid}.ics", body)

    def remove(self, uid: str) -> None:
        self.memory.remove(self.calendar, f"{uid}.ics")

    def raw(self, uid: str) -> str:
        return self.memory.read(self.calendar, f"{uid}.ics").body

    def stale(self, cursor: str) -> str:
        self.memory.expire(self.calendar)
        return cursor


class InFolder(Textual):
    idle_requests = 0

    def __init__(self, path: Path) -> None:
        self.folder = path / "calendars" / "work"
        self.folder.mkdir(parents=True)
        self.backend = Folder("folder", self.folder.parent)
        self.calendar = CalendarId("folder", "work")

    def store(self, uid: str, body: str) -> None:
        new = self.folder / f".{uid}.tmp"
        new.write_bytes(body.encode())
        new.rename(self.folder / f"{uid}.ics")

    def remove(self, uid: str) -> None:
        (self.folder / f"{uid}.ics").unlink()

    def raw(self, uid: str) -> str:
        return (self.folder / f"{uid}.ics").read_bytes().decode()


@dataclass
class OnServer(Textual):
    """A new calendar on a CalDAV server; the other program is the standard library."""

    server: Server
    home: str
    calendar: CalendarId = field(init=False)
    idle_requests: int = 1

    def __post_init__(self) -> None:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.server.url, "alice", "secret")
        self.opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
        self.calendar = CalendarId("dav", f"{self.home}calendar-{next(COUNT)}/")
        self.recreate()
        self.backend = CalDAV("dav", self.server.url, "alice", lambda: "secret", lambda: NOW)

    def store(self, uid: str, body: str) -> None:
        self.http("PUT", f"{self.calendar.path}{uid}.ics", body.encode())

    def remove(self, uid: str) -> None:
        self.http("DELETE", f"{self.calendar.path}{uid}.ics")

    def raw(self, uid: str) -> str:
        return self.http("GET", f"{self.calendar.path}{uid}.ics").decode()

    def stale(self, cursor: str) -> str:
        return json.dumps({**json.loads(cursor), "token": "https://example.org/ns/sync/never-given"})

    def close(self) -> None:
        """Without the calendar, too: Cyrus lets a person use a UID in one calendar only."""
        self.drop()
        super().close()

    def recreate(self) -> None:
        """The calendar anew and empty, at the same address."""
        self.drop()
        self.http("MKCALENDAR", self.calendar.path, NEW)

    def drop(self) -> None:
        with suppress(urllib.error.HTTPError):  # Cyrus answers 404 once it has deleted the calendar
            self.http("DELETE", self.calendar.path)

    def http(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": "Basic " + base64.b64encode(b"alice:secret").decode()}
        if body is not None:
            kind = "application/xml" if method == "MKCALENDAR" else "text/calendar"
            headers["Content-Type"] = f"{kind}; charset=utf-8"
        request = urllib.request.Request(self.server.url + path.lstrip("/"), body, headers, method=method)
        with self.opener.open(request, timeout=20) as answer:
            content: bytes = answer.read()
            return content


class InFeed(Textual):
    """Read-only: one file, which another program writes anew for each change."""

    idle_requests = 0

    def __init__(self, path: Path) -> None:
        self.file = path / "feed.ics"
        self.bodies: dict[str, str] = {}
        self._write()
        self.backend = Feed("feed", str(self.file), lambda: NOW)
        self.calendar = self.backend.calendars()[0].id

    def store(self, uid: str, body: str) -> None:
        self.bodies[uid] = body
        self._write()

    def remove(self, uid: str) -> None:
        del self.bodies[uid]
        self._write()

    def raw(self, uid: str) -> str:
        return self.bodies[uid]

    def _write(self) -> None:
        events = [b[b.index("BEGIN:VEVENT") : b.index("END:VCALENDAR")] for b in self.bodies.values()]
        new = self.file.with_suffix(".tmp")
        new.write_bytes("".join(["BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", *events, "END:VCALENDAR\r\n"]).encode())
        new.rename(self.file)


class OnGoogle(World):
    """A calendar of a local Google's."""

    idle_requests = 1

    def __init__(self) -> None:
        self._open = ExitStack()
        self.google = self._open.enter_context(local_google())
        self.google.calendars.page_size = 25
        self.backend = account(self.google)
        self.calendar = CalendarId("google", "family@group.calendar.google.com")
        self.google.calendars.add(self.calendar.path, "Family")

    def put(self, uid: str, summary: str = "Standup", *, adorned: bool = False) -> None:
        times = {"start": {"dateTime": "2026-11-23T10:00:00+01:00"}, "end": {"dateTime": "2026-11-23T11:00:00+01:00"}}
        theirs = GOOGLE_THEIRS if adorned else {}
        self.google.calendars.put(
            self.calendar.path, {"id": _google_id(uid), "iCalUID": uid, "summary": summary, **times, **theirs}
        )

    def remove(self, uid: str) -> None:
        self.google.calendars.remove(self.calendar.path, _google_id(uid))

    def raw(self, uid: str) -> str:
        return json.dumps(self.google.calendars.standing(self.calendar.path)[_google_id(uid)])

    def adornments(self, uid: str) -> Sequence[object]:
        item = json.loads(self.raw(uid))
        return [item[name] for name, value in GOOGLE_THEIRS.items() if item.get(name) == value]

    def stale(self, cursor: str) -> str:
        self.google.calendars.expire(self.calendar.path)
        return cursor

    def close(self) -> None:
        super().close()
        self._open.close()


def _google_id(uid: str) -> str:
    """An id that Google allows: a UID of ours as it is, any other in hexadecimal."""
    return uid if uid.startswith("tb") else uid.encode().hex()


@dataclass
class Picture:
    """What we hold of a world's calendar, kept up as a pull does: ``bodies`` and ``versions`` by href."""

    world: World
    bodies: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    cursor: str | None = None
    last_changed: set[str] = field(default_factory=set)
    last_removed: set[str] = field(default_factory=set)

    def sync(self) -> Picture:
        backend, calendar = self.world.backend, self.world.calendar
        try:
            page = backend.changes(calendar, self.cursor, lambda: self.versions)
        except CursorExpired:
            page = backend.changes(calendar, None, lambda: self.versions)
        assert not page.more
        self.last_changed = {r.href for r in page.changed}
        there = self.last_changed | page.unchanged
        self.last_removed = (
            (self.versions.keys() - there) if page.complete else set(page.removed) & self.versions.keys()
        )
        for resource in page.changed:
            self.bodies[resource.href], self.versions[resource.href] = resource.body, resource.version
        for href in self.last_removed:
            del self.bodies[href], self.versions[href]
        self.cursor = page.cursor
        return self

    @property
    def summaries(self) -> dict[str, str]:
        """UID → title."""
        decode, calendar = self.world.backend.codec.decode, self.world.calendar
        found = [decode(Resource(calendar, href, "", body)).series for href, body in self.bodies.items()]
        return {s.key.uid: s.master.event.summary for series in found for s in series if s.master}
