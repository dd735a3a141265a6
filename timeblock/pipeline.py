"""THE MAP: one cycle, top to bottom.

    calendars → events → occurrences → classified → measures → progress
              → problem → plan → changes → outbox → calendars

Every command is a prefix of :func:`run_cycle`: ``sync`` pulls; ``measure`` goes on to :func:`observe`; ``plan`` to
:func:`propose`, and has written nothing anywhere; ``apply`` is the whole. Between :func:`load` and :func:`enqueue`
nothing touches disk or network: what a stage needs is in the value that the stage before it made. What only planning
or writing needs is imported by those stages: whoever measures does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from timeblock.core import classify, diff, ground, measures, rest_weeks, scope
from timeblock.core.goals import Baseline
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.core.localtime import Week
from timeblock.stages import reading, seeing, writing
from timeblock.stages.deps import Deps
from timeblock.stages.values import Cycle, Proposal, Seen, Snapshot, Synced, Undone
from timeblock.store import events, history, outbox, traces, weekly
from timeblock.store.remembered import NoRoom, remembered, save_unplaced
from timeblock.sync import offers
from timeblock.sync.enqueue import enqueue as put_in_outbox
from timeblock.sync.evidence import coverage

if TYPE_CHECKING:
    from timeblock.core.event import Occurrence
    from timeblock.core.plan import Plan
    from timeblock.core.problem import Problem
    from timeblock.sync.orders import Order
    from timeblock.sync.push import Pushed

WEEKS_BACK = 16
"""How far measures, baselines and trends look back."""


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
    deps.progress("planning", 0, 0)
    seen = observe(snapshot)
    proposal = propose(deps.solve, snapshot, seen, given)
    if not anyway:
        writing.refuse_harm(proposal, seen)
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
    if reading.all_within(deps, wanted, others, now, fresh):
        return Synced()
    calendars = [
        (c.name, c.account, partial(reading.calendar, deps, c, now, fresh, c.name in believe_empty)) for c in wanted
    ]
    sources = [(name, f"evidence {name}", partial(reading.source, deps, name, now, fresh)) for name in others]
    with deps.alone():
        pulled, failed = reading.each(deps, calendars, now)
        told, unread = reading.each(deps, sources, now)
    return Synced(pulled, (*failed, *unread), told)


def load(deps: Deps, now: Instant, since: Week | None = None, until: Week | None = None) -> Snapshot:
    """Everything the pure stages need, from the store: the last weeks (or those from ``since`` on), but all of this
    year, whose leave is counted; and the coming ones (or all up to ``until``)."""
    settings, where = deps.settings, deps.settings.person.where
    this, kept = where.week_of(now), weekly.kept(deps.db, settings.goals)
    year = Week.of(date(where.date_of(now).year, 1, 1))
    first = min([since or this.plus(-WEEKS_BACK), year, *seeing.never_measured(settings.goals, kept, this)])
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
        snapshot.occurrences,
        settings.rules,
        seeing.sources(snapshot),
        person.addresses,
        settings.identity,
        person.where,
    )
    on_delete = {r.name: r.on_delete for r in settings.requests}
    complete = frozenset(snapshot.calendars.values())
    edits = diff.their_edits(snapshot.observed, snapshot.written, complete, on_delete, settings.identity)
    written = diff.accepted(snapshot.written, edits)
    facts = seeing.facts_of(snapshot, classified, written)
    resting = snapshot.remembered.resting | rest_weeks.absences(facts)
    this = person.where.week_of(snapshot.now)
    asked = {this.plus(-n) for n in range(WEEKS_BACK + 1)}.union(
        weeks, seeing.never_measured(settings.goals, snapshot.kept, this)
    )
    measured = {week: measures.week(facts, week) for week in sorted(asked)}
    return Seen(
        classified, edits, written, facts, resting, measured, seeing.standing_of_goals(snapshot, measured, resting)
    )


def remember(deps: Deps, snapshot: Snapshot, seen: Seen) -> None:
    """Keep what the weeks that are over came to and, once every calendar was read, where goals began."""
    where = deps.settings.person.where
    this, today = where.week_of(snapshot.now), where.date_of(snapshot.now)
    weekly.remember(deps.db, {week: found for week, found in seen.weeks.items() if week < this})
    whole = all(calendar.name in snapshot.calendars for calendar in deps.settings.calendars)
    begun = (p for p in seen.progress if whole and p.goal.start <= today)
    weekly.keep_baselines(deps.db, ((p.goal, Baseline(p.baseline, p.baseline_weeks)) for p in begun))


def propose(solve: Callable[[Problem], Plan], snapshot: Snapshot, seen: Seen, given: Plan | None = None) -> Proposal:
    """A plan (fresh, or ``given``), what the referee says of it, and what it would write."""
    from timeblock.core.ideas import ideas
    from timeblock.core.referee import violations
    from timeblock.stages import asking

    asked = asking.steering(snapshot, seen)
    problem = asking.posed(snapshot, seen, asked, given=given is not None)
    plan = given or solve(problem)
    thoughts = ideas(asked, seen.classified, problem.horizon, snapshot.settings.person)
    return Proposal(problem, plan, thoughts, violations(problem, plan), writing.changes(snapshot, seen, plan))


def enqueue(deps: Deps, seen: Seen, proposal: Proposal, now: Instant) -> str:
    """What the person did is believed, what we want is in the outbox; all or nothing. Returns the run, "" for none."""
    where = deps.settings.person.where
    missed = ((u, scope.period_of(u.key, where)) for u in proposal.plan.unplaced)
    with deps.db.transaction():
        save_unplaced(deps.db, (NoRoom(u.key, period, u.reason) for u, period in missed if period), now)
        return put_in_outbox(deps.db, "apply", seen.edits, proposal.changes, now)


def push(deps: Deps, now: Instant) -> Pushed:
    """Carry out what is due in the outbox."""
    from timeblock.sync.push import push as push_wishes

    with deps.alone():
        where, identity = deps.settings.person.where, deps.settings.identity
        return push_wishes(deps.db, deps.backends, identity, where, now, deps.progress)


def accept(
    deps: Deps, snapshot: Snapshot, seen: Seen, proposal: Proposal, keys: Collection[str], now: Instant
) -> tuple[str, Pushed]:
    """Write of a proposal only the blocks of ``keys``, and leave alone what else is wished for. Returns the run, too.

    Raises ``FixNeeded`` where they need time that another block still has.
    """
    changes = writing.chosen(proposal, keys)
    remember(deps, snapshot, seen)
    with deps.alone():
        run = put_in_outbox(deps.db, "apply", seen.edits, changes, now, whole=False)
        return run, push(deps, now)


def order(
    deps: Deps, snapshot: Snapshot, seen: Seen, what: Order, key: str, now: Instant, plan: Plan | None = None
) -> tuple[str, Pushed]:
    """Pin or skip one block, or give it back to the plan. ``plan``: where one is found that does not stand yet.

    Raises ``FixNeeded`` where there is no such block. Returns the run, too.
    """
    from timeblock.sync.orders import ordered

    slot, proposed = writing.blocks_slot(snapshot, key), writing.drafts(snapshot, seen, plan) if plan else {}
    found = ordered(what, slot, seen.written, snapshot.observed, proposed, now)
    with deps.alone(), deps.db.transaction():
        outbox.withdraw(deps.db, [wish.slot for wish in outbox.pending(deps.db) if wish.slot.key == key])
        run = put_in_outbox(deps.db, what.value, (*seen.edits, *found.edits), found.changes, now, whole=False)
    return run, push(deps, now)


def undo(deps: Deps, now: Instant, run: str | None = None) -> Undone:
    """Take back ``run`` (the last that wrote something), as far as the person left it alone. Raises ``FixNeeded``."""
    from timeblock.sync.orders import Order
    from timeblock.sync.undo import undo as take_back

    synced = pull(deps, now)
    snapshot = load(deps, now)
    seen = observe(snapshot, ())
    wanted = writing.run_to_undo(deps.db, run)
    entries = history.entries(deps.db, wanted.id)
    again = wanted.kind in ("undo", *Order)
    changes, left = take_back(entries, seen.written, snapshot.observed, deps.settings.identity, now, again=again)
    undone = put_in_outbox(deps.db, "undo", seen.edits, changes, now, whole=False)
    return Undone(synced, undone, push(deps, now), left)


def explained(snapshot: Snapshot, occurrence: Occurrence) -> tuple[classify.Tried, ...]:
    """Each rule that was tried on an occurrence."""
    settings = snapshot.settings
    people, where = settings.person.addresses, settings.person.where
    return classify.explain(occurrence, settings.rules, seeing.sources(snapshot), people, settings.identity, where)
