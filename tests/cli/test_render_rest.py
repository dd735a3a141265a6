"""Breaches of rest rules as they are read."""

from __future__ import annotations

from tests.cli.test_render_measures import shown
from tests.core.weeks import at, event, facts, person
from timeblock.cli.render_rest import breaches, unknown
from timeblock.core.classify import Classified
from timeblock.core.localtime import Week
from timeblock.core.rest import Checked, check
from timeblock.core.rest_rules import PROFILES

WEEK = Week(2026, 48)
WHERE = person().where


def checked(profile: str, *items: Classified) -> Checked:
    life = facts(person(), event("2026-11-25 10:00", "11:00"), *items, now=at("2026-11-20 09:00"))
    return check(life, PROFILES[profile], [WEEK])


def test_a_breach_names_figure_limit_ends_source_and_the_smallest_change() -> None:
    found = checked("eu", event("2026-11-23 20:00", "23:30", title="Release"))
    text = shown(breaches(found, [WEEK], WHERE))
    assert text.splitlines()[0] == "Mon 23 Nov to Sun 29 Nov 2026: rules of rest are broken once (eu.daily-rest 1)"
    assert "Mon 23 Nov 23:30  9:30 h rest between two days of work, at least 11:00 h" in text
    assert "Release (Mon 23 Nov 20:00), then your working hours" in text
    assert "eu.daily-rest: Directive 2003/88/EC, article 3" in text
    assert "Smallest change: begin at Tue 24 Nov 10:30" in text
    assert "keep Tue 24 Nov 09:00-10:30 free of work; work on Mon 23 Nov went on until 23:30." in text


def test_an_alert_is_told_and_nothing_is_broken() -> None:
    evenings = [event(f"2026-11-{day} 17:00", "21:00") for day in (23, 24, 25, 26)]
    text = shown(breaches(checked("who", *evenings), [WEEK], WHERE))
    assert text.splitlines()[0].endswith("no rule is broken")
    assert "Mon 23 Nov to Sun 29 Nov  56:00 h work in the week, at most 55:00 h (alert)" in text


def test_a_quiet_week_is_told_in_a_line() -> None:
    assert "no rule is broken, as far as your calendars show" in shown(breaches(checked("who"), [WEEK], WHERE))


def test_what_was_not_judged_is_told_once_with_its_reason() -> None:
    life = facts(person(), event("2026-11-25 10:00", "11:00"))
    found = check(life, PROFILES["eu"], [Week(2027, 10), Week(2027, 11)])
    lines = shown(unknown(found)).splitlines()
    assert len([line for line in lines if "eu.leave (2 weeks)" in line]) == 1
    assert "no calendar holds anything of that time" in " ".join(lines)
