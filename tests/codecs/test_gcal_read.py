"""What Google Calendar's events say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.codecs import gcal
from timeblock.core.event import (
    Answer,
    Attendee,
    CalendarId,
    Component,
    Decoded,
    Event,
    EventType,
    Mark,
    Occurrence,
    Resource,
    Series,
    Status,
)
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.recurrence import expand

OSLO = ZoneInfo("Europe/Oslo")
HOME = Whereabouts(OSLO)
CALENDAR = CalendarId("work", "me@example.com")
YEAR = Interval(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()))


def at(day: str, clock: str = "09:00") -> dict[str, str]:
    """A time as Google says it, on the clocks of Oslo."""
    return {"dateTime": datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO).isoformat(), "timeZone": OSLO.key}


def item(**said: Any) -> dict[str, Any]:
    """An event of an hour, on Monday at nine."""
    plain = {"kind": "calendar#event", "id": "abcde", "status": "confirmed", "iCalUID": "abcde@google.com"}
    return {**plain, "start": at("2026-11-23"), "end": at("2026-11-23", "10:00"), **said}


def decode(said: object) -> Decoded:
    return gcal.decode(Resource(CALENDAR, "abcde", '"1"', json.dumps(said)))


def series(said: object) -> Series:
    decoded = decode(said)
    assert decoded.set_aside == ()
    [found] = decoded.series
    return found


def component(**said: Any) -> Component:
    master = series(item(**said)).master
    assert master is not None
    return master


def event(**said: Any) -> Event:
    return component(**said).event


def days(said: object) -> list[str]:
    """When the occurrences of 2026 begin, in Oslo."""
    return [f"{datetime.fromtimestamp(o.interval.start, OSLO):%m-%d %H:%M}" for o in occurrences(said)]


def occurrences(said: object) -> tuple[Occurrence, ...]:
    return expand(series(said), YEAR, HOME).occurrences


def weekly(**said: Any) -> dict[str, Any]:
    """Four Mondays at nine, the first on 12 October; the clocks change after the second."""
    times = {"start": at("2026-10-12"), "end": at("2026-10-12", "10:00")}
    return item(**times, **{"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"], **said})


def exception(original: str, **said: Any) -> dict[str, Any]:
    """What stands for the instance of that day instead."""
    name = f"abcde_{original.replace('-', '')}T080000Z"
    return item(id=name, recurringEventId="abcde", originalStartTime=at(original), **said)


# --- When -------------------------------------------------------------------------------------------------------------


def test_a_moment_is_on_the_clocks_of_its_zone() -> None:
    assert component().start == datetime(2026, 11, 23, 9, tzinfo=OSLO)
    assert component().end == datetime(2026, 11, 23, 10, tzinfo=OSLO)


@pytest.mark.parametrize(
    "said",
    [
        {"dateTime": "2026-11-23T09:00:00+01:00"},
        {"dateTime": "2026-11-23T08:00:00Z"},
        {"dateTime": "2026-11-23T09:00:00", "timeZone": "Europe/Oslo"},
        {"dateTime": "2026-11-23T03:00:00-05:00", "timeZone": "Europe/Oslo"},
        {"dateTime": "2026-11-23T08:00:00.000Z", "timeZone": "Moon/Tranquility"},
    ],
)
def test_every_way_to_say_a_moment_is_the_same_moment(said: dict[str, str]) -> None:
    start = component(start=said).start
    assert isinstance(start, datetime)
    assert start.timestamp() == datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()


def test_whole_days_end_before_the_day_that_is_named_as_the_end() -> None:
    [whole] = occurrences(item(start={"date": "2026-11-23"}, end={"date": "2026-11-25"}))
    assert whole.all_day
    assert whole.interval.minutes == 2 * 24 * 60


@pytest.mark.parametrize(
    ("start", "minutes"), [({"date": "2026-11-23"}, 24 * 60), ({"dateTime": "2026-11-23T08:00:00Z"}, 1)]
)
def test_an_event_without_an_end_has_a_day_or_its_moment(start: dict[str, str], minutes: int) -> None:
    said = item(start=start, endTimeUnspecified=True)
    del said["end"]
    assert [o.interval.minutes for o in occurrences(said)] == [minutes]


# --- Series -----------------------------------------------------------------------------------------------------------


def test_a_series_keeps_its_clock_time_when_the_clocks_change() -> None:
    assert days(weekly()) == ["10-12 09:00", "10-19 09:00", "10-26 09:00", "11-02 09:00"]


def test_single_days_are_taken_out_and_put_in() -> None:
    lines = ["EXDATE;TZID=Europe/Oslo:20261019T090000", "RDATE;TZID=Europe/Oslo:20261113T140000"]
    said = weekly(recurrence=["RRULE:FREQ=WEEKLY;COUNT=4", *lines])
    assert days(said) == ["10-12 09:00", "10-26 09:00", "11-02 09:00", "11-13 14:00"]


def test_whole_days_recur_as_days() -> None:
    said = item(
        start={"date": "2026-10-12"},
        end={"date": "2026-10-13"},
        recurrence=["EXDATE;VALUE=DATE:20261013", "RRULE:FREQ=DAILY;UNTIL=20261014"],
    )
    assert days(said) == ["10-12 00:00", "10-14 00:00"]


def test_a_moved_instance_stands_where_it_was_moved_to() -> None:
    moved = exception("2026-10-26", start=at("2026-10-27", "15:00"), end=at("2026-10-27", "16:30"), summary="Later")
    said = {"items": [weekly(summary="Standup"), moved]}
    assert days(said) == ["10-12 09:00", "10-19 09:00", "10-27 15:00", "11-02 09:00"]
    assert [o.event.summary for o in occurrences(said)] == ["Standup", "Standup", "Later", "Standup"]


def test_a_cancelled_instance_is_a_hole_though_nothing_but_its_name_is_told() -> None:
    hole = {"id": "abcde_20261019T070000Z", "status": "cancelled", "recurringEventId": "abcde"}
    said = {"items": [weekly(), {**hole, "originalStartTime": at("2026-10-19")}]}
    assert days(said) == ["10-12 09:00", "10-26 09:00", "11-02 09:00"]


def test_an_invitation_to_single_instances_has_no_series_behind_it() -> None:
    said = exception("2026-10-26", start=at("2026-10-26", "11:00"), end=at("2026-10-26", "12:00"))
    assert series(said).master is None
    assert days(said) == ["10-26 11:00"]


def test_of_a_series_one_broken_exception_is_set_aside_and_the_rest_stands() -> None:
    broken = exception("2026-10-26", start={"dateTime": "soon"})
    decoded = decode({"items": [weekly(), broken]})
    assert [aside.reason for aside in decoded.set_aside] == ["its start is no date"]
    assert len(expand(decoded.series[0], YEAR, HOME).occurrences) == 4


def test_a_recurrence_without_end_in_length_is_set_aside() -> None:
    decoded = decode(weekly(recurrence=["EXDATE:" + "20261019T090000Z," * 10_000]))
    assert decoded.series == ()
    assert [aside.reason for aside in decoded.set_aside] == ["its recurrence is too long to be read"]


def test_a_line_of_recurrence_can_say_nothing_but_recurrence() -> None:
    decoded = decode(
        weekly(recurrence=["RRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Other\nEND:VEVENT\nBEGIN:VEVENT\nUID:other"])
    )
    assert [(found.key.uid, found.master and found.master.event.summary) for found in decoded.series] == [
        ("abcde@google.com", "")
    ]


# --- What it says -----------------------------------------------------------------------------------------------------


def test_what_is_not_said_has_its_default() -> None:
    assert (event().summary, event().transparent, event().private, event().online) == ("", False, False, False)
    assert (event().status, event().type) == (Status.CONFIRMED, EventType.DEFAULT)


@pytest.mark.parametrize(
    ("said", "kind", "transparent"),
    [
        ("default", EventType.DEFAULT, False),
        ("focusTime", EventType.FOCUS_TIME, False),
        ("outOfOffice", EventType.OUT_OF_OFFICE, False),
        ("workingLocation", EventType.WORKING_LOCATION, True),
        ("birthday", EventType.BIRTHDAY, True),
        ("fromGmail", EventType.DEFAULT, False),
        ("somethingNew", EventType.DEFAULT, False),
    ],
)
def test_kinds_of_event(said: str, kind: EventType, transparent: bool) -> None:
    assert (event(eventType=said).type, event(eventType=said).transparent) == (kind, transparent)


def test_tentative_free_and_private_are_told() -> None:
    told = event(status="tentative", transparency="transparent", visibility="confidential")
    assert (told.status, told.transparent, told.private) == (Status.TENTATIVE, True, True)


def test_a_private_event_of_somebody_else_is_busy_without_a_title() -> None:
    told = event(visibility="private")
    assert (told.summary, told.transparent, told.private) == ("", False, True)


def test_guests_have_answered_each_in_their_way() -> None:
    guests = [
        {"email": "Me@Example.com", "self": True, "responseStatus": "declined"},
        {"email": "kim@example.com", "responseStatus": "needsAction", "organizer": True},
        {"email": "bo@example.com", "responseStatus": "tentative"},
        {"email": "room@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"},
    ]
    told = event(attendees=guests, organizer={"email": "Kim@example.com"})
    assert told.organizer == "kim@example.com"
    assert told.attendees == (
        Attendee("me@example.com", Answer.DECLINED, me=True),
        Attendee("kim@example.com", Answer.NEEDS_ACTION),
        Attendee("bo@example.com", Answer.TENTATIVE),
        Attendee("room@resource.calendar.google.com", Answer.ACCEPTED),
    )


def test_who_invites_others_takes_part() -> None:
    me = {"email": "me@example.com", "self": True}
    told = event(attendees=[{"email": "kim@example.com"}], organizer=me)
    assert Attendee("me@example.com", Answer.ACCEPTED, me=True) in told.attendees


def test_an_event_of_ones_own_has_no_organizer() -> None:
    assert event(organizer={"email": "me@example.com", "self": True}).organizer == ""
    assert event(organizer={"email": "team@group.calendar.google.com"}).organizer == "team@group.calendar.google.com"


@pytest.mark.parametrize(
    "said",
    [
        {"hangoutLink": "https://meet.google.com/abc"},
        {"conferenceData": {"entryPoints": [{"entryPointType": "video"}]}},
        {"location": "https://example.zoom.us/j/1"},
        {"description": '<a href="https://teams.microsoft.com/l/1">Join</a>'},
    ],
)
def test_a_meeting_one_can_join_from_afar_is_online(said: dict[str, Any]) -> None:
    assert event(**said).online


# --- Whose it is ------------------------------------------------------------------------------------------------------

MARK = {"extendedProperties": {"private": {"timeblock-key": "lunch/2026-11-23/1;2", "timeblock-hash": "f00d"}}}


def test_an_event_of_ours_goes_by_the_id_that_we_chose() -> None:
    found = series(item(**MARK))
    assert found.key.uid == "abcde"
    assert found.master is not None
    assert found.master.event.mark == Mark("lunch/2026-11-23/1", 2, "f00d")


def test_an_event_of_others_goes_by_the_uid_that_other_calendars_know_it_by() -> None:
    assert series(item()).key.uid == "abcde@google.com"
    assert series(item(iCalUID="meeting@example.com")).key.uid == "meeting@example.com"


def test_a_copy_of_ours_goes_by_another_id() -> None:
    assert series(item(id="copy1", iCalUID="copy1@google.com", **MARK)).key.uid == "copy1"
    assert series(item(iCalUID="imported@example.com", **MARK)).key.uid == "imported@example.com"


@pytest.mark.parametrize("name", ["lunch", "lunch;", ";1", "lunch;-1", "lunch;1.5", "lunch;" + "9" * 30])
def test_what_is_no_mark_is_none(name: str) -> None:
    assert event(extendedProperties={"private": {"timeblock-key": name}}).mark is None


# --- Bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '"text"', '{"items": []}', '{"items": [1]}', "[" * 100_000])
def test_what_is_no_event_is_set_aside(body: str) -> None:
    decoded = gcal.decode(Resource(CALENDAR, "abcde", '"1"', body))
    assert decoded.series == ()
    assert [aside.reason for aside in decoded.set_aside] == ["it is no event of Google Calendar"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("9999-12-31T23:59:59-12:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*item(), "date", "self"]), inner),
    max_leaves=10,
)
NAMES = ["start", "end", "attendees", "organizer", "recurrence", "recurringEventId", "originalStartTime", "id"]
NAMES += ["iCalUID", "extendedProperties", "conferenceData", "status", "summary", "eventType", "items"]


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_whatever_stands_in_a_field_nothing_raises(said: dict[str, Any]) -> None:
    decoded = decode(item(**said))
    assert decoded.series or decoded.set_aside
    for found in decoded.series:
        expand(found, YEAR, HOME)


def test_when_it_was_made() -> None:
    assert event(created="2026-11-01T08:00:00.000Z").created == 1_793_520_000
    assert event(created="0000-12-31T00:00:00.000Z").created is None
    assert event().created is None
