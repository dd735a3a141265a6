"""The report page: one HTML file that needs nothing else, neither network nor script.

Values in, text out. What the page says about a person is said to that person: plainly, and never as a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from timeblock.core.classify import Classified
from timeblock.core.diff import Create
from timeblock.core.event import CalendarId
from timeblock.core.goals import Weekly
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.measures import Measure
from timeblock.core.plan import Block, Plan, Unplaced
from timeblock.core.progress import Progress
from timeblock.core.scope import period_words
from timeblock.core.words import counted, day, figure, hours, span
from timeblock.pages.charts import Chart, sentence
from timeblock.pages.goals import GoalView, goal_view
from timeblock.pages.measures import charts
from timeblock.pages.render import rendered
from timeblock.pages.week import HIDDEN, WeekView, event_title, week_view

if TYPE_CHECKING:
    from timeblock.stages.values import Cycle


@dataclass(frozen=True, slots=True)
class ReportData:
    """``titles``: block request → its title. ``measures``: the weeks before the running one are drawn.

    ``new``: keys of the blocks that this run added. ``hidden``: calendars whose titles are to stay private.
    """

    name: str
    now: Instant
    where: Whereabouts
    classified: tuple[Classified, ...]
    plan: Plan
    new: frozenset[str]
    titles: Mapping[str, str]
    measures: Mapping[Week, tuple[Measure, ...]]
    progress: tuple[Progress, ...] = ()
    hidden: frozenset[CalendarId] = frozenset()


@dataclass(frozen=True, slots=True)
class Tile:
    figure: str
    text: str


@dataclass(frozen=True, slots=True)
class Held:
    """One block request: how many of its blocks stood before, stand now, and found no room."""

    title: str
    before: int
    now: int
    time: str
    missing: int


@dataclass(frozen=True, slots=True)
class Missed:
    """One block that found no room: the day or week it is for, what stands in the way, what would help."""

    when: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class MissedRequest:
    title: str
    rows: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    clock: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reasons:
    title: str
    rows: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the template shows, in words."""

    title: str
    made: str
    lead: str
    horizon: str
    tiles: tuple[Tile, ...]
    weeks: tuple[WeekView, ...]
    kinds: tuple[str, ...]
    held: tuple[Held, ...]
    charts: tuple[Chart, ...]
    goals: tuple[GoalView, ...]
    missed: tuple[MissedRequest, ...]
    reasons: tuple[Reasons, ...]


def report_data(cycle: Cycle) -> ReportData:
    """What one run saw and did, as the page needs it."""
    settings, snapshot = cycle.snapshot.settings, cycle.snapshot
    secret = {c.name for c in settings.calendars if c.privacy == "busy"}
    return ReportData(
        name=settings.person.name,
        now=snapshot.now,
        where=settings.person.where,
        classified=cycle.seen.classified,
        plan=cycle.proposal.plan,
        new=frozenset(c.slot.key for c in cycle.proposal.changes if isinstance(c, Create)),
        titles={r.name: r.title or r.name for r in settings.requests},
        measures=cycle.seen.weeks,
        progress=cycle.seen.progress,
        hidden=frozenset(found for name, found in snapshot.calendars.items() if name in secret),
    )


def report(data: ReportData) -> str:
    """The page. Everything that comes from calendars is escaped."""
    return rendered(Path(__file__).with_name("report.html.j2"), page=page(data))


def page(data: ReportData) -> Page:
    """The words and figures of the page, before any HTML."""
    today = data.where.date_of(data.now)
    weeks = dict.fromkeys(Week.of(on) for on in data.where.days(data.plan.horizon))
    blocks = data.plan.blocks
    return Page(
        title=f"{data.name}'s time" if data.name else "Your time",
        made=day(today, year=True),
        lead=_lead(data),
        horizon=f"{day(today)} to {day(data.where.date_of(data.plan.horizon.end - 1))}",
        tiles=tuple(_tiles(data)),
        weeks=tuple(week_view(w, data.classified, blocks, data.where, today, data.hidden) for w in weeks),
        kinds=tuple(dict.fromkeys(b.kind.value for b in blocks)),
        held=tuple(_held(data)),
        charts=tuple(charts(_full_weeks(data), data.progress)),
        goals=tuple(goal_view(p) for p in data.progress),
        missed=tuple(_missed(data)),
        reasons=tuple(_reasons(data)),
    )


