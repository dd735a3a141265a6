"""What happens in the made-up person's life: sixteen weeks that got busier, and the three to come.

Maya leads a small team in Oslo and has a family. Week 0 is the one that is running; the past is negative. Evenings
filled up slowly: a call with Portland, then a second one, then slides at the kitchen table.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from timeblock.demo.ics import ABROAD, Entry

PAST, AHEAD = 16, 3
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

VACATION, TRIP, HOLIDAY = -9, -5, -12
"""The weeks of the holiday trip, of the journey to New York and of the company's day off (a Friday)."""

LATE_EVENINGS = (0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 2, 2, 3, 3)
"""How many evenings Maya went back to work, week -16 to -1."""

LATE_MAIL = (5, 6, 5, 7, 8, 7, 9, 2, 9, 10, 11, 8, 12, 12, 11, 9)
"""How many messages Maya sent outside her hours, week -16 to -1; in the last two she tries to send fewer."""

LATE_WORK = ("Slides for the steering group", "Release checklist", "Incident: checkout is slow", "Budget, round two")
MEETINGS = ("Roadmap", "Hiring interview", "Vendor call", "Customer call", "Architecture", "Onboarding", "Data review")
PEOPLE = ("Jonas", "Ingrid", "Amir", "Sofie", "Lars", "Noor")
ANSWERS = ("ACCEPTED",) * 8 + ("TENTATIVE", "DECLINED")
SLOTS: dict[int, tuple[str, ...]] = {
    MON: ("13:00", "14:00", "15:00"),
    TUE: ("14:15",),
    WED: ("10:30", "11:30", "14:30"),
    THU: ("09:30", "11:00", "14:00"),
    FRI: ("10:00", "13:00"),
}
"""When one-off meetings may begin."""
TUESDAY = (
    ("09:15", 45, "Pipeline review"),
    ("10:00", 60, "Product review"),
    ("11:00", 60, "Design sync"),
    ("12:00", 60, "Steering group"),
    ("13:00", 60, "Platform sync"),
)


@dataclass(frozen=True, slots=True)
class Life:
    """All dates count from ``monday``, the first day of the running week."""

    monday: date

    def day(self, week: int, weekday: int) -> date:
        return self.monday + timedelta(weeks=week, days=weekday)

    def at(self, week: int, weekday: int, clock: str) -> datetime:
        return datetime.combine(self.day(week, weekday), time.fromisoformat(clock))

    def entry(self, week: int, weekday: int, clock: str, minutes: int, title: str, calendar: str = "work") -> Entry:
        start = self.at(week, weekday, clock)
        name = f"{calendar}-{title.split(':')[0].lower().replace(' ', '-')}-{start:%Y%m%dT%H%M}"
        return Entry(
            calendar, "".join(c for c in name if c.isalnum() or c == "-"), title, start, _later(start, minutes)
        )

    def all_day(self, week: int, weekday: int, days: int, title: str, calendar: str) -> Entry:
        first = self.day(week, weekday)
        return Entry(calendar, f"{calendar}-{first:%Y%m%d}-{days}", title, first, first + timedelta(days))

    def away(self, week: int, weekday: int) -> bool:
        """Vacation, the journey, or the company's day off."""
        return week == VACATION or (week == TRIP and TUE <= weekday <= FRI) or (week == HOLIDAY and weekday == FRI)


def entries(monday: date) -> list[Entry]:
    """The whole life, the same each time for the same ``monday``."""
    life = Life(monday)
    rng = random.Random(7)  # noqa: S311 - a story, not a secret
    return [
        *_series(life),
        *_tuesdays(life),
        *_meetings(life, rng),
        *_evenings(life, rng),
        *_journey(life),
        *_oddities(life),
        *_coming(life),
        *_absences(life),
        *_family(life),
    ]


def sent_mail(monday: date) -> list[datetime]:
    """When Maya sent mail, on the clocks of Oslo; the same each time for the same ``monday``."""
    life = Life(monday)
    rng = random.Random(11)  # noqa: S311 - a story, not a secret
    found = []
    for week, late in zip(range(-PAST, 0), LATE_MAIL, strict=True):
        days = [day for day in range(5) if not life.away(week, day)]
        office = [(day, at) for day in days for at in rng.sample(range(8 * 60, 16 * 60), rng.randint(5, 9))]
        evening = [(rng.choice((MON, TUE, WED, THU, SUN)), at) for at in rng.sample(range(19 * 60, 22 * 60), late)]
        found += [_later(life.at(week, day, "00:00"), minute) for day, minute in office + evening]
    return sorted(found)


