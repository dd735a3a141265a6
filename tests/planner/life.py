"""Small pieces of a week in Berlin, for tests that put questions to the planner. 23 November 2026 is a Monday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, Event, EventKey, Occurrence
from timeblock.core.hours import Person
from timeblock.core.interval import MINUTE, Instant, Interval
from timeblock.core.localtime import Week, Whereabouts, Window
from timeblock.core.plan import Plan
from timeblock.core.pose import FREE, pose
from timeblock.core.problem import Item, Kind, Problem, Request, Standing
from timeblock.core.steer import Steering, WeekSteering

BERLIN = ZoneInfo("Europe/Berlin")
WHERE = Whereabouts(BERLIN)
MORNING = (0, 0, 0, 0, 0.1, 0.4, 0.7, 0.9, 1, 1, 1, 0.8, 0.6, 0.4, 0.4, 0.5, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0)
ENERGY = (tuple(float(e) for e in MORNING),) * 7
PERSON = Person(where=WHERE, hours=((Window(540, 1080),),) * 5 + ((), ()), energy=ENERGY)
WEEK = Week(2026, 48)
WORKDAYS, FRIDAY = frozenset(range(5)), frozenset((4,))


def at(text: str, zone: ZoneInfo = BERLIN) -> Instant:
    """``at("23 18:00")`` in November 2026, or a whole ``"2026-03-29 01:30"``."""
    whole = text if text.count("-") == 2 else f"2026-11-{text}"
    return int(datetime.strptime(whole, "%Y-%m-%d %H:%M").replace(tzinfo=zone).timestamp())


def span(start: str, minutes: int) -> Interval:
    return Interval(at(start), at(start) + minutes * MINUTE)


def request(name: str = "dinner", kind: Kind = Kind.NON_NEGOTIABLE, length: Any = 60, **more: Any) -> Request:
    """``length``: minutes, or least, ideal and most of them. ``windows``: text or texts."""
    least, ideal, most = length if isinstance(length, tuple) else (length,) * 3
    texts = more.pop("windows", ())
    windows = tuple(Window.parse(t) for t in ([texts] if isinstance(texts, str) else texts))
    return Request(
        name, name.capitalize(), kind, min_minutes=least, ideal_minutes=ideal, max_minutes=most, windows=windows, **more
    )


def event(
    start: str, minutes: int, title: str = "Meeting", activity: Activity = Activity.MEETING, **more: Any
) -> Classified:
    """Busy unless said otherwise; ``all_day``, ``busy``; the rest goes to the event."""
    busy, all_day = more.pop("busy", True), more.pop("all_day", False)
    key = EventKey(CalendarId("work", "work"), "a.ics", more.pop("uid", f"{title}{start}"))
    occurrence = Occurrence(span(start, minutes), Event(key, title, **more), all_day)
    return Classified(occurrence, activity, "work", "", "", busy)


def ask(
    requests: Request | Iterable[Request],
    *seen: Classified,
    standing: Iterable[Standing] = (),
    now: str = "23 06:00",
    weeks: int = 1,
    person: Person = PERSON,
    **more: Any,
) -> Problem:
    asked = [requests] if isinstance(requests, Request) else list(requests)
    return pose(asked, person, seen, standing, at(now), weeks, **more)


def stands(key: str, start: str, minutes: int = 60, **more: Any) -> Standing:
    return Standing(key, span(start, minutes), more.pop("title", key.partition("/")[0].capitalize()), **more)


def item(problem: Problem, key: str) -> Item:
    return next(i for i in problem.items if i.key == key)


def where_it_lies(problem: Problem, plan: Plan) -> dict[str, str]:
    """``{"dinner/2026-W48/1": "Mon 23 18:00 60"}``."""
    return {b.key: told(problem, b.interval) for b in plan.blocks}


def told(problem: Problem, interval: Interval) -> str:
    return f"{problem.where.clock_at(interval.start):%a %d %H:%M} {interval.minutes:g}"


def windows_of(problem: Problem, key: str) -> list[str]:
    return [told(problem, w) for w in item(problem, key).windows]


def as_it_stands(problem: Problem, plan: Plan) -> Problem:
    """The same question with the plan as what stands by now."""
    lies = {b.key: b.interval for b in plan.blocks}
    return replace(problem, items=tuple(replace(i, before=lies.get(i.key)) for i in problem.items))


# ---- any problem ----

DAYS = ("23", "24", "25", "26", "27", "28", "29")


@st.composite
def requests(draw: st.DrawFn) -> list[Request]:
    return [draw(_request(f"r{n}")) for n in range(draw(st.integers(1, 5)))]


@st.composite
def _request(draw: st.DrawFn, name: str) -> Request:
    least = draw(st.sampled_from((10, 25, 30, 45, 60)))
    ideal = least + draw(st.sampled_from((0, 15, 40)))
    start = draw(st.integers(0, 95)) * 15
    windows = () if draw(st.booleans()) else (Window(start, start + draw(st.sampled_from((60, 150, 480)))),)
    kind = draw(st.sampled_from(list(Kind)))
    others = ("", *(other for other in ("r0", "r1") if other != name))
    return Request(
        name,
        name,
        kind,
        draw(st.sampled_from(("day", "week", "week", "month", "total"))),
        draw(st.integers(1, 4)),
        least,
        ideal,
        ideal + 30,
        windows=windows,
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        spacing_minutes=draw(st.sampled_from((0, 0, 60, 1200))),
        priority=draw(st.integers(1, 9)),
        flexible=draw(st.booleans()),
        around=draw(st.sampled_from(("", "Dentist"))),
        before_minutes=20,
        after_minutes=35,
        after_stretch_minutes=draw(st.sampled_from((0, 60))),
        after_late_minutes=draw(st.sampled_from((0, 0, 0, 840))),
        area=draw(st.sampled_from(("", "work"))),
        since=date(2026, 11, 20),
        until=date(2026, 12, 4),
        follows=draw(st.sampled_from(others)),
        not_next_to=draw(st.sampled_from((frozenset[str](), frozenset(others[1:2])))),
        batch=draw(st.sampled_from(("", "", "errands"))),
        place=draw(st.sampled_from(("", "gym"))),
        travel_minutes=draw(st.sampled_from((0, 0, 0, 25))),
    )


@st.composite
def events(draw: st.DrawFn) -> list[Classified]:
    found = []
    for n in range(draw(st.integers(0, 14))):
        start = f"{draw(st.sampled_from(DAYS))} {draw(st.integers(6, 22)):02}:{draw(st.sampled_from((0, 10, 30))):02}"
        title = draw(st.sampled_from(("Standup", "Dentist")))
        found.append(event(start, draw(st.sampled_from((25, 60, 150))), title, uid=str(n)))
    return found


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    asked = draw(requests())
    standing = [
        stands(
            f"{r.name}/2026-W48/1",
            f"{draw(st.sampled_from(DAYS))} {draw(st.integers(6, 20)):02}:05",
            60,
            pinned=draw(st.booleans()),
        )
        for r in asked
        if draw(st.booleans())
    ]
    return ask(
        asked,
        *draw(events()),
        standing=standing,
        now=draw(st.sampled_from(("23 06:00", "25 14:10"))),
        white_space_minutes=draw(st.sampled_from((0, 300))),
        grid_minutes=draw(st.sampled_from((5, 15))),
        moves_left=draw(st.sampled_from((None, None, 0, 2))),
        steering=draw(st.sampled_from((FREE, Steering({WEEK: WeekSteering(300, why=("a goal leaves 5 h",))})))),
    )
