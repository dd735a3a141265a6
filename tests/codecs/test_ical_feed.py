"""One text into resources by UID."""

from time import process_time

import pytest

from timeblock.codecs.ical import decode, split
from timeblock.codecs.ical_feed import NAMELESS
from timeblock.core.event import CalendarId, Resource
from timeblock.errors import Incomplete

CALENDAR = CalendarId("work", "https://x.y/feed.ics")
OSLO = """BEGIN:VTIMEZONE
TZID:Our zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE"""


def vevent(uid: str, *lines: str, start: str = "DTSTART:20261123T080000Z") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def feed(*parts: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-TIMEZONE:Europe/Oslo", *parts, "END:VCALENDAR", ""])


def by_href(text: str) -> dict[str, Resource]:
    return {r.href: r for r in split(CALENDAR, text)}


def test_components_of_a_uid_come_together_wherever_they_stand() -> None:
    override = vevent("a", "RECURRENCE-ID:20261124T080000Z")
    found = by_href(feed(vevent("a", "RRULE:FREQ=DAILY"), vevent("b"), override))
    assert list(found) == ["a", "b"]
    (series,) = decode(found["a"]).series
    assert len(series.overrides) == 1


def test_each_part_is_a_calendar_with_the_zones_it_names() -> None:
    zoned = vevent("a", start='DTSTART;TZID="Our zone":20261123T090000')
    found = by_href(feed(OSLO, zoned, vevent("b")))
    assert "BEGIN:VTIMEZONE" in found["a"].body
    assert "BEGIN:VTIMEZONE" not in found["b"].body
    assert "X-WR-TIMEZONE:Europe/Oslo" in found["b"].body
    assert decode(found["a"]).set_aside == ()


def test_a_zone_that_everyone_knows_is_not_carried_along() -> None:
    zoned = vevent("a", start="DTSTART;TZID=Europe/Oslo:20261123T090000")
    found = by_href(feed(OSLO.replace("Our zone", "Europe/Oslo"), zoned))
    assert "BEGIN:VTIMEZONE" not in found["a"].body
    assert decode(found["a"]).set_aside == ()


def test_the_version_changes_with_the_part_alone() -> None:
    before = by_href(feed(vevent("a"), vevent("b")))
    after = by_href(feed(vevent("b", "SUMMARY:new"), vevent("a")))
    assert before["a"].version == after["a"].version
    assert before["b"].version != after["b"].version


def test_folded_and_odd_uids() -> None:
    found = by_href(
        feed(vevent("a\n bc"), vevent("x;y"), vevent("z").replace("UID:", "uid;X-A=b:")).replace("\n", "\r\n")
    )
    assert list(found) == ["abc", "x;y", "z"]
    assert [s.key.uid for r in found.values() for s in decode(r).series] == list(found)


def test_the_uid_of_an_alarm_is_not_that_of_the_event() -> None:
    alarm = "BEGIN:VALARM\nUID:alarm\nEND:VALARM"
    assert list(by_href(feed(vevent("a").replace("UID:a", f"{alarm}\nUID:a")))) == ["a"]


def test_what_is_broken_or_has_no_uid_comes_last_and_is_judged_part_by_part() -> None:
    nameless = "BEGIN:VEVENT\nDTSTART:20261123T080000Z\nEND:VEVENT"
    found = by_href(feed("BEGIN:VEVENT\nUID:cut\nDTSTART:20261123", vevent("a"), nameless, vevent("b")))
    assert list(found) == ["a", "b", NAMELESS]
    decoded = decode(found[NAMELESS])
    assert [s.reason for s in decoded.set_aside] == ["it is cut off or its parts are not closed"]
    assert len(decoded.series) == 1


def test_to_dos_are_no_events_and_an_empty_calendar_is_one() -> None:
    assert split(CALENDAR, feed("BEGIN:VTODO\nUID:t\nEND:VTODO")) == ()
    assert split(CALENDAR, "\ufeff" + feed()) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        ("  \n ", "it is empty"),
        ("<!DOCTYPE html>\n<title>Sign in</title>", "not a calendar: it is a web page"),
        (feed(vevent("a"))[:-40], "cut off"),
    ],
)
def test_what_cannot_be_believed_is_refused(text: str, says: str) -> None:
    with pytest.raises(Incomplete, match=says):
        split(CALENDAR, text)


def test_fifteen_megabytes_take_seconds() -> None:
    note = "DESCRIPTION:" + "x" * 600
    text = feed(OSLO, *(vevent(str(n), note) for n in range(20_000)))
    began = process_time()
    assert len(split(CALENDAR, text)) == 20_000
    assert process_time() - began < 3
