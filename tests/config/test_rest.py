"""``[rest]``: which rules are in force, and mistakes in it by line."""

from __future__ import annotations

import pytest

from timeblock.config.judge import judge
from timeblock.config.rest import rules
from timeblock.core.rest_rules import PROFILES, Rule


def in_force(text: str) -> tuple[Rule, ...]:
    file, mistakes = judge(f'identity = "ada"\n[person]\nzone = "Europe/Oslo"\n{text}')
    assert mistakes == ()
    assert file is not None
    return rules(file.rest)


def test_without_a_word_the_european_rules_and_the_alert_of_the_who_hold() -> None:
    assert in_force("") == (*PROFILES["eu"], *PROFILES["who"])


def test_rules_are_switched_off_one_by_one_and_ones_own_are_added() -> None:
    found = in_force(
        '[rest]\nprofiles = ["japan"]\noff = ["japan.overtime-year"]\n'
        '[[rest.rules]]\nname = "long nights"\nabout = "daily-rest"\nlimit = "12h"\nalert = true\n'
    )
    assert [rule.name for rule in found] == ["japan.overtime-month", "long nights"]
    assert (found[1].limit, found[1].alert, found[1].source) == (720, True, "your own rule")


def test_the_average_week_is_that_of_the_measure() -> None:
    file, _ = judge('identity = "ada"\n[person]\nzone = "Europe/Oslo"\n[rest]\naverage_weeks = 26')
    assert file is not None
    assert file.rest.average_weeks == 26


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('off = ["eu.brake"]', 'there is no rule "eu.brake", did you mean "eu.break"?'),
        ('profiles = ["us"]', "profiles"),
        ('[[rest.rules]]\nname = "x"\nabout = "naps"\nlimit = "1h"', "about"),
        ('[[rest.rules]]\nname = "x"\nabout = "week"\nlimit = "0m"', "limit"),
        (2 * '[[rest.rules]]\nname = "x"\nabout = "week"\nlimit = "50h"\n', 'there is another rule "x"'),
    ],
)
def test_mistakes_are_told_by_line(text: str, says: str) -> None:
    _, mistakes = judge(f'identity = "ada"\n[person]\nzone = "Europe/Oslo"\n[rest]\n{text}')
    (mistake,) = mistakes
    assert says in f"{mistake.path} {mistake.text}"
    assert "rest" in mistake.path
