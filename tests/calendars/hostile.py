"""A CalDAV server with a memory, and with whichever of the habits that real ones have."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.web import Asked, Say

HREF = re.compile("<d:href>([^<]*)</d:href>")
TOKEN = re.compile("<d:sync-token>([^<]*)</d:sync-token>")
UID = re.compile(r"^UID:(.*?)\r?$", re.MULTILINE)
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'


@dataclass(eq=False)
class Dav:
    """The calendar at /cal/. ``habits``, all bad:

    ``overwrites`` ignores If-None-Match, ``deletes`` and ``updates`` ignore If-Match, ``revives`` lets If-Match create;
    ``weak``, ``silent``, ``flapping``, ``again`` are ETags: weak, never told, new with each answer, used again for a
    new event; ``believing`` takes any token and lists all there is, ``blind`` says to any that nothing changed;
    ``stamping`` writes DTSTAMP anew in each answer.
    """

    habits: frozenset[str] = frozenset()
    events: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    """The href of each change, in order; a token is a length of it."""
    born: str = "2026-11-01T00:00:00Z"
    count: itertools.count[int] = field(default_factory=itertools.count)

    def __call__(self, asked: Asked) -> Say:
        match asked.method:
            case "PROPFIND" if asked.headers["Depth"] == "0":
                return self.multistatus([self.itself()])
            case "PROPFIND":
                return self.multistatus([self.itself(), *(self.part(href) for href in self.events)])
            case "REPORT":
                return self.report(asked.body)
            case "GET":
                return self.get(asked.path)
            case "PUT":
                return self.put(asked)
            case _:
                return self.delete(asked)

    # --- What others do ---------------------------------------------------------------------------------------------

    def store(self, href: str, body: str) -> None:
        n = 0 if "again" in self.habits and href not in self.events else next(self.count)
        self.events[href], self.etags[href] = body, f'"{n}"'
        self.log.append(href)

    def remove(self, href: str) -> None:
        del self.events[href]
        self.log.append(href)

    # --- Answers ----------------------------------------------------------------------------------------------------

    def get(self, href: str) -> Say:
        if href not in self.events:
            return Say(404)
        return Say(200, self.text(href), self.headers(href))

    def put(self, asked: Asked) -> Say:
        there, path = asked.path in self.events, asked.path
        wanted = asked.headers["If-Match"]
        if asked.headers["If-None-Match"] == "*" and there and "overwrites" not in self.habits:
            return Say(412)
        if wanted and not there and "revives" not in self.habits:
            return Say(412)
        if wanted and there and not self.matches(path, wanted) and "updates" not in self.habits:
            return Say(412)
        [uid] = set(UID.findall(asked.body))
        if any(uid in UID.findall(body) for href, body in self.events.items() if href != path):
            return Say(409, f"<d:error {NAMESPACES}><c:no-uid-conflict/></d:error>")
        self.store(path, asked.body)
        return Say(204 if there else 201, headers=self.headers(path))

    def delete(self, asked: Asked) -> Say:
        if asked.path not in self.events:
            return Say(404)
        wanted = asked.headers["If-Match"]
        if wanted and not self.matches(asked.path, wanted) and "deletes" not in self.habits:
            return Say(412)
        self.remove(asked.path)
        return Say(204)

    def report(self, body: str) -> Say:
        if "multiget" in body:
            return self.multistatus([self.part(href, data=True) for href in HREF.findall(body)])
        if "calendar-query" in body:
            [uid] = re.findall("<c:text-match[^>]*>([^<]*)<", body)
            found = [href for href, text in self.events.items() if any(uid in u for u in UID.findall(text))]
            return self.multistatus([self.part(href, data=True) for href in found])
        [token] = TOKEN.findall(body)
        if "blind" in self.habits and token:
            return self.multistatus([], token)
        if not token.isdecimal() or "believing" in self.habits:
            if token and "believing" not in self.habits:
                return Say(403, f"<d:error {NAMESPACES}><d:valid-sync-token/></d:error>")
            return self.multistatus([self.part(href) for href in self.events], str(len(self.log)))
        return self.multistatus([self.part(href) for href in dict.fromkeys(self.log[int(token) :])], str(len(self.log)))

    # --- Pieces -----------------------------------------------------------------------------------------------------

    def matches(self, href: str, wanted: str) -> bool:
        """Weak ETags never match (RFC 9110, 13.1.1)."""
        return wanted == "*" or (wanted == self.etag(href) and not wanted.startswith("W/"))

    def etag(self, href: str) -> str:
        if "flapping" in self.habits:
            return f'"{next(self.count)}"'
        return "W/" * ("weak" in self.habits) + self.etags[href]

    def headers(self, href: str) -> dict[str, str]:
        return {} if "silent" in self.habits else {"ETag": self.etag(href)}

    def text(self, href: str) -> str:
        stamp = f"DTSTAMP:20261101T{next(self.count):06}Z"
        body = self.events[href]
        return re.sub("DTSTAMP:[0-9TZ]*", stamp, body) if "stamping" in self.habits else body

    def itself(self) -> str:
        kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
        return self.response("/cal/", f"{kind}<d:creationdate>{self.born}</d:creationdate>")

    def part(self, href: str, *, data: bool = False) -> str:
        if href not in self.events:
            return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
        etag = "" if "silent" in self.habits else f"<d:getetag>{escape(self.etag(href))}</d:getetag>"
        body = f"<c:calendar-data>{escape(self.text(href))}</c:calendar-data>" if data else ""
        return self.response(href, etag + body)

    def response(self, href: str, props: str) -> str:
        ok = "<d:status>HTTP/1.1 200 OK</d:status>"
        return f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{props}</d:prop>{ok}</d:propstat></d:response>"

    def multistatus(self, parts: list[str], token: str = "") -> Say:
        tail = f"<d:sync-token>{token}</d:sync-token>" if token else ""
        return Say(207, f"<d:multistatus {NAMESPACES}>{''.join(parts)}{tail}</d:multistatus>")
