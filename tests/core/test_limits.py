"""Rest before work: what a day of work leaves to the next, and which day of a week stays free."""

from __future__ import annotations

from datetime import date, timedelta

from tests.planner.life import WHERE, at, span
from timeblock.core.interval import Interval
from timeblock.core.limits import by_day, free_days, rested
from timeblock.core.localtime import Week

MON, TUE, WED = (date(2026, 11, 23) + timedelta(n) for n in range(3))
WEEK = Week.of(MON).days()
OFFICE = {day: span(f"{day.day} 09:00", 480) for day in WEEK[:5]}


def test_work_of_a_day_is_from_the_first_to_the_last_that_starts_on_it() -> None:
    found = by_day(WHERE, [span("23 14:00", 60), span("23 09:00", 30), span("23 23:00", 120), span("24 10:00", 30)])
    assert found == {MON: Interval(at("23 09:00"), at("24 01:00")), TUE: span("24 10:00", 30)}


def test_eleven_hours_after_a_late_evening_nothing_begins() -> None:
    first, _ = rested(WHERE, [TUE], {MON: span("23 22:00", 90)}, OFFICE, 660)[TUE]
    assert first == at("24 10:30")


def test_work_ends_eleven_hours_before_an_early_flight() -> None:
    _, last = rested(WHERE, [MON], {TUE: span("24 05:00", 60)}, OFFICE, 660)[MON]
    assert last == at("23 18:00")


def test_work_of_an_evening_ends_eleven_hours_before_the_office_opens() -> None:
    assert rested(WHERE, [MON], {}, OFFICE, 660)[MON] == (at("23 00:00"), at("23 22:00"))


def test_the_hours_one_wants_to_work_do_not_cut_into_each_other() -> None:
    shifts = {MON: span("23 14:00", 480), TUE: span("24 06:00", 480)}
    assert rested(WHERE, [MON], {}, shifts, 660)[MON][1] == at("23 22:00")


def test_before_a_day_off_the_evening_is_long() -> None:
    friday = date(2026, 11, 27)
    assert rested(WHERE, [friday], {}, OFFICE, 660)[friday][1] == at("28 12:00")


def test_the_free_day_is_the_one_that_asks_for_least_and_the_later_of_equals() -> None:
    wanted = dict.fromkeys(WEEK[:6], 60.0)
    assert free_days(WEEK, set(WEEK[:5]), (), wanted) == {Week.of(MON): WEEK[6]}
    assert free_days(WEEK, set(WEEK[:5]), (), dict.fromkeys(WEEK, 60.0)) == {Week.of(MON): WEEK[6]}
    assert free_days(WEEK, set(WEEK[:5]), (), wanted | {WEEK[6]: 90.0}) == {Week.of(MON): WEEK[5]}


def test_a_day_with_a_block_that_stands_is_not_freed_while_another_can_be() -> None:
    assert free_days(WEEK, set(WEEK[:5]), {WEEK[6]}, {}) == {Week.of(MON): WEEK[5]}


def test_a_week_that_the_calendar_fills_has_no_free_day() -> None:
    assert free_days(WEEK, set(WEEK), (), {}) == {}
