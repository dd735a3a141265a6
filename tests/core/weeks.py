"""Small lives for tests of measures: a person, what stands in their calendar, and the figures of one week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import Person
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Stay, Week, Whereabouts, Window
from timeblock.core.measures import Measure, week
from timeblock.core.scope import BlockFact, BlockState, Facts

OSLO = ZoneInfo("Europe/Oslo")
OFFICE = (("09:00-17:00",),) * 5 + ((), ())


def person(
    hours: Iterable[Iterable[str]] = OFFICE, zone: ZoneInfo = OSLO, stays: tuple[Stay, ...] = (), **more: Any
) -> Person:
    windows = tuple(tuple(Window.parse(text) for text in day) for day in hours)
    return Person(Whereabouts(zone, stays), windows, **more)


def at(text: str, zone: ZoneInfo = OSLO) -> Instant:
    """``"2026-11-23 09:00"`` on the clocks of ``zone``."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).timestamp())


def event(
    start: str, end: str, activity: Activity = Activity.MEETING, zone: ZoneInfo = OSLO, **more: Any
) -> Classified:
    """From ``start`` to ``end`` ("10:30" for the same day). ``uid``, ``title``, ``calendar``, ``area``, ``answer``,
    ``busy``."""
    end = end if " " in end else f"{start[:10]} {end}"
    uid, calendar = more.pop("uid", start), more.pop("calendar", "work")
    told = Event(EventKey(CalendarId("cloud", calendar), f"{uid}.ics", uid), more.pop("title", f"{activity} {start}"))
    area = more.pop("area", "work" if activity in ("meeting", "focus", "routine") else "")
    return Classified(Occurrence(Interval(at(start, zone), at(end, zone)), told), activity, area, "", "", **more)


def days_off(first: str, days: int, activity: Activity = Activity.LEAVE, zone: ZoneInfo = OSLO) -> Classified:
    """Whole days."""
    last = date.fromisoformat(first) + timedelta(days=days)
    told = Event(EventKey(CalendarId("cloud", "work"), "off.ics", f"off {first}"), "Vacation")
    interval = Interval(at(f"{first} 00:00", zone), at(f"{last} 00:00", zone))
    return Classified(Occurrence(interval, told, all_day=True), activity, "", "", "")


def block(key: str, start: str, end: str, area: str = "family", state: BlockState = "live", **more: Any) -> BlockFact:
    """``kind``, ``reason``."""
    return BlockFact(key, key, area, Interval(at(start), at(f"{start[:10]} {end}")), state, **more)


def facts(who: Person, *items: Classified, known: Interval | None = None, **more: Any) -> Facts:
    """Everything around the items is known, unless said otherwise."""
    starts = [c.occurrence.interval.start for c in items] or [at("2026-11-23 00:00")]
    month = 30 * 86400
    known = known or Interval(min(starts) - month, max(starts) + month)
    return Facts(who, items, more.pop("now", known.end), known, **more)


def measured(found: Facts, iso_week: str) -> dict[str, Measure]:
    return {m.id: m for m in week(found, Week.parse(iso_week))}


UNANSWERED: dict[str, Any] = {"answer": Answer.NEEDS_ACTION}

NEED_MORE = {"blocks", "churn", "leave_left", "leave_pace", "after_hours_emails"}
"""Unknown where there are no blocks, nothing was written, no leave is named, and no source tells of mail."""
