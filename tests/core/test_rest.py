"""Rules of rest: for each an example that keeps it and one that breaks it, with the ends, the figure and the fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.core.oracle import WORK, Oracle, minutes_of, runs
from tests.core.test_measures import lives
from tests.core.weeks import at, block, days_off, event, facts, person
from timeblock.core.classify import Activity, Classified
from timeblock.core.hours import working_hours
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.rest import Breach, Relief, check, compensation
from timeblock.core.rest_rules import PROFILES, Rule
from timeblock.core.scope import Facts, Scope
from timeblock.core.traces import Trace

WEEK = Week(2026, 48)
RULES = {rule.name: rule for rules in PROFILES.values() for rule in rules}
LONG = Interval(at("2025-12-20 00:00"), at("2027-01-20 00:00"))
SOME = event("2026-11-25 10:00", "11:00")


def found(rule: str, *items: Classified, who: Any = None, week: Week = WEEK, **more: Any) -> tuple[Breach, ...]:
    life = facts(who or person(), SOME, *items, known=LONG, **more)
    checked = check(life, [RULES[rule]], [week])
    assert not checked.unknown
    return checked.breaches


# ---- daily rest ------------------------------------------------------------------------------------------------------


def test_eleven_hours_between_two_days_are_enough() -> None:
    assert found("eu.daily-rest", event("2026-11-23 20:00", "22:00")) == ()


def test_a_late_evening_before_the_working_hours_lets_the_day_begin_later() -> None:
    (breach,) = found("eu.daily-rest", event("2026-11-23 20:00", "23:30", title="Release"))
    assert breach.value == 9.5 * 60
    assert breach.before is not None
    assert breach.after is not None
    assert (breach.before.title, breach.after.title, breach.after.interval) == ("Release", "your working hours", None)
    assert (breach.fix.text, breach.fix.start) == ("begin at Tue 24 Nov 10:30", at("2026-11-24 10:30"))


def test_between_two_events_the_shorter_is_asked_about() -> None:
    call = event("2026-11-24 07:00", "07:30", title="Call with Tokyo")
    (breach,) = found("eu.daily-rest", event("2026-11-23 20:00", "22:00"), call)
    assert breach.value == 9 * 60
    assert breach.fix.text == 'begin at Tue 24 Nov 09:00, or ask whether "Call with Tokyo" can begin 2:00 h later'


def test_a_block_of_ours_is_what_moves() -> None:
    own = block("mail/2026-W48/1", "2026-11-23 21:00", "22:30", "work", kind="batch")
    (breach,) = found("eu.daily-rest", blocks=(own,))
    assert breach.before is not None
    assert (breach.before.key, breach.fix.block) == ("mail/2026-W48/1", "mail/2026-W48/1")
    dinner = block("dinner/2026-W48/1", "2026-11-23 21:00", "22:30")
    assert found("eu.daily-rest", blocks=(dinner,)) == ()


# ---- weekly rest -----------------------------------------------------------------------------------------------------

WHOLE_WEEK = (("09:00-17:00",),) * 7


def test_a_weekend_is_enough_and_so_is_a_sunday() -> None:
    assert found("eu.weekly-rest") == ()
    assert found("eu.weekly-rest", event("2026-11-28 09:00", "18:00")) == ()  # Saturday 18:00 to Monday 9:00 is 39 h


def test_work_on_both_days_of_the_weekend_names_the_least_to_give_up() -> None:
    items = event("2026-11-28 09:00", "18:00"), event("2026-11-29 20:00", "21:00", title="Deploy", uid="d")
    (breach,) = found("eu.weekly-rest", *items)
    assert breach.value == 26 * 60  # Saturday 18:00 to Sunday 20:00; Friday 17:00 to Saturday 9:00 is 16 h
    assert breach.after is not None
    assert breach.after.title == "Deploy"
    assert breach.fix.text == 'without the 1:00 h of work from Sun 29 Nov 20:00 it would do: ask about "Deploy"'


def test_the_weekend_before_is_not_this_weeks_rest() -> None:
    (breach,) = found("eu.weekly-rest", who=person(WHOLE_WEEK))
    assert breach.value == 16 * 60
    assert breach.fix.text.endswith("it would do: take that day off")


def test_a_rest_that_goes_on_where_calendars_end_is_not_judged() -> None:
    life = facts(person(WHOLE_WEEK), SOME, known=Interval(at("2026-11-01 00:00"), at("2026-11-29 23:00")))
    checked = check(life, [RULES["eu.weekly-rest"]], [WEEK])
    assert checked.breaches == ()
    assert checked.unknown[0].missing == "the calendars that were read end before the rest of that week does"


# ---- breaks ----------------------------------------------------------------------------------------------------------


def test_twenty_minutes_make_a_break_and_nineteen_do_not() -> None:
    morning = event("2026-11-23 09:00", "13:00", title="Workshop")
    assert found("eu.break", morning, event("2026-11-23 13:20", "16:00")) == ()
    (breach,) = found("eu.break", morning, event("2026-11-23 13:19", "16:00", title="Review"))
    assert breach.value == 7 * 60
    assert [side.title for side in (breach.before, breach.after) if side] == ["Workshop", "Review"]
    assert breach.fix.text.endswith("before Mon 23 Nov 15:00")


def test_of_breaks_inside_one_long_event_a_calendar_knows_nothing() -> None:
    assert found("eu.break", event("2026-11-23 08:00", "17:00")) == ()


# ---- sums ------------------------------------------------------------------------------------------------------------


def test_over_55_hours_a_week_is_an_alert_that_breaks_nothing() -> None:
    evenings = [event(f"2026-11-{day} 18:00", "21:00", title=f"Late {day}") for day in (23, 24, 25, 26, 27)]
    assert found("who.long-week", *evenings) == ()  # 40 + 15 = 55
    life = facts(person(), *evenings, event("2026-11-28 09:00", "10:00"))
    checked = check(life, [RULES["who.long-week"]], [WEEK])
    assert checked.breaches[0].value == 56 * 60
    assert not checked.broken
    assert checked.breaches[0].fix.text == 'work 1:00 h less, beginning with "Late 23"'


def test_the_average_week_is_taken_over_the_reference_period() -> None:
    who = replace(person(), reference_weeks=4)
    evenings = [event(f"2026-11-{day:02} 17:00", "22:00") for day in (3, 10, 17, 24)]
    assert found("eu.average-week", *evenings, who=who) == ()  # 40 and 5 a week
    more = [event(f"2026-11-{day:02} 17:00", "21:00") for day in (4, 11, 18, 25)]
    (breach,) = found("eu.average-week", *evenings, *more, who=who)
    assert breach.value == pytest.approx(49 * 60)
    assert breach.fix.text.startswith("work 4:00 h less over the next 4 weeks")


def test_overtime_is_what_passes_the_legal_day_and_then_the_legal_week() -> None:
    """Eight a day and 40 a week: five evenings of 4 h make 20; Saturday's 5 h come on top of 40: 25 a week."""
    days = [d for monday in (2, 9) for d in range(monday, monday + 5)]
    evenings = [event(f"2026-11-{day:02} 17:00", "21:00") for day in days]
    saturdays = [event(f"2026-11-{day:02} 10:00", "15:00") for day in (7, 14)]
    two = {"week": Week(2026, 46)}
    (breach,) = found("japan.overtime-month", *evenings, *saturdays, **two)
    assert breach.value == 50 * 60
    assert breach.span.start == at("2026-11-01 00:00")
    assert found("japan.overtime-month", *evenings, saturdays[0], **two) == ()  # 45
    assert found("japan.overtime-month", *evenings, *saturdays, week=Week(2026, 45)) == ()  # 25 by then
    assert found("japan.overtime-year", *evenings, *saturdays, **two) == ()


