"""Faults 36 to 43, 45 and 46: clocks, zones, odd calendar data, bombs, and what people type."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.person import CONFIG, NOW, Person, times, unfolded
from tests.proxy import Fault, answers, bomb
from tests.web import Say
from timeblock.core.event import Occurrence
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Incomplete, TryLater, Unsure
from timeblock.stages.values import Snapshot
from timeblock.store import events
from timeblock.transport import Transport

DAY = 24 * HOUR
OSLO = ZoneInfo("Europe/Oslo")
ODD = """
[accounts.odd]
type = "folder"
path = "{folder}"
[[calendars]]
name = "odd"
account = "odd"
[[blocks]]
name = "dinner"
"""
GOOD = "DTSTART:20261125T080000Z\nDTEND:20261125T090000Z"


class Odd:
    """A person who also has a folder into which other programs write whatever they like."""

    def __init__(self, person: Person) -> None:
        self.person, self.folder = person, person.home / "calendars" / "odd"
        self.folder.mkdir(parents=True)
        person.configure(CONFIG.replace('[[blocks]]\nname = "dinner"\n', ODD.format(folder=self.folder.parent), 1))

    def put(self, name: str, *components: str) -> Path:
        path = self.folder / f"{name}.ics"
        path.write_bytes(calendar(*components))
        return path

    def snapshot(self) -> Snapshot:
        cycle = self.person.apply()
        assert cycle.synced.failed == ()
        return cycle.snapshot

    def occurrences(self) -> list[Occurrence]:
        return [o for o in self.snapshot().occurrences if o.event.key.calendar.account == "odd"]

    def busy(self) -> list[tuple[str, str, int]]:
        """UID, start in Oslo and minutes of all that takes time."""
        return sorted(
            (o.event.key.uid, datetime.fromtimestamp(o.interval.start, OSLO).strftime("%d %H:%M"), minutes(o.interval))
            for o in self.occurrences()
        )


def minutes(interval: Interval) -> int:
    return (interval.end - interval.start) // 60


def calendar(*components: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Odd//Odd//EN", *components, "END:VCALENDAR", ""]
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def event(uid: str, *lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"])


@pytest.fixture
def odd(person: Person) -> Odd:
    return Odd(person)


# ---- clocks and zones ----------------------------------------------------------------------------------------------


def test_36_clock_jumps_suspend_and_a_change_of_zone(person: Person) -> None:
    person.apply()
    written = person.blocks()
    for jump in (HOUR, -HOUR, 365 * DAY, -365 * DAY):
        person.now = NOW + jump
        person.apply()
        assert {name: text for name, text in person.blocks().items() if name in written} == written
    person.now = NOW
    person.front.heal()
    person.apply()
    assert person.front.writes == []
    person.configure(CONFIG.replace("Europe/Oslo", "Asia/Tokyo"))
    person.apply(anyway=True)
    person.configure(CONFIG)
    person.apply(anyway=True)
    person.front.heal()
    person.apply()
    assert person.front.writes == []
    assert len(set(person.standing())) == len(person.standing())


CHANGES = {
    "spring in Oslo": ("Europe/Oslo", datetime(2027, 3, 26, 6, tzinfo=UTC)),
    "autumn in Oslo": ("Europe/Oslo", datetime(2027, 10, 29, 6, tzinfo=UTC)),
    "autumn in Sydney": ("Australia/Sydney", datetime(2027, 4, 2, 6, tzinfo=UTC)),
    "spring in Sydney": ("Australia/Sydney", datetime(2027, 10, 1, 6, tzinfo=UTC)),
}
NIGHT = """
[[blocks]]
name = "night"
kind = "rest"
quota = "1 per day"
duration = "1h"
windows = ["01:30-03:30"]
"""


@pytest.mark.parametrize(("zone", "now"), CHANGES.values(), ids=CHANGES)
def test_37_gap_or_fold_of_summer_time_in_both_hemispheres(person: Person, zone: str, now: datetime) -> None:
    person.now = int(now.timestamp())
    person.configure(CONFIG.replace("Europe/Oslo", zone) + NIGHT)
    plan = person.apply().proposal.plan.blocks
    nights = [block for block in plan if block.request == "night"]
    assert len(nights) >= 7
    assert {minutes(block.interval) for block in nights} == {60}
    for text in person.blocks().values():
        for wall in times(text):
            local = datetime.strptime(wall, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone))
            assert datetime.fromtimestamp(local.timestamp(), ZoneInfo(zone)).replace(tzinfo=None) == local.replace(
                tzinfo=None
            ), "it stands in the gap"
    person.front.heal()
    person.apply()
    assert person.front.writes == []


def test_37_a_recurring_event_keeps_its_time_on_the_wall(person: Person) -> None:
    person.now = int(datetime(2027, 3, 20, 6, tzinfo=UTC).timestamp())
    starts = [o.interval.start for o in person.apply().snapshot.occurrences if not o.event.mark]
    by_month = {(moment.month, moment.hour) for moment in (datetime.fromtimestamp(s, UTC) for s in starts)}
    assert by_month >= {(3, 17), (3, 16)}
    assert {datetime.fromtimestamp(start, OSLO).hour for start in starts} == {18}


def test_37_zone_rules_that_changed_are_applied_to_what_is_known(person: Person) -> None:
    person.apply()
    before = person.apply().snapshot.occurrences
    with person.deps() as deps:
        deps.db.connection.execute("UPDATE horizon SET basis = 'the rules of last year'")
        deps.db.connection.execute("UPDATE occurrence SET start_at = start_at - 3600, end_at = end_at - 3600")
    assert person.apply().snapshot.occurrences == before


def test_38_floating_times_unknown_zones_windows_names_and_lying_vtimezones(odd: Odd) -> None:
    lying = (
        "BEGIN:VTIMEZONE\nTZID:Europe/Oslo\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0900\n"
        "TZOFFSETTO:+0900\nEND:STANDARD\nEND:VTIMEZONE"
    )
    odd.put("floating", event("floating", "DTSTART:20261125T090000", "DTEND:20261125T100000"))
    for uid, zone in (("unknown", "Mars/Olympus"), ("windows", "W. Europe Standard Time"), ("lying", "Europe/Oslo")):
        odd.put(uid, lying, event(uid, f"DTSTART;TZID={zone}:20261125T090000", f"DTEND;TZID={zone}:20261125T100000"))
    assert {(start, length) for _, start, length in odd.busy()} == {("25 09:00", 60)}
    assert [(a.uid, "unknown" in a.reason) for a in odd.snapshot().set_aside] == [("unknown", True)]


def test_39_end_before_start_negative_or_no_duration_and_dates_mixed_with_times(odd: Odd) -> None:
    start = "DTSTART:20261125T080000Z"
    kept = {
        uid: odd.put(uid, event(uid, *lines)).read_bytes()
        for uid, lines in {
            "back": (start, "DTEND:20261125T070000Z"),
            "negative": (start, "DURATION:-PT1H"),
            "endless": (start,),
            "mixed": (start, "DTEND;VALUE=DATE:20261126"),
            "good": (GOOD,),
        }.items()
    }
    busy = odd.busy()
    assert {uid for uid, begin, _ in busy if begin == "25 09:00"} == kept.keys()
    assert all(length > 0 for _, _, length in busy)
    assert {a.uid for a in odd.snapshot().set_aside} >= {"back", "negative"}
    with odd.person.deps() as deps:
        (calendar_id,) = {o.event.key.calendar for o in odd.occurrences()}
        for uid in kept:
            resource = events.resource(deps.db, calendar_id, f"{uid}.ics")
            assert resource is not None
            assert resource.body.encode() == kept[uid] == (odd.folder / f"{uid}.ics").read_bytes()


RULES = {
    "seconds": "FREQ=SECONDLY",
    "minutes": "FREQ=MINUTELY",
    "no-interval": "FREQ=DAILY;INTERVAL=0",
    "count": "FREQ=SECONDLY;COUNT=1000000000",
    "never": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "far": "FREQ=YEARLY;UNTIL=99991231T000000Z",
}


def test_40_rules_that_cannot_be_walked(odd: Odd) -> None:
    for uid, rule in RULES.items():
        odd.put(uid, event(uid, GOOD, f"RRULE:{rule}"))
    odd.put("good", event("good", GOOD))
    since = time.monotonic()
    found = {o.event.key.uid for o in odd.occurrences()}
    assert time.monotonic() - since < 20
    assert found >= {"good", "far"}
    assert {a.uid for a in odd.snapshot().set_aside} >= {"seconds", "minutes", "no-interval", "count"}


def test_41_thousands_of_overrides_and_files_that_are_too_large(odd: Odd) -> None:
    first = datetime(2026, 11, 23, 5)
    override = [
        event("many", f"RECURRENCE-ID:{day:%Y%m%dT%H%M%SZ}", f"DTSTART:{day:%Y%m%dT%H%M%SZ}", "DURATION:PT10M")
        for day in (first + timedelta(days=n) for n in range(2_000))
    ]
    odd.put("many", event("many", "DTSTART:20261123T050000Z", "DURATION:PT5M", "RRULE:FREQ=DAILY"), *override)
    odd.put("wordy", event("wordy", GOOD, "DESCRIPTION:" + "x" * 2**20))
    huge = odd.folder / "huge.ics"
    with huge.open("wb") as file:
        file.truncate(60 * 2**20)
    cycle = odd.person.apply()
    lengths = {(o.event.key.uid, minutes(o.interval)) for o in odd.occurrences()}
    assert lengths == {("many", 10), ("wordy", 60)}
    assert "huge.ics" in str((cycle.synced.failed, cycle.snapshot.set_aside))


DAMAGE: Sequence[tuple[str, bytes]] = (
    ("a byte order mark", b"\xef\xbb\xbf"),
    ("a NUL", b"\x00"),
    ("bad UTF-8", b"\xff\xfe"),
)


def test_42_one_malformed_event_among_a_thousand(odd: Odd) -> None:
    good = [event(f"e{n}", GOOD) for n in range(999)]
    bad = event("bad", "DTSTART:yesterday", "DTEND:20261125T090000Z")
    odd.put("all", *good[:500], bad, *good[500:])
    for name, bytes_ in DAMAGE:
        damaged = calendar(event(name.replace(" ", "-"), GOOD, "SUMMARY:a title"))
        at = 0 if "mark" in name else damaged.index(b"a title")
        (odd.folder / f"{name}.ics").write_bytes(damaged[:at] + bytes_ + damaged[at:])
    odd.put("nested", event("outer", GOOD, "BEGIN:VEVENT"), event("after", GOOD))
    found = [o.event.key.uid for o in odd.occurrences()]
    assert len(set(found) & {f"e{n}" for n in range(999)}) == 999
    assert {name.replace(" ", "-") for name, _ in DAMAGE} <= set(found)
    assert [a.uid for a in odd.snapshot().set_aside if a.href == "all.ics"] == ["bad"]


def test_43_uids_twice_orphan_overrides_overrides_that_recur_and_this_and_following(odd: Odd) -> None:
    first, second = (
        odd.put(name, event("twin", GOOD.replace("T08", hour))) for name, hour in (("a", "T06"), ("b", "T07"))
    )
    odd.put("orphan", event("orphan", "RECURRENCE-ID:20261125T080000Z", GOOD))
    odd.put(
        "recurring",
        event("recurring", GOOD, "RRULE:FREQ=DAILY;COUNT=2"),
        event("recurring", "RECURRENCE-ID:20261126T080000Z", GOOD.replace("25T", "26T"), "RRULE:FREQ=DAILY;COUNT=2"),
    )
    odd.put(
        "rest",
        event("rest", GOOD, "RRULE:FREQ=DAILY;COUNT=3"),
        event(
            "rest",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261126T080000Z",
            GOOD.replace("25T08", "26T10").replace("25T09", "26T11"),
        ),
    )
    before = first.read_bytes(), second.read_bytes()
    busy = odd.busy()
    assert {start for uid, start, _ in busy if uid == "twin"} == {"25 07:00", "25 08:00"}
    assert ("orphan", "25 09:00", 60) in busy
    assert ("recurring", "26 09:00", 60) in busy
    assert [start for uid, start, _ in busy if uid == "rest"] == ["25 09:00", "26 11:00", "27 11:00"]
    assert (first.read_bytes(), second.read_bytes()) == before


# ---- bombs ---------------------------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">{}]><multistatus xmlns="DAV:">&j;</multistatus>'.format(
    "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
)
ENTITY = (
    '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><multistatus xmlns="DAV:"><response><href>&x;</href>'
    "</response><sync-token>1</sync-token></multistatus>"
)
BOMBS: dict[str, Fault] = {
    "gzip": bomb,
    "laughs": answers(Say(207, LAUGHS)),
    "entity": answers(Say(207, ENTITY)),
    "endless": answers(Say(raw=b"HTTP/1.1 207 M\r\nTransfer-Encoding: chunked\r\n\r\n" + b"100000\r\n" + b"x" * 2**20)),
    "large": answers(Say(207, b"<a/>" * 2**23 * 2)),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_45_bombs_of_xml_and_of_gzip_and_answers_without_end(person: Person, kind: str) -> None:
    person.sync()
    before = person.cursor(), person.picture()
    person.front.on("REPORT", BOMBS[kind], path="work", times=None)
    since = time.monotonic()
    (failed,) = person.sync().failed
    assert time.monotonic() - since < 15
    assert isinstance(failed[1], Incomplete | TryLater)
    assert "root:" not in str(failed[1])
    assert (person.cursor(), person.picture()) == before


@pytest.mark.parametrize(("method", "error"), [("REPORT", TryLater), ("PUT", Unsure)])
def test_45_an_answer_that_drips_is_given_up(person: Person, method: str, error: type[Exception]) -> None:
    person.front.on(method, answers(Say(200, b"<", length=10**6, drip=True)))
    transport = Transport(lambda: NOW, answer_seconds=0.5)
    with pytest.raises(error):
        transport.exchange(method, f"{person.front.url}alice/", {})
    transport.close()


# ---- what people type ----------------------------------------------------------------------------------------------


def test_46_lines_smuggled_in_through_titles(anywhere: Person) -> None:
    title = r"Dinner\r\nATTENDEE:mailto:boss@example.com\r\nX-A:<b>\u2028\u0000;,\\n"
    anywhere.configure(CONFIG.replace('title = "Family dinner"', f'title = "{title}"'))
    anywhere.apply()
    text = unfolded(anywhere.get(anywhere.block("dinner")))
    assert not [line for line in text.splitlines() if line.startswith(("ATTENDEE", "X-A"))]
    assert text.count("BEGIN:VEVENT") == 1
    assert "ATTENDEE:mailto:boss@example.com" in text
    anywhere.front.heal()
    anywhere.apply()
    assert anywhere.front.writes == []
