"""Calendars in memory: what every backend must do, without disk or network in the way. Gone with the process.

Versions and cursors are numbers of changes, never used twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from timeblock.codecs import ical
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Resource
from timeblock.errors import Conflict, CursorExpired, Forbidden, Gone
from timeblock.sync.backend import Codec, Known, Page


@dataclass
class _Calendar:
    writable: bool
    resources: dict[str, Resource] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    """href → number of its last change; one that is not in ``resources`` was removed."""
    count: int = 0
    oldest: int = 0
    """Cursors before this number are expired."""


class Memory:
    """An account with ``calendars``. What other programs would do is :meth:`put`, :meth:`remove`, :meth:`expire`."""

    def __init__(self, account: str, calendars: Iterable[str] = ("calendar",)) -> None:
        self.account = account
        self.requests = 0
        self.received = 0
        self.clock_ahead = None
        self._calendars: dict[CalendarId, _Calendar] = {}
        for name in calendars:
            self.add(name)

    @property
    def codec(self) -> Codec:
        return ical

    def calendars(self) -> Sequence[CalendarInfo]:
        self.requests += 1
        return [CalendarInfo(key, key.path, held.writable) for key, held in self._calendars.items()]

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        held = self._request(calendar)
        if cursor is None:
            changed, unchanged = self._compared(held.resources, known)
            return Page(changed, (), unchanged, cursor=str(held.count), complete=True)
        since = int(cursor) if cursor.isdecimal() else -1
        if not held.oldest <= since <= held.count:
            raise CursorExpired(f"{calendar} no longer knows what changed since {cursor}")
        touched = {href for href, number in held.touched.items() if number > since}
        changed, unchanged = self._compared({h: r for h, r in held.resources.items() if h in touched}, known)
        removed = tuple(sorted(touched - held.resources.keys()))
        return Page(changed, removed, unchanged, cursor=str(held.count))

    def read(self, calendar: CalendarId, href: str) -> Resource:
        held = self._request(calendar)
        if href not in held.resources:
            raise Gone(f"{href} is not in {calendar}")
        return held.resources[href]

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        return self.read(calendar, self.href(calendar, uid))

    def href(self, calendar: CalendarId, uid: str) -> str:
        return f"{uid}.ics"

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        held, href = self._writable(calendar), self.href(calendar, draft.uid)
        if href in held.resources:
            raise Conflict(f"{href} is in {calendar} already")
        return self._put(calendar, href, self.codec.encode(draft))

    def update(self, base: Resource, draft: Draft) -> Resource:
        self._checked(base)
        return self._put(base.calendar, base.href, self.codec.patch(base.body, draft))

    def delete(self, base: Resource) -> None:
        self._checked(base)
        self.remove(base.calendar, base.href)

    def close(self) -> None:
        pass

    # --- What other programs and the server do ----------------------------------------------------------------------

    def add(self, name: str, *, writable: bool = True) -> CalendarId:
        """Make an empty calendar; one of that name is replaced."""
        calendar = CalendarId(self.account, name)
        self._calendars[calendar] = _Calendar(writable)
        return calendar

    def put(self, calendar: CalendarId, href: str, body: str) -> Resource:
        """Store ``body`` whatever was there."""
        return self._put(calendar, href, body)

    def remove(self, calendar: CalendarId, href: str) -> None:
        held = self._calendars[calendar]
        del held.resources[href]
        held.count += 1
        held.touched[href] = held.count

    def expire(self, calendar: CalendarId) -> None:
        """Forget what was removed: every cursor given so far is expired."""
        held = self._calendars[calendar]
        held.count += 1
        held.oldest = held.count
        held.touched = {href: number for href, number in held.touched.items() if href in held.resources}

    # --- Inside -----------------------------------------------------------------------------------------------------

    def _compared(self, resources: Mapping[str, Resource], known: Known) -> tuple[tuple[Resource, ...], frozenset[str]]:
        """Those that differ from what is known, and the names of those that do not."""
        versions = known() if resources else {}
        unchanged = frozenset(h for h, resource in resources.items() if versions.get(h) == resource.version)
        return tuple(r for h, r in resources.items() if h not in unchanged), unchanged

    def _request(self, calendar: CalendarId) -> _Calendar:
        self.requests += 1
        if calendar not in self._calendars:
            raise Gone(f"there is no calendar {calendar}")
        return self._calendars[calendar]

    def _writable(self, calendar: CalendarId) -> _Calendar:
        held = self._request(calendar)
        if not held.writable:
            raise Forbidden(f"{calendar} may not be written")
        return held

    def _checked(self, base: Resource) -> None:
        """Raises unless ``base`` is what stands there now."""
        held = self._writable(base.calendar)
        if base.href not in held.resources:
            raise Gone(f"{base.href} is not in {base.calendar}")
        if held.resources[base.href].version != base.version:
            raise Conflict(f"{base.href} in {base.calendar} was changed meanwhile")

    def _put(self, calendar: CalendarId, href: str, body: str) -> Resource:
        held = self._calendars[calendar]
        held.count += 1
        held.touched[href] = held.count
        held.resources[href] = Resource(calendar, href, str(held.count), body)
        return held.resources[href]
