"""Each built-in rule and each condition of a rule: an occurrence that it takes, and one that it leaves."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from timeblock.core.classify import Activity, Classified, Rule, Source, classify, explain
from timeblock.core.event import (
    Answer,
    Attendee,
    CalendarId,
    Event,
    EventKey,
    EventType,
    Mark,
    Occurrence,
    Status,
    block_uid,
)
from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.localtime import Whereabouts, Window

OSLO = ZoneInfo("Europe/Oslo")
WHERE = Whereabouts(OSLO)
JOB, FAMILY, LOOSE = (CalendarId("cloud", path) for path in ("job", "family", "loose"))
SOURCES = {JOB: Source(JOB, "work", "work"), FAMILY: Source(FAMILY, "home", "family"), LOOSE: Source(LOOSE, "misc")}
ME = "ada@example.org"
BOB, EVE = Attendee("bob@example.org"), Attendee("eve@mail.client.com")
MONDAY = datetime(2026, 11, 23, tzinfo=OSLO)


def at(clock: str, day: int = 23) -> int:
    hour, minute = map(int, clock.split(":"))
    return int(MONDAY.replace(day=day, hour=hour, minute=minute).timestamp())


def occurrence(
    title: str = "Something", calendar: CalendarId = LOOSE, start: str = "10:00", minutes: int = 60, **more: Any
) -> Occurrence:
    """``day`` of November and ``all_day``; the rest goes to the event."""
    begin = at(start, more.pop("day", 23))
    all_day = more.pop("all_day", False)
    interval = Interval(begin, begin + (24 * HOUR if all_day else minutes * MINUTE))
    return Occurrence(interval, Event(EventKey(calendar, "x.ics", more.pop("uid", "x")), title, **more), all_day)


def judged(o: Occurrence, *rules: Rule, addresses: frozenset[str] = frozenset({ME})) -> Classified:
    return classify([o], rules, SOURCES, addresses, "ada", WHERE)[0]


def ours(calendar: CalendarId = JOB) -> Occurrence:
    key = "dinner/2026-W48/1"
    uid = block_uid("ada", calendar, key, 0)
    return occurrence("Dinner", calendar, uid=uid, mark=Mark(key, 0, "f" * 16))


# ---- built-in rules --------------------------------------------------------------------------------------------------

WITH_BOB: dict[str, Any] = {"attendees": (Attendee(ME, Answer.ACCEPTED), BOB)}

BUILT_IN = {
    "ours": (ours(), replace(ours(), event=replace(ours().event, key=EventKey(JOB, "x.ics", "copied")))),
    "cancelled": (occurrence(status=Status.CANCELLED), occurrence(status=Status.TENTATIVE)),
    "declined": (
        occurrence(attendees=(Attendee(ME, Answer.DECLINED), BOB)),
        occurrence(attendees=(Attendee(ME), Attendee(BOB.email, Answer.DECLINED))),
    ),
    "focus time": (occurrence(type=EventType.FOCUS_TIME), occurrence()),
    "place": (occurrence("Home", type=EventType.WORKING_LOCATION), occurrence("Home")),
    "birthday": (occurrence("Bob", type=EventType.BIRTHDAY), occurrence("Bob")),
    "leave": (occurrence("Vacation", all_day=True), occurrence("Vacation", all_day=False)),
    "whole days": (occurrence("Bins out", all_day=True), occurrence("Bins out")),
    "area": (occurrence("Parents' evening", FAMILY, **WITH_BOB), occurrence("Parents' evening", JOB, **WITH_BOB)),
    "focus": (occurrence("Deep work: parser"), occurrence("Deep work: parser", **WITH_BOB)),
    "travel": (occurrence("Flight to Bergen"), occurrence("Travel policy", **WITH_BOB)),
    "meeting": (occurrence("Roadmap", **WITH_BOB), occurrence("Roadmap")),
    "work calendar": (occurrence("Expenses", JOB), occurrence("Expenses")),
    "none": (occurrence("Expenses"), occurrence("Expenses", JOB)),
}


@pytest.mark.parametrize("rule", BUILT_IN)
def test_each_built_in_rule_takes_one_and_leaves_another(rule: str) -> None:
    taken, left = (judged(o) for o in BUILT_IN[rule])
    assert taken.rule == f"built-in: {rule}"
    assert left.rule != f"built-in: {rule}"


def test_every_built_in_rule_has_its_examples() -> None:
    names = {tried.rule for tried in explain(occurrence(), (), SOURCES, {ME}, "ada", WHERE)}  # it fits none before
    assert names == {f"built-in: {name}" for name in BUILT_IN}


def test_what_they_count_as() -> None:
    found = {name: judged(taken) for name, (taken, _) in BUILT_IN.items()}
    assert {name: c.activity.value for name, c in found.items()} == {
        "ours": "ours", "cancelled": "ignore", "declined": "ignore", "focus time": "focus", "place": "ignore",
        "birthday": "ignore", "leave": "leave", "whole days": "ignore", "area": "personal", "focus": "focus",
        "travel": "commute", "meeting": "meeting", "work calendar": "routine", "none": "unclassified",
    }  # fmt: skip
    assert {found[name].area for name in ("focus time", "focus", "meeting", "work calendar")} == {"work"}
    assert found["area"].area == "family"
    assert not found["declined"].busy
    assert not found["cancelled"].busy


@pytest.mark.parametrize(
    "title",
    ["Vacation", "Annual leave", "Leave", "On leave", "OOO", "Out of office", "PTO", "Sick day", "Holidays in Crete",
     "Ferie", "Sommerferie", "Urlaub", "Elternzeit", "Congés", "Vacaciones", "Férias", "отпуск", "休暇",
     "🌴 My vacation"],
)  # fmt: skip
def test_whole_days_of_leave_in_several_languages(title: str) -> None:
    assert judged(occurrence(title, all_day=True)).activity is Activity.LEAVE


@pytest.mark.parametrize(
    "title",
    ["Jonas: vacation", "Ingrid Urlaub", "Skoleferie", "Schulferien", "Leave keys with Anna", "Holiday party", "PTOs"],
)
def test_the_leave_of_others_and_what_only_sounds_like_it_is_none(title: str) -> None:
    assert judged(occurrence(title, all_day=True)).activity is Activity.IGNORE


def test_out_of_office_is_leave_by_the_hour_unless_it_is_a_visit_to_somebody() -> None:
    away = occurrence("Dentist", type=EventType.OUT_OF_OFFICE)
    assert judged(away).activity is Activity.LEAVE
    assert (
        judged(occurrence("At the client", JOB, type=EventType.OUT_OF_OFFICE, **WITH_BOB)).activity is Activity.MEETING
    )
    whole = occurrence("Away", JOB, type=EventType.OUT_OF_OFFICE, all_day=True, **WITH_BOB)
    assert judged(whole).activity is Activity.LEAVE


@pytest.mark.parametrize(
    ("event", "meets"),
    [
        ({"online": True}, True),
        ({"organizer": BOB.email}, True),
        ({"organizer": ME}, False),
        ({"organizer": "abc@group.calendar.google.com"}, False),
        ({"attendees": (Attendee(ME),)}, False),
        ({"attendees": (BOB,)}, True),
        ({"attendees": (Attendee("alias@example.org", me=True),)}, False),
    ],
)
def test_who_takes_part(event: dict[str, Any], meets: bool) -> None:
    assert (judged(occurrence(**event)).activity is Activity.MEETING) is meets


def test_one_address_alone_may_be_ones_own_where_nobody_said_what_that_is() -> None:
    unknown: frozenset[str] = frozenset()
    assert judged(occurrence(organizer=ME), addresses=unknown).activity is Activity.UNCLASSIFIED
    assert judged(occurrence(organizer=ME, attendees=(BOB,)), addresses=unknown).activity is Activity.MEETING


def test_busy_without_a_title_is_busy() -> None:
    found = judged(occurrence("", JOB, private=True))
    assert (found.activity, found.busy) == (Activity.ROUTINE, True)


# ---- free, and answers -----------------------------------------------------------------------------------------------


def test_free_is_not_busy_but_keeps_its_activity() -> None:
    found = judged(occurrence("Roadmap", transparent=True, **WITH_BOB))
    assert (found.activity, found.busy) == (Activity.MEETING, False)


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({}, None),
        ({"status": Status.TENTATIVE}, Answer.TENTATIVE),
        ({"organizer": ME, "attendees": (Attendee(ME, Answer.ACCEPTED), BOB)}, None),
        ({"organizer": BOB.email, "attendees": (Attendee(ME),)}, Answer.NEEDS_ACTION),
        ({"organizer": BOB.email, "attendees": (Attendee(ME, Answer.TENTATIVE),)}, Answer.TENTATIVE),
        ({"organizer": BOB.email, "attendees": (Attendee("alias@x.org", Answer.ACCEPTED, me=True),)}, Answer.ACCEPTED),
        ({"attendees": (Attendee(ME, Answer.ACCEPTED),), "status": Status.TENTATIVE}, Answer.ACCEPTED),
    ],
)
def test_the_persons_own_answer(event: dict[str, Any], answer: Answer | None) -> None:
    assert judged(occurrence(**event)).answer is answer


# ---- the person's rules ----------------------------------------------------------------------------------------------

CONDITIONS: dict[str, tuple[dict[str, Any], Occurrence, Occurrence]] = {
    "calendars": ({"calendars": ("work",)}, occurrence(calendar=JOB), occurrence(calendar=LOOSE)),
    "title": ({"title": "1:1|one.to.one"}, occurrence("Weekly ONE to one"), occurrence("Weekly")),
    "categories": ({"categories": ("deep work",)}, occurrence(categories=("Deep Work",)), occurrence()),
    "domains": ({"domains": ("client.com",)}, occurrence(attendees=(EVE,)), occurrence(attendees=(BOB,))),
    "organizer": ({"organizer": "Bob@example.org"}, occurrence(organizer=BOB.email), occurrence(organizer=ME)),
    "types": ({"types": (EventType.FOCUS_TIME,)}, occurrence(type=EventType.FOCUS_TIME), occurrence()),
    "all_day": ({"all_day": True}, occurrence(all_day=True), occurrence()),
    "not all_day": ({"all_day": False}, occurrence(), occurrence(all_day=True)),
    "min_minutes": ({"min_minutes": 60}, occurrence(minutes=60), occurrence(minutes=59)),
    "max_minutes": ({"max_minutes": 60}, occurrence(minutes=60), occurrence(minutes=61)),
    "within": ({"within": Window.parse("08:00-10:00")}, occurrence(start="08:00"), occurrence(start="10:00")),
    "over midnight": ({"within": Window.parse("22:00-02:00")}, occurrence(start="01:59"), occurrence(start="02:00")),
    "weekdays": ({"weekdays": frozenset({0})}, occurrence(day=23), occurrence(day=24)),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_condition_holds_for_one_and_fails_for_another(name: str) -> None:
    conditions, holds, fails = CONDITIONS[name]
    rule = Rule("mine", Activity.ROUTINE, "service", **conditions)
    found = judged(holds, rule)
    assert (found.rule, found.activity, found.area) == ("mine", Activity.ROUTINE, "service")
    assert found.why
    assert judged(fails, rule).rule != "mine"


def test_all_conditions_must_hold_and_the_first_rule_wins() -> None:
    strict = Rule("strict", Activity.FOCUS, title="plan", min_minutes=90)
    loose = Rule("loose", Activity.ROUTINE, title="plan")
    later = Rule("later", Activity.PERSONAL, title="plan")
    assert judged(occurrence("Plan"), strict, loose, later).rule == "loose"
    assert judged(occurrence("Plan", minutes=90), strict, loose, later).rule == "strict"


def test_hours_of_a_rule_are_on_the_persons_clock() -> None:
    rule = Rule("early", Activity.ROUTINE, within=Window.parse("08:00-09:00"))
    away = Whereabouts(ZoneInfo("America/New_York"))
    o = occurrence(start="14:30")  # 08:30 in New York
    assert classify([o], [rule], SOURCES, {ME}, "ada", away)[0].rule == "early"
    assert judged(o, rule).rule != "early"


def test_a_rule_without_conditions_takes_all_but_what_is_certain() -> None:
    everything = Rule("everything", Activity.PERSONAL)
    assert judged(occurrence(), everything).why == "it matches everything"
    assert judged(ours(), everything).activity is Activity.OURS
    assert judged(occurrence(status=Status.CANCELLED), everything).activity is Activity.IGNORE


@pytest.mark.parametrize(
    ("rule", "calendar", "area"),
    [
        (Rule("r", Activity.MEETING), LOOSE, "work"),
        (Rule("r", Activity.MEETING), FAMILY, "family"),
        (Rule("r", Activity.MEETING, "growth"), FAMILY, "growth"),
        (Rule("r", Activity.PERSONAL), LOOSE, ""),
    ],
)
def test_the_area_is_the_rules_else_the_calendars_else_that_of_work(
    rule: Rule, calendar: CalendarId, area: str
) -> None:
    assert judged(occurrence(calendar=calendar), rule).area == area


# ---- explain ---------------------------------------------------------------------------------------------------------


def test_it_says_of_each_rule_why_it_did_not_match_and_why_the_last_did() -> None:
    rules = [
        Rule("one-to-ones", Activity.MEETING, title="1:1", calendars=("work",)),
        Rule("long", Activity.FOCUS, min_minutes=180),
        Rule("client", Activity.MEETING, domains=("client.com",)),
    ]
    tried = explain(occurrence("Roadmap", JOB, **WITH_BOB), rules, SOURCES, {ME}, "ada", WHERE)
    said = {t.rule: t.why for t in tried if not t.matched}
    assert said["one-to-ones"] == 'the title is not like "1:1"'
    assert said["long"] == "shorter than 180 min"
    assert said["client"] == "nobody of client.com"
    assert said["built-in: area"]
    assert [(t.rule, t.why) for t in tried if t.matched] == [("built-in: meeting", "others take part")]
    assert tried[-1].matched


@pytest.mark.parametrize("name", CONDITIONS)
def test_it_agrees_with_classify(name: str) -> None:
    conditions, *both = CONDITIONS[name]
    rule = Rule("mine", Activity.ROUTINE, **conditions)
    for o in both:
        last = explain(o, [rule], SOURCES, {ME}, "ada", WHERE)[-1]
        found = judged(o, rule)
        assert (last.rule, last.matched, last.why) == (found.rule, True, found.why)


def test_five_thousand_are_quick() -> None:
    rules = [Rule(f"rule {n}", Activity.MEETING, title=f"never{n}|nor this{n}") for n in range(8)]
    rules.append(Rule("late", Activity.FOCUS, title="^slides", within=Window.parse("20:00-23:00")))
    many = [occurrence(f"Meeting {n % 97}", (JOB, FAMILY, LOOSE)[n % 3], **WITH_BOB) for n in range(5000)]
    began = time.process_time()
    found = classify(many, rules, SOURCES, frozenset({ME}), "ada", WHERE)
    assert time.process_time() - began < 1  # a fifth of that on an idle machine
    assert len(found) == 5000
    assert not [c for c in found if re.match("rule", c.rule)]