def _later(start: datetime, minutes: int) -> datetime:
    return start + timedelta(minutes=minutes)


def _series(life: Life) -> Iterator[Entry]:
    """Meetings that recur, with the exceptions real ones have."""
    everybody = tuple((name, "ACCEPTED") for name in PEOPLE[:4])
    yield from _standup(life, everybody)
    yield from _one_to_one(life)
    planning = life.entry(-PAST, MON, "10:00", 90, "Sprint planning")
    away = tuple(life.at(w, MON, "10:00") for w in range(-PAST, AHEAD + 1, 2) if life.away(w, MON))
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"
    yield replace(planning, rule=rule, without=away, me="ACCEPTED", host="Jonas", guests=everybody)
    hands = life.entry(-PAST, WED, "15:00", 60, "All-hands")
    yield replace(hands, rule="FREQ=WEEKLY;INTERVAL=4;BYDAY=WE", me="ACCEPTED", host="Lars", guests=everybody)
    moved = life.entry(-4, WED, "16:00", 90, "All-hands: year-end plans")
    yield replace(moved, name=hands.name, replaces=life.at(-4, WED, "15:00"), me="ACCEPTED", host="Lars")
    for first, weekday in ((-10, TUE), (-3, THU)):
        call = life.entry(first, weekday, "18:00", 60, "Call with Portland")
        without = tuple(life.at(w, weekday, "18:00") for w in (VACATION, TRIP) if w >= first)
        yield replace(call, rule="FREQ=WEEKLY", without=without, me="ACCEPTED", host="Noor")


def _standup(life: Life, everybody: tuple[tuple[str, str], ...]) -> Iterator[Entry]:
    first = life.entry(-PAST, MON, "09:00", 15, "Stand-up")
    days = [(w, d) for w in range(-PAST, AHEAD + 1) for d in range(5) if life.away(w, d)]
    without = tuple(life.at(w, d, "09:00") for w, d in days)
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    yield replace(first, rule=rule, without=without, me="ACCEPTED", host="Sofie", guests=everybody)
    later = life.entry(-6, THU, "09:30", 15, "Stand-up (later today)")
    yield replace(later, name=first.name, replaces=life.at(-6, THU, "09:00"), me="ACCEPTED", host="Sofie")
    off = life.entry(-2, FRI, "09:00", 15, "Stand-up")
    yield replace(off, name=first.name, replaces=life.at(-2, FRI, "09:00"), lines=("STATUS:CANCELLED",))


def _one_to_one(life: Life) -> Iterator[Entry]:
    first = life.entry(-PAST, THU, "13:00", 30, "1:1 Jonas")
    without = tuple(life.at(w, THU, "13:00") for w in (VACATION, TRIP))
    first = replace(first, me="ACCEPTED", guests=(("Jonas", "ACCEPTED"),))
    yield replace(first, rule="FREQ=WEEKLY;BYDAY=TH", without=without)
    moved = life.entry(1, FRI, "11:00", 30, "1:1 Jonas")
    yield replace(moved, name=first.name, replaces=life.at(1, THU, "13:00"), me=first.me, guests=first.guests)


def _tuesdays(life: Life) -> Iterator[Entry]:
    """Back to back since the reorganisation nine weeks ago, lunch included; every other week before it."""
    for week in range(-PAST, AHEAD + 1):
        if life.away(week, TUE):
            continue
        busy = week > VACATION or week % 2 == 0
        for clock, minutes, title in TUESDAY if busy else TUESDAY[1:3]:
            meeting = life.entry(week, TUE, clock, minutes, title)
            yield replace(meeting, me="ACCEPTED", host="Ingrid", guests=(("Amir", "ACCEPTED"), ("Lars", "TENTATIVE")))


def _meetings(life: Life, rng: random.Random) -> Iterator[Entry]:
    """One-off meetings, more of them as the weeks go by."""
    for week in range(-PAST, AHEAD):
        wanted = 0.35 + 0.025 * (week + PAST)
        for weekday, clocks in SLOTS.items():
            for clock in clocks:
                if rng.random() > wanted or life.away(week, weekday):
                    continue
                meeting = life.entry(week, weekday, clock, rng.choice((30, 45, 60)), rng.choice(MEETINGS))
                host, guest = rng.sample(PEOPLE, 2)
                yield replace(meeting, me=rng.choice(ANSWERS), host=host, guests=((guest, rng.choice(ANSWERS)),))


