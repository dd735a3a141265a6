"""Google's calendars as the program sees them: tokens, roles, kinds of event, and answers one must not believe.

What is the same for every backend is in ``tests/contract``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from tests.google.account import SignIn, account
from tests.google.held import ME, MINE, Held, at, standup
from tests.google.rights import CALENDAR, EVENTS
from tests.google.server import Fault, LocalGoogle
from timeblock.calendars.google_calendar import GoogleCalendar
from timeblock.core.event import CalendarId, Draft, EventType, Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import (
    AuthNeeded,
    Conflict,
    CursorExpired,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    TryLater,
    Unsure,
)

NINE = 1_795_420_800
"""Monday, 23 November 2026, 08:00 UTC."""

DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(NINE, NINE + HOUR), "Europe/Oslo", "Lunch")
FOCUS = replace(DRAFT, type=EventType.FOCUS_TIME, summary="Focus")
LATER = replace(DRAFT, interval=Interval(NINE + HOUR, NINE + 2 * HOUR))


# --- Listing ----------------------------------------------------------------------------------------------------------


def test_a_token_that_is_no_longer_honoured_leads_to_a_full_listing(google: LocalGoogle, mine: GoogleCalendar) -> None:
    held = Held(mine).sync()
    google.calendars.expire(ME)
    with pytest.raises(CursorExpired):
        held.sync()


def test_a_garbled_token_is_no_token(mine: GoogleCalendar) -> None:
    with pytest.raises(CursorExpired):
        Held(mine, cursor=json.dumps({"syncToken": "CAL="})).sync()


def test_deletions_long_past_are_no_news_in_a_full_listing(google: LocalGoogle, mine: GoogleCalendar) -> None:
    google.calendars.put(ME, {"id": "gone0", "start": at(2), "end": at(3)})
    google.calendars.remove(ME, "gone0")
    page = mine.changes(MINE, None, dict)
    assert (page.changed, page.removed, page.complete) == ((), (), True)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_series_may_be_spread_over_pages(google: LocalGoogle, mine: GoogleCalendar, size: int) -> None:
    google.calendars.page_size = size
    google.calendars.put(ME, standup())
    google.calendars.put(ME, {"id": "other", "summary": "Other", "start": at(3), "end": at(3, 10)})
    google.calendars.cancel_instance(ME, "standup", at(9))
    assert Held(mine).sync().starts == [
        "02 09:00 Standup",
        "03 09:00 Other",
        *(f"{d} 09:00 Standup" for d in (16, 23, 30)),
    ]


@pytest.mark.parametrize("fault", ["cut", "html", "empty"])
@pytest.mark.parametrize("page", [1, 2])
def test_no_part_of_a_listing_is_believed_where_a_page_is_broken(
    google: LocalGoogle, mine: GoogleCalendar, fault: Fault, page: int
) -> None:
    for name in ("aaaaa", "bbbbb"):
        google.calendars.put(ME, {"id": name, "start": at(2), "end": at(3)})
    google.calendars.page_size = 1
    google.order(fault, "GET", "pageToken" if page == 2 else "events")
    with pytest.raises(Incomplete):
        mine.changes(MINE, None, dict)


def answer_with(google: LocalGoogle, said: object) -> None:
    google.order("say", "GET", "events", body=json.dumps(said))


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "calendar#events", "nextSyncToken": "t"},
        {"kind": "calendar#events", "items": []},
        {"kind": "calendar#events", "items": [], "nextSyncToken": ""},
        {"kind": "calendar#events", "items": [], "nextSyncToken": "t", "nextPageToken": "p"},
        {"kind": "calendar#events", "items": {}, "nextSyncToken": "t"},
        {"kind": "calendar#events", "items": [None], "nextSyncToken": "t"},
        {"kind": "calendar#events", "items": [{"id": "abcde"}], "nextSyncToken": "t"},
        {"kind": "calendar#events", "items": [{"etag": '"1"'}], "nextSyncToken": "t"},
        {"kind": "calendar#events", "items": [{"id": "a", "etag": "1", "recurringEventId": []}], "nextSyncToken": "t"},
        {"kind": "calendar#calendarList", "items": [], "nextSyncToken": "t"},
    ],
)
def test_a_page_that_breaks_googles_own_rules_is_not_believed(
    google: LocalGoogle, mine: GoogleCalendar, said: object
) -> None:
    answer_with(google, said)
    with pytest.raises(Incomplete):
        mine.changes(MINE, None, dict)


def test_pages_without_end_are_not_followed(google: LocalGoogle, mine: GoogleCalendar) -> None:
    for token in ("first", "second", "first", "second"):
        answer_with(google, {"kind": "calendar#events", "items": [], "nextPageToken": token})
    with pytest.raises(Incomplete, match="without end"):
        mine.changes(MINE, None, dict)
    assert mine.requests == 3


def test_every_listing_asks_in_the_same_words(google: LocalGoogle, mine: GoogleCalendar) -> None:
    held = Held(mine).sync().sync()
    google.calendars.put(ME, {"id": "abcde", "start": at(2), "end": at(3)})
    held.sync()
    words = [{p for p in a.path.partition("?")[2].split("&") if "Token" not in p} for a in google.seen]
    assert words == [{"maxResults=2500", "showDeleted=true"}] * 3


# --- Calendars and roles ----------------------------------------------------------------------------------------------


def test_one_may_write_where_one_owns(google: LocalGoogle, mine: GoogleCalendar) -> None:
    for role in ("writer", "writerWithoutPrivateAccess", "reader", "freeBusyReader"):
        google.calendars.add(f"{role}@group.calendar.google.com", role, role)
    google.calendars.page_size = 2
    assert {info.name: info.writable for info in mine.calendars()} == {
        "Me": True,
        "writer": False,
        "writerWithoutPrivateAccess": False,
        "reader": False,
        "freeBusyReader": False,
    }


def test_with_the_right_to_read_alone_nothing_may_be_written_and_nothing_is_sent(google: LocalGoogle) -> None:
    reading = account(google, SignIn(google, writable=False, scopes=(f"{CALENDAR}.readonly",)))
    assert [info.writable for info in reading.calendars()] == [False]
    with pytest.raises(Forbidden, match="timeblock auth google"):
        reading.create(MINE, DRAFT)
    assert google.writes == 0
    reading.close()


def test_a_right_that_google_does_not_know_of_is_refused_by_it(google: LocalGoogle) -> None:
    scopes = (f"{CALENDAR}.calendarlist.readonly", f"{EVENTS}.readonly")
    reading = account(google, SignIn(google, scopes=scopes))
    with pytest.raises(Forbidden, match="calendars you own"):
        reading.create(MINE, DRAFT)
    reading.close()
    listing = account(google, SignIn(google, scopes=scopes[:1]))
    with pytest.raises(AuthNeeded, match="ticked"):
        listing.changes(MINE, None, dict)
    listing.close()


def test_a_calendar_that_became_read_only_takes_no_event(google: LocalGoogle, mine: GoogleCalendar) -> None:
    written = mine.create(MINE, DRAFT)
    google.calendars.calendars[ME].role = "reader"
    for write in (lambda: mine.create(MINE, DRAFT), lambda: mine.update(written, LATER), lambda: mine.delete(written)):
        with pytest.raises(Forbidden):
            write()
    assert list(google.calendars.standing(ME)) == [DRAFT.uid]


@pytest.mark.parametrize("role", ["freeBusyReader", "reader"])
def test_what_is_private_in_somebodys_calendar_is_busy_without_a_title(
    google: LocalGoogle, mine: GoogleCalendar, role: str
) -> None:
    kim = google.calendars.add("kim@example.com", "Kim", role)
    google.calendars.put(
        kim.id, {"id": "abcde", "start": at(2), "end": at(3), "summary": "Doctor", "visibility": "private"}
    )
    held = Held(mine, CalendarId("google", kim.id)).sync()
    assert held.starts == ["02 09:00 "]
    [series] = mine.codec.decode(held.resources["abcde"]).series
    assert series.master is not None
    assert (series.master.event.private, series.master.event.transparent) == (True, False)


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_an_event_of_ours_mails_nobody_and_rings_never(google: LocalGoogle, mine: GoogleCalendar) -> None:
    written = mine.update(mine.create(MINE, DRAFT), LATER)
    mine.delete(written)
    assert [a.path.rpartition("?")[2] for a in google.seen] == ["sendUpdates=none"] * 3
    kept = google.calendars.calendars[ME].events[DRAFT.uid]
    assert (kept["reminders"], "attendees" in kept) == ({"useDefault": False}, False)


def test_an_id_that_was_ever_used_is_burnt(google: LocalGoogle, mine: GoogleCalendar) -> None:
    mine.delete(mine.create(MINE, DRAFT))
    with pytest.raises(Conflict):
        mine.create(MINE, DRAFT)
    with pytest.raises(Gone):
        mine.read(MINE, DRAFT.uid)


def test_two_creates_of_one_block_are_one_event_even_where_google_does_not_notice(
    google: LocalGoogle, mine: GoogleCalendar
) -> None:
    google.calendars.blind = True
    mine.create(MINE, DRAFT)
    mine.create(MINE, DRAFT)
    assert list(google.calendars.standing(ME)) == [DRAFT.uid]


@pytest.mark.parametrize(
    ("verb", "fault"),
    [*product(("POST", "PUT", "DELETE"), ("lost", "drop", "html", "empty")), ("POST", "cut"), ("PUT", "cut")],
)
def test_a_write_without_an_answer_is_unsure_and_is_not_sent_again(
    google: LocalGoogle, mine: GoogleCalendar, fault: Fault, verb: str
) -> None:
    base = mine.create(MINE, replace(DRAFT, uid="tb0dinner")) if verb != "POST" else None
    google.order(fault, verb, times=5)
    before = google.writes
    with pytest.raises(Unsure):
        write(mine, verb, base)
    assert google.writes == before + 1


def write(backend: GoogleCalendar, verb: str, base: Resource | None) -> None:
    if base is None:
        backend.create(MINE, DRAFT)
    elif verb == "PUT":
        backend.update(base, replace(LATER, uid="tb0dinner"))
    else:
        backend.delete(base)


def test_an_answer_about_another_event_is_no_answer(google: LocalGoogle, mine: GoogleCalendar) -> None:
    google.order("say", "POST", body='{"kind": "calendar#event", "id": "another", "etag": "1"}')
    with pytest.raises(Unsure):
        mine.create(MINE, DRAFT)


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "rateLimitExceeded", TryLater),
        (403, "quotaExceeded", TryLater),
        (429, "rateLimitExceeded", TryLater),
        (403, "forbidden", Forbidden),
        (503, "backendError", Unsure),
    ],
)
def test_a_refused_write_was_not_done(
    google: LocalGoogle, mine: GoogleCalendar, status: int, reason: str, error: type[TimeblockError]
) -> None:
    google.order("refuse", "POST", status=status, reason=reason)
    with pytest.raises(error):
        mine.create(MINE, DRAFT)
    assert google.calendars.standing(ME) == {}


def test_a_token_that_ends_in_the_middle_is_renewed_and_nothing_is_written_twice(
    google: LocalGoogle, mine: GoogleCalendar
) -> None:
    base = mine.create(MINE, DRAFT)
    google.rights.expire()
    mine.update(base, LATER)
    assert google.asked == ["events.insert", "events.update", "events.update"]
    assert len(google.calendars.standing(ME)) == 1


# --- Kinds of event ---------------------------------------------------------------------------------------------------


@pytest.fixture
def focused(google: LocalGoogle) -> Iterator[GoogleCalendar]:
    """An account whose owner wants focus time."""
    made = account(google, focus_time=True)
    yield made
    made.close()


def kind(google: LocalGoogle, calendar: str = ME) -> object:
    [event] = google.calendars.standing(calendar).values()
    return event["eventType"]


def test_focus_time_is_googles_own_where_the_person_wants_it(google: LocalGoogle, focused: GoogleCalendar) -> None:
    base = focused.create(MINE, FOCUS)
    assert kind(google) == "focusTime"
    focused.update(base, replace(FOCUS, interval=LATER.interval))
    [event] = google.calendars.standing(ME).values()
    assert event["focusTimeProperties"] == {"autoDeclineMode": "declineNone"}


def test_leave_is_out_of_office(google: LocalGoogle, focused: GoogleCalendar) -> None:
    focused.create(MINE, replace(DRAFT, type=EventType.OUT_OF_OFFICE))
    assert kind(google) == "outOfOffice"


def test_invitations_are_declined_only_where_the_person_says_so(google: LocalGoogle) -> None:
    strict = account(google, focus_time=True, decline="new")
    strict.create(MINE, FOCUS)
    [event] = google.calendars.standing(ME).values()
    assert event["focusTimeProperties"] == {"autoDeclineMode": "declineOnlyNewConflictingInvitations"}
    strict.close()


def test_without_the_wish_focus_is_an_event_like_others(google: LocalGoogle, mine: GoogleCalendar) -> None:
    mine.create(MINE, FOCUS)
    assert kind(google) == "default"
    assert google.asked == ["events.insert"]


def test_what_leaves_the_time_free_is_no_focus_time(google: LocalGoogle, focused: GoogleCalendar) -> None:
    focused.create(MINE, replace(FOCUS, busy=False))
    assert kind(google) == "default"


def test_on_another_calendar_focus_is_an_event_like_others(google: LocalGoogle, focused: GoogleCalendar) -> None:
    family = google.calendars.add("family@group.calendar.google.com", "Family")
    focused.create(CalendarId("google", family.id), FOCUS)
    assert kind(google, family.id) == "default"


def test_an_account_without_focus_time_gets_plain_events_and_is_not_asked_again(
    google: LocalGoogle, focused: GoogleCalendar
) -> None:
    google.calendars.workspace = False
    focused.create(MINE, FOCUS)
    assert kind(google) == "default"
    focused.create(MINE, replace(FOCUS, uid="tb0focus2"))
    assert google.asked == ["calendarList.get", "events.insert", "events.insert", "events.insert"]
    google.calendars.workspace = True
    focused.create(MINE, replace(FOCUS, uid="tb0leave", type=EventType.OUT_OF_OFFICE))
    assert google.calendars.standing(ME)["tb0leave"]["eventType"] == "outOfOffice"
