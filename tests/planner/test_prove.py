"""The solving layer by itself, on a classic problem with known optima: weighted tardiness on one machine.

Jobs of some length, weight and due date follow each other; each unit that a job is late costs its weight. The optimum
comes from a dynamic programme over sets of jobs, which knows nothing of integer programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from timeblock.planner import engine
from timeblock.planner.bound import bound
from timeblock.planner.model import at_most, cliques
from timeblock.planner.optimum import Answer, prove
from timeblock.planner.program import Program


@dataclass(frozen=True)
class Job:
    length: int
    weight: int
    due: int

    def late(self, end: int) -> int:
        return self.weight * max(0, end - self.due)


def jobs(seed: int, count: int = 10) -> list[Job]:
    draw = Random(seed)
    lengths = [draw.randint(1, 9) for _ in range(count)]
    return [Job(length, draw.randint(1, 10), draw.randint(1, sum(lengths) * 2 // 3)) for length in lengths]


def by_sets(asked: list[Job]) -> int:
    """The least tardiness of each set of jobs, done first in whatever order; at last of all of them."""
    least = {0: 0}
    for done in range(1, 2 ** len(asked)):
        end = sum(job.length for n, job in enumerate(asked) if done >> n & 1)
        least[done] = min(least[done & ~(1 << n)] + job.late(end) for n, job in enumerate(asked) if done >> n & 1)
    return least[2 ** len(asked) - 1]


def as_program(asked: list[Job]) -> tuple[Program, Answer]:
    """A column for each start of each job; a job that is left out costs more than all lateness. And a first order."""
    end = sum(job.length for job in asked)
    columns = [(n, start) for n, job in enumerate(asked) for start in range(end - job.length + 1)]
    left_out = sum(job.late(end) for job in asked) + 1
    cost = [asked[n].late(start + asked[n].length) - left_out for n, start in columns]
    mine = [[j for j, (m, _) in enumerate(columns) if m == n] for n in range(len(asked))]
    spans = [(start, start + asked[n].length, j) for j, (n, start) in enumerate(columns)]
    rows = [at_most(1, clique, "") for clique in cliques(spans)] + [at_most(1, some, "") for some in mine]
    constant = left_out * len(asked)
    program = Program(cost, [1] * len(cost), rows, [(1, some) for some in mine], constant, range(len(cost)))
    begins, first = 0, {}
    for n, job in enumerate(asked):
        first[columns.index((n, begins))] = 1
        begins += job.length
    return program, Answer(first, program.value(first), 0, 60)


@pytest.mark.parametrize("seed", range(12))
def test_the_least_tardiness_is_found_and_proven(seed: int) -> None:
    program, first = as_program(jobs(seed))
    best = prove(engine, program, bound(program, engine.relax(program).duals), first)
    assert best.cost == best.bound == by_sets(jobs(seed))
    assert program.value(best.values) == best.cost


def test_a_bound_holds_whatever_the_duals() -> None:
    """Duals only suggest: with any of them no solution costs less than the bound, nor less by a column than it says."""
    draw = Random(0)
    program, _ = as_program(jobs(3, 7))
    least = by_sets(jobs(3, 7))
    best = prove(engine, program, bound(program, engine.relax(program).duals), as_program(jobs(3, 7))[1])
    for size in (0, 1, 10, 100):
        found = bound(program, [size * draw.random() for _ in program.rows])
        assert found.least <= least
        assert all(found.least + found.extra[j] <= least for j in best.values)
