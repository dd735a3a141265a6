"""The days of the common recurrence rules by arithmetic: it jumps to a window, however long ago the series began.

DAILY, and WEEKLY with its weekdays; MONTHLY and YEARLY by days of the month or by weekdays in it ("the last Friday").
Every other rule is :meth:`Rule.walk`'s, which also judges this one in tests. Days are counted as by
``date.toordinal``, upon which day 1 is a Monday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice

from timeblock.core.rrule import WEEKDAYS, Rule

NUMBERED = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
WEEKLY = frozenset({"FREQ", "WKST", "BYDAY"})
MONTHLY = (frozenset({"FREQ", "WKST", "BYDAY"}), frozenset({"FREQ", "WKST", "BYMONTHDAY"}))
YEARLY = (*(parts | {"BYMONTH"} for parts in MONTHLY), frozenset({"FREQ", "WKST"}))


def days(rule: Rule, start: date, first: int, last: int) -> list[int] | None:
    """The days from ``first`` to ``last`` on which ``rule`` has an instance, if it began on ``start``; in order.

    None for a rule that is not one of the common ones. UNTIL is the caller's to heed: it is a time.
    """
    begin = start.toordinal()
    since = begin if rule.count else max(first, begin)
    try:
        return [day for day in islice(_found(rule, start, since, last), rule.count) if day >= first]
    except _Uncommon:
        return None


class _Uncommon(Exception):
    """The rule is none of the common ones."""


def _found(rule: Rule, start: date, since: int, last: int) -> Iterator[int]:
    """The days from ``since`` on, which is not before ``start``."""
    parts = dict(rule.parts)
    match rule.freq:
        case "DAILY" if WEEKLY.issuperset(parts):
            return _daily(start, rule.interval, _weekdays(parts, range(7)), since, last)
        case "WEEKLY" if WEEKLY.issuperset(parts):
            week = start.toordinal() - (start.weekday() - _weekday(parts.get("WKST", "MO"))) % 7
            return _weekly(week, rule.interval, _weekdays(parts, [start.weekday()]), since, last)
        case "MONTHLY" if any(known.issuperset(parts) for known in MONTHLY):
            return _monthly(_months(start, rule.interval, since), start, parts, since, last)
        case "YEARLY" if any(known.issuperset(parts) for known in YEARLY) and _has_months(parts):
            years = _periods(start.year, rule.interval, date.fromordinal(since).year)
            months = sorted(_numbers(parts.get("BYMONTH", str(start.month)), 1, 12))
            return _monthly((12 * y + m - 1 for y in years for m in months), start, parts, since, last)
    raise _Uncommon


def _has_months(parts: Mapping[str, str]) -> bool:
    """Without BYMONTH, days are those of the whole year."""
    return "BYMONTH" in parts or not {"BYDAY", "BYMONTHDAY"} & parts.keys()


def _periods(start: int, interval: int, since: int) -> Iterable[int]:
    """Every ``interval``-th number from ``start`` on, as far as it is not before ``since``; endless."""
    first = start + (since - start) // interval * interval
    return range(first, first + 10_000 * max(interval, 12), interval)


def _months(start: date, interval: int, since: int) -> Iterable[int]:
    then = date.fromordinal(since)
    return _periods(12 * start.year + start.month - 1, interval, 12 * then.year + then.month - 1)


def _daily(start: date, interval: int, weekdays: frozenset[int], since: int, last: int) -> Iterator[int]:
    begin = start.toordinal()
    first = begin - (begin - since) // interval * interval
    return (day for day in range(first, last + 1, interval) if (day - 1) % 7 in weekdays)


def _weekly(week: int, interval: int, weekdays: frozenset[int], since: int, last: int) -> Iterator[int]:
    """``week`` is the first day of the week in which the series began."""
    step, offsets = 7 * interval, sorted((weekday - week + 1) % 7 for weekday in weekdays)
    first = week + (since - week) // step * step
    return (day for at in range(first, last + 1, step) for offset in offsets if since <= (day := at + offset) <= last)


def _monthly(months: Iterable[int], start: date, parts: Mapping[str, str], since: int, last: int) -> Iterator[int]:
    """``months`` counts them since the year 0."""
    numbers = _numbers(parts.get("BYMONTHDAY", str(start.day)), -31, 31)
    weekdays = _numbered(parts["BYDAY"]) if "BYDAY" in parts else ()
    for month in months:
        year, first = month // 12, 0
        if year > 9999 or (first := date(year, month % 12 + 1, 1).toordinal()) > last:
            return
        length = monthrange(year, month % 12 + 1)[1]
        within = _by_weekday(first, length, weekdays) if weekdays else _by_number(length, numbers)
        yield from (day for n in sorted(within) if since <= (day := first + n) <= last)


def _by_number(length: int, numbers: Iterable[int]) -> set[int]:
    """Days after the first of a month of ``length``; negative numbers count from its end."""
    counted = {n - 1 if n > 0 else length + n for n in numbers}
    return {n for n in counted if 0 <= n < length}


def _by_weekday(first: int, length: int, weekdays: Iterable[tuple[int, int]]) -> set[int]:
    """The same for weekdays: the ``n``-th in the month, from its end where negative, all for 0."""
    found: set[int] = set()
    for nth, weekday in weekdays:
        every = range((weekday - first + 1) % 7, length, 7)
        if nth == 0:
            found.update(every)
        elif -len(every) <= nth <= len(every):
            found.add(every[nth - 1 if nth > 0 else nth])
    return found


def _weekdays(parts: Mapping[str, str], otherwise: Iterable[int]) -> frozenset[int]:
    return frozenset(map(_weekday, parts["BYDAY"].split(","))) if "BYDAY" in parts else frozenset(otherwise)


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise _Uncommon
    return WEEKDAYS.index(name)


def _numbered(text: str) -> tuple[tuple[int, int], ...]:
    found = [NUMBERED.fullmatch(part) for part in text.split(",")]
    if not all(found):
        raise _Uncommon
    return tuple((int(match[1] or 0), _weekday(match[2])) for match in found if match)


def _numbers(text: str, least: int, most: int) -> frozenset[int]:
    try:
        found = frozenset(map(int, text.split(",")))
    except ValueError:
        raise _Uncommon from None
    if 0 in found or not all(least <= n <= most for n in found):
        raise _Uncommon
    return found
