"""One .ics, from a file or an address, read-only.

What came last is known by the address's own ETag and date, and by a hash, so that only a feed that changed is taken
apart. Addresses of feeds are often secrets: messages name the account and the host, never the address.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urljoin, urlsplit

from timeblock.codecs import ical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Resource
from timeblock.core.interval import Instant
from timeblock.errors import AuthNeeded, FixNeeded, Forbidden, Gone, Incomplete, TryLater
from timeblock.sync.backend import Codec, Known, Page
from timeblock.transport import (
    MOST_BYTES,
    MOST_REDIRECTS,
    REDIRECTS,
    Answer,
    Origin,
    Transport,
    origin,
    without_credentials,
)

PATH = "feed"
"""The one calendar's path: the address itself may be a secret."""

Seen = Mapping[str, str]
"""How the feed was when last read: ``sha256``, and what to ask with (``etag``, ``modified``, ``stat``)."""


class Feed:
    """The calendar at ``location``: a path, or an address that begins with http, https or webcal."""

    def __init__(self, account: str, location: str, now: Callable[[], Instant], *, allow_private: bool = False) -> None:
        self.account = account
        self._location = _https(location)
        self._transport = Transport(now, public_only=not allow_private)
        self._files = 0
        self._read = 0

    @property
    def codec(self) -> Codec:
        return ical

    @property
    def requests(self) -> int:
        return self._transport.requests + self._files

    @property
    def received(self) -> int:
        return self._transport.received + self._read

    @property
    def clock_ahead(self) -> int | None:
        return self._transport.clock_ahead

    def calendars(self) -> Sequence[CalendarInfo]:
        return [CalendarInfo(CalendarId(self.account, PATH), self.account, writable=False)]

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        seen = _seen(cursor)
        content, now_seen = self._content(seen)
        if content is None or now_seen["sha256"] == seen.get("sha256"):
            return Page(cursor=json.dumps(now_seen))
        resources, versions = ical.split(calendar, _text(content)), known()
        unchanged = frozenset(r.href for r in resources if versions.get(r.href) == r.version)
        return Page(
            changed=tuple(r for r in resources if r.href not in unchanged),
            unchanged=unchanged,
            cursor=json.dumps(now_seen),
            complete=True,
        )

    def read(self, calendar: CalendarId, href: str) -> Resource:
        content, _ = self._content({})
        for resource in ical.split(calendar, _text(content or b"")):
            if resource.href == href:
                return resource
        raise Gone(f"{href} is not in {calendar}")

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        return self.read(calendar, self.href(calendar, uid))

    def href(self, calendar: CalendarId, uid: str) -> str:
        return uid

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        self._refuse()

    def update(self, base: Resource, draft: Draft) -> Resource:
        self._refuse()

    def delete(self, base: Resource) -> None:
        self._refuse()

    def close(self) -> None:
        self._transport.close()

    def _refuse(self) -> NoReturn:
        raise Forbidden(f"account {self.account} is a feed: it can be read, not written")

    def _content(self, seen: Seen) -> tuple[bytes | None, Seen]:
        """The bytes, None where they are as ``seen``; and how they are seen now."""
        if "://" in self._location:
            return self._fetched(seen)
        return self._file(Path(self._location), seen)

    # --- A file -----------------------------------------------------------------------------------------------------

    def _file(self, path: Path, seen: Seen) -> tuple[bytes | None, Seen]:
        try:
            stat = path.stat()
            version = f"{stat.st_mtime_ns}-{stat.st_size}-{stat.st_ino}"
            if seen.get("stat") == version:
                return None, seen
            if stat.st_size > MOST_BYTES:
                raise Incomplete(f"{path} is larger than {MOST_BYTES // 1024 // 1024} MB")
            self._files += 1
            content = path.read_bytes()
            self._read += len(content)
        except FileNotFoundError:
            raise Gone(f"account {self.account}: there is no file {path}") from None
        except OSError as error:
            raise TryLater(f"account {self.account}: {path} cannot be read: {error.strerror}") from error
        return content, {"stat": version, "sha256": hashlib.sha256(content).hexdigest()}

    # --- An address -------------------------------------------------------------------------------------------------

    def _fetched(self, seen: Seen) -> tuple[bytes | None, Seen]:
        headers = {"Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "gzip", "User-Agent": "timeblock"}
        if "etag" in seen:
            headers["If-None-Match"] = seen["etag"]
        if "modified" in seen:
            headers["If-Modified-Since"] = seen["modified"]
        answer = self._followed(headers)
        if answer.status == 304 and "sha256" in seen:
            return None, seen
        self._check(answer)
        asked_with = {"etag": answer.headers.get("etag", ""), "modified": answer.headers.get("last-modified", "")}
        sha256 = hashlib.sha256(answer.body).hexdigest()
        return answer.body, {"sha256": sha256} | {k: v for k, v in asked_with.items() if v}

    def _followed(self, headers: Mapping[str, str]) -> Answer:
        """The answer at the end of at most five redirects, none of which leaves https. A password goes to one host."""
        url, first = self._location, origin(self._location)
        for _ in range(MOST_REDIRECTS + 1):
            sent = {**headers, **_basic(self._location)} if origin(url) == first else headers
            answer = self._transport.exchange("GET", without_credentials(url), sent)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            url = self._redirected(url, answer.headers["location"])
        raise Incomplete(f"account {self.account}: {first.host} redirects without end")

    def _redirected(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        try:
            goes_to: Origin = origin(target)
        except FixNeeded as wrong:
            raise Incomplete(f"account {self.account}: the feed redirects to what is no web address") from wrong
        if origin(url).scheme == "https" and goes_to.scheme != "https":
            raise Incomplete(
                f"account {self.account}: the feed redirects from https to http, where anyone may read along"
            )
        return target

    def _check(self, answer: Answer) -> None:
        """Raises for every answer that is not the feed."""
        who = f"account {self.account}: {origin(answer.url).host}"
        status = answer.status
        if status == 401:
            raise AuthNeeded(f"{who} wants to know who asks; put user and password, or the secret, into the address")
        if status in (402, 403, 451):
            raise Forbidden(f"{who} refuses to show the feed ({status}); its secret address may have changed")
        if status in (404, 410):
            raise Gone(f"{who} has no such feed ({status}); its address may have changed")
        if status in (408, 425, 429) or status >= 500:
            raise self._transport.delay(answer, f"{who} cannot answer now ({status})")
        if status != 200:
            raise Incomplete(f"{who} answered {status}, which no feed does")


def _seen(cursor: str | None) -> Seen:
    """Nothing where the cursor is not one of ours: the account was of another kind before."""
    try:
        read: object = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _https(location: str) -> str:
    """webcal is what calendar programs call a feed's https."""
    scheme, separator, rest = location.partition("://")
    return f"https://{rest}" if separator and scheme.lower() in ("webcal", "webcals") else location


def _basic(url: str) -> Mapping[str, str]:
    split = urlsplit(url)
    if split.username is None:
        return {}
    pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
