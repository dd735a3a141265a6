"""Rules of rest and working time, each with its source. Information, never legal advice: contracts say more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from timeblock.core.interval import HOUR, MINUTE

Subject: TypeAlias = Literal[
    "daily-rest",
    "weekly-rest",
    "break",
    "week",
    "average-week",
    "overtime-month",
    "overtime-year",
    "leave",
]
"""What a rule is about: least rest between two days; the longest rest of a week; most work without a break; most work
in a week; on average over the reference period; beyond the legal day and week, in a month or a year; weeks of leave."""

AT_LEAST = frozenset({"daily-rest", "weekly-rest", "leave"})
"""Rules of these say the least there must be; the others the most there may be."""

PAUSE = 20 * MINUTE
"""A gap in what is booked that counts as a break. The directive leaves the length to each country."""
LEGAL_DAY, LEGAL_WEEK = 8 * HOUR, 40 * HOUR
"""What goes beyond is overtime in Japan (Labour Standards Act, article 32)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``limit`` in minutes, for leave in weeks of one's own working days. An ``alert`` is told, and breaks nothing."""

    name: str
    about: Subject
    limit: float
    source: str
    alert: bool = False

    @property
    def at_least(self) -> bool:
        return self.about in AT_LEAST


_DIRECTIVE = "Directive 2003/88/EC, article"
_LABOUR_ACT = "Labour Standards Act (Japan), article 36(4)"

PROFILES: dict[str, tuple[Rule, ...]] = {
    "eu": (
        Rule("eu.daily-rest", "daily-rest", 11 * 60, f"{_DIRECTIVE} 3: 11 hours in a row in each 24"),
        Rule("eu.break", "break", 6 * 60, f"{_DIRECTIVE} 4: a break where a working day is longer than six hours"),
        Rule("eu.weekly-rest", "weekly-rest", 35 * 60, f"{_DIRECTIVE} 5: 24 hours and the 11 of daily rest, each week"),
        Rule("eu.average-week", "average-week", 48 * 60, f"{_DIRECTIVE} 6 and 16(b): 48 hours on average"),
        Rule("eu.leave", "leave", 4, f"{_DIRECTIVE} 7: four weeks of leave a year"),
    ),
    "japan": (
        Rule("japan.overtime-month", "overtime-month", 45 * 60, f"{_LABOUR_ACT}: 45 hours of overtime a month"),
        Rule("japan.overtime-year", "overtime-year", 360 * 60, f"{_LABOUR_ACT}: 360 hours of overtime a year"),
    ),
    "who": (Rule("who.long-week", "week", 55 * 60, "WHO/ILO, 2021: 55 hours a week harm heart and brain", alert=True),),
}
"""The rules that the config can name together."""
