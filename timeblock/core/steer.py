"""What goals ask of the coming plan: a work budget, when to stop, how often, and how hard blocks are held.

Values for whoever poses the problem; nothing here knows how plans are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from timeblock.core.goals import Goal, Shape
from timeblock.core.hours import Person
from timeblock.core.leave import LeaveYear, Period, proposals
from timeblock.core.localtime import Week
from timeblock.core.problem import Kind, Request
from timeblock.core.progress import GoalState, Progress

OF_EVENINGS = ("after_hours", "after_hours_touches", "after_hours_emails", "late_peak", "rest_gap", "quiet_days")
"""Metrics whose goals are served by work that ends on time."""
SERVED_BY = dict.fromkeys(OF_EVENINGS, Kind.RITUAL) | {
    "overtime": Kind.RITUAL,
    "work": Kind.RITUAL,
    "rolling_hours": Kind.RITUAL,
    "focus_time": Kind.FOCUS,
    "fragmentation": Kind.FOCUS,
    "lunch_kept": Kind.BREAK,
    "back_to_back": Kind.BREAK,
}
"""Metric → the kind of blocks that serve a goal about it."""
STEP = 15
"""Minutes to which a wanted end of work is rounded."""


@dataclass(frozen=True, slots=True)
class Defence:
    """How hard the blocks of a request are held: ``level`` 1 (busy earlier, dearer to move) for a goal that is behind,
    -1 (relaxed) for one that is ahead. ``why`` names the goal."""

    level: int
    why: str


@dataclass(frozen=True, slots=True)
class WeekSteering:
    """One week. ``work_minutes``: the most that shall be worked; None where no goal says. ``stop``: weekday → minute of
    the clock when work shall be over. ``quotas``: request → blocks wanted that week. ``why``: each in a sentence."""

    work_minutes: float | None = None
    stop: Mapping[int, int] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=dict)
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Steering:
    """All that goals ask. ``defence``: by request; those that are not named are held as usual. ``leave``: days off that
    are proposed for a goal that uses them up."""

    weeks: Mapping[Week, WeekSteering] = field(default_factory=dict)
    defence: Mapping[str, Defence] = field(default_factory=dict)
    leave: tuple[Period, ...] = ()


def steering(
    progress: Sequence[Progress],
    requests: Sequence[Request],
    person: Person,
    weeks: Sequence[Week],
    paused: Mapping[str, frozenset[Week]] | None = None,
    year: LeaveYear | None = None,
) -> Steering:
    """What the goals ask of ``weeks``. ``paused``: goal → weeks in which it asks for nothing. ``year``: where days of
    leave are looked for, up to the deadline of the goal that wants them."""
    resting = paused or {}
    in_force = {
        week: [p for p in progress if week in p.goal.weeks and week not in resting.get(p.goal.name, ())]
        for week in weeks
    }
    asked = {week: _week(found, requests, person, week) for week, found in in_force.items()}
    leave = [found for p in progress if year for found in _leave(p, year)]
    return Steering(asked, _defence(progress, requests), tuple(leave))


def _week(progress: Sequence[Progress], requests: Sequence[Request], person: Person, week: Week) -> WeekSteering:
    budgets = [(minutes, p.goal.name) for p in progress if (minutes := _budget(p, person, week)) is not None]
    least, by = min(budgets, default=(None, ""))
    quotas = {name: (count, p.goal.name) for p in progress for name, count in _quotas(p, requests, week)}
    why = [f'"{goal}" asks for {count} a week' for count, goal in quotas.values()]
    if least is not None:
        why.append(f'"{by}" leaves {least / 60:.1f} h of work')
    counts = {name: count for name, (count, _) in quotas.items()}
    return WeekSteering(least, _stop(progress, person, least), counts, tuple(why))


# ---- work ----------------------------------------------------------------------------------------------------------


def _due(p: Progress, week: Week) -> float | None:
    """The milestone of a week."""
    return next((m.value for m in p.milestones if Week.of(m.on) == week), None)


def _budget(p: Progress, person: Person, week: Week) -> float | None:
    """Minutes of work that the goal's milestone leaves; None where it is not about how much is worked."""
    due = _due(p, week)
    if due is None or not p.goal.at_most:
        return None
    match p.goal.metric:
        case "work":
            return due
        case "rolling_hours":
            return due * 60
        case "overtime" if person.contract_minutes:
            return person.contract_minutes + due
        case _:
            return None


