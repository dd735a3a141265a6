"""The person: where they are, when they want to work, when they are off; as intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from timeblock.core.localtime import Whereabouts, Window

Basis: TypeAlias = Literal["schedule", "events"]
"""How worked time is counted, see docs: ``events`` (busy work only) or ``schedule`` (working window and busy work)."""


NIGHT = Window(22 * 60 + 30, 30 * 60 + 30)
LUNCH = Window(11 * 60 + 30, 13 * 60 + 30)


@dataclass(frozen=True, slots=True)
class Person:
    """Facts about the person from the config. Weekday tuples have seven entries, Monday first.

    ``energy``: seven curves of 24 hourly values in 0…1. ``holiday_region``: country or country-subdivision as the
    ``holidays`` package names them ("NO", "DE-BY"), "" for none; ``extra_holidays`` are added to it.
    """

    where: Whereabouts
    hours: tuple[tuple[Window, ...], ...]
    name: str = ""
    addresses: frozenset[str] = frozenset()
    contract_minutes: int = 0
    unpaid_break_minutes: int = 0
    basis: Basis = "schedule"
    holiday_region: str = ""
    extra_holidays: frozenset[date] = frozenset()
    leave_days: float = 0
    leave_carry_over: float = 0
    night: Window = NIGHT
    lunch: Window = LUNCH
    energy: tuple[tuple[float, ...], ...] = ()
