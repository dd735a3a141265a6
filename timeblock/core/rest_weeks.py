"""Weeks of rest: goals pause, flexible blocks are not asked for, and no baseline knows of them.

A person declares one, or an absence of some days in the calendar does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.problem import Item, Problem
from timeblock.core.scope import Facts

SOME_DAYS = 3
"""An absence shorter than this makes no week of rest."""


def absences(facts: Facts) -> frozenset[Week]:
    """The weeks of which a single event of leave or out of office takes at least three days."""
    where = facts.person.where
    taken = (Counter(map(Week.of, where.days(c.occurrence.interval))) for c in facts.leave)
    return frozenset(week for days in taken for week, count in days.items() if count >= SOME_DAYS)


def relieved(problem: Problem, resting: Collection[Week]) -> Problem:
    """The problem without flexible blocks in weeks of rest."""
    if not resting:
        return problem
    items = (_outside(item, resting, problem.where) if item.request.flexible else item for item in problem.items)
    return replace(problem, items=tuple(item for item in items if item))


def _outside(item: Item, resting: Collection[Week], where: Whereabouts) -> Item | None:
    """With the windows that begin in ordinary weeks; None where no window is left of those it had."""
    left = tuple(w for w in item.windows if where.week_of(w.start) not in resting)
    return replace(item, windows=left) if left or not item.windows else None
