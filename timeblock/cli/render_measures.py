"""Measures as a table with their trend, as a chart over weeks, and down to the events behind one figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from timeblock.cli.charts import bars, sparkline
from timeblock.cli.render import Look
from timeblock.cli.render_tables import table
from timeblock.core.localtime import Week
from timeblock.core.words import figure

if TYPE_CHECKING:
    from timeblock.core.measures import Measure

RECENT = 4
"""Weeks before, whose mean the trend arrow compares with."""


def measures_table(measures: Sequence[Measure], history: Mapping[Week, Sequence[Measure]], look: Look) -> Table:
    """Each measure with its value, how it compares with the weeks of ``history``, and what is to be known about it."""
    made = table("Measure", "Value", "", "Weeks before", "Note")
    past = [{m.id: m for m in history[week]} for week in sorted(history)]
    for measure in measures:
        before = [found.value if (found := week.get(measure.id)) else None for week in past]
        value = Text(figure(measure.value, measure.unit), "bold" if measure.value is not None else "dim")
        arrow = _arrow(measure.value, before, look)
        made.add_row(name(measure.id), value, arrow, sparkline(before, look), Text(note(measure), "dim"))
    return made


def name(measure_id: str) -> str:
    """``"After hours"`` for ``after_hours``."""
    return measure_id.replace("_", " ").capitalize()


def note(measure: Measure) -> str:
    """What must be said beside the figure: a lower bound, the basis, or what is missing."""
    if measure.value is None:
        return measure.missing or "no evidence"
    parts = ["at least" if measure.at_least else "", f"by {measure.basis}" if measure.basis else "", measure.detail]
    return "; ".join(filter(None, parts))


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
