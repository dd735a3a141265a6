"""Whether a server keeps its word on conditions and versions. No server is known by name: each calendar is tried.

An event of the year 2000 (a task, where only those are taken) is made under a name of its own, written upon in ways
that must be refused, and removed. What a trial that was cut short has left is removed by the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from timeblock.calendars.dav import Dav
from timeblock.calendars.multistatus import KINDS, canonical
from timeblock.errors import Conflict, Forbidden, Gone, Incomplete, Unsure

STALE = {"If-Match": '"timeblock-never-given"'}
OWN = "X-TIMEBLOCK-TRIAL:kept"
NEW = {"If-None-Match": "*"}


@dataclass(frozen=True, slots=True)
class Trust:
    """``conditions``: a write whose condition does not hold is refused. ``versions``: an ETag is strong, names one
    content, stays while that does, and is never used for another."""

    conditions: bool
    versions: bool


NONE = Trust(conditions=False, versions=False)


def probe(dav: Dav, calendar: str) -> Trust:
    """Try the calendar at the address ``calendar``. Raises what ends any write, and ``Incomplete`` where our marks get
    lost; where nothing may be made for the trial, nothing is trusted."""
    name = f"timeblock-trial-{hashlib.sha256(canonical(calendar).encode()).hexdigest()[:16]}"
    for kind in KINDS:
        scratch = _Scratch(dav, urljoin(calendar, f"{name}.ics"), name, kind)
        try:
            return scratch.tried()
        except (Conflict, Forbidden):
            continue
        finally:
            scratch.remove()
    return NONE


@dataclass(frozen=True, slots=True)
class _Scratch:
    dav: Dav
    url: str
    name: str
    kind: str

    def tried(self) -> Trust:
        first = self.made("one")
        stays = first == self.version() == self.version()
        kept = [self.refuses("PUT", NEW), self.refuses("PUT", STALE), self.refuses("DELETE", STALE)]
        self.remove()
        kept.append(self.refuses("PUT", {"If-Match": first or "*"}))
        again = self.made("two")
        strong = first.startswith('"') and again.startswith('"')
        return Trust(conditions=all(kept), versions=strong and stays and first != again)

    def made(self, title: str) -> str:
        """Its version once it is made anew; what was left of an earlier trial makes room."""
        try:
            self.send("PUT", NEW, title)
        except Conflict:
            self.remove()
            self.send("PUT", NEW, title)
        return self.version()

    def send(self, method: str, condition: Mapping[str, str], title: str = "") -> None:
        body = _component(self.kind, self.name, title) if method == "PUT" else b""
        headers = {"Content-Type": "text/calendar; charset=utf-8"} if body else {}
        self.dav.write(method, self.url, {**headers, **condition}, body)

    def version(self) -> str:
        """As a GET tells it; "" where it does not. Raises ``Incomplete`` where properties of our own got lost."""
        answer = self.dav.read("GET", self.url)
        if f"END:{self.kind}".encode() in answer.body and OWN.partition(":")[0].encode() not in answer.body.upper():
            raise Incomplete(
                f"{self.url} does not keep the mark of our blocks, which could then not be told from others"
            )
        return answer.headers.get("etag", "") if answer.status == 200 else ""

    def refuses(self, method: str, condition: Mapping[str, str]) -> bool:
        """Whether a write is plainly refused. No plain answer is no promise."""
        try:
            self.send(method, condition, "three")
        except (Conflict, Gone, Forbidden):
            return True
        except Unsure:
            return False
        return False

    def remove(self) -> None:
        with suppress(Conflict, Gone):
            self.send("DELETE", {})


def _component(kind: str, uid: str, title: str) -> bytes:
    when = ("DTEND:20000101T000100Z", "TRANSP:TRANSPARENT") if kind == "VEVENT" else ("DUE:20000101T000100Z",)
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//timeblock//timeblock//EN", f"BEGIN:{kind}", f"UID:{uid}"),
        *("DTSTAMP:20000101T000000Z", "DTSTART:20000101T000000Z", *when),
        *(f"SUMMARY:timeblock tries this calendar: {title}", OWN, f"END:{kind}", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(lines).encode()
