"""The referee, one rule at a time, and against a checker that knows only minutes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from tests.planner.life import ask, at, event, request, span, stands
from timeblock.core.interval import MINUTE, Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Budget, Item, Kind, Problem
from timeblock.core.referee import RULES, violations

DINNER = request(length=(30, 60, 90), windows="18:00-20:30", count=2, weekdays=frozenset((0, 1, 2)))


def block(item: Item, start: str, minutes: int = 60, **more: Any) -> Block:
    r, interval = item.request, span(start, minutes)
    more.setdefault("moved_from", item.before if item.before != interval else None)
    return replace(
        Block(item.key, r.name, r.title, r.kind, r.area, interval, private=r.private, reason="why not"), **more
    )


def plan(problem: Problem, *starts: str | tuple[str, int], more: tuple[Block, ...] = ()) -> Plan:
    """Items in order of precedence at ``starts``; the rest is unplaced."""
    spots = [(s, 60) if isinstance(s, str) else s for s in starts]
    blocks = [block(item, *spot) for item, spot in zip(problem.items, spots, strict=False)]
    left = [Unplaced(i.key, i.request.name, i.request.kind, "no room") for i in problem.items[len(spots) :]]
    return Plan(problem.horizon, tuple(sorted((*blocks, *more), key=lambda b: (b.interval, b.key))), tuple(left))


def changed(of: Plan, **more: Any) -> Plan:
    """The plan with its first block changed."""
    return replace(of, blocks=(replace(of.blocks[0], **more), *of.blocks[1:]))


SIMPLE = ask(DINNER)
SOUND = plan(SIMPLE, "23 18:00", "25 18:00")

MEETING = ask(DINNER, event("23 17:00", 90))
TWO = ask([DINNER, request("call", windows="18:00-21:00")])
SPACED = ask(replace(DINNER, spacing_minutes=20 * 60), standing=[stands("dinner/2026-W47/1", "22 22:00")])
SAME_DAY = ask(replace(DINNER, count=3), standing=[stands("dinner/2026-W48/3", "24 12:00", pinned=True)])
PINNED = ask(DINNER, standing=[stands("dinner/2026-W48/2", "25 12:00", pinned=True)])
PINNED_BLOCK = replace(
    block(replace(SIMPLE.items[1], key="dinner/2026-W48/2"), "25 12:00"), pinned=True, title="Dinner"
)
BUFFER = ask(request("travel", Kind.BUFFER, around="Dentist", before_minutes=30), event("24 10:00", 60, "Dentist"))
LONG_BUFFER = replace(BUFFER, items=(replace(BUFFER.items[0], min_minutes=10),))
PAUSE = ask(request("pause", Kind.BREAK, (5, 10, 15), after_stretch_minutes=60), event("24 10:00", 60))
FULL = ask(DINNER, event("23 06:00", 12 * 60 - 30), event("23 19:00", 210), white_space_minutes=45)
FLEXIBLE = ask(request("focus", Kind.FOCUS, flexible=True, windows="09:00-17:00"), now="23 08:30", lead_minutes=0)
WAS = ask(DINNER, standing=[stands("dinner/2026-W48/1", "23 18:20")])

WEEK48 = Interval(at("23 00:00"), at("30 00:00"))
AT_WORK = request("focus", Kind.FOCUS, (30, 60, 90), windows="09:00-17:00", area="work")
BUDGET = replace(ask(AT_WORK), budgets=(Budget(WEEK48, 60, "a goal"),))
GYM = request("gym", windows="17:00-22:00", weekdays=frozenset((0,)), place="Gym", travel_minutes=30)
FAR = ask([replace(DINNER, count=1), GYM])
NEAR_GYM = ask(GYM, event("23 17:00", 60, location="Office"))
AT_GYM = ask(GYM, event("23 17:00", 60, location="City gym, 2nd floor"))
TWICE = ask(replace(GYM, place="", per="day", count=2))
RUN = request("run", windows="17:00-20:00", not_next_to=frozenset({"tea"}))
APART = ask([RUN, request("tea", windows="17:00-21:00")])
STRETCH = ask([request("run", windows="17:00-20:00"), request("stretch", windows="17:00-21:00", follows="run")])
ERRANDS = [request(name, Kind.BATCH, windows="10:00-17:00", batch="errands") for name in ("bank", "post")]
BATCH = ask(ERRANDS)
LONG_ERRAND = ask(replace(ERRANDS[0], min_minutes=60, max_minutes=360))
KEPT = replace(ask(DINNER, standing=[stands("dinner/2026-W48/1", "23 18:30")]), moves_left=0)

MEETS_WHAT_STOOD = replace(
    ask(DINNER, event("23 18:00", 60), standing=[stands("dinner/2026-W48/1", "23 18:30")]), moves_left=0
)

# rule → (problem, a plan that breaks it, a plan that keeps it)
EXAMPLES: dict[str, tuple[Problem, Plan, Plan]] = {
    "inside_a_window": (SIMPLE, plan(SIMPLE, "23 20:00", "24 18:00"), plan(SIMPLE, "23 19:30", "24 18:00")),
    "right_length": (SIMPLE, plan(SIMPLE, ("23 18:00", 15), "24 18:00"), plan(SIMPLE, ("23 18:00", 30), "24 18:00")),
    "clear_of_facts": (MEETING, plan(MEETING, "23 18:15", "24 18:00"), plan(MEETING, "23 18:30", "24 18:00")),
    "one_at_a_time": (
        TWO,
        plan(TWO, "23 18:00", "23 18:45", "24 18:00"),
        plan(TWO, "23 18:00", "23 19:00", "24 18:00"),
    ),
    "each_answered_once": (SIMPLE, replace(SOUND, blocks=SOUND.blocks[:1]), plan(SIMPLE, "23 18:00")),
    "reasons_given": (SIMPLE, changed(SOUND, reason=""), SOUND),
    "spaced": (SPACED, plan(SPACED, "23 18:00", "24 18:00"), plan(SPACED, "23 19:00", "24 18:00")),
    "on_different_days": (
        SAME_DAY,
        plan(
            SAME_DAY,
            "23 18:00",
            "24 18:00",
            more=(replace(PINNED_BLOCK, key="dinner/2026-W48/3", interval=span("24 12:00", 60)),),
        ),
        plan(
            SAME_DAY,
            "23 18:00",
            "25 18:00",
            more=(replace(PINNED_BLOCK, key="dinner/2026-W48/3", interval=span("24 12:00", 60)),),
        ),
    ),
    "in_the_future": (
        replace(SIMPLE, horizon=Interval(at("23 18:15"), SIMPLE.horizon.end)),
        SOUND,
        plan(SIMPLE, "23 18:15", "25 18:00"),
    ),
    "pinned_stay": (PINNED, plan(PINNED, "23 18:00"), plan(PINNED, "23 18:00", more=(PINNED_BLOCK,))),
    "touching": (
        LONG_BUFFER,
        plan(LONG_BUFFER, ("24 09:30", 15)),
        plan(LONG_BUFFER, ("24 09:45", 15)),
    ),
    "white_space_left": (FULL, plan(FULL, ("23 18:00", 60), "24 18:00"), plan(FULL, ("23 18:00", 30), "24 18:00")),
    "within_budgets": (BUDGET, plan(BUDGET, ("23 09:00", 90)), plan(BUDGET, "23 09:00")),
    "not_next_to": (APART, plan(APART, "23 18:00", "23 19:15"), plan(APART, "23 18:00", "23 19:30")),
    "in_sequence": (STRETCH, plan(STRETCH, "23 18:00", "23 17:00"), plan(STRETCH, "23 18:00", "23 19:00")),
    "batched": (BATCH, plan(BATCH, "24 10:00", "25 10:00"), plan(BATCH, "24 10:00", "24 11:00")),
    "time_to_get_there": (FAR, plan(FAR, "23 18:00", "23 19:20"), plan(FAR, "23 18:00", "23 19:30")),
    "few_moves": (KEPT, plan(KEPT, "23 18:00", "24 18:00"), plan(KEPT, "23 18:30", "24 18:00")),
    "busy_when_it_must_be": (
        FLEXIBLE,
        changed(plan(FLEXIBLE, "23 10:00"), busy=False),
        changed(plan(FLEXIBLE, "23 10:30"), busy=False),
    ),
    "on_the_grid": (SIMPLE, plan(SIMPLE, "23 18:10", "24 18:00"), plan(SIMPLE, ("23 19:40", 50), "24 18:00")),
    "told_truly": (SIMPLE, changed(SOUND, title="Supper"), SOUND),
    "in_order": (SIMPLE, replace(SOUND, blocks=SOUND.blocks[::-1]), SOUND),
}

MORE_BROKEN: list[tuple[str, Problem, Plan]] = [
    (
        "each_answered_once",
        SIMPLE,
        replace(SOUND, blocks=(*SOUND.blocks, replace(SOUND.blocks[1], key="x/2026-W48/1"))),
    ),
    (
        "each_answered_once",
        SIMPLE,
        replace(SOUND, unplaced=(Unplaced("dinner/2026-W48/1", "dinner", DINNER.kind, "?"),)),
    ),
    ("reasons_given", SIMPLE, replace(SOUND, unplaced=(Unplaced("dinner/2026-W48/1", "dinner", DINNER.kind, ""),))),
    ("on_different_days", SIMPLE, plan(SIMPLE, "23 18:00", "23 19:15")),
    ("pinned_stay", PINNED, plan(PINNED, "23 18:00", more=(replace(PINNED_BLOCK, interval=span("25 13:00", 60)),))),
    ("pinned_stay", SIMPLE, changed(SOUND, pinned=True)),
    ("touching", PAUSE, plan(PAUSE, ("24 11:05", 10))),
    ("busy_when_it_must_be", SIMPLE, changed(SOUND, busy=False)),
    ("told_truly", SIMPLE, changed(SOUND, private=True)),
    ("spaced", SPACED, plan(SPACED, "23 19:00", "24 14:45")),
    ("not_next_to", APART, plan(APART, "23 18:00", "23 17:00")),
    ("batched", BATCH, plan(BATCH, "24 10:00", "24 13:15")),
    ("few_moves", KEPT, plan(KEPT)),
    ("time_to_get_there", FAR, plan(FAR, "23 18:30", "23 17:15")),
    ("clear_of_facts", NEAR_GYM, plan(NEAR_GYM, "23 18:15")),
]
MORE_KEPT: list[tuple[Problem, Plan]] = [
    (NEAR_GYM, plan(NEAR_GYM, "23 18:30")),
    (AT_GYM, plan(AT_GYM, "23 18:00")),  # one is there already
    (TWICE, plan(TWICE, "23 18:00", "23 19:00")),  # and stays there
    (STRETCH, plan(STRETCH, "24 18:00", "23 17:00")),
    (LONG_ERRAND, plan(LONG_ERRAND, ("24 10:00", 360))),  # alone it may take as long as it likes
    (replace(KEPT, moves_left=1), plan(KEPT, "23 18:00", "24 18:00")),
    (MEETS_WHAT_STOOD, plan(MEETS_WHAT_STOOD, "23 19:00", "24 18:00")),  # it could not stay
    (WAS, plan(WAS, "23 18:20", "24 18:00")),  # off the grid, but where it was
    (ask(DINNER, event("23 17:00", 70)), plan(ask(DINNER, event("23 17:00", 70)), "23 18:10", "24 18:00")),
    (ask(DINNER, event("23 19:10", 60)), plan(ask(DINNER, event("23 19:10", 60)), "23 18:10", "24 18:00")),
    (FLEXIBLE, plan(FLEXIBLE, "23 10:00")),
    (WAS, changed(plan(WAS, "23 18:20", "24 18:00"), moved_from=span("24 19:00", 60))),  # written since it was made
    (PINNED, plan(PINNED, "23 18:00", more=(replace(PINNED_BLOCK, pinned=False),))),  # starts soon by now
]


@pytest.mark.parametrize("rule", [r.__name__ for r in RULES])
def test_each_rule_has_an_example_that_breaks_it_and_one_that_keeps_it(rule: str) -> None:
    problem, broken, kept = EXAMPLES[rule]
    assert rule in {v.rule for v in violations(problem, broken)}
    assert violations(problem, kept) == ()


def test_each_rule_says_what_it_is_and_no_example_is_of_none() -> None:
    assert all(rule.__doc__ for rule in RULES)
    assert set(EXAMPLES) == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(("rule", "problem", "broken"), MORE_BROKEN)
def test_other_ways_to_break_a_rule(rule: str, problem: Problem, broken: Plan) -> None:
    assert rule in {v.rule for v in violations(problem, broken)}


@pytest.mark.parametrize(("problem", "kept"), MORE_KEPT)
def test_other_ways_to_keep_all(problem: Problem, kept: Plan) -> None:
    assert violations(problem, kept) == ()


def test_a_violation_names_rule_blocks_and_says_what() -> None:
    (found,) = violations(MEETING, EXAMPLES["clear_of_facts"][1])
    assert (found.rule, found.keys) == ("clear_of_facts", ("dinner/2026-W48/1",))
    assert found.text == "Dinner (Mon 23 Nov 18:15) takes time that is not free"


def test_two_pinned_blocks_of_the_person_may_break_what_ours_may_not() -> None:
    standing = [stands(f"dinner/2026-W48/{n}", f"24 1{n}:00", pinned=True) for n in (1, 2)]
    problem = ask(replace(DINNER, spacing_minutes=600, count=3), standing=standing)
    blocks = tuple(replace(PINNED_BLOCK, key=s.key, interval=s.interval) for s in standing)
    assert violations(problem, plan(problem, "23 18:00", more=blocks)) == ()
    capped = ask(replace(DINNER, count=3), standing=standing)
    assert violations(capped, plan(capped, "23 18:00", more=blocks)) == ()


# ---- against a checker that knows only minutes ----

TINY = ask(
    [
        request(length=(30, 30, 60), windows="18:00-19:00", weekdays=frozenset((0, 1)), count=2),
        request("call", length=30, windows="18:00-19:15", weekdays=frozenset((0,))),
    ],
    event("23 18:30", 15),
)


def test_the_referee_agrees_with_brute_force() -> None:
    """Every choice of place for three items, or none: 2,744 plans."""
    starts = [at("23 17:45") + 15 * MINUTE * n for n in range(6)]
    spots = [None, span("24 18:00", 30), *(Interval(s, s + m * MINUTE) for s in starts for m in (30, 60))]
    found = [
        (violations(TINY, _answered(chosen)) == (), _is_sound(chosen)) for chosen in itertools.product(spots, repeat=3)
    ]
    assert all(judged == sound for judged, sound in found)
    assert sum(sound for _, sound in found) == 17  # seven choices of dinners; three of them leave 18:00 to the call


def _answered(chosen: tuple[Interval | None, ...]) -> Plan:
    pairs = list(zip(TINY.items, chosen, strict=True))
    blocks = [replace(block(i, "23 18:00"), interval=spot) for i, spot in pairs if spot]
    left = [Unplaced(i.key, i.request.name, i.request.kind, "no") for i, spot in pairs if not spot]
    return Plan(TINY.horizon, tuple(sorted(blocks, key=lambda b: (b.interval, b.key))), tuple(left))


def _is_sound(chosen: tuple[Interval | None, ...]) -> bool:
    """By sets of minutes after 17:45 of Monday."""
    call, one, other = (_minutes(spot) for spot in chosen)
    meeting, evening = set(range(45, 60)), set(range(15, 75)) | set(range(1455, 1515))
    apart = sum(map(len, (call, one, other, meeting))) == len(call | one | other | meeting)
    inside = call <= set(range(15, 90)) and one | other <= evening
    same_day = one and other and min(one) // 1440 == min(other) // 1440
    return apart and inside and not same_day and len(call) <= 30


def _minutes(spot: Interval | None) -> set[int]:
    base = at("23 17:45")
    return set(range((spot.start - base) // MINUTE, (spot.end - base) // MINUTE)) if spot else set()
