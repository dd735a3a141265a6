"""What a person in each of ten lives would look for in their plan. Properties, not exact slots."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from tests.lives.life import NAMES, Life, live
from timeblock.core.interval import HOUR, MINUTE, Spans
from timeblock.core.words import span
from timeblock.planner.exact import solve
from timeblock.store.database import Database

Live = Callable[[str], Life]


@pytest.fixture
def life(db: Database, tmp_path: Path) -> Live:
    return lambda name: live(name, db, tmp_path, solve)


@pytest.mark.parametrize("name", NAMES)
def test_the_referee_has_nothing_to_say_and_everything_has_a_reason(life: Live, name: str) -> None:
    found = life(name)
    assert found.proposal.broken == ()
    assert len(found.plan.blocks) > 15
    assert all(b.reason for b in found.plan.blocks)
    assert all(u.reason for u in found.plan.unplaced)


def test_a_parent_dines_with_the_children_and_is_told_of_the_one_evening_that_fails(life: Live) -> None:
    found = life("parent")
    assert {found.at(b)[:3] for b in found.blocks("family dinner")} == {"mon", "tue", "wed", "fri", "sat", "sun"}
    (why,) = found.unplaced("family dinner")
    assert "Parents' evening" in why
    assert len(found.blocks("bedtime")) == 7
    assert len(found.blocks("lunch")) == 5
    assert sum(b.interval.minutes for b in found.blocks("focus")) >= 7 * 60
    assert len(found.blocks("date night")) == 1


def test_a_parent_is_not_sent_for_a_walk_with_whom_she_meets_by_video(life: Live) -> None:
    assert not any("walk" in idea for idea in life("parent").proposal.ideas)


def test_a_parent_does_not_run_right_before_dinner(life: Live) -> None:
    found = life("parent")
    for run in found.blocks("exercise"):
        for dinner in found.blocks("family dinner"):
            apart = max(run.interval.start - dinner.interval.end, dinner.interval.start - run.interval.end)
            assert apart >= 30 * MINUTE


def test_a_nurse_sleeps_after_each_night_and_does_her_errands_on_one_day(life: Live) -> None:
    found = life("nurse")
    assert [b.interval.minutes for b in found.blocks("sleep after night")] == [450, 450]
    assert all(b.interval.minutes >= 420 for b in found.blocks("sleep"))
    assert {found.on(b) for b in found.blocks("food shop")} == {found.on(b) for b in found.blocks("pharmacy")}


def test_a_nurse_has_eleven_hours_between_shifts_and_what_she_learns(life: Live) -> None:
    found = life("nurse")
    for course in found.blocks("registration course"):
        for shift in found.work:
            day = found.where.date_of(shift.start)
            if day != found.on(course):
                apart = max(course.interval.start - shift.end, shift.start - course.interval.end)
                assert apart >= 11 * HOUR


def test_a_founder_keeps_sunday_and_two_dinners(life: Live) -> None:
    found = life("founder")
    sunday = found.span("sun 00:00-24:00")
    assert not [b for b in found.plan.blocks if b.area == "work" and b.interval.overlaps(sunday)]
    assert len(found.blocks("dinner with Ana")) == 2
    assert len(found.blocks("run")) == 3


def test_a_founder_starts_late_after_calls_with_tokyo_and_works_no_more_than_the_goal(life: Live) -> None:
    found = life("founder")
    assert found.blocks("late start", "tue")
    meetings = Spans.of(found.work)
    ours = Spans.of(b.interval for b in found.plan.blocks if b.area == "work")
    assert (meetings | ours).clip(found.span("mon 00:00-24:00").widen(0, 6 * 24 * HOUR)).minutes <= 55 * 60
    assert any("55.0 h of work" in idea for idea in found.proposal.ideas)


def test_a_student_has_her_shop_each_day_and_ten_hours_of_study(life: Live) -> None:
    found = life("student")
    assert len(found.blocks("print shop")) == 7
    assert sum(b.interval.minutes for b in found.blocks("study")) >= 9 * 60
    assert 1 <= len(found.blocks("thesis")) <= 6
    assert len(found.blocks("friends")) == 1


def test_a_student_has_half_an_hour_between_what_needs_her_head(life: Live) -> None:
    found = life("student")
    focus = sorted(b.interval for name in ("study", "print shop", "thesis") for b in found.blocks(name))
    assert all(two.start - one.end >= 30 * MINUTE for one, two in pairwise(focus))


def test_a_part_timer_has_time_to_get_to_the_food_bank_and_from_there_to_pottery(life: Live) -> None:
    found = life("parttimer")
    (bank,) = found.blocks("food bank")
    others = [b.interval for b in found.plan.blocks if b is not bank] + [f.interval for f in found.problem.fixed]
    assert not any(other.overlaps(bank.interval.widen(20 * MINUTE, 20 * MINUTE)) for other in others)


def test_a_part_timer_works_on_her_days_alone(life: Live) -> None:
    found = life("parttimer")
    assert {found.at(b)[:3] for b in found.plan.blocks if b.area == "work"} == {"tue", "wed", "thu"}
    assert sum(b.interval.minutes for b in found.blocks("focus")) == 300
    assert len(found.blocks("walk")) == 7
    assert [found.at(b) for b in found.blocks("shutdown", "thu")] == ["thu 15:30-15:40"]


def test_a_traveller_reads_a_night_that_crosses_zones_as_eight_hours(life: Live) -> None:
    found = life("traveller")
    (night,) = found.blocks("sleep", "wed")
    assert span(night.interval, found.where) == "23:30-07:30"


def test_a_traveller_calls_home_in_their_evening_and_is_at_the_airport_in_time(life: Live) -> None:
    found = life("traveller")
    assert all("11:00" <= found.at(b)[4:9] <= "13:30" for b in found.blocks("call home"))
    assert len(found.blocks("call home")) == 4
    assert "thu 08:00-10:00" in [found.at(b) for b in found.blocks("to the airport")]


def test_a_carer_gives_medicine_twice_a_day_and_has_time_of_her_own(life: Live) -> None:
    found = life("carer")
    assert len(found.blocks("medicine")) == 14
    assert len(found.blocks("half an hour for me")) == 7
    (off,) = found.blocks("an afternoon off")
    assert off.interval.minutes >= 120
    (pharmacy,), (post,) = found.blocks("pharmacy"), found.blocks("post office")
    first, second = sorted((pharmacy.interval, post.interval))
    assert 0 <= second.start - first.end <= HOUR  # one round


def test_a_carer_has_the_way_to_each_appointment_that_work_allows(life: Live) -> None:
    found = life("carer")
    assert len(found.blocks("way")) == 5
    (why,) = found.unplaced("way")
    assert "Standup" in why


def test_a_manager_eats_every_day_and_closes_it_after_the_last_meeting(life: Live) -> None:
    found = life("manager")
    assert len(found.blocks("lunch")) == 5
    for shutdown in found.blocks("shutdown"):
        day = found.on(shutdown)
        meetings = [i for i in found.work if found.where.date_of(i.start) == day]
        assert meetings
        assert all(i.end <= shutdown.interval.start for i in meetings)
    assert len(found.blocks("shutdown")) == 5
    assert len(found.blocks("focus")) == 3


def test_a_manager_is_offered_a_walk_with_those_she_meets_alone(life: Live) -> None:
    walks = [idea for idea in life("manager").proposal.ideas if "walk" in idea]
    assert walks
    assert all("1:1" in walk for walk in walks)


def test_who_was_called_at_night_starts_late(life: Live) -> None:
    found = life("oncall")
    (tuesday,) = found.blocks("late start", "tue")
    assert tuesday.interval.minutes >= 90
    assert not [b for b in found.blocks("focus", "tue") if b.interval.start < found.moment("tue 11:30")]
    assert found.blocks("late start", "fri")  # awake from half past two to five
    assert not [b for b in found.blocks("focus", "fri") if b.interval.start < found.moment("fri 09:30")]
    assert len(found.blocks("climbing")) == 2


def test_who_comes_back_works_twenty_hours_at_most_and_rests_each_day(life: Live) -> None:
    found = life("returning")
    hours = [found.span(f"{day} 13:00-24:00") for day in ("mon", "tue", "wed", "thu", "fri")]
    assert not [b for b in found.plan.blocks if b.area == "work" and any(b.interval.overlaps(h) for h in hours)]
    assert len(found.blocks("walk")) == 7
    assert len(found.blocks("rest after work")) == 5
    assert all(b.interval.minutes <= 60 for b in found.blocks("calm work"))
    assert [found.at(b) for b in found.blocks("shutdown", "thu")] == ["thu 14:00-14:15"]


@pytest.mark.parametrize("name", NAMES)
def test_no_block_lies_in_anything_else(life: Live, name: str) -> None:
    found = life(name)
    taken = [b.interval for b in found.plan.blocks]
    assert not any(one.overlaps(two) for one, two in combinations(taken, 2))
