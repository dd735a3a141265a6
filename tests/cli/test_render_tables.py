"""Tables say what they were given, and take titles as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType

from timeblock.cli.render_tables import (
    Check,
    calendars_table,
    checks_table,
    classified_table,
    log_table,
    pushed_lines,
    run_table,
    sync_table,
)
from timeblock.config.settings import CalendarSettings
from timeblock.core.classify import Activity, Classified
from timeblock.core.diff import Create, Slot
from timeblock.core.event import CalendarId, CalendarInfo, Draft, Event, EventKey, Occurrence, SetAside
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.errors import Forbidden
from timeblock.store.history import Action, Entry, Run
from timeblock.store.outbox import Wish
from timeblock.sync.pull import Pulled
from timeblock.sync.push import Pushed

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


NAMES = {WORK: "work calendar"}
START = WHERE.at(date(2026, 11, 23), 18 * 60)
SLOT = Slot(WORK, "dinner/2026-W48/1")
DINNER = Draft("uid", SLOT.key, 0, Interval(START, START + 7200), "Europe/Oslo", "Family [dinner]")


def test_the_log_counts_what_each_run_did() -> None:
    text = shown(
        log_table([Run("2", "apply", START, {Action.CREATED: 3, Action.FAILED: 0}), Run("1", "undo", START)], WHERE)
    )
    assert text.splitlines()[1].split() == ["2", "Mon", "23", "Nov", "18:00", "apply", "3", "created"]
    assert "nothing to do" in text


def test_a_run_is_shown_block_by_block() -> None:
    made = Entry(START, SLOT, Action.CREATED, None, DINNER, "wanted")
    gone = Entry(START, SLOT, Action.FAILED, None, None, "no right to write")
    text = shown(run_table([made, gone], WHERE, NAMES))
    assert "Family [dinner]" in text
    assert "Mon 23 Nov 18:00-20:00" in text
    assert "dinner/2026-W48/1" in text
    assert "no right to write" in text
    assert "work calendar" in text


def test_what_was_written_can_be_taken_back() -> None:
    made = Entry(START, SLOT, Action.CREATED, None, DINNER, "wanted")
    text = shown(pushed_lines("7", Pushed((made,)), WHERE, NAMES))
    assert "1 change written as run 7; `timeblock undo 7` takes it back." in text


def test_what_waits_is_not_called_written() -> None:
    wish = Wish(SLOT, Create(SLOT, DINNER, "wanted"), "7", START, held=True, problem="the server refuses")
    given_up = Entry(START, SLOT, Action.FAILED, None, DINNER, "the server refuses")
    text = shown(pushed_lines("7", Pushed((given_up,), (wish,)), WHERE, NAMES), width=140)
    assert "given up until something changes: the server refuses" in text
    assert "written as run" not in text


def test_what_waits_for_the_same_reason_is_told_once() -> None:
    waiting = [Wish(Slot(WORK, f"lunch/{n}"), None, "7", 0, problem="you may only read there") for n in (1, 2, 3)]
    text = shown(pushed_lines("7", Pushed(held=(*waiting, replace(waiting[0], held=True))), WHERE, NAMES), width=140)
    assert "lunch/1 and 2 more on local:work waits: you may only read there" in text
    assert "lunch/1 on local:work given up until something changes: you may only read there" in text


def test_nothing_to_write_is_not_said_when_an_account_failed() -> None:
    assert "Nothing to write" in shown(pushed_lines("", Pushed(), WHERE, NAMES))
    assert "Nothing to write" not in shown(pushed_lines("7", Pushed(errors={"home": Forbidden("no")}), WHERE, NAMES))
