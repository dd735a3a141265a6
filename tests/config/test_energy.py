"""Energy curves."""

from __future__ import annotations

import pytest

from timeblock.config import energy
from timeblock.core.localtime import Window


@pytest.mark.parametrize("chronotype", energy.PRESETS)
def test_a_preset_has_seven_days_of_24_hours_between_0_and_1(chronotype: energy.Chronotype) -> None:
    curves = energy.preset(chronotype)
    assert [len(day) for day in curves] == [24] * 7
    assert all(0 <= level <= 1 for level in curves[0])


def test_a_morning_person_has_their_peak_before_an_evening_person() -> None:
    peaks = [max(range(24), key=energy.PRESETS[c].__getitem__) for c in ("morning", "middle", "evening")]
    assert peaks == sorted(set(peaks))


@pytest.mark.parametrize("chronotype", energy.PRESETS)
def test_every_preset_dips_after_lunch(chronotype: energy.Chronotype) -> None:
    day = energy.PRESETS[chronotype]
    assert min(day[13:15]) < max(day[8:12])
    assert min(day[13:15]) < max(day[15:20])


def test_own_hours_over_midnight_hold_on_both_sides_of_it() -> None:
    day = energy.own([Window.parse("22:00-02:00")], [Window.parse("13:00-15:00")])[3]
    assert [hour for hour in range(24) if day[hour] == energy.HIGH] == [0, 1, 22, 23]
    assert [hour for hour in range(24) if day[hour] == energy.LOW] == [13, 14]
