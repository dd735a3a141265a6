"""Past weeks planned again under a config, and held against what happened then.

Each week is planned as one would have at its start: with the events that were known by then, the goals as they stood,
and the real planner. What would have been kept is judged by the definition that judges real blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from timeblock import pipeline
from timeblock.config.settings import Settings
from timeblock.core import measures
from timeblock.core.event import Occurrence
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.plan import Plan
from timeblock.core.problem import Problem
from timeblock.core.scope import BlockFact, period_of, request_of
from timeblock.stages.values import Proposal, Seen, Snapshot
from timeblock.store.remembered import Remembered


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