# ---- the head of the page --------------------------------------------------------------------------------------------


def _lead(data: ReportData) -> str:
    held = hours(sum(b.interval.minutes for b in data.plan.blocks))
    fit = f"{counted(len(data.plan.blocks), 'block')} of protected time, {held} hours in all"
    missed = len(data.plan.unplaced)
    rest = "everything found room" if not missed else f"{missed} found no room, and this page says why"
    return f"The coming weeks hold {fit}; {rest}."


TILES = {
    "after_hours": "work after hours last week",
    "overtime": "more than the contract last week",
    "lunch_kept": "with time for lunch last week",
    "back_to_back": "longest run of meetings last week",
}


def _tiles(data: ReportData) -> Iterator[Tile]:
    """The last full week in a few figures; what is unknown has no tile."""
    weeks = _full_weeks(data)
    if not weeks:
        return
    last = {m.id: m for m in weeks[max(weeks)]}
    for name, text in TILES.items():
        measure = last.get(name)
        if measure and measure.value is not None:
            yield Tile(_value(measure), text)


def _full_weeks(data: ReportData) -> Weekly:
    """Those that are over: a running week always looks better than it will be."""
    return {week: found for week, found in data.measures.items() if week < data.where.week_of(data.now)}


def _value(measure: Measure) -> str:
    return ("at least " if measure.at_least else "") + figure(measure.value, measure.unit)


# ---- the plan --------------------------------------------------------------------------------------------------------


def _held(data: ReportData) -> Iterator[Held]:
    """One row for each request that has blocks or lacks some, in the order of the config."""
    placed = {name: [b for b in data.plan.blocks if b.request == name] for name in data.titles}
    for name, title in data.titles.items():
        blocks, missing = placed[name], sum(u.request == name for u in data.plan.unplaced)
        if blocks or missing:
            before = sum(b.key not in data.new for b in blocks)
            yield Held(title, before, len(blocks), hours(sum(b.interval.minutes for b in blocks)), missing)


def _missed(data: ReportData) -> Iterator[MissedRequest]:
    by_request: dict[str, list[Unplaced]] = {}
    for unplaced in data.plan.unplaced:
        by_request.setdefault(unplaced.request, []).append(unplaced)
    for request, found in by_request.items():
        rows = (
            Missed(period_words(u.key), sentence(discreet(u.reason, data)), sentence(discreet(u.suggestion, data)))
            for u in found
        )
        yield MissedRequest(data.titles.get(request, request), tuple(rows))


def discreet(text: str, data: ReportData) -> str:
    """``text`` without the titles that are nobody else's business: reasons name events."""
    for item in data.classified:
        if event_title(item, data.hidden) == HIDDEN and item.occurrence.event.summary:
            text = text.replace(item.occurrence.event.summary, "a private event")
    return text


def _reasons(data: ReportData) -> Iterator[Reasons]:
    for on, group in groupby(data.plan.blocks, key=lambda b: data.where.date_of(b.interval.start)):
        yield Reasons(day(on), tuple(_reason(b, data) for b in group))


def _reason(block: Block, data: ReportData) -> Reason:
    said = sentence(discreet(block.reason, data) or "it fits here")
    if block.moved_from:
        said = f"Moved from {_stood(block.moved_from, data.where)}. {said}"
    return Reason(span(block.interval, data.where), block.title, said)


def _stood(interval: Interval, where: Whereabouts) -> str:
    return f"{day(where.date_of(interval.start))} {span(interval, where)}"
