"""Leave: what was taken of what one has, and how fast the rest must go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from timeblock.core.definitions.figure import Figure, defined
from timeblock.core.interval import make
from timeblock.core.scope import Evidence, Scope
from timeblock.core.words import day as day_words

NONE_NAMED = "the config names no leave (person.leave_days)"


@dataclass(frozen=True, slots=True)
class _Account:
    """Days of leave by the evening of ``last``: ``own`` are those of this year, ``carried`` those from the year before
    that have not expired by then; ``until`` is the last day on which they can be taken."""

    last: date
    used: float
    own: float
    carried: float
    expired: float
    until: date

    @property
    def left(self) -> float:
        return self.own + self.carried


def _used(s: Scope, last: date) -> float:
    """Days of leave from 1 January to ``last``, as far as calendars reach."""
    where = s.facts.person.where
    year = make(where.start_of(date(last.year, 1, 1)), where.start_of(last) + 1)
    known = year.clip(s.facts.reach) if year and s.facts.reach else year
    return sum(day.leave for day in s.facts.days(known)) if known else 0.0


def _account(s: Scope) -> _Account:
    """What is taken comes out of what was carried over first, as long as that can be taken."""
    person, last = s.facts.person, s.days[-1].on
    until = person.carry_over_until or date(person.where.date_of(s.facts.now).year, 12, 31)
    brought = person.leave_carry_over if until.year == last.year else 0.0
    used = _used(s, last)
    from_carried = min(brought, _used(s, min(last, until))) if brought else 0.0
    over = last > until
    rest = brought - from_carried
    own = person.leave_days - (used - from_carried)
    return _Account(last, used, own, 0.0 if over else rest, rest if over else 0.0, until)


@defined("days", at_least=True, of_work=False)
def leave_used(s: Scope) -> Figure:
    """Days of leave from 1 January to the last day of the time. A day counts by the share of its working window that
    leave takes; holidays and days without a window need none."""
    found, person = _account(s), s.facts.person
    brought = person.leave_carry_over if found.until.year == found.last.year else 0.0
    entitled = person.leave_days + brought
    share = (("% of it", 100 * found.used / entitled),) if entitled else ()
    detail = f"of {_days(entitled)}" if entitled else ""
    parts = (("entitlement", entitled), ("carried over", brought), *share)
    return Figure(found.used, detail, parts, _leave(s, found.last), notes=_unseen(s, found.last))


@defined("days", of_work=False)
def leave_left(s: Scope) -> Figure:
    """Days of leave that are left on the last day of the time: entitlement and what was carried over, less what was
    used. Leave is taken from what was carried over first; what is left of that when it expires is lost."""
    if not _is_named(s):
        return Figure(None, missing=NONE_NAMED)
    found = _account(s)
    parts = (("of this year", found.own), ("carried over", found.carried), ("expired", found.expired))
    detail = f"{_days(found.carried)} of it until {day_words(found.until, True)}" if found.carried else ""
    if found.expired:
        detail = f"{_days(found.expired)} more expired on {day_words(found.until, True)}"
    return Figure(found.left, detail, parts, _leave(s, found.last), notes=_unseen(s, found.last))


@defined("days", of_work=False)
def leave_pace(s: Scope) -> Figure:
    """Days of leave to be taken in each remaining week so that none is lost: what is left by the weeks to 31 December,
    or what was carried over by the weeks until it expires, whichever is more."""
    if not _is_named(s):
        return Figure(None, missing=NONE_NAMED)
    found = _account(s)
    end = date(found.last.year, 12, 31)
    if found.last == end:
        return Figure(None, missing="the year is over")
    ends = [(found.left, end), (found.carried, min(found.until, end))]
    paces = [7 * left / (by - found.last).days for left, by in ends if by > found.last]
    weeks = (end - found.last).days / 7
    parts = (("left", found.left), ("weeks", weeks))
    detail, taken = f"a week, for {weeks:.1f} weeks", _leave(s, found.last)
    return Figure(max(0.0, *paces), detail, parts, taken, notes=_unseen(s, found.last))


def _is_named(s: Scope) -> bool:
    return bool(s.facts.person.leave_days or s.facts.person.leave_carry_over)


def _leave(s: Scope, last: date) -> tuple[Evidence, ...]:
    """The events of leave behind the figure."""
    where = s.facts.person.where
    year = make(where.start_of(date(last.year, 1, 1)), s.span.end)
    found = ((c, year and c.occurrence.interval.clip(year)) for c in s.facts.leave)
    return tuple(Evidence(c, inside.minutes) for c, inside in found if inside)


def _unseen(s: Scope, last: date) -> tuple[str, ...]:
    """That the calendars do not reach back to the first of January, where they do not."""
    reach, where = s.facts.reach, s.facts.person.where
    if reach is None or reach.start <= where.start_of(date(last.year, 1, 1)):
        return ()
    return (f"calendars hold nothing before {day_words(where.date_of(reach.start), True)}",)


def _days(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
