"""What producers send, and what breaks on the way."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeblock.codecs.ical import decode
from timeblock.core.event import (
    Answer,
    Attendee,
    CalendarId,
    Component,
    Decoded,
    Event,
    EventType,
    Mark,
    Resource,
    Series,
    Status,
)
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts, instant
from timeblock.core.recurrence import expand

CALENDAR = CalendarId("home", "/cal")
OSLO = ZoneInfo("Europe/Oslo")


def read(body: str) -> Decoded:
    return decode(Resource(CALENDAR, "a.ics", '"1"', body))


def wrapped(*components: str) -> str:
    return "\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x", *(c.strip() for c in components), "END:VCALENDAR"]
    )


def vevent(*lines: str, uid: str = "a", start: str = "DTSTART:20261123T080000Z") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *([start] if start else []), *lines, "END:VEVENT"])


def one(*lines: str, start: str = "DTSTART:20261123T080000Z", zones: str = "") -> Component:
    """The only component of an event with ``lines``; nothing may be odd about it."""
    decoded = read(wrapped(zones, vevent(*lines, start=start)))
    assert decoded.set_aside == ()
    return master(decoded.series[0])


def master(series: Series) -> Component:
    assert series.master is not None
    return series.master


def said(*lines: str) -> Event:
    return one(*lines).event


def reasons(body: str) -> list[str]:
    return [s.reason for s in read(body).set_aside]


# --- Producers --------------------------------------------------------------------------------------------------------

GOOGLE = """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
X-WR-TIMEZONE:America/New_York
BEGIN:VTIMEZONE
TZID:Europe/Oslo
X-LIC-LOCATION:Europe/Oslo
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:GMT+2
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Oslo:20261005T100000
DTEND;TZID=Europe/Oslo:20261005T110000
RRULE:FREQ=WEEKLY;UNTIL=20261207T225959Z;BYDAY=MO
EXDATE;TZID=Europe/Oslo:20261012T100000
DTSTAMP:20261101T120000Z
ORGANIZER;CN=Kari:mailto:Kari@Example.com
UID:7abc@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN="Nordmann, Ola
 ";X-NUM-GUESTS=0:mailto:ola@example.com
ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=DECLINED:mailto:per@example.com
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij
STATUS:CONFIRMED
SUMMARY:Team\\, weekly
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/Oslo:20261020T140000
DTEND;TZID=Europe/Oslo:20261020T150000
RECURRENCE-ID;TZID=Europe/Oslo:20261019T100000
UID:7abc@google.com
SEQUENCE:1
SUMMARY:Team\\, moved
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_google() -> None:
    (series,) = read(GOOGLE).series
    event = master(series).event
    assert master(series).start == datetime(2026, 10, 5, 10, tzinfo=OSLO)
    assert (event.summary, event.organizer, event.online, event.recurring) == (
        "Team, weekly",
        "kari@example.com",
        True,
        True,
    )
    assert event.attendees == (
        Attendee("ola@example.com", Answer.ACCEPTED),
        Attendee("per@example.com", Answer.DECLINED),
    )
    assert series.overrides[0].replaces == datetime(2026, 10, 19, 10, tzinfo=OSLO)


def test_the_whole_series_of_google_expands() -> None:
    (series,) = read(GOOGLE).series
    window = Interval(instant(datetime(2026, 10, 1, tzinfo=UTC)), instant(datetime(2026, 11, 4, tzinfo=UTC)))
    found = expand(series, window, Whereabouts(OSLO)).occurrences
    assert [datetime.fromtimestamp(o.interval.start, UTC).strftime("%m-%d %H") for o in found] == [
        "10-05 08",
        "10-20 12",
        "10-26 09",
        "11-02 09",
    ]


