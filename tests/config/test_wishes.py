"""Goals said in a sentence, and written into the file."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from timeblock.config.entries import added, changed, snippet
from timeblock.config.judge import judge
from timeblock.config.wishes import Known, Wish, day_of, wishes

WEDNESDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 30)
KNOWN = Known({"dinner": "Family dinner"}, ("work", "family", "book"), ("book",), ("calm",))
EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")


def goal(text: str) -> dict[str, Any]:
    (found,) = wishes(text, WEDNESDAY, KNOWN)
    return dict(found.goal)


@pytest.mark.parametrize(
    ("text", "metric", "target", "by"),
    [
        ("50 % fewer after-hours emails in 3 months", "after_hours_emails", "-50 %", date(2027, 2, 27)),
        ("100 % of my leave days by the end of the year", "leave_used", "100 %", date(2026, 12, 31)),
        ("use all my leave by year's end", "leave_used", "100 %", date(2026, 12, 31)),
        ("5h less overtime a week for 8 weeks", "overtime", "-5h per week", date(2027, 1, 24)),
        ("Five hours less overtime each week for eight weeks.", "overtime", "-5h per week", date(2027, 1, 24)),
        ("family dinner twice a week", "blocks", "2 per week", date(2027, 2, 21)),
        ("finish the book in five months, not six, 200 hours in total", "area_time", "200h in total", None),
        ("two hours a day on the side business until July", "area_time", "2h per day", date(2027, 7, 1)),
        ("at most 40 working hours a week", "rolling_hours", "at most 40h", date(2027, 2, 21)),
        ("at least 10h of focus time by 1 March 2027", "focus_time", "at least 10h", date(2027, 3, 1)),
        ("no more than 25 % meetings", "meeting_load", "at most 25 %", date(2027, 2, 21)),
        ("10 percent more focus time", "focus_time", "+10 %", date(2027, 2, 21)),
        ("2 fewer churn", "churn", None, None),
    ],
)
def test_a_sentence_is_a_goal(text: str, metric: str, target: str | None, by: date | None) -> None:
    if target is None:
        with pytest.raises(ValueError, match="is not understood"):
            goal(text)
        return
    said = goal(text)
    assert (said["metric"], said["target"], said["start"]) == (metric, target, MONDAY)
    assert by is None or said["by"] == by
    assert said.get("of") or judge(added(EXAMPLE, Wish({**said, "name": "new"})))[1] == ()


def test_two_wishes_in_a_sentence_are_two_goals_with_the_blocks_they_need() -> None:
    first, second = wishes("Sunday breakfast every week and call a parent twice a week", WEDNESDAY, KNOWN)
    assert (first.goal["of"], first.goal["target"]) == ("sunday breakfast", "1 per week")
    assert first.block is not None
    assert (first.block["days"], first.block["windows"]) == (["sun"], "08:00-11:00")
    assert (second.goal["of"], second.goal["target"]) == ("call a parent", "2 per week")
    assert second.block is not None
    assert second.block["quota"] == "2 per week"


def test_blocks_and_areas_that_are_there_are_used() -> None:
    (dinner,) = wishes("family dinner twice a week", WEDNESDAY, KNOWN)
    assert (dinner.goal["of"], dinner.block) == ("dinner", None)
    (book,) = wishes("1h a day on my book", WEDNESDAY, KNOWN)
    assert (book.block, book.area) == (None, "")


def test_a_new_area_comes_with_a_block_and_the_budget_with_a_ceiling() -> None:
    (found,) = wishes("two hours a day on the side business until July", WEDNESDAY, KNOWN)
    assert found.area == "side business"
    assert found.block is not None
    assert (found.block["quota"], found.block["duration"]) == ("1 per day", "2h")
    assert found.goal["ceiling"] == "17h30m per week"


def test_a_goal_to_finish_something_asks_for_the_hours_it_takes() -> None:
    (found,) = wishes("finish the novel in 5 months not 6", WEDNESDAY, KNOWN)
    assert (found.asks, found.goal["of"], found.goal["by"]) == ("hours", "novel", date(2027, 4, 29))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("be happier", "is not understood; say for example"),
        ("30 % less joy", "nothing that is measured"),
        ("30 % less overtme", 'did you mean "overtime"'),
        ("5h less overtime by 1 May 2020", "is over"),
        ("5h less overtime by soon", "is not a day"),
    ],
)
def test_what_is_not_understood_shows_what_is(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wishes(text, WEDNESDAY, KNOWN)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("July", date(2027, 7, 1)),
        ("1 December", date(2026, 12, 1)),
        ("end of February", date(2027, 2, 28)),
        ("the end of February 2028", date(2028, 2, 29)),
        ("31 June 2027", date(2027, 6, 30)),
        ("2027-03-04", date(2027, 3, 4)),
        ("the end of the year", date(2026, 12, 31)),
    ],
)
def test_days_are_the_next_of_their_name(text: str, day: date) -> None:
    assert day_of(text, WEDNESDAY) == day


def test_on_a_monday_it_starts_today_and_a_month_is_as_long_as_it_is() -> None:
    (found,) = wishes("5h less overtime in 3 months", MONDAY, KNOWN)
    assert (found.goal["start"], found.goal["by"]) == (MONDAY, date(2027, 2, 27))


# ---- in the file -----------------------------------------------------------------------------------------------------


def test_new_entries_stand_with_their_kind_and_nothing_else_changes() -> None:
    (found,) = wishes("two hours a day on the pottery until July", WEDNESDAY, KNOWN)
    after = added(EXAMPLE, found)
    assert judge(after)[1] == ()
    lines = iter(after.splitlines())
    assert all(line in lines for line in EXAMPLE.splitlines())  # each of them, in their order
    heads = [line for line in after.splitlines() if line.startswith("[")]
    assert heads.index('[areas."side business"]') + 1 == heads.index("[areas.pottery]")
    assert heads[-heads[::-1].index("[[goals]]")] == "[[seasons]]"


def test_a_file_without_any_takes_the_first() -> None:
    (found,) = wishes("5h less overtime a week", WEDNESDAY, KNOWN)
    after = added('identity = "ada"', found)
    assert tomllib.loads(after)["goals"][0]["target"] == "-5h per week"
    assert snippet(found).startswith("[[goals]]\n")


def test_what_only_looks_like_a_table_is_left_whole() -> None:
    text = 'identity = "ada"\n[[goals]]\nname = "x"\nwhy = """\n[[goals]]\n"""\nshare_with = [\n["a"]\n]\n'
    (found,) = wishes("5h less overtime a week", WEDNESDAY, KNOWN)
    assert [g["name"] for g in tomllib.loads(added(text, found))["goals"]] == ["x", "5h less overtime a week"]


def test_a_key_of_a_goal_is_changed_and_comments_stay() -> None:
    after = changed(EXAMPLE, "less overtime", {"target": "-2h per week"})
    differing = [(a, b) for a, b in zip(EXAMPLE.splitlines(), after.splitlines(), strict=True) if a != b]
    assert differing == [('target = "-5h per week"', 'target = "-2h per week"')]
    with pytest.raises(KeyError):
        changed(EXAMPLE, "no such goal", {})
