"""The calendars of one Google account: what they hold, and how Google answers about it, for good and for ill.

The rules are those of Google's guides (sync, recurring events, extended properties, event types, errors). The person's
own hand, and other programs', are :meth:`Calendars.put`, :meth:`change`, :meth:`remove` and their like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeAlias

Item: TypeAlias = dict[str, Any]
Query: TypeAlias = Mapping[str, str]

ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
WRITERS = frozenset(ROLES[2:])
NEVER_WITH_A_TOKEN = frozenset(
    {"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"}
)
ID = re.compile(r"[0-9a-v]{5,1024}")
LONGEST_NAME, LONGEST_VALUE = 44, 1024
"""Of private properties: those with longer names vanish, longer values are cut, and nobody is told."""

OWN = frozenset(
    {"kind", "etag", "id", "iCalUID", "htmlLink", "created", "updated", "creator", "organizer", "eventType"}
    | {"recurringEventId", "originalStartTime"}
)
"""Fields that a change does not touch."""

SHOWN_TO_STRANGERS = frozenset(
    {"kind", "etag", "id", "status", "iCalUID", "start", "end", "visibility", "transparency", "recurrence", "eventType"}
    | {"recurringEventId", "originalStartTime"}
)
SPECIAL = {"focusTime": "focusTimeProperties", "outOfOffice": "outOfOfficeProperties"}


class RefusedError(Exception):
    """A request that Google refuses, with the status and reason it gives."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}


@dataclass
class Calendar:
    """``touched``: event id → number of its last change. Sync tokens from before ``oldest`` are expired."""

    id: str
    summary: str
    role: str = "owner"
    primary: bool = False
    zone: str = "Europe/Oslo"
    events: dict[str, Item] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    count: int = 0
    oldest: int = 0

    @property
    def entry(self) -> Item:
        """As the list of calendars shows it."""
        flags = {"primary": True} if self.primary else {}
        said = {"kind": "calendar#calendarListEntry", "etag": '"1"', "id": self.id, "summary": self.summary}
        return {**said, "timeZone": self.zone, "accessRole": self.role, "selected": True, **flags}


