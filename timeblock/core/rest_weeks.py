"""Weeks of rest: goals pause, flexible blocks are not asked for, and no baseline knows of them.

A person declares one, or an absence of some days in the calendar does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from timeblock.core.localtime import Week
from timeblock.core.problem import Problem
from timeblock.core.scope import Facts, period_of

SOME_DAYS = 3
"""An absence shorter than this makes no week of rest."""


def absences(facts: Facts) -> frozenset[Week]:
    """The weeks of which a single event of leave or out of office takes at least three days."""
    where = facts.person.where
    taken = (Counter(map(Week.of, where.days(c.occurrence.interval))) for c in facts.leave)
    return frozenset(week for days in taken for week, count in days.items() if count >= SOME_DAYS)


def relieved(problem: Problem, resting: Collection[Week]) -> Problem:
    """The problem without the flexible blocks of weeks of rest."""
    free = {i.key for i in problem.items if i.request.flexible and _week_of(i.key, problem) in resting}
    return replace(problem, items=tuple(i for i in problem.items if i.key not in free)) if free else problem


def _week_of(key: str, problem: Problem) -> Week | None:
    period = period_of(key, problem.where)
    return problem.where.week_of(period.start) if period else None
