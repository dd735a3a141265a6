"""The loop: ask what is due, plan when something changed, write what the config allows, wait.

It has no clock and no sleep of its own: both are handed in, so that a month passes in a test in seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from timeblock import pipeline
from timeblock.config.load import stamp
from timeblock.core.interval import HOUR, MINUTE, Instant
from timeblock.core.localtime import ONE_DAY, Whereabouts
from timeblock.daemon.health import Health
from timeblock.daemon.pace import Pace
from timeblock.errors import AuthNeeded, FixNeeded, Forbidden, TimeblockError, TryLater
from timeblock.stages.values import Synced
from timeblock.store import outbox

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.core.plan import Plan
    from timeblock.stages.deps import Deps
    from timeblock.stages.values import Cycle
    from timeblock.sync.push import Pushed

REPLAN = HOUR // 2
"""After a plan that failed, and after news of other evidence, the next is made no later than this."""
JUMP = 60
"""Seconds by which wall clock and steady clock may part before we say that the machine slept or was set."""


@dataclass
class Clock:
    """``wall``: UTC seconds; ``steady``: seconds that nobody sets. ``wait`` comes back after so many of them at the
    latest, and sooner when something happens."""

    wall: Callable[[], Instant]
    steady: Callable[[], float]
    wait: Callable[[float], None]


@dataclass
class Watched:
    """The config file. ``load`` raises ``FixNeeded``; ``connect`` opens everything a cycle needs."""

    path: Path
    load: Callable[[], Settings]
    connect: Callable[[Settings], AbstractContextManager[Deps]]

    def stamp(self) -> tuple[int, int]:
        """What changes when the file does."""
        return stamp(self.path)


@dataclass
class Daemon:
    """Keeps calendars true until :meth:`stop`. ``tell`` takes events for the log, ``show`` the health after each look,
    ``notify`` may tell the person of it. ``patience``: seconds between two signs of life; ``draw``: numbers in 0 … 1.

    A config that does not load is told of, and the old one stays in force. Whatever fails, the loop goes on.
    """

    watched: Watched
    clock: Clock
    tell: Callable[..., None]
    show: Callable[[Health], None]
    health: Health
    patience: float | None = None
    notify: Callable[[Deps, Health, Instant], None] = lambda *_: None
    draw: Callable[[], float] = random.random
    stopping: bool = False
    reload: bool = False
    _replan: Instant = 0
    _last: tuple[Instant, float] | None = None
    _stamp: tuple[int, int] = (0, 0)

    def stop(self) -> None:
        """End after what is being done now."""
        self.stopping = True

    def ask_reload(self) -> None:
        """Read the config anew, and ask every calendar."""
        self.reload = True

    def run(self, once: bool = False) -> None:
        """Until :meth:`stop`; or, ``once``, a single look at everything."""
        self._stamp = self.watched.stamp()
        settings = self.watched.load()
        self.show(self.health)
        while not self.stopping:
            with self.watched.connect(settings) as deps:
                for _ in self._looks(deps):
                    if once:
                        return
                    if self._asked_to_load and (found := self._loaded()) is not None:
                        settings = found
                        break

    @property
    def _asked_to_load(self) -> bool:
        return self.reload or self.watched.stamp() != self._stamp

    def _loaded(self) -> Settings | None:
        """The config as it is now; None, and told, where it is broken."""
        self.reload, self._stamp = False, self.watched.stamp()
        try:
            found = self.watched.load()
        except TimeblockError as broken:
            self.tell("config broken, the old one stays", error=str(broken))
            self._problem("config", broken)
            return None
        self._problem("config")
        self.tell("config read")
        return found

    def _looks(self, deps: Deps) -> Iterator[None]:
        """One look after the other, with the waiting between them."""
        daemon = deps.settings.daemon
        asked = [*(a.name for a in deps.settings.accounts), *(e.name for e in deps.settings.evidence)]
        pace = Pace(asked, daemon.poll_least, daemon.poll_most, self.draw)
        self._replan = 0
        while not self.stopping:
            now = self._now(pace)
            with self._surviving():
                self.look(deps, pace, now)
            self.notify(deps, self.health, now)
            self._seen(now, min(pace.next(), self._replan, self._next_write(deps, pace, now)))
            yield
            self._wait()

    def look(self, deps: Deps, pace: Pace, now: Instant) -> None:
        """Ask what is due; plan and write where that is called for."""
        due = pace.due(now)
        synced = pipeline.pull(deps, now, only=due) if due else None
        changed = self._take(deps, pace, synced, due, now) if synced else False
        if changed or now >= self._replan:
            self._replan = now + REPLAN
            plan = self._cycle(deps, synced, now)
            self._replan = _worth_planning(plan, deps.settings.person.where, now)
        elif self._next_write(deps, pace, now) <= now:
            self._pushed(pipeline.push(deps, now))

    # ---- a cycle ----

    def _cycle(self, deps: Deps, synced: Synced | None, now: Instant) -> Plan:
        allowed = deps.settings.planning.auto_apply
        if allowed == "none":
            return self._proposed(deps, now)
        careful = _careful(deps) if allowed == "safe" else deps
        cycle = pipeline.run_cycle(careful, now, synced=synced or Synced())
        self._done(cycle, now)
        return cycle.proposal.plan

    def _proposed(self, deps: Deps, now: Instant) -> Plan:
        """The plan as it would be; nothing is written."""
        snapshot = pipeline.load(deps, now)
        proposal = pipeline.propose(deps.solve, snapshot, pipeline.observe(snapshot))
        self.health = replace(self.health, planned=now, undecided=len(proposal.changes))
        return proposal.plan

    def _done(self, cycle: Cycle, now: Instant) -> None:
        missed = sum(u.kind.value == "non-negotiable" for u in cycle.proposal.plan.unplaced)
        self.health = replace(self.health, planned=now, undecided=missed, cycles=self.health.cycles + 1)
        if cycle.run:
            self.tell("applied", run=cycle.run, changes=len(cycle.proposal.changes))
        self._pushed(cycle.pushed)

    def _pushed(self, pushed: Pushed) -> None:
        self.health = replace(self.health, writes=self.health.writes + len(pushed.done))
        for account, error in pushed.errors.items():
            self._problem(account, error)

    def _next_write(self, deps: Deps, pace: Pace, now: Instant) -> Instant:
        """When the next wish may be tried: in an account with a problem not before it is asked again."""
        waits = {account: until for account, (until, _) in outbox.waiting(deps.db, now).items()}
        waits |= {account: max(waits.get(account, 0), pace.at(account)) for account in self._in_trouble(deps)}
        wishes = (w for w in outbox.pending(deps.db) if not w.held)
        return min((max(w.due_at, waits.get(w.slot.calendar.account, 0)) for w in wishes), default=1 << 62)

    def _in_trouble(self, deps: Deps) -> Iterator[str]:
        return (a.name for a in deps.settings.accounts if a.name in self.health.problems)

    # ---- what calendars said ----

    def _take(self, deps: Deps, pace: Pace, synced: Synced, due: frozenset[str], now: Instant) -> bool:
        """Set the pace by what was found; whether anything changed."""
        account_of = {c.name: c.account for c in deps.settings.calendars}
        changed = {account_of[name] for name, found in synced.pulled if found.changed or found.removed}
        failed = {account_of.get(name, name): error for name, error in synced.failed}
        asked = sum(found.requests for _, found in synced.pulled) + sum(told.requests for _, told in synced.told)
        if any(told.new for _, told in synced.told):
            self._replan = min(self._replan, now + REPLAN)
        self.health = replace(self.health, read=now, requests=self.health.requests + asked)
        for account in sorted(due):
            error = failed.get(account)
            self._problem(account, error)
            if error is not None:
                pace.failed(account, now, error.at if isinstance(error, TryLater) else None)
            elif account in changed:
                pace.changed(account, now)
            else:
                pace.quiet(account, now)
        if changed:
            self.tell("changed", accounts=sorted(changed))
        return bool(changed)

    # ---- time ----

    def _now(self, pace: Pace) -> Instant:
        """The wall clock; where it jumped (sleep, a clock set), everything is due."""
        now, steady = self.clock.wall(), self.clock.steady()
        if self._last and abs(jump := self._jump(now, steady)) > JUMP:
            self.tell("the clock jumped", seconds=round(jump))
            pace.all_due()
            self._replan = 0
        self._last = (now, steady)
        return now

    def _jump(self, now: Instant, steady: float) -> float:
        """By how much the wall clock ran ahead of the steady one since the last look."""
        then, before = self._last or (now, steady)
        return (now - then) - (steady - before)

    def _seen(self, now: Instant, due: Instant) -> None:
        self.health = replace(self.health, beat=now, due=due)
        self.show(self.health)

    def _wait(self) -> None:
        """Until the next thing is due, with a sign of life whenever the supervisor wants one."""
        while not (self.stopping or self._asked_to_load):
            left = (self.health.due or 0) - self.clock.wall()
            self.clock.wait(max(1.0, min(left, LOOK_UP, self.patience or LOOK_UP)))
            now, steady = self.clock.wall(), self.clock.steady()
            if now >= (self.health.due or 0) or abs(self._jump(now, steady)) > JUMP:
                return
            self.show(replace(self.health, beat=now))

    # ---- what goes wrong ----

    @contextmanager
    def _surviving(self) -> Iterator[None]:
        """What a person can mend, or what mends itself, is told; the loop goes on."""
        try:
            yield
        except TimeblockError as error:
            self.tell("failed", error=str(error))
            self._problem("cycle", error)
        else:
            self._problem("cycle")

    def _problem(self, where: str, error: TimeblockError | None = None) -> None:
        """Keep or clear what is wrong somewhere; told once, not at every look."""
        problems, to_mend, text = dict(self.health.problems), {*self.health.to_mend} - {where}, str(error or "")
        was = problems.pop(where, "")
        if text:
            problems[where] = text
        if text and text != was:
            self.tell("problem", where=where, error=text)
        if was and not text:
            self.tell("well again", where=where)
        if isinstance(error, FixNeeded | AuthNeeded | Forbidden):
            to_mend.add(where)
        self.health = replace(self.health, problems=problems, to_mend=tuple(sorted(to_mend)))


LOOK_UP = 15.0
"""Seconds after which the config file is looked at, at the latest."""


def _careful(deps: Deps) -> Deps:
    """With no block moved that could stay: new blocks, and answers to what happened."""
    settings = deps.settings
    return replace(deps, settings=replace(settings, planning=replace(settings.planning, max_moves_per_day=0)))


def _worth_planning(plan: Plan, where: Whereabouts, now: Instant) -> Instant:
    """When, though nothing happens, a plan may say something else: a free block turns busy, or the next day begins."""
    return max(now + MINUTE, min(plan.turns, where.start_of(where.date_of(now) + ONE_DAY)))
