"""An integer program as the planner puts it, and what a solver says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Σ coefficient · variable ≤ ``bound``. ``rule`` names the function that asks for it."""

    bound: int
    variables: tuple[int, ...]
    coefficients: tuple[int, ...]
    rule: str = ""

    @property
    def is_clique(self) -> bool:
        return self.bound == 1 and set(self.coefficients) == {1}


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise ``constant`` + Σ cost · variable, with each variable from 0 to its ``most``, under ``rows``.

    ``choices``: of these variables at most so many are taken; that is in the rows, too. Only the variables in ``kept``
    may be more than 0.
    """

    cost: Sequence[int]
    most: Sequence[int]
    rows: Sequence[Row]
    choices: Sequence[tuple[int, Sequence[int]]]
    constant: int
    kept: Sequence[int]

    def value(self, values: Mapping[int, int]) -> int:
        """What a solution costs."""
        return self.constant + sum(self.cost[j] * value for j, value in values.items())


@dataclass(frozen=True, slots=True)
class Found:
    """Variables that are more than 0, or None where nothing was found; a ``bound`` that nothing that was searched goes
    under, infinite where there is no solution; the ``work`` it took, in the solver's own seconds."""

    values: Mapping[int, int] | None
    bound: float
    work: float


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The solution where variables need not be whole: their ``values``, and for each row in ``duals`` what one less of
    its bound would cost. Both empty and 0 where GLOP gives up."""

    values: Mapping[int, float]
    duals: Sequence[float]
