"""Sessions from traces, what they add to each basis of work, and what is not known of sent mail."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.weeks import at, event, facts, measured, person
from timeblock.core.interval import MINUTE, Spans
from timeblock.core.scope import Facts
from timeblock.core.traces import GAP, LEAST, Coverage, Trace, sessions

WEEK = "2026-W48"
BEFORE, AFTER = at("2026-08-03 10:00"), at("2026-12-20 10:00")


def mail(*clocks: str, source: str = "mail") -> tuple[Trace, ...]:
    return tuple(Trace(at(clock), at(clock), "mail", source) for clock in clocks)


def active(start: str, end: str) -> Trace:
    return Trace(at(start), at(f"{start[:10]} {end}"), "activity", "laptop")


def told(traces: tuple[Trace, ...]) -> list[tuple[int, tuple[str, ...]]]:
    return [(s.interval.seconds // MINUTE, s.sources) for s in sessions(traces)]


def week_of(*traces: Trace, basis: str = "schedule", **more: Any) -> Facts:
    """A week of one meeting, with traces of mail that are known for the whole of it."""
    known = {"coverage": (Coverage("mail", True, BEFORE, AFTER),), **more}
    found = facts(person(basis=basis), event("2026-11-23 16:30", "17:30"), traces=tuple(sorted(traces)), **known)
    return replace(found, now=more.get("now", AFTER))


# ---- sessions --------------------------------------------------------------------------------------------------------


def test_messages_half_an_hour_apart_are_one_session_and_a_minute_more_makes_two() -> None:
    assert told(mail("2026-11-23 20:00", "2026-11-23 20:30")) == [(30, ("mail",))]
    assert told(mail("2026-11-23 20:00", "2026-11-23 20:31")) == [(5, ("mail",)), (5, ("mail",))]


def test_a_lone_message_is_the_five_minutes_before_it_was_sent() -> None:
    (lone,) = sessions(mail("2026-11-23 20:00"))
    assert (lone.interval.start, lone.interval.end) == (at("2026-11-23 19:55"), at("2026-11-23 20:00"))


def test_mail_and_activity_near_each_other_are_one_session_of_both_sources() -> None:
    traces = (*mail("2026-11-23 22:20"), active("2026-11-23 20:00", "22:00"), active("2026-11-23 20:30", "21:00"))
    assert told(traces) == [(140, ("laptop", "mail"))]


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 9_000)), max_size=30))
def test_sessions_hold_every_trace_and_lie_well_apart(drawn: list[tuple[int, int]]) -> None:
    traces = [Trace(start, start + long, "activity", "laptop") for start, long in drawn]
    found = [s.interval for s in sessions(traces)]
    assert all(any(i.start <= t.start and t.end <= i.end for i in found) for t in traces)
    assert all(i.seconds >= LEAST for i in found)
    assert all(b.start - a.end > GAP - LEAST for a, b in pairwise(found))
    assert Spans.of(found).intervals == tuple(found)


# ---- what they add ---------------------------------------------------------------------------------------------------


def test_a_session_in_the_evening_is_work_after_hours_and_one_in_the_window_adds_nothing() -> None:
    day, evening = active("2026-11-24 10:00", "12:00"), active("2026-11-24 20:00", "21:00")
    without, found = measured(week_of(), WEEK), measured(week_of(day, evening), WEEK)
    assert (without["work"].value, found["work"].value) == (2430, 2490)
    assert (without["after_hours"].value, found["after_hours"].value) == (30, 90)
    assert found["after_hours_touches"].value == 2


def test_by_events_sessions_are_told_and_not_added() -> None:
    found = measured(week_of(active("2026-11-24 20:00", "21:00"), basis="events"), WEEK)
    assert (found["work"].value, found["after_hours"].value) == (60, 30)
    assert "60 min more by sent mail and activity" in found["work"].detail


def test_what_a_meeting_took_already_is_not_counted_twice() -> None:
    found = measured(week_of(active("2026-11-23 17:00", "18:00")), WEEK)["after_hours"]
    assert found.value == 60
    assert [e.minutes for e in found.evidence] == [30]
    assert [(m.minutes, m.sources) for m in found.moments] == [(30, ("laptop",))]


def test_a_session_over_midnight_belongs_to_both_weeks() -> None:
    night = Trace(at("2026-11-29 23:30"), at("2026-11-30 00:30"), "activity", "laptop")
    found = week_of(night)
    assert measured(found, WEEK)["weekend_work"].value == measured(found, "2026-W49")["after_hours"].value == 30


# ---- after_hours_emails ----------------------------------------------------------------------------------------------


def test_messages_outside_the_window_are_counted_and_listed_by_their_times_alone() -> None:
    sent = mail("2026-11-24 08:59", "2026-11-24 09:00", "2026-11-24 16:59", "2026-11-24 17:00", "2026-11-28 12:00")
    found = measured(week_of(*sent, active("2026-11-24 20:00", "21:00")), WEEK)["after_hours_emails"]
    assert (found.value, found.detail, found.evidence) == (3, "of 5 sent", ())
    assert [m.start for m in found.moments] == [at("2026-11-24 08:59"), at("2026-11-24 17:00"), at("2026-11-28 12:00")]


def test_a_known_week_without_messages_is_zero() -> None:
    assert measured(week_of(), WEEK)["after_hours_emails"].value == 0


READ_LATE = Coverage("mail", True, BEFORE, at("2026-11-27 10:00"))


@pytest.mark.parametrize(
    ("coverage", "now", "missing"),
    [
        ((), AFTER, "[[evidence]]"),
        ((Coverage("laptop", False, BEFORE, AFTER),), AFTER, "[[evidence]]"),
        ((Coverage("mail", True),), AFTER, "mail: was never read"),
        ((Coverage("mail", True, problem="mail.example is away"),), AFTER, "mail: mail.example is away"),
        ((Coverage("mail", True, None, AFTER),), AFTER, "mail: no sent mail was found"),
        ((Coverage("mail", True, at("2026-11-24 09:00"), AFTER),), AFTER, "no mail is known before Tue 24 Nov 2026"),
        ((READ_LATE,), AFTER, "known until Fri 27 Nov 2026 only"),
        ((replace(READ_LATE, problem="away"),), at("2026-11-27 11:00"), "mail: away"),
        ((READ_LATE,), at("2026-11-28 11:00"), "known until Fri 27 Nov 2026 only"),
        ((READ_LATE,), at("2026-11-22 11:00"), "has not come yet"),
        ((Coverage("a", True, BEFORE, AFTER), replace(READ_LATE, source="b")), AFTER, "b: known until"),
    ],
)
def test_what_no_source_tells_is_unknown(coverage: tuple[Coverage, ...], now: int, missing: str) -> None:
    found = measured(week_of(coverage=coverage, now=now), WEEK)["after_hours_emails"]
    assert found.value is None
    assert missing in found.missing


@pytest.mark.parametrize(
    ("coverage", "now"),
    [
        (READ_LATE, at("2026-11-27 11:00")),
        (replace(READ_LATE, since=at("2026-11-23 12:00")), at("2026-11-27 11:00")),
        (replace(READ_LATE, until=AFTER, problem="away since"), AFTER),
    ],
    ids=["a week that runs", "from the first day on", "read through before it failed"],
)
def test_what_was_read_stays_known(coverage: Coverage, now: int) -> None:
    found = week_of(*mail("2026-11-24 21:00"), coverage=(coverage,), now=now)
    assert measured(found, WEEK)["after_hours_emails"].value == 1


def test_it_needs_no_calendar() -> None:
    found = replace(week_of(*mail("2026-11-24 21:00")), classified=(), known=None)
    assert measured(found, WEEK)["after_hours_emails"].value == 1
    assert measured(found, WEEK)["work"].value is None
