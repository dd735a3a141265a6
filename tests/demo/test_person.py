"""Maya's files are real calendars, the same each time, and tell the story that the page draws."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from timeblock.codecs import ical
from timeblock.config.load import load
from timeblock.core.event import Answer, CalendarId, Occurrence, Resource, Status
from timeblock.core.interval import Interval, Spans
from timeblock.core.localtime import Week, Whereabouts, Window, instant
from timeblock.core.recurrence import expand
from timeblock.demo.ics import ME, Entry, file
from timeblock.demo.life import HOLIDAY, LATE_MAIL, PAST, TRIP, VACATION
from timeblock.demo.person import CALENDARS, build

OSLO = ZoneInfo("Europe/Oslo")
WHERE = Whereabouts(OSLO)
NOW = instant(datetime(2026, 11, 24, 10, 0, tzinfo=OSLO))
WEEK = Week(2026, 48)


@pytest.fixture(scope="module")
def maya(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("maya"), NOW)


@cache
def occurrences(folder: Path, calendar: str) -> tuple[Occurrence, ...]:
    span = Interval(WHERE.week(WEEK.plus(-PAST)).start, WHERE.week(WEEK.plus(3)).end)
    return tuple(found for path in sorted((folder / "calendars" / calendar).glob("*.ics")) for found in _in(path, span))


def _in(path: Path, span: Interval) -> Iterator[Occurrence]:
    resource = Resource(CalendarId("local", path.parent.name), path.name, "1", path.read_bytes().decode())
    decoded = ical.decode(resource)
    assert not decoded.set_aside, decoded.set_aside
    for series in decoded.series:
        expansion = expand(series, span, WHERE)
        assert not expansion.set_aside
        yield from expansion.occurrences


def accepted(found: Occurrence) -> bool:
    declined = any(a.email == ME and a.answer is Answer.DECLINED for a in found.event.attendees)
    return not declined and found.event.status is not Status.CANCELLED and not found.all_day


def late_minutes(folder: Path, week: Week) -> float:
    """Work outside 8 to 16 on weekdays."""
    inside = Spans.of(WHERE.window(day, Window.parse("08:00-16:00")) for day in week.days()[:5])
    work = Spans.of(o.interval for o in occurrences(folder, "work") if accepted(o))
    return (work.clip(WHERE.week(week)) - inside).minutes


def test_the_config_has_no_mistakes_and_names_every_folder(maya: Path) -> None:
    settings = load(maya)
    assert {c.match for c in settings.calendars} == set(CALENDARS)
    assert settings.database == f"sqlite:///{maya.parent / 'timeblock.db'}"
    assert {r.kind.value for r in settings.requests} >= {
        "non-negotiable", "rest", "break", "focus", "batch", "ritual", "buffer", "review",
    }  # fmt: skip


def test_the_trip_of_the_config_is_the_one_in_the_calendar(maya: Path) -> None:
    where = load(maya).person.where
    dinner = next(o for o in occurrences(maya.parent, "work") if "Customer dinner" in o.event.summary)
    assert where.zone_on(where.date_of(dinner.interval.start)).key == "America/New_York"
    assert f"{where.clock_at(dinner.interval.start):%H:%M}" == "18:30"
    assert Week.of(where.date_of(dinner.interval.start)) == WEEK.plus(TRIP)


def test_the_same_week_gives_the_same_files(maya: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again", NOW + 2 * 86400)
    first, second = ({p.name: p.read_bytes() for p in c.parent.rglob("*.[ic][cs]?")} for c in (maya, again))
    assert first == second
    assert len(first) > 150


def test_mail_after_hours_grew_until_the_goal_began(maya: Path) -> None:
    text = (maya.parent / "sent-mail.csv").read_text(encoding="utf-8")
    times = [datetime.fromisoformat(line) for line in text.splitlines()[1:]]
    late = [
        sum(at.hour < 8 or at.hour >= 16 for at in times if Week.of(at.date()) == WEEK.plus(n)) for n in range(-PAST, 0)
    ]
    assert late == list(LATE_MAIL)
    assert (maya.parent / "sent-mail.csv").stat().st_mtime == NOW


def test_building_again_leaves_what_is_there(tmp_path: Path) -> None:
    config = build(tmp_path, NOW)
    changed = next((tmp_path / "calendars" / "work").glob("*.ics"))
    changed.write_text("mine", encoding="utf-8")
    assert build(tmp_path, NOW + 86400) == config
    assert changed.read_text(encoding="utf-8") == "mine"


def test_evenings_filled_up(maya: Path) -> None:
    weeks = [late_minutes(maya.parent, WEEK.plus(n)) for n in range(-PAST, 0)]
    assert sum(weeks[-4:]) > 3 * sum(weeks[:4])
    assert max(weeks[:TRIP]) < min(weeks[-2:])


def test_nobody_works_on_vacation_or_holiday(maya: Path) -> None:
    off = [*WEEK.plus(VACATION).days(), WEEK.plus(HOLIDAY).days()[4]]
    busy = [o for o in occurrences(maya.parent, "work") if accepted(o) and WHERE.date_of(o.interval.start) in off]
    assert busy == []


def test_tuesdays_run_through_lunch(maya: Path) -> None:
    tuesday = WEEK.plus(-1).days()[1]
    work = Spans.of(o.interval for o in occurrences(maya.parent, "work") if accepted(o))
    window = WHERE.window(tuesday, Window.parse("09:00-14:00"))
    assert window
    assert work.clip(window).minutes == 300


@pytest.mark.parametrize("calendar", ["protected", "work-shared"])
def test_what_timeblock_writes_to_starts_empty(maya: Path, calendar: str) -> None:
    assert list((maya.parent / "calendars" / calendar).glob("*.ics")) == []


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 12, 28), date(2024, 2, 26)])
def test_any_week_of_any_year_will_do(tmp_path: Path, monday: date) -> None:
    now = instant(datetime(monday.year, monday.month, monday.day, 23, 30, tzinfo=OSLO))
    assert load(build(tmp_path, now)).goals


def test_lines_are_folded_and_text_is_escaped() -> None:
    title = "Ärger; sehr, sehr viel Ärger \\ und noch mehr Ärger, bis die Zeile zu lang geworden ist"
    text = file([Entry("work", "x", title, date(2026, 1, 1), date(2026, 1, 2))])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    decoded = ical.decode(Resource(CalendarId("a", "b"), "x", "1", text))
    assert decoded.series[0].master
    assert decoded.series[0].master.event.summary == title
