"""Usual times of day: of what stands, and of a typical day."""

from __future__ import annotations

from tests.planner.life import FRIDAY, WORKDAYS, ask, event, request, stands
from timeblock.core.problem import Item, Kind, Problem
from timeblock.planner.columns import columns, groups
from timeblock.planner.cost import LOCAL, place_of, view
from timeblock.planner.room import Room
from timeblock.planner.usual import DAY_STARTS, FAR, UNUSUAL, unusual

RUN = request("run", Kind.REST, 60, windows="07:00-20:00", count=3)


def usual(problem: Problem) -> dict[str, str]:
    """``{"run": "07:00"}``."""
    minutes = {name: half_hour * 30 + DAY_STARTS for name, half_hour in Room(problem).usual.items()}
    return {name: f"{at // 60 % 24:02}:{at % 60:02}" for name, at in minutes.items()}


def test_what_stands_makes_the_usual_time() -> None:
    standing = [stands(f"run/2026-W48/{n}", f"{22 + n} {at}") for n, at in enumerate(("07:00", "18:10", "18:30"), 1)]
    assert usual(ask(RUN, standing=standing)) == {"run": "18:00"}


def test_else_it_is_the_half_hour_that_is_free_on_most_days() -> None:
    mornings = [event(f"{day} 07:00", 120, uid=str(day)) for day in (24, 25, 26)]
    assert usual(ask(RUN, *mornings)) == {"run": "09:00"}
    assert usual(ask(RUN)) == {"run": "07:00"}


def test_who_has_the_least_choice_chooses_first() -> None:
    lunch = request("lunch", Kind.BREAK, 60, per="day", windows="12:00-13:00", weekdays=WORKDAYS)
    walk = request("walk", Kind.REST, 60, per="day", windows="12:00-15:00")
    assert usual(ask([walk, lunch])) == {"lunch": "12:00", "walk": "13:00"}


def test_focus_is_usual_in_hours_of_high_energy() -> None:
    assert usual(ask(request("write", Kind.FOCUS, 60, count=2, weekdays=WORKDAYS))) == {"write": "09:00"}
    assert usual(ask(request("file", Kind.ROUTINE, 60, count=2, weekdays=WORKDAYS))) != {"file": "09:00"}


def test_nothing_is_usual_for_one_block_nor_for_several_a_day_nor_for_what_belongs_to_events() -> None:
    once = request("review", Kind.REVIEW, 30, weekdays=FRIDAY)
    twice = request("mail", Kind.BATCH, 30, per="day", count=2, weekdays=WORKDAYS)
    pause = request("pause", Kind.BREAK, 10, per="day", weekdays=WORKDAYS, after_stretch_minutes=60)
    assert usual(ask([once, twice, pause], event("23 09:00", 90), event("24 09:00", 90))) == {}


def test_far_is_far() -> None:
    assert [unusual(n) for n in (0, 1, -2, FAR, 4 * FAR)] == [0, UNUSUAL, 2 * UNUSUAL, FAR * UNUSUAL, FAR * UNUSUAL]


def test_what_stands_at_different_times_of_day_stays_for_nothing() -> None:
    """Each is a column of the same group; which of its items stands there makes no difference."""
    starts = ("24 07:00", "25 12:00", "28 18:00")
    standing = [stands(f"run/2026-W48/{n}", start) for n, start in enumerate(starts, 1)]
    room = Room(ask(RUN, standing=standing))
    stay = {c.stays: c.cost for c in columns(room, groups(room.problem.items), ()) if c.stays}
    assert stay == {i.key: _local(room, i) for i in room.problem.items}


def _local(room: Room, item: Item) -> int:
    assert item.before
    return sum(preference(view(room, item), place_of(room, item, item.before)) for preference in LOCAL)
