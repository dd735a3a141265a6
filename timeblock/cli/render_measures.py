"""Measures as a table with their trend, as a chart over weeks, and down to the events behind one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from timeblock.cli.charts import bars, sparkline
from timeblock.cli.render import NARROW, Look
from timeblock.cli.render_tables import table
from timeblock.core.event import CalendarId
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.measures import Drain, Measure
from timeblock.core.progress import GoalState, Progress, told
from timeblock.core.words import figure, hours
from timeblock.views.measures import behind, beside, name

RECENT = 4
"""Weeks before, whose mean the trend arrow compares with."""


def measures_table(measures: Sequence[Measure], history: Mapping[Week, Sequence[Measure]], look: Look) -> Table:
    """Each measure with its value, how it compares with the weeks of ``history``, and what is to be known about it.

    On a narrow terminal what is to be known stands below the name.
    """
    narrow = look.width < NARROW
    made = table("Measure", "Value", "", "Weeks before", *([] if narrow else ["Note"]))
    for measure in measures:
        before = values(measure.id, history)
        value = Text(figure(measure.value, measure.unit), "bold" if measure.value is not None else "dim")
        told = Text(beside(measure), "dim")
        title = Text.assemble(name(measure.id), "\n  ", told) if narrow and told else Text(name(measure.id))
        line = (title, value, _arrow(measure.value, before, look), sparkline(before, look))
        made.add_row(*line, *([] if narrow else [told]))
    return made


def values(measure_id: str, history: Mapping[Week, Sequence[Measure]]) -> list[float | None]:
    """One measure, week by week."""
    return [next((m.value for m in history[week] if m.id == measure_id), None) for week in sorted(history)]


def drain_words(drain: Drain, calendars: Mapping[str, CalendarId]) -> str:
    """The primary drain as a sentence, with the name that the config gives a calendar."""
    by_path = {found.path: name for name, found in calendars.items()}
    name = by_path.get(drain.name, drain.name) if drain.kind == "calendar" else drain.name
    return f"What took most: {name}, {hours(drain.minutes)} h {drain.why}."


def _arrow(value: float | None, before: Sequence[float | None], look: Look) -> str:
    known = [v for v in before[-RECENT:] if v is not None]
    if value is None or not known:
        return ""
    usual = sum(known) / len(known)
    up, down, level = "^v-" if look.ascii else "↑↓→"
    if abs(value - usual) <= 0.1 * max(abs(usual), 1):
        return level
    return up if value > usual else down


def measure_chart(
    wanted: str, history: Mapping[Week, Sequence[Measure]], look: Look, goal: float | None = None
) -> Text:
    """One measure over the weeks; weeks in which it is unknown are left out."""
    found = [(week, m) for week in sorted(history) for m in history[week] if m.id == wanted and m.value is not None]
    if not found:
        return Text(f"{name(wanted)}: no week is known", "dim")
    unit = found[0][1].unit
    scale = 60 if unit == "min" else 1
    labels = [f"W{week.number}" for week, _ in found]
    values = [round((m.value or 0) / scale, 2) for _, m in found]
    title = f"{name(wanted)}, {'hours' if unit == 'min' else unit}"
    return bars(labels, values, title, look, None if goal is None else goal / scale)


def evidence_table(measure: Measure, where: Whereabouts) -> Table:
    """What is behind one figure, each with the minutes of it that count."""
    made = table("When", "Minutes", "Event", "Because")
    for line in behind(measure, where):
        minutes = "" if line.minutes is None else f"{line.minutes:.0f}"
        made.add_row(line.when, minutes, Text(line.what), Text(line.because, "dim"))
    return made


def goals_table(progress: Sequence[Progress]) -> Table | Text:
    """How each goal stands."""
    if not progress:
        return Text("No goals yet; [[goals]] in the config holds them.", "dim")
    made = table("Goal", "Stands", "Last week", "Milestone", "Target", "Note")
    for found in progress:
        figures = [told(found.goal, v) if v is not None else "-" for v in (found.value, found.milestone, found.target)]
        made.add_row(
            Text(found.goal.name), Text(found.state.value, STANDS[found.state]), *figures, Text(found.text, "dim")
        )
    return made


STANDS = {
    GoalState.ON_TRACK: "green",
    GoalState.MET: "bold green",
    GoalState.AT_RISK: "yellow",
    GoalState.OFF_TRACK: "yellow",
    GoalState.MISSED: "magenta",
    GoalState.NO_DATA: "dim",
    GoalState.PAUSED: "dim",
}
