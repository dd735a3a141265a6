"""Free, then busy: a flexible block can be booked over while the plan leaves it other places."""

from __future__ import annotations

from dataclasses import replace

from tests.planner.life import WORKDAYS, ask, at, event, item, request, stands, where_it_lies
from timeblock.core.interval import HOUR
from timeblock.core.plan import Block
from timeblock.core.problem import Kind, Problem
from timeblock.core.steer import Defence, Steering
from timeblock.planner.answer import alternatives
from timeblock.planner.exact import solve
from timeblock.planner.room import Room

MONDAY = frozenset((0,))
FOCUS = request("focus", Kind.FOCUS, (60, 120, 120), weekdays=MONDAY, flexible=True)
THREE_DAYS = replace(FOCUS, weekdays=frozenset((0, 1, 2)))


def only(problem: Problem) -> Block:
    (block,) = solve(problem).blocks
    return block


def places_left(problem: Problem, key: str = "focus/2026-W48/1") -> int:
    """How many the finished plan leaves to a block."""
    plan, room = solve(problem), Room(problem)
    for block in plan.blocks:
        room.add(item(problem, block.key), block.interval)
    return len(alternatives(room, item(problem, key), room.placed[key]))


def test_a_flexible_block_is_free_while_it_could_go_elsewhere() -> None:
    assert not only(ask(replace(FOCUS, weekdays=WORKDAYS))).busy


def test_a_flexible_block_is_busy_when_few_alternatives_are_left() -> None:
    assert only(ask(FOCUS)).busy  # another time of that day is but one
    assert not only(ask(FOCUS, busy_below_alternatives=1)).busy
    assert not only(ask(replace(FOCUS, weekdays=frozenset((0, 1))))).busy
    assert not only(ask(replace(FOCUS, spacing_minutes=30))).busy


def test_a_flexible_block_is_busy_when_it_starts_soon() -> None:
    assert only(ask(replace(FOCUS, weekdays=WORKDAYS), now="23 08:00")).busy


def test_a_plan_says_when_its_next_free_block_turns_busy() -> None:
    there = [stands("focus/2026-W48/1", "25 13:00", 120, busy=False)]
    for needed, until in ((3, "23 17:00"), (2, "24 17:00")):  # then Monday has no room any more, then Tuesday
        before, then = (
            ask(THREE_DAYS, standing=there, now=now, busy_below_alternatives=needed) for now in ("23 06:00", until)
        )
        assert not only(before).busy
        assert solve(before).turns == at(until)
        assert next(b for b in solve(then).blocks if b.key == there[0].key).busy
    always_free = ask(THREE_DAYS, standing=there, busy_below_alternatives=0)
    assert solve(always_free).turns == only(always_free).interval.start - 2 * HOUR


def test_nothing_turns_where_all_is_busy() -> None:
    problem = ask(replace(FOCUS, flexible=False))
    assert solve(problem).turns == problem.horizon.end


def test_other_blocks_are_busy() -> None:
    assert only(ask(replace(FOCUS, weekdays=WORKDAYS, flexible=False))).busy


def test_a_goal_that_is_behind_makes_it_busy_earlier_and_one_that_is_ahead_later() -> None:
    def busy(level: int, days: int) -> bool:
        asked = replace(FOCUS, weekdays=frozenset(range(days)))
        return only(ask(asked, steering=Steering(defence={"focus": Defence(level, "a goal")}))).busy

    assert [busy(level, 2) for level in (-1, 0, 1)] == [False, False, True]
    assert [busy(level, 1) for level in (-1, 0, 1)] == [False, True, True]
    assert not busy(1, 3)


def test_one_a_day_counts_days_and_others_places_that_do_not_overlap() -> None:
    assert places_left(ask(THREE_DAYS)) == 3
    spaced = replace(FOCUS, windows=request(windows="09:00-13:30").windows, spacing_minutes=1)
    assert places_left(ask(spaced)) == 2  # 09:00-11:00 is its own; 11:00 and 12:00 are left


def test_places_that_other_blocks_of_the_plan_need_or_forbid_are_none() -> None:
    dinner = request(length=(540, 540, 540), windows="09:00-18:00", weekdays=frozenset((1,)))
    assert places_left(ask([THREE_DAYS, dinner])) == 2
    call = request("call", length=30, windows="13:00-13:30", weekdays=frozenset((2,)))
    after = replace(THREE_DAYS, follows="call")
    late = event("25 13:30", 270)
    assert places_left(ask([after, call], late)) == 2  # Wednesday has room before the call alone
    assert "focus/2026-W48/1" in where_it_lies(ask([after, call], late), solve(ask([after, call], late)))
