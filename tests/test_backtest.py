"""Past weeks planned again: with what was known then, held against what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.core.weeks import event
from tests.test_pipeline import DINNER, LATE, LUNCH, NOW, SETTINGS, World, world
from timeblock import pipeline
from timeblock.backtest import Clash, Tally, _changes, _tally, levers, replay, total
from timeblock.core.event import CalendarId
from timeblock.core.goals import Goal, Shape
from timeblock.core.localtime import Week, Window
from timeblock.core.measures import Measure
from timeblock.core.problem import Kind, Request
from timeblock.core.scope import Evidence
from timeblock.planner.greedy import solve

__all__ = ["world"]

WEEK = Week(2026, 47)
ONCE = replace(DINNER, count=1, weekdays=frozenset({3}))
CALL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:call
DTSTART;TZID=Europe/Oslo:20261119T{start}00
DTEND;TZID=Europe/Oslo:20261119T{end}00
CREATED:{made}
SUMMARY:Late call
ORGANIZER:mailto:boss@example.com
ATTENDEE:mailto:me@example.com
END:VEVENT
END:VCALENDAR
"""


def outcome(world: World, made: str, start: str = "1800", end: str = "2100") -> tuple[Tally, tuple[Clash, ...]]:
    """One dinner on Thursday between six and nine, and a call that day that was made on a day."""
    world.office.put(CalendarId("office", "work"), "call.ics", CALL.format(start=start, end=end, made=made))
    world.office.put(CalendarId("office", "work"), "late.ics", LATE)  # so that the weeks before are known
    settings = replace(SETTINGS, requests=(ONCE,))
    pipeline.pull(world.deps, NOW)
    snapshot = pipeline.load(world.deps, NOW)
    (found,) = replay(snapshot, settings, solve, 1, lambda *_: None)
    assert found.week == WEEK
    return found.tallies["dinner"], found.clashes


def test_what_was_in_the_calendar_on_monday_is_planned_around(world: World) -> None:
    assert outcome(world, "20261101T080000Z", "1800", "2000") == (Tally(kept=1), ())


def test_what_came_later_in_the_week_clashes(world: World) -> None:
    tally, clashes = outcome(world, "20261118T080000Z", "1700", "2200")
    assert tally == Tally(clashed=1)
    assert [(c.block, c.event) for c in clashes] == [("dinner/2026-W47/1", "Late call")]
    assert clashes[0].minutes == 30


def test_a_time_of_making_after_the_event_tells_nothing(world: World) -> None:
    assert outcome(world, "20261210T080000Z", "1800", "2000") == (Tally(kept=1), ())


def test_a_week_without_room_says_so(world: World) -> None:
    assert outcome(world, "20261101T080000Z") == (Tally(unplaced=1), ())


def test_tallies_of_weeks_add_up(world: World) -> None:
    call = CALL.format(start="1800", end="2100", made="20261101T080000Z")
    world.office.put(CalendarId("office", "work"), "call.ics", call)
    world.office.put(CalendarId("office", "work"), "late.ics", LATE)
    pipeline.pull(world.deps, NOW)
    snapshot = pipeline.load(world.deps, NOW)
    steps: list[str] = []
    found = replay(snapshot, replace(SETTINGS, requests=(ONCE,)), solve, 3, lambda what, *_: steps.append(what))
    assert steps == ["planning 2026-W45", "planning 2026-W46", "planning 2026-W47"]
    whole = total(found)["dinner"]
    assert (whole.asked, whole.unplaced) == (3, 1)


def test_of_weeks_that_calendars_do_not_tell_of_nothing_is_claimed(world: World) -> None:
    pipeline.pull(world.deps, NOW)  # the board meets this week, and before that there is nothing
    (found,) = replay(pipeline.load(world.deps, NOW), replace(SETTINGS, requests=(ONCE,)), solve, 1, lambda *_: None)
    assert found.tallies == {"dinner": Tally(unknown=1)}


def test_work_that_only_traces_tell_of_is_no_clash() -> None:
    call = Evidence(event("2026-11-19 19:00", "20:00"), 60, "dinner/2026-W47/1")
    parts = (("dinner: breached", 2.0), ("dinner: kept", 1.0))
    found = Measure("blocks", "count", 1, 1.0, parts=parts, evidence=(call, call))
    assert _tally(found, "dinner", ()) == Tally(kept=1, clashed=1, worked=1)


def tried(world: World, of: Request, goal: Goal) -> list[tuple[str, int, int]]:
    """Change, blocks kept with it, and how many fewer or more of the others, in a week with a call from six to nine on
    Thursday."""
    call = CALL.format(start="1800", end="2100", made="20261101T080000Z")
    world.office.put(CalendarId("office", "work"), "call.ics", call)
    world.office.put(CalendarId("office", "work"), "late.ics", LATE)
    pipeline.pull(world.deps, NOW)
    settings = replace(SETTINGS, requests=(of, replace(LUNCH, weekdays=frozenset({3}))), goals=(goal,))
    steps: list[tuple[int, int]] = []
    snapshot = replace(pipeline.load(world.deps, NOW), settings=settings)
    found = levers(snapshot, goal, solve, 1, lambda what, done, whole: steps.append((done, whole)))
    assert steps == [(n, len(found) + 1) for n in range(len(steps))]
    assert all(lever.now == Tally(unplaced=1) for lever in found)
    return [(lever.change, lever.tally.kept, lever.others) for lever in found]


def test_the_change_that_keeps_most_comes_first(world: World) -> None:
    together = Goal("together", "blocks", Shape.FREQUENCY, 1, date(2026, 11, 2), date(2026, 12, 27), False, of="dinner")
    assert tried(world, ONCE, together) == [
        ("half an hour earlier", 1, 0),
        ("half an hour later", 1, 0),
        ("one more a week", 0, 0),
    ]


def test_a_goal_that_no_block_serves_has_no_lever(world: World) -> None:
    pipeline.pull(world.deps, NOW)
    goal = Goal("quiet", "weekend_work", Shape.KEEP, 0, date(2026, 11, 2), date(2026, 12, 27))
    assert levers(pipeline.load(world.deps, NOW), goal, solve, 1, lambda *_: None) == ()


def test_a_ritual_without_windows_closes_the_day_and_is_tried_earlier() -> None:
    shutdown = Request("shutdown", "Shutdown", Kind.RITUAL, per="day", min_minutes=15, ideal_minutes=15, max_minutes=15)
    assert [(name, changed.windows) for name, changed in _changes(shutdown, SETTINGS.person)] == [
        ("half an hour earlier", (Window(16 * 60 + 15, 16 * 60 + 30),))
    ]
