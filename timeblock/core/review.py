"""A look back: what became of goals and blocks, where the time went, and what is worth a thought; as values.

How it is shown is for others to decide. The words are for the person: kind, plain, and never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from timeblock.core import journal
from timeblock.core import signs as warning
from timeblock.core.definitions.blocks import is_work
from timeblock.core.event import request_of
from timeblock.core.goals import Weekly
from timeblock.core.hours import waking
from timeblock.core.interval import Interval
from timeblock.core.journal import Cadence, Entry
from timeblock.core.leave import Period
from timeblock.core.localtime import Week
from timeblock.core.measures import Drain, Measure, measure, primary_drain
from timeblock.core.problem import Request
from timeblock.core.progress import GoalState, Progress
from timeblock.core.scope import Evidence, Facts
from timeblock.core.signs import Past, Sign
from timeblock.core.words import counted, figure, hours, span
from timeblock.core.words import day as day_words
from timeblock.core.words import week as week_words

WEEKS: Mapping[Cadence, int] = {"weekly": 1, "monthly": 4, "quarterly": 13}
"""Full weeks that each looks back on."""
HELP = (
    "You need not carry this alone: a friend or a colleague can listen, a coach can work on one of these goals with "
    "you, and a doctor or therapist is there for what rest does not mend."
)
NAMED = 4
"""So many figures are named that are unknown for one reason."""
UNSEEN = (
    "A calendar shows meetings, not all work: hours of work are at least so much.",
    "A protected hour that nothing overlapped counts as kept. Whether it did you good, only you can say.",
    "Care, worry and thoughts after hours leave no trace here.",
)


@dataclass(frozen=True, slots=True)
class Survival:
    """What became of the blocks of one request. ``moved`` ones are among the others."""

    title: str
    kept: int = 0
    breached: int = 0
    skipped: int = 0
    unplaced: int = 0
    unknown: int = 0
    moved: int = 0

    @property
    def stood(self) -> int:
        """Blocks of which it is known what became of them."""
        return self.kept + self.breached + self.skipped


@dataclass(frozen=True, slots=True)
class Breach:
    """Work that lay over a block. ``whose``: who had asked for it, "" for the person's own or where it is not told."""

    when: str
    block: str
    event: str
    whose: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many of its exceptions in four weeks a block request has used."""

    title: str
    used: int
    of: int


@dataclass(frozen=True, slots=True)
class AreaTime:
    """Time of an area, and its share of waking time, had and wanted (None: no wish)."""

    name: str
    value: str
    minutes: float
    share: float
    wanted: float | None


@dataclass(frozen=True, slots=True)
class Energy:
    """Focus in hours of one level of energy: minutes planned, and those kept."""

    level: str
    planned: float
    kept: float


@dataclass(frozen=True, slots=True)
class Aside:
    """What else the review is given: ``told`` are journal entries, the newest first; ``redefined`` sentences about
    figures that a new definition changed."""

    told: tuple[Entry, ...] = ()
    leave: tuple[Period, ...] = ()
    redefined: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """All that a review tells. ``charts``: the measures of the weeks up to the last one, for drawing; ``private``:
    titles of blocks that others do not see."""

    cadence: Cadence
    weeks: tuple[Week, ...]
    lead: tuple[str, ...]
    praise: tuple[str, ...]
    progress: tuple[Progress, ...]
    survival: tuple[Survival, ...]
    breaches: tuple[Breach, ...]
    allowances: tuple[Allowance, ...]
    areas: tuple[AreaTime, ...]
    drain: Drain | None
    energy: tuple[Energy, ...]
    signs: tuple[Sign, ...]
    help: str
    prompts: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]
    drafts: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    leave: tuple[Period, ...]
    redefined: tuple[str, ...]
    missing: tuple[str, ...]
    charts: Weekly
    private: tuple[str, ...] = ()
    shared: bool = False


def span_of(cadence: Cadence, last: Week) -> tuple[Week, ...]:
    """The weeks that a review looks back on, up to ``last``."""
    return tuple(last.plus(-n) for n in range(WEEKS[cadence] - 1, -1, -1))


def review(
    cadence: Cadence,
    last: Week,
    facts: Facts,
    past: Past,
    progress: Sequence[Progress],
    requests: Collection[Request],
    aside: Aside,
) -> Review:
    """The review of the weeks up to ``last``, which are over."""
    weeks = span_of(cadence, last)
    where = facts.person.where
    whole = Interval(where.week(weeks[0]).start, where.week(last).end)
    found = {m.id: m for m in measure(facts, whole)}
    survival = tuple(_survival(found["blocks"], requests))
    seen = warning.signs(past, last)
    heavy = aside.told[0].heavy >= 2 if aside.told else False
    return Review(
        cadence=cadence,
        weeks=weeks,
        lead=tuple(_lead(found, past, weeks, survival)),
        praise=tuple(_praise(progress, survival)),
        progress=tuple(progress),
        survival=survival,
        breaches=tuple(_breaches(found["blocks"], facts, requests)),
        allowances=tuple(_allowances(past, last)),
        areas=tuple(_areas(found["area_time"], facts, whole, aside.values)),
        drain=primary_drain(facts, whole),
        energy=tuple(_energy(facts, whole, found["blocks"].evidence)),
        signs=seen,
        help=HELP if heavy or _settles_in(past, last) else "",
        prompts=journal.PROMPTS[cadence],
        quotes=aside.told[0].answers if aside.told else (),
        drafts=journal.drafts(aside.told[:1], [p.goal.metric for p in progress]),
        changes=tuple(_changes(past, last)),
        leave=aside.leave,
        redefined=aside.redefined,
        missing=tuple(_missing(found.values())),
        charts={week: ms for week, ms in past.weekly.items() if week <= last},
        private=tuple(r.title for r in requests if r.private),
    )


def _missing(found: Iterable[Measure]) -> Iterator[str]:
    """Why figures are unknown: each reason once, with what it keeps from being known."""
    reasons: dict[str, list[str]] = {}
    for m in found:
        if m.missing:
            reasons.setdefault(m.missing, []).append(m.id.replace("_", " "))
    for reason, names in reasons.items():
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield f"{', '.join(names[:NAMED])}{more}: {reason}"


def _settles_in(past: Past, last: Week) -> bool:
    """Whether some sign has by now shown for weeks; that is said once, not every week anew."""
    return warning.persistent(past, last) and not warning.persistent(past, last.plus(-1))


def without_titles(found: Review) -> Review:
    """What may be shown to others: goals and progress, no title of any event, nothing of the journal."""
    drain = found.drain and replace(found.drain, name="one series", kind="area")
    told = _discreet(found.private)
    return replace(
        found,
        praise=tuple(told(line) for line in found.praise),
        survival=tuple(replace(s, title=told(s.title)) for s in found.survival),
        allowances=tuple(replace(a, title=told(a.title)) for a in found.allowances),
        breaches=tuple(replace(b, block=told(b.block), event="a meeting", whose="") for b in found.breaches),
        drain=found.drain if found.drain and found.drain.kind == "area" else drain,
        progress=tuple(replace(p, goal=replace(p.goal, why="")) for p in found.progress),
        areas=tuple(replace(area, value="") for area in found.areas),
        signs=(),
        help="",
        prompts=(),
        quotes=(),
        drafts=(),
        changes=(),
        leave=(),
        private=(),
        shared=True,
    )


def _discreet(private: Sequence[str]) -> Callable[[str], str]:
    """Text in which titles that are nobody else's business read as "a private block"."""
    return lambda text: reduce(lambda said, title: said.replace(title, "a private block"), private, text)


