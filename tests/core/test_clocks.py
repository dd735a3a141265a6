"""Tables of clock changes against the zones themselves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from timeblock.core.clocks import changes, clocks
from timeblock.core.interval import Interval
from timeblock.core.localtime import instant, resolve

YEARS = Interval(instant(datetime(2006, 1, 1, tzinfo=UTC)), instant(datetime(2031, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Oslo",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Asia/Gaza",
        "Asia/Tehran",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Europe/Istanbul",
    ],
)
def test_every_time_on_the_wall_is_that_of_the_zone(name: str) -> None:
    zone = ZoneInfo(name)
    near = {c.at + c.before + shift for c in changes(zone, YEARS) for shift in range(-2 * 86_400, 2 * 86_400, 900)}
    walls = sorted({*near, *range(YEARS.start, YEARS.end, 86_400 * 5 + 1800)})
    exact = [resolve(datetime(1970, 1, 1) + timedelta(seconds=wall), zone) for wall in walls]
    assert clocks(zone, 2005, 2031).instants(walls) == exact


def test_nothing_becomes_nothing() -> None:
    assert clocks(ZoneInfo("Europe/Oslo"), 2026, 2026).instants([]) == []


def test_the_first_second_of_the_new_clock() -> None:
    (summer, winter) = changes(ZoneInfo("Europe/Oslo"), Interval(1_767_225_600, 1_798_761_600))
    assert datetime.fromtimestamp(summer.at, UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert (winter.before, winter.after) == (7200, 3600)
