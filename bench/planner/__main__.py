"""The exact planner on made-up weeks, against greedy, first fit and a second solver in the same run.

    python -m bench.planner [--quick] [--out FILE]

Each instance is one record of the file; ``bench.planner.page`` makes the tables of ``docs/planner.md`` of them. Seconds
are CPU, imports left out.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bench.figures import machine, versions
from bench.planner.instances import LOADS, instance, replans
from bench.planner.lives import lives
from bench.planner.peers import by_highs, fewest_moves, first_fit, modelled
from timeblock.core.plan import Plan
from timeblock.core.problem import Problem
from timeblock.core.referee import violations
from timeblock.planner import exact, greedy
from timeblock.planner.cost import missed, points

FILE = Path(__file__).parent / "measured.json"
PROOF = exact.Limits(30)
"""What an optimum may take that ``timeblock plan`` did not prove."""
FIRST_SEED = 1000
"""Those below were looked at while the planner was made."""
SEEDS = {(1, 15): 10, (2, 15): 10, (4, 15): 6, (1, 5): 5, (12, 15): 1}
"""Weeks and minutes of the grid → instances of each load."""
CHANGES = {1: 3, 2: 1, 4: 1}
"""Weeks → plans of each load to which everything of :func:`replans` happens."""
ASKED_OF_HIGHS, HIGHS_SECONDS = 2, 30


Record = TypeVar("Record")


@dataclass(frozen=True)
class Result:
    """One planner on one problem: the weight ``missed``, ``points``, CPU seconds and broken rules."""

    missed: int
    points: int
    cpu: float
    broken: int


@dataclass(frozen=True)
class Measured:
    """One instance. ``least_missed``, ``least_points``: what no plan goes under, from the plan's certificate or a
    longer proof that took ``proof_cpu``. ``highs``: whether HiGHS comes to the same, and its CPU; None if not asked."""

    load: str
    weeks: int
    grid: int
    seed: int
    items: int
    columns: int
    first_fit: Result
    greedy: Result
    plan: Result
    shown_gap: float
    least_missed: int
    least_points: int
    proven: bool
    proof_cpu: float
    highs: tuple[bool, float] | None


@dataclass(frozen=True)
class Change:
    """What a change led to. ``fewest``: blocks that had to move at the very least; None where that was not asked."""

    name: str
    load: str
    weeks: int
    moves: int
    fewest: int | None
    cpu: float
    proven: bool
    broken: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one instance of one week for each load, and its changes")
    parser.add_argument("--out", type=Path, help=f"where to put the records (without --quick: {FILE.name})")
    options = parser.parse_args()
    seeds, after = ({(1, 15): 1}, {1: 1}) if options.quick else (SEEDS, CHANGES)
    exact.solve(instance("light", 1, 0))  # imports
    found = {
        "made": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251 - a benchmark says when it was run
        "machine": machine(),
        "versions": versions("ortools", "highspy"),
        "lives": [asdict(one) for one in told(lives())],
        "plans": [asdict(m) for (weeks, grid), n in seeds.items() for m in told(plans(weeks, grid, n))],
        "changes": [asdict(c) for weeks, n in after.items() for c in told(changes(weeks, n))],
    }
    if out := options.out or (None if options.quick else FILE):
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def told(records: Iterator[Record]) -> Iterator[Record]:
    for record in records:
        print(record, flush=True)
        yield record


def plans(weeks: int, grid: int, seeds: int) -> Iterator[Measured]:
    for load in LOADS:
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            asked = grid == 15 and weeks == 1 and seed < FIRST_SEED + ASKED_OF_HIGHS
            yield measured(load, weeks, grid, seed, asked)


def measured(load: str, weeks: int, grid: int, seed: int, asked: bool) -> Measured:
    problem = instance(load, weeks, seed, grid)
    first, simple = run(first_fit, problem)[1], run(greedy.solve, problem)[1]
    plan, result = run(exact.solve, problem)
    shown = proof = plan.certificate
    assert shown
    proof_cpu = result.cpu
    if not shown.proven:
        again, longer = run(lambda p: exact.solve(p, PROOF), problem)
        proof, proof_cpu = again.certificate, longer.cpu
    assert proof
    return Measured(
        load,
        weeks,
        grid,
        seed,
        len(problem.items),
        len(modelled(problem, plan).columns),
        first,
        simple,
        result,
        shown.gap,
        proof.least_missed,
        proof.least_points,
        proof.proven,
        proof_cpu,
        agreed(problem, plan, result) if asked and proof.proven else None,
    )


def run(planner: Callable[[Problem], Plan], problem: Problem) -> tuple[Plan, Result]:
    begun = time.process_time()
    plan = planner(problem)
    cpu = time.process_time() - begun
    lies, broken = {b.key: b.interval for b in plan.blocks}, len(violations(problem, plan))
    return plan, Result(missed(problem, lies), points(problem, lies), cpu, broken)


def agreed(problem: Problem, plan: Plan, result: Result) -> tuple[bool, float] | None:
    """Whether HiGHS comes to the same; None where it did not in time."""
    begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        same = by_highs(problem, plan, HIGHS_SECONDS) == (result.missed, result.points)
    except TimeoutError:
        return None
    return same, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun


def changes(weeks: int, seeds: int) -> Iterator[Change]:
    """What each kind of change moves; the fewest possible in plans of one week."""
    for load in LOADS:
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            stands = exact.solve(instance(load, weeks, seed), PROOF)
            for name, problem in replans(load, weeks, seed, stands):
                plan, result = run(exact.solve, problem)
                lies = {b.key: b.interval for b in plan.blocks}
                moves = sum(i.before is not None and lies.get(i.key) != i.before for i in problem.items)
                fewest = fewest_moves(problem, plan) if weeks == 1 else None
                proven = plan.certificate is not None and plan.certificate.proven
                yield Change(name, load, weeks, moves, fewest, result.cpu, proven, result.broken)


if __name__ == "__main__":
    main()
