"""The values of :mod:`timeblock.planner.why` in words, on the clock of the problem's person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from timeblock.core.interval import MINUTE, Instant
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.problem import Problem, now_of
from timeblock.core.words import WEEKDAYS, counted, day, moment, span
from timeblock.planner.why import (
    Alternative,
    Cause,
    Explained,
    Instead,
    Merit,
    Missed,
    Moved,
    Otherwise,
    Placed,
    Rule,
    Trade,
    Why,
)

NAMED = 3
"""At most so many things of a sort are named; data has them all."""


def short_moment(problem: Problem, at: Instant) -> str:
    """``"Tue 18:00"``; with the date from a week on, when a weekday alone could be another one's."""
    where, now = problem.where, now_of(problem)
    clock = where.clock_at(at)
    near = now - DAY_MINUTES * MINUTE <= at < now + 6 * DAY_MINUTES * MINUTE
    return f"{WEEKDAYS[clock.weekday()]} {clock:%H:%M}" if near else moment(at, where)


def _listed(texts: Iterable[str]) -> str:
    """``"A, B, C and 2 more"``."""
    some = list(dict.fromkeys(texts))
    return ", ".join(some[:NAMED]) + (f" and {len(some) - NAMED} more" if len(some) > NAMED else "")


# ---- what did not fit -----------------------------------------------------------------------------------------------


def reason(problem: Problem, missed: Missed) -> str:
    """Why a block did not fit, without a full stop."""
    if missed.why:
        return missed.why
    found = {rule: [c for c in missed.causes if c.rule == rule] for rule in ORDER}
    return "; ".join(_kept_out(problem, missed, rule, causes) for rule, causes in found.items() if causes)


ORDER: tuple[Rule, ...] = (
    "time",
    "way",
    "spacing",
    "one a day",
    "follows",
    "not next to",
    "batch",
    "white space",
    "budget",
)


def _kept_out(problem: Problem, missed: Missed, rule: Rule, causes: list[Cause]) -> str:
    free = "what is free is" if len({c.rule for c in missed.causes}) == 1 else "what else is free is"
    when = _listed(short_moment(problem, s.interval.start) for c in causes for s in c.spots)
    days = _listed(day(problem.where.date_of(s.interval.start)) for c in causes for s in c.spots)
    names = _listed(c.name for c in causes)
    match rule:
        case "time":
            return _taken(problem, missed, causes)
        case "way":
            return f"{free} too near to {names} ({when}) for the way"
        case "one a day":
            whose = "the days with room" if len(missed.causes) == 1 else "the other days"
            return f"{whose} have one already ({days})"
        case "spacing":
            return f"{free} less than {missed.spacing_minutes / 60:g} h from another of them ({when})"
        case "white space":
            return f"it would take the last {problem.white_space_minutes} min of white space of {days}"
        case "budget":
            return f"there is no work left to place in that week ({names})"
        case "follows":
            return f"{free} on the wrong side of {names} ({when})"
        case "not next to":
            return f"{free} next to {names} ({when})"
        case "batch":
            return f"there is no room beside {names} ({when}), with which it belongs"


def _taken(problem: Problem, missed: Missed, causes: list[Cause]) -> str:
    names, one = _listed(_named(problem, cause) for cause in causes), len(causes) == 1
    if missed.belongs:
        return f"{names} {'is' if one else 'are'} in the way"
    if len(causes) < len(missed.causes):
        return f"{names} {'lies' if one else 'lie'} in its windows"
    if missed.between:
        return f"no start that it may have leaves it {missed.minutes} min: {names}"
    return f"no {missed.minutes} min are left in its windows: {names}"


def _named(problem: Problem, cause: Cause) -> str:
    return f"{cause.name} ({_listed(short_moment(problem, s.interval.start) for s in cause.spots)})"


def suggestion(problem: Problem, nearest: Alternative | None) -> str:
    """What would help, without a full stop; "" where nothing would."""
    if nearest is None:
        return ""
    at = short_moment(problem, nearest.interval.start)
    if nearest.without:
        gone = " and ".join(_named(problem, cause) for cause in nearest.without)
        return f"there would be room without {gone}"
    if nearest.how == "shorter":
        return f"{nearest.interval.minutes:g} min would fit on {at}"
    return f"{at} is free, but {'not one of its days' if nearest.how == 'another day' else 'outside its windows'}"


# ---- what is placed -------------------------------------------------------------------------------------------------


def why_there(problem: Problem, at: Instant, why: Why) -> str:
    """Why a block that starts at that moment lies there, without a full stop."""
    moved = f"moved from {short_moment(problem, why.moved.was.start)}: {_cause(why.moved)}; " if why.moved else ""
    short = f"; {why.minutes} min instead of {why.minutes + why.short_by}, as there is no more room"
    return f"{moved}{_merit(problem, at, why)}{short if why.short_by else ''}"


