"""The person: where they are, when they want to work, when they are off; as intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias
from warnings import catch_warnings

from timeblock.core.interval import HOUR, Interval, Spans
from timeblock.core.localtime import Whereabouts, Window

Basis: TypeAlias = Literal["schedule", "events"]
"""How worked time is counted, see docs: ``events`` (busy work only) or ``schedule`` (working window and busy work)."""


YEARS = range(2015, 2046)
"""Years whose holidays are worked out once, with the config; of others, when they are asked for."""

NIGHT = Window(22 * 60 + 30, 30 * 60 + 30)
LUNCH = Window(11 * 60 + 30, 13 * 60 + 30)


@dataclass(frozen=True, slots=True)
class Person:
    """Facts about the person from the config. Weekday tuples have seven entries, Monday first.

    ``energy``: seven curves of 24 hourly values in 0…1. ``holiday_region``: country or country-subdivision as the
    ``holidays`` package names them ("NO", "DE-BY"), "" for none; ``public`` are its holidays in :data:`YEARS`, by date,
    and ``extra_holidays`` are added to them. Leave that was carried over can be taken until ``carry_over_until`` (None:
    the end of this year). ``reference_weeks``: how many weeks the average working week is taken over.
    """

    where: Whereabouts
    hours: tuple[tuple[Window, ...], ...]
    name: str = ""
    addresses: frozenset[str] = frozenset()
    contract_minutes: int = 0
    unpaid_break_minutes: int = 0
    basis: Basis = "schedule"
    holiday_region: str = ""
    public: tuple[tuple[date, str], ...] = ()
    extra_holidays: frozenset[date] = frozenset()
    leave_days: float = 0
    leave_carry_over: float = 0
    carry_over_until: date | None = None
    reference_weeks: int = 17
    night: Window = NIGHT
    lunch: Window = LUNCH
    energy: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the person. ``hours``: the working windows that start on it; ``window``: what leave and
    holidays leave of them. ``off`` names the holiday or leave that takes the whole day, "" for none; ``leave`` is the
    share of the hours that leave takes, so what the day costs of the entitlement: nothing on a holiday."""

    on: date
    whole: Interval
    hours: tuple[Interval, ...]
    window: tuple[Interval, ...]
    off: str = ""
    leave: float = 0.0


def days(person: Person, span: Interval, leave: Iterable[tuple[Interval, bool]] = ()) -> Iterator[Day]:
    """Each day that shares time with ``span``. ``leave``: interval of each absence, and whether it is whole days.

    A window belongs to the day it starts on: leave of whole days takes those of its days, and leaves alone one that
    began the evening before.
    """
    where, absences = person.where, [(i, whole) for i, whole in leave if i.overlaps(span)]
    hours_away = Spans.of(i for i, whole in absences if not whole)
    days_away = {day for i, whole in absences if whole for day in where.days(i)}
    dates = list(where.days(span))
    free = holidays(person, {day.year for day in dates})
    for day in dates:
        if whole_day := where.day(day):
            hours, holiday = working_hours(person, day), free.get(day, "")
            off = holiday or ("leave" if day in days_away else "")
            left = Spans() if off else hours - hours_away
            cost = 1 - left.seconds / hours.seconds if hours and not holiday else 0.0
            yield Day(day, whole_day, hours.intervals, left.intervals, off, cost)


def working_hours(person: Person, day: date) -> Spans:
    """The hours the person wants to work that start on ``day``, be it a holiday or not."""
    return Spans.of(person.where.window(day, window) for window in person.hours[day.weekday()])


def holidays(person: Person, years: Iterable[int]) -> Mapping[date, str]:
    """The person's holidays of ``years`` by date: those of the region, and those the config adds."""
    wanted = frozenset(years)
    found = {day: name for day, name in person.public if day.year in wanted}
    if person.holiday_region and (others := wanted.difference(YEARS if person.public else ())):
        found |= dict(public(person.holiday_region, others))
    return {**dict.fromkeys(person.extra_holidays, "a holiday of yours"), **found}


@lru_cache(maxsize=64)
def public(region: str, years: frozenset[int]) -> tuple[tuple[date, str], ...]:
    """The holidays of a region by date, as far as the library knows them."""
    import holidays as library  # takes a while to import, and only those who name a region need it

    country, _, part = region.partition("-")
    with catch_warnings(action="ignore"):  # it warns of years that it does not know
        return tuple(sorted(library.country_holidays(country, subdiv=part or None, years=years).items()))


def waking(person: Person, span: Interval) -> Spans:
    """``span`` without the protected nights."""
    return nights(person, span).gaps(span)


def nights(person: Person, span: Interval) -> Spans:
    """The protected nights, as far as they lie in ``span`` or are next to it."""
    where = person.where
    around = span.widen(2 * 24 * HOUR, 0)
    return Spans.of(where.window(day, person.night) for day in where.days(around))
