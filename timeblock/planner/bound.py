"""What the relaxation proves, in whole numbers: floats only suggest, so no rounding can make a certificate wrong.

For any prices of the rows (duals), no plan costs less than all of its variables at their cheapest, each group taking no
more columns than it has items. That is a bound; and what a column costs above the cheapest of its group is what a plan
with that column costs above the bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timeblock.planner.program import Program

FINE = 1024
"""Parts of a unit of cost in which duals are rounded."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``least``: no solution costs less. ``extra``: for each variable kept, what one costs more at least that has it;
    ``fewer``: for each choice, what one costs more that does not take its full number."""

    least: int
    extra: Mapping[int, int]
    fewer: Sequence[int]


def bound(program: Program, duals: Sequence[float]) -> Bound:
    """The bound that these duals prove; the better the duals, the higher."""
    reduced = {j: FINE * program.cost[j] for j in program.kept}
    proven = FINE * program.constant
    for row, dual in zip(program.rows, duals, strict=True):
        price = round(dual * FINE)
        if price > 0:
            proven -= price * row.bound
            for j, coefficient in zip(row.variables, row.coefficients, strict=True):
                if j in reduced:
                    reduced[j] += price * coefficient
    free, fewer = dict(reduced), []
    for number, chosen in program.choices:
        mine = [j for j in chosen if free.pop(j, None) is not None]
        taken = sorted(min(0, reduced[j]) for j in mine)[:number]
        proven += sum(taken)
        least = taken[-1] if len(taken) == number else 0
        fewer.append(-least // FINE)
        for j in mine:
            reduced[j] -= least
    proven += sum(min(0, cost) * program.most[j] for j, cost in free.items())
    return Bound(-(-proven // FINE), {j: max(0, cost) // FINE for j, cost in reduced.items()}, fewer)
