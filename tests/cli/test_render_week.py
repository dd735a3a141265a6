"""The week picture shows everything that it should, inside the terminal, with and without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from timeblock.cli.render import Look
from timeblock.cli.render_week import LOOKS, week_picture
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, CalendarId, Event, EventKey, Occurrence, Status
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.core.plan import Block
from timeblock.core.problem import Kind

OSLO = Whereabouts(ZoneInfo("Europe/Oslo"))
MONDAY = date(2026, 11, 23)
CALENDAR = CalendarId("local", "work")


def at(weekday: int, start: str, end: str, where: Whereabouts = OSLO, monday: date = MONDAY) -> Interval:
    """``end`` before ``start`` is on the next day."""
    minutes = [int(c[:2]) * 60 + int(c[3:]) for c in (start, end)]
    on = monday + timedelta(days=weekday)
    return Interval(where.at(on, minutes[0]), where.at(on, minutes[1] + (1440 if minutes[1] <= minutes[0] else 0)))


def event(
    interval: Interval,
    title: str,
    activity: Activity = Activity.MEETING,
    all_day: bool = False,
    answer: Answer | None = None,
    status: Status = Status.CONFIRMED,
) -> Classified:
    found = Event(EventKey(CALENDAR, title, title), title, status=status)
    return Classified(Occurrence(interval, found, all_day), activity, "work", "rule", "why", answer=answer)


def block(interval: Interval, title: str = "Dinner", kind: Kind = Kind.NON_NEGOTIABLE) -> Block:
    return Block(f"{title}/1", title, title, kind, "family", interval)


def drawn(
    events: Sequence[Classified] = (),
    blocks: Sequence[Block] = (),
    width: int = 100,
    where: Whereabouts = OSLO,
    monday: date = MONDAY,
    weeks: int = 1,
    new: Sequence[str] = (),
    ascii_only: bool = False,
) -> list[str]:
    span = Interval(where.at(monday), where.at(monday + timedelta(days=7 * weeks)))
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(week_picture(events, blocks, span, where, Look(width, True, ascii_only), new))
    return captured.get().splitlines()


def test_columns_are_days_and_rows_half_hours() -> None:
    lines = drawn(blocks=[block(at(1, "18:00", "20:00"))], width=80)
    assert "Mon 23" in lines[1]
    evening = [line for line in lines if line.startswith(("18:00", "19:00"))]
    column = lines[1].index("Tue")
    assert [line[column] for line in evening] == ["N", "N"]


def test_narrow_terminals_get_a_list() -> None:
    lines = drawn([event(at(0, "09:00", "09:15"), "Stand-up")], [block(at(0, "18:00", "20:00"))], width=60)
    assert "  09:00-09:15  | Stand-up" in lines
    assert "  18:00-20:00  N Dinner" in lines
    assert "  nothing" in lines


def test_two_weeks_are_two_pictures() -> None:
    lines = drawn(weeks=2)
    assert [line for line in lines if line.startswith("Week")] == [
        "Week 48: Mon 23 Nov - Sun 29 Nov 2026",
        "Week 49: Mon 30 Nov - Sun 6 Dec 2026",
    ]


def test_signs_say_what_is_new_moved_pinned_and_free() -> None:
    where = at(2, "08:00", "09:00")
    blocks = [
        block(at(0, "08:00", "09:00"), "One"),
        Block("Two/1", "Two", "Two", Kind.REST, "", at(1, "08:00", "09:00"), moved_from=where),
        replace(block(at(2, "08:00", "09:00"), "Three"), pinned=True),
        replace(block(at(3, "08:00", "09:00"), "Four"), busy=False),
    ]
    text = "\n".join(drawn(blocks=blocks, new=["One/1"]))
    for wanted in ("N+One", "R~Two", "N*Three", "N?Four"):
        assert wanted in text


def test_two_at_once_are_side_by_side_and_marked() -> None:
    lines = drawn([event(at(2, "13:00", "14:00"), "Security"), event(at(2, "13:30", "14:30"), "Board")])
    both = next(line for line in lines if "Board" in line)
    assert both.count("!") == 2


def test_back_to_back_is_no_clash() -> None:
    lines = drawn([event(at(2, "09:00", "09:15"), "Stand-up"), event(at(2, "09:15", "10:00"), "Sync")])
    grid = [line for line in lines if line[:2].isdigit() or line.startswith("   ")]
    assert not any("!" in line for line in grid)


@pytest.mark.parametrize("width", [60, 100])
def test_what_does_not_take_place_is_not_shown(width: int) -> None:
    hour = at(1, "10:00", "11:00")
    gone = [
        event(hour, "Declined", answer=Answer.DECLINED),
        event(hour, "Withdrawn", status=Status.CANCELLED),
        event(hour, "Elsewhere", Activity.IGNORE),
        event(hour, "Twin", Activity.OURS),
    ]
    text = "\n".join(drawn([*gone, event(hour, "Real")], width=width))
    assert "Real" in text
    assert not any(g.occurrence.event.summary in text for g in gone)


def test_an_event_over_midnight_is_on_both_days() -> None:
    lines = drawn([event(at(4, "22:00", "02:00"), "Night")], width=60)
    assert "  22:00-00:00  | Night" in lines
    assert "  00:00-02:00  | Night" in lines


def test_all_day_events_stand_above_the_hours() -> None:
    lines = drawn([event(at(5, "00:00", "00:00"), "Birthday", all_day=True)])
    assert next(n for n, line in enumerate(lines) if "=Birthday" in line) == 2


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
def test_the_night_of_the_clock_change_is_drawn(monday: date) -> None:
    sunday = at(6, "01:30", "03:30", monday=monday)
    assert "  01:30-03:30  | Shift" in drawn([event(sunday, "Shift")], monday=monday, width=60)
    assert any(line.startswith("02:00") for line in drawn([event(sunday, "Shift")], monday=monday))


def test_a_trip_shows_the_clock_of_the_place() -> None:
    abroad = Whereabouts(OSLO.home, (Stay(MONDAY, MONDAY + timedelta(2), ZoneInfo("America/New_York")),))
    lines = drawn(blocks=[block(at(0, "18:00", "20:00", abroad))], where=abroad, width=60)
    assert "Mon 23 Nov (New York)" in lines
    assert "  18:00-20:00  N Dinner" in lines
    assert any("(New York)" in line for line in drawn(where=abroad, width=120))


def test_what_finds_no_row_is_counted() -> None:
    short = [block(at(0, f"09:{n:02d}", f"09:{n + 10:02d}"), f"Part{n}", Kind.BREAK) for n in (0, 10, 20)]
    assert any("+2" in line for line in drawn(blocks=short))


def test_every_kind_has_a_letter_of_its_own() -> None:
    assert set(LOOKS) == set(Kind)
    assert len({letter for letter, _ in LOOKS.values()}) == len(Kind)


def test_ascii_terminals_get_ascii() -> None:
    events = [event(at(0, "23:00", "23:30"), "A title that is far too long to be shown in a column of the picture")]
    assert all(line.isascii() for width in (50, 80) for line in drawn(events, width=width, ascii_only=True))


TITLES = st.text(st.characters(codec="utf-8"), max_size=30)
STARTS = st.integers(0, 7 * 96 - 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(STARTS, st.integers(1, 40), TITLES), max_size=8), st.integers(36, 140), st.booleans())
def test_no_line_is_wider_than_the_terminal(items: list[tuple[int, int, str]], width: int, ascii_only: bool) -> None:
    start = OSLO.at(MONDAY)
    spans = [(Interval(start + s * 900, start + (s + length) * 900), title) for s, length, title in items]
    blocks = [block(interval, title) for interval, title in spans[:4]]
    events = [event(interval, title) for interval, title in spans[4:]]
    assert all(cell_len(line) <= width for line in drawn(events, blocks, width, ascii_only=ascii_only))


@settings(max_examples=30, deadline=None)
@given(st.lists(STARTS, max_size=6, unique=True), st.sampled_from([60, 80, 120]))
def test_each_block_is_in_the_picture(starts: list[int], width: int) -> None:
    start = OSLO.at(MONDAY)
    blocks = [block(Interval(start + s * 900, start + (s + 2) * 900), f"b{n}") for n, s in enumerate(starts)]
    lines = drawn(blocks=blocks, width=width)
    shown = sum(line.count(f"N b{n}") for line in lines for n in range(len(blocks)))
    counted = sum(
        int(line[i + 1])
        for line in lines[:-1]
        for i, c in enumerate(line)
        if c == "+" and line[i + 1 : i + 2].isdigit()
    )
    assert shown + counted >= len(blocks)
