"""How much was worked, and when of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from timeblock.core.definitions.figure import Figure, defined
from timeblock.core.hours import Day
from timeblock.core.interval import Interval, Spans
from timeblock.core.localtime import Week, Window
from timeblock.core.scope import Moment, Scope, minutes_in
from timeblock.core.traces import mail_lacks

LATE = Window(20 * 60, 24 * 60)
FEWEST_WEEKS = 4
"""A mean of fewer weeks says nothing about a usual one."""


@defined("min", worked=True, at_least=True)
def work(s: Scope) -> Figure:
    """Worked time. On the basis "events": meetings, focus and routine in the calendar. On the basis "schedule": that,
    sessions of sent mail and activity, and the working window less days off, holidays, leave, personal events in it and
    the unpaid break of each day. What is tentative or not answered, and sessions that do not count, are told apart in
    the detail."""
    offered = (s.union(s.unanswered) - s.busy_work).minutes
    apart = (s.in_sessions - s.worked).minutes
    parts = {
        "in the calendar": s.busy_work.minutes,
        "working window": s.window.minutes,
        "leave and holidays": _away(s),
        "not answered": offered,
        "sent mail and activity": s.in_sessions.minutes,
    }
    told = [(offered, "not answered"), (apart, "by sent mail and activity")]
    detail = ", ".join(f"{minutes:.0f} min more {what}" for minutes, what in told if minutes)
    found = s.evidence(s.work_items)
    return Figure(_worked_minutes(s), detail, tuple(parts.items()), found, moments=s.moments(s.worked))


def _away(s: Scope) -> float:
    """Minutes of the working windows that days off, holidays and leave take away."""
    return _full(s) - sum((Spans(day.window).minutes for day in s.days), 0.0)


def _full(s: Scope) -> float:
    return sum((Spans(day.hours).minutes for day in s.days), 0.0)


def _worked_minutes(s: Scope) -> float:
    return s.worked.minutes - sum(_unpaid(s, day) for day in s.days)


def _unpaid(s: Scope, day: Day) -> float:
    """The unpaid break of a day, out of the part of its window in which nothing is booked."""
    pause = s.facts.person.unpaid_break_minutes
    if s.facts.person.basis == "events" or not pause:
        return 0
    return min(pause, sum(minutes_in(s.worked, i) - minutes_in(s.busy_work, i) for i in day.window))


@defined("min", worked=True, at_least=True)
def overtime(s: Scope) -> Figure:
    """Work, and credit for days off in proportion to the working window they take away, beyond the contract's hours;
    a week at a time, never below zero. The signed balance is in the detail."""
    contract, where = s.facts.person.contract_minutes, s.facts.person.where
    if not contract:
        return Figure(None, missing="the config names no contract hours (person.contract)")
    weeks = dict.fromkeys(Week.of(day.on) for day in s.days)
    whole = [w for w in weeks if s.span.covers(where.week(w))]
    if not whole:
        return Figure(None, missing="counted by whole weeks, and this time holds none")
    balances = [_balance(s.part(where.week(w)), contract) for w in whole]
    balance = sum(balances)
    return Figure(
        sum(max(0.0, b) for b in balances),
        f"balance {balance / 60:+.1f} h",
        (("overtime_balance", balance),),
        s.evidence(s.work_items, s.after),
        moments=s.moments(s.after),
    )


def _balance(s: Scope, contract: int) -> float:
    full = _full(s)
    credit = contract * _away(s) / full if full else 0.0
    return _worked_minutes(s) + credit - contract


@defined("h/week", worked=True, at_least=True)
def rolling_hours(s: Scope) -> Figure:
    """Hours of work a week, on average over the reference period (17 weeks unless the config says otherwise) that ends
    with the week of the last day. Leave is neutral: a week counts by the share of it that leave left over (directive
    2003/88/EC, article 16). Weeks of which nothing is known are left out; fewer than four known weeks are unknown."""
    length = s.facts.person.reference_weeks
    last = Week.of(s.days[-1].on)
    known = {w: found for n in range(length) if (found := _week_of_work(s, w := last.plus(-n)))}
    present = sum(share for _, share in known.values())
    if len(known) < min(FEWEST_WEEKS, length) or not present:
        return Figure(None, missing=f"only {len(known)} of the {length} weeks of the reference period are known")
    detail = f"{len(known)} of {length} weeks known" if len(known) < length else f"over {length} weeks"
    hours = sum(minutes for minutes, _ in known.values()) / 60 / present
    weekly = ((f"hours in {w}", minutes / 60) for w, (minutes, _) in known.items())
    parts = (("weeks known", len(known)), ("weeks without leave", present), *weekly)
    return Figure(hours, detail, parts, s.evidence(s.work_items))


def _week_of_work(s: Scope, week: Week) -> tuple[float, float] | None:
    """Minutes worked in a week, and the share of it that leave left over; None where it is not known."""
    known = s.facts.weeks_of_work
    if week not in known:
        of = s.part(s.facts.person.where.week(week))
        known[week] = None if of.missing else (_worked_minutes(of), 1 - _leave_share(of))
    return known[week]


def _leave_share(s: Scope) -> float:
    full = _full(s)
    return sum(day.leave * Spans(day.hours).minutes for day in s.days) / full if full else 0.0


# ---- outside the working window --------------------------------------------------------------------------------------


@defined("min", worked=True, at_least=True)
def after_hours(s: Scope) -> Figure:
    """Work outside the working window; all work on days off, holidays and leave. On the basis "schedule" sessions of
    sent mail and activity are work too."""
    return Figure(s.after.minutes, evidence=s.evidence(s.work_items, s.after), moments=s.moments(s.after))


@defined("days", worked=True, at_least=True)
def after_hours_touches(s: Scope) -> Figure:
    """Days with any work before or after the working window, or with any work on a day off. Work that goes on past
    midnight touches the day it began on, and each day it fills."""
    touched = {(day, kind) for i in s.wide.after for day, kind in _touches(s, i)}
    kinds = Counter(kind for _, kind in touched)
    detail = ", ".join(f"{kinds[kind]} {kind}" for kind in TOUCHES if kinds[kind])
    days = {day.on for day, _ in touched}
    parts, found = tuple(sorted(kinds.items())), s.evidence(s.work_items, s.after)
    return Figure(len(days), detail, parts, found, moments=s.moments(s.after))


TOUCHES = ("mornings", "between hours", "evenings", "days off")


def _touches(s: Scope, piece: Interval) -> Iterator[tuple[Day, str]]:
    for day in s.days:
        if piece.start in day.whole or piece.covers(day.whole):
            yield day, _part_of_day(day, piece)


def _part_of_day(day: Day, piece: Interval) -> str:
    if not day.window:
        return "days off"
    if piece.start < day.window[0].start:
        return "mornings"
    return "evenings" if piece.start >= day.window[-1].end else "between hours"


@defined("count", of_work=False, by_calendars=False)
def after_hours_emails(s: Scope) -> Figure:
    """Messages sent outside the working window, by their Date header; on days off, holidays and leave all of them."""
    lacks = mail_lacks(s.facts.coverage, s.span, s.facts.now, s.facts.person.where)
    if lacks:
        return Figure(None, missing=lacks)
    sent = list(s.sent())
    outside = [t for t in sent if not any(t.start in i for i in s.window)]
    moments = tuple(Moment(t.start, t.end, 0.0, (t.source,)) for t in outside)
    return Figure(len(outside), f"of {len(sent)} sent", moments=moments)


@defined("min", worked=True, at_least=True)
def weekend_work(s: Scope) -> Figure:
    """Work on weekdays that have no working window, less what of them belongs to the window of the evening before."""
    idle = s.after & Spans.of(day.whole for day in s.days if not day.hours)
    return Figure(idle.minutes, evidence=s.evidence(s.work_items, idle), moments=s.moments(idle))


@defined("%", worked=True)
def late_peak(s: Scope) -> Figure:
    """The share of worked time, before the unpaid break, that lies between 20:00 and 24:00."""
    if not s.worked:
        return Figure(None, missing="no work in this time")
    late = s.worked & Spans.of(s.facts.person.where.window(day.on, LATE) for day in s.days)
    parts = (("min from 20:00 to 24:00", late.minutes),)
    share, found = 100 * late.seconds / s.worked.seconds, s.evidence(s.work_items, late)
    return Figure(share, parts=parts, evidence=found, moments=s.moments(late))


@defined("min", worked=True)
def span(s: Scope) -> Figure:
    """From the first work of a day to the last, breaks included: the median of the days with work. Work that goes on
    past midnight belongs to the day it began on."""
    lengths = {day.on.isoformat(): whole.minutes for day, whole in s.working_days()}
    if not lengths:
        return Figure(None, missing="no work in this time")
    longest = max(lengths.values())
    parts, found = tuple(lengths.items()), s.evidence(s.work_items)
    return Figure(median(lengths.values()), f"longest {longest / 60:.1f} h", parts, found)
