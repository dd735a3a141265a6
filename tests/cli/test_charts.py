"""Charts made of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.cli.charts import bars, sparkline
from timeblock.cli.render import Look


@pytest.mark.parametrize(
    ("values", "look", "line"),
    [
        ([], Look(), ""),
        ([0, 0], Look(), "▁▁"),
        ([1, None, 8], Look(), "▂·█"),
        ([-3, 0, 3], Look(), "▁▅█"),
        ([0, None, 9], Look(ascii=True), "0.9"),
    ],
)
def test_sparklines(values: list[float | None], look: Look, line: str) -> None:
    assert sparkline(values, look) == line


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=20), st.booleans())
def test_one_character_a_value(values: list[float | None], ascii_only: bool) -> None:
    assert len(sparkline(values, Look(ascii=ascii_only))) == len(values)


def test_bars_name_their_weeks_and_fit() -> None:
    chart = bars(["W46", "W47"], [2, 5], "After hours, h", Look(60), goal=3)
    lines = chart.plain.splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert "After hours, h" in lines[0]
    assert "W46" in lines[-1]
    assert "\x1b" not in chart.plain


def test_bars_without_blocks_of_unicode() -> None:
    chart = bars(["W46", "W47"], [2, 4], "After hours, h", Look(60, ascii=True))
    assert chart.plain.splitlines() == ["After hours, h", f"     W46 {'#' * 20} 2", f"     W47 {'#' * 40} 4"]