class Calendars:
    """``workspace``: the account may have focus time. ``page_size``: the most that comes in one answer.

    ``blind``: taken ids are not noticed, as Google says may happen; the later insert then wins. ``forgetful``: what is
    cancelled is not found by its UID any more, since Google promises no more of it than its id.
    """

    def __init__(self, now: Callable[[], int], owner: str = "me@example.com") -> None:
        self.calendars: dict[str, Calendar] = {}
        self.workspace = True
        self.page_size = 2500
        self.blind = False
        self.forgetful = True
        self._now = now
        self._owner = owner
        self._pages: dict[str, tuple[str, list[Item], str]] = {}
        self._numbers = count(1)
        self.add(owner, "Me", primary=True)

    # ---- the person's hand -----------------------------------------------------------------------------------------

    def add(self, name: str, summary: str, role: str = "owner", *, primary: bool = False) -> Calendar:
        made = self.calendars[name] = Calendar(name, summary, role, primary)
        return made

    def put(self, calendar: str, item: Item) -> Item:
        """Store ``item`` whatever was there; what was deleted under its id is back. One that recurs no more has no
        exceptions either."""
        held = self.calendars[calendar]
        for name in [k for k, v in held.events.items() if v.get("recurringEventId") == item["id"]]:
            if "recurrence" not in item:
                del held.events[name], held.touched[name]
        return self._store(self.calendars[calendar], {"status": "confirmed", **item})

    def change(self, calendar: str, event: str, **fields: Any) -> Item:
        return self._store(self.calendars[calendar], {**self.calendars[calendar].events[event], **fields})

    def remove(self, calendar: str, event: str) -> None:
        self._cancel(self.calendars[calendar], event)

    def cancel_instance(self, calendar: str, series: str, original: Item) -> None:
        """One instance of a series is deleted."""
        self._store(self.calendars[calendar], {**self._instance(calendar, series, original), "status": "cancelled"})

    def change_instance(self, calendar: str, series: str, original: Item, **fields: Any) -> Item:
        """One instance of a series becomes an event of its own."""
        master = self.calendars[calendar].events[series]
        inherited = {k: v for k, v in master.items() if k not in {*OWN, "recurrence"}}
        instance = {**inherited, **self._instance(calendar, series, original), **fields}
        return self._store(self.calendars[calendar], instance)

    def expire(self, calendar: str) -> None:
        """Forget what changed: every sync token given so far is worth nothing."""
        held = self.calendars[calendar]
        held.count += 1
        held.oldest = held.count

    def standing(self, calendar: str) -> dict[str, Item]:
        """Id → event, of those that are not cancelled."""
        return {k: v for k, v in self.calendars[calendar].events.items() if v["status"] != "cancelled"}

    def role(self, calendar: str) -> str:
        """The person's role on a calendar, "" where there is no such calendar."""
        held = self.calendars.get(calendar)
        return held.role if held else "owner" if calendar == "primary" else ""

    # ---- the API: reading ------------------------------------------------------------------------------------------

    def entries(self, query: Query) -> Item:
        items = [held.entry for held in self.calendars.values()]
        page = self._page("calendars", query, items, "list-token")
        return {"kind": "calendar#calendarList", "etag": '"1"', **page}

    def entry(self, calendar: str) -> Item:
        return self._calendar(calendar).entry

    def listing(self, calendar: str, query: Query) -> Item:
        held = self._calendar(calendar)
        if query.get("singleEvents") == "true":
            raise RefusedError(400, "notImplementedHere")
        items = [self._shown(held, item) for item in self._listed(held, query)]
        token = "" if NEVER_WITH_A_TOKEN & query.keys() else f"{held.count}=={_terms(query)}"
        page = self._page(calendar, query, items, token)
        head = {"kind": "calendar#events", "etag": f'"{held.count}"', "summary": held.summary}
        return {**head, "updated": self._stamp(), "timeZone": held.zone, "accessRole": held.role, **page}

    def get(self, calendar: str, event: str) -> Item:
        held = self._calendar(calendar)
        if event not in held.events:
            raise RefusedError(404, "notFound")
        return self._shown(held, held.events[event])

    # ---- the API: writing ------------------------------------------------------------------------------------------

    def insert(self, calendar: str, body: Item) -> Item:
        held = self._writable(calendar)
        body = {"id": f"auto{next(self._numbers):05d}", **body}
        if not ID.fullmatch(body["id"]):
            raise RefusedError(400, "invalid")
        if body["id"] in held.events and not self.blind:
            raise RefusedError(409, "duplicate")
        self._judge(held, body)
        return self._store(held, {"status": "confirmed", **body})

    def update(self, calendar: str, event: str, body: Item, match: str | None) -> Item:
        held = self._writable(calendar)
        old = self._current(held, event, match)
        new = {k: v for k, v in body.items() if k not in OWN} | {k: v for k, v in old.items() if k in OWN}
        if body.get("eventType", old["eventType"]) != old["eventType"]:
            raise RefusedError(400, "eventTypeImmutable")
        self._judge(held, new)
        return self._store(held, {"status": "confirmed", **new})

    def patch(self, calendar: str, event: str, body: Item, match: str | None) -> Item:
        held = self.calendars.get(calendar)
        old = held.events.get(event, {}) if held else {}
        merged = _merged({k: v for k, v in old.items() if k not in OWN}, body)
        return self.update(calendar, event, merged, match)

    def delete(self, calendar: str, event: str, match: str | None) -> None:
        held = self._writable(calendar)
        if event not in held.events:
            raise RefusedError(404, "notFound")
        if held.events[event]["status"] == "cancelled":
            raise RefusedError(410, "deleted")
        self._current(held, event, match)
        self._cancel(held, event)

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _calendar(self, name: str) -> Calendar:
        if name == "primary":
            return next(held for held in self.calendars.values() if held.primary)
        if name not in self.calendars:
            raise RefusedError(404, "notFound")
        return self.calendars[name]

    def _writable(self, name: str) -> Calendar:
        held = self._calendar(name)
        if held.role not in WRITERS:
            raise RefusedError(403, "requiredAccessLevel")
        return held

    def _current(self, held: Calendar, event: str, match: str | None) -> Item:
        """What stands there, if ``match`` allows it to be changed."""
        if event not in held.events:
            raise RefusedError(404, "notFound")
        if match not in (None, "*", held.events[event]["etag"]):
            raise RefusedError(412, "conditionNotMet")
        return held.events[event]

    def _store(self, held: Calendar, item: Item) -> Item:
        held.count += 1
        held.touched[item["id"]] = held.count
        stamp, me = self._stamp(), {"email": held.id, "self": True}
        made = {"created": stamp, "creator": me, "organizer": me, "eventType": "default", "sequence": 0}
        made |= {
            "iCalUID": f"{item['id']}@google.com",
            "htmlLink": f"https://www.google.com/calendar/event?eid={held.count}",
        }
        kept = {"kind": "calendar#event", **made, **_within_limits(item), "updated": stamp}
        held.events[item["id"]] = {**kept, "etag": f'"{3_500_000_000 + next(self._numbers)}"'}
        return held.events[item["id"]]

    def _cancel(self, held: Calendar, event: str) -> None:
        """The event, and with it every exception of its series."""
        for item in list(held.events.values()):
            if event in (item["id"], item.get("recurringEventId")):
                self._store(held, {**item, "status": "cancelled"})

    def _instance(self, calendar: str, series: str, original: Item) -> Item:
        at = original.get("dateTime") or original["date"]
        stamp = datetime.fromisoformat(at).astimezone(UTC) if "dateTime" in original else datetime.fromisoformat(at)
        name = f"{stamp:%Y%m%dT%H%M%SZ}" if "dateTime" in original else f"{stamp:%Y%m%d}"
        uid = self.calendars[calendar].events[series]["iCalUID"]
        return {"id": f"{series}_{name}", "iCalUID": uid, "recurringEventId": series, "originalStartTime": original}

    def _listed(self, held: Calendar, query: Query) -> Iterable[Item]:
        """The events that a listing tells of, those changed last at the end."""
        since = _since(held, query) if "syncToken" in query else 0
        deleted = query.get("showDeleted") == "true"
        for name, number in sorted(held.touched.items(), key=lambda pair: pair[1]):
            item = held.events[name]
            series = held.events.get(item.get("recurringEventId", ""), {"status": "cancelled"})
            wanted = deleted or item["status"] != "cancelled" or series["status"] != "cancelled"
            uid = "" if item["status"] == "cancelled" and self.forgetful else item["iCalUID"]
            if number > since and wanted and query.get("iCalUID", uid) == uid:
                yield item

    def _shown(self, held: Calendar, item: Item) -> Item:
        """As this account may see it. Of what is deleted, no more than Google promises."""
        if item["status"] == "cancelled":
            names = {"kind", "id", "status", "recurringEventId", "originalStartTime"}
            return {k: v for k, v in item.items() if k in names}
        secret = item.get("visibility") in ("private", "confidential") and held.role not in ("writer", "owner")
        if secret or held.role == "freeBusyReader":
            return {"visibility": "private", **{k: v for k, v in item.items() if k in SHOWN_TO_STRANGERS}}
        return item

    def _page(self, of: str, query: Query, items: list[Item], token: str) -> Item:
        """One page of ``items``, and how to get the next; the sync token only with the last."""
        size = min(int(query.get("maxResults", 250)), self.page_size)
        terms = f"{of} {_terms(query)}"
        if "pageToken" in query:
            asked, items, token = self._pages.get(query["pageToken"], ("", [], ""))
            if asked != terms:
                raise RefusedError(400, "invalidPageToken")
        here, rest = items[:size], items[size:]
        if not rest:
            return {"items": here, **({"nextSyncToken": token} if token else {})}
        name = f"page-{next(self._numbers)}"
        self._pages[name] = (terms, rest, token)
        return {"items": here, "nextPageToken": name}

    def _judge(self, held: Calendar, item: Item) -> None:
        """Raises for an event that Google would not have."""
        kind = item.get("eventType", "default")
        if "start" not in item or "end" not in item or _moment(item["end"]) < _moment(item["start"]):
            raise RefusedError(400, "timeRangeEmpty")
        if item.get("recurrence") and "date" not in item["start"] and "timeZone" not in item["start"]:
            raise RefusedError(400, "timeZoneRequired")
        if any(properties in item for special, properties in SPECIAL.items() if special != kind):
            raise RefusedError(400, "malformedEventTypeProperties")
        if kind in SPECIAL:
            timed, opaque = "dateTime" in item["start"], item.get("transparency", "opaque") == "opaque"
            if not (self.workspace and held.primary and timed and opaque and SPECIAL[kind] in item):
                raise RefusedError(400, "eventTypeRestriction")
        elif kind != "default":
            raise RefusedError(400, "eventTypeRestriction")

    def _stamp(self) -> str:
        return f"{datetime.fromtimestamp(self._now(), UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _since(held: Calendar, query: Query) -> int:
    """The change after which to tell of. Raises for a token that is expired, garbled or used with other terms."""
    number, _, terms = query["syncToken"].partition("==")
    if NEVER_WITH_A_TOKEN & query.keys() or query.get("showDeleted") == "false":
        raise RefusedError(400, "invalidParameterWithSyncToken")
    if not number.isdecimal() or terms != _terms(query):
        raise RefusedError(400, "invalid")
    if not held.oldest <= int(number) <= held.count:
        raise RefusedError(410, "fullSyncRequired")
    return int(number)


def _terms(query: Query) -> str:
    """What must be asked in the same way each time."""
    return "&".join(f"{k}={v}" for k, v in sorted(query.items()) if k not in ("pageToken", "syncToken"))


def _within_limits(item: Item) -> Item:
    private = item.get("extendedProperties", {}).get("private")
    if private is None:
        return item
    kept = {name: value[:LONGEST_VALUE] for name, value in private.items() if len(name) <= LONGEST_NAME}
    return {**item, "extendedProperties": {**item["extendedProperties"], "private": kept}}


def _merged(old: Item, changes: Item) -> Item:
    """As PATCH changes an object: null takes a field away."""
    made = dict(old)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict):
            made[name] = _merged(old[name], value)
        else:
            made[name] = value
    return {name: value for name, value in made.items() if value is not None}


def _moment(time: Item) -> datetime:
    when = datetime.fromisoformat(time.get("dateTime") or time["date"])
    return when if when.tzinfo else when.replace(tzinfo=UTC)