def test_a_month_over_its_limit_is_told_once_as_it_stands_in_the_last_week() -> None:
    evenings = [event(f"2026-11-{day:02} 17:00", "23:00") for day in (*range(2, 7), *range(9, 14), *range(16, 21))]
    life = facts(person(), *evenings, known=LONG)
    checked = check(life, [RULES["japan.overtime-month"]], [Week(2026, n) for n in (46, 47)])
    assert [breach.value for breach in checked.breaches] == [90 * 60]


def test_leave_that_can_no_longer_be_taken_breaks_the_four_weeks() -> None:
    last = {"week": Week(2026, 52)}  # to 27 December; four working days are left of the year
    assert found("eu.leave", days_off("2026-07-06", 19), days_off("2026-09-07", 1), **last) == ()  # 15 + 1 + 4
    (breach,) = found("eu.leave", days_off("2026-07-06", 19), **last)
    assert breach.value == 3
    assert breach.fix.text == "take 5 more days; 4 working days are left"


# ---- what is known ---------------------------------------------------------------------------------------------------


def test_what_is_not_known_is_not_judged() -> None:
    life = facts(person(), SOME)
    checked = check(life, [RULES["eu.daily-rest"], RULES["eu.leave"]], [WEEK, Week(2027, 10)])
    assert [(u.rule.name, u.week.number) for u in checked.unknown] == [
        ("eu.leave", 48), ("eu.daily-rest", 10), ("eu.leave", 10),
    ]  # fmt: skip
    assert all(u.missing for u in checked.unknown)
    assert not checked.broken


def test_without_a_calendar_of_work_nothing_is_judged() -> None:
    own = block("mail/2026-W48/1", "2026-11-23 21:00", "22:30", "work", kind="batch")
    life = facts(person(), event("2026-11-25 10:00", "11:00", Activity.PERSONAL), blocks=(own,))
    checked = check(life, PROFILES["eu"][:1], [WEEK])
    assert checked.breaches == ()
    assert "no event counts as work" in checked.unknown[0].missing


def test_of_mail_in_the_night_nobody_is_asked() -> None:
    late = Trace(at("2026-11-23 23:00"), at("2026-11-23 23:00"), "mail", "sent folder")
    (breach,) = found("eu.daily-rest", traces=(late,))
    assert breach.before is not None
    assert (breach.before.title, breach.before.interval) == ("sent mail or activity (sent folder)", None)
    assert breach.fix.text == "begin at Tue 24 Nov 10:00"


