"""Whether a goal is specific, measurable, achievable, relevant and time-bound; why not, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Literal, TypeAlias

from timeblock.core.goals import Goal, Shape, Weekly
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.plan import Plan
from timeblock.core.problem import Request
from timeblock.core.progress import Progress, known_values, told
from timeblock.core.steer import serves
from timeblock.core.words import counted, figure
from timeblock.core.words import day as day_words

Verdict: TypeAlias = Literal["ok", "weak", "fails"]

LONGEST = timedelta(days=366)
"""A goal further away than this is out of sight."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One of the five. ``better``: a wording or setting that would hold, "" where nothing is to be mended."""

    name: str
    verdict: Verdict
    why: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What the planner finds for a goal's blocks in the coming weeks: minutes a week asked for, and those that fit.

    ``reason``: what stands in the way of the rest.
    """

    asked: float
    fits: float
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """A goal before its judge. ``room`` asks the planner, None where no block serves the goal; ``value`` says why the
    goal's area matters."""

    goal: Goal
    progress: Progress
    weekly: Weekly
    today: date
    room: Callable[[Goal], Room | None]
    value: str = ""

    @property
    def known(self) -> Mapping[Week, float | None]:
        return known_values(self.goal, self.weekly)


def room_for(goal: Goal, plan: Plan, requests: Sequence[Request], where: Whereabouts) -> Room | None:
    """What the last week of a plan holds of the goal's blocks; None where no block serves it.

    Earlier weeks may be over in part, or full by now.
    """
    week = where.week_of(plan.horizon.end - 1)
    placed = [b for b in plan.blocks if where.week_of(b.interval.start) == week]
    asked = [r for r in requests if serves(r, goal)]
    if goal.shape not in (Shape.TIME_BUDGET, Shape.FREQUENCY) or not asked:
        return None
    fits = sum(b.interval.minutes for b in placed if b.request in {r.name for r in asked})
    wanted = goal.target if goal.shape is Shape.TIME_BUDGET else goal.target * asked[0].min_minutes
    reasons = (u.reason for u in plan.unplaced if u.request in {r.name for r in asked})
    return Room(wanted, fits, next(reasons, ""))


def smart(case: Case) -> tuple[Letter, ...]:
    """The five answers, in their order."""
    return tuple(letter(case) for letter in (specific, measurable, achievable, relevant, time_bound))


def holds(letters: Iterable[Letter]) -> bool:
    """Whether none of them fails."""
    return all(letter.verdict != "fails" for letter in letters)


def specific(case: Case) -> Letter:
    """One metric, about one thing, in one part of life."""
    goal = case.goal
    about = f"{goal.metric} of {goal.of}" if goal.of else goal.metric
    if not goal.area and not goal.of:
        return Letter("specific", "weak", f"about {about}, but for which part of life?", 'area = "rest", for example')
    return Letter("specific", "ok", f"about {about} and nothing else")


def measurable(case: Case) -> Letter:
    """Its evidence exists and gave figures."""
    goal, known = case.goal, [v for v in case.known.values() if v is not None]
    if known:
        return Letter("measurable", "ok", f"known in {counted(len(known), 'week')}")
    lacks = [m.missing for found in case.weekly.values() for m in found if m.id == goal.metric and m.missing]
    if goal.metric == "blocks":
        return Letter("measurable", "weak", "no block of it is over yet; `timeblock apply` writes the first ones")
    why = lacks[-1] if lacks else "nothing is known of it yet"
    return Letter("measurable", "fails", why, "name a source of evidence, or a metric that calendars show")


def achievable(case: Case) -> Letter:
    """The weekly step is one this person has taken before, and the calendar has room for the blocks."""
    goal, base = case.goal, case.progress.baseline
    if goal.changes and base is None:
        return Letter("achievable", "weak", "not known yet: it begins by measuring", "come back in two weeks")
    if goal.changes and base == 0:
        return Letter("achievable", "fails", case.progress.text, 'target = "at most …"')
    return _step(case) or _room(case) or Letter("achievable", "ok", _fits(case))


def _fits(case: Case) -> str:
    step = _weekly_step(case)
    enough = "no more than your weeks differ by anyway"
    return f"a step of {told(case.goal, step)} a week, {enough}" if step else "nothing stands against it"


def _weekly_step(case: Case) -> float:
    marks = case.progress.milestones
    if not case.goal.changes or not marks or case.progress.baseline is None:
        return 0.0
    return max(abs(b - a) for a, b in pairwise([case.progress.baseline, *(m.value for m in marks)]))


def usual_change(values: Sequence[float]) -> float | None:
    """The median change from one week to the next; None for fewer than three weeks.

    >>> usual_change([60, 90, 80, 80])
    10
    """
    return median(abs(b - a) for a, b in pairwise(values)) if len(values) > 2 else None


def _step(case: Case) -> Letter | None:
    """A step larger than the person's own changes is questioned; small ones last."""
    goal, step = case.goal, _weekly_step(case)
    usual = usual_change([v for _, v in sorted(case.known.items()) if v is not None])
    if usual is None or step <= usual or not step:
        return None
    if not usual:
        return Letter("achievable", "weak", "the last weeks were all alike, so any change is a new one", "eased = true")
    longer = goal.start + timedelta(weeks=ceil(len(case.progress.milestones) * step / usual))
    why = f"{told(goal, step)} less or more each week, where {told(goal, usual)} is what your weeks differ by"
    reach = longer <= goal.start + LONGEST
    better = f"by = {longer}" if reach else f'half of it first: target = "{_half(goal)}"'
    return Letter("achievable", "weak", why, better)


def _half(goal: Goal) -> str:
    half = goal.target / 2
    return f"{half:+.0f} %" if goal.shape is Shape.CHANGE_PERCENT else f"{half:+.0f}m per week"


def _room(case: Case) -> Letter | None:
    """What the planner finds for the goal's blocks."""
    found = case.room(case.goal)
    if found is None and case.goal.shape in (Shape.TIME_BUDGET, Shape.FREQUENCY):
        return Letter("achievable", "weak", f"no block is asked for {case.goal.of}", "add a [[blocks]] entry for it")
    if found is None or found.fits >= found.asked:
        return None
    verdict: Verdict = "weak" if found.fits else "fails"
    why = f"of {figure(found.asked, 'min')} a week {figure(found.fits, 'min')} find room"
    return Letter("achievable", verdict, f"{why}; {found.reason}" if found.reason else why, "wider windows, or less")


def relevant(case: Case) -> Letter:
    """It serves something that matters to the person."""
    if case.goal.why and (case.value or not case.goal.area):
        return Letter("relevant", "ok", f"because: {case.goal.why}")
    if case.goal.why:
        return Letter("relevant", "ok", f"because: {case.goal.why}", f'say what {case.goal.area} is worth: value = "…"')
    return Letter("relevant", "weak", "no reason is given; on a hard day it is what carries", 'why = "…"')


def time_bound(case: Case) -> Letter:
    """It ends, in sight, and is looked at on the way."""
    goal = case.goal
    if goal.deadline <= case.today:
        later = case.today + timedelta(weeks=12)
        return Letter("time-bound", "fails", f"{day_words(goal.deadline, year=True)} is over", f"by = {later}")
    if goal.deadline > max(goal.start, case.today) + LONGEST:
        nearer = max(goal.start, case.today) + timedelta(weeks=26)
        return Letter("time-bound", "weak", "more than a year away", f"a first stage: by = {nearer}")
    return Letter("time-bound", "ok", f"by {day_words(goal.deadline, year=True)}, looked at {goal.cadence}")