def _cause(moved: Moved) -> str:
    match moved.why:
        case "time":
            return f"{moved.by} took the time"
        case "windows":
            return "that is not in its windows any more"
        case "length":
            return "its length has changed"
        case "rules":
            return "it came too close to others there"


def _merit(problem: Problem, at: Instant, why: Why) -> str:
    return MERITS[why.merit].format(beside=why.beside, on=WEEKDAYS[problem.where.date_of(at).weekday()])


MERITS = {
    Merit.PINNED: "you put it here",
    Merit.BEGUN: "it has begun",
    Merit.SOON: "starts soon, so it stays",
    Merit.KEPT: "kept where it was",
    Merit.BEFORE: "right before {beside}",
    Merit.AFTER: "right after {beside}",
    Merit.CLOSES: "closes the working day",
    Merit.ONLY: "the only place left for it",
    Merit.HIGH: "free hours of high energy on {on}",
    Merit.LOW: "free hours of low energy on {on}, which leaves the better ones to other things",
    Merit.USUAL: "free, and at its usual time",
    Merit.LATE: "as late in the working day as is free",
    Merit.FREE: "free, and within its hours",
}


# ---- what was asked about -------------------------------------------------------------------------------------------


def told(problem: Problem, explained: Explained) -> str:
    """A paragraph for each block, then what was given up for what."""
    parts = [_about(problem, placed) for placed in explained.placed]
    parts += [_about_missed(problem, missed) for missed in explained.unplaced]
    parts += [(_given_up(trade) for trade in explained.given_up)] if explained.given_up else []
    return "\n\n".join("\n".join(lines) for lines in parts)


def _about(problem: Problem, placed: Placed) -> Iterator[str]:
    where, why = problem.where, why_there(problem, placed.interval.start, placed.why)
    yield f"{placed.title}: {day(where.date_of(placed.interval.start))} {span(placed.interval, where)} ({placed.key})"
    yield f"Why there: {why}."
    if placed.movable and not placed.instead:
        yield "Nowhere else is there room for it as things are."
    for other in placed.instead:
        on = day(where.date_of(other.interval.start))
        yield f"Instead: {on} {span(other.interval, where)}, {_difference(other)}."
    if placed.places_left is not None:
        yield f"It is free to be booked over: the plan leaves it {counted(placed.places_left, 'other place')}."
    if placed.asked:
        yield _if_elsewhere(problem, placed.elsewhere)


def _difference(other: Instead) -> str:
    """Points more or less, and for what."""
    points = other.points
    if not points:
        return "as good"
    told = ", ".join(f"{name} {value:+d}" for name, value in other.preferences.items())
    return f"{abs(points)} points {'worse' if points > 0 else 'better, but it stays to keep things calm'} ({told})"


def _if_elsewhere(problem: Problem, other: Otherwise | None) -> str:
    if other is None:
        return "It can lie nowhere else, whatever gives way."
    on = day(problem.where.date_of(other.interval.start))
    given_up = any(shift.now is None for shift in other.shifts)
    worse = [] if given_up or other.points <= 0 else [f"{other.points} points worse"]
    said = [f"{on} {span(other.interval, problem.where)}", *worse, *_shifts(problem, other)]
    return f"Elsewhere at best, with all else free to move: {', '.join(said)}."


def _about_missed(problem: Problem, missed: Missed) -> Iterator[str]:
    yield f"{missed.key} did not fit: {reason(problem, missed)}."
    if missed.nearest:
        yield f"What would help: {suggestion(problem, missed.nearest)}."
    if missed.asked:
        yield _at_a_price(problem, missed)


def _at_a_price(problem: Problem, missed: Missed) -> str:
    if missed.price is None:
        return "It fits into no plan, whatever gives way: facts and rules alone keep it out."
    by = f" Wherever they lie, it is kept out by {_listed(missed.kept_out_by)}." if missed.kept_out_by else ""
    at = moment(missed.price.interval.start, problem.where)
    return f"To have it ({at}): {', '.join(_shifts(problem, missed.price)) or 'nothing else changes'}.{by}"


def _shifts(problem: Problem, other: Otherwise) -> Iterator[str]:
    for shift in other.shifts:
        if shift.now is None:
            yield f"{shift.title} ({moment(shift.was.start, problem.where)}) is given up"
    for shift in other.shifts:
        if shift.now is not None:
            yield f"{shift.title} moves to {moment(shift.now.start, problem.where)}"


def _given_up(trade: Trade) -> str:
    """``"Given up of Mail: 2 blocks and 30 min of others, for Focus, Lunch."``"""
    missed = [counted(len(trade.missed), "block")] if trade.missed else []
    short = [f"{sum(trade.shortened.values())} min of {'others' if missed else 'them'}"] if trade.shortened else []
    given_for = f", for {_listed(trade.given_for)}" if trade.given_for else ""
    return f"Given up of {trade.title}: {' and '.join((*missed, *short))}{given_for}."