def test_a_week_to_come_is_judged_by_what_stands_in_it() -> None:
    life = facts(person(), event("2026-11-26 20:00", "23:30"), now=at("2026-11-20 09:00"))
    assert check(life, PROFILES["eu"][:1], [WEEK]).broken


def test_rules_of_ones_own() -> None:
    own = Rule("long nights", "daily-rest", 17 * 60, "my doctor")
    life = facts(person(), SOME)
    assert len(check(life, [own], [WEEK]).breaches) == 4  # 16 hours between the days of a working week


@pytest.mark.parametrize("name", RULES)
def test_each_rule_has_a_source_and_a_name_of_its_profile(name: str) -> None:
    rule = RULES[name]
    assert name in {r.name for r in PROFILES[name.partition(".")[0]]}
    assert any(c.isdigit() for c in rule.source)
    assert rule.limit > 0


# ---- what is asked of the planner ------------------------------------------------------------------------------------


def reliefs(*items: Classified, who: Any = None) -> tuple[Relief, ...]:
    life: Facts = facts(who or person(), SOME, *items)
    return compensation(Scope(life, life.person.where.week(WEEK)))


def test_a_late_evening_asks_for_a_later_start() -> None:
    (relief,) = reliefs(event("2026-11-23 20:00", "22:30"))
    assert relief.on == date(2026, 11, 24)
    assert relief.keep == Interval(at("2026-11-24 09:00"), at("2026-11-24 09:30"))
    assert relief.why == "work on Mon 23 Nov went on until 22:30"


def test_what_was_worked_in_the_night_is_slept_after_it() -> None:
    """22:30 to 01:30 of a night that ends at 06:30: rested at 12:30 by the eleven hours, at 9:30 by the night."""
    (relief,) = reliefs(event("2026-11-23 22:00", "2026-11-24 01:30"))
    assert relief.keep.end == at("2026-11-24 12:30")
    early = person((("06:00-14:00",),) * 5 + ((), ()), night=person().night)
    (relief,) = reliefs(event("2026-11-23 18:00", "19:30"), who=early)
    assert relief.keep == Interval(at("2026-11-24 06:00"), at("2026-11-24 06:30"))


def test_no_more_than_the_working_hours_are_kept_free_and_nothing_of_a_day_off() -> None:
    (relief,) = reliefs(event("2026-11-23 22:00", "2026-11-24 08:30"))
    assert relief.keep == Interval(at("2026-11-24 09:00"), at("2026-11-24 17:00"))
    assert reliefs(event("2026-11-27 20:00", "23:30")) == ()
    assert reliefs(event("2026-11-23 20:00", "23:30"), days_off("2026-11-24", 1)) == ()


def test_a_night_that_work_broke_is_slept_on() -> None:
    """Two hours of a night that ends at 06:30: rested at 08:30, before the office; four and a half: at eleven."""
    assert reliefs(event("2026-11-24 02:00", "04:00")) == ()
    (relief,) = reliefs(event("2026-11-24 01:00", "05:30"))
    assert relief.keep == Interval(at("2026-11-24 09:00"), at("2026-11-24 11:00"))
    assert relief.why == "work went on in the night to Tue 24 Nov, for 270 min"


def test_an_ordinary_evening_asks_for_nothing() -> None:
    assert reliefs(event("2026-11-23 18:00", "20:00")) == ()


# ---- random weeks ----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives())
def test_short_nights_and_long_stretches_are_those_that_counting_minutes_finds(life: tuple[Facts, date]) -> None:
    found, monday = replace(life[0], blocks=()), life[1]
    oracle = Oracle(found, monday)
    breaches = check(found, PROFILES["eu"][:2], [Week.of(monday)]).breaches
    nights = [b.value for b in breaches if b.rule.about == "daily-rest"]
    assert sorted(nights) == sorted(gap for gap in oracle.gaps() if gap < 11 * 60)
    singles = [set(minutes_of(c.occurrence.interval)) for c in oracle.events(*WORK)]
    long = [(f, e) for f, e in runs(oracle.busy & oracle.week, 20) if e - f > 6 * 60]
    several = [e - f for f, e in long if not any(set(range(f, e)) <= single for single in singles)]
    assert sorted(b.value for b in breaches if b.rule.about == "break") == sorted(several)


@settings(max_examples=40, deadline=None)
@given(lives())
def test_whatever_the_week_every_rule_can_be_held_against_it(life: tuple[Facts, date]) -> None:
    found, monday = life
    checked = check(found, list(RULES.values()), [Week.of(monday)])
    for breach in checked.breaches:
        within = breach.value < breach.rule.limit if breach.rule.about != "leave" else breach.value < 4
        assert within is breach.rule.at_least
        assert breach.fix.text
    for relief in compensation(Scope(found, found.person.where.week(Week.of(monday)))):
        first = working_hours(found.person, relief.on).intervals[0]
        assert relief.keep.start == first.start
