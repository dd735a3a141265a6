"""Calendars on a CalDAV server (RFC 4791): what changed, by sync token or by listing versions; conditional writes.

Of the caldav library nothing is used: it overwrites, deletes and follows redirects without conditions, and hides an
expired token. A cursor is JSON: ``token`` (or ``ctag`` where the server knows no tokens), and when everything was last
compared: ``at``, and ``n`` syncs ago. Servers restored from a backup take old tokens without a word, so everything is
compared every day, every ``FULL_EVERY`` syncs, and wherever a list of changes looks like anything else.

What holds for a calendar is tried (:mod:`probe`) or noted, and kept in ``learned``: ``writes URL``, ``identity PATH``,
and ``address PATH of URL`` where discovery from that URL led to another server.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from urllib.parse import quote, urljoin

from timeblock.calendars import discovery, multistatus
from timeblock.calendars.dav import Dav
from timeblock.calendars.multistatus import APPLE, CALDAV, DAV, Entry, Multistatus, canonical
from timeblock.calendars.probe import Trust, probe
from timeblock.calendars.services import Services, look_up
from timeblock.codecs import ical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Resource
from timeblock.core.interval import HOUR, Instant
from timeblock.errors import Conflict, CursorExpired, Forbidden, Gone, Incomplete, LookAgain, TryLater, Unsure
from timeblock.sync.backend import Codec, Known, Page
from timeblock.transport import Answer

AT_ONCE = 100
"""Bodies asked for in one request."""

FULL_EVERY = 50
FULL_AFTER = 24 * HOUR
FEW, SHARE = 5, 0.3
"""More removals than this, in number and as a share of what is known, are looked at twice."""

REPEATED = 50
"""More events than this that are said to have changed, and have not, are no list of changes."""

TELLING = 10
"""So many known events that are all gone, while others are there, say that it is another calendar."""

TRUST_LASTS = 30 * 24 * HOUR
MOST_PAGES = 1000
UNSUPPORTED = frozenset({400, 403, 404, 405, 415, 501})
"""How servers say that they know no such report."""

HASHED = "sha256:"
"""Begins the version of a resource whose server gives it none that can be trusted."""

STAMP = re.compile(r"^DTSTAMP[^\n]*\n", re.MULTILINE | re.IGNORECASE)
"""To some servers this is the time of their answer."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """Versions by href, and the sync token to ask with next time, "" where the server knows none."""

    versions: Mapping[str, str]
    removed: frozenset[str] = frozenset()
    token: str = ""


class CalDAV:
    """The account of ``username`` at ``url``: the server, a principal, a home of calendars, one calendar, a host or a
    mail address (which is the user, too, where there is no other)."""

    def __init__(
        self,
        account: str,
        url: str,
        username: str,
        password: Callable[[], str],
        now: Callable[[], Instant],
        *,
        allow_http: bool = False,
        learned: MutableMapping[str, str] | None = None,
        services: Services = look_up,
    ) -> None:
        self.account = account
        self._now = now
        user = username or (url if "@" in url and "://" not in url else "")
        self._dav = Dav(account, discovery.address(url), user, password, now, allow_http=allow_http)
        self._services = services
        self._learned: MutableMapping[str, str] = {} if learned is None else learned

    @property
    def codec(self) -> Codec:
        return ical

    @property
    def requests(self) -> int:
        return self._dav.transport.requests

    @property
    def received(self) -> int:
        return self._dav.transport.received

    @property
    def clock_ahead(self) -> int | None:
        return self._dav.transport.clock_ahead

    def calendars(self) -> Sequence[CalendarInfo]:
        found = discovery.calendars(self._dav, self._services)
        for info, url in found.items():
            self._learned.pop(self._address(info.id), None)
            if self._url(info.id) != url:
                self._learned[self._address(info.id)] = url
        return list(found)

    def href(self, calendar: CalendarId, uid: str) -> str:
        path = canonical(self._url(calendar))
        return f"{path.rstrip('/')}/{quote(uid, safe=multistatus.PLAIN)}.ics"

    def close(self) -> None:
        self._dav.transport.close()

    # --- Reading ----------------------------------------------------------------------------------------------------

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        last = _cursor(cursor) if cursor else {}
        syncs, at = int(last.get("n", 0)) + 1, int(last.get("at", 0))
        if syncs > FULL_EVERY or not -HOUR < self._now() - at < FULL_AFTER:
            return self._everything(calendar, known)
        if "token" in last:
            return self._since(calendar, str(last["token"]), {"n": syncs, "at": at}, known)
        itself = self._itself(calendar)
        ctag = itself.text(f"{APPLE}getctag")
        if ctag and ctag == last.get("ctag"):
            return Page(cursor=json.dumps({"ctag": ctag, "n": syncs, "at": at}))
        return self._compared(calendar, itself, self._listed(calendar), known)

    def read(self, calendar: CalendarId, href: str) -> Resource:
        answer = self._dav.read("GET", self._url(calendar, href))
        self._dav.check(answer)
        text = _text(answer.body)
        if answer.status != 200 or "BEGIN:VCALENDAR" not in text.upper():
            raise Incomplete(f"account {self.account}: what came for {href} is no calendar entry")
        return self._resource(calendar, href, answer.headers.get("etag", ""), text)

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        href = self.href(calendar, uid)
        try:
            return self.read(calendar, href)
        except Gone:
            elsewhere = self._named(calendar, uid)
            if elsewhere is None:
                raise
            return elsewhere

    def _named(self, calendar: CalendarId, uid: str) -> Resource | None:
        """The event or task with this UID under whatever href; servers are free to choose another than ours."""
        for kind in multistatus.KINDS:
            answer = self._dav.read("REPORT", self._url(calendar), multistatus.query_uid(uid, kind), depth=1)
            if answer.status in UNSUPPORTED:
                return None
            self._dav.check(answer)
            for resource in self._resources(calendar, self._dav.parsed(answer)):
                if any(series.key.uid == uid for series in self.codec.decode(resource).series):
                    return resource
        return None

    def _everything(self, calendar: CalendarId, known: Known) -> Page:
        """All there is, by an initial sync, or by listing versions where the server knows no sync."""
        itself = self._itself(calendar)
        return self._compared(calendar, itself, self._synced(calendar, "") or self._listed(calendar), known)

    def _compared(self, calendar: CalendarId, itself: Entry, listing: _Listing, known: Known) -> Page:
        versions = known()
        self._check_identity(calendar, itself, listing, versions)
        unchanged = {href for href, version in listing.versions.items() if version and versions.get(href) == version}
        wanted = {href: version for href, version in listing.versions.items() if href not in unchanged}
        tag = {"token": listing.token} if listing.token else {"ctag": itself.text(f"{APPLE}getctag")}
        return Page(
            changed=tuple(self._bodies(calendar, wanted, [])),
            unchanged=frozenset(unchanged),
            cursor=json.dumps({**tag, "n": 0, "at": self._now()}),
            complete=True,
        )

    def _since(self, calendar: CalendarId, token: str, age: Mapping[str, int], known: Known) -> Page:
        listing = self._synced(calendar, token)
        if listing is None:
            raise CursorExpired(f"{calendar} no longer tells what changed")
        versions = known() if listing.versions or listing.removed else {}
        wanted = {h: v for h, v in listing.versions.items() if not v or versions.get(h) != v}
        gone = listing.removed & versions.keys()
        if len(gone) > max(FEW, SHARE * len(versions)) or len(listing.versions) - len(wanted) > REPEATED:
            raise CursorExpired(f"{calendar} lists changes that must be compared with all there is")
        missing: list[str] = []
        return Page(
            changed=tuple(self._bodies(calendar, wanted, missing)),
            removed=(*sorted(listing.removed), *missing),
            unchanged=frozenset(listing.versions.keys() - wanted.keys()),
            cursor=json.dumps({"token": listing.token, **age}),
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
                return _Listing(versions, frozenset(removed), page.sync_token)
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
        names = ("d:getetag", "d:resourcetype")
        url = self._url(calendar)
        answer = self._dav.multistatus("PROPFIND", url, multistatus.propfind(*names), depth=1)
        _own(answer, calendar)
        there, _ = _members(answer, url)
        return _Listing(there)

    def _itself(self, calendar: CalendarId) -> Entry:
        """What the calendar says of itself, its ctag among it (caldav-ctag.txt). Raises ``Gone``."""
        body = multistatus.propfind("d:resourcetype", "s:getctag", "d:resource-id", "d:creationdate")
        answer = self._dav.multistatus("PROPFIND", self._url(calendar), body, depth=0)
        return _own(answer, calendar)

    def _check_identity(self, calendar: CalendarId, itself: Entry, listing: _Listing, known: Mapping[str, str]) -> None:
        """Raises ``Incomplete`` where another calendar stands at the address of the one that is known."""
        name, identity = f"identity {calendar.path}", _identity(itself, listing)
        missing = known.keys() - listing.versions.keys()
        other = self._learned.get(name, identity) != identity
        replaced = listing.versions and len(missing) == len(known) >= TELLING
        if replaced or (other and len(missing) > SHARE * len(known)):
            raise Incomplete(
                f"{calendar} is not the calendar that was read before: {len(missing)} of {len(known)} events are not "
                "in it. They stay as they are known. If you made it anew: timeblock sync --believe-empty NAME, with "
                "its name in your config"
            )
        if self._learned.get(name) != identity:
            self._learned[name] = identity

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
            body = multistatus.multiget(hrefs)
            return list(self._resources(calendar, self._dav.multistatus("REPORT", self._url(calendar), body, depth=1)))
        except Incomplete:
            return []

    def _resources(self, calendar: CalendarId, answer: Multistatus) -> Iterator[Resource]:
        for entry in answer.entries:
            data = entry.properties.get(f"{CALDAV}calendar-data")
            if data is not None and data.text:
                yield self._resource(calendar, entry.href, _version(entry), data.text)

    def _resource(self, calendar: CalendarId, href: str, version: str, text: str) -> Resource:
        trust = self._tried(calendar)
        trusted = version and (trust is None or trust.versions)
        return Resource(calendar, href, version if trusted else _hash(text), text)

    # --- Writing ----------------------------------------------------------------------------------------------------

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        href = self.href(calendar, draft.uid)
        try:
            self._check_free(calendar, href)
            return self._put(calendar, href, {"If-None-Match": "*"}, self.codec.encode(draft))
        except Forbidden:  # some servers say so where the calendar itself is gone
            with suppress(Forbidden, Incomplete, TryLater):
                self._itself(calendar)
            raise

    def update(self, base: Resource, draft: Draft) -> Resource:
        condition = self._condition(base)
        return self._put(base.calendar, base.href, condition, self.codec.patch(base.body, draft))

    def delete(self, base: Resource) -> None:
        self._dav.write("DELETE", self._url(base.calendar, base.href), self._condition(base))

    def _put(self, calendar: CalendarId, href: str, condition: Mapping[str, str], body: str) -> Resource:
        """Raises ``Unsure`` too where it was written and the version it has now cannot be learned."""
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._dav.write("PUT", self._url(calendar, href), headers, _bytes(body))
        version = answer.headers.get("etag", "").strip()
        if _strong(version) and self._trust(calendar) == Trust(conditions=True, versions=True):
            return Resource(calendar, href, version, body)
        try:
            return self.read(calendar, href)
        except (LookAgain, TryLater) as error:
            raise Unsure(f"{href} was written, but cannot be read back: {error}") from error

    def _check_free(self, calendar: CalendarId, href: str) -> None:
        """Where the server itself would not refuse to overwrite. Raises ``Conflict``."""
        if self._trust(calendar).conditions:
            return
        try:
            self.read(calendar, href)
        except Gone:
            return
        raise Conflict(f"{href} is there already")

    def _condition(self, base: Resource) -> Mapping[str, str]:
        """The header that lets a write happen only upon ``base``; where that proves nothing, a look at its text must
        do. Raises ``Conflict``, ``Gone``."""
        trust = self._trust(base.calendar)
        if trust.conditions and trust.versions and _strong(base.version):
            return {"If-Match": base.version}
        answer = self._dav.read("GET", self._url(base.calendar, base.href))
        self._dav.check(answer)
        if _hash(_text(answer.body)) != _hash(base.body):
            raise Conflict(f"{base.href} was changed meanwhile")
        version = answer.headers.get("etag", "").strip()
        return {"If-Match": version if trust.versions and _strong(version) else "*"}

    def _trust(self, calendar: CalendarId) -> Trust:
        """What the server keeps in this calendar, tried before the first write and again after a month."""
        trust = self._tried(calendar, since=self._now() - TRUST_LASTS)
        if trust is None:
            trust = probe(self._dav, self._url(calendar))
            self._learned[f"writes {self._url(calendar)}"] = json.dumps({"at": self._now(), **asdict(trust)})
        return trust

    def _tried(self, calendar: CalendarId, since: Instant = 0) -> Trust | None:
        """What the last trial found, None where there was none ``since``."""
        try:
            found = json.loads(self._learned[f"writes {self._url(calendar)}"])
            return Trust(bool(found["conditions"]), bool(found["versions"])) if found["at"] >= since else None
        except (KeyError, TypeError, ValueError):
            return None

    def _url(self, calendar: CalendarId, href: str = "") -> str:
        known = self._learned.get(self._address(calendar), calendar.path)
        return urljoin(urljoin(self._dav.url, known), href)

    def _address(self, calendar: CalendarId) -> str:
        return f"address {calendar.path} of {self._dav.url}"


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
    if not page.entries:
        raise Incomplete(f"{calendar} says nothing at all; what is known of it stays")
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


def _identity(itself: Entry, listing: _Listing) -> str:
    """What is another in a calendar made anew at the same address, as far as its server tells: a name or a date of its
    own (RFC 5842, 3.1; RFC 4918, 15.1), or what its sync tokens begin with."""
    own = *itself.hrefs(f"{DAV}resource-id"), itself.text(f"{DAV}creationdate")
    return " ".join(filter(None, own)) or re.sub(r"\w+$", "", listing.token)


def _expired(answer: Answer) -> bool:
    """Whether a refusal means the sync token, or syncing by tokens: most servers say so, some only by the status."""
    if multistatus.preconditions(answer.body) & {f"{DAV}valid-sync-token", f"{DAV}supported-report"}:
        return True
    return answer.status in (400, 405, 409, 410, 412, 415, 501)


def _cut(page: Multistatus) -> bool:
    """Whether the server says that there is more (RFC 6578, 3.6)."""
    return any(entry.status == 507 for entry in page.entries)


def _version(entry: Entry) -> str:
    return entry.text(f"{DAV}getetag")


def _strong(version: str) -> bool:
    """Whether it can stand in a condition: weak ones never match (RFC 9110, 13.1.1), odd ones fit into no header."""
    return version.startswith('"') and version.isascii() and version.isprintable()


def _hash(body: str) -> str:
    """The same for one content, however its lines end and are folded."""
    text = body.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").strip() + "\n"
    return HASHED + hashlib.sha256(STAMP.sub("", text).encode("utf-8", "surrogateescape")).hexdigest()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def _bytes(body: str) -> bytes:
    """With the line ends of iCalendar (RFC 5545, 3.1): XML has made others of them."""
    return body.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
