"""The only module that knows ortools: the duals of a relaxation (GLOP), and a search of some columns (CP-SAT).

Imported by the commands that plan, and only then. Of CP-SAT it takes the layer below ``cp_model``, which would bring
pandas along (0.5 s); the version of ortools is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, inf

from ortools.linear_solver import linear_solver_pb2 as lp
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model_helper as cp

from timeblock.planner.program import Found, Program, Relaxed, Row

SEED = 1
GLOP = "use_dual_simplex:true use_preprocessing:false"
"""So it takes half the time on our programs."""
NEARLY = 1e-6
"""A bound this little above a whole number is that number."""


def relax(program: Program) -> Relaxed:
    """Solve the relaxation."""
    asked = lp.MPModelRequest(solver_type=lp.MPModelRequest.GLOP_LINEAR_PROGRAMMING, solver_specific_parameters=GLOP)
    for j in program.kept:
        variable = asked.model.variable.add()
        variable.lower_bound, variable.upper_bound = 0, program.most[j]
        variable.objective_coefficient = program.cost[j]
    for row, numbers, coefficients in _rows(program):
        made = asked.model.constraint.add()
        made.upper_bound = row.bound
        made.var_index.extend(numbers)
        made.coefficient.extend(coefficients)
    answer = lp.MPSolutionResponse()
    pywraplp.Solver.SolveWithProto(asked, answer)
    if answer.status != lp.MPSOLVER_OPTIMAL:
        return Relaxed({}, [0.0] * len(program.rows))
    values = {j: value for j, value in zip(program.kept, answer.variable_value, strict=True) if value > 0}
    return Relaxed(values, [max(0.0, -dual) for dual in answer.dual_value])


def _rows(program: Program) -> Iterator[tuple[Row, Sequence[int], Sequence[int]]]:
    """Each row with what it has of the variables that are kept: their numbers among those, and coefficients."""
    if len(program.kept) == len(program.cost):
        yield from ((row, row.variables, row.coefficients) for row in program.rows)
        return
    at = {j: n for n, j in enumerate(program.kept)}
    for row in program.rows:
        terms = [(at[j], c) for j, c in zip(row.variables, row.coefficients, strict=True) if j in at]
        yield row, [n for n, _ in terms], [c for _, c in terms]


def search(program: Program, hint: Mapping[int, int], work: float) -> Found:
    """The best solution, within ``work`` seconds of the solver's clock. ``hint``: variables that may well be taken.

    One worker, so that the same question has the same answer.
    """
    at = {j: n for n, j in enumerate(program.kept)}
    answer = _solve(_as_proto(program, at, hint), work)
    match answer.status:
        case cp.OPTIMAL | cp.FEASIBLE:
            values = {j: value for j, value in zip(program.kept, answer.solution, strict=True) if value}
            bound = program.constant + ceil(answer.best_objective_bound - NEARLY)
            return Found(values, bound, answer.deterministic_time)
        case cp.INFEASIBLE:
            return Found(None, inf, answer.deterministic_time)
        case _:
            return Found(None, -inf, answer.deterministic_time)


def conflict(program: Program, demands: Sequence[tuple[int, Sequence[int]]], work: float) -> list[int]:
    """A smallest set of demands – so many of these variables – that cannot all be met; empty where they can, where none
    is to blame, or where time runs out."""
    core = _core(program, demands, range(len(demands)), work)
    for n in list(core):
        rest = [m for m in core if m != n]
        if n in core and (smaller := _core(program, demands, rest, work)):
            core = smaller
    return core


def _core(
    program: Program, demands: Sequence[tuple[int, Sequence[int]]], among: Sequence[int], work: float
) -> list[int]:
    """Some of the demands that suffice for a conflict."""
    at = {j: n for n, j in enumerate(program.kept)}
    proto = _as_proto(replace(program, cost=[0] * len(program.cost)), at, {})
    proto.clear_objective()
    for number in among:
        least, variables = demands[number]
        literal = len(proto.variables)
        proto.variables.add().domain.extend([0, 1])
        demand = proto.constraints.add()
        demand.enforcement_literal.append(literal)
        known = [at[j] for j in variables if j in at]
        demand.linear.vars.extend(known)
        demand.linear.coeffs.extend([1] * len(known))
        demand.linear.domain.extend([least, len(known)])
        proto.assumptions.append(literal)
    answer = _solve(proto, work)
    blamed = set(answer.sufficient_assumptions_for_infeasibility) if answer.status == cp.INFEASIBLE else set()
    return [number for n, number in enumerate(among) if len(at) + n in blamed]


def _solve(proto: cp.CpModelProto, work: float) -> cp.CpSolverResponse:
    wrapper = cp.SolveWrapper()
    wrapper.set_parameters(_parameters(work))
    answer: cp.CpSolverResponse = wrapper.solve(proto)  # type: ignore[no-untyped-call]
    return answer


def _parameters(work: float) -> cp.SatParameters:
    parameters = cp.SatParameters()
    parameters.num_workers = 1
    parameters.random_seed = SEED
    parameters.linearization_level = 2
    parameters.cp_model_probing_level = 0
    parameters.max_presolve_iterations = 1
    parameters.symmetry_level = 0
    parameters.max_deterministic_time = work
    return parameters


def _as_proto(program: Program, at: Mapping[int, int], hint: Mapping[int, int]) -> cp.CpModelProto:
    proto = cp.CpModelProto()
    for j in at:
        proto.variables.add().domain.extend([0, program.most[j]])
    most = [program.most[j] for j in at]
    for row, numbers, coefficients in _rows(program):
        if sum(c * most[n] for n, c in zip(numbers, coefficients, strict=True) if c > 0) > row.bound:
            made = proto.constraints.add()
            if row.is_clique:
                made.at_most_one.literals.extend(numbers)
            else:
                made.linear.vars.extend(numbers)
                made.linear.coeffs.extend(coefficients)
                made.linear.domain.extend([-(2**62), row.bound])
    proto.objective.vars.extend(range(len(at)))
    proto.objective.coeffs.extend([program.cost[j] for j in at])
    for j, value in hint.items():
        if j in at:
            proto.solution_hint.vars.append(at[j])
            proto.solution_hint.values.append(value)
    return proto
