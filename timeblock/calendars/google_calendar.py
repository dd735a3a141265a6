"""Calendars of a Google account (Calendar API v3): what changed, by sync token; conditional writes, under our own ids.

Google keeps the exceptions of a series as events of their own. Here a series is one resource: its body holds the
recurring event and all exceptions, and its version is made of theirs. The version also names the UID by which Google
lists the series with its exceptions, and the instances that are cancelled: of those Google tells hardly more than the
name, and does not promise to list them by that UID. So a change in a series costs one more request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from timeblock.calendars.google import Google
from timeblock.codecs import gcal
from timeblock.codecs.gcal_write import TYPES, canonical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, EventType, Resource
from timeblock.errors import CursorExpired, Gone, Incomplete, Unsure
from timeblock.google_api import Item
from timeblock.sync.backend import Codec, Known, Page

OWNER = "owner"
"""The role (accessRole) on calendars that we may write: the sign-in asks for the right to write to those one owns, and
to no others."""

LISTED = {"maxResults": "2500", "showDeleted": "true"}
"""Every listing asks in these words: a sync token holds only for the question it was given with."""

MOST_SERIES = 10
"""So many series are read one by one; where more have changed, everything is listed."""

MOST_PAGES = 1000


class GoogleCalendar:
    """The calendars that ``google``'s account shows.

    ``focus_time``: focus and leave become Google's own kinds of event, on the primary calendar, where the account may
    have them. ``decline`` is what these do to invitations.
    """

    def __init__(self, google: Google, *, focus_time: bool = False, decline: str = "none") -> None:
        self._google = google
        self._own_kinds = set(TYPES) if focus_time else set[EventType]()
        self._decline = decline

    @property
    def codec(self) -> Codec:
        return gcal

    @property
    def requests(self) -> int:
        return self._google.transport.requests

    @property
    def received(self) -> int:
        return self._google.transport.received

    @property
    def clock_ahead(self) -> int | None:
        return self._google.transport.clock_ahead

    def calendars(self) -> Sequence[CalendarInfo]:
        pages = self._pages(("users", "me", "calendarList"), {"maxResults": "250"}, "calendar#calendarList")
        return [self._info(entry) for page in pages for entry in page["items"] if not entry.get("deleted")]

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        return self.read(calendar, self.href(calendar, uid))

    def href(self, calendar: CalendarId, uid: str) -> str:
        return uid

    def close(self) -> None:
        self._google.transport.close()

    def _info(self, entry: Item) -> CalendarInfo:
        name = str(entry.get("summaryOverride") or entry.get("summary") or entry["id"])
        writable = entry.get("accessRole") == OWNER and self._google.tokens.writable
        return CalendarInfo(CalendarId(self._google.account, entry["id"]), name, writable, tasks=False)

    # --- Reading ----------------------------------------------------------------------------------------------------

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        if cursor is None:
            return self._everything(calendar, known)
        items, token = self._events(calendar, {"syncToken": _token(cursor)})
        versions = known() if items else {}
        groups = _by_series(items)
        unclear = {name: group for name, group in groups.items() if not _is_whole(name, group)}
        if len(unclear) > MOST_SERIES:
            return self._everything(calendar, known)
        groups |= {name: self._series(calendar, name, group, versions.get(name, "")) for name, group in unclear.items()}
        return _page(calendar, groups, versions, token)

    def read(self, calendar: CalendarId, href: str) -> Resource:
        item = self._event(calendar, href)
        group = self._series(calendar, href, [item]) if "recurrence" in item else [item]
        resource = _resource(calendar, href, group)
        if resource is None:
            raise Gone(f"{href} in {calendar} is cancelled")
        return resource

    def _everything(self, calendar: CalendarId, known: Known) -> Page:
        items, token = self._events(calendar, {})
        versions = known() if items else {}
        return replace(_page(calendar, _by_series(items), versions, token), removed=(), complete=True)

    def _events(self, calendar: CalendarId, query: Mapping[str, str]) -> tuple[list[Item], str]:
        """All that a listing tells, and the token to ask with next time."""
        items, token = list[Item](), ""
        for page in self._pages(("calendars", calendar.path, "events"), {**LISTED, **query}, "calendar#events"):
            items += page["items"]
            token = page.get("nextSyncToken", "")
        if not token and "iCalUID" not in query:
            raise Incomplete(f"{calendar} was listed without a sync token at its end; what is known of it stays")
        return items, token

    def _pages(self, path: Sequence[str], query: Mapping[str, str], kind: str) -> Iterator[Item]:
        """Each page, checked; nothing of them is to be believed before the last has come."""
        turn, asked = dict(query), set[str]()
        while len(asked) < MOST_PAGES:
            answer = self._google.get(path, turn)
            if answer.status in (400, 410) and "syncToken" in query:
                raise CursorExpired(f"{path[1]} no longer honours its sync token ({answer.status})")
            page = self._google.read(answer, kind)
            yield _checked(page, path[1])
            following = page.get("nextPageToken")
            if following is None:
                return
            if following in asked:
                break
            asked.add(following)
            turn["pageToken"] = following
        raise Incomplete(f"{path[1]} sends page after page without end; what is known of it stays")

    def _series(self, calendar: CalendarId, name: str, told: Sequence[Item], version: str = "") -> list[Item]:
        """The series ``name`` with all its exceptions: what Google lists now, what it ``told`` before that, and what
        the ``version`` it was known in remembers."""
        uid, holes = _remembered(version)
        found = {item["id"]: item for item in (*holes, *told)}
        uid = next((known for item in told if (known := item.get("iCalUID"))), uid)
        if not uid:
            found |= self._master(calendar, name)
            uid = found.get(name, {}).get("iCalUID", "")
        items = self._events(calendar, {"iCalUID": uid})[0] if uid else []
        found |= {item["id"]: item for item in _by_series(items).get(name, [])}
        return list((found if name in found else found | self._master(calendar, name)).values())

    def _master(self, calendar: CalendarId, name: str) -> dict[str, Item]:
        """The recurring event by its id; nothing where it is not for us to see."""
        try:
            return {name: self._event(calendar, name)}
        except Gone:
            return {}

    def _event(self, calendar: CalendarId, name: str) -> Item:
        item = self._google.read(self._google.get(self._path(calendar, name)), "calendar#event")
        if item.get("id") != name or not _is_item(item):
            raise Incomplete(f"what came for {name} in {calendar} is another event, or none")
        if item.get("status") == "cancelled":
            raise Gone(f"{name} in {calendar} is deleted")
        return item

    def _path(self, calendar: CalendarId, *name: str) -> tuple[str, ...]:
        return ("calendars", calendar.path, "events", *name)

    # --- Writing ----------------------------------------------------------------------------------------------------

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        wanted = draft if self._may_be_special(calendar, draft) else replace(draft, type=EventType.DEFAULT)
        answer = self._google.send("POST", self._path(calendar), gcal.encode(wanted, self._decline))
        if answer.status == 400 and wanted.type is not EventType.DEFAULT:
            self._own_kinds.discard(wanted.type)
            return self.create(calendar, draft)
        return self._stands(calendar, draft.uid, self._google.written(answer))

    def update(self, base: Resource, draft: Draft) -> Resource:
        body = gcal.patch(base.body, draft)
        answer = self._google.send("PUT", self._path(base.calendar, base.href), body, {"If-Match": base.version})
        return self._stands(base.calendar, base.href, self._google.written(answer))

    def delete(self, base: Resource) -> None:
        path = self._path(base.calendar, base.href)
        self._google.deleted(self._google.send("DELETE", path, condition={"If-Match": base.version}))

    def _may_be_special(self, calendar: CalendarId, draft: Draft) -> bool:
        """Google has its kinds of event on the primary calendar alone, and of those for the one who is busy."""
        return draft.type in self._own_kinds and draft.busy and calendar.path == self._primary

    @cached_property
    def _primary(self) -> str:
        answer = self._google.get(("users", "me", "calendarList", "primary"))
        return str(self._google.read(answer, "calendar#calendarListEntry").get("id"))

    def _stands(self, calendar: CalendarId, href: str, item: Item) -> Resource:
        """What Google says that it wrote. Raises ``Unsure`` where that is not what was sent."""
        resource = _resource(calendar, href, [item]) if item.get("id") == href and _is_item(item) else None
        if resource is None:
            raise Unsure(
                f"Google answered the write of {href} with another event; it is looked up before anything else"
            )
        return resource


def _token(cursor: str) -> str:
    """Raises ``CursorExpired`` for a cursor that we did not write: the account was of another kind before."""
    try:
        read: object = json.loads(cursor)
    except ValueError:
        read = None
    token = read.get("syncToken") if isinstance(read, dict) else None
    if not isinstance(token, str):
        raise CursorExpired("the cursor is not one of Google Calendar")
    return token


def _checked(page: Item, name: str) -> Item:
    """``page`` if it can be one: a list of events or calendars, each with an id, and at most one way to go on."""
    items, ways = page.get("items"), [page.get("nextPageToken"), page.get("nextSyncToken")]
    listed = isinstance(items, list) and all(map(_is_item, items))
    if not listed or None not in ways or not all(way is None or (isinstance(way, str) and way) for way in ways):
        raise Incomplete(f"what came for {name} is no page of a listing; what is known of it stays")
    return page


def _is_item(item: object) -> bool:
    """Whether it has what Google promises of every event and calendar; of a cancelled event, that is hardly a name."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        return False
    texts = (item.get("recurringEventId", ""), item.get("iCalUID", ""))
    versioned = item.get("status") == "cancelled" or isinstance(item.get("etag"), str)
    return versioned and all(isinstance(text, str) for text in texts)


