"""What we hold of a Google calendar, kept up as a pull does; and a series to hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.google.calendars import Item
from timeblock.calendars.google_calendar import GoogleCalendar
from timeblock.core.event import CalendarId, Resource, SetAside
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.recurrence import expand

ME = "me@example.com"
MINE = CalendarId("google", ME)
NOVEMBER = Interval(
    int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()), int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
)


@dataclass
class Held:
    """``cost``: requests of the last sync."""

    backend: GoogleCalendar
    calendar: CalendarId = MINE
    resources: dict[str, Resource] = field(default_factory=dict)
    cursor: str | None = None
    cost: int = 0

    def sync(self) -> Held:
        before, versions = self.backend.requests, {h: r.version for h, r in self.resources.items()}
        page = self.backend.changes(self.calendar, self.cursor, lambda: versions)
        kept = page.unchanged if page.complete else self.resources.keys() - set(page.removed)
        self.resources = {h: r for h, r in self.resources.items() if h in kept} | {r.href: r for r in page.changed}
        self.cursor, self.cost = page.cursor, self.backend.requests - before
        return self

    @property
    def starts(self) -> list[str]:
        """Title and UTC start of every occurrence in November 2026."""
        found = [self.backend.codec.decode(resource) for resource in self.resources.values()]
        expanded = [expand(s, NOVEMBER, Whereabouts(ZoneInfo("UTC"))) for decoded in found for s in decoded.series]
        assert [aside for decoded in found for aside in decoded.set_aside] == list[SetAside]()
        said = [o for expansion in expanded for o in expansion.occurrences]
        return sorted(f"{datetime.fromtimestamp(o.interval.start, UTC):%d %H:%M} {o.event.summary}" for o in said)


def at(day: int, hour: int = 9) -> Item:
    return {"dateTime": f"2026-11-{day:02}T{hour:02}:00:00Z", "timeZone": "UTC"}


def standup(**more: object) -> Item:
    """Every Monday of November."""
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]}
    return {"id": "standup", "summary": "Standup", "start": at(2), "end": at(2, 10), **rule, **more}
