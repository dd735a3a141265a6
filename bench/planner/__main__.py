"""The exact planner on made-up weeks, against greedy, first fit and a second solver in the same run.

    python -m bench.planner [--quick] [--seeds 3] [--weeks 1 2 4] [--grid 15] [--highs SECONDS]

Medians over the seeds. *missed* is the weight of what did not fit; points are compared where as much is missed. *plan*
is what ``timeblock plan`` gets (1 s of the solver's clock), *proof* the same with 30. Seconds are CPU.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

from bench.planner.instances import LOADS, instance, replans
from bench.planner.peers import by_highs, fewest_moves, first_fit, modelled
from timeblock.core.plan import Certificate, Plan
from timeblock.core.problem import Problem
from timeblock.core.referee import violations
from timeblock.planner import exact, greedy
from timeblock.planner.cost import missed, points

HEADS = (
    "instance",
    "items",
    "columns",
    "missed: first fit, greedy, plan",
    "points of greedy's",
    "gap of the proof",
    "plan within 1 %",
    "proven",
    "plan: CPU, max",
    "proof: CPU, max",
    "greedy: CPU",
    "HiGHS agrees",
    "broken",
)

PROOF = exact.Limits(30)


@dataclass(frozen=True)
class Change:
    """What a change led to: blocks moved, the fewest there could be, CPU seconds, and whether the plan is proven."""

    moves: int
    fewest: int
    cpu: float
    proven: bool


@dataclass(frozen=True)
class Result:
    """One planner on one problem. ``cost``: the weight missed, and points."""

    plan: Plan
    cost: tuple[int, int]
    cpu: float
    broken: int

    @property
    def certificate(self) -> Certificate:
        assert self.plan.certificate is not None
        return self.plan.certificate


def run(planner: Callable[[Problem], Plan], problem: Problem) -> Result:
    begun = time.process_time()
    plan = planner(problem)
    cpu = time.process_time() - begun
    lies = {b.key: b.interval for b in plan.blocks}
    return Result(plan, (missed(problem, lies), points(problem, lies)), cpu, len(violations(problem, plan)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed of one week")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--weeks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--grid", type=int, default=15)
    parser.add_argument("--highs", type=float, default=0, metavar="SECONDS", help="ask HiGHS, too, for so long at most")
    options = parser.parse_args()
    seeds, weeks = (1, [1]) if options.quick else (options.seeds, options.weeks)
    exact.solve(instance("light", 1, 0))  # imports
    print(f"{platform.machine()}, Python {platform.python_version()}, ortools {version('ortools')}\n")
    print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}")
    for number in weeks:
        for load in LOADS:
            compare(load, number, options.grid, seeds, options.highs)
    print("\n| after a change, 1 week | moves, fewest possible | as few | CPU | proven |")
    print("|---|---|---|---|---|")
    changes(seeds)


def compare(load: str, weeks: int, grid: int, seeds: int, highs: float) -> None:
    problems = [instance(load, weeks, seed, grid) for seed in range(seeds)]
    first, simple = [run(first_fit, p) for p in problems], [run(greedy.solve, p) for p in problems]
    plans = [run(exact.solve, p) for p in problems]
    proofs = [run(lambda p: exact.solve(p, PROOF), p) for p in problems] if weeks <= 4 else plans
    columns = [len(modelled(p, r.plan).columns) for p, r in zip(problems, plans, strict=True)]
    lost = ", ".join(f"{median(r.cost[0] for r in some):.0f}" for some in (first, simple, plans))
    share = [100 * b.cost[1] / a.cost[1] for a, b in zip(simple, plans, strict=True) if a.cost[0] == b.cost[0]]
    close = sum(a.cost[0] == b.cost[0] and a.cost[1] <= 1.01 * b.cost[1] for a, b in zip(plans, proofs, strict=True))
    cells = (
        f"{load}, {weeks} w, {grid} min",
        f"{median(len(p.items) for p in problems):.0f}",
        f"{median(columns):.0f}",
        lost,
        f"{median(share):.0f} %" if share else "-",
        f"{100 * median(r.certificate.gap for r in proofs):.1f} %",
        f"{close} of {seeds}",
        f"{sum(r.certificate.proven for r in proofs)} of {seeds}",
        f"{median(r.cpu for r in plans):.2f}, {max(r.cpu for r in plans):.2f}",
        f"{median(r.cpu for r in proofs):.2f}, {max(r.cpu for r in proofs):.2f}",
        f"{median(r.cpu for r in simple):.3f}",
        agreed(problems, proofs, highs),
        f"{sum(r.broken for r in (*simple, *plans, *proofs))}",
    )
    print("| " + " | ".join(cells) + " |", flush=True)


def agreed(problems: list[Problem], proofs: list[Result], seconds: float) -> str:
    """On how many of the proven optima HiGHS comes to the same, of those it has an answer to in time."""
    if not seconds:
        return "-"
    same = asked = 0
    for problem, result in zip(problems, proofs, strict=True):
        if result.certificate.proven:
            try:
                same += by_highs(problem, result.plan, seconds) == result.cost
                asked += 1
            except TimeoutError:
                pass
    return f"{same} of {asked}"


def changes(seeds: int) -> None:
    """What each kind of change moves, over all loads and seeds."""
    found: dict[str, list[Change]] = defaultdict(list)
    for load in LOADS:
        for seed in range(seeds):
            stands = exact.solve(instance(load, 1, seed), PROOF)
            for name, problem in replans(load, 1, seed, stands):
                found[name].append(change(problem))
    for name, some in found.items():
        few, proven = sum(c.moves == c.fewest for c in some), sum(c.proven for c in some)
        print(
            f"| {name} | {median(c.moves for c in some):.0f}, {median(c.fewest for c in some):.0f} "
            f"| {few} of {len(some)} | {median(c.cpu for c in some):.2f} | {proven} of {len(some)} |"
        )


def change(problem: Problem) -> Change:
    result = run(exact.solve, problem)
    lies = {b.key: b.interval for b in result.plan.blocks}
    moves = sum(i.before is not None and lies.get(i.key) != i.before for i in problem.items)
    return Change(moves, fewest_moves(problem, result.plan), result.cpu, result.certificate.proven)


if __name__ == "__main__":
    main()
