"""One value per arrow of the cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from timeblock.store.remembered import Remembered

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.core import measures, scope
    from timeblock.core.classify import Classified
    from timeblock.core.diff import Adopt, Create, Delete, Observed, Release, Update, Written
    from timeblock.core.event import CalendarId, Occurrence, SetAside
    from timeblock.core.interval import Instant, Interval
    from timeblock.core.localtime import Week
    from timeblock.core.plan import Plan
    from timeblock.core.problem import Problem
    from timeblock.core.progress import Progress
    from timeblock.core.referee import Violation
    from timeblock.core.traces import Coverage, Trace
    from timeblock.errors import TimeblockError
    from timeblock.store import weekly
    from timeblock.sync.evidence import Told
    from timeblock.sync.pull import Pulled
    from timeblock.sync.push import Pushed

T = TypeVar("T")
Named: TypeAlias = tuple[tuple[str, T], ...]
"""What is known by its name in the config."""


@dataclass(frozen=True)
class Synced:
    """What the calendars and other evidence told us, and those that did not answer."""

    pulled: Named[Pulled] = ()
    failed: Named[TimeblockError] = ()
    told: Named[Told] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything the pure stages need. ``calendars``: config name → calendar, for those that were ever read."""

    now: Instant
    settings: Settings
    calendars: Mapping[str, CalendarId]
    span: Interval
    occurrences: tuple[Occurrence, ...]
    observed: tuple[Observed, ...]
    written: tuple[Written, ...]
    set_aside: tuple[SetAside, ...]
    kept: weekly.Kept
    remembered: Remembered = field(default_factory=Remembered)
    traces: tuple[Trace, ...] = ()
    coverage: tuple[Coverage, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What the snapshot means: activities, what the person did to our blocks (and what stands after it), measures.

    ``resting``: weeks of rest, declared or told by an absence of some days.
    """

    classified: tuple[Classified, ...]
    edits: tuple[Adopt | Release, ...]
    written: tuple[Written, ...]
    facts: scope.Facts
    resting: frozenset[Week]
    weeks: Mapping[Week, tuple[measures.Measure, ...]]
    progress: tuple[Progress, ...]


@dataclass(frozen=True)
class Proposal:
    """A plan, what else is worth a thought, what the referee says of the plan, and what it would write."""

    problem: Problem
    plan: Plan
    ideas: tuple[str, ...]
    broken: tuple[Violation, ...]
    changes: tuple[Create | Update | Delete, ...]


@dataclass(frozen=True)
class Cycle:
    """All that happened in one run; ``run`` is its name in the log, "" where there was nothing to do."""

    synced: Synced
    snapshot: Snapshot
    seen: Seen
    proposal: Proposal
    run: str
    pushed: Pushed


@dataclass(frozen=True)
class Undone:
    """A run taken back by ``run``; ``left`` says, for each block that stays as it is, why."""

    synced: Synced
    run: str
    pushed: Pushed
    left: tuple[str, ...]