# ---- in a minute -----------------------------------------------------------------------------------------------------


def _lead(
    found: Mapping[str, Measure], past: Past, weeks: Sequence[Week], survival: Sequence[Survival]
) -> Iterator[str]:
    """The whole in two or three sentences."""
    kept, stood = sum(s.kept for s in survival), sum(s.stood for s in survival)
    if stood:
        yield f"{kept} of {counted(stood, 'protected block')} were kept."
    work, late = found["work"], found["after_hours"]
    if work.value is not None and late.value is not None:
        each = len(weeks)
        per = " a week" if each > 1 else ""
        usual = _usual(past, weeks[0], "after_hours")
        than = "" if usual is None else _compared(late.value / each, usual)
        yield (
            f"You worked at least {hours(work.value / each)} hours{per}, "
            f"{hours(late.value / each)} of them after hours{than}."
        )


def _usual(past: Past, week: Week, metric: str) -> float | None:
    """The mean of the four weeks before; None where fewer than two are known."""
    values = past.run(week.plus(-1), metric, 4)
    return sum(values) / len(values) if len(values) > 1 else None


def _compared(value: float, usual: float) -> str:
    if abs(value - usual) <= 0.1 * max(usual, 60):
        return ", about as usual"
    return ", less than in the weeks before" if value < usual else ", more than in the weeks before"


def _praise(progress: Sequence[Progress], survival: Sequence[Survival]) -> Iterator[str]:
    """What there is to celebrate."""
    for p in progress:
        if p.state is GoalState.MET:
            yield f'You reached "{p.goal.name}". That deserves a celebration.'
        elif p.steps and p.steps[-1].kept:
            yield f'"{p.goal.name}": {p.kept} of {counted(len(p.steps), "week")} kept.'
    for s in survival:
        if s.stood > 1 and s.kept >= 0.8 * s.stood:
            yield f"{s.title}: {s.kept} of {s.stood} kept."


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _survival(found: Measure, requests: Collection[Request]) -> Iterator[Survival]:
    parts = dict(found.parts)
    for request in requests:
        own = {part.rpartition(": ")[2]: int(n) for part, n in parts.items() if part.startswith(f"{request.name}: ")}
        own.pop("planned", None)
        if own:
            yield Survival(request.title, **own)


