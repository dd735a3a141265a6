"""Leave: bridges first, quiet days, several periods, not at the end, and what expires in time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from timeblock.core.hours import Person
from timeblock.core.leave import LeaveYear, proposals
from timeblock.core.localtime import Whereabouts, Window

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"))
ADA = Person(WHERE, ((Window(540, 1020),),) * 5 + ((),) * 2)
MAY_DAY, ASCENSION = date(2027, 5, 17), date(2027, 5, 6)
"""A Monday and a Thursday."""


def year(**more: Any) -> LeaveYear:
    said: dict[str, Any] = {"today": date(2027, 3, 1), "until": date(2027, 7, 31), "off": {}} | more
    return LeaveYear(ADA, **said)


def test_the_friday_after_a_holiday_is_the_first_day_to_take() -> None:
    (found,) = proposals(year(off={ASCENSION: "Ascension"}), 1)
    assert found.days == (date(2027, 5, 7),)
    assert (found.first, found.last, found.free) == (ASCENSION, date(2027, 5, 9), 4)
    assert found.why == "with Ascension"


def test_a_quiet_week_is_taken_before_a_busy_one_and_an_early_one_before_a_late_one() -> None:
    days = [date(2027, 3, 1) + timedelta(days=n) for n in range(150)]
    quiet = {day: 0.0 if date(2027, 4, 12) <= day <= date(2027, 4, 16) else 240.0 for day in days}
    first = proposals(year(load=quiet), 10)[0]
    assert first.days[0] == date(2027, 3, 15)  # the second period; the quiet week is the other
    assert date(2027, 4, 12) in {p.days[0] for p in proposals(year(load=quiet), 10)}
    assert proposals(year(), 5)[0].days[0] == date(2027, 3, 15)


def test_never_all_of_it_at_once_nor_at_the_end() -> None:
    found = proposals(year(), 10)
    assert sum(len(p.days) for p in found) == 10
    assert len(found) >= 2
    assert all(b.days[0] - a.days[-1] >= timedelta(days=14) for a, b in pairwise(found))
    assert max(p.last for p in found) < date(2027, 7, 17)


def test_what_expires_is_taken_before_it_does() -> None:
    found = proposals(year(), 8, expiring=3, expires=date(2027, 3, 31))
    assert sum(len([d for d in p.days if d <= date(2027, 3, 31)]) for p in found) >= 3


def test_days_that_are_off_or_taken_already_cost_no_leave() -> None:
    taken = {date(2027, 3, 15) + timedelta(days=n) for n in range(5)}
    found = proposals(year(taken=taken, off={MAY_DAY: "Constitution Day"}), 8)
    assert not taken & {day for p in found for day in p.days}
    assert MAY_DAY not in {day for p in found for day in p.days}


def test_a_time_that_is_too_short_holds_what_it_can() -> None:
    assert sum(len(p.days) for p in proposals(year(until=date(2027, 3, 17)), 10)) == 3
    assert proposals(year(until=date(2027, 3, 2)), 10) == ()


@given(st.integers(1, 25), st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=12))
def test_each_day_is_a_working_day_and_is_proposed_once(wanted: int, off: set[date]) -> None:
    asked = LeaveYear(ADA, date(2027, 1, 4), date(2027, 12, 31), dict.fromkeys(off, "a holiday"))
    found = proposals(asked, wanted)
    days = [day for p in found for day in p.days]
    assert len(days) == len(set(days)) == wanted
    assert all(asked.works(day) for day in days)
    assert all(p.first <= p.days[0] <= p.days[-1] <= p.last for p in found)
