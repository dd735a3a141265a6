"""The review as one HTML file. What is shown of a person is said to that person: plainly, and never as a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Shape
from timeblock.core.journal import SELF_CHECK
from timeblock.core.progress import Progress
from timeblock.core.review import (
    UNSEEN,
    Allowance,
    AreaTime,
    Breach,
    Energy,
    Review,
    Survival,
    drain_words,
    leave_words,
    overview,
    period,
)
from timeblock.core.signs import Sign
from timeblock.core.words import hours
from timeblock.pages.charts import Chart, chart
from timeblock.pages.goals import GoalView, goal_view
from timeblock.pages.measures import charts, known_since
from timeblock.pages.render import rendered

TITLES = {
    "weekly": "A look back on the week",
    "monthly": "A look back on four weeks",
    "quarterly": "A look back on a quarter",
}
MOST_WEEKS, FEWEST = 26, 4
"""So many weeks are drawn; of a goal no fewer, since two bars tell nothing that words do not."""


@dataclass(frozen=True, slots=True)
class GoalCard:
    """A goal with its weeks, where it has two or more, and its offer in words."""

    view: GoalView
    chart: Chart | None
    offer: str


@dataclass(frozen=True, slots=True)
class AreaBar:
    """Widths in percent of the widest bar; ``wanted`` None where there is no wish."""

    name: str
    value: str
    had: str
    width: float
    wish: str
    wanted: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template shows, in words."""

    title: str
    period: str
    shared: bool
    lead: tuple[str, ...]
    tiles: tuple[tuple[str, str], ...]
    praise: tuple[str, ...]
    goals: tuple[GoalCard, ...]
    survival: tuple[Survival, ...]
    breaches: tuple[tuple[str, Breach], ...]
    allowances: tuple[Allowance, ...]
    areas: tuple[AreaBar, ...]
    drain: str
    energy: tuple[tuple[str, str, str], ...]
    signs: tuple[Sign, ...]
    help: str
    charts: tuple[Chart, ...]
    thoughts: tuple[str, ...]
    drafts: tuple[tuple[str, str], ...]
    quotes: tuple[tuple[str, str], ...]
    prompts: tuple[str, ...]
    self_check: tuple[str, ...]
    unseen: tuple[str, ...]
    redefined: tuple[str, ...]
    cadence: str


def review_page(found: Review) -> str:
    """The page. Everything that comes from calendars or the journal is escaped."""
    return rendered(Path(__file__).with_name("review.html.j2"), page=page(found))


def page(found: Review) -> Page:
    """The words and figures of the page, before any HTML."""
    recent = dict(list(known_since(found.charts).items())[-MOST_WEEKS:])
    return Page(
        title=TITLES[found.cadence],
        period=period(found),
        shared=found.shared,
        lead=found.lead,
        tiles=tuple(overview(found)),
        praise=found.praise,
        goals=tuple(_card(p) for p in found.progress),
        survival=found.survival,
        breaches=tuple((hours(b.minutes), b) for b in found.breaches),
        allowances=found.allowances,
        areas=tuple(_bars(found.areas)),
        drain=drain_words(found.drain),
        energy=tuple(_energy(e) for e in found.energy),
        signs=found.signs,
        help=found.help,
        charts=tuple(charts(recent, found.progress)) if len(recent) > 1 else (),
        thoughts=(*found.changes, *(leave_words(p) for p in found.leave)),
        drafts=found.drafts,
        quotes=tuple((prompt, answer) for prompt, answer in found.quotes if answer),
        prompts=found.prompts,
        self_check=() if found.shared else SELF_CHECK,
        unseen=(*UNSEEN, *found.missing),
        redefined=found.redefined,
        cadence=found.cadence,
    )


def _card(p: Progress) -> GoalCard:
    shown, unit = p.steps[-MOST_WEEKS:], "%" if p.goal.shape is Shape.USE_UP else DEFINITIONS[p.goal.metric].unit
    drawn = chart("Week by week", unit, [s.week for s in shown], [s.value for s in shown], goal=p.target)
    offer = f"You could choose {' or '.join(c.text for c in p.offer.choices)}." if p.offer else ""
    return GoalCard(goal_view(p), drawn if len(shown) >= FEWEST else None, offer)


def _bars(areas: tuple[AreaTime, ...]) -> Iterator[AreaBar]:
    most = max((max(a.share, a.wanted or 0) for a in areas), default=0) or 1
    for a in areas:
        wish = "" if a.wanted is None else f"wanted {100 * a.wanted:.0f} %"
        wanted = None if a.wanted is None else round(100 * a.wanted / most, 1)
        had = f"{hours(a.minutes)} h, {100 * a.share:.0f} %"
        yield AreaBar(a.name, a.value, had, round(100 * a.share / most, 1), wish, wanted)


def _energy(found: Energy) -> tuple[str, str, str]:
    return found.level, f"{hours(found.planned)} h", f"{hours(found.kept)} h"
