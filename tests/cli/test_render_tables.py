"""Tables say what they were given, and take titles as text."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType

from timeblock.cli.render_tables import Check, calendars_table, checks_table, classified_table, sync_table
from timeblock.config.settings import CalendarSettings
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, CalendarInfo, Event, EventKey, Occurrence, SetAside
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.sync.pull import Pulled

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"))
WORK = CalendarId("local", "work")


def shown(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_calendars_with_rights_and_use() -> None:
    used = CalendarSettings("protected", "local", "work", "blocks")
    other = CalendarInfo(CalendarId("local", "x"), "Other [bold]", False)
    text = shown(calendars_table([("local", CalendarInfo(WORK, "Work", True), used), ("local", other, None)]))
    assert "read and write" in text
    assert "protected (blocks go here)" in text
    assert "Other [bold]" in text
    assert "not used" in text


def test_sync_counts_what_came() -> None:
    aside = SetAside(WORK, "x.ics", "x", "no start")
    lines = shown(sync_table([("work", Pulled(WORK, 12, 3, (aside,), 4))])).splitlines()
    assert lines[1].split() == ["work", "12", "3", "1", "4"]


def test_checks_give_a_remedy_only_where_one_is_needed() -> None:
    text = shown(checks_table([Check("zone", True, "Oslo", "move"), Check("database", False, "broken", "mend it")]))
    assert "mend it" in text
    assert "move" not in text


def test_classified_events_say_why() -> None:
    start = WHERE.at(date(2026, 11, 23), 9 * 60)
    event = Event(EventKey(WORK, "a", "a"), "[1:1] Jonas")
    item = Classified(
        Occurrence(Interval(start, start + 1800), event), Activity.MEETING, "work", "r", "its calendar", False
    )
    text = shown(classified_table([item], WHERE))
    assert "Mon 23 Nov 09:00-09:30" in text
    assert "[1:1] Jonas" in text
    assert "meeting (free)" in text
    assert "its calendar" in text


def test_long_cells_are_folded_and_not_cut() -> None:
    info = CalendarInfo(CalendarId("local", "/a/very/long/path/to/a/calendar"), "Work", True)
    text = shown(calendars_table([("local", info, None)]), width=50)
    assert "".join(text.split()).count("calendar") >= 1
    assert all(len(line) <= 50 for line in text.splitlines())