OUTLOOK = """
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


NOWHERE = OUTLOOK.replace("Customized Time Zone", "Nowhere")


@pytest.mark.parametrize(("month", "hour"), [(7, 7), (11, 8)])
def test_a_customized_time_zone_of_outlook_is_read_from_what_comes_with_it(month: int, hour: int) -> None:
    start = one(start=f"DTSTART;TZID=Customized Time Zone:2026{month:02}23T090000", zones=OUTLOOK).start
    assert isinstance(start, datetime)
    assert start.astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ('"Eastern Standard Time"', "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Oslo", "Europe/Oslo"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/Europe/Oslo", "Europe/Oslo"),
    ],
)
def test_names_of_zones_that_everyone_knows(name: str, zone: str) -> None:
    start = one(start=f"DTSTART;TZID={name}:20261123T090000").start
    assert isinstance(start, datetime)
    assert start.tzinfo == ZoneInfo(zone)


def test_a_zone_of_the_calendar_may_say_where_it_lies() -> None:
    zones = "BEGIN:VTIMEZONE\nTZID:Our office\nX-LIC-LOCATION:Europe/Oslo\nEND:VTIMEZONE"
    start = one(start="DTSTART;TZID=Our office:20261123T090000", zones=zones).start
    assert isinstance(start, datetime)
    assert start.tzinfo == OSLO


def test_a_known_name_wins_over_what_a_calendar_says_of_it() -> None:
    lie = OUTLOOK.replace("Customized Time Zone", "America/New_York")
    start = one(start="DTSTART;TZID=America/New_York:20261123T090000", zones=lie).start
    assert isinstance(start, datetime)
    assert start.utcoffset() == timedelta(hours=-5)


@pytest.mark.parametrize(
    "zones",
    [
        "",
        "BEGIN:VTIMEZONE\nTZID:Nowhere\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:STANDARD\nDTSTART;TZID=America:20260101T000000\nTZOFFSETFROM:+0100\n"
        "TZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:STANDARD\nDTSTART;TZID=/x.org/1/Europe/Oslo:19700101T000000\nTZOFFSETFROM:0\n"
        "TZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:STANDARD\nDTSTART:garbage\nEND:STANDARD\nEND:VTIMEZONE",
        NOWHERE.replace("FREQ=YEARLY", "FREQ=SECONDLY"),
        NOWHERE.replace("INTERVAL=1", "INTERVAL=0"),
        NOWHERE.replace("BYMONTH=3", "BYHOUR=1,2,3,4"),
        NOWHERE.replace("BYMONTH=3", "WKST=MO"),
        NOWHERE.replace("FREQ=YEARLY", "FREQ"),
        NOWHERE.replace("RRULE", "COMMENT:" + "x" * 250_000 + "\nRRULE"),
    ],
    ids=[
        "none",
        "empty",
        "folder",
        "guessed",
        "garbage",
        "every second",
        "no interval",
        "by hour",
        "every day",
        "no rule",
        "long",
    ],
)
def test_an_unknown_zone_is_read_as_local_time_and_said(zones: str) -> None:
    body = wrapped(zones, vevent("DTEND;TZID=Nowhere:20261123T100000", start="DTSTART;TZID=Nowhere:20261123T090000"))
    decoded = read(body)
    assert master(decoded.series[0]).start == datetime(2026, 11, 23, 9)
    assert [s.reason for s in decoded.set_aside] == ['read as local time: the time zone "Nowhere" is unknown']


@pytest.mark.parametrize("name", ["localtime", "posixrules", "America", "../../etc/passwd", "x" * 5000, "a\\nb"])
def test_no_file_of_the_machine_is_a_zone(name: str) -> None:
    assert "is unknown" in reasons(wrapped(vevent(start=f"DTSTART;TZID={name}:20261123T090000")))[0]


def test_the_zone_of_a_calendar_moves_no_utc_time() -> None:
    body = wrapped("X-WR-TIMEZONE:America/New_York", vevent("RRULE:FREQ=DAILY"))
    assert master(read(body).series[0]).start == datetime(2026, 11, 23, 8, tzinfo=UTC)


# --- Times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "lines", "end"),
    [
        ("DTSTART:20261123T080000Z", [], datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20261123", [], date(2026, 11, 24)),
        ("DTSTART:20261123", ["DTEND:20261125"], date(2026, 11, 25)),
        ("DTSTART:20261123T080000Z", ["DURATION:PT1H30M"], datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("DTSTART:20261123T080000", ["DURATION:PT1H"], datetime(2026, 11, 23, 9)),
        ("DTSTART;VALUE=DATE:20261123", ["DURATION:P1W"], date(2026, 11, 30)),
        ("DTSTART;VALUE=DATE:20261123T000000", [], date(2026, 11, 24)),
        ("DTSTART;TZID=Europe/Oslo:20261024T120000", ["DURATION:P1D"], datetime(2026, 10, 25, 12, tzinfo=OSLO)),
        ("DTSTART;TZID=Europe/Oslo:20261024T120000", ["DURATION:PT24H"], datetime(2026, 10, 25, 10, tzinfo=UTC)),
        ("DTSTART:20261231T235960Z", [], datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_ends(start: str, lines: list[str], end: date) -> None:
    found = one(*lines, start=start).end
    assert (type(found), found) == (type(end), end)


def test_dates_in_lists_periods_and_folds() -> None:
    component = one(
        "EXDATE:20261124T080000Z,20261125T080000Z",
        "EXDATE;VALUE=DATE:20261126",
        "RDATE;VALUE=PERIOD:20261201T080000Z/20261201T100000Z,20261202T080000Z/PT3H",
        "RDATE:20261\n 203T080000Z",
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=WEEKLY",
    )
    assert component.excluded == (
        datetime(2026, 11, 24, 8, tzinfo=UTC),
        datetime(2026, 11, 25, 8, tzinfo=UTC),
        date(2026, 11, 26),
    )
    first, second, third = component.extra
    assert first[1] == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert second[1] == datetime(2026, 12, 2, 11, tzinfo=UTC)
    assert third == (datetime(2026, 12, 3, 8, tzinfo=UTC), None)
    assert component.rules == ("FREQ=DAILY", "FREQ=WEEKLY")


def test_a_bad_date_in_a_list_costs_only_itself() -> None:
    decoded = read(wrapped(vevent("EXDATE:never,20261124T080000Z", "RRULE:FREQ=DAILY")))
    assert len(master(decoded.series[0]).excluded) == 1
    assert decoded.set_aside[0].reason == "read without one of its dates: its EXDATE is no date"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["DTSTART:soon"], "its DTSTART is no date"),
        (["DTSTART:20261345T080000Z"], "its DTSTART is no date"),
        (["DTSTART:"], "its DTSTART is no date"),
        (["SUMMARY:x"], "it has no DTSTART"),
        (["DTSTART:20261123T080000Z", "DTEND:later"], "its DTEND is no date"),
        (["DTSTART:20261123T080000Z", "DURATION:long"], "its DURATION is none"),
        (["DTSTART:20261123T080000Z", "DURATION:P999999W"], "after the year 9999"),
        (["DTSTART;VALUE=DATE:99991231"], "after the year 9999"),
        (["DTSTART:20261123T080000Z", "RECURRENCE-ID:x"], "its RECURRENCE-ID is no date"),
    ],
)
def test_an_event_whose_times_cannot_be_read_is_set_aside(lines: list[str], reason: str) -> None:
    decoded = read(wrapped(vevent(*lines, start=""), vevent(uid="b")))
    assert [s.key.uid for s in decoded.series] == ["b"]
    assert [s.uid for s in decoded.set_aside] == ["a"]
    assert reason in decoded.set_aside[0].reason


# --- What it says -----------------------------------------------------------------------------------------------------


def test_what_an_event_says() -> None:
    event = said(
        r"SUMMARY:A\, b\; c\nd \\",
        "LOCATION:Room 1",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "CLASS:CONFIDENTIAL",
        r"CATEGORIES:a\,b,c",
        "CATEGORIES:d,",
        "ORGANIZER:MAILTO:Me@X.y",
        "ATTENDEE;EMAIL=you@x.y;PARTSTAT=DELEGATED:/principals/you",
        "ATTENDEE;PARTSTAT=WHATEVER:mailto:they@x.y",
    )
    assert (event.summary, event.location) == ("A, b; c\nd \\", "Room 1")
    assert (event.status, event.transparent, event.private) == (Status.TENTATIVE, True, True)
    assert (event.categories, event.organizer) == (("a,b", "c", "d"), "me@x.y")
    assert event.attendees == (Attendee("you@x.y", Answer.DECLINED), Attendee("they@x.y", Answer.NEEDS_ACTION))


@pytest.mark.parametrize(
    ("busy", "transparent", "kind", "status"),
    [
        ("FREE", True, EventType.DEFAULT, Status.CONFIRMED),
        ("BUSY", False, EventType.DEFAULT, Status.CONFIRMED),
        ("OOF", False, EventType.OUT_OF_OFFICE, Status.CONFIRMED),
        ("WORKINGELSEWHERE", True, EventType.WORKING_LOCATION, Status.CONFIRMED),
        ("TENTATIVE", False, EventType.DEFAULT, Status.TENTATIVE),
    ],
)
def test_what_outlook_calls_busy(busy: str, transparent: bool, kind: EventType, status: Status) -> None:
    event = said(f"X-MICROSOFT-CDO-BUSYSTATUS:{busy}")
    assert (event.transparent, event.type, event.status) == (transparent, kind, status)


def test_birthdays_of_nextcloud() -> None:
    assert said("X-NEXTCLOUD-BC-FIELD-TYPE:BDAY").type is EventType.BIRTHDAY


@pytest.mark.parametrize(
    "line",
    [
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://x.y/z",
        "LOCATION:https://us02web.zoom.us/j/123",
        r"DESCRIPTION:Join\nhttps://teams.microsoft.com/l/meetup-join/19",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://x.y/",
    ],
)
def test_meetings_online(line: str) -> None:
    assert said(line).online
    assert not said("LOCATION:Room 1", "DESCRIPTION:We could zoom").online


def test_a_place_that_is_a_link_is_online_but_for_a_map() -> None:
    assert said("LOCATION:https://video.example/room").online
    assert not said("LOCATION:https://maps.example/station").online
    assert not said("LOCATION:https://www.example.com/map?q=station").online
    assert not said("DESCRIPTION:https://video.example/room").online


def test_our_mark() -> None:
    assert said("X-TIMEBLOCK-KEY:dinner/2026-W48/1;2", "X-TIMEBLOCK-HASH:abc").mark == Mark(
        "dinner/2026-W48/1", 2, "abc"
    )
    assert said(r"X-TIMEBLOCK-KEY:dinner/2026-W48/1\;2", "X-TIMEBLOCK-HASH:abc").mark == Mark(
        "dinner/2026-W48/1", 2, "abc"
    )


@pytest.mark.parametrize("value", ["", "dinner", "dinner;", ";2", "dinner;x", "dinner;-1", "dinner;²"])
def test_a_broken_mark_is_none(value: str) -> None:
    assert said(f"X-TIMEBLOCK-KEY:{value}").mark is None


def test_what_belongs_to_an_alarm_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM\nUID:b\nSUMMARY:Alarm\nDURATION:PT5M\nEND:VALARM"
    component = one(alarm, "SUMMARY:Event")
    assert (component.event.key.uid, component.event.summary) == ("a", "Event")
    assert component.end == component.start


def test_to_dos_and_journals_are_not_events() -> None:
    other = "".join(
        f"BEGIN:{kind}\nUID:{kind}\nDTSTART:20261123T080000Z\nEND:{kind}\n" for kind in ("VTODO", "VJOURNAL")
    )
    assert read(wrapped(other)) == Decoded()


# --- One UID, several components --------------------------------------------------------------------------------------


def test_overrides_alone_are_a_series_without_master() -> None:
    (series,) = read(wrapped(vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20261123T080000Z", "RRULE:FREQ=DAILY"))).series
    assert series.master is None
    assert series.overrides[0].and_following
    assert series.overrides[0].rules == ()
    assert series.overrides[0].event.recurring


def test_of_two_states_of_the_same_the_newer_counts() -> None:
    old, new = vevent("SEQUENCE:1", "SUMMARY:old"), vevent("SEQUENCE:2", "SUMMARY:new")
    changed = [vevent(f"SEQUENCE:{n}", "RECURRENCE-ID:20261124T080000Z", f"SUMMARY:{n}") for n in (3, 1)]
    (series,) = read(wrapped(new, old, *changed)).series
    assert (master(series).event.summary, [o.event.summary for o in series.overrides]) == ("new", ["3"])


def test_different_events_under_one_uid_each_take_their_time() -> None:
    body = wrapped(vevent(), vevent(start="DTSTART:20261124T080000Z"), vevent(start="DTSTART:20261125T080000Z"))
    (series,) = read(body).series
    window = Interval(instant(datetime(2026, 11, 1, tzinfo=UTC)), instant(datetime(2026, 12, 1, tzinfo=UTC)))
    assert len(expand(series, window, Whereabouts(OSLO)).occurrences) == 3


def test_the_same_event_twice_is_one() -> None:
    (series,) = read(wrapped(vevent(), vevent())).series
    assert series.overrides == ()


def test_of_two_repeating_events_under_one_uid_one_is_read_and_that_is_said() -> None:
    decoded = read(wrapped(vevent("RRULE:FREQ=DAILY"), vevent("RRULE:FREQ=WEEKLY")))
    assert len(decoded.series) == 1
    assert "stands for 2 repeating events" in decoded.set_aside[0].reason


# --- Broken on the way ------------------------------------------------------------------------------------------------


def test_one_bad_event_among_a_thousand_costs_only_itself() -> None:
    events = [vevent("RRULE:FREQ=DAILY;INTERVAL=x", uid=str(n)) for n in range(999)]
    decoded = read(wrapped(*events[:500], vevent(uid="bad", start="DTSTART:x"), *events[500:]))
    assert len(decoded.series) == 999
    assert [s.uid for s in decoded.set_aside] == ["bad"]


@pytest.mark.parametrize(
    "body", ["", "<!DOCTYPE html><html>BEGIN:VCALENDAR</html>", "\ufeff", '{"error": 1}', "BEGIN:VEVENT"]
)
def test_what_is_no_calendar(body: str) -> None:
    assert reasons(body) == ["it is not a calendar"]


def test_a_calendar_that_is_cut_off_before_its_events_is_not_an_empty_one() -> None:
    assert reasons("BEGIN:VCALENDAR\nVERSION:2.0\n") == ["it is cut off before any event"]
    assert reasons("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n") == []


def test_a_name_without_line_end_is_no_file_to_open() -> None:
    assert reasons(__file__) == ["it is not a calendar"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("SUMMARY", "\0SUMM\0ARY"),
        lambda text: text.replace("BEGIN:VEVENT", "begin:vevent").replace("END:VEVENT", "End:VEvent "),
        lambda text: text.replace("DTSTART", "dtstart"),
        lambda text: text.removesuffix("END:VCALENDAR"),
        lambda text: text.replace("SUMMARY:x", "SUMMARY:x\nno colon here\n:\n;;;:\nSUMMARY"),
        lambda text: text.replace("SUMMARY:x", 'SUMMARY:x\nLOCATION;ALTREP="open:y'),
    ],
    ids=["BOM", "CRLF", "CR", "NUL", "case", "lower", "cut", "no-line", "quote"],
)
def test_small_damage_is_read_over(damage: Callable[[str], str]) -> None:
    decoded = read(damage(wrapped(vevent("SUMMARY:x"))))
    assert decoded.set_aside == ()
    assert master(decoded.series[0]).event.summary == "x"


def test_half_characters_become_question_marks() -> None:
    assert said("SUMMARY:caf\udce9").summary == "caf?"


def test_a_calendar_cut_in_an_event_keeps_the_others() -> None:
    decoded = read(wrapped(vevent(uid="b"), vevent())[:-30])
    assert [s.key.uid for s in decoded.series] == ["b"]
    assert decoded.set_aside[0].reason == "it is cut off or its parts are not closed"


@pytest.mark.parametrize(
    ("body", "good"),
    [
        (wrapped("BEGIN:VEVENT\nUID:b\nDTSTART:20261123", vevent()), ["a"]),
        (wrapped("BEGIN:VEVENT\nUID:b\nBEGIN:VALARM\nEND:VEVENT", vevent()), ["a"]),
        (wrapped("BEGIN:VEVENT\nUID:b\n" + vevent() + "\nEND:VEVENT"), ["a"]),
        (wrapped("END:VEVENT", vevent(), "END:VALARM"), ["a"]),
        (wrapped(vevent(), "BEGIN:VEVENT\nUID:b"), ["a"]),
    ],
    ids=["no end", "open alarm", "nested", "only ends", "open at the end"],
)
def test_parts_that_are_not_closed(body: str, good: list[str]) -> None:
    decoded = read(body)
    assert [s.key.uid for s in decoded.series] == good
    assert all(s.uid == "b" for s in decoded.set_aside)


def test_an_event_without_a_calendar_around_it_is_read() -> None:
    assert [s.key.uid for s in read(vevent()).series] == ["a"]


def test_an_instance_that_was_changed_and_then_deleted_is_no_more() -> None:
    override = vevent("RECURRENCE-ID:20261124T080000Z", "SEQUENCE:1", start="DTSTART:20261124T100000Z")
    gone = vevent("RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261124T080000Z", "SEQUENCE:{}")
    for sequence, standing in ((0, 1), (1, 1), (2, 0)):
        (series,) = read(wrapped(gone.format(sequence), override)).series
        assert len(series.overrides) == standing


def test_an_empty_rule_is_none() -> None:
    assert one("RRULE:").rules == ()


def test_a_list_of_a_million_dates_is_cut_and_named() -> None:
    decoded = read(wrapped(vevent("RRULE:FREQ=DAILY", "EXDATE:" + "20261124T080000Z," * 20_001)))
    assert len(master(decoded.series[0]).excluded) == 20_000
    assert [a.reason for a in decoded.set_aside] == [
        "read without all of its dates: it lists more than 20000 as EXDATE"
    ]


def test_each_thing_set_aside_names_its_line() -> None:
    bad = vevent("EXDATE:never", uid="b", start="DTSTART;TZID=Nowhere:20261123T080000")
    decoded = read(wrapped(vevent(), bad, vevent(uid="c", start="")))
    assert [(a.uid, a.line) for a in decoded.set_aside] == [("c", 13), ("b", 8), ("b", 8)]


def test_an_event_without_uid_is_read_under_a_name_made_of_its_text() -> None:
    body = wrapped(vevent(), *("BEGIN:VEVENT\nDTSTART:20261123T080000Z\nEND:VEVENT",) * 2, "BEGIN:VEVENT\nEND:VEVENT")
    decoded = read(body)
    assert [s.key.uid for s in decoded.series] == ["a", "without a UID 79198b9985630c5b"]
    assert decoded.series == read(body).series
    assert [(a.reason, a.line) for a in decoded.set_aside] == [("it has no DTSTART", 14)]


ALPHABET = st.sampled_from(
    [
        "BEGIN:",
        "END:",
        "VEVENT",
        "VCALENDAR",
        "VTIMEZONE",
        "\n",
        "DTSTART",
        ":",
        ";",
        "TZID=",
        "2026",
        "P",
        '"',
        "\\",
        "X",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(ALPHABET, st.text(max_size=3)), max_size=40).map("".join), st.integers(0, 400))
def test_no_text_raises(noise: str, at: int) -> None:
    text = wrapped(OUTLOOK, vevent("SUMMARY:x", start="DTSTART;TZID=Customized Time Zone:20261123T090000"))
    read(text[:at] + noise + text[at:])


def test_ten_thousand_overrides() -> None:
    first = datetime(2000, 1, 1, 8, tzinfo=UTC)
    names = [f"{first + timedelta(days=n):%Y%m%dT%H%M%SZ}" for n in range(10_000)]
    changes = [vevent(f"RECURRENCE-ID:{name}", start=f"DTSTART:{name}") for name in names]
    (series,) = read(wrapped(vevent("RRULE:FREQ=DAILY", start=f"DTSTART:{names[0]}"), *changes)).series
    window = Interval(instant(first), instant(first + timedelta(days=5)))
    assert len(series.overrides) == 10_000
    assert len(expand(series, window, Whereabouts(OSLO)).occurrences) == 5


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20261101T080000Z", 1_793_520_000),
        ("00001231T000000Z", None),
        ("20261101T080000", None),
    ],
)
def test_when_it_was_made_is_told_in_utc_or_not_at_all(text: str, at: int | None) -> None:
    assert said(f"CREATED:{text}").created == at
    assert said().created is None
