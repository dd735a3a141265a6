"""Each warning sign, on weeks that show it and weeks that just do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.signs import Past, exceptions, persistent, signs

LAST = Week(2026, 47)


def past(
    values: Mapping[str, Sequence[float | None]], parts: Mapping[str, Sequence[dict[str, float]]] = {}, **more: Any
) -> Past:
    """Weeks that end with :data:`LAST`, the oldest first; every metric alike long."""
    found: dict[Week, list[Measure]] = {}
    for metric, series in values.items():
        for n, value in enumerate(reversed(series)):
            found.setdefault(LAST.plus(-n), []).append(Measure(metric, "min", 1, value))
    for metric, dicts in parts.items():
        for n, told in enumerate(reversed(dicts)):
            found.setdefault(LAST.plus(-n), []).append(Measure(metric, "min", 1, 0.0, parts=tuple(told.items())))
    return Past({week: tuple(ms) for week, ms in found.items()}, **more)


def names(found: Past) -> list[str]:
    return [sign.name for sign in signs(found, LAST)]


@pytest.mark.parametrize(
    ("metric", "values", "name"),
    [
        ("after_hours", (60, 90, 120, 150), "after-hours"),
        ("work_free_days", (0, 0), "no-free-day"),
        ("late_peak", (1, 2, 3, 4), "late-peak"),
        ("focus_time", (300, 240, 240, 600, 59), "focus"),
        ("leave_pace", (5.1,), "leave"),
    ],
)
def test_signs_of_figures(metric: str, values: Sequence[float], name: str) -> None:
    found = past({metric: values})
    assert names(found) == [name]
    assert all(sign.text and sign.evidence for sign in signs(found, LAST))


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("after_hours", (60, 90, 120, 120)),
        ("after_hours", (90, 120, 150)),
        ("after_hours", (60, None, 90, 120, 150)[1:]),
        ("work_free_days", (1, 0)),
        ("work_free_days", (0, None)),
        ("late_peak", (4, 3, 2, 1)),
        ("focus_time", (300, 240, 240, 600, 60)),
        ("focus_time", (100, 100, 100, 100, 0)),
        ("leave_pace", (5.0,)),
    ],
)
def test_what_is_just_no_sign(metric: str, values: Sequence[float | None]) -> None:
    assert names(past({metric: values})) == []


def test_two_short_nights_are_a_sign_and_one_is_none() -> None:
    two = {"2026-11-16": 600.0, "2026-11-17": 659.0, "2026-11-18": 660.0}
    assert names(past({}, {"rest_gap": [two]})) == ["short-rest"]
    assert "10:00 h after Mon 16 Nov" in signs(past({}, {"rest_gap": [two]}), LAST)[0].evidence
    assert names(past({}, {"rest_gap": [{"2026-11-16": 600.0}]})) == []


def test_lunch_lost_on_three_days() -> None:
    assert names(past({}, {"lunch_kept": [{"kept": 2, "lost": 3}]})) == ["lunch"]
    assert names(past({}, {"lunch_kept": [{"kept": 3, "lost": 2}]})) == []


def test_exceptions_are_those_of_four_weeks_and_a_budget_is_there_to_be_used() -> None:
    weeks = [{"dinner: breached": 5.0}, {"dinner: breached": 1.0}, {"dinner: skipped": 1.0}, {}, {"dinner: kept": 2.0}]
    found = past({}, {"blocks": weeks}, budgets={"dinner": ("Dinner", 2)})
    assert exceptions(found, "dinner", LAST) == 2
    assert names(found) == []
    tight = past({}, {"blocks": weeks}, budgets={"dinner": ("Dinner", 1)})
    assert names(tight) == ["exceptions dinner"]


def test_a_block_left_out_three_times_in_four_weeks() -> None:
    assert names(past({}, {"blocks": [{"run: skipped": 2.0}, {"run: skipped": 1.0}]})) == ["skipped run"]
    assert names(past({}, {"blocks": [{"run: skipped": 2.0}, {}, {}, {}, {"run: kept": 1.0}]})) == []


def test_weeks_after_a_hard_season_that_are_no_lighter() -> None:
    season = {"launch": (date(2026, 10, 19), date(2026, 11, 8))}  # weeks 43 to 45
    assert names(past({"work": (2700, 2700, 2700, 2700, 2700)}, crunches=season)) == ["recovery launch"]
    assert names(past({"work": (2700, 2700, 2700, 2400, 2400)}, crunches=season)) == []


def test_what_shows_in_three_weeks_running_persists() -> None:
    assert persistent(past({"work_free_days": (0, 0, 0, 0)}), LAST)
    assert not persistent(past({"work_free_days": (2, 0, 0, 0)}), LAST)


def test_of_nothing_there_are_no_signs() -> None:
    assert signs(Past({}), LAST) == ()
