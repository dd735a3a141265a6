"""Past weeks planned again under a config, and held against what happened then.

Each week is planned as one would have at its start: with the events that were known by then, the goals as they stood,
and the real planner. What would have been kept is judged by the definition that judges real blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from timeblock import pipeline
from timeblock.config.settings import Settings
from timeblock.core import measures
from timeblock.core.event import Occurrence, request_of
from timeblock.core.goals import Goal
from timeblock.core.hours import Person
from timeblock.core.interval import Instant
from timeblock.core.localtime import DAY_MINUTES, Week, Window
from timeblock.core.measures import Measure
from timeblock.core.plan import Plan
from timeblock.core.problem import Kind, Problem, Request
from timeblock.core.scope import BlockFact, period_of
from timeblock.core.steer import serves
from timeblock.stages.values import Proposal, Seen, Snapshot
from timeblock.store.remembered import Remembered

HALF = 30
"""Minutes by which blocks are moved or shortened in a trial."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What would have become of the blocks of one request: ``clashed`` with accepted work; ``worked`` in, as traces
    such as sent mail tell; no room (``unplaced``)."""

    kept: int = 0
    clashed: int = 0
    worked: int = 0
    unplaced: int = 0
    unknown: int = 0

    @property
    def asked(self) -> int:
        return self.kept + self.clashed + self.worked + self.unplaced + self.unknown

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.kept + other.kept,
            self.clashed + other.clashed,
            self.worked + other.worked,
            self.unplaced + other.unplaced,
            self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """An event that would have taken ``minutes`` of a block."""

    block: str
    event: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Replayed:
    """One week under the config."""

    week: Week
    tallies: Mapping[str, Tally]
    clashes: tuple[Clash, ...]


def replay(
    snapshot: Snapshot,
    settings: Settings,
    solve: Callable[[Problem], Plan],
    weeks: int,
    progress: Callable[[str, int, int], None],
) -> tuple[Replayed, ...]:
    """The last ``weeks`` full weeks of ``snapshot`` under ``settings``, which may be another config."""
    snapshot = replace(snapshot, settings=replace(settings, planning=replace(settings.planning, weeks=1)))
    happened, this = pipeline.observe(snapshot), settings.person.where.week_of(snapshot.now)
    found = []
    for number, week in enumerate(this.plus(-n) for n in range(weeks, 0, -1)):
        progress(f"planning {week}", number, weeks)
        at = settings.person.where.week(week).start
        then = replace(
            snapshot,
            now=at,
            occurrences=tuple(o for o in snapshot.occurrences if _known(o, at)),
            observed=(),
            written=(),
            remembered=Remembered(resting=snapshot.remembered.resting),
        )
        found.append(_held(happened, pipeline.propose(solve, then, pipeline.observe(then)), week))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Lever:
    """A change of one block request, tried on past weeks: what becomes of its blocks (``now``: under the config as it
    is), and how many more or fewer of all other blocks are kept."""

    request: str
    change: str
    tally: Tally
    now: Tally
    others: int


def levers(
    snapshot: Snapshot,
    goal: Goal,
    solve: Callable[[Problem], Plan],
    weeks: int,
    progress: Callable[[str, int, int], None],
) -> tuple[Lever, ...]:
    """Small changes of the blocks that serve ``goal``, those that would have kept most of them in the last ``weeks``
    first; none where no block serves it."""
    settings = snapshot.settings
    asked = settings.requests_on(settings.person.where.date_of(snapshot.now))
    tries = [(r, *change) for r in asked if serves(r, goal) for change in _changes(r, settings.person)]

    def tried(number: int, requests: Iterable[Request]) -> Mapping[str, Tally]:
        step = partial(_part, progress, number, len(tries) + 1)
        return total(replay(snapshot, replace(settings, requests=tuple(requests)), solve, weeks, step))

    now = tried(0, asked) if tries else {}
    found = []
    for number, (request, change, changed) in enumerate(tries, 1):
        then = tried(number, (changed if r is request else r for r in asked))
        found.append(_lever(request.name, change, then, now))
    return tuple(sorted(found, key=lambda lever: (-lever.tally.kept, -lever.others)))


def _part(progress: Callable[[str, int, int], None], number: int, many: int, what: str, done: int, whole: int) -> None:
    """A step of one replay as a step of all."""
    progress(what, number * whole + done, many * whole)


def _lever(request: str, change: str, then: Mapping[str, Tally], now: Mapping[str, Tally]) -> Lever:
    kept = [sum(t.kept for name, t in tallies.items() if name != request) for tallies in (then, now)]
    return Lever(request, change, then.get(request, Tally()), now.get(request, Tally()), kept[0] - kept[1])


def _changes(request: Request, person: Person) -> Iterator[tuple[str, Request]]:
    """What a person would try first, with its name."""
    for name, by in (("half an hour earlier", -HALF), ("half an hour later", HALF)):
        if windows := _moved(request, person, by):
            yield name, replace(request, windows=windows)
    if request.min_minutes >= 2 * HALF:
        yield "half an hour shorter", replace(request, min_minutes=request.min_minutes - HALF)
    if request.per == "week":
        yield "one more a week", replace(request, count=request.count + 1)


def _moved(request: Request, person: Person, by: int) -> tuple[Window, ...]:
    """Its windows ``by`` minutes later; a ritual without any closes the working hours, and so can only come earlier.
    None where they would pass midnight, or are not said."""
    ends = [day[-1].end for day in person.hours if day]
    closing = [Window(max(ends) - request.max_minutes, max(ends))] if ends and by < 0 else []
    windows = request.windows or (closing if request.kind is Kind.RITUAL else ())
    fits = all(0 <= w.start + by < DAY_MINUTES for w in windows)
    return tuple(Window(w.start + by, w.end + by) for w in windows) if fits else ()


def total(replayed: tuple[Replayed, ...]) -> Mapping[str, Tally]:
    """The tallies of all weeks, by request, in the order in which they were asked for."""
    sums: dict[str, Tally] = {}
    for found in replayed:
        for name, tally in found.tallies.items():
            sums[name] = sums.get(name, Tally()) + tally
    return sums


def _known(occurrence: Occurrence, at: Instant) -> bool:
    """Whether it stood in the calendar by then. One that was made after it was over (an import) tells nothing."""
    made = occurrence.event.created
    return made is None or made <= at or made >= occurrence.interval.end


def _held(happened: Seen, proposal: Proposal, week: Week) -> Replayed:
    where = happened.facts.person.where
    blocks = tuple(fact for fact in _facts(proposal) if where.week_of(fact.interval.start) == week)
    judged = measures.week(replace(happened.facts, blocks=blocks), week)
    found = next(m for m in judged if m.id == "blocks")
    names = dict.fromkeys(fact.request for fact in blocks)
    judge = _tally if found.value is not None else _unknown
    return Replayed(week, {name: judge(found, name, blocks) for name in names}, tuple(_clashes(found)))


def _facts(proposal: Proposal) -> Iterator[BlockFact]:
    for b in proposal.plan.blocks:
        yield BlockFact(b.key, b.title, b.area, b.interval, "live", b.kind.value)
    for u in proposal.plan.unplaced:
        if period := period_of(u.key, proposal.problem.where):
            yield BlockFact(u.key, u.request, "", period, "unplaced", u.kind.value, u.reason)


def _unknown(_: Measure, name: str, blocks: Sequence[BlockFact]) -> Tally:
    """Of a week that calendars do not tell of it is only known what would have been asked."""
    own = [fact.state for fact in blocks if fact.request == name]
    return Tally(unplaced=own.count("unplaced"), unknown=len(own) - own.count("unplaced"))


def _tally(found: Measure, name: str, _: Sequence[BlockFact]) -> Tally:
    parts = Counter({what: int(count) for what, count in found.parts})
    kept, breached, unplaced, unknown = (
        parts[f"{name}: {what}"] for what in ("kept", "breached", "unplaced", "unknown")
    )
    clashed = len({item.of for item in found.evidence if request_of(item.of) == name})
    return Tally(kept, clashed, breached - clashed, unplaced, unknown)


def _clashes(found: Measure) -> Iterator[Clash]:
    for item in found.evidence:
        if request_of(item.of):
            yield Clash(item.of, item.classified.occurrence.event.summary or "(no title)", item.minutes)
