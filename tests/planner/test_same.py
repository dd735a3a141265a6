"""The same question has the same plan, in whatever order it is put: calendars and configs have none."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from tests.planner.life import WEEK, WORKDAYS, ask, event, request, stands
from timeblock.core.plan import to_json
from timeblock.core.problem import Kind, Problem
from timeblock.core.steer import Steering, WeekSteering
from timeblock.planner import greedy
from timeblock.planner.exact import Limits, solve


def asked(shuffle: Random | None) -> Problem:
    """A crowded week with all that ties blocks to each other and to events, two events at one time among them."""
    days = [str(day) for day in range(23, 28)]
    seen = [event(f"{d} {h}:00", 60, t, uid=t + h) for d in days for h in ("09", "10", "16") for t in ("A", "Dentist")]
    requests = [
        request(length=(60, 90, 90), windows="17:30-20:30", count=4),
        request("call", length=30, windows="17:00-21:00", count=2, not_next_to=frozenset({"dinner"})),
        request("lunch", Kind.BREAK, (30, 45, 45), per="day", windows="11:30-13:30", weekdays=WORKDAYS),
        request("pause", Kind.BREAK, 10, after_stretch_minutes=60),
        request("way", Kind.BUFFER, around="Dentist", before_minutes=20, after_minutes=20),
        request("focus", Kind.FOCUS, (60, 90, 120), count=6, weekdays=WORKDAYS, area="work", flexible=True),
        request("mail", Kind.BATCH, 30, per="day", weekdays=WORKDAYS, follows="focus", area="work"),
        request("bank", Kind.BATCH, 30, windows="09:00-18:00", batch="errands"),
        request("post", Kind.BATCH, 30, windows="09:00-18:00", batch="errands"),
    ]
    there = [stands("dinner/2026-W48/1", "24 18:00"), stands("focus/2026-W48/2", "25 13:00")]
    if shuffle:
        for some in (seen, requests, there):
            shuffle.shuffle(some)
    goal = Steering({WEEK: WeekSteering(40 * 60, why=("a goal",))})
    return ask(requests, *seen, standing=there, white_space_minutes=60, steering=goal, moves_left=3)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_events_requests_and_blocks_makes_no_difference(seed: int) -> None:
    one, other = asked(None), asked(Random(seed))
    assert other == one
    assert to_json(solve(other, Limits(0.3))) == to_json(solve(one, Limits(0.3)))
    assert greedy.solve(other) == greedy.solve(one)


PRINT_A_PLAN = """
import json
from random import Random
from tests.planner.test_same import asked
from timeblock.core.plan import to_json
from timeblock.planner.exact import Limits, solve
print(json.dumps(to_json(solve(asked(Random({seed})), Limits(0.3)))))
"""


def test_every_process_makes_the_same_plan() -> None:
    def plan(hash_seed: str) -> str:
        env, program = {**os.environ, "PYTHONHASHSEED": hash_seed}, PRINT_A_PLAN.format(seed=hash_seed)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
        return done.stdout

    assert plan("0") == plan("1") == plan("4242")
