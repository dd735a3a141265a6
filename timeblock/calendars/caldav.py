"""Calendars on a CalDAV server (RFC 4791): what changed, by sync token or by listing versions; conditional writes.

Of the caldav library nothing is used: it overwrites, deletes and follows redirects without conditions, and hides an
expired token. A cursor is JSON: ``token`` (or ``ctag`` where the server knows no tokens) and ``n``, the number of
syncs since everything was last compared; servers restored from a backup take old tokens without a word, so everything
is compared again every ``FULL_EVERY`` times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from timeblock.calendars import discovery, multistatus
from timeblock.calendars.dav import Dav
from timeblock.calendars.multistatus import APPLE, CALDAV, DAV, Entry, Multistatus, canonical
from timeblock.codecs import ical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Resource
from timeblock.core.interval import Instant
from timeblock.errors import Conflict, CursorExpired, Forbidden, Gone, Incomplete, LookAgain, TryLater, Unsure
from timeblock.sync.backend import Codec, Known, Page
from timeblock.transport import Answer

AT_ONCE = 50
"""Bodies asked for in one request."""

FULL_EVERY = 50
MOST_PAGES = 1000
UNSUPPORTED = frozenset({400, 403, 404, 405, 415, 501})
"""How servers say that they know no sync-collection."""

HASHED = "sha256:"
"""Begins the version of a resource whose server gives it none."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """Versions by href, and what to ask with next time."""

    versions: Mapping[str, str]
    removed: frozenset[str] = frozenset()
    cursor: Mapping[str, str | int] | None = None


class CalDAV:
    """The account of ``username`` at ``url``: the server, a principal, a home of calendars, or one calendar."""

    def __init__(
        self,
        account: str,
        url: str,
        username: str,
        password: Callable[[], str],
        now: Callable[[], Instant],
        *,
        allow_http: bool = False,
    ) -> None:
        self.account = account
        self._dav = Dav(account, url, username, password, now, allow_http=allow_http)

    @property
    def codec(self) -> Codec:
        return ical

    @property
    def requests(self) -> int:
        return self._dav.transport.requests

    def calendars(self) -> Sequence[CalendarInfo]:
        return discovery.calendars(self._dav)

    def href(self, calendar: CalendarId, uid: str) -> str:
        path = canonical(self._url(calendar))
        return f"{path.rstrip('/')}/{quote(uid, safe=multistatus.PLAIN)}.ics"

    def close(self) -> None:
        self._dav.transport.close()

    # --- Reading ----------------------------------------------------------------------------------------------------

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        last = _cursor(cursor) if cursor else {}
        syncs = int(last.get("n", 0)) + 1
        if not last or syncs > FULL_EVERY:
            return self._everything(calendar, known)
        if "token" in last:
            return self._since(calendar, str(last["token"]), syncs, known)
        ctag = last.get("ctag")
        if ctag and ctag == self._itself(calendar).text(f"{APPLE}getctag"):
            return Page(cursor=json.dumps({"ctag": ctag, "n": syncs}))
        return self._everything(calendar, known)

    def read(self, calendar: CalendarId, href: str) -> Resource:
        answer = self._dav.read("GET", self._url(calendar, href))
        self._dav.check(answer)
        text = _text(answer.body)
        if answer.status != 200 or "BEGIN:VCALENDAR" not in text.upper():
            raise Incomplete(f"account {self.account}: what came for {href} is no calendar entry")
        return Resource(calendar, href, _etag(answer.headers.get("etag", "")) or _hash(text), text)

    def _everything(self, calendar: CalendarId, known: Known) -> Page:
        """All there is, by an initial sync, or by listing versions where the server knows no sync."""
        listing = self._synced(calendar, "") or self._listed(calendar)
        versions = known()
        unchanged = {href for href, version in listing.versions.items() if version and versions.get(href) == version}
        wanted = {href: version for href, version in listing.versions.items() if href not in unchanged}
        return Page(
            changed=tuple(self._bodies(calendar, wanted, [])),
            unchanged=frozenset(unchanged),
            cursor=json.dumps({**(listing.cursor or {}), "n": 0}),
            complete=True,
        )

    def _since(self, calendar: CalendarId, token: str, syncs: int, known: Known) -> Page:
        listing = self._synced(calendar, token)
        if listing is None:
            raise CursorExpired(f"{calendar} no longer tells what changed")
        versions = known() if listing.versions else {}
        wanted = {h: v for h, v in listing.versions.items() if not v or versions.get(h) != v}
        missing: list[str] = []
        return Page(
            changed=tuple(self._bodies(calendar, wanted, missing)),
            removed=(*sorted(listing.removed), *missing),
            unchanged=frozenset(listing.versions.keys() - wanted.keys()),
            cursor=json.dumps({**(listing.cursor or {}), "n": syncs}),
        )

    def _synced(self, calendar: CalendarId, token: str) -> _Listing | None:
        """What changed since ``token``, "" for all; all pages of it. None where the server knows no such thing."""
        versions: dict[str, str] = {}
        removed: set[str] = set()
        for _ in range(MOST_PAGES):
            page = self._sync_page(calendar, token)
            if page is None:
                return None
            there, gone = _members(page, self._url(calendar))
            versions = {href: version for href, version in versions.items() if href not in gone} | there
            removed = (removed | gone) - versions.keys()
            if not _cut(page):
                return _Listing(versions, frozenset(removed), {"token": page.sync_token})
            if page.sync_token == token:
                break
            token = page.sync_token
        raise Incomplete(f"{calendar} says that there is more, and does not send it; what is known of it stays")

    def _sync_page(self, calendar: CalendarId, token: str) -> Multistatus | None:
        answer = self._dav.read("REPORT", self._url(calendar), multistatus.sync_collection(token), depth=0)
        if answer.status // 100 != 2:
            if token and _expired(answer):
                raise CursorExpired(f"{calendar} no longer honours its sync token ({answer.status})")
            if not token and answer.status in UNSUPPORTED:
                return None
        self._dav.check(answer)
        page = self._dav.parsed(answer)
        if not page.sync_token:
            raise Incomplete(f"{calendar} answered without a sync token; what is known of it stays")
        return page

    def _listed(self, calendar: CalendarId) -> _Listing:
        """All versions, one level deep. Some servers answer 207 for what is not there, so it must say what it is."""
        names = ("d:getetag", "d:resourcetype", "s:getctag")
        url = self._url(calendar)
        answer = self._dav.multistatus("PROPFIND", url, multistatus.propfind(*names), depth=1)
        own = _own(answer, calendar)
        there, _ = _members(answer, url)
        return _Listing(there, cursor={"ctag": own.text(f"{APPLE}getctag")})

    def _itself(self, calendar: CalendarId) -> Entry:
        """What the calendar says of itself, its ctag among it (caldav-ctag.txt). Raises ``Gone``."""
        body = multistatus.propfind("d:resourcetype", "s:getctag")
        answer = self._dav.multistatus("PROPFIND", self._url(calendar), body, depth=0)
        return _own(answer, calendar)

    def _bodies(self, calendar: CalendarId, wanted: Mapping[str, str], missing: list[str]) -> Iterator[Resource]:
        """The resources of ``wanted`` hrefs; those gone since they were listed are added to ``missing``.

        What is missing in the answer for many is asked for alone: some servers leave out what they cannot show.
        """
        hrefs = sorted(wanted)
        for first in range(0, len(hrefs), AT_ONCE):
            batch = hrefs[first : first + AT_ONCE]
            got = {r.href: r for r in self._multiget(calendar, batch)}
            for href in batch:
                try:
                    yield got[href] if href in got else self.read(calendar, href)
                except Gone:
                    missing.append(href)

    def _multiget(self, calendar: CalendarId, hrefs: Sequence[str]) -> list[Resource]:
        """Nothing where the answer is unreadable: one event with characters that XML forbids must not hide the rest."""
        try:
            return list(self._asked_together(calendar, hrefs))
        except Incomplete:
            return []

    def _asked_together(self, calendar: CalendarId, hrefs: Iterable[str]) -> Iterator[Resource]:
        answer = self._dav.multistatus("REPORT", self._url(calendar), multistatus.multiget(hrefs), depth=1)
        for entry in answer.entries:
            data = entry.properties.get(f"{CALDAV}calendar-data")
            if data is not None and data.text:
                yield Resource(calendar, entry.href, _version(entry) or _hash(data.text), data.text)

    # --- Writing ----------------------------------------------------------------------------------------------------

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        try:
            return self._put(calendar, self.href(calendar, draft.uid), {"If-None-Match": "*"}, self.codec.encode(draft))
        except Forbidden:  # some servers say so where the calendar itself is gone
            with suppress(Forbidden, Incomplete, TryLater):
                self._itself(calendar)
            raise

    def update(self, base: Resource, draft: Draft) -> Resource:
        body = self.codec.patch(base.body, draft)
        return self._put(base.calendar, base.href, self._condition(base), body)

    def delete(self, base: Resource) -> None:
        self._dav.write("DELETE", self._url(base.calendar, base.href), self._condition(base))

    def _put(self, calendar: CalendarId, href: str, condition: Mapping[str, str], body: str) -> Resource:
        """Raises ``Unsure`` too where it was written and the version it has now cannot be learned."""
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._dav.write("PUT", self._url(calendar, href), headers, _bytes(body))
        version = _etag(answer.headers.get("etag", ""))
        if version:
            return Resource(calendar, href, version, body)
        try:
            return self.read(calendar, href)
        except (LookAgain, TryLater) as error:
            raise Unsure(f"{href} was written, but cannot be read back: {error}") from error

    def _condition(self, base: Resource) -> Mapping[str, str]:
        """The header that lets a write happen only upon ``base``. Where there are no versions, a look must do."""
        if not base.version.startswith(HASHED):
            return {"If-Match": base.version}
        if self.read(base.calendar, base.href).version != base.version:
            raise Conflict(f"{base.href} was changed meanwhile")
        return {"If-Match": "*"}

    def _url(self, calendar: CalendarId, href: str = "") -> str:
        return urljoin(urljoin(self._dav.url, calendar.path), href)


def _cursor(cursor: str) -> dict[str, str | int]:
    """Raises ``CursorExpired`` for one that we did not write: the account was of another kind before."""
    try:
        read: object = json.loads(cursor)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise CursorExpired("the cursor is not one of a CalDAV server")
    return read


def _own(page: Multistatus, calendar: CalendarId) -> Entry:
    """What ``page`` says of the calendar itself. Raises ``Gone`` where it is none any more."""
    for entry in page.entries:
        if f"{CALDAV}calendar" in entry.within(f"{DAV}resourcetype"):
            return entry
    raise Gone(f"{calendar} is no calendar any more")


def _members(page: Multistatus, url: str) -> tuple[dict[str, str], set[str]]:
    """The versions of what is said to be in the calendar at ``url``, and the hrefs of what is said to be gone.

    A member with another trouble than not being there is there, and its version unknown.
    """
    itself = canonical(url).rstrip("/")
    members = [
        entry
        for entry in page.entries
        if not (entry.href.endswith("/") or entry.href == itself or entry.status == 507)
        and f"{DAV}collection" not in entry.within(f"{DAV}resourcetype")
    ]
    gone = {entry.href for entry in members if entry.status in (404, 410)}
    return {entry.href: _version(entry) for entry in members if entry.href not in gone}, gone


def _expired(answer: Answer) -> bool:
    """Whether a refusal means the sync token: most servers say so, some only by the status."""
    if f"{DAV}valid-sync-token" in multistatus.preconditions(answer.body):
        return True
    return answer.status in (400, 405, 409, 410, 412, 415, 501)


def _cut(page: Multistatus) -> bool:
    """Whether the server says that there is more (RFC 6578, 3.6)."""
    return any(entry.status == 507 for entry in page.entries)


def _version(entry: Entry) -> str:
    return _etag(entry.text(f"{DAV}getetag"))


def _etag(text: str) -> str:
    """An ETag to ask with. Weak ones never match in a condition (RFC 9110, 13.1.1), and mean no less here."""
    return text.strip().removeprefix("W/")


def _hash(body: str) -> str:
    return HASHED + hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _bytes(body: str) -> bytes:
    """With the line ends of iCalendar (RFC 5545, 3.1): XML has made others of them."""
    return body.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
