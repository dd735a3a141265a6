"""The small phrases of the config."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.config import phrases
from timeblock.config.phrases import Amount, Quota, Target


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1h30m", 90),
        ("90m", 90),
        ("90 min", 90),
        ("2 days", 2880),
        ("1 week", 10080),
        ("1.5h", 90),
        ("1 hour 5 minutes", 65),
        (45, 45),
    ],
)
def test_a_length_of_time_is_read_in_minutes(said: object, minutes: int) -> None:
    assert phrases.minutes(said) == minutes


@pytest.mark.parametrize(
    "said", ["", "soon", "1", "h", "1x", "90 miles", "1h ago", "0.3m", True, 1.5, None, -5, ["1h"]]
)
def test_what_is_no_length_of_time_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match=r"length of time|less than nothing"):
        phrases.minutes(said)


@given(st.integers(0, 100_000))
def test_a_duration_that_is_written_reads_the_same(minutes: int) -> None:
    assert phrases.minutes(phrases.duration(minutes)) == minutes


@pytest.mark.parametrize(
    ("said", "quota"),
    [
        ("2 per week", Quota(2, "week")),
        ("1 per day", Quota(1, "day")),
        ("3 a week", Quota(3, "week")),
        ("2x/day", Quota(2, "day")),
        ("3 per month", Quota(3, "month")),
        ("40 in total", Quota(40, "total")),
        ("10h per week", Quota(0, "week", 600)),
    ],
)
def test_a_quota_is_so_many_or_so_long(said: str, quota: Quota) -> None:
    assert phrases.quota(said) == quota
    assert phrases.quota(str(quota)) == quota


@pytest.mark.parametrize("said", ["200 per week", "1000 in total"])
def test_nobody_plans_so_much(said: str) -> None:
    with pytest.raises(ValueError, match="more than anybody can plan"):
        phrases.quota(said)


@pytest.mark.parametrize("said", ["0 per week", "per week", "1.5 per week", "two per week", "2", 2, "20 %"])
def test_what_is_no_quota_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match="2 per week"):
        phrases.quota(said)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("weekdays", {0, 1, 2, 3, 4}),
        ("weekend", {5, 6}),
        ("sun", {6}),
        (["Mon", "thursday"], {0, 3}),
        ("every day", set(range(7))),
    ],
)
def test_days_are_named_alone_or_in_groups(said: object, days: set[int]) -> None:
    assert phrases.weekdays(said) == days


@pytest.mark.parametrize("said", ["someday", ["mo"], [], 3, "monster"])
def test_what_is_no_day_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match=r"mon"):
        phrases.weekdays(said)


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("-50 %", Target("change", Amount(-50, "%"))),
        ("+ 10 percent", Target("change", Amount(10, "%"))),
        ("−5h per week", Target("change", Amount(-300, "min", "week"))),
        ("at most 40h", Target("at most", Amount(2400, "min"))),
        (">= 3 days", Target("at least", Amount(4320, "min"))),
        ("≤ 20 %", Target("at most", Amount(20, "%"))),
        ("2 per week", Target("reach", Amount(2, "", "week"))),
        ("3 times a month", Target("reach", Amount(3, "", "month"))),
        ("100 %", Target("reach", Amount(100, "%"))),
        ("2h per day", Target("reach", Amount(120, "min", "day"))),
        ("200h in total", Target("reach", Amount(12000, "min", "total"))),
    ],
)
def test_a_target_in_each_of_its_forms(said: str, target: Target) -> None:
    assert phrases.target(said) == target


@pytest.mark.parametrize("said", ["", "less", "at most", "-", "50 %%", "2h per fortnight", 50])
def test_what_is_no_target_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match="is not a target"):
        phrases.target(said)


def test_only_a_word_that_is_near_is_offered() -> None:
    assert phrases.near("Wrok", ["work", "home"]) == ', did you mean "work"?'
    assert phrases.near("zebra", ["work", "home"]) == ""
