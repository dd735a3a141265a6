"""Blocks as Google Calendar gets them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.codecs import gcal
from timeblock.core.event import CalendarId, Component, Draft, EventType, Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.core.localtime import instant
from timeblock.errors import Incomplete

NINE = 1_795_420_800
"""Monday, 23 November 2026, 09:00 in Oslo."""

DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(NINE, NINE + HOUR), "Europe/Oslo", "Lunch with Åse")
LATER = replace(DRAFT, interval=Interval(NINE + HOUR, NINE + 3 * HOUR), summary="Long lunch", busy=False)


def encoded(draft: Draft) -> dict[str, Any]:
    said = json.loads(gcal.encode(draft))
    assert isinstance(said, dict)
    return said


def read(body: str) -> Component:
    [series] = gcal.decode(Resource(CalendarId("work", "me"), DRAFT.uid, "", body)).series
    assert series.master is not None
    return series.master


def test_a_block_in_full() -> None:
    assert encoded(replace(DRAFT, description="Away from the desk", private=True)) == {
        "id": "tb0lunch",
        "summary": "Lunch with Åse",
        "description": "Away from the desk",
        "start": {"dateTime": "2026-11-23T09:00:00+01:00", "timeZone": "Europe/Oslo"},
        "end": {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Oslo"},
        "transparency": "opaque",
        "visibility": "private",
        "reminders": {"useDefault": False},
        "extendedProperties": {
            "private": {"timeblock-key": "lunch/2026-11-23/1;0", "timeblock-hash": DRAFT.fingerprint}
        },
    }


def test_the_same_draft_always_gives_the_same_text() -> None:
    assert gcal.encode(DRAFT) == gcal.encode(replace(DRAFT))


def test_the_marks_names_are_short_enough_for_google() -> None:
    longest = replace(DRAFT, key=f"{'x' * 80}/2026-11-23/99", generation=10**6)
    private = encoded(longest)["extendedProperties"]["private"]
    assert all(len(name) <= 44 and len(value) <= 1024 for name, value in private.items())


def test_focus_time_and_leave_decline_nothing_by_themselves() -> None:
    focus = encoded(replace(DRAFT, type=EventType.FOCUS_TIME))
    assert (focus["eventType"], focus["focusTimeProperties"]) == ("focusTime", {"autoDeclineMode": "declineNone"})
    away = encoded(replace(DRAFT, type=EventType.OUT_OF_OFFICE))
    assert (away["eventType"], away["outOfOfficeProperties"]) == ("outOfOffice", {"autoDeclineMode": "declineNone"})


def test_focus_time_that_leaves_the_time_free_is_an_event_like_others() -> None:
    assert "eventType" not in encoded(replace(DRAFT, type=EventType.FOCUS_TIME, busy=False))


def test_control_characters_do_not_leave() -> None:
    assert encoded(replace(DRAFT, summary="Lunch\x00, \x1blate"))["summary"] == "Lunch, late"


drafts = st.builds(
    lambda start, minutes, zone, text, busy: replace(
        DRAFT, interval=Interval(NINE + start * 60, NINE + (start + minutes) * 60), zone=zone, summary=text, busy=busy
    ),
    st.integers(-600_000, 600_000),
    st.integers(1, 600),
    st.sampled_from(["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])).map(str.strip),
    st.booleans(),
)


def said_by(component: Component) -> tuple[int, int, str, bool, str]:
    event = component.event
    assert event.mark is not None
    start, end = component.start.timestamp(), component.end.timestamp()  # type: ignore[union-attr]  # never whole days
    return int(start), int(end), event.summary, not event.transparent, event.mark.fingerprint


def wanted(draft: Draft) -> tuple[int, int, str, bool, str]:
    return draft.interval.start, draft.interval.end, draft.summary, draft.busy, draft.fingerprint


@given(drafts)
def test_what_is_written_is_what_is_read(draft: Draft) -> None:
    assert said_by(read(gcal.encode(draft))) == wanted(draft)


@given(drafts, drafts)
def test_what_is_changed_says_what_was_wanted(first: Draft, second: Draft) -> None:
    assert said_by(read(gcal.patch(gcal.encode(first), second))) == wanted(second)


THEIRS: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"1"',
    "colorId": "11",
    "description": "<b>Bring the charts</b>",
    "location": "Canteen",
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
    "somethingNew": {"nested": [1, 2.5, None]},
    "iCalUID": "tb0lunch@google.com",
}


def test_a_change_touches_nothing_else() -> None:
    base = {**encoded(DRAFT), **THEIRS}
    base["extendedProperties"] |= {"shared": {"team": "a"}}
    base["extendedProperties"]["private"] |= {"other-app": "kept"}
    changed = json.loads(gcal.patch(json.dumps(base), LATER))
    ours = {"start", "end", "summary", "transparency", "extendedProperties"}
    assert {k: v for k, v in changed.items() if k not in ours} == {k: v for k, v in base.items() if k not in ours}
    assert changed["extendedProperties"]["shared"] == {"team": "a"}
    assert changed["extendedProperties"]["private"]["other-app"] == "kept"


def test_a_time_that_is_right_keeps_the_words_it_is_said_in() -> None:
    base = {**encoded(DRAFT), "start": {"dateTime": "2026-11-23T03:00:00-05:00", "timeZone": "America/New_York"}}
    longer = replace(DRAFT, interval=Interval(NINE, NINE + 2 * HOUR))
    changed = json.loads(gcal.patch(json.dumps(base), longer))
    assert changed["start"] == base["start"]
    assert changed["end"] == {"dateTime": "2026-11-23T11:00:00+01:00", "timeZone": "Europe/Oslo"}


def test_whole_days_become_hours_again() -> None:
    base = {**encoded(DRAFT), "start": {"date": "2026-11-23"}, "end": {"date": "2026-11-24"}}
    start = read(gcal.patch(json.dumps(base), DRAFT)).start
    assert json.loads(gcal.patch(json.dumps(base), DRAFT))["start"].keys() == {"dateTime", "timeZone"}
    assert instant(start) == NINE  # type: ignore[arg-type]  # no date


@pytest.mark.parametrize("body", ["", "[]", '{"id": "tb0lunch"}', gcal.encode(replace(DRAFT, uid="another"))])
def test_what_is_not_our_event_cannot_be_changed(body: str) -> None:
    with pytest.raises(Incomplete):
        gcal.patch(body, DRAFT)
