"""The fast clock against the slow one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.planner.life import WHERE, at
from timeblock.core.interval import HOUR, Interval
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.planner.clock import Clock

LORD_HOWE = Whereabouts(ZoneInfo("Australia/Lord_Howe"))
TRIP = Whereabouts(
    ZoneInfo("Europe/Berlin"), (Stay(date(2026, 11, 25), date(2026, 11, 27), ZoneInfo("America/New_York")),)
)
DATE_LINE = Whereabouts(
    ZoneInfo("Pacific/Pago_Pago"), (Stay(date(2026, 11, 25), date(2026, 11, 27), ZoneInfo("Pacific/Kiritimati")),)
)


@pytest.mark.parametrize(
    ("where", "start", "days"),
    [
        (WHERE, "2026-03-27 12:00", 4),
        (WHERE, "2026-10-23 12:00", 4),
        (LORD_HOWE, "2026-04-03 00:00", 4),
        (TRIP, "23 00:00", 7),
        (DATE_LINE, "23 00:00", 7),
    ],
)
def test_the_clock_agrees_with_whereabouts_all_the_time(where: Whereabouts, start: str, days: int) -> None:
    span = Interval(at(start), at(start) + days * 24 * HOUR)
    clock = Clock(where, span)
    for moment in range(span.start, span.end, 900):
        on_the_wall = where.clock_at(moment)
        day, minute = clock.at(moment)
        assert (day, minute) == (where.date_of(moment), on_the_wall.hour * 60 + on_the_wall.minute)
        assert clock.day(moment) == day


@pytest.mark.parametrize(("grid", "start"), [(15, "23 10:15"), (5, "23 10:10"), (60, "23 11:00")])
def test_the_next_moment_on_the_grid(grid: int, start: str) -> None:
    clock = Clock(WHERE, Interval(at("23 00:00"), at("24 00:00")))
    assert clock.next_on_grid(at("23 10:07"), grid) == at(start)
    assert clock.next_on_grid(at(start), grid) == at(start)
