"""From what a person types to the calendars there (RFC 6764, 6; RFC 4791, 6.2; RFC 5397). None is known by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

from timeblock.calendars.dav import Dav, same_domain
from timeblock.calendars.multistatus import CALDAV, DAV, KINDS, Entry, canonical, propfind
from timeblock.calendars.services import Services
from timeblock.core.event import CalendarId, CalendarInfo
from timeblock.errors import FixNeeded, Forbidden, Gone, Incomplete, TimeblockError, TryLater
from timeblock.transport import origin

WHO = ("d:current-user-principal", "c:calendar-home-set", "d:resourcetype")
WHAT = ("d:resourcetype", "d:displayname", "c:supported-calendar-component-set", "d:current-user-privilege-set")
WRITES = frozenset({f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"})


def address(typed: str) -> str:
    """The address to begin at: as it was typed, or that of a host or of a mail address's domain.

    >>> address("alice@example.org"), address("dav.example.org/alice/")
    ('https://example.org/', 'https://dav.example.org/alice/')
    """
    if "://" in typed:
        return typed
    host, slash, path = typed.rpartition("@")[2].partition("/")
    return f"https://{host}/{path if slash else ''}"


Found: TypeAlias = dict[CalendarInfo, str]
"""Calendars with their addresses. Their ids are paths: on another server of the domain they are still the same."""


def calendars(dav: Dav, services: Services) -> Found:
    """The calendar that the account's address names; or those in it; or those of the person it belongs to; by id.

    Raises ``FixNeeded`` where the address leads to no place for calendars at all.
    """
    found = _named(dav) or _in_all(dav, _homes(dav, services))
    return {info: found[info] for info in sorted(found, key=lambda info: info.id)}


def _in_all(dav: Dav, homes: Sequence[str]) -> Found:
    """Those directly inside the homes. One home that is closed to us does not hide the others."""
    found: Found = {}
    closed: TimeblockError | None = None
    for home in homes:
        try:
            found |= _calendars(dav, home, depth=1)
        except Forbidden as error:
            closed = error
    if closed and not found:
        raise closed
    return found


def _named(dav: Dav) -> Found:
    """What the account's own address names. A server's root names nobody in particular: it may hold every user."""
    if urlsplit(dav.url).path in ("", "/"):
        return {}
    try:
        return _at(dav, dav.url)
    except (Incomplete, Forbidden):
        return {}


def _at(dav: Dav, url: str) -> Found:
    """The calendar at ``url``, or those directly inside; none where it cannot be listed."""
    itself = _calendars(dav, url, depth=0)
    return itself or _calendars(dav, url, depth=1)


def _calendars(dav: Dav, url: str, depth: int) -> Found:
    listed = [(urljoin(base, entry.href), entry) for base, entry in _entries(dav, url, WHAT, depth)]
    return {_info(dav, canonical(place), entry): place for place, entry in listed if _is_calendar(entry)}


def _homes(dav: Dav, services: Services) -> list[str]:
    """Where the person's calendars are, from the address given, or from where servers say so."""
    refused: TimeblockError = FixNeeded(
        f"account {dav.account}: {dav.url} leads to no calendars; the server's own settings name its CalDAV address"
    )
    for start in _starts(dav, services):
        try:
            for base, entry in _entries(dav, start, WHO, depth=0):
                homes = entry.hrefs(f"{CALDAV}calendar-home-set") or tuple(_homes_of(dav, base, entry))
                if homes:
                    return [urljoin(base, home) for home in homes]
        except (Incomplete, Forbidden, TryLater) as error:  # a web page at the root says nothing of calendars elsewhere
            if isinstance(error, TryLater) and error.at is not None:
                raise
            refused = error
    raise refused


def _starts(dav: Dav, services: Services) -> Iterator[str]:
    """Where to ask who the person is, most likely first; each is only looked for when those before have failed."""
    known, root = urljoin(dav.url, "/.well-known/caldav"), urljoin(dav.url, "/")
    yield from (dav.url, known)
    with suppress(Incomplete, Forbidden, Gone, TryLater):  # some redirect only what a browser would send
        led_to = dav.read("GET", known).url
        yield from {led_to} - {known}
    yield from {root} - {dav.url}
    home = origin(dav.url)
    for service in services(home.host):
        if not same_domain(home, origin(service)):
            raise FixNeeded(
                f"account {dav.account}: {home.host} says that its calendars are at {service}, which is of another "
                f'domain; nothing was sent there. If you trust it, write url = "{service}" into the config'
            )
        yield service


def _homes_of(dav: Dav, base: str, entry: Entry) -> Iterator[str]:
    for principal in entry.hrefs(f"{DAV}current-user-principal"):
        url = urljoin(base, principal)
        for found_at, found in _entries(dav, url, WHO, depth=0):
            yield from (urljoin(found_at, home) for home in found.hrefs(f"{CALDAV}calendar-home-set"))


def _entries(dav: Dav, url: str, names: Sequence[str], depth: int) -> list[tuple[str, Entry]]:
    """What ``url`` says, each with the address its hrefs are relative to; nothing where nothing is."""
    answer = dav.read("PROPFIND", url, propfind(*names), depth)
    if answer.status in (400, 404, 405, 410):
        return []
    dav.check(answer)
    return [(answer.url, entry) for entry in dav.parsed(answer).entries if entry.status // 100 == 2]


def _is_calendar(entry: Entry) -> bool:
    """Whether it is a calendar for events or tasks."""
    return f"{CALDAV}calendar" in entry.within(f"{DAV}resourcetype") and any(_takes(entry, kind) for kind in KINDS)


def _takes(entry: Entry, kind: str) -> bool:
    """Without a component set it takes everything (RFC 4791, 5.2.3)."""
    kinds = entry.properties.get(f"{CALDAV}supported-calendar-component-set")
    return kinds is None or any(e.get("name", "").upper() == kind for e in kinds.iter(f"{CALDAV}comp"))


def _info(dav: Dav, path: str, entry: Entry) -> CalendarInfo:
    allowed = f"{DAV}current-user-privilege-set"
    writable = allowed not in entry.properties or bool(entry.within(allowed) & WRITES)
    events, tasks = (_takes(entry, kind) for kind in KINDS)
    return CalendarInfo(CalendarId(dav.account, path), _name(entry), writable, events, tasks)


def _name(entry: Entry) -> str:
    """The calendar's name; its folder's where it has none, or none but its path."""
    name, path = entry.text(f"{DAV}displayname"), unquote(entry.href).strip("/")
    return name if name and name.strip("/") != path else path.rpartition("/")[2]
