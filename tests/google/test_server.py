"""Google's own client finds our Google to be one: what it answers, refuses, forgets and cuts off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.google.account import SignIn
from tests.google.server import LocalGoogle, local_google

ME = "me@example.com"
TIMES = {"start": {"dateTime": "2026-11-23T09:00:00+01:00"}, "end": {"dateTime": "2026-11-23T10:00:00+01:00"}}
LUNCH: dict[str, Any] = {"id": "lunch", "summary": "Lunch", **TIMES}


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with local_google() as served:
        yield served


@pytest.fixture
def client(google: LocalGoogle) -> Iterator[Any]:
    signed_in = Credentials(SignIn(google).access)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    options = ClientOptions(api_endpoint=google.endpoint)
    with build("calendar", "v3", credentials=signed_in, client_options=options, static_discovery=True) as service:
        yield service


def refused(request: Any) -> tuple[int, str]:
    """Status and reason."""
    with pytest.raises(HttpError) as raised:
        request.execute()
    return raised.value.status_code, raised.value.error_details[0]["reason"]


def conditional(request: Any, etag: str) -> Any:
    request.headers["If-Match"] = etag
    return request


def test_an_event_is_written_read_changed_and_deleted(client: Any) -> None:
    events = client.events()
    made = events.insert(calendarId=ME, body=LUNCH).execute()
    assert events.get(calendarId="primary", eventId="lunch").execute() == made
    moved = conditional(
        events.update(calendarId=ME, eventId="lunch", body={**made, "location": "Canteen"}), made["etag"]
    )
    assert moved.execute()["location"] == "Canteen"
    assert events.patch(calendarId=ME, eventId="lunch", body={"location": None}).execute().get("location") is None
    assert events.delete(calendarId=ME, eventId="lunch").execute() == ""
    assert events.get(calendarId=ME, eventId="lunch").execute()["status"] == "cancelled"
    assert refused(events.delete(calendarId=ME, eventId="lunch")) == (410, "deleted")


def test_an_id_is_given_once_and_for_all(client: Any) -> None:
    events = client.events()
    events.insert(calendarId=ME, body=LUNCH).execute()
    assert refused(events.insert(calendarId=ME, body=LUNCH)) == (409, "duplicate")
    events.delete(calendarId=ME, eventId="lunch").execute()
    assert refused(events.insert(calendarId=ME, body=LUNCH)) == (409, "duplicate")
    assert refused(events.insert(calendarId=ME, body={**LUNCH, "id": "Lunch_1"})) == (400, "invalid")


def test_a_stale_etag_changes_nothing(client: Any) -> None:
    events = client.events()
    old = events.insert(calendarId=ME, body=LUNCH).execute()
    new = events.patch(calendarId=ME, eventId="lunch", body={"reminders": {"useDefault": False}}).execute()
    assert old["etag"] != new["etag"]
    update = events.update(calendarId=ME, eventId="lunch", body=LUNCH)
    assert refused(conditional(update, old["etag"])) == (412, "conditionNotMet")
    assert refused(conditional(events.delete(calendarId=ME, eventId="lunch"), old["etag"])) == (412, "conditionNotMet")
    assert events.get(calendarId=ME, eventId="lunch").execute() == new


def test_private_properties_with_long_names_vanish_and_long_values_are_cut(client: Any) -> None:
    private = {"n" * 44: "v" * 1024, "n" * 45: "v", "key": "v" * 1025}
    made = client.events().insert(calendarId=ME, body={**LUNCH, "extendedProperties": {"private": private}}).execute()
    assert made["extendedProperties"]["private"] == {"n" * 44: "v" * 1024, "key": "v" * 1024}


@pytest.mark.parametrize(
    "more",
    [
        {"eventType": "focusTime"},
        {"eventType": "focusTime", "focusTimeProperties": {}, "transparency": "transparent"},
        {
            "eventType": "focusTime",
            "focusTimeProperties": {},
            "start": {"date": "2026-11-23"},
            "end": {"date": "2026-11-24"},
        },
        {"eventType": "outOfOffice", "focusTimeProperties": {}},
        {"outOfOfficeProperties": {}},
        {"eventType": "birthday"},
        {"end": {"dateTime": "2026-11-23T08:00:00+01:00"}},
        {"recurrence": ["RRULE:FREQ=DAILY"]},
    ],
)
def test_events_that_google_does_not_have(client: Any, more: dict[str, Any]) -> None:
    assert refused(client.events().insert(calendarId=ME, body={**LUNCH, **more}))[0] == 400


def test_focus_time_is_had_on_the_primary_calendar_of_some_and_stays_it(google: LocalGoogle, client: Any) -> None:
    focus = {**LUNCH, "eventType": "focusTime", "focusTimeProperties": {"autoDeclineMode": "declineNone"}}
    other = google.calendars.add("other@group.calendar.google.com", "Other")
    assert refused(client.events().insert(calendarId=other.id, body=focus)) == (400, "eventTypeRestriction")
    made = client.events().insert(calendarId=ME, body=focus).execute()
    plain = client.events().update(calendarId=ME, eventId="lunch", body={**made, "eventType": "default"})
    assert refused(plain) == (400, "eventTypeImmutable")


def test_the_sync_token_comes_with_the_last_page_and_tells_what_changed(google: LocalGoogle, client: Any) -> None:
    google.calendars.page_size = 2
    for name in ("aaaaa", "bbbbb", "ccccc"):
        google.calendars.put(ME, {**LUNCH, "id": name})
    first = client.events().list(calendarId=ME).execute()
    assert ("nextSyncToken" in first, len(first["items"])) == (False, 2)
    last = client.events().list(calendarId=ME, pageToken=first["nextPageToken"]).execute()
    assert ("nextPageToken" in last, len(last["items"])) == (False, 1)
    google.calendars.remove(ME, "bbbbb")
    since = client.events().list(calendarId=ME, syncToken=last["nextSyncToken"]).execute()
    assert since["items"] == []  # what is deleted is only shown to those who asked for it from the beginning
    assert refused(client.events().list(calendarId=ME, syncToken=last["nextSyncToken"], showDeleted=True)) == (
        400,
        "invalid",
    )
    assert (
        refused(client.events().list(calendarId=ME, syncToken=last["nextSyncToken"], timeMin="2026-01-01T00:00:00Z"))[0]
        == 400
    )
    google.calendars.expire(ME)
    assert refused(client.events().list(calendarId=ME, syncToken=last["nextSyncToken"])) == (410, "fullSyncRequired")


def test_of_what_is_deleted_hardly_more_than_the_name_is_told(google: LocalGoogle, client: Any) -> None:
    google.calendars.put(ME, LUNCH)
    google.calendars.remove(ME, "lunch")
    assert client.events().list(calendarId=ME, showDeleted=True).execute()["items"] == [
        {"kind": "calendar#event", "id": "lunch", "status": "cancelled"}
    ]


def test_a_request_of_another_shape_is_told(google: LocalGoogle, client: Any) -> None:
    client.events().insert(calendarId=ME, body={**LUNCH, "sumary": "Lunch"}).execute()
    assert google.judged == [
        "calendar.events.insert: body has no field sumary",
        "answer to calendar.events.insert: body has no field sumary",
    ]
    google.judged.clear()


def test_googles_own_client_sends_an_insert_twice_and_so_ids_must_be_ours(google: LocalGoogle, client: Any) -> None:
    google.order("drop", "POST", "events")
    assert refused(client.events().insert(calendarId=ME, body=LUNCH)) == (409, "duplicate")
    assert google.asked == ["events.insert", "events.insert"]
    google.order("drop", "POST", "events")
    client.events().insert(calendarId=ME, body=TIMES).execute()
    assert len(google.calendars.standing(ME)) == 3
