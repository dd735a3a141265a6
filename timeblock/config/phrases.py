"""The small phrases of the config, read and written: durations, quotas, targets, weekdays.

Every reader raises ValueError with a text that shows a right phrase. This file knows neither TOML nor the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from timeblock.core.localtime import DAY_MINUTES

Per: TypeAlias = Literal["", "day", "week", "month", "total"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_GROUPS = {"weekdays": frozenset(range(5)), "weekend": frozenset({5, 6}), "every day": frozenset(range(7))}

_UNITS = {"m": 1, "h": 60, "d": DAY_MINUTES, "w": 7 * DAY_MINUTES}
_PIECE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m)(?![a-z])", re.IGNORECASE)


def minutes(value: object) -> int:
    """Minutes of ``"1h30m"``, ``"90 min"``, ``"2 days"`` or a whole number of minutes.

    >>> minutes("1h30m"), minutes("2 days"), minutes(45)
    (90, 2880, 45)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        found: float | None = value
    else:
        found = _minutes_of(value) if isinstance(value, str) else None
    if found is None or found != int(found):
        raise ValueError(
            f'{_quoted(value)} is not a length of time; write "1h30m", "90m", "2 days" or minutes as a number'
        )
    if found < 0:
        raise ValueError(f"{_quoted(value)} is less than nothing")
    return int(found)


def _minutes_of(text: str) -> float | None:
    total, at = 0.0, 0
    while match := _PIECE.match(text, at):
        total += float(match[1]) * _UNITS[match[2][0].lower()]
        at = match.end()
    return total if at and not text[at:].strip() else None


def duration(minutes: int) -> str:
    """The phrase for so many minutes.

    >>> duration(90), duration(2880), duration(0)
    ('1h30m', '2d', '0m')
    """
    if minutes and minutes % DAY_MINUTES == 0:
        return f"{minutes // DAY_MINUTES}d"
    hours, rest = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{rest}m" if rest or not hours else "")


@dataclass(frozen=True, slots=True)
class Quota:
    """So many blocks, or minutes of them, each day, week or month, or in total."""

    count: int
    per: Literal["day", "week", "month", "total"]
    minutes: int = 0

    def __str__(self) -> str:
        what = duration(self.minutes) if self.minutes else str(self.count)
        return f"{what} in total" if self.per == "total" else f"{what} per {self.per}"


def quota(value: object) -> Quota:
    """``"2 per week"``, ``"1 per day"``, ``"10h per week"``, ``"20 in total"``; "a" and "/" do for "per".

    >>> quota("2 per week"), quota("10h a week")
    (Quota(count=2, per='week', minutes=0), Quota(count=0, per='week', minutes=600))
    """
    found = amount(str(value))
    if not found or found.per == "" or found.unit == "%" or not 1 <= found.number == int(found.number):
        raise ValueError(
            f'{_quoted(value)} is not a quota; write "2 per week", "1 per day", "10h per week" or "20 in total"'
        )
    number = int(found.number)
    if found.unit == "" and number > (999 if found.per == "total" else 99):
        raise ValueError(f"{_quoted(value)} is more than anybody can plan; at most 99, or 999 in total")
    return Quota(0, found.per, number) if found.unit == "min" else Quota(number, found.per)


def weekdays(value: object) -> frozenset[int]:
    """``["mon", "thu"]``, ``"sun"``, ``"weekdays"``, ``"weekend"`` or ``"every day"``; 0 is Monday.

    >>> sorted(weekdays(["mon", "weekend"]))
    [0, 5, 6]
    """
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, Iterable) or not words:
        raise ValueError('write days as ["mon", "thu"], or "weekdays", "weekend", "every day"')
    return frozenset[int]().union(*(_days_of(word) for word in words))


def _days_of(word: object) -> frozenset[int]:
    name = str(word).strip().lower()
    if name in DAY_GROUPS:
        return DAY_GROUPS[name]
    if name[:3] in WEEKDAYS and (name == name[:3] or name.endswith("day")):
        return frozenset({WEEKDAYS.index(name[:3])})
    raise ValueError(f'{_quoted(word)} is not a day; write "mon" … "sun", "weekdays", "weekend" or "every day"')


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of a goal: ``number`` in ``unit`` ("min" for any length of time, "%", or "" for a count)."""

    number: float
    unit: Literal["min", "%", ""]
    per: Per = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A goal's target as it is said. ``manner``: a step from the baseline, a limit, or a plain figure to reach."""

    manner: Literal["change", "at most", "at least", "reach"]
    amount: Amount


_TARGET = re.compile(r"\s*(at most|at least|<=|>=|≤|≥|[-−–+])?\s*(.+?)\s*", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?P<figure>.+?)\s*(?:(?:per|an?|each|every|/)\s*(?P<per>day|week|month)|(?P<total>in total))?", re.IGNORECASE
)
_AT_MOST, _AT_LEAST = ("at most", "<=", "≤"), ("at least", ">=", "≥")
_HELP = 'write for example "-50 %", "-5h per week", "at most 40h", "2 per week", "100 %" or "2h per day"'


def target(value: object) -> Target:
    """A goal's target in any of its forms.

    >>> target("-50 %")
    Target(manner='change', amount=Amount(number=-50.0, unit='%', per=''))
    >>> target("at most 40h")
    Target(manner='at most', amount=Amount(number=2400.0, unit='min', per=''))
    """
    match = _TARGET.fullmatch(value) if isinstance(value, str) else None
    found = amount(match[2]) if match else None
    if match is None or found is None:
        raise ValueError(f"{_quoted(value)} is not a target; {_HELP}")
    lead = (match[1] or "").lower()
    if lead in ("+", "-", "−", "–"):
        return Target("change", Amount(found.number if lead == "+" else -found.number, found.unit, found.per))
    if lead in _AT_MOST:
        return Target("at most", found)
    return Target("at least" if lead in _AT_LEAST else "reach", found)


def amount(text: str) -> Amount | None:
    """``"5h per week"``, ``"30 %"``, ``"3 times a week"``, ``"200h in total"``; None for anything else.

    >>> amount("2h per day")
    Amount(number=120.0, unit='min', per='day')
    """
    match = _AMOUNT.fullmatch(text.strip())
    assert match is not None
    per: Per = "total" if match["total"] else _per(match["per"])
    figure = match["figure"].strip()
    if plain := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%|percent|times?|x|)", figure, re.IGNORECASE):
        return Amount(float(plain[1]), "%" if plain[2].lower() in ("%", "percent") else "", per)
    length = _minutes_of(figure)
    return None if length is None else Amount(length, "min", per)


def _per(word: str | None) -> Per:
    match (word or "").lower():
        case "day":
            return "day"
        case "week":
            return "week"
        case "month":
            return "month"
        case _:
            return ""


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def near(word: str, known: Iterable[str]) -> str:
    """``', did you mean "x"?'`` where a known word is like ``word``, else "".

    >>> near("wrok", ["work", "home"])
    ', did you mean "work"?'
    """
    import difflib

    folded = {k.lower(): k for k in known}
    close = difflib.get_close_matches(word.lower(), folded, 1, 0.6)
    return f', did you mean "{folded[close[0]]}"?' if close else ""
