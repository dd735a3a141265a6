"""What the planner is compared with in the same run: first fit, as planners on the market do it, and HiGHS on the same
integer programs, in a process of its own (it and ortools cannot live in one)."""

from __future__ import annotations

from dataclasses import replace

from tests.planner.second import optimum
from timeblock.core.interval import Interval
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.problem import Item, Problem
from timeblock.planner import engine
from timeblock.planner.cost import missed
from timeblock.planner.habits import HABITS
from timeblock.planner.model import Model, build
from timeblock.planner.places import places
from timeblock.planner.room import Room


def first_fit(problem: Problem) -> Plan:
    """Each item, in order of precedence, where it first fits."""
    room = Room(problem)
    left = [item for item in problem.items if not _take_first(room, item)]
    blocks = tuple(_bare(room.items[key], interval) for key, interval in room.placed.items())
    unplaced = tuple(Unplaced(i.key, i.request.name, i.request.kind, "does not fit") for i in left)
    return Plan(problem.horizon, blocks, unplaced)


def _take_first(room: Room, item: Item) -> bool:
    spot = min(((p.start, p.end) for p in places(room, item)), default=None)
    if spot is not None:
        room.add(item, Interval(*spot))
    return spot is not None


def _bare(item: Item, interval: Interval) -> Block:
    r = item.request
    return Block(item.key, r.name, r.title, r.kind, r.area, interval, reason="first fit")


def modelled(problem: Problem, plan: Plan) -> Model:
    """The model with the plan's own places among its columns."""
    lies = {b.key: b.interval for b in plan.blocks}
    asked = [i for i in problem.items if i.key not in dict(problem.impossible)]
    return build(Room(problem), asked, [(i, lies[i.key]) for i in asked if i.key in lies], HABITS)


def by_highs(problem: Problem, plan: Plan, seconds: float) -> tuple[int, int]:
    """The least weight missed and then the fewest points, as HiGHS finds them. Raises TimeoutError."""
    model = modelled(problem, plan)
    lost = optimum(replace(model.value(), kept=model.shortest()), seconds)
    return lost, optimum(model.preferences(lost), seconds)


def fewest_moves(problem: Problem, plan: Plan) -> int:
    """The least number of standing blocks that a plan must move or give up that misses no more than this one."""
    model = modelled(problem, plan)
    lost = missed(problem, {b.key for b in plan.blocks})
    program = model.preferences(lost)
    stays = [-1 if c.stays else 0 for c in model.columns] + [0] * (len(model.cost) - len(model.columns))
    before = sum(i.before is not None for i in problem.items)
    rows = [row for row in program.rows if row.rule not in ("spread", "together")]
    found = engine.search(replace(program, cost=stays, constant=before, rows=rows, kept=range(model.firm)), {}, 20)
    return int(found.bound)
