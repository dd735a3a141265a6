"""VTIMEZONE against the zone database it is made from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from timeblock.codecs.ical_timezone import timezone


@pytest.mark.parametrize(
    "name",
    ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "America/Santiago"],
)
def test_it_tells_the_time_of_its_zone_all_year(name: str) -> None:
    made, zone = timezone(name, 2025, 2027).to_tz(lookup_tzid=False), ZoneInfo(name)
    moments = [datetime(2025, 1, 2, tzinfo=UTC) + timedelta(hours=5 * n) for n in range(5000)]
    for moment in moments:
        wall = moment.astimezone(zone)
        if wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset():
            assert wall.replace(tzinfo=made).utcoffset() == wall.utcoffset()


def test_the_clocks_change_at_a_time_on_the_old_clock() -> None:
    text = timezone("Europe/Oslo", 2026, 2026).to_ical().decode()
    assert "DTSTART:20260329T020000" in text
    assert "DTSTART:20261025T030000" in text


def test_a_zone_without_changes_has_one_part() -> None:
    text = timezone("Asia/Kolkata", 2026, 2030).to_ical().decode()
    assert text.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in text
