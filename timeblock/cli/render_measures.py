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
from timeblock.core.words import day, figure, hours, moment, span

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
        told = Text(_beside(measure), "dim")
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


BASES = {
    "schedule": "Worked time is counted by schedule: your working hours, and what shows beside them.",
    "events": "Worked time is counted by events: only what is booked.",
}
"""How worked time is counted, said once for all figures."""


def name(measure_id: str) -> str:
    """``"After hours"`` for ``after_hours``."""
    return measure_id.replace("_", " ").capitalize()


def note(measure: Measure) -> str:
    """What must be said beside the figure: a lower bound, the basis, or what is missing."""
    basis = f"by {measure.basis}" if measure.basis and measure.value is not None else ""
    return "; ".join(filter(None, (basis, _beside(measure))))


def _beside(measure: Measure) -> str:
    """That without the basis, where that is said for all."""
    if measure.value is None:
        return measure.missing or "no evidence"
    return "; ".join(filter(None, ("at least" if measure.at_least else "", measure.detail)))


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
    """The events behind one figure, each with the minutes of it that count; of traces the times alone. Of blocks also
    which of them the event breached, and whose it is."""
    made = table("When", "Minutes", "Event", "Because")
    for item in measure.evidence:
        c = item.classified
        start = where.date_of(c.occurrence.interval.start)
        title = Text(c.occurrence.event.summary or "(no title)")
        whose = f", called by {c.occurrence.event.organizer}" if c.occurrence.event.organizer else ""
        made.add_row(
            f"{day(start)} {span(c.occurrence.interval, where)}",
            f"{item.minutes:.0f}",
            title,
            Text(f"over {item.of}{whose}" if item.of else c.why, "dim"),
        )
    for found in measure.moments:
        when, sources = moment(found.start, where), Text(", ".join(found.sources), "dim")
        if found.start == found.end:
            made.add_row(when, "", "sent mail", sources)
        else:
            until = f"{where.clock_at(found.end):%H:%M}"
            made.add_row(f"{when}-{until}", f"{found.minutes:.0f}", "sent mail and activity", sources)
    for part, value in measure.parts:
        made.add_row("", f"{value:.0f}", Text(part), "")
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