# --- Events and series ------------------------------------------------------------------------------------------------


def _by_series(items: Iterable[Item]) -> dict[str, list[Item]]:
    """The items of each single event and each series, the last word on each item."""
    groups: dict[str, dict[str, Item]] = {}
    for item in items:
        groups.setdefault(item.get("recurringEventId") or item["id"], {})[item["id"]] = item
    return {name: list(group.values()) for name, group in groups.items()}


def _is_whole(name: str, group: Sequence[Item]) -> bool:
    """Whether a group of changed items is all there is of the event: it stands alone, or is deleted."""
    own = next((item for item in group if item["id"] == name), None)
    return own is not None and (own.get("status") == "cancelled" or "recurrence" not in own)


def _remembered(version: str) -> tuple[str, list[Item]]:
    """The UID and the cancelled instances of a series, as :func:`_version` put them down; nothing for other events."""
    try:
        said: object = json.loads(version)
    except ValueError:
        said = None
    return (said["uid"], said["holes"]) if isinstance(said, dict) and said.keys() >= {"uid", "holes"} else ("", [])


def _version(items: Sequence[Item]) -> str:
    etags = "".join(f"{item['id']} {item.get('etag')}\n" for item in items)
    return canonical(
        {
            "etags": hashlib.sha256(etags.encode()).hexdigest()[:32],
            "uid": next((uid for item in items if (uid := item.get("iCalUID"))), ""),
            "holes": [item for item in items if item.get("status") == "cancelled"],
        }
    )


def _page(calendar: CalendarId, groups: Mapping[str, Sequence[Item]], versions: Mapping[str, str], token: str) -> Page:
    found = {name: _resource(calendar, name, group) for name, group in groups.items()}
    there = {name: resource for name, resource in found.items() if resource is not None}
    unchanged = frozenset(name for name, resource in there.items() if versions.get(name) == resource.version)
    return Page(
        changed=tuple(resource for name, resource in there.items() if name not in unchanged),
        removed=tuple(found.keys() - there.keys()),
        unchanged=unchanged,
        cursor=json.dumps({"syncToken": token}),
    )


def _resource(calendar: CalendarId, name: str, group: Sequence[Item]) -> Resource | None:
    """An event, or a series with its exceptions; None where nothing of it takes place any more."""
    own = next((item for item in group if item["id"] == name), None)
    standing = [item for item in group if item.get("status") != "cancelled"]
    if not standing or (own is not None and own not in standing):
        return None
    if standing == [own] and "recurrence" not in standing[0]:
        return Resource(calendar, name, standing[0]["etag"], canonical(standing[0]))
    items = sorted(group, key=lambda item: (item is not own, str(item["id"])))
    return Resource(calendar, name, _version(items), canonical({"items": items}))