def _evenings(life: Life, rng: random.Random) -> Iterator[Entry]:
    """Work after hours and on weekends: Maya's own entries, nobody invited."""
    for week, count in zip(range(-PAST, 0), LATE_EVENINGS, strict=True):
        for weekday in rng.sample((MON, WED, THU, SUN), count):
            late = life.entry(week, weekday, rng.choice(("20:30", "21:00")), 90, rng.choice(LATE_WORK))
            yield replace(late, lines=(f"CREATED:{life.day(week, weekday):%Y%m%d}T150000Z",))  # nobody saw it coming
    yield life.entry(-7, SAT, "10:00", 120, "Workshop preparation")
    yield life.entry(-2, SAT, "09:30", 150, "Release weekend")
    yield life.entry(-1, MON, "22:00", 150, "Database migration")


def _journey(life: Life) -> Iterator[Entry]:
    """Four days with a customer in New York; times on the walls there."""
    yield life.entry(TRIP, TUE, "10:00", 510, "Flight to New York")
    for weekday in (WED, THU):
        workshop = life.entry(TRIP, weekday, "09:00", 180, "Customer workshop")
        yield replace(workshop, zone=ABROAD, me="ACCEPTED", host="Noor", lines=("LOCATION:Broadway 120",))
    dinner = life.entry(TRIP, WED, "18:30", 120, "Customer dinner")
    yield replace(dinner, zone=ABROAD, me="ACCEPTED", host="Noor")
    yield replace(life.entry(TRIP, FRI, "17:30", 450, "Flight to Oslo"), zone=ABROAD)


def _oddities(life: Life) -> Iterator[Entry]:
    """What every real calendar has: conflicts, free events, private ones, a declined invitation, a withdrawn one."""
    for week in (-11, -6, -2, 1):
        yield replace(life.entry(week, WED, "13:00", 60, "Security training"), me="ACCEPTED", host="Lars")
        yield replace(life.entry(week, WED, "13:30", 60, "Board preparation"), me="ACCEPTED", host="Ingrid")
    yield replace(life.entry(0, FRI, "14:00", 60, "Cake for Amir"), lines=("TRANSP:TRANSPARENT",))
    yield replace(life.entry(-3, FRI, "11:00", 45, "Salary talk"), lines=("CLASS:PRIVATE",))
    yield replace(life.entry(1, FRI, "08:00", 60, "Breakfast briefing"), me="DECLINED", host="Lars")
    yield replace(life.entry(1, MON, "16:30", 60, "Late sync"), me="NEEDS-ACTION", host="Noor")
    gone = life.entry(1, THU, "10:00", 60, "Partner demo")
    yield replace(gone, me="ACCEPTED", host="Noor", lines=("STATUS:CANCELLED",))


def _coming(life: Life) -> Iterator[Entry]:
    """What stands in the way of next week's plans."""
    for week in (0, 1):
        yield replace(life.entry(week, THU, "19:30", 120, "Customer dinner"), me="ACCEPTED", host="Noor")
    yield replace(life.entry(1, MON, "11:30", 120, "Budget lunch"), me="ACCEPTED", host="Ingrid")


def _absences(life: Life) -> Iterator[Entry]:
    """The team's shared calendar: who is away."""
    leave = life.all_day(VACATION, MON, 5, "Maya: vacation", "team")
    yield replace(leave, lines=("TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"))
    yield life.all_day(HOLIDAY, FRI, 1, "Company day off", "team")
    yield life.all_day(-6, WED, 3, "Jonas: away", "team")
    yield life.all_day(2, MON, 5, "Ingrid: away", "team")


def _family(life: Life) -> Iterator[Entry]:
    yield replace(life.entry(-PAST, WED, "17:00", 90, "Football practice Nora", "private"), rule="FREQ=WEEKLY")
    yield replace(life.entry(-PAST, MON, "19:00", 105, "Choir", "private"), rule="FREQ=WEEKLY;INTERVAL=2")
    for week in range(-15, AHEAD, 4):
        yield life.entry(week, FRI, "19:00", 150, "Dinner with Kari and Paul", "private")
    yield life.entry(-8, TUE, "08:15", 45, "Dentist", "private")
    yield replace(life.entry(1, THU, "14:30", 45, "Dentist", "private"), lines=("LOCATION:Storgata 8",))
    yield life.entry(-1, WED, "18:45", 60, "Parents' evening", "private")
    for week, title in ((-13, "Nora's birthday"), (0, "Grandma's birthday")):
        birthday = life.all_day(week, SAT, 1, title, "private")
        yield replace(birthday, rule="FREQ=YEARLY", lines=("TRANSP:TRANSPARENT", "CATEGORIES:Birthday"))
