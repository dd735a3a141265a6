"""The judge itself: it lets pass what Google's description allows, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.google.discovery import Method, answer_faults, method, request_faults

TIME = {"dateTime": "2026-11-23T09:00:00+01:00", "timeZone": "Europe/Oslo"}
EVENT: dict[str, Any] = {"start": TIME, "end": TIME}


def called(verb: str, path: str) -> Method:
    found = method(verb, f"/calendar/v3/{path}")
    assert found is not None
    return found


INSERT = called("POST", "calendars/me%40example.com/events")
LIST = called("GET", "calendars/me/events")
DELETE = called("DELETE", "calendars/me/events/abcde")


def test_a_request_is_known_by_its_verb_and_address() -> None:
    assert (INSERT.id, INSERT.path) == ("calendar.events.insert", {"calendarId": "me@example.com"})
    assert DELETE.path == {"calendarId": "me", "eventId": "abcde"}
    assert called("GET", "users/me/calendarList/primary").id == "calendar.calendarList.get"


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/calendar/v3/calendars/me"),
        ("GET", "/calendars/me/events"),
        ("GET", "/calendar/v3/calendars/a/b/events"),
    ],
)
def test_there_is_no_other_request(verb: str, path: str) -> None:
    assert method(verb, path) is None


def test_what_is_described_passes() -> None:
    private = {"timeblock-key": "lunch/1;0"}
    full = {**EVENT, "id": "abcde", "reminders": {"useDefault": False}, "extendedProperties": {"private": private}}
    assert request_faults(INSERT, [("sendUpdates", "none"), ("alt", "json")], full) == []
    assert request_faults(LIST, [("maxResults", "2500"), ("showDeleted", "true"), ("syncToken", "x")], None) == []
    assert request_faults(LIST, [("eventTypes", "default"), ("eventTypes", "focusTime")], None) == []
    assert request_faults(DELETE, [("sendUpdates", "none")], None) == []
    assert answer_faults(LIST, {"kind": "calendar#events", "items": [full]}) == []
    assert answer_faults(DELETE, None) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sumary": "Lunch"}, "body has no field sumary"),
        ({"summary": 1}, "body.summary is 1, no string"),
        ({"start": {"dateTime": "2026-11-23T09:00:00"}}, "body.start.dateTime is '2026-11-23T09:00:00', no date-time"),
        ({"start": {"date": "23.11.2026"}}, "body.start.date is '23.11.2026', no date"),
        ({"start": {"datetime": "x"}}, "body.start has no field datetime"),
        ({"attendees": {}}, "body.attendees is {}, no array"),
        ({"attendees": [{"email": None}]}, "body.attendees[0].email is None, no string"),
        ({"extendedProperties": {"private": {"n": 1}}}, "body.extendedProperties.private.n is 1, no string"),
        ({"sequence": 2**31}, "body.sequence is 2147483648, beyond 32 bits"),
        ({"sequence": True}, "body.sequence is True, no integer"),
        ({"locked": "true"}, "body.locked is 'true', no boolean"),
        ({"recurrence": "RRULE:FREQ=DAILY"}, "body.recurrence is 'RRULE:FREQ=DAILY', no array"),
    ],
)
def test_a_body_with_a_fault_does_not_pass(changes: dict[str, Any], fault: str) -> None:
    assert request_faults(INSERT, [], {**EVENT, **changes}) == [fault]
    assert answer_faults(INSERT, {**EVENT, **changes}) == [fault]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (("sendUpdate", "none"), "calendar.events.list has no parameter sendUpdate"),
        (("calendarId", "me"), "calendar.events.list has no parameter calendarId"),
        (("maxResults", "0"), "maxResults is '0', not a number from 1 to 2147483647"),
        (("maxResults", "many"), "maxResults is 'many', not a number from 1 to 2147483647"),
        (("showDeleted", "True"), "showDeleted is 'True', neither true nor false"),
        (("orderBy", "name"), "orderBy is 'name', none of startTime, updated"),
        (("timeMin", "2026-11-23"), "timeMin is '2026-11-23', no date-time"),
    ],
)
def test_a_parameter_with_a_fault_does_not_pass(query: tuple[str, str], fault: str) -> None:
    assert request_faults(LIST, [query], None) == [fault]


def test_a_parameter_is_given_once() -> None:
    assert "q is given twice" in request_faults(LIST, [("q", "a"), ("q", "b")], None)


def test_what_must_be_there_is_missed() -> None:
    assert request_faults(INSERT, [], {"start": TIME}) == ["body.end is missing"]
    assert request_faults(called("PATCH", "calendars/me/events/abcde"), [], {"summary": None}) == []
    assert request_faults(INSERT, [], None) == ["no body"]
    assert request_faults(LIST, [], {}) == ["a body where none is due"]
    assert answer_faults(LIST, None) == answer_faults(DELETE, {}) != []
    assert request_faults(called("POST", "calendars/me/events/quickAdd"), [], None) == ["text is missing"]
