"""The problem posed: which blocks are asked for, in which windows, among which facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.planner.life import (
    BERLIN,
    FRIDAY,
    PERSON,
    WHERE,
    WORKDAYS,
    ask,
    at,
    event,
    item,
    request,
    span,
    stands,
    told,
    windows_of,
)
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, EventKey, Status
from timeblock.core.ground import horizon, waking
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Week, Whereabouts, Window
from timeblock.core.problem import Kind, Problem, now_of, one_a_day, precedence
from timeblock.core.steer import Defence, Steering, WeekSteering


def keys(problem: Problem) -> list[str]:
    return [i.key for i in problem.items]


# ---- horizon ----


@pytest.mark.parametrize(
    ("now", "weeks", "end"),
    [("23 06:00", 1, "30 00:00"), ("23 06:00", 2, "2026-12-07 00:00"), ("25 06:00", 1, "2026-12-07 00:00")],
)
def test_the_horizon_ends_with_a_whole_week(now: str, weeks: int, end: str) -> None:
    assert horizon(at(now), weeks, WHERE) == Interval(at(now), at(end))


def test_the_problem_begins_now() -> None:
    assert now_of(ask(request())) == at("23 06:00")


# ---- quotas and keys ----


def test_one_item_for_each_block_of_the_week() -> None:
    problem = ask(request(count=2, windows="18:00-20:30"), weeks=2)
    assert keys(problem) == ["dinner/2026-W48/1", "dinner/2026-W48/2", "dinner/2026-W49/1", "dinner/2026-W49/2"]


def test_one_item_for_each_block_of_the_day() -> None:
    problem = ask(request("mail", per="day", count=2, weekdays=FRIDAY, windows="09:00-12:00"))
    assert keys(problem) == ["mail/2026-11-27/1", "mail/2026-11-27/2"]


def test_items_come_in_order_of_precedence() -> None:
    problem = ask(
        [request("b", Kind.ROUTINE), request("a", Kind.FOCUS), request("z", priority=2), request("y", priority=1)]
    )
    assert [i.request.name for i in problem.items] == ["y", "z", "a", "b"]


def test_kinds_before_priorities() -> None:
    assert precedence(request(kind=Kind.REST, priority=9)) < precedence(request(kind=Kind.FOCUS, priority=1))


def test_a_block_of_the_past_days_counts_for_its_week() -> None:
    problem = ask(
        request(count=2, windows="18:00-20:00"), standing=[stands("dinner/2026-W48/1", "23 18:00")], now="25 08:00"
    )
    assert [k for k in keys(problem) if "W48" in k] == ["dinner/2026-W48/2"]


def test_a_skipped_block_is_not_asked_for_again() -> None:
    problem = ask(request(windows="18:00-20:00"), standing=[stands("dinner/2026-W48/1", "24 18:00", skipped=True)])
    assert not problem.items
    assert not problem.fixed


def test_no_sibling_comes_in_the_place_of_a_skipped_block() -> None:
    skipped = stands("dinner/2026-W48/1", "24 18:00", skipped=True)
    problem = ask(request(count=2, windows="18:00-20:00"), standing=[skipped])
    assert keys(problem) == ["dinner/2026-W48/2"]
    assert not any(w.overlaps(span("24 18:00", 60)) for w in problem.items[0].windows)
    assert any(w.covers(span("25 18:00", 60)) for w in problem.items[0].windows)


def test_a_sibling_that_stands_where_one_was_skipped_may_stay() -> None:
    skipped = stands("dinner/2026-W48/1", "24 18:00", skipped=True)  # after a lost database: its place is a guess
    problem = ask(request(count=2, windows="18:00-20:00"), standing=[skipped, stands("dinner/2026-W48/2", "24 18:00")])
    assert any(w.covers(span("24 18:00", 60)) for w in problem.items[0].windows)


def test_a_pinned_block_is_a_fact_with_its_key() -> None:
    problem = ask(
        request(windows="18:00-20:00", private=True, area="family"),
        standing=[stands("dinner/2026-W48/1", "28 12:00", pinned=True, title="Brunch", busy=False)],
    )
    assert not problem.items
    (fact,) = problem.fixed
    assert (fact.key, fact.label, fact.interval, fact.pinned) == (
        "dinner/2026-W48/1",
        "Brunch",
        span("28 12:00", 60),
        True,
    )
    assert (fact.kind, fact.area, fact.busy, fact.private) == (Kind.NON_NEGOTIABLE, "family", False, True)


def test_a_block_that_starts_soon_is_a_fact() -> None:
    standing = [stands("dinner/2026-W48/1", "23 18:00")]
    soon = ask(request(windows="18:00-20:00"), standing=standing, now="23 16:30")
    assert [f.key for f in soon.fixed] == ["dinner/2026-W48/1"]
    assert not soon.fixed[0].pinned
    later = ask(request(windows="18:00-20:00"), standing=standing, now="23 15:30")
    assert item(later, "dinner/2026-W48/1").before == span("23 18:00", 60)


def test_a_pinned_block_beyond_a_lowered_quota_still_counts() -> None:
    problem = ask(request(count=2), standing=[stands("dinner/2026-W48/5", "26 18:00", pinned=True)])
    assert keys(problem) == ["dinner/2026-W48/1"]


def test_of_a_lowered_quota_those_stay_that_stand() -> None:
    problem = ask(
        request(count=2), standing=[stands("dinner/2026-W48/2", "26 18:00"), stands("dinner/2026-W48/3", "27 18:00")]
    )
    assert sorted(keys(problem)) == ["dinner/2026-W48/1", "dinner/2026-W48/2"]
    one = ask(
        request(count=2),
        standing=[stands("dinner/2026-W48/1", "26 18:00", skipped=True), stands("dinner/2026-W48/2", "27 18:00")],
    )
    assert keys(one) == ["dinner/2026-W48/2"]


def test_blocks_of_requests_that_are_gone_are_nobody_s() -> None:
    problem = ask(request(), standing=[stands("yoga/2026-W48/1", "24 18:00", pinned=True)])
    assert not problem.fixed


def test_old_blocks_are_forgotten_but_last_week_s_still_count_for_spacing() -> None:
    standing = [stands("dinner/2026-W46/1", "10 18:00"), stands("dinner/2026-W47/1", "22 18:00")]
    assert [f.key for f in ask(request(), standing=standing).fixed] == ["dinner/2026-W47/1"]


def test_days_that_are_over_are_nobody_s_failure() -> None:
    problem = ask(request(count=4, windows="18:00-20:00"), now="28 12:00")
    assert [k for k in keys(problem) if "W48" in k] == ["dinner/2026-W48/1", "dinner/2026-W48/2"]
    assert len([k for k in keys(problem) if "W49" in k]) == 4


def test_a_week_that_is_over_is_not_asked_for() -> None:
    problem = ask(request(weekdays=frozenset((0,)), windows="18:00-20:00"), now="25 12:00")
    assert keys(problem) == ["dinner/2026-W49/1"]


@pytest.mark.parametrize(
    ("more", "capped"),
    [
        ({}, True),
        ({"count": 8}, False),
        ({"spacing_minutes": 60}, False),
        ({"per": "day"}, False),
        ({"around": "Dentist"}, False),
        ({"after_stretch_minutes": 90}, False),
    ],
)
def test_one_a_day(more: dict[str, Any], capped: bool) -> None:
    assert one_a_day(request(**more)) is capped


# ---- windows ----


def test_windows_on_the_days_asked_for() -> None:
    problem = ask(request(weekdays=frozenset((1, 3)), windows=["07:00-08:00", "18:00-20:30"]))
    assert windows_of(problem, "dinner/2026-W48/1") == [
        "Tue 24 07:00 60",
        "Tue 24 18:00 150",
        "Thu 26 07:00 60",
        "Thu 26 18:00 150",
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    problem = ask(request("sleep", Kind.REST, 480, per="day", weekdays=FRIDAY, windows="22:30-06:30"))
    assert windows_of(problem, "sleep/2026-11-27/1") == ["Fri 27 22:30 480"]


def test_the_last_night_of_the_horizon_is_whole() -> None:
    problem = ask(request("sleep", Kind.REST, 480, per="day", windows="22:30-06:30"))
    assert windows_of(problem, "sleep/2026-11-29/1") == ["Sun 29 22:30 480"]


def test_a_window_begins_after_now_on_the_grid() -> None:
    problem = ask(request(per="day", windows="08:00-12:00"), now="23 09:07", lead_minutes=10)
    assert windows_of(problem, "dinner/2026-11-23/1") == ["Mon 23 09:30 150"]
    problem = ask(request(per="day", windows="08:00-12:00"), now="23 09:20", lead_minutes=10)
    assert windows_of(problem, "dinner/2026-11-23/1") == ["Mon 23 09:30 150"]


def test_what_is_left_of_a_window_must_be_long_enough() -> None:
    problem = ask(request(per="day", windows="08:00-10:00"), now="23 09:07")
    assert "dinner/2026-11-23/1" not in keys(problem)


@pytest.mark.parametrize("kind", [Kind.FOCUS, Kind.BATCH, Kind.ROUTINE, Kind.REVIEW, Kind.RITUAL, Kind.BUFFER])
def test_work_has_the_working_hours_where_it_names_no_windows(kind: Kind) -> None:
    problem = ask(request("x", kind, per="day"))
    assert {i.key for i in problem.items} == {f"x/2026-11-{day}/1" for day in range(23, 28)}
    assert windows_of(problem, "x/2026-11-24/1") == ["Tue 24 09:00 540"]


@pytest.mark.parametrize("kind", [Kind.NON_NEGOTIABLE, Kind.REST])
def test_life_has_the_waking_hours_where_it_names_no_windows(kind: Kind) -> None:
    problem = ask(request("x", kind, per="day"))
    assert windows_of(problem, "x/2026-11-29/1") == ["Sun 29 06:30 960"]


def test_waking_hours_of_one_who_goes_to_bed_after_midnight() -> None:
    owl = replace(PERSON, night=Window.parse("01:00-09:00"))
    assert waking(owl, date(2026, 11, 24)) == Interval(at("24 09:00"), at("25 01:00"))


def test_a_window_that_the_clocks_skip_vanishes_and_says_so() -> None:
    problem = ask(request("feed", length=30, per="day", windows="02:00-03:00"), now="2026-03-23 12:00")
    assert dict(problem.impossible) == {"feed/2026-03-29/1": "the clocks skip 02:00-03:00 on Sun 29 Mar"}
    assert item(problem, "feed/2026-03-29/1").windows == ()
    assert windows_of(problem, "feed/2026-03-28/1") == ["Sat 28 02:00 60"]


def test_a_window_through_the_hour_that_comes_twice_is_longer() -> None:
    problem = ask(request("sleep", length=480, per="day", windows="22:30-06:30"), now="2026-10-19 12:00")
    assert windows_of(problem, "sleep/2026-10-24/1") == ["Sat 24 22:30 540"]


def test_on_a_trip_windows_are_those_of_the_clock_there() -> None:
    away = Whereabouts(BERLIN, (Stay(date(2026, 11, 25), date(2026, 11, 26), ZoneInfo("America/New_York")),))
    problem = ask(request(per="day", windows="18:00-20:00"), person=replace(PERSON, where=away))
    assert item(problem, "dinner/2026-11-25/1").windows[0].start == at("25 18:00", ZoneInfo("America/New_York"))
    assert item(problem, "dinner/2026-11-27/1").windows[0].start == at("27 18:00")


# ---- days off ----


def test_work_is_not_asked_for_on_holidays_and_leave() -> None:
    leave = event("24 00:00", 2 * 1440, "Holiday at the sea", Activity.LEAVE, all_day=True)
    focus = request("focus", Kind.FOCUS, per="day", windows="10:00-12:00")
    problem = ask([focus, request(per="day")], leave, off={date(2026, 11, 26): "Founders' day"})
    assert [k for k in keys(problem) if "focus" in k] == [
        "focus/2026-11-23/1",
        "focus/2026-11-27/1",
        "focus/2026-11-28/1",
        "focus/2026-11-29/1",
    ]
    assert len([k for k in keys(problem) if "dinner" in k]) == 7
    assert not problem.fixed


def test_a_cancelled_leave_is_none() -> None:
    leave = event("24 00:00", 1440, "Leave", Activity.LEAVE, all_day=True, status=Status.CANCELLED, busy=False)
    assert len(ask(request("focus", Kind.FOCUS, per="day"), leave).items) == 5


def test_leave_of_an_afternoon_takes_the_afternoon() -> None:
    problem = ask(request("focus", Kind.FOCUS, per="day"), event("24 13:00", 300, "Off", Activity.LEAVE))
    assert windows_of(problem, "focus/2026-11-24/1") == ["Tue 24 09:00 240"]


def test_a_week_off_is_told_for_what_is_asked_by_the_week() -> None:
    leave = event("23 00:00", 7 * 1440, "Sea", Activity.LEAVE, all_day=True)
    problem = ask(request("focus", Kind.FOCUS, count=1, weekdays=WORKDAYS), leave)
    (told_why,) = problem.impossible
    assert told_why == (
        "focus/2026-W48/1",
        "all of its days are off (Sea, Mon 23 Nov; Sea, Tue 24 Nov; Sea, Wed 25 Nov …)",
    )


def test_work_on_days_without_working_hours_is_told() -> None:
    problem = ask(request("focus", Kind.FOCUS, weekdays=frozenset((5, 6))))
    assert problem.impossible == (("focus/2026-W48/1", "you have no working hours on its days; give it windows"),)


# ---- facts ----


def test_busy_events_from_today_on_are_facts() -> None:
    problem = ask(
        request(),
        event("22 10:00", 60, "Yesterday"),
        event("23 04:00", 60, "This morning"),
        event("24 10:00", 60, ""),
        event("24 11:00", 60, "Declined", busy=False),
        event("24 12:00", 60, "Ours", Activity.OURS),
        event("24 13:00", 60, "Not mine", Activity.IGNORE),
        event("24 14:00", 60, "Choir", Activity.PERSONAL),
        event("25 00:00", 1440, "Release day", all_day=True),
    )
    assert [f.label for f in problem.fixed] == ["This morning", "an event without a title", "Choir"]


def test_each_day_has_its_waking_hours() -> None:
    problem = ask(request(), now="23 12:00")
    assert len(problem.waking) == 7
    assert told(problem, problem.waking[0]) == "Mon 23 06:30 960"


# ---- rituals ----


def test_a_ritual_ends_with_the_working_day() -> None:
    problem = ask(request("shutdown", Kind.RITUAL, 15, per="day", weekdays=FRIDAY, windows="17:00-19:00"))
    assert windows_of(problem, "shutdown/2026-11-27/1") == ["Fri 27 17:00 60"]
    assert item(problem, "shutdown/2026-11-27/1").late


def test_a_ritual_comes_after_the_last_meeting() -> None:
    shutdown = request("shutdown", Kind.RITUAL, 15, per="day", weekdays=FRIDAY)
    assert windows_of(ask(shutdown, event("27 12:00", 240)), "shutdown/2026-11-27/1") == ["Fri 27 16:00 120"]
    late = ask(shutdown, event("27 12:00", 60), event("27 17:00", 90))
    assert windows_of(late, "shutdown/2026-11-27/1") == ["Fri 27 18:30 15"]
    assert not item(late, "shutdown/2026-11-27/1").late


def test_a_dinner_with_customers_is_no_reason_to_shut_down_at_night() -> None:
    shutdown = request("shutdown", Kind.RITUAL, 15, per="day", weekdays=FRIDAY)
    assert windows_of(ask(shutdown, event("27 19:30", 120)), "shutdown/2026-11-27/1") == ["Fri 27 09:00 540"]


def test_a_ritual_stays_within_the_windows_that_are_named() -> None:
    shutdown = request("shutdown", Kind.RITUAL, 15, per="day", weekdays=FRIDAY, windows="17:00-18:00")
    assert windows_of(ask(shutdown, event("27 17:00", 90)), "shutdown/2026-11-27/1") == ["Fri 27 17:00 60"]
    assert windows_of(ask(shutdown, event("27 16:00", 90)), "shutdown/2026-11-27/1") == ["Fri 27 17:30 30"]


def test_nobody_needs_a_break_at_the_edges_of_the_day() -> None:
    assert windows_of(ask(request("x", Kind.BREAK, per="day")), "x/2026-11-24/1") == ["Tue 24 10:00 420"]
    assert windows_of(ask(request("x", Kind.BREAK, 480, per="day")), "x/2026-11-24/1") == ["Tue 24 09:00 540"]


@pytest.mark.parametrize("windows", ["08:00-09:30", "20:00-21:00"])
def test_a_ritual_at_another_time_does_not_close_the_day(windows: str) -> None:
    problem = ask(request("tea", Kind.RITUAL, 15, per="day", weekdays=FRIDAY, windows=windows))
    assert windows_of(problem, "tea/2026-11-27/1") == [f"Fri 27 {windows[:5]} {90 if windows[0] == '0' else 60}"]
    assert not item(problem, "tea/2026-11-27/1").late


# ---- buffers ----

TRAVEL = request("travel", Kind.BUFFER, around="dentist", before_minutes=30, after_minutes=20)


def test_a_buffer_touches_what_it_belongs_to() -> None:
    problem = ask(TRAVEL, event("24 10:00", 60, "Dentist, Dr. Wu"), event("25 10:00", 60, "Standup"))
    before, after = sorted(problem.items, key=lambda i: i.windows)
    assert (told(problem, before.windows[0]), before.touch) == ("Tue 24 09:30 30", "end")
    assert (told(problem, after.windows[0]), after.touch) == ("Tue 24 11:00 20", "start")
    assert (after.min_minutes, after.ideal_minutes, after.max_minutes) == (20, 20, 20)
    assert before.key.startswith("travel/2026-11-24/")
    assert before.key.endswith("-before")


def test_the_key_of_a_buffer_names_the_event_and_not_its_time() -> None:
    early = keys(ask(TRAVEL, event("24 10:00", 60, "Dentist", uid="d")))
    assert early == keys(ask(TRAVEL, event("24 15:00", 45, "At the dentist", uid="d")))
    assert early != keys(ask(TRAVEL, event("24 10:00", 60, "Dentist", uid="e")))


def test_instances_of_a_series_have_keys_of_their_own() -> None:
    series = [event(f"24 {hour}:00", 30, "Dentist", uid="d", recurring=True) for hour in (10, 15)]
    assert len(set(keys(ask(TRAVEL, *series)))) == 4


def test_the_same_invitation_in_two_calendars_has_one_buffer() -> None:
    one = event("24 10:00", 60, "Dentist", uid="d")
    copy = replace(one.occurrence.event, key=EventKey(CalendarId("home", "x"), "b.ics", "d"))
    other = replace(one, occurrence=replace(one.occurrence, event=copy))
    assert len(ask(TRAVEL, one, other).items) == 2


@pytest.mark.parametrize(
    "seen",
    [
        event("24 10:00", 60, "Dentist", busy=False),
        event("24 00:00", 1440, "Dentist", all_day=True),
        event("23 06:20", 60, "Dentist", uid="before now"),
    ],
)
def test_no_buffer_for_what_is_free_or_lasts_all_day_or_begins_now(seen: Classified) -> None:
    assert not [i for i in ask(TRAVEL, seen).items if i.key.endswith("before")]


def test_a_buffer_around_everything_that_takes_place_somewhere() -> None:
    travel = request("travel", Kind.BUFFER, around="@location", before_minutes=30)
    seen = [
        event("24 10:00", 60, "A", location="Oslo"),
        event("24 12:00", 60, "B"),
        event("24 14:00", 60, "C", location="x", online=True),
    ]
    problem = ask(travel, *seen)
    assert [told(problem, i.windows[0]) for i in problem.items] == ["Tue 24 09:30 30"]


def test_a_buffer_only_on_its_weekdays() -> None:
    assert not ask(replace(TRAVEL, weekdays=FRIDAY), event("24 10:00", 60, "Dentist")).items


def test_a_skipped_buffer_stays_away_and_a_standing_one_is_known() -> None:
    seen = event("24 10:00", 60, "Dentist")
    first, second = keys(ask(TRAVEL, seen))
    problem = ask(TRAVEL, seen, standing=[stands(first, "24 11:00", 20, skipped=True), stands(second, "24 09:30", 30)])
    assert keys(problem) == [second]
    assert item(problem, second).before == span("24 09:30", 30)


# ---- breaks ----

PAUSE = request("pause", Kind.BREAK, (5, 10, 15), after_stretch_minutes=90)


def test_a_break_follows_a_stretch_of_meetings() -> None:
    problem = ask(PAUSE, event("24 09:00", 55), event("24 09:58", 45, "Overlap"), event("24 10:00", 30))
    (pause,) = problem.items
    assert told(problem, pause.windows[0]) == "Tue 24 10:43 15"
    assert (pause.touch, pause.min_minutes, pause.ideal_minutes, pause.max_minutes) == ("start", 5, 10, 15)


@pytest.mark.parametrize(
    "seen",
    [
        [event("24 09:00", 45), event("24 09:50", 60)],
        [event("24 09:00", 120, "Writing", Activity.FOCUS)],
        [event("24 16:00", 120, "until the day ends")],
        [event("28 10:00", 120, "on Saturday")],
        [],
    ],
)
def test_no_break_after_a_breather_own_work_or_outside_working_hours(seen: list[Classified]) -> None:
    assert not ask(PAUSE, *seen).items


def test_leave_takes_working_hours() -> None:
    assert windows_of(ask(request("off", Kind.LEAVE, 480, weekdays=FRIDAY)), "off/2026-W48/1") == ["Fri 27 09:00 540"]


# ---- months, totals, rest, goals ----

BOOK = request("book", per="total", count=10, since=date(2026, 11, 23), until=date(2026, 12, 20), windows="18:00-20:00")


def test_a_total_asks_for_as_many_as_its_pace() -> None:
    assert keys(ask(BOOK)) == [f"book/until-2026-12-20/{n}" for n in (1, 2, 3)]  # 7 of 28 days: 2.5 of 10
    assert len(keys(ask(BOOK, weeks=2))) == 5
    assert len(keys(ask(BOOK, weeks=4))) == 10


def test_what_was_done_of_a_total_counts() -> None:
    done = [stands("book/until-2026-12-20/1", "23 18:00"), stands("book/until-2026-12-20/7", "24 18:00")]
    assert keys(ask(BOOK, standing=done, now="25 08:00")) == [f"book/until-2026-12-20/{n}" for n in (2, 3, 4)]


def test_a_total_ends_with_its_last_day() -> None:
    assert keys(ask(replace(BOOK, until=date(2026, 11, 22), since=date(2026, 11, 1)))) == []


def test_a_month_asks_for_its_share_and_the_next_for_its_own() -> None:
    walk = request("walk", per="month", count=3, windows="12:00-13:00")
    assert keys(ask(walk)) == ["walk/2026-11/1", "walk/2026-11/2", "walk/2026-11/3"]  # November has 8 days left
    assert keys(ask(walk, weeks=2)) == [*keys(ask(walk)), "walk/2026-12/1"]  # six days of 31


FOCUS = request("focus", Kind.FOCUS, per="day", area="work", windows="06:00-23:30")


def test_work_of_ours_leaves_eleven_hours_before_the_next_working_day() -> None:
    assert windows_of(ask(FOCUS), "focus/2026-11-24/1") == ["Tue 24 06:00 960"]  # until 22:00: the office opens at nine


def test_work_of_ours_begins_eleven_hours_after_a_late_evening() -> None:
    problem = ask(FOCUS, event("23 21:00", 150))
    assert windows_of(problem, "focus/2026-11-24/1") == ["Tue 24 10:30 690"]


def test_rest_limits_only_work_and_as_much_as_is_asked() -> None:
    evening = event("23 21:00", 150)
    assert windows_of(ask(replace(FOCUS, area="growth"), evening), "focus/2026-11-24/1") == ["Tue 24 06:00 1050"]
    assert windows_of(ask(FOCUS, evening, daily_rest_minutes=0), "focus/2026-11-24/1") == ["Tue 24 06:00 1050"]


def test_one_day_of_the_week_stays_free_of_work() -> None:
    assert "focus/2026-11-29/1" not in keys(ask(FOCUS))
    assert "focus/2026-11-29/1" in keys(ask(FOCUS, work_free_day=False))


def test_sunday_may_be_worked_when_saturday_was_free() -> None:
    assert "focus/2026-11-29/1" in keys(ask(FOCUS, *(event(f"{n} 10:00", 60) for n in range(23, 28)), now="29 06:00"))


LATE = request("late start", Kind.REST, (30, 60, 60), after_late_minutes=660)


def test_a_late_evening_asks_for_a_late_start() -> None:
    problem = ask(LATE, event("23 21:00", 150))
    assert windows_of(problem, "late start/2026-11-24/1") == ["Tue 24 09:00 90"]
    assert item(problem, "late start/2026-11-24/1").ideal_minutes == 90


def test_an_early_evening_a_day_off_or_a_short_wait_asks_for_none() -> None:
    assert keys(ask(LATE, event("23 20:00", 100))) == []
    assert keys(ask(LATE, event("27 21:00", 150))) == []


def test_a_broken_night_keeps_work_out_of_the_morning() -> None:
    night = {date(2026, 11, 24): at("24 11:00")}
    assert windows_of(ask(FOCUS, work_from=night), "focus/2026-11-24/1") == ["Tue 24 11:00 660"]
    assert windows_of(ask(LATE, work_from=night), "late start/2026-11-24/1") == ["Tue 24 09:00 120"]


def goals(**more: Any) -> Steering:
    return Steering({Week(2026, 48): WeekSteering(**more)})


def test_a_budget_of_work_is_what_meetings_leave_of_it() -> None:
    asked = goals(work_minutes=600.0, why=("calmer",))
    problem = ask(FOCUS, event("23 10:00", 90), event("24 10:00", 30), steering=asked, now="24 06:00")
    assert [(b.minutes, b.reason) for b in problem.budgets] == [(480, "calmer")]
    assert ask(FOCUS, event("23 10:00", 700), steering=asked).budgets[0].minutes == 0


def test_a_goal_about_work_ends_the_day_sooner() -> None:
    asked = goals(stop={0: 16 * 60})
    problem = ask(request("shutdown", Kind.RITUAL, 15, per="day", windows="15:00-18:00"), steering=asked)
    assert windows_of(problem, "shutdown/2026-11-23/1") == ["Mon 23 15:00 60"]
    assert windows_of(problem, "shutdown/2026-11-24/1") == ["Tue 24 15:00 180"]


def test_a_goal_asks_for_more_blocks_of_a_week() -> None:
    problem = ask(request(windows="18:00-20:00"), steering=goals(quotas={"dinner": 3}), weeks=2)
    assert [k.split("/")[1] for k in keys(problem)] == ["2026-W48"] * 3 + ["2026-W49"]


def test_a_goal_that_is_behind_has_its_blocks_held() -> None:
    problem = ask([request(), request("call")], steering=Steering(defence={"dinner": Defence(1, "behind")}))
    assert {i.request.name: i.request.defence for i in problem.items} == {"dinner": 1, "call": 0}
