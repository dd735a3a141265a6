"""What is worth a thought beside the blocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.planner.life import PERSON, WEEK, at, event
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Attendee
from timeblock.core.ideas import ideas
from timeblock.core.interval import Interval
from timeblock.core.leave import Period
from timeblock.core.pose import FREE
from timeblock.core.steer import Defence, Steering, WeekSteering

AHEAD = Interval(at("23 06:00"), at("30 00:00"))
ME = replace(PERSON, addresses=frozenset({"bo@example.org"}))
TWO = (Attendee("ada@example.org"), Attendee("bo@example.org"))


def thoughts(*seen: Classified, steering: Steering = FREE) -> list[str]:
    return list(ideas(steering, seen, AHEAD, ME))


def test_a_talk_of_two_without_video_could_be_a_walk() -> None:
    assert thoughts(event("24 14:00", 30, "Ada / Bo", attendees=TWO)) == [
        "Ada / Bo (Tue 24 Nov 14:00) is for two and has no video link: it could be a walk"
    ]


@pytest.mark.parametrize(
    "seen",
    [
        event("24 14:00", 30, attendees=TWO, online=True),
        event("24 14:00", 90, attendees=TWO),
        event("24 18:00", 30, attendees=TWO),
        event("24 14:00", 30, attendees=(*TWO, Attendee("cy@example.org"))),
        event("24 14:00", 30, organizer="bo@example.org"),
        event("24 14:00", 30, attendees=TWO, busy=False),
        event("24 14:00", 30, attendees=TWO, activity=Activity.PERSONAL),
        event("30 14:00", 30, attendees=TWO),
    ],
)
def test_no_walk_for_video_long_late_many_declined_private_or_far_ones(seen: Classified) -> None:
    assert thoughts(seen) == []


def test_a_series_is_named_once_and_three_at_most() -> None:
    daily = [event(f"{n} 14:00", 30, "Ada / Bo", attendees=TWO) for n in (24, 25)]
    others = [event(f"24 {n}:00", 30, f"With {n}", attendees=TWO) for n in (9, 10, 11)]
    assert [text.split(" (")[0] for text in thoughts(*daily, *others)] == ["With 9", "With 10", "With 11"]


def test_what_goals_ask_comes_first_and_then_leave() -> None:
    leave = Period((date(2026, 12, 28), date(2026, 12, 29)), date(2026, 12, 24), date(2027, 1, 3), "bridges the year")
    steering = Steering(
        {WEEK: WeekSteering(600, why=("calmer leaves 10 h",)), WEEK.plus(1): WeekSteering(why=("calmer leaves 10 h",))},
        {"dinner": Defence(1, "together is behind"), "run": Defence(-1, "fit is ahead")},
        (leave,),
    )
    assert thoughts(steering=steering) == [
        "calmer leaves 10 h",
        "together is behind, so its blocks are held more firmly",
        "leave worth taking: Mon 28 Dec to Tue 29 Dec (2 days of leave, 11 days off, bridges the year)",
    ]
