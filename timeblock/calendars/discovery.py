"""From the address a person has to the calendars there (RFC 6764, 6; RFC 4791, 6.2). No server is known by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urljoin, urlsplit

from timeblock.calendars.dav import Dav
from timeblock.calendars.multistatus import CALDAV, DAV, Entry, canonical, propfind
from timeblock.core.event import CalendarId, CalendarInfo
from timeblock.errors import FixNeeded, Forbidden, Incomplete, TimeblockError
from timeblock.transport import origin

WHO = ("d:current-user-principal", "c:calendar-home-set", "d:resourcetype")
WHAT = ("d:resourcetype", "d:displayname", "c:supported-calendar-component-set", "d:current-user-privilege-set")
WRITES = frozenset({f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"})


def calendars(dav: Dav) -> Sequence[CalendarInfo]:
    """The calendar that the account's address names; or those in it; or those of the person it belongs to.

    Raises ``FixNeeded`` where the address leads to no place for calendars at all.
    """
    found = _named(dav) or [info for home in _homes(dav) for info in _at(dav, home)]
    return sorted({info.id: info for info in found}.values(), key=lambda info: info.id)


def _named(dav: Dav) -> list[CalendarInfo]:
    """What the account's own address names. A server's root names nobody in particular: it may hold every user."""
    if urlsplit(dav.url).path in ("", "/"):
        return []
    try:
        return _at(dav, dav.url)
    except (Incomplete, Forbidden):
        return []


def _at(dav: Dav, url: str) -> list[CalendarInfo]:
    """The calendar at ``url``, or those directly inside; none where it cannot be listed."""
    itself = _entries(dav, url, WHAT, depth=0)
    if any(_is_calendar(entry) for _, entry in itself):
        return [_info(dav, base, entry) for base, entry in itself]
    return [_info(dav, base, entry) for base, entry in _entries(dav, url, WHAT, depth=1) if _is_calendar(entry)]


def _homes(dav: Dav) -> list[str]:
    """Where the person's calendars are, from the address given, or from where servers say so."""
    refused: TimeblockError = FixNeeded(
        f"account {dav.account}: {dav.url} leads to no calendars; the server's own settings name its CalDAV address"
    )
    for start in (dav.url, urljoin(dav.url, "/.well-known/caldav"), urljoin(dav.url, "/")):
        try:
            for base, entry in _entries(dav, start, WHO, depth=0):
                homes = entry.hrefs(f"{CALDAV}calendar-home-set") or tuple(_homes_of(dav, base, entry))
                if homes:
                    return [urljoin(base, home) for home in homes]
        except (Incomplete, Forbidden) as error:  # a web page at the root says nothing of the calendars elsewhere
            refused = error
    raise refused


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
    """Whether it is a calendar for events (without a component set it is for everything)."""
    kinds = entry.properties.get(f"{CALDAV}supported-calendar-component-set")
    events = kinds is None or any(e.get("name", "").upper() == "VEVENT" for e in kinds.iter(f"{CALDAV}comp"))
    return f"{CALDAV}calendar" in entry.within(f"{DAV}resourcetype") and events


def _info(dav: Dav, base: str, entry: Entry) -> CalendarInfo:
    """On another server than the account's (that of its home set) the path is the whole address."""
    url = urljoin(base, entry.href)
    path = canonical(url) if origin(url) == origin(dav.url) else url
    allowed = f"{DAV}current-user-privilege-set"
    writable = allowed not in entry.properties or bool(entry.within(allowed) & WRITES)
    return CalendarInfo(CalendarId(dav.account, path), _name(entry), writable)


def _name(entry: Entry) -> str:
    """The calendar's name; its folder's where it has none, or none but its path."""
    name, path = entry.text(f"{DAV}displayname"), unquote(entry.href).strip("/")
    return name if name and name.strip("/") != path else path.rpartition("/")[2]
