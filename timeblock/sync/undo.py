"""Taking back a whole run: what the log says it did, turned round, as changes like any others.

What the person changed since is left alone, and so is what has begun. Undone creations do not come back by themselves;
what an undo puts back stays where it is. An undo is a run of its own, and undoing it gives the blocks back to the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from timeblock.core.diff import Create, Delete, Observed, Slot, State, Update, Written, as_written, has_begun, same
from timeblock.core.event import Draft, block_uid
from timeblock.core.interval import Instant
from timeblock.store.drafts import Writing
from timeblock.store.history import Action, Entry

OURS = {Action.CREATED, Action.UPDATED, Action.DELETED}
"""The rest was the person's doing, or not done."""


@dataclass(frozen=True, slots=True)
class _Net:
    """What a run came to for one block."""

    slot: Slot
    before: Draft | None
    after: Draft | None


def undo(
    entries: Iterable[Entry],
    written: Iterable[Written],
    observed: Iterable[Observed],
    identity: str,
    now: Instant,
    *,
    again: bool = False,
) -> tuple[tuple[Writing, ...], tuple[str, ...]]:
    """The changes that take a run back, and a line for each block that is left as it is, and why.

    ``again``: the run was an undo itself, so blocks go back to the plan instead of out of its hands.
    """
    known, seen = {w.slot: w for w in written}, {o.slot: o for o in observed}
    changes: list[Writing] = []
    left: list[str] = []
    for net in _nets(entries).values():
        found = _back(net, known.get(net.slot), seen.get(net.slot), identity, now, again)
        if isinstance(found, str):
            left.append(f"{_title(net)}: {found}")
        elif found:
            changes.append(found)
    return tuple(changes), tuple(left)


def _nets(entries: Iterable[Entry]) -> Mapping[Slot, _Net]:
    nets: dict[Slot, _Net] = {}
    for entry in entries:
        if entry.action in OURS:
            first = nets.get(entry.slot)
            nets[entry.slot] = _Net(entry.slot, first.before if first else entry.before, entry.after)
    return nets


def _back(
    net: _Net, there: Written | None, stands: Observed | None, identity: str, now: Instant, again: bool
) -> Writing | str | None:
    """The change, or why there is none; None where nothing needs to be said."""
    if net.after is None:
        return _recreated(net, there, stands, identity, now, again) if net.before else None
    if stands is None or there is None:
        return "it is not there any more"
    if has_begun(stands, now):
        return "it has begun already"
    if stands.hands_off or not as_written(stands) or not same(stands, there.draft):
        return "you changed it since"
    if net.before is None:
        return Delete(net.slot, stands.resource, there.draft, "undone", State.REMOVED if again else State.SKIPPED)
    if not same(stands, net.after):
        return "a later run changed it"
    return _updated(net.before, there, stands, now, again)


def _recreated(
    net: _Net, there: Written | None, stands: Observed | None, identity: str, now: Instant, again: bool
) -> Writing | str:
    """An event again, under another id: the old one is spent."""
    assert net.before is not None
    if stands is not None:
        return "it is there again already"
    if net.before.interval.start < now:
        return "its time has passed"
    if there is not None and there.state is State.SKIPPED and not again:
        return "you deleted it since"
    generation = max(net.before.generation, there.draft.generation if there else 0) + 1
    uid = block_uid(identity, net.slot.calendar, net.slot.key, generation)
    draft = replace(net.before, generation=generation, uid=uid)
    return Create(net.slot, draft, "undone", State.LIVE if again else State.PINNED)


def _updated(before: Draft, there: Written, stands: Observed, now: Instant, again: bool) -> Writing | str:
    if has_begun(before, now):
        return "its former time has passed"
    draft = replace(before, generation=there.draft.generation, uid=there.draft.uid)
    becomes = State.LIVE if again else State.PINNED
    return Update(there.slot, draft, stands.resource, there.draft, "undone", becomes)


def _title(net: _Net) -> str:
    draft = net.after or net.before
    return f"{draft.summary} ({net.slot.key})" if draft else net.slot.key
