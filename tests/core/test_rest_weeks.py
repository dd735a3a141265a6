"""Which weeks are weeks of rest by the calendar."""

from __future__ import annotations

import pytest

from tests.core.weeks import days_off, event, facts, person
from timeblock.core.classify import Activity
from timeblock.core.localtime import Week
from timeblock.core.rest_weeks import absences


@pytest.mark.parametrize(
    ("first", "days", "weeks"),
    [
        ("2026-11-24", 2, set()),
        ("2026-11-24", 3, {48}),
        ("2026-11-27", 4, {48}),  # Friday to Monday: three days of one week, one of the next
        ("2026-11-28", 4, set()),
        ("2026-11-26", 14, {48, 49, 50}),
    ],
)
def test_an_absence_of_three_days_makes_one(first: str, days: int, weeks: set[int]) -> None:
    assert absences(facts(person(), days_off(first, days))) == {Week(2026, n) for n in weeks}


def test_three_single_days_and_a_long_event_that_is_no_leave_make_none() -> None:
    singles = [days_off(f"2026-11-{day}", 1) for day in (23, 25, 27)]
    away = event("2026-11-23 09:00", "2026-11-27 17:00", Activity.ROUTINE)
    assert absences(facts(person(), *singles, away)) == frozenset()


def test_hours_out_of_office_count_by_the_days_they_touch() -> None:
    away = event("2026-11-23 12:00", "2026-11-25 12:00", Activity.LEAVE)
    assert absences(facts(person(), away)) == {Week(2026, 48)}
