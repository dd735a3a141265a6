"""What is given away, read back by vobject and by icalendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import icalendar
import vobject  # type: ignore[import-untyped] # it has no types

from timeblock.core.event import CalendarId, Event, EventKey, Mark, Occurrence, Status
from timeblock.core.interval import Instant, Interval, Spans
from timeblock.core.localtime import Stay, Whereabouts, instant
from timeblock.core.plan import Block
from timeblock.core.problem import Kind
from timeblock.export import availability_ics, blocks_ics, free_busy_ics, milestones_ics, schedule_ics

OSLO, NEW_YORK = ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York")
WHERE = Whereabouts(OSLO, (Stay(date(2026, 11, 25), date(2026, 11, 27), NEW_YORK),))
NOW = WHERE.at(date(2026, 11, 22))
WORK, HOME = CalendarId("work", "/w"), CalendarId("home", "/h")


def at(day: int, hour: int, zone: ZoneInfo = OSLO) -> Instant:
    return instant(datetime(2026, 11, day, hour, tzinfo=zone))


def block(name: str, start: Instant, *, private: bool = False, busy: bool = True) -> Block:
    interval = Interval(start, start + 3600)
    return Block(
        name, "dinner", f"{name}; eat", Kind.NON_NEGOTIABLE, "home", interval, busy, private, reason="You asked"
    )


def occurrence(calendar: CalendarId, start: Instant, end: Instant, **facts: object) -> Occurrence:
    event = Event(EventKey(calendar, "a.ics", "a"), summary="Talk", location="Room 1", **facts)  # type: ignore[arg-type] # facts of an Event
    return Occurrence(Interval(start, end), event)


def parsed(text: str) -> vobject.base.Component:
    return vobject.readOne(text)


def test_blocks_stand_in_the_zone_of_their_day() -> None:
    text = blocks_ics([block("a", at(23, 18)), block("b", at(26, 18, NEW_YORK), private=True, busy=False)], WHERE, NOW)
    home, away = parsed(text).vevent_list
    assert (home.summary.value, home.dtstart.value) == ("a; eat", datetime(2026, 11, 23, 18, tzinfo=OSLO))
    assert away.dtstart.value.astimezone(UTC) == datetime(2026, 11, 26, 23, tzinfo=UTC)
    assert (away.transp.value, away.contents["class"][0].value) == ("TRANSPARENT", "PRIVATE")
    assert {str(z.tz_name) for z in icalendar.Calendar.from_ical(text).timezones} == {"Europe/Oslo", "America/New_York"}


def test_the_same_plan_is_the_same_text() -> None:
    assert blocks_ics([block("a", at(23, 18))], WHERE, NOW) == blocks_ics([block("a", at(23, 18))], WHERE, NOW)
    assert "VEVENT" not in blocks_ics([], WHERE, NOW)


def test_a_schedule_is_blocks_and_events_by_time() -> None:
    talk = occurrence(WORK, at(23, 9), at(23, 10), status=Status.TENTATIVE)
    day = Occurrence(Interval(WHERE.at(date(2026, 11, 24)), WHERE.at(date(2026, 11, 26))), talk.event, all_day=True)
    events = parsed(schedule_ics([block("a", at(23, 18))], [day, talk], WHERE, NOW)).vevent_list
    assert [e.summary.value for e in events] == ["Talk", "a; eat", "Talk"]
    assert (events[0].status.value, events[0].location.value) == ("TENTATIVE", "Room 1")
    assert (events[2].dtstart.value, events[2].dtend.value) == (date(2026, 11, 24), date(2026, 11, 26))


def test_a_schedule_hides_what_is_private() -> None:
    shown = occurrence(HOME, at(23, 9), at(23, 10), transparent=True)
    hidden = [occurrence(WORK, at(23, 11), at(23, 12)), occurrence(HOME, at(23, 13), at(23, 14), private=True)]
    text = schedule_ics([], [shown, *hidden], WHERE, NOW, busy_only={WORK})
    assert [e.summary.value for e in parsed(text).vevent_list] == ["Talk", "Busy", "Busy"]
    assert text.count("Room 1") == 1
    assert text.count("TRANSPARENT") == 1


def test_cancelled_events_and_blocks_that_stand_already_are_left_out() -> None:
    cancelled = occurrence(HOME, at(23, 9), at(23, 10), status=Status.CANCELLED)
    standing = occurrence(HOME, at(23, 18), at(23, 19), mark=Mark("a", 0, ""))
    older = occurrence(HOME, at(22, 18), at(22, 19), mark=Mark("z", 0, ""))
    events = parsed(schedule_ics([block("a", at(23, 18))], [cancelled, standing, older], WHERE, NOW)).vevent_list
    assert [e.summary.value for e in events] == ["Talk", "a; eat"]


BUSY = Spans.of([Interval(at(23, 9), at(23, 11)), Interval(at(23, 10), at(23, 12)), Interval(at(20, 9), at(20, 10))])
OFF = Spans.of([Interval(at(23, 11), at(24, 8))])
DAY = Interval(at(23, 0), at(24, 0))


def test_free_and_busy_time_is_merged_disjoint_and_nameless() -> None:
    part = parsed(free_busy_ics(BUSY, OFF, DAY, NOW, "me@x.y")).vfreebusy
    periods = {str(p.params["FBTYPE"][0]): p.value for p in part.freebusy_list}
    assert periods == {
        "BUSY": [(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 11, tzinfo=UTC))],
        "BUSY-UNAVAILABLE": [(datetime(2026, 11, 23, 11, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC))],
    }
    assert part.organizer.value == "mailto:me@x.y"


def test_free_and_busy_time_is_published_only_with_an_organizer() -> None:
    assert "METHOD:PUBLISH" in free_busy_ics(BUSY, OFF, DAY, NOW, "me@x.y")
    unnamed = free_busy_ics(BUSY, OFF, DAY, NOW)
    assert "ORGANIZER" not in unnamed
    assert "METHOD" not in unnamed


def test_availability_is_events_that_are_busy_or_off() -> None:
    events = parsed(availability_ics(BUSY, OFF, DAY, WHERE, NOW)).vevent_list
    assert [(e.summary.value, e.dtstart.value.hour, e.dtend.value.hour) for e in events] == [
        ("Busy", 9, 12),
        ("Off", 12, 0),
    ]


def test_a_feed_says_its_name_and_how_often_to_ask() -> None:
    shared = [
        blocks_ics([block("a", at(23, 18))], WHERE, NOW, "Maya: blocks"),
        availability_ics(BUSY, OFF, DAY, WHERE, NOW, "Maya: blocks"),
        free_busy_ics(BUSY, OFF, DAY, NOW, feed="Maya: blocks"),
    ]
    for text in shared:
        lines = text.splitlines()
        assert "NAME:Maya: blocks" in lines
        assert "X-WR-CALNAME:Maya: blocks" in lines
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
        assert "X-PUBLISHED-TTL:PT15M" in lines
        assert icalendar.Calendar.from_ical(text).calendar_name == "Maya: blocks"
    assert "REFRESH" not in blocks_ics([block("a", at(23, 18))], WHERE, NOW)


def test_a_feed_hides_private_blocks_and_reasons() -> None:
    text = blocks_ics([block("a", at(23, 18)), block("b", at(24, 18), private=True)], WHERE, NOW, "Maya: blocks")
    assert [e.summary.value for e in parsed(text).vevent_list] == ["a; eat", "Busy"]
    assert "You asked" not in text
    assert text.count("CATEGORIES") == 1


def test_milestones_are_to_dos_that_fall_due() -> None:
    text = milestones_ics([("less", date(2026, 11, 30), "Overtime, 4 h"), ("less", date(2026, 12, 7), "3 h")], NOW)
    first, second = parsed(text).vtodo_list
    assert (first.due.value, first.summary.value) == (date(2026, 11, 30), "Overtime, 4 h")
    assert first.uid.value != second.uid.value
