"""Weeks worked out by hand, with pencil and clock; the sums stand beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.core.weeks import OFFICE, UNANSWERED, at, days_off, event, facts, measured, person
from timeblock.core.classify import Activity
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.event import Answer
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Week
from timeblock.core.measures import week
from timeblock.core.scope import Facts

APIA, PAGO = ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Pago_Pago")


NEED_MORE = {"blocks", "churn", "leave_left", "leave_pace", "after_hours_emails"}
"""Unknown where there are no blocks, nothing was written, no leave is named, and no source tells of mail."""


def values(found: Facts, iso_week: str) -> dict[str, float | None]:
    return {name: m.value for name, m in measured(found, iso_week).items()}


def check(found: Facts, iso_week: str, expected: Mapping[str, float | None]) -> None:
    all_of_them = values(found, iso_week)
    assert {name: all_of_them[name] for name in expected} == pytest.approx(expected)


def test_an_ordinary_week_by_the_schedule() -> None:
    """Oslo, Monday to Friday 9-17, contract 37:30, unpaid break 30 min. Week 48 of 2026 begins on 23 November."""
    who = person(contract_minutes=2250, unpaid_break_minutes=30)
    found = facts(
        who,
        event("2026-11-23 09:00", "10:00"),
        event("2026-11-23 10:03", "11:00"),  # 3 min later: the same stretch of 120 min
        event("2026-11-23 16:30", "18:00"),  # 60 min after hours, an evening
        event("2026-11-24 11:00", "14:00"),  # over all of lunch
        event("2026-11-25 07:30", "08:30"),  # a morning: 60
        event("2026-11-25 13:00", "15:00", Activity.FOCUS),
        event("2026-11-26 10:00", "11:00", Activity.PERSONAL, area="health"),  # out of the window
        event("2026-11-28 20:00", "22:00", Activity.ROUTINE),  # Saturday: 120
    )
    expected = {
        # 5 x 480 - 5 x 30 break - 60 personal = 2190; and 60 + 60 + 120 outside
        "work": 2430,
        "overtime": 180,
        "after_hours": 240,
        "after_hours_touches": 3,
        "weekend_work": 120,
        # Monday 18:00 to Tuesday 9:00 is 15 h; Tuesday 17:00 to Wednesday 7:30 is 14:30
        "rest_gap": 870,
        # Saturday 22:00 to Monday 9:00, 35 h; Friday 17:00 to Saturday 20:00, 27 h; the weekend before: 64 h
        "weekly_rest": 64 * 60,
        "work_free_days": 1,
        # in the window: 60 + 57 + 30 on Monday, 180 on Tuesday, of 2400
        "meeting_load": 100 * 327 / 2400,
        "conflicts": 0,
        "back_to_back": 180,
        "lunch_kept": 4,
        # free, pieces of an hour or more: Mon 11-16:30 330, Tue 9-11 120 and 14-17 180, Wed 480, Thu 60 + 360, Fri 480
        "focus_time": 2010,
        # 3 min of 2013
        "fragmentation": 100 * 3 / 2013,
        "blocks": None,
    }
    check(found, "2026-W48", expected)
    week_48 = measured(found, "2026-W48")
    assert (week_48["work"].basis, week_48["work"].at_least) == ("schedule", True)
    assert dict(week_48["overtime"].parts) == {"overtime_balance": 180}
    assert dict(week_48["after_hours_touches"].parts) == {"evenings": 1, "mornings": 1, "days off": 1}
    assert week_48["back_to_back"].detail == "2 over 90 minutes"
    assert week_48["lunch_kept"].detail == "of 5"
    assert dict(week_48["focus_time"].parts) == {"in pieces of two hours": 1950}
    assert dict(week_48["area_time"].parts) == {"work": 2580, "health": 60}


def test_the_same_week_by_events_alone() -> None:
    who = person(contract_minutes=2250, unpaid_break_minutes=30, basis="events")
    found = facts(
        who,
        event("2026-11-23 09:00", "12:00"),
        event("2026-11-23 11:00", "13:00"),  # an hour of it at the same time
        event("2026-11-24 13:00", "14:00", Activity.ROUTINE),
        event("2026-11-24 20:00", "21:00", **UNANSWERED),
    )
    expected = {
        "work": 300,
        "overtime": 0,
        "after_hours": 0,
        "conflicts": 60,
        "work_free_days": 5,
        "rest_gap": 24 * 60,  # Monday 13:00 to Tuesday 13:00
        "back_to_back": 240,
        "lunch_kept": 5,  # Monday has 30 min from 13:00
    }
    check(found, "2026-W48", expected)
    work = measured(found, "2026-W48")["work"]
    assert work.detail == "60 min more not answered"
    assert dict(measured(found, "2026-W48")["overtime"].parts) == {"overtime_balance": 300 - 2250}


def test_the_clocks_go_forward_in_a_night_at_work() -> None:
    """Oslo, 29 March 2026: 02:00 becomes 03:00, so Saturday 22:00 to Sunday 06:00 is seven hours."""
    night = (("22:00-06:00",),) * 6 + ((),)
    found = facts(
        person(night, contract_minutes=2820),
        event("2026-03-28 23:00", "2026-03-29 05:00", Activity.ROUTINE),  # 5 h in all
        event("2026-03-29 05:00", "08:00", Activity.ROUTINE),  # 06:00-08:00 is after hours
    )
    expected = {
        "work": 5 * 480 + 420 + 120,
        "overtime": 120,
        "after_hours": 120,
        "after_hours_touches": 1,
        # on Sunday, which has no window, only 06-08 lies outside that of Saturday
        "weekend_work": 120,
        "rest_gap": 16 * 60,  # 06:00 to 22:00; Sunday 08:00 to Monday 22:00 is 38 h, the week before's Sunday likewise
        "meeting_load": 0,
        "work_free_days": 0,  # each day has a part of a night
    }
    check(found, "2026-W13", expected)


def test_the_clocks_go_back_during_a_party_and_a_release() -> None:
    """Oslo, 25 October 2026: the hour from 02:00 comes twice. Sunday has 25 hours."""
    found = facts(
        person(contract_minutes=2400),
        event("2026-10-25 01:00", "04:00", Activity.ROUTINE),  # four hours
        event("2026-10-25 02:30", "03:30"),  # two hours of them: 02:30 means the first
    )
    expected = {
        "work": 2400 + 240,
        "overtime": 240,
        "after_hours": 240,
        "after_hours_touches": 1,
        "weekend_work": 240,
        "conflicts": 120,
        # Friday 17:00 to Sunday 01:00 is 32 h; Sunday 04:00 to Monday 9:00 is 29 h; Friday to Monday before: 64 h
        "weekly_rest": 64 * 60,
        "rest_gap": 16 * 60,
        "work_free_days": 1,
    }
    check(found, "2026-W43", expected)


def test_a_week_with_leave_and_a_holiday() -> None:
    """Oslo, week 20 of 2026: Thursday 14 May is Ascension Day. Leave on Friday, and on Monday from 13:00."""
    who = person(contract_minutes=2250, unpaid_break_minutes=30, holiday_region="NO")
    found = facts(
        who,
        days_off("2026-05-15", 1),
        event("2026-05-11 13:00", "17:00", Activity.LEAVE),
        event("2026-05-15 10:00", "11:00"),  # a call on leave
        event("2026-05-14 12:00", "12:30"),  # and one on the holiday
        event("2026-05-12 09:00", "10:00"),
    )
    expected = {
        # Monday 240 - 30, Tuesday and Wednesday 450; and 60 + 30 booked on days off
        "work": 210 + 900 + 90,
        # away are 240 + 480 + 480 of 2400 window minutes: half of the contract, 1125
        "overtime": 1200 + 1125 - 2250,
        "after_hours": 90,
        "after_hours_touches": 2,
        "weekend_work": 0,  # they are weekdays with a window, if it were not for leave
        "work_free_days": 2,
        "meeting_load": 100 * 60 / 1200,
        "lunch_kept": 3,
    }
    check(found, "2026-W20", expected)
    found_week = measured(found, "2026-W20")
    assert found_week["lunch_kept"].detail == "of 3"
    assert dict(found_week["after_hours_touches"].parts) == {"days off": 2}
    assert dict(found_week["work"].parts)["leave and holidays"] == 1200


def test_a_week_of_leave_is_neither_overtime_nor_a_debt() -> None:
    who = person(contract_minutes=2250, unpaid_break_minutes=30)
    found = facts(who, days_off("2026-11-23", 5), event("2026-11-16 09:00", "10:00"))
    check(found, "2026-W48", {"work": 0, "overtime": 0, "work_free_days": 7, "rest_gap": None, "meeting_load": None})
    assert dict(measured(found, "2026-W48")["overtime"].parts) == {"overtime_balance": 0}
    # Friday 20 Nov 17:00 to Monday 30 Nov 9:00
    check(found, "2026-W48", {"weekly_rest": (7 * 24 + 64) * 60, "focus_time": None, "lunch_kept": None})


def test_a_nurse_on_nights() -> None:
    """Windows Mon, Tue, Wed 22:00-07:00. Leave on Wednesday takes the night that begins then, not the one before."""
    hours = (("22:00-07:00",),) * 3 + ((),) * 4
    found = facts(
        person(hours, contract_minutes=1620),
        days_off("2026-11-25", 1),
        event("2026-11-24 02:00", "03:00"),  # in Monday's window
        event("2026-11-25 06:30", "08:00"),  # 30 min in Tuesday's window, 60 after
        event("2026-11-26 01:00", "02:00"),  # in the night that leave took
    )
    expected = {
        "work": 540 + 540 + 60 + 60,
        "overtime": 120,  # and 540 credit, less the contract's 1620: 1200 + 540 - 1620
        "after_hours": 120,
        "after_hours_touches": 2,
        "weekend_work": 60,  # Thursday has no window
        # Monday's work ends on Tuesday at 7:00, the next begins at 22:00; from Wednesday 8:00 to Thursday 1:00 are 17 h
        "rest_gap": 15 * 60,
        "meeting_load": 100 * 90 / 1080,
        # Thursday 2:00 to Monday 22:00
        "weekly_rest": (4 * 24 + 20) * 60,
        "work_free_days": 3,  # Friday to Sunday
    }
    check(found, "2026-W48", expected)


def test_a_trip_over_the_date_line() -> None:
    """Apia is UTC+13, Pago Pago UTC-11: Tuesday lasts till Wednesday begins in Pago Pago, 48 hours. On the way home
    Saturday begins in Apia when Friday would in Pago Pago, so there is no Friday."""
    who = person(zone=APIA, stays=(Stay(date(2026, 11, 25), date(2026, 11, 27), PAGO),), contract_minutes=2400)
    found = facts(
        who,
        event("2026-11-24 16:00", "18:00", zone=APIA),  # an hour after hours
        event("2026-11-25 10:00", "11:00", zone=PAGO),
        event("2026-11-27 17:00", "18:00", zone=PAGO),  # Saturday 17:00 in Apia
    )
    expected = {
        "work": 4 * 480 + 60 + 60,
        "overtime": 0,  # 2040 of 2400
        "after_hours": 120,
        "after_hours_touches": 2,
        "weekend_work": 60,
        "rest_gap": 16 * 60,  # Monday 17:00 to Tuesday 9:00
        "meeting_load": 100 * 120 / 1920,
        "lunch_kept": 4,
        "work_free_days": 1,  # Sunday; there are six days
    }
    check(found, "2026-W48", expected)
    gaps = dict(measured(found, "2026-W48")["rest_gap"].parts)
    assert gaps["2026-11-24"] == 39 * 60  # Tuesday 18:00 in Apia is 05:00 UTC; Wednesday 9:00 in Pago Pago is 20:00


def test_overlaps_count_once_and_every_minute_has_its_event() -> None:
    found = facts(
        person(),
        event("2026-11-23 18:00", "20:00", uid="a"),
        event("2026-11-23 19:00", "21:00", uid="b"),
        event("2026-11-23 19:30", "20:30", uid="c"),
        event("2026-11-23 19:00", "21:00", uid="b", calendar="copy"),  # the same meeting, seen in two calendars
    )
    of = measured(found, "2026-W48")
    assert of["after_hours"].value == 180
    assert [e.minutes for e in of["after_hours"].evidence] == [120, 60]
    # 19:00-21:00: two at once till 19:30 and from 20:00, three between, and b with c to 20:30
    assert of["conflicts"].value == 90
    assert sum(e.minutes for e in of["conflicts"].evidence) > 90


def test_what_counts_not() -> None:
    """Declined, free, tentative, whole days, ours, and what is not work."""
    found = facts(
        person(),
        event("2026-11-23 18:00", "19:00", busy=False),
        event("2026-11-23 18:00", "19:00", answer=Answer.TENTATIVE),
        days_off("2026-11-24", 1, Activity.MEETING),
        event("2026-11-24 18:00", "19:00", Activity.OURS),
        event("2026-11-25 18:00", "19:00", Activity.COMMUTE),
        event("2026-11-26 18:00", "19:00", Activity.IGNORE),
        event("2026-11-27 18:00", "19:00", answer=Answer.ACCEPTED),
    )
    check(found, "2026-W48", {"after_hours": 60, "after_hours_touches": 1, "conflicts": 0, "meeting_load": 0})


@pytest.mark.parametrize("known", [None, Interval(at("2026-01-01 00:00"), at("2026-02-01 00:00"))])
def test_no_evidence_is_unknown_not_zero(known: Interval | None) -> None:
    found = Facts(person(contract_minutes=2250), (event("2026-01-12 09:00", "10:00"),), at("2026-12-01 00:00"), known)
    for measure in week(found, Week(2026, 48)):
        assert measure.value is None, measure.id
        assert measure.missing
        assert not measure.at_least
        assert not measure.evidence


def test_a_week_of_which_only_a_part_was_read_is_unknown() -> None:
    known = Interval(at("2026-11-24 10:00"), at("2026-12-24 00:00"))
    found = facts(person(), event("2026-11-24 10:00", "11:00"), known=known)
    missing = "calendars hold nothing before Tue 24 Nov 2026 or after Wed 23 Dec 2026"
    by_calendars = [m for m in measured(found, "2026-W48").values() if DEFINITIONS[m.id].by_calendars]
    assert {m.missing for m in by_calendars} == {missing}
    assert measured(found, "2026-W49")["work"].value == 2400


def test_the_first_day_known_counts_whole() -> None:
    known = Interval(at("2026-11-23 10:00"), at("2026-12-24 00:00"))
    found = facts(person(), event("2026-11-23 10:00", "11:00"), known=known)
    assert measured(found, "2026-W48")["work"].value == 2400


def test_without_a_calendar_of_work_nothing_is_known_of_work() -> None:
    found = facts(person(contract_minutes=2250), event("2026-11-23 18:00", "19:00", Activity.PERSONAL, area="family"))
    of = measured(found, "2026-W48")
    unknown = {name for name, m in of.items() if m.value is None}
    assert unknown == {name for name, d in DEFINITIONS.items() if d.of_work} | NEED_MORE
    assert 'area = "work"' in of["work"].missing
    assert dict(of["area_time"].parts) == {"family": 60}


def test_a_contract_is_needed_for_overtime_and_nothing_else() -> None:
    found = facts(person(OFFICE), event("2026-11-23 09:00", "10:00"))
    of = measured(found, "2026-W48")
    assert "contract" in of["overtime"].missing
    assert of["work"].value == 2400
