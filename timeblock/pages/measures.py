"""Measures over the weeks as charts, each with what it means in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile

from timeblock.core.goals import Weekly
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.progress import Progress
from timeblock.pages.charts import Chart, Wish, chart

CHARTS: Mapping[str, tuple[str, Wish, str]] = {
    "after_hours": ("Work after hours", "less", "Work outside the hours you set yourself, and on days off."),
    "work": ("Worked time", "", "Your working hours and all work outside them, less leave and private events."),
    "overtime": ("More than the contract", "less", "Worked time and leave beyond the contract's hours."),
    "lunch_kept": ("Days with a lunch", "more", "Days with half an hour free around noon."),
    "focus_time": ("Time to concentrate", "more", "Free working time in pieces of an hour or more."),
    "fragmentation": ("Crumbs of time", "less", "Free working time in pieces too short for deep work."),
    "meeting_load": ("Time in meetings", "less", "Share of the working hours that are meetings."),
    "back_to_back": ("Longest run of meetings", "less", "Meetings with less than five minutes between them."),
    "work_free_days": ("Days without work", "more", "Days on which no work stood in the calendar."),
}
"""Measures that are drawn: title, which way is better, and what it means in a sentence."""


def known_since(weekly: Weekly) -> dict[Week, Sequence[Measure]]:
    """The weeks from the first of which anything is known, in order."""
    ordered = sorted(weekly.items())
    return dict(dropwhile(lambda pair: all(m.value is None for m in pair[1] if m.id == "work"), ordered))


def charts(weekly: Weekly, progress: Sequence[Progress] = ()) -> Iterator[Chart]:
    """One for each measure that is known of; ``weekly`` are weeks that are over. A goal about it is a line."""
    weeks = sorted(weekly)
    by_week = [{m.id: m for m in weekly[week]} for week in weeks]
    for name, (title, wish, means) in CHARTS.items():
        found = [measures.get(name) for measures in by_week]
        known = next((m for m in reversed(found) if m), None)
        if known is None:
            continue
        values = [m.value if m else None for m in found]
        yield chart(title, known.unit, weeks, values, wish, means, _goal(name, progress), known.at_least)


def _goal(name: str, progress: Sequence[Progress]) -> float | None:
    """The figure that a goal about this measure asks for in the end."""
    return next((p.target for p in progress if p.goal.metric == name and not p.goal.of), None)
