"""Usual times of day. With the usual times given, a plan is found at once (:func:`at_usual_times`); to prove that there
are no better ones they must be free, which takes variables of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from timeblock.planner.cost import UNUSUAL
from timeblock.planner.program import Program


@dataclass(frozen=True, slots=True)
class Slot:
    """Columns of which at most one is taken, by their half hour; or the half hour of a block that stands (``hours`` is
    empty then). ``later`` and ``earlier``: the variables that carry it on from each half hour, and back to it."""

    hours: Mapping[int, int]
    stands: int
    later: Sequence[int]
    earlier: Sequence[int]

    def at(self, values: Mapping[int, int]) -> int | None:
        """Where the block of the slot lies, if it has one."""
        return next((hour for j, hour in self.hours.items() if values.get(j)), None) if self.hours else self.stands


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual time of one request: a variable for each half hour, and the blocks that should lie there."""

    hours: range
    variables: Sequence[int]
    slots: Sequence[Slot]

    def most_likely(self, values: Mapping[int, float]) -> int:
        """Of a relaxed solution."""
        return max(self.hours, key=lambda hour: (values.get(self.variables[hour - self.hours.start], 0), -hour))

    def best(self, values: Mapping[int, int]) -> int:
        """The half hour that is nearest to all blocks of a solution."""
        lie = sorted(hour for slot in self.slots if (hour := slot.at(values)) is not None)
        return lie[len(lie) // 2] if lie else self.hours.start


def at_usual_times(kinds: Sequence[Usual], program: Program, times: Sequence[int]) -> Program:
    """The program with these usual times, which need no variables then. Its solutions cost as much or more."""
    cost, constant, gone = list(program.cost), program.constant, set[int]()
    for usual, time in zip(kinds, times, strict=True):
        gone.update(usual.variables)
        for slot in usual.slots:
            gone.update((*slot.later, *slot.earlier))
            constant += 0 if slot.hours else UNUSUAL * abs(slot.stands - time)
            for j, hour in slot.hours.items():
                cost[j] += UNUSUAL * abs(hour - time)
    rows = [row for row in program.rows if row.rule != "usual_time"]
    kept = [j for j in program.kept if j not in gone]
    return replace(program, cost=cost, constant=constant, rows=rows, kept=kept)


def completed(kinds: Sequence[Usual], values: Mapping[int, int]) -> dict[int, int]:
    """A solution of :func:`at_usual_times` as one of the whole program, at the best usual times for its blocks."""
    whole = dict(values)
    for usual in kinds:
        first, best = usual.hours.start, usual.best(values)
        whole[usual.variables[best - first]] = 1
        for slot in usual.slots:
            if (hour := slot.at(values)) is not None:
                whole |= dict.fromkeys(slot.later[hour - first : best - first], 1)
                whole |= dict.fromkeys(slot.earlier[best - first : hour - first], 1)
    return whole
