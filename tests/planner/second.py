"""A second solver for the same integer programs: HiGHS, in a process of its own, since it and ortools cannot share one.

Run as a script it reads programs from standard input, one a line, and answers each with a line: its least cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from timeblock.planner.program import Program

GAVE_UP = "time"


def optimum(program: Program, seconds: float = 60) -> int:
    """What the best solution costs. Raises TimeoutError where HiGHS could not prove one in time."""
    return optima([program], seconds)[0]


def optima(programs: Sequence[Program], seconds: float = 60) -> list[int]:
    """The same of each program, in one process."""
    asked = "".join(json.dumps(_question(program, seconds)) + "\n" for program in programs)
    done = subprocess.run([sys.executable, __file__], input=asked, capture_output=True, text=True, check=True)
    said = done.stdout.splitlines()[-len(programs) :]
    if GAVE_UP in said:
        raise TimeoutError
    return [program.constant + int(cost) for program, cost in zip(programs, said, strict=True)]


def _question(program: Program, seconds: float) -> dict[str, Any]:
    at = {j: n for n, j in enumerate(program.kept)}
    rows = [
        (row.bound, [at[j] for j in row.variables if j in at], _only(row.variables, row.coefficients, at))
        for row in program.rows
    ]
    return {
        "cost": [program.cost[j] for j in at],
        "most": [program.most[j] for j in at],
        "rows": rows,
        "seconds": seconds,
    }


def _only(variables: tuple[int, ...], coefficients: tuple[int, ...], at: dict[int, int]) -> list[int]:
    return [c for j, c in zip(variables, coefficients, strict=True) if j in at]


def answer(question: dict[str, Any]) -> str:
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    solver.setOptionValue("time_limit", float(question["seconds"]))
    solver.addVars(len(question["cost"]), [0] * len(question["cost"]), question["most"])
    solver.changeColsCost(len(question["cost"]), list(range(len(question["cost"]))), question["cost"])
    for n in range(len(question["cost"])):
        solver.changeColIntegrality(n, highspy.HighsVarType.kInteger)
    for bound, variables, coefficients in question["rows"]:
        solver.addRow(-highspy.kHighsInf, bound, len(variables), variables, coefficients)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return GAVE_UP
    return str(round(solver.getInfo().objective_function_value))


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(json.loads(line)))