def _stop(progress: Sequence[Progress], person: Person, budget: float | None) -> dict[int, int]:
    """When each working day shall end: with its hours where a goal is about evenings, and sooner where those hours
    hold more than the ``budget``; each gives its part, but no more than half."""
    if budget is None and not any(p.goal.metric in OF_EVENINGS for p in progress):
        return {}
    days = {weekday: windows for weekday, windows in enumerate(person.hours) if windows}
    net = {n: sum(w.end - w.start for w in windows) - person.unpaid_break_minutes for n, windows in days.items()}
    over = max(0.0, sum(net.values()) - budget) if budget is not None else 0.0
    cut = {n: min(over * minutes / sum(net.values()), minutes / 2) if over else 0.0 for n, minutes in net.items()}
    return {n: max(w[-1].start, w[-1].end - STEP * ceil(cut[n] / STEP)) for n, w in days.items()}


# ---- how often -----------------------------------------------------------------------------------------------------


def _quotas(p: Progress, requests: Sequence[Request], week: Week) -> Iterator[tuple[str, int]]:
    """Blocks a week: those of a goal that counts them, and what the minutes of a time budget come to."""
    goal, due = p.goal, _due(p, week)
    if goal.shape is Shape.FREQUENCY and goal.metric == "blocks" and due is not None:
        yield from ((r.name, ceil(due)) for r in requests if r.name == goal.of and r.per == "week")
    wanted = due if goal.total is None else p.pace
    if goal.shape is Shape.TIME_BUDGET and wanted is not None:
        minutes = wanted if goal.ceiling is None else min(wanted, goal.ceiling)
        yield from _filling([r for r in requests if r.area == goal.of and not r.around], minutes)


def _filling(requests: Sequence[Request], minutes: float) -> Iterator[tuple[str, int]]:
    """How often the first weekly request of an area is wanted, so that all of them come to ``minutes`` a week."""
    first = next((r for r in requests if r.per == "week"), None)
    if first:
        others = sum(_weekly_minutes(r) for r in requests if r is not first)
        yield first.name, max(1, ceil((minutes - others) / first.ideal_minutes))


def _weekly_minutes(request: Request) -> float:
    times = {"day": len(request.weekdays), "week": 1, "month": 12 / 52, "total": 0}[request.per]
    return request.count * times * request.ideal_minutes


# ---- leave ---------------------------------------------------------------------------------------------------------


def _leave(p: Progress, year: LeaveYear) -> tuple[Period, ...]:
    """Periods for the days that are neither used nor in the calendar yet; those carried over come first."""
    if p.goal.shape is not Shape.USE_UP or p.target is None or p.state in (GoalState.MET, GoalState.PAUSED):
        return ()
    person, until = year.person, min(year.until, p.goal.deadline)
    entitlement = person.leave_days + person.leave_carry_over
    used = entitlement * (p.value if p.value is not None else p.baseline or 0.0) / 100
    used += sum(year.today <= day <= until for day in year.taken)
    left, carried = int(entitlement * p.target / 100 - used), max(0, int(person.leave_carry_over - used))
    return proposals(replace(year, until=until), left, carried, person.carry_over_until) if left > 0 else ()


# ---- how hard ------------------------------------------------------------------------------------------------------


def _defence(progress: Sequence[Progress], requests: Sequence[Request]) -> dict[str, Defence]:
    """The firmest that any goal asks for each request."""
    asked: dict[str, Defence] = {}
    for p in progress:
        if found := _held(p):
            for r in requests:
                if serves(r, p.goal):
                    asked[r.name] = max(asked.get(r.name, found), found, key=lambda d: d.level)
    return asked


def _held(p: Progress) -> Defence | None:
    match p.state:
        case GoalState.OFF_TRACK | GoalState.AT_RISK:
            return Defence(1, f'"{p.goal.name}" is behind')
        case GoalState.ON_TRACK | GoalState.MET if is_ahead(p):
            return Defence(-1, f'"{p.goal.name}" is ahead')
        case _:
            return None


AHEAD_WEEKS, AHEAD_SHARE = 3, 0.1


def is_ahead(p: Progress) -> bool:
    """Whether three weeks in a row kept their milestone, the last by a tenth."""
    last = p.steps[-AHEAD_WEEKS:]
    if len(last) < AHEAD_WEEKS or not all(step.kept for step in last):
        return False
    margin = AHEAD_SHARE * abs(last[-1].milestone)
    better = last[-1].milestone - last[-1].value if p.goal.at_most else last[-1].value - last[-1].milestone
    return better > 0 and better >= margin


def serves(request: Request, goal: Goal) -> bool:
    """Whether blocks of ``request`` are what helps the goal."""
    if goal.metric == "blocks":
        return request.name == goal.of
    if goal.metric == "area_time":
        return request.area == goal.of
    return request.kind is SERVED_BY.get(goal.metric)
