"""What is known, what stands, what waits, and how the daemon is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from timeblock.config.places import state_dir
from timeblock.core.diff import State
from timeblock.core.event import Draft
from timeblock.core.interval import Instant
from timeblock.daemon import health
from timeblock.daemon.health import Health
from timeblock.stages.deps import Deps
from timeblock.store import events, history, outbox, traces
from timeblock.store.history import Run
from timeblock.store.outbox import Wish
from timeblock.sync import offers


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar of the config, and when it was last read; None for never."""

    name: str
    role: str
    read_at: Instant | None


@dataclass(frozen=True, slots=True)
class EvidenceReading:
    """A source of evidence: how many times it told, the first of them, and how it was last read."""

    name: str
    type: str
    count: int
    since: Instant | None
    read_at: Instant | None
    problem: str


@dataclass(frozen=True, slots=True)
class Status:
    """``coming``: the blocks that stand, by start. ``waiting``: what is still to be written. ``last`` run, if any."""

    calendars: tuple[Reading, ...]
    coming: tuple[Draft, ...]
    waiting: tuple[Wish, ...]
    set_aside: int
    last: Run | None
    evidence: tuple[EvidenceReading, ...] = ()
    daemon: Health | None = None

    @property
    def wants_a_look(self) -> bool:
        unread = any(c.read_at is None for c in self.calendars) or any(e.read_at is None for e in self.evidence)
        in_trouble = self.daemon is not None and (not self.daemon.alive or bool(self.daemon.problems))
        stuck = any(w.state == "held" for w in self.waiting) or any(e.problem for e in self.evidence)
        return unread or in_trouble or stuck


def status_of(deps: Deps, now: Instant, environ: Mapping[str, str]) -> Status:
    """From the store and what the daemon says of itself; nothing is asked of any calendar."""
    settings = deps.settings
    known = offers.known(deps.db, settings.calendars)
    blocks = {known[c.name] for c in settings.calendars if c.role == "blocks" and c.name in known}
    stand = [
        w.draft for w in outbox.written(deps.db) if w.state in (State.LIVE, State.PINNED) and w.slot.calendar in blocks
    ]
    return Status(
        calendars=tuple(
            Reading(c.name, c.role, events.synced_at(deps.db, known[c.name]) if c.name in known else None)
            for c in settings.calendars
        ),
        coming=tuple(sorted((draft for draft in stand if draft.interval.end > now), key=lambda d: d.interval)),
        waiting=outbox.pending(deps.db),
        set_aside=len(events.set_aside(deps.db)),
        last=next(iter(history.runs(deps.db, 1)), None),
        evidence=tuple(
            EvidenceReading(e.name, e.type, kept.count, kept.since, kept.read_at, kept.problem)
            for e in settings.evidence
            for kept in [traces.known(deps.db, e.name)]
        ),
        daemon=health.read(health.path_of(state_dir(environ), settings.identity)),
    )
