"""What the greedy planner does, one thing at a time; and laws that hold for any problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planner.life import (
    BERLIN,
    FRIDAY,
    PERSON,
    WORKDAYS,
    as_it_stands,
    ask,
    at,
    event,
    problems,
    request,
    span,
    stands,
    where_it_lies,
)
from timeblock.core.classify import Activity
from timeblock.core.localtime import Stay, Week, Whereabouts
from timeblock.core.plan import Block, Plan
from timeblock.core.problem import Fixed, Kind, Problem, Standing
from timeblock.core.referee import violations
from timeblock.core.steer import Steering, WeekSteering
from timeblock.planner.greedy import solve

MONDAY, TUESDAY = frozenset((0,)), frozenset((1,))
DINNER = request(length=(60, 90, 120), windows="17:30-20:30", weekdays=MONDAY)
FOCUS = request("focus", Kind.FOCUS, (60, 120, 120), weekdays=MONDAY, flexible=True)


def sound(problem: Problem) -> Plan:
    plan = solve(problem)
    assert violations(problem, plan) == ()
    was = {i.key: i.before for i in problem.items}
    for b in plan.blocks:
        assert b.pinned or b.moved_from == (was[b.key] if was[b.key] != b.interval else None)
    return plan


def lies(problem: Problem) -> dict[str, str]:
    return where_it_lies(problem, sound(problem))


def block(plan: Plan, key: str) -> Block:
    return next(b for b in plan.blocks if b.key == key)


# ---- where ----


def test_a_block_lies_in_its_window() -> None:
    assert lies(ask(DINNER)) == {"dinner/2026-W48/1": "Mon 23 17:30 90"}


def test_a_block_lies_flush_with_the_event_before_it() -> None:
    assert lies(ask(DINNER, event("23 17:00", 50))) == {"dinner/2026-W48/1": "Mon 23 17:50 90"}


def test_a_block_lies_flush_with_the_event_after_it() -> None:
    short = request(length=30, windows="12:00-13:00", weekdays=MONDAY)
    assert lies(ask(short, event("23 12:40", 60), event("23 11:00", 65))) == {"dinner/2026-W48/1": "Mon 23 12:05 30"}
    only_end = request(length=(20, 25, 25), windows="12:00-13:00", weekdays=MONDAY)
    assert lies(ask(only_end, event("23 12:25", 60))) == {"dinner/2026-W48/1": "Mon 23 12:00 25"}


def test_shorter_before_none() -> None:
    problem = ask(DINNER, event("23 17:00", 90), event("23 19:43", 60))
    plan = sound(problem)
    assert where_it_lies(problem, plan) == {"dinner/2026-W48/1": "Mon 23 18:30 70"}
    assert plan.blocks[0].reason.endswith("70 min instead of 90, as there is no more room")


def test_focus_goes_to_hours_of_high_energy_and_mail_to_low_ones() -> None:
    mail = request("mail", Kind.BATCH, 30, weekdays=MONDAY, windows="09:00-15:00")
    assert lies(ask([FOCUS, mail])) == {"focus/2026-W48/1": "Mon 23 09:00 120", "mail/2026-W48/1": "Mon 23 14:30 30"}


def test_energy_asked_for_counts_more_than_the_kind() -> None:
    early = request("mail", Kind.BATCH, 60, weekdays=MONDAY, windows="09:00-18:00", energy="high")
    assert lies(ask(early)) == {"mail/2026-W48/1": "Mon 23 09:00 60"}


def test_without_a_curve_the_earliest_is_taken() -> None:
    assert lies(ask(FOCUS, person=replace(PERSON, energy=()))) == {"focus/2026-W48/1": "Mon 23 09:00 120"}


def test_blocks_of_a_week_lie_apart_and_at_the_same_time_of_day() -> None:
    problem = ask(request("run", Kind.REST, count=3, windows="07:00-20:00"), event("25 07:00", 240), weeks=1)
    assert sorted(lies(problem).values()) == ["Mon 23 11:00 60", "Sat 28 11:00 60", "Thu 26 11:00 60"]


def test_spacing_is_kept_over_the_end_of_the_week() -> None:
    run = request("run", Kind.REST, windows="20:00-23:00", spacing_minutes=20 * 60, weekdays=MONDAY)
    last_week = [stands("run/2026-W47/1", "22 22:00")]
    assert lies(ask(run, standing=last_week))["run/2026-W48/1"] == "Mon 23 22:00 60"
    (missed,) = sound(ask(replace(run, spacing_minutes=24 * 60), standing=last_week)).unplaced
    assert missed.reason == "what is free is less than 24 h from another of them (Sun 22:00)"


def test_a_ritual_closes_the_working_day_or_comes_after_the_last_meeting() -> None:
    shutdown = request("shutdown", Kind.RITUAL, 15, per="day", weekdays=frozenset((0, 1)))
    problem = ask(shutdown, event("24 17:15", 60))
    assert lies(problem) == {"shutdown/2026-11-23/1": "Mon 23 17:45 15", "shutdown/2026-11-24/1": "Tue 24 18:15 15"}


def test_buffers_and_breaks_are_flush_and_work_gives_way_to_them() -> None:
    travel = request("travel", Kind.BUFFER, around="Dentist", before_minutes=30, after_minutes=30)
    pause = request("pause", Kind.BREAK, (5, 10, 15), after_stretch_minutes=90)
    problem = ask(
        [travel, pause],
        event("23 10:00", 60, "Dentist", Activity.PERSONAL),
        event("24 09:00", 90),
        event("24 10:37", 20),
    )
    assert sorted(lies(problem).values()) == ["Mon 23 09:30 30", "Mon 23 11:00 30", "Tue 24 10:30 5"]
    reasons = {b.key.rpartition("-")[2]: b.reason for b in sound(problem).blocks if b.request == "travel"}
    assert reasons == {"before": "right before Dentist", "after": "right after Dentist"}


def test_white_space_is_not_filled() -> None:
    asked = request("read", Kind.REST, 60, per="day", count=20, weekdays=MONDAY)
    plan = sound(ask(asked, white_space_minutes=120))
    assert len(plan.blocks) == 14
    assert plan.unplaced[0].reason == "it would take the last 120 min of white space of Mon 23 Nov"


# ---- precedence ----


def test_a_dearer_block_is_placed_and_the_other_moves_aside() -> None:
    early = request("walk", Kind.REST, 60, windows="17:30-21:30", weekdays=MONDAY)
    problem = ask([DINNER, early], standing=[stands("walk/2026-W48/1", "23 18:00")])
    plan = sound(problem)
    assert where_it_lies(problem, plan)["dinner/2026-W48/1"] in ("Mon 23 19:00 90", "Mon 23 17:30 90")
    assert not plan.unplaced


def test_a_dearer_block_takes_the_place_of_a_lesser_one() -> None:
    standing = [stands("mail/2026-W48/1", "23 17:30", 180)]
    mail = request("mail", Kind.BATCH, 180, windows="17:30-20:30", weekdays=MONDAY)
    problem = ask([DINNER, mail], standing=standing)
    plan = sound(problem)
    assert where_it_lies(problem, plan) == {"dinner/2026-W48/1": "Mon 23 17:30 90"}
    assert [u.key for u in plan.unplaced] == ["mail/2026-W48/1"]


def test_a_lesser_block_takes_nothing_but_may_push_aside() -> None:
    dinner = replace(DINNER, min_minutes=60, ideal_minutes=60, max_minutes=60)
    call = request("call", Kind.ROUTINE, 60, windows="17:30-18:30", weekdays=MONDAY)
    problem = ask([dinner, call], standing=[stands("dinner/2026-W48/1", "23 17:30")])
    assert lies(problem) == {"call/2026-W48/1": "Mon 23 17:30 60", "dinner/2026-W48/1": "Mon 23 18:30 60"}
    full = ask([dinner, call], event("23 18:30", 120), standing=[stands("dinner/2026-W48/1", "23 17:30")])
    plan = sound(full)
    assert where_it_lies(full, plan) == {"dinner/2026-W48/1": "Mon 23 17:30 60"}
    assert plan.unplaced[0].reason == "no 60 min are left in its windows: Dinner (Mon 17:30)"


def test_a_sibling_moves_aside_to_keep_the_spacing() -> None:
    mail = request(
        "mail", Kind.BATCH, 30, per="day", count=2, windows="13:00-16:00", weekdays=MONDAY, spacing_minutes=120
    )
    problem = ask(mail, standing=[stands("mail/2026-11-23/1", "23 14:00", 30)])
    assert sorted(lies(problem).values()) == ["Mon 23 13:00 30", "Mon 23 15:30 30"]


def test_the_impossible_is_told_as_it_is() -> None:
    problem = ask(request("focus", Kind.FOCUS, weekdays=frozenset((5,))))
    (missed,) = sound(problem).unplaced
    assert missed.reason == "you have no working hours on its days; give it windows"
    assert (missed.request, missed.kind) == ("focus", Kind.FOCUS)


# ---- what stands ----


def test_what_fits_stays_although_there_is_better() -> None:
    problem = ask(DINNER, standing=[stands("dinner/2026-W48/1", "23 19:10", 75)])
    plan = sound(problem)
    assert where_it_lies(problem, plan) == {"dinner/2026-W48/1": "Mon 23 19:10 75"}
    assert plan.blocks[0].reason == "kept where it was"
    assert plan.blocks[0].moved_from is None


def test_what_a_meeting_hits_moves_and_says_why() -> None:
    lunch = request("lunch", Kind.BREAK, 30, per="day", windows="11:30-13:30", weekdays=TUESDAY)
    problem = ask(
        lunch, event("24 12:00", 60, "Budget review"), standing=[stands("lunch/2026-11-24/1", "24 12:00", 30)]
    )
    (moved,) = sound(problem).blocks
    assert moved.moved_from == span("24 12:00", 30)
    assert moved.interval == span("24 11:30", 30)
    assert moved.reason.startswith("moved from Tue 12:00: Budget review took the time; ")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"windows": "18:00-21:00"}, "that is not in its windows any more"),
        ({"length": 60, "windows": "12:00-21:00"}, "its length has changed"),
    ],
)
def test_what_the_config_has_changed_moves_and_says_so(changed: dict[str, object], says: str) -> None:
    more = {"length": 30, "weekdays": MONDAY, **changed}
    problem = ask(request(**more), standing=[stands("dinner/2026-W48/1", "23 12:00", 30)])  # type: ignore[arg-type]
    assert says in sound(problem).blocks[0].reason


def test_what_comes_too_close_to_a_pinned_sibling_moves_and_says_so() -> None:
    run = request("run", Kind.REST, count=2, windows="07:00-20:00", spacing_minutes=20 * 60)
    standing = [stands("run/2026-W48/1", "24 18:00"), stands("run/2026-W48/2", "24 10:00", pinned=True)]
    plan = sound(ask(run, standing=standing))
    assert "it came too close to others there" in block(plan, "run/2026-W48/1").reason
    assert block(plan, "run/2026-W48/2").reason == "you put it here"


def test_a_meeting_on_one_block_moves_that_block_alone() -> None:
    requests = [
        DINNER,
        replace(FOCUS, count=4, weekdays=WORKDAYS),
        request("lunch", Kind.BREAK, 30, per="day", windows="11:30-13:30", weekdays=WORKDAYS),
        request("run", Kind.REST, count=3, windows=["07:00-09:00", "17:00-20:00"], spacing_minutes=1200),
    ]
    meetings = [event(f"{d} {h}:00", 60) for d in (23, 24, 25, 26, 27) for h in (10, 15)]
    before = sound(ask(requests, *meetings))
    hit = next(b for b in before.blocks if b.request == "lunch")
    standing = [Standing(b.key, b.interval, b.title) for b in before.blocks]
    start = f"{PERSON.where.clock_at(hit.interval.start):%d %H:%M}"
    after = sound(ask(requests, *meetings, event(start, 30, "Budget review"), standing=standing))
    assert {b.key for b in after.blocks if b.moved_from} == {hit.key}
    assert len(after.blocks) == len(before.blocks)


def test_pinned_and_frozen_blocks_are_in_the_plan_as_they_are() -> None:
    standing = [
        stands("dinner/2026-W48/1", "23 19:00", pinned=True, title="Supper"),
        stands("focus/2026-W48/1", "23 07:00", busy=False),
        stands("mail/2026-W48/1", "23 05:30"),
    ]
    mail = request("mail", Kind.BATCH, weekdays=MONDAY)
    plan = sound(ask([DINNER, FOCUS, mail], standing=standing))
    assert [(b.title, b.pinned, b.busy, b.reason) for b in plan.blocks] == [
        ("Mail", True, True, "it has begun"),
        ("Focus", True, True, "starts soon, so it stays"),
        ("Supper", True, True, "you put it here"),
    ]


def test_as_time_passes_nothing_moves_and_no_quota_is_filled_twice() -> None:
    requests = [
        replace(DINNER, weekdays=WORKDAYS, count=2),
        replace(FOCUS, count=4, weekdays=WORKDAYS),
        request("lunch", Kind.BREAK, (30, 45, 60), per="day", windows="11:30-14:00", weekdays=WORKDAYS),
        request("run", Kind.REST, count=3, windows=["07:00-09:00", "17:00-20:00"], spacing_minutes=1200),
        request("shutdown", Kind.RITUAL, 15, per="day", weekdays=WORKDAYS),
        request("travel", Kind.BUFFER, around="Dentist", before_minutes=30, after_minutes=30),
    ]
    seen = [event(f"{d} {h}:00", 60) for d in (23, 24, 25, 26, 27) for h in (10, 15)] + [
        event("26 13:00", 60, "Dentist")
    ]
    first = sound(ask(requests, *seen, now="23 05:00"))
    assert not first.unplaced
    standing = {b.key: Standing(b.key, b.interval, b.title, b.busy) for b in first.blocks}
    for now in (f"{day} {hour:02}:07" for day in range(23, 30) for hour in range(6, 24, 3)):
        plan = sound(ask(requests, *seen, now=now, standing=standing.values()))
        assert not plan.unplaced
        for b in plan.blocks:
            if b.key in standing:
                assert b.interval == standing[b.key].interval
            else:
                assert "W48" not in b.key
                assert b.interval.start >= first.horizon.end
        standing |= {b.key: Standing(b.key, b.interval, b.title, b.busy) for b in plan.blocks}


# ---- clocks ----


@pytest.mark.parametrize("now", ["2026-03-23 06:00", "2026-10-19 06:00"])
def test_a_week_of_a_clock_change(now: str) -> None:
    sleep = request("sleep", Kind.REST, (420, 480, 480), per="day", windows="22:30-06:30")
    breakfast = request("breakfast", Kind.NON_NEGOTIABLE, 60, per="day", windows="07:00-10:00")
    problem = ask([sleep, breakfast], now=now)
    plan = sound(problem)
    assert not plan.unplaced
    assert {f"{problem.where.clock_at(b.interval.start):%H:%M}" for b in plan.blocks if b.request == "breakfast"} == {
        "07:00"
    }


def test_over_midnight_and_over_the_sea() -> None:
    away = Whereabouts(BERLIN, (Stay(date(2026, 11, 25), date(2026, 11, 27), ZoneInfo("America/New_York")),))
    sleep = request("sleep", Kind.REST, (360, 480, 480), per="day", windows="22:30-06:30")
    plan = sound(ask(sleep, person=replace(PERSON, where=away)))
    assert len(plan.blocks) >= 6


# ---- lifelike ----


def test_a_manager_with_too_many_meetings_keeps_what_matters() -> None:
    meetings = [
        event(f"{d} {h:02}:{m:02}", 50)
        for d in (23, 24, 25, 26, 27)
        for h, m in ((9, 0), (10, 0), (11, 0), (14, 0), (15, 0), (16, 0))
    ]
    late = [event("24 18:00", 120, "Board dinner"), event("25 18:00", 180, "Release")]
    requests = [
        replace(DINNER, weekdays=WORKDAYS, count=2),
        request("lunch", Kind.BREAK, (30, 45, 60), per="day", windows="11:30-14:00", weekdays=WORKDAYS),
        request("pause", Kind.BREAK, 10, after_stretch_minutes=150),
        replace(FOCUS, count=5, weekdays=WORKDAYS),
        request("mail", Kind.BATCH, 30, per="day", count=2, weekdays=WORKDAYS, spacing_minutes=180),
        request("shutdown", Kind.RITUAL, 15, per="day", weekdays=WORKDAYS),
    ]
    problem = ask(requests, *meetings, *late, white_space_minutes=60)
    plan = sound(problem)
    placed = {b.key.partition("/")[0] for b in plan.blocks}
    assert placed >= {"dinner", "lunch", "shutdown"}
    assert len([b for b in plan.blocks if b.request in ("dinner", "lunch", "shutdown")]) == 12
    assert {u.request for u in plan.unplaced} <= {"focus", "mail", "pause"}
    assert all(u.reason for u in plan.unplaced)


def test_a_parent_s_week() -> None:
    fetch = [event(f"{d} 15:30", 45, "Kindergarten", Activity.PERSONAL) for d in (23, 24, 25, 26, 27)]
    requests = [
        request("breakfast", Kind.NON_NEGOTIABLE, 60, weekdays=frozenset((6,)), windows="08:00-11:00"),
        request("bedtime", Kind.NON_NEGOTIABLE, 45, per="day", windows="18:30-20:00"),
        request("run", Kind.REST, (30, 45, 60), count=3, windows=["06:30-08:00", "20:00-21:30"], spacing_minutes=1200),
        request("way", Kind.BUFFER, around="Kindergarten", before_minutes=20),
        replace(FOCUS, count=4, weekdays=WORKDAYS),
        request("errands", Kind.BATCH, (60, 90, 120), weekdays=FRIDAY | {5}, windows="10:00-17:00"),
    ]
    problem = ask(requests, *fetch, weeks=2, now="23 05:00")
    plan = sound(problem)
    counts = {
        name: sum(b.request == name for b in plan.blocks)
        for name in ("breakfast", "bedtime", "run", "way", "focus", "errands")
    }
    assert counts == {"breakfast": 2, "bedtime": 14, "run": 6, "way": 5, "focus": 8, "errands": 2}
    assert not plan.unplaced


# ---- laws ----


@given(problems())
@settings(max_examples=60, deadline=None)
def test_any_plan_is_sound_and_the_same_again_and_stays_when_it_stands(problem: Problem) -> None:
    plan = sound(problem)
    assert solve(problem) == plan
    stood = as_it_stands(problem, plan)
    again = sound(stood)
    assert [(b.key, b.interval, b.busy) for b in again.blocks] == [(b.key, b.interval, b.busy) for b in plan.blocks]
    assert not any(b.moved_from for b in again.blocks)
    assert again.unplaced == plan.unplaced


@given(problems(), st.integers(0, 30))
@settings(max_examples=30, deadline=None)
def test_a_new_meeting_breaks_nothing_and_what_it_hits_moves_or_says_why_not(problem: Problem, chosen: int) -> None:
    blocks = [b for b in solve(problem).blocks if not b.pinned]
    if blocks:
        hit = blocks[chosen % len(blocks)]
        stood = as_it_stands(problem, solve(problem))
        meeting = Fixed(hit.interval, "New")
        after = sound(replace(stood, fixed=tuple(sorted((*problem.fixed, meeting), key=lambda f: f.interval))))
        moved = {b.key for b in after.blocks if b.moved_from} | {u.key for u in after.unplaced}
        assert hit.key in moved


def test_four_weeks_of_daily_blocks_all_find_their_place() -> None:
    asked = [request(f"r{n}", Kind.REST, 30, per="day", windows="07:00-22:00") for n in range(8)]
    plan = sound(ask(asked, weeks=4))
    assert len(plan.blocks) == 8 * 28
    assert plan.blocks[0].interval.start == at("23 07:00")


# ---- what requests ask of each other ----


def test_what_follows_comes_after() -> None:
    run = request("run", windows="17:00-18:00", weekdays=MONDAY)
    stretch = request("stretch", length=15, windows="16:00-20:00", weekdays=MONDAY, follows="run")
    assert lies(ask([stretch, run]))["stretch/2026-W48/1"] >= "Mon 23 18:00"


def test_blocks_that_want_distance_have_half_an_hour() -> None:
    sport = request("sport", windows="17:00-18:00", weekdays=MONDAY)
    dinner = request("dinner", windows="17:00-20:00", weekdays=MONDAY, not_next_to=frozenset({"sport"}))
    found = lies(ask([sport, dinner]))
    assert (found["sport/2026-W48/1"], found["dinner/2026-W48/1"] >= "Mon 23 18:30") == ("Mon 23 17:00 60", True)


def test_a_batch_lies_on_one_day() -> None:
    asked = [
        request("bank", Kind.BATCH, 30, windows="09:00-17:00", weekdays=frozenset((1, 2)), batch="errands"),
        request("post", Kind.BATCH, 30, windows="09:00-17:00", weekdays=frozenset((2, 3)), batch="errands"),
    ]
    assert {told[:6] for told in lies(ask(asked)).values()} == {"Wed 25"}


def test_work_stops_at_its_budget() -> None:
    steering = Steering({Week(2026, 48): WeekSteering(300, why=("calmer leaves 5 h",))})
    focus = request("focus", Kind.FOCUS, 120, per="day", weekdays=WORKDAYS, area="work")
    assert len(lies(ask(focus, event("23 10:00", 60), steering=steering))) == 2


def test_no_more_is_moved_than_today_allows() -> None:
    dinner = request("dinner", windows="18:00-19:00", weekdays=MONDAY)
    call = request("call", Kind.FOCUS, windows="18:00-21:00", weekdays=MONDAY)
    standing = [stands("call/2026-W48/1", "23 18:00")]
    assert lies(ask([dinner, call], standing=standing, moves_left=0)) == {"call/2026-W48/1": "Mon 23 18:00 60"}
    assert len(lies(ask([dinner, call], standing=standing, moves_left=1))) == 2
