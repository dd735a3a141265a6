"""The questions that lead to a goal."""

from __future__ import annotations

from datetime import date

import click
import pytest
from click.testing import CliRunner

from timeblock.cli.goal_wizard import ask, complete, understood
from timeblock.config.wishes import Known, Wish
from timeblock.errors import FixNeeded

TODAY = date(2026, 11, 25)


@click.command()
@click.argument("what")
def asking(what: str) -> None:
    """The questions, in a terminal's place."""
    if what == "ask":
        click.echo(f"= {ask()}")
    else:
        (wish,) = understood(what, TODAY, Known(areas=["rest"]))
        click.echo(f"= {sorted(complete(wish, None, None, asking=True).goal.items())}")


def said(what: str, *lines: str) -> str:
    done = CliRunner().invoke(asking, [what], input="\n".join(lines) + "\n")
    assert done.exit_code == 0, done.output
    return done.stdout.partition("= ")[2].strip()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("", "", "", ""), "25 % less after-hours work in 12 weeks"),
        (("limit", "at most 38h", "", "by July"), "at most 38h work by July"),
        (("often", "yoga", "3 times a week", ""), "yoga 3 times a week in 12 weeks"),
        (("time", "", "", "until May"), "3 hours a week on a book until May"),
        (("leave", "", ""), "100 % of my leave by the end of the year"),
        (("5h less overtime a week",), "5h less overtime a week"),
    ],
)
def test_each_way_leads_to_a_sentence_that_is_understood(lines: tuple[str, ...], sentence: str) -> None:
    assert said("ask", *lines) == sentence
    assert understood(sentence, TODAY, Known())


def test_reason_and_area_are_asked_for() -> None:
    goal = said("5h less overtime a week", "to see the sun", "rest")
    assert "('area', 'rest')" in goal
    assert "('why', 'to see the sun')" in goal


def test_the_hours_of_what_is_to_be_finished_are_asked_for() -> None:
    goal = said("finish the novel in 5 months", "200", "")
    assert "('target', '200h in total')" in goal
    with pytest.raises(FixNeeded, match="How many hours"):
        complete(Wish({"of": "novel"}, asks="hours"), None, None, asking=False)
