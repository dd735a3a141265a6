"""The greedy planner on made-up weeks, against "first fit" on the same instances in the same run.

    python -m bench.bench_planner [--seeds 5] [--weeks 1 2 4]

Prints, for light, typical and overloaded calendars: items, how many were placed, the cost (what did not fit and
preferences, see ``timeblock.planner.cost``; lower is better), violations found by the referee, and CPU seconds (median
and highest). First fit places each item, in the same order, at the first free start.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Literal
from zoneinfo import ZoneInfo

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import Person
from timeblock.core.interval import MINUTE, Interval
from timeblock.core.localtime import Whereabouts, Window
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.pose import pose
from timeblock.core.problem import Item, Kind, Problem, Request
from timeblock.core.referee import violations
from timeblock.planner.cost import total
from timeblock.planner.greedy import solve
from timeblock.planner.places import places
from timeblock.planner.room import Room

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
        key = EventKey(CalendarId("work", "work"), f"{number}.ics", f"m{number}")
        found.append(Classified(Occurrence(interval, Event(key, title)), Activity.MEETING, "work", "", ""))
    return tuple(found)


def instance(load: str, weeks: int, seed: int) -> Problem:
    """The same problem for the same arguments, on every machine."""
    draw = random.Random(f"{load}/{weeks}/{seed}")
    seen = meetings(draw, LOADS[load], weeks)
    return pose(REQUESTS, PERSON, seen, (), HOME.at(MONDAY, 6 * 60), weeks, white_space_minutes=60)


def first_fit(problem: Problem) -> Plan:
    """What planners on the market do: each item where it first fits."""
    room = Room(problem)
    left = [item for item in problem.items if not _take_first(room, item)]
    blocks = tuple(_bare(room.items[key], interval) for key, interval in room.placed.items())
    unplaced = tuple(Unplaced(i.key, i.request.name, i.request.kind, "does not fit") for i in left)
    return Plan(problem.horizon, blocks, unplaced)


def _take_first(room: Room, item: Item) -> bool:
    spot = min(((p.start, p.end) for p in places(room, item)), default=None)
    if spot is not None:
        room.add(item, Interval(*spot))
    return spot is not None


def _bare(item: Item, interval: Interval) -> Block:
    r = item.request
    return Block(item.key, r.name, r.title, r.kind, r.area, interval, reason="first fit")


@dataclass(frozen=True)
class Result:
    placed: int
    cost: int
    cpu: float
    broken: int


def run(planner: Callable[[Problem], Plan], problem: Problem) -> Result:
    begun = time.process_time()
    plan = planner(problem)
    cpu = time.process_time() - begun
    return Result(len(plan.blocks), total(problem, plan), cpu, len(violations(problem, plan)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--weeks", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    print(
        f"{'instance':20}{'items':>6}{'greedy':>8}{'first fit':>10}{'cost':>9}{'first fit':>10}"
        f"{'broken':>7}{'CPU s':>8}{'max':>7}"
    )
    for weeks in options.weeks:
        for load in LOADS:
            report(load, weeks, [instance(load, weeks, seed) for seed in range(options.seeds)])


def report(load: str, weeks: int, problems: list[Problem]) -> None:
    ours, theirs = [run(solve, p) for p in problems], [run(first_fit, p) for p in problems]
    items = median(len(p.items) for p in problems)
    placed = f"{median(r.placed for r in ours):>8.0f}{median(r.placed for r in theirs):>10.0f}"
    cost = f"{median(r.cost for r in ours):>9.0f}{median(r.cost for r in theirs):>10.0f}"
    cpu = f"{median(r.cpu for r in ours):>8.3f}{max(r.cpu for r in ours):>7.3f}"
    name = f"{load}, {weeks} week{'s' if weeks > 1 else ''}"
    print(f"{name:20}{items:>6.0f}{placed}{cost}{sum(r.broken for r in ours):>7}{cpu}")


if __name__ == "__main__":
    main()
