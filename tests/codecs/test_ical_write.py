"""New bodies, and changes that leave everything else to the letter."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeblock.codecs import ical
from timeblock.codecs.ical_write import plain
from timeblock.core.event import CalendarId, Component, Draft, EventType, Resource, block_uid, due_on, is_ours
from timeblock.core.interval import Interval
from timeblock.core.localtime import instant
from timeblock.errors import Incomplete
from timeblock.sync.backend import Codec

CALENDAR = CalendarId("home", "/cal")
KEY = "dinner/2026-W48/1"
START = instant(datetime(2026, 11, 23, 18, tzinfo=ZoneInfo("Europe/Oslo")))
DRAFT = Draft(
    uid=block_uid("me", CALENDAR, KEY, 0),
    key=KEY,
    generation=0,
    interval=Interval(START, START + 3600),
    zone="Europe/Oslo",
    summary="Dinner",
)


def read(body: str) -> Component:
    decoded = ical.decode(Resource(CALENDAR, "a.ics", "", body))
    assert decoded.set_aside == ()
    master = decoded.series[0].master
    assert master is not None
    return master


def stands(body: str) -> tuple[Interval, str, bool]:
    component = read(body)
    assert isinstance(component.start, datetime)
    assert isinstance(component.end, datetime)
    interval = Interval(instant(component.start), instant(component.end))
    return interval, component.event.summary, not component.event.transparent


def changed_lines(before: str, after: str) -> tuple[set[str], set[str]]:
    old, new = before.splitlines(), after.splitlines()
    return set(old) - set(new), set(new) - set(old)


# --- New --------------------------------------------------------------------------------------------------------------


def test_the_module_is_a_codec() -> None:
    codec: Codec = ical
    assert codec.encode(DRAFT) == ical.encode(DRAFT)


def test_what_is_written_reads_back_as_ours() -> None:
    draft = replace(DRAFT, private=True, busy=False, categories=("rest", "a, b"), type=EventType.OUT_OF_OFFICE)
    body = ical.encode(draft)
    event = read(body).event
    assert stands(body) == (draft.interval, "Dinner", False)
    assert (event.private, event.categories, event.mark) == (True, ("rest", "a, b"), draft.mark)
    assert is_ours("me", event)
    assert not is_ours("you", event)


@pytest.mark.parametrize(
    ("kind", "busy", "read_as"),
    [
        (EventType.OUT_OF_OFFICE, True, EventType.OUT_OF_OFFICE),
        (EventType.FOCUS_TIME, True, EventType.DEFAULT),
        (EventType.FOCUS_TIME, False, EventType.DEFAULT),
    ],
)
def test_what_outlook_is_told(kind: EventType, busy: bool, read_as: EventType) -> None:
    body = ical.encode(replace(DRAFT, type=kind, busy=busy))
    assert "X-MICROSOFT-CDO-BUSYSTATUS" in body
    assert read(body).event.type is read_as
    assert stands(body)[2] is busy


def test_the_same_draft_is_the_same_text_with_crlf_and_a_zone() -> None:
    body = ical.encode(DRAFT)
    assert body == ical.encode(replace(DRAFT))
    assert body.replace("\r\n", "").count("\n") == 0
    zone = icalendar.Calendar.from_ical(body).timezones[0]
    assert zone.tz_name == "Europe/Oslo"
    assert "ATTENDEE" not in body
    assert "VALARM" not in body


def test_in_utc_no_zone_is_written() -> None:
    body = ical.encode(replace(DRAFT, zone="UTC"))
    assert "VTIMEZONE" not in body
    assert "DTSTART:20261123T170000Z" in body


@settings(max_examples=100, deadline=None)
@given(st.text(), st.text(max_size=20))
def test_no_title_breaks_out_of_its_line(summary: str, description: str) -> None:
    body = ical.encode(replace(DRAFT, summary=summary, description=description))
    parsed = icalendar.Calendar.from_ical(body).events[0]
    assert set(parsed) <= {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP", "X-TIMEBLOCK-KEY", "X-TIMEBLOCK-HASH",
    }  # fmt: skip
    assert stands(body) == (DRAFT.interval, plain(summary).strip(), True)


def test_injected_lines_stay_text() -> None:
    body = ical.encode(
        replace(DRAFT, summary="x\r\nATTENDEE:mailto:a@b.c\r\nEND:VEVENT", categories=("\r\nATTENDEE:x",))
    )
    assert not [line for line in body.splitlines() if line.startswith(("ATTENDEE", "END:VEVENT\r"))]
    assert read(body).event.attendees == ()
    assert (
        read(ical.patch(ical.encode(DRAFT), replace(DRAFT, summary="x\r\nATTENDEE:mailto:a@b.c"))).event.attendees == ()
    )


@pytest.mark.parametrize("title", [r"C:\New", r"a\;b", "tab\there", "two\nlines", "æøå" * 60])
def test_titles_come_back_as_they_were(title: str) -> None:
    assert read(ical.encode(replace(DRAFT, summary=title))).event.summary == title


# --- Changed ----------------------------------------------------------------------------------------------------------

THEIRS = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Someone Else//EN
X-ODD:kept
BEGIN:VEVENT
CREATED:20261101T000000Z
UID:{DRAFT.uid}
X-TIMEBLOCK-KEY:{KEY}\\;0
X-TIMEBLOCK-HASH:{DRAFT.fingerprint}
SEQUENCE:4
SUMMARY;LANGUAGE=en:Dinner
DTSTART:20261123T170000Z
DTEND:20261123T180000Z
DESCRIPTION:A long note that somebody wrote into the block and that is folded i
 n the middle
COLOR:tomato
TRANSP:OPAQUE
BEGIN:VALARM
TRIGGER:-PT10M
SUMMARY:Alarm
DURATION:PT5M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_a_change_that_changes_nothing_counts_up_and_that_is_all() -> None:
    assert changed_lines(THEIRS, ical.patch(THEIRS, DRAFT)) == ({"SEQUENCE:4"}, {"SEQUENCE:5"})


def test_a_move_changes_times_and_mark_only() -> None:
    moved = replace(DRAFT, interval=Interval(START + 1800, START + 7200), zone="UTC")
    patched = ical.patch(THEIRS, moved)
    gone, new = changed_lines(THEIRS, patched)
    assert {line.partition(":")[0] for line in gone} == {"DTSTART", "DTEND", "X-TIMEBLOCK-HASH", "SEQUENCE"}
    assert new == {
        "DTSTART:20261123T173000Z",
        "DTEND:20261123T190000Z",
        f"X-TIMEBLOCK-HASH:{moved.fingerprint}",
        "SEQUENCE:5",
    }
    assert stands(patched) == (moved.interval, "Dinner", True)


def test_a_move_in_a_zone_brings_its_vtimezone_once() -> None:
    moved = replace(DRAFT, interval=Interval(START + 1800, START + 7200))
    patched = ical.patch(THEIRS, moved)
    assert "DTSTART;TZID=Europe/Oslo:20261123T183000" in patched
    assert patched.count("BEGIN:VTIMEZONE") == ical.patch(patched, DRAFT).count("BEGIN:VTIMEZONE") == 1
    assert len(icalendar.Calendar.from_ical(patched).events) == 1


def test_a_new_title_and_free_time() -> None:
    patched = ical.patch(THEIRS, replace(DRAFT, summary="Supper; late", busy=False))
    assert stands(patched) == (DRAFT.interval, "Supper; late", False)
    assert "SUMMARY:Alarm" in patched
    assert "SUMMARY;LANGUAGE" not in patched


def test_a_length_becomes_an_end() -> None:
    body = THEIRS.replace("DTEND:20261123T180000Z", "DURATION:PT1H", 1)
    assert "DURATION:PT1H" in ical.patch(body, DRAFT)
    longer = ical.patch(body, replace(DRAFT, interval=Interval(START, START + 7200)))
    assert "DURATION:PT1H" not in longer
    assert "DURATION:PT5M" in longer
    assert stands(longer)[0].seconds == 7200


def test_what_is_missing_is_added_inside_the_event() -> None:
    bare = "\n".join(line for line in THEIRS.splitlines() if not line.startswith(("SEQ", "TRANSP", "X-TIME"))) + "\n"
    patched = ical.patch(bare, replace(DRAFT, busy=False))
    assert stands(patched) == (DRAFT.interval, "Dinner", False)
    assert read(patched).event.mark == replace(DRAFT, busy=False).mark
    assert "SEQUENCE:1" in patched


def test_what_outlook_was_told_follows() -> None:
    body = THEIRS.replace("COLOR:tomato", "X-MICROSOFT-CDO-BUSYSTATUS:OOF")
    free = ical.patch(body, replace(DRAFT, busy=False))
    assert "BUSYSTATUS:FREE" in free
    assert stands(ical.patch(free, DRAFT)) == (DRAFT.interval, "Dinner", True)


def test_a_whole_day_that_someone_made_of_it_gets_its_times_again() -> None:
    body = THEIRS.replace("DTSTART:20261123T170000Z", "DTSTART;VALUE=DATE:20261123").replace(
        "DTEND:20261123T180000Z", "DTEND;VALUE=DATE:20261124"
    )
    assert stands(ical.patch(body, DRAFT)) == (DRAFT.interval, "Dinner", True)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(newline: str) -> None:
    patched = ical.patch(THEIRS.replace("\n", newline), replace(DRAFT, summary="x" * 200))
    assert patched.count("\n") == patched.count(newline)
    assert max(len(line) for line in patched.splitlines()) <= 80


def test_only_our_event_of_several_is_changed() -> None:
    other = THEIRS[THEIRS.index("BEGIN:VEVENT") : THEIRS.index("END:VCALENDAR")].replace(DRAFT.uid, "other")
    override = other.replace("UID:other", f"UID:{DRAFT.uid}\nRECURRENCE-ID:20261124T170000Z")
    body = THEIRS.replace("BEGIN:VEVENT", other + override + "BEGIN:VEVENT", 1)
    patched = ical.patch(body, replace(DRAFT, summary="Supper"))
    assert other in patched
    assert override in patched
    assert patched.count("SUMMARY:Supper") == 1


@pytest.mark.parametrize(
    "body", ["", "<html>", THEIRS.replace(DRAFT.uid, "x"), THEIRS.replace("DTSTART:2", "DTSTART:x")]
)
def test_where_there_is_nothing_to_change_that_is_said(body: str) -> None:
    with pytest.raises(Incomplete, match="cannot be changed"):
        ical.patch(body, DRAFT)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 10**4), st.text(max_size=30), st.booleans(),
    st.sampled_from(["Europe/Oslo", "America/New_York", "UTC", "Asia/Kathmandu"]),
)  # fmt: skip
def test_a_changed_body_says_what_the_draft_says(at: int, minutes: int, summary: str, busy: bool, zone: str) -> None:
    start = START + at // 60 * 60
    draft = replace(DRAFT, interval=Interval(start, start + minutes * 60), summary=summary, busy=busy, zone=zone)
    once = ical.patch(ical.encode(DRAFT), draft)
    assert stands(once) == (draft.interval, plain(summary).strip(), busy)
    assert changed_lines(once, ical.patch(once, draft)) == ({"SEQUENCE:1"}, {"SEQUENCE:2"})
    assert datetime.fromtimestamp(start, UTC).year >= 2026


# --- Tasks ------------------------------------------------------------------------------------------------------------


TASK = replace(DRAFT, key="milestone a/2026-W48", interval=due_on(date(2026, 11, 29)), zone="UTC", done=40)


def test_a_task_is_due_on_a_day_and_says_how_far_it_is() -> None:
    [todo] = icalendar.Calendar.from_ical(ical.encode(TASK)).walk("VTODO")
    lines = todo.to_ical().decode().splitlines()
    assert {"DUE;VALUE=DATE:20261129", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"} <= set(lines)
    assert not any(line.startswith(("DTSTART", "DTEND", "TRANSP", "COMPLETED")) for line in lines)
    component = read(ical.encode(TASK))
    assert (component.event.done, component.event.mark) == (40, TASK.mark)
    assert stands(ical.encode(TASK))[0] == TASK.interval


def test_a_task_that_is_done_says_since_when() -> None:
    body = ical.encode(TASK)
    done = ical.patch(body, replace(TASK, done=100))
    assert changed_lines(body, done)[1] >= {"STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261130T000000Z"}
    assert not any(line.startswith(("DTSTART", "DTEND", "TRANSP")) for line in done.splitlines())
    again = ical.patch(done, TASK)
    assert "COMPLETED:" not in again
    assert read(again).event.done == 40


def test_what_others_say_of_a_task_stays() -> None:
    theirs = "RELATED-TO:another\r\nX-APPLE-SORT-ORDER:5\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
    body = ical.encode(TASK).replace("END:VTODO", theirs + "END:VTODO")
    assert theirs in ical.patch(body, replace(TASK, interval=due_on(date(2026, 12, 6)), done=100))


def test_a_task_completed_elsewhere_is_done_whatever_its_percentage() -> None:
    body = ical.encode(TASK)
    assert read(body.replace("STATUS:IN-PROCESS", "STATUS:COMPLETED")).event.done == 100
    assert read(body.replace("PERCENT-COMPLETE:40\r\n", "")).event.done == 0
    assert read(body.replace("PERCENT-COMPLETE:40", "PERCENT-COMPLETE:x")).event.done == 0


def test_a_property_whose_name_is_folded_is_changed_all_the_same() -> None:
    body = ical.encode(DRAFT).replace("SUMMARY:Dinner", "SUMMA\r\n RY:Dinner")
    assert stands(ical.patch(body, replace(DRAFT, summary="Supper")))[1] == "Supper"


def test_a_line_that_only_looks_like_a_beginning_hides_nothing() -> None:
    body = ical.encode(DRAFT).replace("SUMMARY:Dinner", "BEGIN:SUMMARY:Dinner")
    assert stands(ical.patch(body, DRAFT))[1] == "Dinner"


def test_of_a_uid_given_twice_the_first_names_the_event() -> None:
    body = ical.encode(DRAFT)
    other = body[body.index("BEGIN:VEVENT") : body.index("END:VCALENDAR")].replace(f"UID:{DRAFT.uid}", "UID:other")
    odd = other.replace("END:VEVENT", f"UID:{DRAFT.uid}\r\nEND:VEVENT")
    patched = ical.patch(body.replace("BEGIN:VEVENT", odd + "BEGIN:VEVENT", 1), replace(DRAFT, summary="Supper"))
    assert odd in patched
