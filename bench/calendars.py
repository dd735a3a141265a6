"""Calendars for benchmarks, always the same ones: ``python -m bench.calendars a > a.ics``.

Like those of people who use theirs a lot: of 100 events 14 recur, 6 are instances that were moved or renamed, 10 are
whole days; six time zones with their VTIMEZONE, exceptions (EXDATE), guests, reminders, folded descriptions. Most
series ended long ago, as they do: one in eight goes on for ever.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from timeblock.codecs.ical_timezone import timezone

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ZONES = ("Europe/Oslo", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Australia/Sydney")
NEVER = timedelta()
DAYS = ("MO", "TU", "WE", "TH", "FR")
WORDS = (
    "plan",
    "review",
    "budget",
    "team",
    "design",
    "call",
    "lunch",
    "offer",
    "draft",
    "customer",
    "release",
    "train",
)


@dataclass(frozen=True)
class Size:
    """``events`` VEVENTs over the ``years`` before :data:`NOW`."""

    events: int
    years: int


SIZES = {"a": Size(2_000, 3), "b": Size(20_000, 10), "c": Size(100_000, 10)}


def text(size: Size, seed: int = 1) -> str:
    """The calendar as one iCalendar text, with line ends of the network and folded lines; another for each ``seed``."""
    zones = [timezone(zone, NOW.year - size.years - 1, NOW.year + 3).to_ical().decode() for zone in ZONES]
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n"
    return "".join((head, *zones, *events(size, seed), "END:VCALENDAR\r\n"))


def events(size: Size, seed: int = 1) -> Iterator[str]:
    """VEVENTs, an override right after its master."""
    random, n = Random(seed), seed * 1_000_000
    while n < seed * 1_000_000 + size.events:
        kind = random.random()
        for event in _series(random, n, size) if kind < 0.14 / 0.94 else [_one_off(random, n, size)]:
            yield event
            n += 1


def _one_off(random: Random, n: int, size: Size) -> str:
    start = _start(random, size)
    if random.random() < 0.12:
        return _event(random, f"e{n}", _whole_days(start.date(), random.choice((1, 1, 1, 2, 5))))
    return _event(random, f"e{n}", _timed(random, start))


def _series(random: Random, n: int, size: Size) -> Iterator[str]:
    """A master, and in three of seven cases an override of one instance."""
    start, uid = _start(random, size), f"s{n}"
    rule, step = _rule(random, start)
    left_out = [start + step * k for k in random.choice(((), (1,), (1, 3))) if step]
    gone = "".join(f"EXDATE;TZID={start.tzinfo}:{at:%Y%m%dT%H%M%S}\r\n" for at in left_out)
    ends = random.random()
    if ends < 0.5:
        rule += f";COUNT={random.choice((4, 6, 10, 20, 40))}"
    elif ends < 0.875:
        last = start + timedelta(days=random.choice((60, 120, 365, 700)))
        rule += f";UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield _event(random, uid, f"{_timed(random, start)}RRULE:{rule}\r\n{gone}")
    if random.random() < 3 / 7:
        changed = start + step * 2
        name = f"RECURRENCE-ID;TZID={start.tzinfo}:{changed:%Y%m%dT%H%M%S}\r\n"
        yield _event(random, uid, f"{_timed(random, changed + timedelta(hours=1))}{name}")


def _rule(random: Random, start: datetime) -> tuple[str, timedelta]:
    """A rule that ``start`` fits, and a step from one instance to another, none where that is not simple."""
    day, week = DAYS[start.weekday()], timedelta(weeks=1)
    also = random.choice([d for d in DAYS if d != day])
    nth = (start.day + 6) // 7
    return random.choices(
        [
            (f"FREQ=WEEKLY;BYDAY={day}", week),
            ("FREQ=WEEKLY", week),
            (f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}", 2 * week),
            (f"FREQ=WEEKLY;BYDAY={day},{also}", week),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", week),
            ("FREQ=DAILY", week),
            (f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{day}", NEVER),
            (f"FREQ=MONTHLY;BYMONTHDAY={start.day}", NEVER),
            ("FREQ=YEARLY", NEVER),
        ],
        [30, 15, 12, 8, 6, 6, 9, 6, 8],
    )[0]


def _start(random: Random, size: Size) -> datetime:
    """A quarter of an hour of a working day in the zone of someone."""
    day = NOW - timedelta(days=random.randrange(size.years * 365))
    zone = ZoneInfo(random.choices(ZONES, [60, 12, 10, 6, 6, 6])[0])
    at = datetime(day.year, day.month, day.day, random.randrange(7, 20), random.choice((0, 0, 15, 30, 45)), tzinfo=zone)
    return at + timedelta(days=-2 if at.weekday() > 4 else 0)


def _timed(random: Random, start: datetime) -> str:
    end = start + timedelta(minutes=random.choice((15, 30, 30, 45, 60, 60, 60, 90, 120)))
    return f"DTSTART;TZID={start.tzinfo}:{start:%Y%m%dT%H%M%S}\r\nDTEND;TZID={end.tzinfo}:{end:%Y%m%dT%H%M%S}\r\n"


def _whole_days(start: date, days: int) -> str:
    return f"DTSTART;VALUE=DATE:{start:%Y%m%d}\r\nDTEND;VALUE=DATE:{start + timedelta(days=days):%Y%m%d}\r\n"


def _event(random: Random, uid: str, when: str) -> str:
    lines = [
        f"UID:{uid}-9f3a1c5e77d24b06@bench.example",
        f"SUMMARY:{_words(random, 3)}",
        f"SEQUENCE:{random.randrange(4)}",
    ]
    lines += [
        "DTSTAMP:20260801T080000Z",
        "CREATED:20160801T080000Z",
        "LAST-MODIFIED:20260801T080000Z",
        "STATUS:CONFIRMED",
    ]
    if random.random() < 0.4:
        lines.append(f"LOCATION:Room {random.randrange(40)}\\, floor {random.randrange(9)}")
    lines.append(
        f"DESCRIPTION:{_words(random, random.choice((5, 20, 40, 80)))}\\nhttps://meet.example/{random.random()}"
    )
    for guest in range(random.choice((0, 0, 1, 2, 5))):
        lines.append(
            f"ATTENDEE;CN=Guest {guest};PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:guest{guest}@bench.example"
        )
    if random.random() < 0.3:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Soon", "TRIGGER:-PT10M", "END:VALARM"]
    return "".join(("BEGIN:VEVENT\r\n", when, *map(_folded, lines), "TRANSP:OPAQUE\r\nEND:VEVENT\r\n"))


def _words(random: Random, most: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(most)).capitalize()


def _folded(line: str) -> str:
    """RFC 5545, 3.1: no line is longer than 75 octets."""
    return "\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74)) + "\r\n"


if __name__ == "__main__":
    sys.stdout.write(text(SIZES[sys.argv[1]]))
