"""Days of a person: windows, holidays, leave; over midnight, clock changes and trips."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.core.weeks import OSLO, at, person
from timeblock.core.hours import YEARS, Day, days, holidays, public, waking, working_hours
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Week

MONDAY = date(2026, 11, 23)
WEEK_48 = person().where.week(Week(2026, 48))
NIGHTS = (("22:00-06:00",),) * 5 + ((), ())


def span(start: str, end: str, zone: ZoneInfo = OSLO) -> Interval:
    return Interval(at(start, zone), at(end, zone))


def whole(first: str, count: int = 1) -> tuple[Interval, bool]:
    last = date.fromisoformat(first) + timedelta(days=count)
    return span(f"{first} 00:00", f"{last} 00:00"), True


def by_date(found: list[Day]) -> dict[str, Day]:
    return {str(day.on): day for day in found}


# ---- holidays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "day", "is_one"),
    [
        ("NO", date(2026, 5, 17), True),
        ("NO", date(2026, 5, 18), False),
        ("DE-BY", date(2026, 1, 6), True),
        ("DE", date(2026, 1, 6), False),
        ("", date(2026, 12, 25), False),
    ],
)
def test_holidays_of_a_country_or_a_part_of_it(region: str, day: date, is_one: bool) -> None:
    assert (day in holidays(person(holiday_region=region), {2025, 2026})) is is_one


def test_they_have_names_and_ones_own_are_added() -> None:
    own = date(2026, 12, 31)
    found = holidays(person(holiday_region="NO", extra_holidays=frozenset({own, date(2026, 5, 17)})), {2026})
    assert own in found
    assert all(found.values())
    assert found[date(2026, 5, 17)] != found[own]  # the name of the region stands


def test_years_are_those_asked_for() -> None:
    assert {day.year for day in holidays(person(holiday_region="NO"), {2024, 2026})} == {2024, 2026}
    assert holidays(person(holiday_region="NO"), ()) == {}


# ---- windows ---------------------------------------------------------------------------------------------------------


def test_working_hours_of_a_day() -> None:
    who = person((("09:00-12:00", "11:00-13:00", "14:00-17:00"), *((),) * 6))
    assert working_hours(who, MONDAY).intervals == (
        span("2026-11-23 09:00", "2026-11-23 13:00"),
        span("2026-11-23 14:00", "2026-11-23 17:00"),
    )
    assert not working_hours(who, date(2026, 11, 24)).intervals


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-23", 8)])
def test_a_night_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    assert working_hours(person((("22:00-06:00",),) * 7), date.fromisoformat(day)).minutes == hours * 60


def test_on_a_trip_the_hours_are_those_of_the_clocks_there() -> None:
    there = ZoneInfo("America/New_York")
    who = person(stays=(Stay(MONDAY, MONDAY, there),))
    assert working_hours(who, MONDAY).intervals == (span("2026-11-23 09:00", "2026-11-23 17:00", there),)
    assert working_hours(who, date(2026, 11, 24)).intervals == (span("2026-11-24 09:00", "2026-11-24 17:00"),)


# ---- days ------------------------------------------------------------------------------------------------------------


def test_a_week_of_days() -> None:
    found = list(days(person(), WEEK_48))
    assert [day.on for day in found] == list(Week(2026, 48).days())
    assert [len(day.hours) for day in found] == [1, 1, 1, 1, 1, 0, 0]
    assert all(day.window == day.hours and not day.off for day in found)
    assert sum(day.whole.minutes for day in found) == 7 * 1440


def test_holidays_and_whole_days_of_leave_have_no_window_but_keep_their_hours() -> None:
    who = person(holiday_region="NO")
    found = by_date(list(days(who, who.where.week(Week(2026, 20)), [whole("2026-05-13", 3)])))
    assert [day.off for day in found.values()][:5] == ["", "", "leave", found["2026-05-14"].off, "leave"]
    assert found["2026-05-14"].off not in ("", "leave")
    assert found["2026-05-14"].hours
    assert not found["2026-05-14"].window
    assert found["2026-05-12"].window


def test_leave_of_some_hours_takes_those() -> None:
    found = by_date(list(days(person(), WEEK_48, [(span("2026-11-23 13:00", "2026-11-23 18:00"), False)])))
    assert found["2026-11-23"].window == (span("2026-11-23 09:00", "2026-11-23 13:00"),)
    assert not found["2026-11-23"].off


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    found = by_date(list(days(person(NIGHTS), WEEK_48, [whole("2026-11-24")])))
    assert found["2026-11-23"].window == (span("2026-11-23 22:00", "2026-11-24 06:00"),)
    assert not found["2026-11-24"].window
    assert found["2026-11-25"].window


def test_leave_elsewhere_in_time_does_not_matter() -> None:
    assert list(days(person(), WEEK_48, [whole("2026-11-30", 5)])) == list(days(person(), WEEK_48))


def test_a_day_that_a_trip_leaves_out_is_not_there() -> None:
    apia, pago = ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Pago_Pago")
    who = person(zone=apia, stays=(Stay(date(2026, 11, 16), date(2026, 11, 26), pago),))
    found = [day.on.day for day in days(who, who.where.week(Week(2026, 48)))]
    assert found == [23, 24, 25, 27, 28, 29]


# ---- waking ----------------------------------------------------------------------------------------------------------


def test_waking_is_what_is_not_night() -> None:
    day = person().where.day(MONDAY)
    assert day is not None
    assert waking(person(), day).intervals == (span("2026-11-23 06:30", "2026-11-23 22:30"),)
    assert waking(person(), WEEK_48).minutes == 7 * 16 * 60


def test_the_night_of_a_clock_change_is_shorter_not_the_day() -> None:
    who = person()
    assert waking(who, who.where.week(Week(2026, 13))).minutes == 7 * 16 * 60


def test_holidays_that_came_with_the_config_are_those_of_the_library() -> None:
    asked = person(holiday_region="DE-BY")
    told = replace(asked, public=public("DE-BY", frozenset(YEARS)))
    for years in ({2014}, {2015, 2016}, {2026}, {2045, 2046}):
        assert holidays(told, years) == holidays(asked, years) != {}


def test_what_came_with_the_config_needs_no_library() -> None:
    told = person(holiday_region="nowhere", public=((date(2026, 5, 17), "Constitution Day"),))
    assert holidays(told, {2026, 2027}) == {date(2026, 5, 17): "Constitution Day"}


def test_a_year_that_the_library_does_not_know_warns_nobody() -> None:
    assert {day.year for day, _ in public("CN", frozenset({2026, 2060}))} >= {2026}
