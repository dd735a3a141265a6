"""Figures, days and stretches of time as people say them; the same words on the terminal and on pages.

English whatever the machine's locale. Hours are ``h:mm``, days begin with the weekday, clocks are the person's own.
"""

from __future__ import annotations

from datetime import date, datetime

from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Week, Whereabouts

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def hours(minutes: float) -> str:
    """``"1:05"`` for 65 minutes; a minus stands before it.

    >>> hours(65), hours(-30)
    ('1:05', '-0:30')
    """
    whole = round(abs(minutes))
    return f"{'-' if minutes < 0 and whole else ''}{whole // 60}:{whole % 60:02d}"


def figure(value: float | None, unit: str) -> str:
    """A value in the unit of its measure, as people say it; "unknown" for None.

    >>> figure(90, "min"), figure(1, "days"), figure(None, "%")
    ('1:30 h', '1 day', 'unknown')
    """
    if value is None:
        return "unknown"
    match unit:
        case "min":
            return f"{hours(value)} h"
        case "h/week":
            return f"{hours(value * 60)} h a week"
        case "%":
            return f"{value:.0f} %"
        case "days":
            return f"{_number(value)} day{'' if value == 1 else 's'}"
        case _:
            return _number(value)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def day(on: date, year: bool = False) -> str:
    """The day with its weekday.

    >>> day(date(2026, 11, 23)), day(date(2026, 11, 23), year=True)
    ('Mon 23 Nov', 'Mon 23 Nov 2026')
    """
    text = f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"
    return f"{text} {on.year}" if year else text


def week(of: Week) -> str:
    """An ISO week with its days.

    >>> week(Week(2026, 47))
    'Week 47: Mon 16 Nov to Sun 22 Nov 2026'
    """
    return f"Week {of.number}: {day(of.monday)} to {day(of.days()[-1], year=True)}"


def span(interval: Interval, where: Whereabouts) -> str:
    """``"18:00-20:30"`` on the person's clock; on that of the start where they travel meanwhile.

    >>> from zoneinfo import ZoneInfo
    >>> from timeblock.core.localtime import Stay
    >>> away = Stay(date(2026, 11, 26), date(2026, 11, 29), ZoneInfo("America/New_York"))
    >>> night = Interval(1795645800, 1795645800 + 8 * 3600)  # Wednesday 23:30 in Berlin
    >>> span(night, Whereabouts(ZoneInfo("Europe/Berlin"), (away,)))
    '23:30-07:30'
    """
    start = where.clock_at(interval.start)
    end = datetime.fromtimestamp(interval.end, start.tzinfo)
    return f"{start:%H:%M}-{end:%H:%M}"


def moment(at: Instant, where: Whereabouts) -> str:
    """``"Mon 23 Nov 18:05"`` on the person's clock."""
    clock = where.clock_at(at)
    return f"{day(clock.date())} {clock:%H:%M}"


def ago(at: Instant | None, now: Instant) -> str:
    """How long ago, roughly; "never" for None.

    >>> ago(0, 7200), ago(None, 7200)
    ('2 h ago', 'never')
    """
    if at is None:
        return "never"
    seconds = max(0, now - at)
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name} ago"
    return "just now"


def counted(number: int, what: str, many: str = "") -> str:
    """A number and its noun; ``many`` where the plural is not made with an s.

    >>> counted(1, "block"), counted(3, "block"), counted(2, "clash", "clashes")
    ('1 block', '3 blocks', '2 clashes')
    """
    return f"{number} {what if number == 1 else many or f'{what}s'}"
