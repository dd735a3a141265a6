"""THE MAP: one cycle, top to bottom.

    calendars → events → occurrences → classified → measures → progress
              → problem → plan → changes → outbox → calendars

Every command is a prefix of :func:`run_cycle`: ``sync`` pulls; ``measure`` goes on to :func:`observe`; ``plan`` to
:func:`propose`, and has written nothing anywhere; ``apply`` is the whole. Between :func:`load` and :func:`enqueue`
nothing touches disk or network: what a stage needs is in the value that the stage before it made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeAlias, TypeVar

from timeblock.config.settings import CalendarSettings, Settings
from timeblock.core import classify, diff, ground, hours, measures, pose, rest, rest_weeks, scope, steer
from timeblock.core.classify import Classified, Source
from timeblock.core.diff import Adopt, Create, Delete, Observed, Release, State, Update, Written
from timeblock.core.event import CalendarId, Decoded, Occurrence, Resource, SetAside
from timeblock.core.goals import FURTHEST_BACK, Baseline, Goal
from timeblock.core.ideas import ideas
from timeblock.core.interval import HOUR, Instant, Interval, make
from timeblock.core.leave import LeaveYear
from timeblock.core.localtime import Week
from timeblock.core.plan import Plan
from timeblock.core.problem import Kind, Problem, Standing
from timeblock.core.progress import Progress, progress
from timeblock.core.referee import Violation, violations
from timeblock.core.traces import Coverage, Trace
from timeblock.errors import FixNeeded, TimeblockError
from timeblock.store import events, history, outbox, traces, weekly
from timeblock.store.database import Database
from timeblock.store.remembered import NoRoom, Remembered, remembered, save_unplaced
from timeblock.sync import offers
from timeblock.sync.backend import Backend
from timeblock.sync.enqueue import enqueue as put_in_outbox
from timeblock.sync.evidence import Told, coverage
from timeblock.sync.evidence import read as read_source
from timeblock.sync.patience import patiently
from timeblock.sync.pull import Pulled
from timeblock.sync.pull import pull as pull_calendar
from timeblock.sync.push import Pushed
from timeblock.sync.push import push as push_wishes
from timeblock.sync.source import Source as EvidenceSource
from timeblock.sync.undo import undo as take_back

T = TypeVar("T")
Named: TypeAlias = tuple[tuple[str, T], ...]
"""What is known by its name in the config."""

WEEKS_BACK = 16
"""How far measures, baselines and trends look back."""


def _silent(what: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Deps:
    """What a cycle works with. ``alone`` keeps other processes out while calendars are read or written."""

    settings: Settings
    db: Database
    backends: Mapping[str, Backend]
    solve: Callable[[Problem], Plan]
    alone: Callable[[], AbstractContextManager[object]] = nullcontext
    progress: Callable[[str, int, int], None] = _silent
    evidence: Mapping[str, EvidenceSource] = field(default_factory=dict)

    def decode(self, resource: Resource) -> Decoded | None:
        """By the codec of its account; None where the config has no such account any more."""
        account = resource.calendar.account
        return self.backends[account].codec.decode(resource) if account in self.backends else None


# ---- one value per arrow -------------------------------------------------------------------------------------------


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


# ---- the cycle -----------------------------------------------------------------------------------------------------


def run_cycle(
    deps: Deps, now: Instant, given: Plan | None = None, anyway: bool = False, synced: Synced | None = None
) -> Cycle:
    """Goal → measure → protect, once. ``given`` is written exactly, in place of a fresh plan; ``synced`` says that the
    calendars were read just now.

    Raises ``FixNeeded``, with nothing written, where the plan breaks a rule by now or much of what stands would be
    deleted; ``anyway`` does it all the same.
    """
    synced = synced or pull(deps, now)
    snapshot = load(deps, now)
    seen = observe(snapshot)
    proposal = propose(deps.solve, snapshot, seen, given)
    if not anyway:
        refuse_harm(proposal, seen)
    remember(deps, snapshot, seen)
    run = enqueue(deps, seen, proposal, now)
    pushed = push(deps, now)
    return Cycle(synced, snapshot, seen, proposal, run, pushed)


def pull(
    deps: Deps,
    now: Instant,
    fresh: int = 0,
    believe_empty: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Synced:
    """Read what changed in each calendar and other evidence. One that fails is reported and the rest goes on; an
    account that asked us to wait is not asked before.

    ``fresh`` seconds: what was read within that time is not asked again. ``only``: calendars of these accounts and
    these sources; None for all.
    """
    settings = deps.settings
    wanted = [c for c in settings.calendars if only is None or c.account in only]
    others = [e.name for e in settings.evidence if only is None or e.name in only]
    calendars = [(c.name, c.account, partial(_pull, deps, c, now, fresh, c.name in believe_empty)) for c in wanted]
    sources = [(name, f"evidence {name}", partial(_read_source, deps, name, now, fresh)) for name in others]
    with deps.alone():
        pulled, failed = _each(deps, calendars, now)
        told, unread = _each(deps, sources, now)
    return Synced(pulled, (*failed, *unread), told)


def load(deps: Deps, now: Instant, since: Week | None = None, until: Week | None = None) -> Snapshot:
    """Everything the pure stages need, from the store: the last weeks (or those from ``since`` on), but all of this
    year, whose leave is counted; and the coming ones (or all up to ``until``)."""
    settings, where = deps.settings, deps.settings.person.where
    this, kept = where.week_of(now), weekly.kept(deps.db, settings.goals)
    year = Week.of(date(where.date_of(now).year, 1, 1))
    first = min([since or this.plus(-WEEKS_BACK), year, *_never_measured(settings.goals, kept, this)])
    coming = ground.horizon(now, settings.planning.weeks, where)
    last = where.week(until or where.week_of(now))
    span = Interval(where.week(first).start, max(last.end, coming.end + 24 * HOUR))
    calendars = offers.known(deps.db, settings.calendars)
    events.ensure_horizon(deps.db, span, where, deps.decode)
    return Snapshot(
        now=now,
        settings=settings,
        calendars=calendars,
        span=span,
        occurrences=events.occurrences(deps.db, span, frozenset(calendars.values())),
        observed=events.marked(deps.db, settings.identity),
        written=outbox.written(deps.db),
        set_aside=events.set_aside(deps.db),
        kept=kept,
        remembered=remembered(deps.db, span.start),
        traces=traces.within(deps.db, span, frozenset(e.name for e in settings.evidence)),
        coverage=coverage(deps.db, settings.evidence),
    )


def observe(snapshot: Snapshot, weeks: Sequence[Week] = ()) -> Seen:
    """What the events mean, what the person did to our blocks, the measures of the last weeks and of ``weeks``, and how
    goals stand by them."""
    settings, person = snapshot.settings, snapshot.settings.person
    classified = classify.classify(
        snapshot.occurrences, settings.rules, _sources(snapshot), person.addresses, settings.identity, person.where
    )
    on_delete = {r.name: r.on_delete for r in settings.requests}
    complete = frozenset(snapshot.calendars.values())
    edits = diff.their_edits(snapshot.observed, snapshot.written, complete, on_delete, settings.identity)
    written = diff.accepted(snapshot.written, edits)
    facts = _facts(snapshot, classified, written)
    resting = snapshot.remembered.resting | rest_weeks.absences(facts)
    this = person.where.week_of(snapshot.now)
    asked = {this.plus(-n) for n in range(WEEKS_BACK + 1)}.union(
        weeks, _never_measured(settings.goals, snapshot.kept, this)
    )
    measured = {week: measures.week(facts, week) for week in sorted(asked)}
    return Seen(classified, edits, written, facts, resting, measured, _progress(snapshot, measured, resting))


def remember(deps: Deps, snapshot: Snapshot, seen: Seen) -> None:
    """Keep what the weeks that are over came to and, once every calendar was read, where goals began."""
    where = deps.settings.person.where
    this, today = where.week_of(snapshot.now), where.date_of(snapshot.now)
    weekly.remember(deps.db, {week: found for week, found in seen.weeks.items() if week < this})
    whole = all(calendar.name in snapshot.calendars for calendar in deps.settings.calendars)
    begun = (p for p in seen.progress if whole and p.goal.start <= today)
    weekly.keep_baselines(deps.db, ((p.goal, Baseline(p.baseline, p.baseline_weeks)) for p in begun))


def steering(snapshot: Snapshot, seen: Seen) -> steer.Steering:
    """What the goals ask of the weeks that are planned, and the days of leave they propose."""
    settings, where = snapshot.settings, snapshot.settings.person.where
    today, coming = where.date_of(snapshot.now), ground.horizon(snapshot.now, settings.planning.weeks, where)
    weeks = list(dict.fromkeys(Week.of(day) for day in where.days(coming)))
    year = LeaveYear(
        settings.person,
        today,
        date(today.year, 12, 31),
        hours.holidays(settings.person, {today.year, today.year + 1}),
        {day for c in seen.facts.leave for day in where.days(c.occurrence.interval)},
        _meetings_by_day(snapshot, seen),
    )
    paused = {goal.name: settings.paused(goal) | seen.resting for goal in settings.goals}
    return steer.steering(seen.progress, settings.requests_on(today), settings.person, weeks, paused, year)


def propose(solve: Callable[[Problem], Plan], snapshot: Snapshot, seen: Seen, given: Plan | None = None) -> Proposal:
    """A plan (fresh, or ``given``), what the referee says of it, and what it would write."""
    settings, planning = snapshot.settings, snapshot.settings.planning
    where, asked = settings.person.where, steering(snapshot, seen)
    posed = pose.pose(
        settings.requests_on(where.date_of(snapshot.now)),
        settings.person,
        seen.classified,
        _standing(seen.written, blocks_calendar(snapshot)),
        snapshot.now,
        planning.weeks,
        off=hours.holidays(settings.person, {day.year for day in where.days(snapshot.span)}),
        grid_minutes=planning.grid_minutes,
        freeze_minutes=planning.freeze_minutes,
        white_space_minutes=planning.white_space_minutes,
        busy_below_alternatives=planning.busy_below_alternatives,
        busy_before_minutes=planning.busy_before_minutes,
        steering=asked,
        daily_rest_minutes=planning.daily_rest_minutes,
        work_free_day=planning.work_free_day,
        work_from=_late_mornings(snapshot, seen),
        moves_left=None if given else _moves_left(snapshot),
    )
    posed = rest_weeks.relieved(posed, seen.resting)
    plan = given or solve(posed)
    thoughts = ideas(asked, seen.classified, posed.horizon, settings.person)
    return Proposal(posed, plan, thoughts, violations(posed, plan), _changes(snapshot, seen, plan))


def enqueue(deps: Deps, seen: Seen, proposal: Proposal, now: Instant) -> str:
    """What the person did is believed, what we want is in the outbox; all or nothing. Returns the run, "" for none."""
    where = deps.settings.person.where
    missed = ((u, scope.period_of(u.key, where)) for u in proposal.plan.unplaced)
    with deps.db.transaction():
        save_unplaced(deps.db, (NoRoom(u.key, period, u.reason) for u, period in missed if period), now)
        return put_in_outbox(deps.db, "apply", seen.edits, proposal.changes, now)


def push(deps: Deps, now: Instant) -> Pushed:
    """Carry out what is due in the outbox."""
    with deps.alone():
        where, identity = deps.settings.person.where, deps.settings.identity
        return push_wishes(deps.db, deps.backends, identity, where, now, deps.progress)


def undo(deps: Deps, now: Instant, run: str | None = None) -> Undone:
    """Take back ``run`` (the last that wrote something), as far as the person left it alone. Raises ``FixNeeded``."""
    synced = pull(deps, now)
    snapshot = load(deps, now)
    seen = observe(snapshot, ())
    wanted = _run(deps.db, run)
    entries = history.entries(deps.db, wanted.id)
    again = wanted.kind == "undo"
    changes, left = take_back(entries, seen.written, snapshot.observed, deps.settings.identity, now, again=again)
    undone = put_in_outbox(deps.db, "undo", seen.edits, changes, now, whole=False)
    return Undone(synced, undone, push(deps, now), left)


def explained(snapshot: Snapshot, occurrence: Occurrence) -> tuple[classify.Tried, ...]:
    """Each rule that was tried on an occurrence."""
    settings = snapshot.settings
    people, where = settings.person.addresses, settings.person.where
    return classify.explain(occurrence, settings.rules, _sources(snapshot), people, settings.identity, where)


# ---- between the stages --------------------------------------------------------------------------------------------


def blocks_calendar(snapshot: Snapshot) -> CalendarId | None:
    """Where blocks go; None where the config names no such calendar or it was never read."""
    return next(iter(_with_role(snapshot, "blocks")), None)


def needs_a_look(proposal: Proposal) -> bool:
    """Whether something the person will not give up did not fit, or the plan breaks a rule."""
    return bool(proposal.broken) or any(missed.kind is Kind.NON_NEGOTIABLE for missed in proposal.plan.unplaced)


def refuse_harm(proposal: Proposal, seen: Seen) -> None:
    """Raises ``FixNeeded`` where the plan breaks a rule, or deletes more than a careful person would in one go."""
    if proposal.broken:
        told = "\n".join(f"  {broken.text}" for broken in proposal.broken)
        raise FixNeeded(f"This plan does not hold any more:\n{told}\nMake a new one, or write it --anyway.")
    standing = diff.standing(seen.written, proposal.problem.horizon.start)
    where = proposal.problem.where
    usual = [c for c in proposal.changes if where.week_of(_time_of(c).start) not in seen.resting]
    if refusal := diff.deletion_guard(usual, standing):
        raise FixNeeded(f"Nothing was written: {refusal} (--anyway).")


def _time_of(change: Create | Update | Delete) -> Interval:
    return (change.before if isinstance(change, Delete) else change.draft).interval


def _run(db: Database, wanted: str | None) -> history.Run:
    ours = {history.Action.CREATED, history.Action.UPDATED, history.Action.DELETED}
    found = (
        history.run(db, wanted) if wanted else next((r for r in history.runs(db, 100) if ours & r.counts.keys()), None)
    )
    if found is None:
        raise FixNeeded(
            f'There is no run "{wanted}"; `timeblock log` lists them.' if wanted else "Nothing was written yet."
        )
    return found


def _facts(snapshot: Snapshot, classified: tuple[Classified, ...], written: Sequence[Written]) -> scope.Facts:
    settings, main = snapshot.settings, blocks_calendar(snapshot)
    read = [o.interval.start for o in snapshot.occurrences]
    known = Interval(max(snapshot.span.start, min(read)), snapshot.span.end) if read else None
    states: dict[State, scope.BlockState] = {State.LIVE: "live", State.PINNED: "moved", State.SKIPPED: "skipped"}
    blocks = tuple(
        _block_fact(settings, w.slot.key, w.draft.summary, w.draft.interval, state)
        for w in written
        if w.slot.calendar == main and (state := states.get(w.state))
    )
    kept = snapshot.remembered
    there = {block.key for block in blocks}
    missed = tuple(
        _block_fact(settings, n.key, n.key, n.period, "unplaced", n.reason) for n in kept.no_room if n.key not in there
    )
    wanted = {area.name: area.share for area in settings.areas if area.share is not None}
    return scope.Facts(
        settings.person,
        classified,
        snapshot.now,
        known,
        blocks + missed,
        wanted,
        kept.moves,
        kept.wrote_since,
        snapshot.traces,
        snapshot.coverage,
    )


A_YEAR = 52


def _never_measured(goals: Sequence[Goal], kept: weekly.Kept, this: Week) -> set[Week]:
    """Weeks of the last year that a goal rests on and of which nothing is kept."""
    before = [0 if goal.name in kept.baselines else FURTHEST_BACK for goal in goals]
    first = min((Week.of(goal.start).plus(-n) for goal, n in zip(goals, before, strict=True)), default=this)
    past = (this.plus(-n) for n in range(1, A_YEAR + 1))
    return {week for week in past if week >= first and week not in kept.weeks}


def _progress(
    snapshot: Snapshot, measured: Mapping[Week, tuple[measures.Measure, ...]], resting: frozenset[Week]
) -> tuple[Progress, ...]:
    """How goals stand by what is measured now and, where that is unknown by now, by what is kept."""
    settings, kept = snapshot.settings, snapshot.kept
    weeks = {**kept.weeks, **{week: kept.filled_in(week, found) for week, found in measured.items()}}
    today = settings.person.where.date_of(snapshot.now)
    return tuple(
        progress(g, weeks, today, settings.paused(g) | resting, kept.baselines.get(g.name), kept.decided.get(g.name))
        for g in settings.goals
    )


def _late_mornings(snapshot: Snapshot, seen: Seen) -> Mapping[date, Instant]:
    """From when on the mornings after late evenings and broken nights may hold work."""
    planning = snapshot.settings.planning
    coming = ground.horizon(snapshot.now, planning.weeks, snapshot.settings.person.where)
    span = scope.Scope(seen.facts, coming.widen(24 * HOUR, 0))
    return {relief.on: relief.keep.end for relief in rest.compensation(span, planning.daily_rest_minutes)}


def _moves_left(snapshot: Snapshot) -> int:
    """How many blocks may still be moved today."""
    where = snapshot.settings.person.where
    today = where.start_of(where.date_of(snapshot.now))
    moved = sum(move.at >= today for move in snapshot.remembered.moves)
    return max(0, snapshot.settings.planning.max_moves_per_day - moved)


def _meetings_by_day(snapshot: Snapshot, seen: Seen) -> Mapping[date, float]:
    """Minutes of meetings on each day from today on, as far as calendars were read."""
    where, found = snapshot.settings.person.where, dict[date, float]()
    ahead = make(snapshot.now, snapshot.span.end)
    for day in where.days(ahead) if ahead else ():
        found[day] = 0.0
    for c in seen.classified:
        day = where.date_of(c.occurrence.interval.start)
        if c.activity is classify.Activity.MEETING and c.busy and day in found:
            found[day] += c.occurrence.interval.minutes
    return found


def _block_fact(
    settings: Settings, key: str, title: str, when: Interval, state: scope.BlockState, reason: str = ""
) -> scope.BlockFact:
    """Area and kind are those of its request; "" where nothing asks for it any more."""
    asked = settings.all_requests.get(scope.request_of(key))
    area, kind = (asked.area, asked.kind.value) if asked else ("", "")
    return scope.BlockFact(key, title, area, when, state, kind, reason)


def _each(
    deps: Deps, wanted: Sequence[tuple[str, str, Callable[[], T | None]]], now: Instant
) -> tuple[Named[T], Named[TimeblockError]]:
    """What was found of each (name, who is asked, how), and the errors of those that failed."""
    found: list[tuple[str, T]] = []
    failed: list[tuple[str, TimeblockError]] = []
    for number, (name, whom, ask) in enumerate(wanted):
        deps.progress(f"reading {name}", number, len(wanted))
        try:
            what = patiently(deps.db, whom, now, ask)
        except TimeblockError as error:
            failed.append((name, error))
        else:
            found += [(name, what)] if what is not None else []
    return tuple(found), tuple(failed)


def _read_source(deps: Deps, name: str, now: Instant, fresh: int) -> Told | None:
    read = traces.known(deps.db, name).read_at
    if read is not None and now - fresh < read <= now:
        return None
    return read_source(deps.db, name, deps.evidence[name], now)


def _pull(deps: Deps, wanted: CalendarSettings, now: Instant, fresh: int, believe_empty: bool) -> Pulled | None:
    calendar = offers.find(deps.db, wanted, deps.backends).id
    read = events.synced_at(deps.db, calendar)
    if read is not None and now - fresh < read <= now:
        return None
    backend, where = deps.backends[wanted.account], deps.settings.person.where
    return pull_calendar(deps.db, backend, calendar, where, now, believe_empty=believe_empty)


def _with_role(snapshot: Snapshot, role: str) -> Iterator[CalendarId]:
    for wanted in snapshot.settings.calendars:
        if wanted.role == role and wanted.name in snapshot.calendars:
            yield snapshot.calendars[wanted.name]


def _sources(snapshot: Snapshot) -> Mapping[CalendarId, Source]:
    wanted = {c.name: c for c in snapshot.settings.calendars}
    return {found: Source(found, name, wanted[name].area) for name, found in snapshot.calendars.items()}


def _standing(written: Sequence[Written], calendar: CalendarId | None) -> Iterator[Standing]:
    """The blocks themselves (twins follow them), as the planner takes them."""
    for w in written:
        if w.slot.calendar == calendar and w.state is not State.REMOVED:
            pinned, skipped = w.state is State.PINNED, w.state is State.SKIPPED
            yield Standing(w.slot.key, w.draft.interval, w.draft.summary, w.draft.busy, pinned, skipped)


def _changes(snapshot: Snapshot, seen: Seen, plan: Plan) -> tuple[Create | Update | Delete, ...]:
    calendar = blocks_calendar(snapshot)
    if calendar is None:
        return ()
    settings, twins = snapshot.settings, frozenset(_with_role(snapshot, "busy-twin"))
    wanted = diff.desired(plan.blocks, calendar, twins, settings.identity, settings.person.where, seen.written)
    return diff.changes(wanted, snapshot.observed, seen.written, snapshot.now, plan.horizon.end)
