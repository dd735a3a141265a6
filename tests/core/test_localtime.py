"""Days, weeks and windows in every zone, over clock changes and the date line."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Week, Whereabouts, Window, clock, instant, local, resolve

OSLO = ZoneInfo("Europe/Oslo")
HOME = Whereabouts(OSLO)
ZONES = [
    "Europe/Oslo", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Pacific/Apia", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "UTC",
]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
dates = st.dates(date(2011, 1, 1), date(2027, 12, 31))


@st.composite
def whereabouts(draw: st.DrawFn) -> tuple[Whereabouts, date]:
    """A life with up to three trips around a date, back to back or not."""
    day = draw(dates)
    stays, first = [], day + timedelta(days=draw(st.integers(-5, 2)))
    for _ in range(draw(st.integers(0, 3))):
        last = first + timedelta(days=draw(st.integers(0, 3)))
        stays.append(Stay(first, last, draw(zones)))
        first = last + timedelta(days=draw(st.integers(1, 2)))
    return Whereabouts(draw(zones), tuple(stays)), day


# --- The clock --------------------------------------------------------------------------------------------------------


def test_a_time_in_the_gap_is_read_with_the_offset_before_and_a_double_one_is_the_first() -> None:
    assert resolve(datetime(2026, 3, 29, 2, 30), OSLO) == instant(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    assert resolve(datetime(2026, 10, 25, 2, 30, fold=1), OSLO) == instant(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))


@given(st.integers(0, 2**31), zones)
def test_there_and_back(at: int, zone: ZoneInfo) -> None:
    there = local(at, zone)
    assert instant(there) == at
    assert there.fold or resolve(there.replace(tzinfo=None), zone) == at


def test_a_day_has_23_24_or_25_hours() -> None:
    hours = [d.minutes / 60 for on in (29, 30) if (d := HOME.day(date(2026, 3, on)))]
    autumn = HOME.day(date(2026, 10, 25))
    assert autumn is not None
    assert [*hours, autumn.minutes / 60] == [23, 24, 25]


def test_a_midnight_that_does_not_exist_begins_the_day_when_the_clocks_jump() -> None:
    cairo = Whereabouts(ZoneInfo("Africa/Cairo"))  # 24 April 2026, 00:00 to 01:00
    day = cairo.day(date(2026, 4, 24))
    assert day is not None
    assert day.minutes == 23 * 60


# --- Days tile time ---------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(whereabouts())
def test_days_follow_each_other_without_gap_or_overlap(trip: tuple[Whereabouts, date]) -> None:
    where, middle = trip
    whole = [d for n in range(-12, 13) if (d := where.day(middle + timedelta(days=n))) is not None]
    assert all(a.end == b.start for a, b in pairwise(whole))


@settings(max_examples=200, deadline=None)
@given(whereabouts(), st.integers(-10 * 86400, 10 * 86400))
def test_each_moment_is_in_the_day_it_is_said_to_be_in(trip: tuple[Whereabouts, date], offset: int) -> None:
    where, middle = trip
    at = where.at(middle) + offset
    day = where.day(where.date_of(at))
    assert day is not None
    assert at in day
    assert list(where.days(Interval(at, at + 1))) == [where.date_of(at)]
    assert at in where.week(where.week_of(at))


@settings(max_examples=100, deadline=None)
@given(whereabouts())
def test_weeks_follow_each_other(trip: tuple[Whereabouts, date]) -> None:
    where, middle = trip
    week = Week.of(middle)
    assert where.week(week).end == where.week(week.plus(1)).start


def test_a_flight_over_the_date_line_leaves_a_day_out() -> None:
    trip = Whereabouts(
        ZoneInfo("Pacific/Pago_Pago"), (Stay(date(2026, 11, 11), date(2026, 11, 20), ZoneInfo("Pacific/Kiritimati")),)
    )
    before, missing, after = (trip.day(date(2026, 11, day)) for day in (9, 10, 11))
    assert missing is None
    assert before is not None
    assert after is not None
    assert before.end == after.start


def test_the_other_way_a_day_lasts_two() -> None:
    trip = Whereabouts(
        ZoneInfo("Pacific/Auckland"), (Stay(date(2026, 11, 11), date(2026, 11, 20), ZoneInfo("Pacific/Honolulu")),)
    )
    day = trip.day(date(2026, 11, 10))
    assert day is not None
    assert day.minutes == 47 * 60


def test_samoa_had_no_30_december_2011() -> None:
    apia = Whereabouts(ZoneInfo("Pacific/Apia"))
    assert apia.day(date(2011, 12, 30)) is None
    assert [d.day for d in apia.days(Interval(apia.at(date(2011, 12, 29)), apia.at(date(2012, 1, 1))))] == [29, 31]


def test_the_clock_of_a_trip() -> None:
    trip = Whereabouts(OSLO, (Stay(date(2026, 11, 10), date(2026, 11, 12), ZoneInfo("America/New_York")),))
    noon = instant(datetime(2026, 11, 11, 12, tzinfo=UTC))
    assert trip.clock_at(noon).hour == 7
    assert trip.zone_on(date(2026, 11, 13)) == OSLO


# --- Windows ----------------------------------------------------------------------------------------------------------


def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    night = HOME.window(date(2026, 11, 23), Window.parse("22:30-06:30"))
    assert night == Interval(HOME.at(date(2026, 11, 23), 22 * 60 + 30), HOME.at(date(2026, 11, 24), 6 * 60 + 30))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 23), 8)])
def test_a_night_over_the_change_of_clocks(day: date, hours: int) -> None:
    night = HOME.window(day, Window.parse("22:30-06:30"))
    assert night is not None
    assert night.minutes == hours * 60


def test_a_window_that_the_clocks_skip_is_none() -> None:
    assert HOME.window(date(2026, 3, 29), Window.parse("02:00-03:00")) is None


@pytest.mark.parametrize("text", ["", "9-10", "09:00", "24:00-25:00", "09:60-10:00", "23:00-24:01", "aa:bb-cc:dd"])
def test_what_is_no_window_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"no such time|not a window"):
        Window.parse(text)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (1440, 1500), (60, 60), (60, 60 + 1441)])
def test_a_window_that_cannot_be(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a window"):
        Window(start, end)


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_a_window_reads_back_as_it_is_written(start: int, length: int) -> None:
    assert Window.parse(str(Window(start, start + length))) == Window(start, start + length)


def test_dashes_and_spaces_are_as_people_write_them() -> None:
    assert Window.parse(" 9:00 – 17:00 ") == Window(540, 1020)
    assert clock(1445) == "00:05"


# --- Weeks ------------------------------------------------------------------------------------------------------------


def test_weeks_read_and_count_as_iso_says() -> None:
    week = Week.parse("2026-W53")
    assert week.monday == date(2026, 12, 28)
    assert str(week.plus(1)) == "2027-W01"
    assert week.days()[-1] == date(2027, 1, 3)
    assert Week.of(date(2027, 1, 3)) == week


@pytest.mark.parametrize("text", ["2027-W53", "2026-W00", "2026", "W12"])
def test_what_is_no_week_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"week|Week"):
        Week.parse(text)