def _breaches(found: Measure, facts: Facts, requests: Collection[Request]) -> Iterator[Breach]:
    """Events that lay over blocks, and traces of work in them."""
    titles = {r.name: r.title for r in requests}
    where = facts.person.where
    for moment in found.moments:
        traced = Interval(moment.start, max(moment.end, moment.start + 1))
        block = next((b for b in facts.blocks if b.interval.overlaps(traced) and not is_work(b)), None)
        if block:
            when = f"{day_words(where.date_of(moment.start))} {span(traced, where)}"
            title = titles.get(block.request, block.request)
            yield Breach(when, title, f"traces of work ({', '.join(moment.sources)})", "", moment.minutes)
    for item in found.evidence:
        event, interval = item.classified.occurrence.event, item.classified.occurrence.interval
        mine = event.organizer in facts.person.addresses
        when = f"{day_words(where.date_of(interval.start))} {span(interval, where)}"
        title = titles.get(request_of(item.of), request_of(item.of))
        yield Breach(
            when, title, event.summary or "an event without a title", "" if mine else event.organizer, item.minutes
        )


def _allowances(past: Past, last: Week) -> Iterator[Allowance]:
    for name, (title, budget) in past.budgets.items():
        if any(f"{name}: " in part for n in range(4) for part in past.parts(last.plus(-n), "blocks")):
            yield Allowance(title, warning.exceptions(past, name, last), budget)


def _changes(past: Past, last: Week) -> Iterator[str]:
    for name, count in warning.skipped(past, last).items():
        yield f"{name} was left out {count} times in four weeks. Another time of day, less often, or let it go?"


# ---- where time and energy went --------------------------------------------------------------------------------------


def _areas(found: Measure, facts: Facts, whole: Interval, values: Mapping[str, str]) -> Iterator[AreaTime]:
    awake, had = waking(facts.person, whole).minutes, dict(found.parts)
    for area in dict.fromkeys((*facts.wanted, *had)):
        if awake and (area in facts.wanted or had.get(area, 0) >= 60):
            minutes = had.get(area, 0.0)
            yield AreaTime(area, values.get(area, ""), minutes, minutes / awake, facts.wanted.get(area))


LEVELS = ((0.7, "high"), (0.4, "middle"), (0.0, "low"))


def _energy(facts: Facts, whole: Interval, breaches: Sequence[Evidence]) -> Iterator[Energy]:
    """Focus blocks by the energy of the hours they lay in: as planned, and those that nothing overlapped."""
    if not facts.person.energy:
        return
    broken = {item.of for item in breaches}
    planned, kept = dict.fromkeys((name for _, name in LEVELS), 0.0), dict.fromkeys((name for _, name in LEVELS), 0.0)
    for block in facts.blocks:
        if block.kind == "focus" and block.interval.overlaps(whole) and block.state != "unplaced":
            clock = facts.person.where.clock_at((block.interval.start + block.interval.end) // 2)
            level = next(name for least, name in LEVELS if facts.person.energy[clock.weekday()][clock.hour] >= least)
            planned[level] += block.interval.minutes
            over = block.interval.end <= facts.now and block.state != "skipped"
            kept[level] += block.interval.minutes if over and block.key not in broken else 0.0
    yield from (Energy(name, planned[name], kept[name]) for name in planned if planned[name])


def overview(found: Review) -> Sequence[tuple[str, str]]:
    """The last week in a few figures, each with what it means."""
    last = {m.id: m for m in found.charts.get(found.weeks[-1], ())}
    when = " last week" if len(found.weeks) > 1 else ""
    return [
        (figure(m.value, m.unit), f"{text}{when}{', at least' if m.at_least else ''}")
        for name, text in OVERVIEW.items()
        if (m := last.get(name)) and m.value is not None
    ]


OVERVIEW = {
    "after_hours": "work after hours",
    "overtime": "more than the contract",
    "rest_gap": "shortest rest between two days",
    "lunch_kept": "with time for lunch",
    "work_free_days": "without work",
}
"""Figures at the head of a review. Those of the last week, whatever the cadence."""


def period(found: Review) -> str:
    """``"Week 47: Mon 16 Nov to Sun 22 Nov 2026"``, or from the first week to the last."""
    first, last = found.weeks[0], found.weeks[-1]
    return (
        week_words(last) if first == last else f"{day_words(first.monday)} to {day_words(last.days()[-1], year=True)}"
    )


def drain_words(found: Drain | None) -> str:
    """What took most, in a sentence; "" where nothing did."""
    return f"What took most: {found.name}, {hours(found.minutes)} hours {found.why}." if found else ""


def leave_words(found: Period) -> str:
    """Days of leave that are proposed, in a sentence."""
    first, last = found.days[0], found.days[-1]
    days = day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
    free = f"{counted(len(found.days), 'day')} of leave, {found.free} days off"
    return f"Leave that would fit: {days} ({free}{', ' if found.why else ''}{found.why})."
