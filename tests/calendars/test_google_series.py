"""Series on Google: what was told bit by bit is what a full listing tells, exceptions and holes included."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.google.account import account
from tests.google.calendars import Calendars
from tests.google.held import ME, MINE, Held, at, standup
from tests.google.server import LocalGoogle, local_google
from timeblock.calendars.google_calendar import MOST_SERIES, GoogleCalendar
from timeblock.errors import Gone


def test_a_series_is_one_resource_with_its_exceptions(google: LocalGoogle, mine: GoogleCalendar) -> None:
    google.calendars.put(ME, standup())
    google.calendars.cancel_instance(ME, "standup", at(9))
    google.calendars.change_instance(ME, "standup", at(16), start=at(17, 12), end=at(17, 13), summary="Late")
    held = Held(mine).sync()
    assert held.starts == ["02 09:00 Standup", "17 12:00 Late", "23 09:00 Standup", "30 09:00 Standup"]
    assert list(held.resources) == ["standup"]
    google.calendars.forgetful = False
    assert mine.read(MINE, "standup") == held.resources["standup"]


@pytest.mark.parametrize("uid", ["standup@google.com", "imported-from-elsewhere"])
@pytest.mark.parametrize("forgetful", [True, False])
def test_each_change_in_a_series_costs_at_most_two_requests(
    google: LocalGoogle, mine: GoogleCalendar, uid: str, forgetful: bool
) -> None:
    google.calendars.forgetful = forgetful
    google.calendars.put(ME, standup(iCalUID=uid))
    google.calendars.change_instance(ME, "standup", at(16), start=at(17, 12), end=at(17, 13))
    held = Held(mine).sync()
    google.calendars.cancel_instance(ME, "standup", at(9))
    assert held.sync().starts == ["02 09:00 Standup", "17 12:00 Standup", "23 09:00 Standup", "30 09:00 Standup"]
    assert held.cost == 2
    google.calendars.change(ME, "standup", summary="Huddle")
    assert held.sync().starts == ["02 09:00 Huddle", "17 12:00 Standup", "23 09:00 Huddle", "30 09:00 Huddle"]
    assert held.cost == 2
    assert held.sync().cost == 1


def test_a_new_series_comes_with_what_was_done_to_it_since(google: LocalGoogle, mine: GoogleCalendar) -> None:
    held = Held(mine).sync()
    google.calendars.put(ME, standup())
    google.calendars.cancel_instance(ME, "standup", at(9))
    assert held.sync().starts == [f"{day:02} 09:00 Standup" for day in (2, 16, 23, 30)]
    assert held.cost == 2


def test_a_deleted_series_is_gone_with_all_its_exceptions(google: LocalGoogle, mine: GoogleCalendar) -> None:
    google.calendars.put(ME, standup())
    google.calendars.change_instance(ME, "standup", at(16), start=at(17, 12), end=at(17, 13))
    held = Held(mine).sync()
    google.calendars.remove(ME, "standup")
    assert held.sync().starts == []
    assert held.cost == 1
    with pytest.raises(Gone):
        mine.read(MINE, "standup")


def test_a_series_that_recurs_no_more_is_a_single_event_again(google: LocalGoogle, mine: GoogleCalendar) -> None:
    google.calendars.put(ME, standup())
    google.calendars.cancel_instance(ME, "standup", at(9))
    held = Held(mine).sync()
    google.calendars.put(ME, {k: v for k, v in standup().items() if k != "recurrence"})
    assert held.sync().starts == ["02 09:00 Standup"]
    held.cursor = None
    assert held.sync().starts == ["02 09:00 Standup"]


def test_invited_to_one_instance_one_sees_that_alone(google: LocalGoogle, mine: GoogleCalendar) -> None:
    held = Held(mine).sync()
    invited = {"id": "theirs_20261116T090000Z", "iCalUID": "theirs@google.com", "recurringEventId": "theirs"}
    times = {"originalStartTime": at(16), "start": at(16, 11), "end": at(16, 12)}
    google.calendars.put(ME, {**invited, **times, "summary": "Review"})
    assert held.sync().starts == ["16 11:00 Review"]
    google.calendars.change(ME, invited["id"], summary="Big review")
    assert held.sync().starts == ["16 11:00 Big review"]
    google.calendars.remove(ME, invited["id"])
    assert held.sync().starts == []


def test_where_many_series_changed_everything_is_listed_once(google: LocalGoogle, mine: GoogleCalendar) -> None:
    for n in range(MOST_SERIES + 1):
        google.calendars.put(ME, standup(id=f"series{n:02}"))
    held = Held(mine).sync()
    for n in range(MOST_SERIES + 1):
        google.calendars.cancel_instance(ME, f"series{n:02}", at(9))
    held.sync()
    assert held.cost == 2
    assert len(held.starts) == 4 * (MOST_SERIES + 1)


STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["put", "rename", "remove", "single"]), st.sampled_from(["series", "other0"]), st.just(2)
    ),
    st.tuples(st.sampled_from(["cancel", "move"]), st.just("series"), st.sampled_from([2, 9, 16, 23])),
    st.tuples(st.just("sync"), st.just(""), st.just(0)),
)


@settings(max_examples=80)
@given(steps=st.lists(STEPS, max_size=12), forgetful=st.booleans(), size=st.sampled_from([1, 3, 2500]))
def test_what_was_told_bit_by_bit_is_what_a_full_listing_tells(
    steps: list[tuple[str, str, int]], forgetful: bool, size: int
) -> None:
    with local_google() as google, closing(account(google)) as backend:
        google.calendars.forgetful, google.calendars.page_size = forgetful, size
        held = Held(backend).sync()
        for step in steps:
            take(google.calendars, held, *step)
        assert held.sync().starts == Held(backend).sync().starts
        assert held.resources == Held(backend).sync().resources
        assert held.sync().cost == 1


def take(calendars: Calendars, held: Held, step: str, name: str, day: int) -> None:
    standing = calendars.standing(ME)
    back = calendars.forgetful and name in calendars.calendars[ME].events and name not in standing
    match step:
        case _ if back:  # what was cancelled before a series was deleted and came back is nowhere to be had
            pass
        case "put":
            calendars.put(ME, standup(id=name))
        case "single":
            calendars.put(ME, {"id": name, "summary": "Once", "start": at(day), "end": at(day, 10)})
        case "sync":
            held.sync()
        case "rename" if name in standing:
            calendars.change(ME, name, summary="Renamed")
        case "remove" if name in standing:
            calendars.remove(ME, name)
        case "cancel" if "recurrence" in standing.get(name, {}):
            calendars.cancel_instance(ME, name, at(day))
        case "move" if "recurrence" in standing.get(name, {}):
            calendars.change_instance(ME, name, at(day), start=at(day, 15), end=at(day, 16))
        case _:
            pass
