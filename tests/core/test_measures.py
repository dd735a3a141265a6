"""Measures against the minute-by-minute oracle, laws that hold for any week, and what golden weeks leave out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.oracle import Oracle
from tests.core.weeks import NEED_MORE, OSLO, at, block, days_off, event, facts, measured, person
from timeblock.core.classify import WORK, Activity, Classified
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.event import Answer, CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import NIGHT, Person
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Week, Whereabouts, Window
from timeblock.core.measures import Drain, measure, primary_drain, trend, value_of, week
from timeblock.core.scope import BlockFact, BlockState, Facts, Move, Scope
from timeblock.core.traces import Coverage, Trace

# ---- random weeks ----------------------------------------------------------------------------------------------------

MONDAYS = [date(2026, 3, 23), date(2026, 10, 19), date(2026, 3, 30), date(2026, 11, 23)]
"""Weeks with a change of the clocks in Oslo, and without; New York changes on other days."""
ZONES = [OSLO, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Adelaide")]
EDGES = [m for m in range(0, 1440, 30) if not 60 < m < 240]
"""Windows do not begin or end while clocks change: what that means is told in the tests of local time."""
ACTIVITIES = [*Activity, Activity.MEETING, Activity.MEETING, Activity.MEETING, Activity.LEAVE]


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    start = draw(st.sampled_from(EDGES))
    end = draw(st.sampled_from([e for e in (*EDGES, *(e + 1440 for e in EDGES)) if start < e <= start + 840]))
    return (Window(start, end),)


@st.composite
def people(draw: st.DrawFn, monday: date) -> Person:
    usual = draw(windows())
    own = st.sampled_from([usual, usual, usual, (), draw(windows())])
    home, abroad = draw(st.sampled_from(ZONES)), draw(st.sampled_from(ZONES))
    left = draw(st.integers(-9, 9))
    trip = Stay(monday + timedelta(left), monday + timedelta(left + draw(st.integers(0, 5))), abroad)
    return Person(
        where=Whereabouts(home, (trip,) if draw(st.booleans()) else ()),
        hours=tuple(draw(own) for _ in range(7)),
        contract_minutes=draw(st.sampled_from([600, 2250, 2400])),
        unpaid_break_minutes=draw(st.sampled_from([0, 30, 45])),
        basis=draw(st.sampled_from(["schedule", "schedule", "events"])),
        leave_days=25,
        leave_carry_over=draw(st.sampled_from([0, 0.5, 3])),
        carry_over_until=draw(st.sampled_from([monday, monday + timedelta(3), date(2026, 12, 31), date(2027, 3, 31)])),
        reference_weeks=draw(st.sampled_from([1, 4, 17])),
        night=draw(st.sampled_from([NIGHT, Window(0, 420), Window(540, 1020)])),
    )


@st.composite
def lives(draw: st.DrawFn) -> tuple[Facts, date]:
    """A person and two weeks of theirs around a Monday."""
    monday = draw(st.sampled_from(MONDAYS))
    who = draw(people(monday))
    begin = who.where.start_of(monday) // 60
    items = [_item(draw, who, begin, n) for n in range(draw(st.integers(0, 14)))]
    always = _classified(Activity.ROUTINE, begin - 20 * 1440, begin - 20 * 1440 + 1, 99)  # so that work was seen
    holidays = frozenset(monday + timedelta(days=draw(st.integers(0, 9))) for _ in range(draw(st.integers(0, 1))))
    around = who.where.start_of(monday - timedelta(30)), who.where.start_of(monday + timedelta(40))
    known = Interval(*around)
    return Facts(
        replace(who, extra_holidays=holidays),
        (always, *items),
        (begin + draw(st.integers(1, 9 * 1440))) * 60,
        known,
        blocks=tuple(_block(draw, begin, n) for n in range(draw(st.integers(0, 4)))),
        moves=tuple(Move(f"r{n % 2}/x/1", (begin + draw(_MOMENT)) * 60) for n in range(draw(st.integers(0, 3)))),
        wrote_since=known.start,
        traces=tuple(sorted(_trace(draw, begin) for _ in range(draw(st.integers(0, 6))))),
        coverage=(Coverage("mail", True, known.start, known.end),),
    ), monday


_MOMENT = st.integers(-3 * 1440, 9 * 1440)


def _block(draw: st.DrawFn, begin: int, number: int) -> BlockFact:
    start = begin + draw(_MOMENT) // 5 * 5
    kind, area = draw(st.sampled_from([("focus", "work"), ("rest", "family"), ("review", "work"), ("rest", "")]))
    state: BlockState = draw(st.sampled_from(["live", "live", "moved", "skipped"]))
    when = Interval(start * 60, (start + draw(st.sampled_from([10, 60, 120]))) * 60)
    return BlockFact(f"b{number}/x/1", "", area, when, state, kind)


def _trace(draw: st.DrawFn, begin: int) -> Trace:
    start = begin + draw(_MOMENT)
    if draw(st.booleans()):
        return Trace(start * 60, start * 60, "mail", "mail")
    return Trace(start * 60, (start + draw(st.sampled_from([1, 4, 20, 90]))) * 60, "activity", "laptop")


def _item(draw: st.DrawFn, who: Person, begin: int, number: int) -> Classified:
    activity = draw(st.sampled_from(ACTIVITIES))
    if draw(st.integers(0, 9)) == 0:
        day = who.where.date_of(begin * 60) + timedelta(days=draw(st.integers(-1, 7)))
        whole = who.where.day(day)
        assert whole is not None
        return _classified(activity, whole.start // 60, whole.end // 60, number, all_day=True)
    start = begin + draw(st.integers(-3 * 1440, 9 * 1440)) // 5 * 5
    length = draw(st.sampled_from([1, 15, 30, 45, 57, 60, 90, 120, 240, 600, 1500]))
    busy = draw(st.integers(0, 9)) > 0
    answer = draw(st.sampled_from([None, None, Answer.ACCEPTED, Answer.TENTATIVE, Answer.NEEDS_ACTION]))
    return _classified(activity, start, start + length, number, busy=busy, answer=answer)


def _classified(
    activity: Activity, start: int, end: int, number: int, all_day: bool = False, **more: Any
) -> Classified:
    told = Event(EventKey(CalendarId("cloud", "work"), f"{number}.ics", str(number)), f"{activity} {number}")
    area = "work" if activity in WORK else "family" if activity is Activity.PERSONAL else ""
    return Classified(Occurrence(Interval(start * 60, end * 60), told, all_day), activity, area, "", "", **more)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives())
def test_they_are_what_counting_minutes_gives(life: tuple[Facts, date]) -> None:
    found, monday = life
    oracle = Oracle(found, monday)
    of = {m.id: m for m in week(found, Week.of(monday))}
    expected = dict(oracle.all())
    assert {name: of[name].value for name in expected} == pytest.approx(expected)
    assert dict(of["area_time"].parts) == pytest.approx(oracle.area_time())
    assert dict(of["quiet_days"].parts) == {"tolerant": oracle.days_with_at_most(1)}
    became = {name: count for name, count in of["blocks"].parts if ":" not in name}
    assert became == oracle.became()
    assert {*expected, "area_time", "blocks"} == set(of)


@settings(max_examples=30, deadline=None)
@given(lives())
def test_laws(life: tuple[Facts, date]) -> None:
    found, monday = life
    of = {m.id: m for m in week(found, Week.of(monday))}
    value = {name: m.value or 0 for name, m in of.items()}
    by_events = replace(found, person=replace(found.person, basis="events"))
    assert value_of(week(by_events, Week.of(monday)), "work") <= value["work"]  # type: ignore[operator]  # both known
    assert value["weekend_work"] <= value["after_hours"] <= value["work"]
    assert 0 <= value["meeting_load"] <= 100
    assert 0 <= value["fragmentation"] <= 100
    for name in ("after_hours", "weekend_work"):
        behind = [e.minutes for e in of[name].evidence] + [m.minutes for m in of[name].moments]
        assert sum(behind) == pytest.approx(value[name]), name
    listed = sum(e.minutes for e in of["work"].evidence)
    assert listed == pytest.approx(dict(of["work"].parts)["in the calendar"])
    assert all(m.version >= 1 and m.unit == DEFINITIONS[m.id].unit for m in of.values())


@settings(max_examples=30, deadline=None)
@given(lives())
def test_days_add_up_to_the_week(life: tuple[Facts, date]) -> None:
    found, monday = life
    where = found.person.where
    days = [measure(found, where.day(monday + timedelta(days=n)) or where.week(Week.of(monday))) for n in range(7)]
    whole = week(found, Week.of(monday))
    for name in ("after_hours", "weekend_work", "conflicts", "work_free_days", "after_hours_touches"):
        assert sum(value_of(day, name) or 0 for day in days) == pytest.approx(value_of(whole, name)), name
    assert all(value_of(day, "overtime") is None for day in days)


# ---- the registry ----------------------------------------------------------------------------------------------------


def test_each_definition_has_a_text_a_unit_and_a_version() -> None:
    assert list(DEFINITIONS) == [
        "work", "overtime", "rolling_hours", "after_hours", "after_hours_touches", "after_hours_emails",
        "weekend_work", "late_peak", "span", "rest_gap", "weekly_rest", "work_free_days", "quiet_days",
        "sleep_window", "meeting_load", "conflicts",
        "focus_time", "fragmentation", "back_to_back", "lunch_kept", "leave_used", "leave_left", "leave_pace",
        "area_time", "white_space", "blocks", "churn",
    ]  # fmt: skip
    for name, definition in DEFINITIONS.items():
        assert definition.id == name
        assert definition.version >= 1
        assert definition.text.endswith(".")
        assert "\n" not in definition.text


def test_overtime_of_two_weeks_is_that_of_each() -> None:
    late = [event(f"2026-11-{day} 17:00", "19:00") for day in ("16", "17", "23")]
    found = facts(person(contract_minutes=2400), *late)
    where = found.person.where
    both = Interval(where.week(Week(2026, 47)).start, where.week(Week(2026, 48)).end)
    overtime = next(m for m in measure(found, both) if m.id == "overtime")
    assert overtime.value == 240 + 120
    assert overtime.detail == "balance +6.0 h"


def test_a_week_ahead_is_measured_as_planned() -> None:
    found = facts(person(contract_minutes=2400), event("2026-11-24 17:00", "19:00"), now=at("2026-11-23 08:00"))
    assert measured(found, "2026-W48")["after_hours"].value == 120


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [("07:00", "08:00", "mornings"), ("12:30", "12:45", "between hours"), ("20:00", "21:00", "evenings")],
)
def test_the_part_of_the_day_that_is_touched(start: str, end: str, kind: str) -> None:
    who = person((("09:00-12:00", "13:00-17:00"),) * 5 + ((), ()))
    touches = measured(facts(who, event(f"2026-11-23 {start}", end)), "2026-W48")["after_hours_touches"]
    assert (touches.value, touches.detail) == (1, f"1 {kind}")


def test_an_evening_past_midnight_is_one_evening_and_a_long_watch_is_each_day_it_fills() -> None:
    late = facts(person(), event("2026-11-23 22:00", "2026-11-24 00:30"))
    assert measured(late, "2026-W48")["after_hours_touches"].value == 1
    watch = facts(person(), event("2026-11-27 20:00", "2026-11-29 04:00", Activity.ROUTINE))
    assert measured(watch, "2026-W48")["after_hours_touches"].value == 2  # Friday evening, all of Saturday


def test_short_nights_are_named_with_the_events_on_either_side() -> None:
    found = facts(person(), event("2026-11-23 21:00", "23:00", title="Late"), event("2026-11-24 08:00", "09:00"))
    gap = measured(found, "2026-W48")["rest_gap"]
    assert gap.value == 9 * 60
    assert gap.detail == "under 11 h after Mon 23 Nov"
    assert [e.classified.occurrence.event.summary for e in gap.evidence] == ["Late", "meeting 2026-11-24 08:00"]


def test_eleven_hours_of_rest_and_five_minutes_between_meetings_are_enough() -> None:
    rested = facts(person(), event("2026-11-23 21:00", "22:00"))
    assert measured(rested, "2026-W48")["rest_gap"].detail == ""
    apart = facts(person(), event("2026-11-23 09:00", "10:30"), event("2026-11-23 10:35", "11:00"))
    stretch = measured(apart, "2026-W48")["back_to_back"]
    assert (stretch.value, stretch.detail) == (90, "")


def test_what_reaches_over_many_weeks_is_there_once_in_each() -> None:
    found = facts(person(), event("2026-11-10 00:00", "2026-12-20 00:00", Activity.PERSONAL, area="family"))
    areas = measured(found, "2026-W48")["area_time"]
    assert (areas.value, [e.minutes for e in areas.evidence]) == (7 * 1440, [7 * 1440])


def test_work_without_an_end_leaves_no_rest() -> None:
    found = facts(person(), event("2026-11-10 00:00", "2026-12-20 00:00", Activity.ROUTINE))
    assert measured(found, "2026-W48")["weekly_rest"].value == 0
    assert measured(found, "2026-W48")["rest_gap"].value is None
    assert measured(found, "2026-W48")["fragmentation"].missing


def test_shares_are_of_waking_time() -> None:
    found = facts(
        person(basis="events"),
        event("2026-11-23 09:00", "17:00"),
        event("2026-11-28 09:00", "20:12", Activity.PERSONAL, area="family"),
        wanted={"family": 0.2},
    )
    areas = measured(found, "2026-W48")["area_time"]  # awake are 7 x 16 h = 6720 min
    assert areas.detail == "family 10 % (wanted 20 %), work 7 %"
    assert areas.value == 672 + 480


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
    expected = {"after_hours": 60, "after_hours_touches": 1, "conflicts": 0, "meeting_load": 0}
    assert {name: m.value for name, m in measured(found, "2026-W48").items() if name in expected} == expected


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


# ---- blocks ----------------------------------------------------------------------------------------------------------


def test_what_became_of_blocks() -> None:
    found = facts(
        person(),
        event("2026-11-24 18:30", "19:15", title="Budget review"),
        event("2026-11-26 10:00", "11:00", Activity.FOCUS),
        blocks=(
            block("dinner/2026-W48/1", "2026-11-23 18:00", "20:00"),
            block("dinner/2026-W48/2", "2026-11-24 18:00", "20:00", state="moved"),
            block("dinner/2026-W48/3", "2026-11-27 18:00", "20:00"),
            block("run/2026-W48/1", "2026-11-25 07:00", "08:00", state="skipped"),
            block("run/2026-W48/2", "2026-11-25 00:00", "23:59", state="unplaced"),
            block("focus/2026-W48/1", "2026-11-26 09:00", "11:00", "work"),
            block("dinner/2026-W49/1", "2026-11-30 18:00", "20:00"),
        ),
        now=at("2026-11-27 12:00"),
    )
    blocks = measured(found, "2026-W48")["blocks"]
    assert blocks.value == 2
    assert dict(blocks.parts) == {
        "kept": 2, "breached": 1, "planned": 1, "moved": 1, "skipped": 1, "unplaced": 1,
        "dinner: kept": 1, "dinner: breached": 1, "dinner: planned": 1, "dinner: moved": 1,
        "run: skipped": 1, "run: unplaced": 1, "focus: kept": 1,
    }  # fmt: skip
    assert blocks.detail == "1 planned, 1 moved, 1 breached, 1 skipped, 1 unplaced"
    assert [(e.of, e.minutes, e.classified.occurrence.event.summary) for e in blocks.evidence] == [
        ("dinner/2026-W48/2", 45, "Budget review")
    ]


@pytest.mark.parametrize(
    ("kind", "area", "breached_by"),
    [
        ("focus", "work", {Activity.MEETING, Activity.ROUTINE}),
        ("batch", "", {Activity.MEETING}),
        ("non-negotiable", "work", {Activity.MEETING}),
        ("rest", "health", {Activity.MEETING, Activity.ROUTINE, Activity.FOCUS}),
        ("", "", {Activity.MEETING, Activity.ROUTINE, Activity.FOCUS}),
    ],
)
def test_what_a_block_is_for_decides_what_breaches_it(kind: str, area: str, breached_by: set[Activity]) -> None:
    mine = block("mine/2026-W48/1", "2026-11-24 10:00", "11:00", area, kind=kind)
    for activity in Activity:
        over = event("2026-11-24 10:30", "12:00", activity)
        found = measured(facts(person(), event("2026-11-23 09:00", "10:00"), over, blocks=(mine,)), "2026-W48")
        assert ("breached" in dict(found["blocks"].parts)) is (activity in breached_by), activity


def test_mail_that_was_sent_contradicts_a_block_that_is_no_work() -> None:
    sent = (Trace(at("2026-11-24 18:30"), at("2026-11-24 18:30"), "mail", "sent folder"),)
    for area, value in (("family", 0), ("work", 1)):
        mine = block("mine/2026-W48/1", "2026-11-24 18:00", "20:00", area)
        found = measured(facts(person(), event("2026-11-23 09:00", "10:00"), blocks=(mine,), traces=sent), "2026-W48")
        assert found["blocks"].value == value
        assert len(found["blocks"].moments) == 1 - value


def test_a_block_until_its_end_is_only_planned() -> None:
    mine = block("dinner/2026-W48/1", "2026-11-23 18:00", "20:00")
    for now, became in (("19:59", "planned"), ("20:00", "kept")):
        found = facts(person(), event("2026-11-23 09:00", "10:00"), blocks=(mine,), now=at(f"2026-11-23 {now}"))
        assert dict(measured(found, "2026-W48")["blocks"].parts)[became] == 1


def test_without_a_sight_of_work_a_block_of_the_past_is_unknown() -> None:
    mine = block("dinner/2026-W48/1", "2026-11-23 18:00", "20:00")
    found = facts(person(), event("2026-11-23 09:00", "10:00", Activity.PERSONAL), blocks=(mine,))
    blocks = measured(found, "2026-W48")["blocks"]
    assert (blocks.value, dict(blocks.parts)["dinner: unknown"]) == (0, 1)


def test_values_of_parts() -> None:
    mine = block("dinner/2026-W48/1", "2026-11-23 18:00", "20:00")
    of = tuple(measured(facts(person(), event("2026-11-23 09:00", "10:00"), blocks=(mine,)), "2026-W48").values())
    assert value_of(of, "blocks", "dinner") == 1
    assert value_of(of, "blocks", "run") is None
    assert value_of(of, "area_time", "health") == 0
    assert value_of(of, "area_time", "family") == 120
    assert value_of(of, "sleep", "x") is None
    assert value_of(of, "overtime", "x") is None


# ---- over weeks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        ([], None),
        ([1, None], None),
        ([1, 2, 3, 4], 1),
        ([1, 2, 300, 4, 5], 1),
        ([4, None, 2], -1),
        ([5, 5, 5], 0),
    ],
)
def test_the_trend_is_not_moved_by_one_odd_week(values: list[float | None], slope: float | None) -> None:
    assert trend(values) == slope


EVENING = ("17:00", "19:00")
WEEK_48 = person().where.week(Week(2026, 48))


def drain(*items: Classified, **more: Any) -> Drain | None:
    return primary_drain(facts(person(), *items, **more), WEEK_48)


def test_the_drain_is_a_series_where_that_took_a_third_of_it() -> None:
    call = [event(f"2026-11-{day} 17:00", "19:00", title="Call with Portland") for day in (23, 24)]
    found = drain(*call, event("2026-11-25 17:00", "20:00", title="Slides"))
    assert found == Drain("Call with Portland", 240, "outside your working hours", "series")


def test_else_a_calendar_else_work_as_a_whole() -> None:
    many = [event(f"2026-11-{day} 17:00", "18:00", title=f"Thing {day}") for day in (23, 24, 25, 26, 27)]
    assert drain(*many) == Drain("work", 300, "outside your working hours", "area")
    club = event("2026-11-28 10:00", "11:00", title="Board", calendar="club")
    assert drain(*many, club) == Drain("work", 300, "outside your working hours", "calendar")
    halves = [event(f"2026-11-{d} 18:00", "19:00", title=f"More {d}", calendar="club") for d in (23, 24, 25, 26, 27)]
    assert drain(*many, *halves) == Drain("work", 600, "outside your working hours", "area")


def test_an_area_far_over_its_share_is_the_drain() -> None:
    hobby = event("2026-11-28 08:00", "20:00", Activity.PERSONAL, area="trains")
    late = event("2026-11-23 17:00", "18:00", title="Late")
    found = drain(hobby, late, wanted={"trains": 0.05, "family": 0.2})
    assert found == Drain("trains", 720 - 0.05 * 6720, "more than the 5 % it should have", "area")


def test_work_over_its_share_is_told_by_the_series_behind_it_where_there_is_one() -> None:
    late = event("2026-11-23 17:00", "18:00", title="Late")
    assert drain(late, wanted={"work": 0.3}) == Drain("work", 2460 - 0.3 * 6720, SHARE_OF_WORK, "area")
    long = event("2026-11-23 17:00", "21:00", title="Late")
    assert drain(long, wanted={"work": 0.3}) == Drain("Late", 240, "outside your working hours", "series")


SHARE_OF_WORK = "more than the 30 % it should have"


def test_a_time_without_blocks_or_with_all_of_them_skipped() -> None:
    work = event("2026-11-23 09:00", "10:00")
    none = measured(facts(person(), work), "2026-W48")["blocks"]
    assert (none.value, none.missing) == (None, "no block of yours lies in this time")
    skipped = block("dinner/2026-W48/1", "2026-11-23 18:00", "20:00", state="skipped")
    of = tuple(measured(facts(person(), work, blocks=(skipped,)), "2026-W48").values())
    assert value_of(of, "blocks", "dinner") == 0


def test_with_nothing_beyond_it_is_the_longest_of_meetings_and_with_none_there_is_no_drain() -> None:
    meeting = event("2026-11-23 10:00", "12:00", title="")
    assert drain(meeting) == Drain("events without a title", 120, "of meetings", "series")
    assert drain(event("2026-11-23 10:00", "12:00", Activity.ROUTINE)) is None
    assert primary_drain(Facts(person(), (), 0, None), WEEK_48) is None


def test_sixteen_weeks_of_a_busy_calendar_are_quick() -> None:
    first = person().where.start_of(date(2026, 8, 3)) // 60
    items = [_classified(Activity.MEETING, m := first + n * 107, m + 45, n) for n in range(1500)]
    found = Facts(person(contract_minutes=2250), tuple(items), 0, Interval(first * 60, (first + 120 * 1440) * 60))
    began = time.process_time()
    weeks = [week(found, Week(2026, 32).plus(n)) for n in range(16)]
    assert time.process_time() - began < 2  # a fifth of that on an idle machine
    rolling = {"rolling_hours"}  # unknown in the first three weeks
    assert {m.id for of in weeks for m in of if m.value is None} <= NEED_MORE | rolling


# ---- scopes ----------------------------------------------------------------------------------------------------------


def test_working_windows_are_known_where_no_event_is() -> None:
    nothing = Facts(person(), (), 0, None)
    assert Scope(nothing, WEEK_48).window.minutes == 2400
    assert Scope(facts(person(), event("2020-01-06 09:00", "10:00")), WEEK_48).window.minutes == 2400
