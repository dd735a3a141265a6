"""Made-up weeks, the same for the same arguments on every machine: light, typical and overloaded, and what happens to
them after they were planned."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import Person
from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.localtime import Whereabouts, Window
from timeblock.core.plan import Plan
from timeblock.core.pose import pose
from timeblock.core.problem import Kind, Problem, Request, Standing

HOME = Whereabouts(ZoneInfo("Europe/Berlin"))
MONDAY = date(2026, 11, 23)
MORNING = (0, 0, 0, 0, 0.1, 0.4, 0.7, 0.9, 1, 1, 1, 0.8, 0.6, 0.4, 0.4, 0.5, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0)
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset((5, 6))
LOADS = {"light": 10, "typical": 25, "overloaded": 45}
"""Meetings a week."""

PERSON = Person(
    where=HOME,
    hours=((Window(540, 1080),),) * 5 + ((), ()),
    energy=(tuple(float(e) for e in MORNING),) * 7,
)


def windows(*texts: str) -> tuple[Window, ...]:
    return tuple(Window.parse(text) for text in texts)


def ask(
    name: str,
    kind: Kind,
    count: int,
    per: Literal["day", "week"] = "week",
    length: tuple[int, int, int] = (30, 30, 30),
    **more: Any,
) -> Request:
    """A request whose ``length`` is least, ideal and most minutes."""
    least, ideal, most = length
    return Request(name, name.capitalize(), kind, per, count, least, ideal, most, **more)


REQUESTS = (
    ask("dinner", Kind.NON_NEGOTIABLE, 3, windows=windows("17:30-20:30"), priority=1, length=(60, 90, 120)),
    ask(
        "date",
        Kind.NON_NEGOTIABLE,
        1,
        windows=windows("19:00-23:00"),
        weekdays=frozenset((3, 4)),
        length=(120, 180, 180),
    ),
    ask("call", Kind.NON_NEGOTIABLE, 2, windows=windows("17:00-21:00"), length=(20, 30, 45)),
    ask(
        "breakfast",
        Kind.NON_NEGOTIABLE,
        1,
        windows=windows("09:00-12:00"),
        weekdays=frozenset((6,)),
        length=(60, 90, 90),
    ),
    ask("school", Kind.NON_NEGOTIABLE, 5, windows=windows("07:45-08:45"), weekdays=WEEKDAYS, length=(30, 30, 30)),
    ask(
        "exercise",
        Kind.REST,
        3,
        windows=windows("06:30-08:30", "16:30-20:00"),
        spacing_minutes=1200,
        length=(45, 60, 75),
    ),
    ask("swim", Kind.REST, 1, windows=windows("08:00-18:00"), weekdays=WEEKEND, length=(60, 90, 120)),
    ask("reading", Kind.REST, 4, windows=windows("20:00-22:30"), length=(20, 30, 45)),
    ask("walk", Kind.REST, 1, "day", windows=windows("11:30-15:00"), length=(15, 20, 30)),
    ask("nap", Kind.REST, 2, windows=windows("13:00-16:00"), weekdays=WEEKEND, length=(20, 30, 30)),
    ask(
        "lunch",
        Kind.BREAK,
        1,
        "day",
        windows=windows("11:30-13:30"),
        weekdays=WEEKDAYS,
        priority=1,
        length=(30, 45, 60),
    ),
    ask("pause", Kind.BREAK, 1, "day", after_stretch_minutes=90, weekdays=WEEKDAYS, length=(10, 10, 15)),
    ask("shutdown", Kind.RITUAL, 1, "day", weekdays=WEEKDAYS, length=(10, 15, 15)),
    ask(
        "start",
        Kind.RITUAL,
        1,
        "day",
        windows=windows("08:45-10:00"),
        weekdays=WEEKDAYS,
        priority=6,
        length=(10, 15, 15),
    ),
    ask("travel", Kind.BUFFER, 1, around="Dentist|Customer", before_minutes=30, after_minutes=30),
    ask(
        "focus",
        Kind.FOCUS,
        5,
        flexible=True,
        priority=2,
        spacing_minutes=60,
        weekdays=WEEKDAYS,
        length=(60, 120, 120),
    ),
    ask("side", Kind.FOCUS, 3, windows=windows("19:00-22:00"), priority=4, length=(45, 90, 120)),
    ask("writing", Kind.FOCUS, 2, priority=5, flexible=True, weekdays=WEEKDAYS, length=(45, 60, 90)),
    ask("review", Kind.REVIEW, 1, windows=windows("13:00-17:00"), weekdays=frozenset((4,)), length=(30, 30, 45)),
    ask("planning", Kind.REVIEW, 1, windows=windows("09:00-12:00"), weekdays=frozenset((0,)), length=(20, 30, 30)),
    ask("mail", Kind.BATCH, 2, "day", flexible=True, spacing_minutes=180, weekdays=WEEKDAYS, length=(20, 30, 30)),
    ask("errands", Kind.BATCH, 1, windows=windows("10:00-18:00"), weekdays=frozenset((4, 5)), length=(60, 90, 120)),
    ask("cleaning", Kind.ROUTINE, 2, windows=windows("09:00-20:00"), weekdays=WEEKEND, length=(45, 60, 90)),
    ask("cooking", Kind.ROUTINE, 1, windows=windows("14:00-20:00"), weekdays=WEEKEND, length=(60, 90, 120)),
    ask("garden", Kind.ROUTINE, 1, windows=windows("09:00-17:00"), priority=8, length=(45, 60, 120)),
)


def meetings(draw: random.Random, load: int, weeks: int) -> tuple[Classified, ...]:
    """``load`` meetings a week, most of them in working hours, a few in the evening, some over each other."""
    found = []
    for number in range(load * weeks):
        day = MONDAY + timedelta(days=draw.choice((0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5)) + 7 * (number // load))
        start = HOME.at(day, draw.choice((*range(540, 1050, 15), *range(540, 1050, 30), 1110, 1140, 1200)))
        title = draw.choice(("Standup", "Design review", "Customer call", "1:1", "Planning", "Dentist"))
        interval = Interval(start, start + draw.choice((25, 30, 30, 45, 50, 60, 60, 90)) * MINUTE)
        found.append(event(f"m{number}", interval, title))
    return tuple(found)


def instance(load: str, weeks: int, seed: int, grid: int = 15) -> Problem:
    """A person who asks for some sixty blocks a week, with meetings of this ``load``."""
    return posed(load, weeks, seed, grid)


def posed(
    load: str, weeks: int, seed: int, grid: int = 15, requests: Sequence[Request] = REQUESTS, **more: Any
) -> Problem:
    seen = (*meetings(random.Random(f"{load}/{weeks}/{seed}"), LOADS[load], weeks), *more.pop("seen", ()))
    standing = more.pop("standing", ())
    now = HOME.at(MONDAY, 6 * 60)
    return pose(requests, PERSON, seen, standing, now, weeks, grid_minutes=grid, white_space_minutes=60)


def replans(load: str, weeks: int, seed: int, plan: Plan) -> Iterator[tuple[str, Problem]]:
    """What may happen to a plan that stands, one thing at a time."""
    draw = random.Random(f"replan/{load}/{weeks}/{seed}")
    standing = [Standing(b.key, b.interval, b.title, b.busy) for b in plan.blocks]
    hit = draw.choice([b for b in plan.blocks if b.interval.start > plan.horizon.start + 6 * HOUR])

    def after(**more: Any) -> Problem:
        return posed(load, weeks, seed, **{"standing": standing, **more})

    yield "a meeting arrives", after(seen=(event("new", hit.interval),))
    moved = Interval(hit.interval.start - 30 * MINUTE, hit.interval.start + 30 * MINUTE)
    yield "a meeting moves", after(seen=(event("moved", moved),))
    gone = draw.choice([f.interval for f in instance(load, weeks, seed).fixed if not f.key])
    fewer = instance(load, weeks, seed)
    kept = tuple(f for f in fewer.fixed if f.interval != gone)
    lies = {b.key: b.interval for b in plan.blocks}
    stood = tuple(replace(i, before=lies.get(i.key)) for i in fewer.items)
    yield "a meeting is cancelled", replace(fewer, fixed=kept, items=stood)
    put = Standing(hit.key, Interval(hit.interval.start + HOUR, hit.interval.end + HOUR), hit.title, pinned=True)
    yield "the person moves a block", after(standing=[put if s.key == hit.key else s for s in standing])
    day = MONDAY + timedelta(days=draw.randrange(1, 5))
    sick = Interval(HOME.at(day, 8 * 60), HOME.at(day, 20 * 60))
    yield "a sick day", after(seen=(event("sick", sick),))
    season = ask("rowing", Kind.REST, 2, windows=windows("06:30-09:00", "17:00-20:00"), length=(60, 90, 90))
    yield "a season starts", after(requests=(*REQUESTS, season))


def event(name: str, interval: Interval, title: str = "Something") -> Classified:
    key = EventKey(CalendarId("work", "work"), f"{name}.ics", name)
    return Classified(Occurrence(interval, Event(key, title)), Activity.MEETING, "work", "", "")
