"""Measures over the weeks, and each down to the events behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from timeblock.core import words
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Weekly
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.words import figure
from timeblock.dashboard.visit import Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.pages.charts import Chart, chart
from timeblock.pages.measures import CHARTS, charts, known_since
from timeblock.views.measures import BASES, Behind, behind, beside, name, weeks_until

SPANS = (13, 26, 52)
"""So many weeks can be looked at."""


@dataclass(frozen=True)
class Row:
    """A measure of the last full week, and the address of what is behind it."""

    name: str
    value: str
    note: str
    address: str


@dataclass(frozen=True)
class MeasuresPage:
    """``since``: the first day of which anything is known, "" where that is before all that is shown. ``spans``: how
    many weeks, and whether these are shown."""

    charts: tuple[Chart, ...]
    since: str
    spans: tuple[tuple[int, bool], ...]
    week: str
    rows: tuple[Row, ...]
    basis: str


@dataclass(frozen=True)
class MeasurePage:
    """One measure in one week. ``chart`` ends with that week, None where nothing is known; ``before`` and ``after`` are
    addresses, "" for none."""

    value: str
    note: str
    basis: str
    definition: str
    notes: tuple[str, ...]
    chart: Chart | None
    week: str
    behind: tuple[Behind, ...]
    before: str
    after: str


def show(visit: Visit) -> Shown:
    """All that are drawn, and the figures of the last full week."""
    last, look = _last(visit), visit.look()
    count = next((span for span in SPANS if str(span) == visit.query.get("weeks")), SPANS[1])
    weekly = known_since(weeks_until(visit.deps.db, look.seen, last, count))
    page = MeasuresPage(
        charts=tuple(charts(weekly, look.seen.progress)),
        since=words.day(min(weekly).monday, year=True) if 0 < len(weekly) < count else "",
        spans=tuple((span, span == count) for span in SPANS),
        week=words.week(last),
        rows=tuple(
            Row(name(m.id), figure(m.value, m.unit), beside(m), _address(m.id, last)) for m in look.seen.weeks[last]
        ),
        basis=BASES[visit.deps.settings.person.basis],
    )
    return Shown("Measures", "measures.html.j2", page)


def show_one(visit: Visit) -> Shown:
    """One measure: what it means, its weeks, and what is behind its figure. Raises ``FixNeeded`` for an unknown one."""
    wanted, last = visit.query.get("name", ""), _last(visit)
    if wanted not in DEFINITIONS:
        raise FixNeeded(f'There is no measure "{wanted}".')
    week, look = visit.week(last), visit.look()
    if week not in look.seen.weeks:
        raise FixNeeded(f"{week} is not looked at here; `timeblock measure --week {week} --explain {wanted}` does.")
    found = next(m for m in look.seen.weeks[week] if m.id == wanted)
    weekly, later = known_since(weeks_until(visit.deps.db, look.seen, week, SPANS[1])), week.plus(1)
    page = MeasurePage(
        value=f"{'at least ' if found.at_least and found.value is not None else ''}{figure(found.value, found.unit)}",
        note=found.missing or found.detail,
        basis=BASES[found.basis] if found.basis else "",
        definition=DEFINITIONS[wanted].text,
        notes=found.notes,
        chart=_chart(found, weekly) if weekly else None,
        week=words.week(week),
        behind=tuple(behind(found, visit.deps.settings.person.where)),
        before=_address(wanted, week.plus(-1)) if week.plus(-1) in look.seen.weeks else "",
        after=_address(wanted, later) if later in look.seen.weeks else "",
    )
    return Shown(name(wanted), "measure.html.j2", page)


def _chart(found: Measure, weekly: Weekly) -> Chart:
    values = [_value(measures, found.id) for measures in weekly.values()]
    wish = CHARTS[found.id][1] if found.id in CHARTS else ""
    return chart(name(found.id), found.unit, list(weekly), values, wish, at_least=found.at_least)


def _value(measures: Sequence[Measure], wanted: str) -> float | None:
    return next((m.value for m in measures if m.id == wanted), None)


def _last(visit: Visit) -> Week:
    """The last full week."""
    return visit.deps.settings.person.where.week_of(visit.now).plus(-1)


def _address(measure: str, week: Week) -> str:
    return f"/measure?{urlencode({'name': measure, 'week': str(week)})}"
