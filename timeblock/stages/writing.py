"""From a plan to what would be written, and when nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from timeblock.core import diff, tasks
from timeblock.core.diff import Create, Delete, Slot, Update
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.core.problem import Kind
from timeblock.errors import FixNeeded
from timeblock.stages.values import Proposal, Seen, Snapshot
from timeblock.store import history
from timeblock.store.database import Database

if TYPE_CHECKING:
    from timeblock.core.plan import Plan


def blocks_calendar(snapshot: Snapshot) -> CalendarId | None:
    """Where blocks go; None where the config names no such calendar or it was never read."""
    return next(iter(with_role(snapshot, "blocks")), None)


def with_role(snapshot: Snapshot, role: str) -> Iterator[CalendarId]:
    for wanted in snapshot.settings.calendars:
        if wanted.role == role and wanted.name in snapshot.calendars:
            yield snapshot.calendars[wanted.name]


def changes(snapshot: Snapshot, seen: Seen, plan: Plan) -> tuple[Create | Update | Delete, ...]:
    """Blocks with their twins, and milestones as tasks. Without a calendar for them, blocks are left as they are."""
    calendar, wanted = blocks_calendar(snapshot), milestones(snapshot, seen, plan.horizon.end)
    if calendar:
        wanted |= drafts(snapshot, seen, plan)
    observed = [o for o in snapshot.observed if calendar or o.done is not None]
    reasons = {block.key: block.reason for block in plan.blocks}
    found = diff.changes(wanted, observed, seen.written, snapshot.now, plan.horizon.end)
    return tuple(_reasoned(change, reasons.get(change.slot.key, "")) for change in found)


def _reasoned(change: Create | Update | Delete, reason: str) -> Create | Update | Delete:
    """With the plan's reason for where it puts the block, which the log keeps for good."""
    moved = isinstance(change, Update) and change.draft.interval != change.before.interval
    return replace(change, why=reason) if reason and (moved or isinstance(change, Create)) else change


def milestones(snapshot: Snapshot, seen: Seen, until: Instant) -> dict[Slot, Draft]:
    """Those of all goals that are due before ``until``, where a calendar takes them."""
    settings, calendar = snapshot.settings, next(with_role(snapshot, "milestones"), None)
    if calendar is None:
        return {}
    return tasks.desired(seen.progress, paused(snapshot, seen), calendar, settings.identity, until, seen.written)


def paused(snapshot: Snapshot, seen: Seen) -> Mapping[str, frozenset[Week]]:
    """The weeks in which each goal rests: a season says so, or the person does."""
    return {goal.name: snapshot.settings.paused(goal) | seen.resting for goal in snapshot.settings.goals}


def drafts(snapshot: Snapshot, seen: Seen, plan: Plan) -> dict[Slot, Draft]:
    """What should stand, with its twins. Raises ``FixNeeded`` where the config names no calendar for it."""
    settings, twins = snapshot.settings, frozenset(with_role(snapshot, "busy-twin"))
    calendar = blocks_slot(snapshot, "").calendar
    return diff.desired(plan.blocks, calendar, twins, settings.identity, settings.person.where, seen.written)


def blocks_slot(snapshot: Snapshot, key: str) -> Slot:
    """The block of that key. Raises ``FixNeeded`` where the config names no calendar for blocks."""
    calendar = blocks_calendar(snapshot)
    if calendar is None:
        raise FixNeeded('Give one calendar of the config role = "blocks", then run `timeblock sync`.')
    return Slot(calendar, key)


def chosen(proposal: Proposal, keys: Collection[str]) -> tuple[Create | Update | Delete, ...]:
    """The changes of these blocks. Raises ``FixNeeded`` where one of them needs time that another, which is not among
    them, still has."""
    taken = tuple(c for c in proposal.changes if c.slot.key in keys)
    blocks = [c for c in proposal.changes if _draft_of(c).done is None]
    left = [c.before for c in blocks if c.slot.key not in keys and not isinstance(c, Create)]
    drafts = [c.draft for c in blocks if c.slot.key in keys and not isinstance(c, Delete)]
    over = [
        f"{draft.summary} needs the time of {other.summary}"
        for draft in drafts
        for other in left
        if draft.interval.overlaps(other.interval)
    ]
    if over:
        raise FixNeeded(f"These go together: {'; '.join(dict.fromkeys(over))}. Choose both, or neither.")
    return taken


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
    usual = [c for c in proposal.changes if where.week_of(_draft_of(c).interval.start) not in seen.resting]
    if refusal := diff.deletion_guard(usual, standing):
        raise FixNeeded(f"Nothing was written: {refusal} (--anyway).")


def _draft_of(change: Create | Update | Delete) -> Draft:
    return change.before if isinstance(change, Delete) else change.draft


def run_to_undo(db: Database, wanted: str | None) -> history.Run:
    ours = {history.Action.CREATED, history.Action.UPDATED, history.Action.DELETED}
    found = (
        history.run(db, wanted) if wanted else next((r for r in history.runs(db, 100) if ours & r.counts.keys()), None)
    )
    if found is None:
        raise FixNeeded(
            f'There is no run "{wanted}"; `timeblock log` lists them.' if wanted else "Nothing was written yet."
        )
    return found
