"""Weeks worked out by hand, with pencil and clock: ``golden/*.toml`` holds each with its sums."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.golden.reader import Golden
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.measures import Measure, week

FILES = sorted(Path(__file__).with_name("golden").glob("*.toml"))


def measured(golden: Golden) -> dict[str, Measure]:
    return {m.id: m for m in week(golden.facts, golden.week)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_measure_of_the_week_is_what_the_hand_found(path: Path) -> None:
    golden = Golden.read(path)
    assert {name: m.value for name, m in measured(golden).items()} == pytest.approx(golden.expected)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_unknown_says_what_is_missing_and_what_is_known_does_not(path: Path) -> None:
    for found in measured(Golden.read(path)).values():
        assert bool(found.missing) is (found.value is None), found.id


def test_every_measure_is_known_in_some_week_and_more_than_zero() -> None:
    known = {name for path in FILES for name, value in Golden.read(path).expected.items() if value}
    assert known == set(DEFINITIONS)


def golden(name: str) -> dict[str, Measure]:
    return measured(Golden.read(Path(__file__).with_name("golden") / f"{name}.toml"))


def test_what_is_told_beside_the_figures_of_an_ordinary_week() -> None:
    of = golden("an_ordinary_week")
    assert (of["work"].basis, of["work"].at_least) == ("schedule", True)
    assert dict(of["overtime"].parts) == {"overtime_balance": 180}
    assert dict(of["after_hours_touches"].parts) == {"evenings": 1, "mornings": 1, "days off": 1}
    assert of["back_to_back"].detail == "2 over 90 minutes"
    assert of["lunch_kept"].detail == "of 5"
    assert dict(of["focus_time"].parts) == {"in pieces of two hours": 1950}
    assert dict(of["area_time"].parts) == {"work": 2580, "health": 60}
    assert dict(of["quiet_days"].parts) == {"tolerant": 5}  # Monday touches one hour of the clock
    assert of["rolling_hours"].detail == "5 of 17 weeks known"


def test_what_is_told_beside_the_figures_of_the_others() -> None:
    assert golden("by_events_alone")["work"].detail == "60 min more not answered"
    assert dict(golden("by_events_alone")["overtime"].parts) == {"overtime_balance": 300 - 2250}
    leave = golden("leave_and_a_holiday")
    assert leave["lunch_kept"].detail == "of 3"
    assert dict(leave["after_hours_touches"].parts) == {"days off": 2}
    assert dict(leave["work"].parts)["leave and holidays"] == 1200
    assert leave["leave_used"].notes == ("calendars hold nothing before Mon 13 Apr 2026",)
    assert leave["leave_left"].detail == "2.5 more expired on Tue 12 May 2026"
    line = dict(golden("over_the_date_line")["rest_gap"].parts)
    assert line["2026-11-24"] == 39 * 60  # Tuesday 18:00 in Apia is 05:00 UTC; Wednesday 9:00 in Pago Pago is 20:00
    blocks = golden("part_time_with_blocks")
    assert dict(blocks["blocks"].parts)["dinner: breached"] == 1
    assert [(e.of, e.minutes) for e in blocks["blocks"].evidence] == [("dinner/2026-W45/1", 30)]
    assert dict(blocks["churn"].parts) == {"moves": 2, "dinner": 1}
