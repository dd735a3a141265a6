"""Measures and goals in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console, RenderableType

from timeblock.cli.render import Look
from timeblock.cli.render_measures import evidence_table, goals_table, measure_chart, measures_table
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import CalendarId, Event, EventKey, Occurrence
from timeblock.core.goals import Goal, Shape
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.measures import Measure
from timeblock.core.progress import GoalState, Progress
from timeblock.core.scope import Evidence, Moment
from timeblock.views.measures import note

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"))


def late(value: float | None, missing: str = "") -> Measure:
    return Measure("after_hours", "min", 1, value, missing=missing, at_least=value is not None)


PAST: Mapping[Week, tuple[Measure, ...]] = {
    Week(2026, 45): (late(60),),
    Week(2026, 46): (late(None),),
    Week(2026, 47): (late(120),),
}


def shown(what: RenderableType, width: int = 110) -> str:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


@pytest.mark.parametrize(("value", "arrow"), [(300, "↑"), (30, "↓"), (92, "→")])
def test_a_figure_stands_beside_the_weeks_before(value: float, arrow: str) -> None:
    line = shown(measures_table([late(value)], PAST, Look())).splitlines()[1]
    assert line.startswith("After hours")
    assert arrow in line
    assert "▅·█" in line
    assert line.rstrip().endswith("at least")


def test_unknown_is_not_zero() -> None:
    line = shown(measures_table([late(None, "no calendar was read")], PAST, Look())).splitlines()[1]
    assert "unknown" in line
    assert "no calendar was read" in line
    assert "0:00" not in line


def test_the_basis_is_always_said() -> None:
    found = Measure("work", "min", 1, 60.0, basis="events", at_least=True, detail="balance -1 h")
    assert note(found) == "by events; at least; balance -1 h"


def test_weeks_that_are_unknown_have_no_bar() -> None:
    chart = measure_chart("after_hours", PAST, Look(60, ascii=True)).plain.splitlines()
    assert [line.split()[0] for line in chart[1:]] == ["W45", "W47"]
    assert measure_chart("overtime", PAST, Look()).plain == "Overtime: no week is known"


def test_each_event_behind_a_figure_is_listed() -> None:
    start = WHERE.at(date(2026, 11, 23), 18 * 60)
    event = Event(EventKey(CalendarId("a", "b"), "x", "x"), "Call [Portland]")
    item = Classified(Occurrence(Interval(start, start + 3600), event), Activity.MEETING, "work", "r", "its calendar")
    found = Measure("after_hours", "min", 1, 45.0, evidence=(Evidence(item, 45.0),))
    assert "Mon 23 Nov 18:00-19:00  45       Call [Portland]  its calendar" in shown(evidence_table(found, WHERE))


def test_of_traces_the_times_and_the_source_are_listed() -> None:
    start = WHERE.at(date(2026, 11, 23), 20 * 60)
    moments = (Moment(start, start, 0, ("mail",)), Moment(start, start + 3600, 45, ("laptop", "mail")))
    text = shown(evidence_table(Measure("after_hours", "min", 1, 45.0, moments=moments), WHERE)).splitlines()
    assert text[1].split() == ["Mon", "23", "Nov", "20:00", "sent", "mail", "mail"]
    assert text[2].split()[3:] == ["20:00-21:00", "45", "sent", "mail", "and", "activity", "laptop,", "mail"]


def test_goals_show_their_state_in_words() -> None:
    goal = Goal("Half", "after_hours", Shape.CHANGE_PERCENT, -50, date(2026, 11, 9), date(2027, 1, 31))
    text = shown(goals_table([Progress(goal, GoalState.AT_RISK, "close", 90.0, 80.0, 100.0, 50.0)]))
    assert text.splitlines()[1].split() == ["Half", "at", "risk", "1:30", "h", "1:20", "h", "0:50", "h", "close"]


def test_on_a_narrow_terminal_notes_stand_below_the_names() -> None:
    lines = shown(measures_table([late(300)], PAST, Look(width=50)), width=50).splitlines()
    assert lines[1].startswith("After hours")
    assert "5:00 h" in lines[1]
    assert lines[2].strip() == "at least"


def test_a_breach_of_a_block_says_which_and_who_called_for_it() -> None:
    start = WHERE.at(date(2026, 11, 23), 18 * 60)
    event = Event(EventKey(CalendarId("a", "b"), "x", "x"), "Budget", organizer="noor@example.org")
    item = Classified(Occurrence(Interval(start, start + 3600), event), Activity.MEETING, "work", "r", "its calendar")
    found = Measure("blocks", "count", 2, 0.0, evidence=(Evidence(item, 45.0, "dinner/2026-W48/1"),))
    assert "over dinner/2026-W48/1, called by noor@example.org" in shown(evidence_table(found, WHERE), 140)
