"""Three sides, one decision: what should stand (desired), what stands (observed), what we last wrote (written).

Two pure steps. :func:`their_edits` compares observed with written and says what the person did; the planner takes that
as fact. :func:`changes` then compares the plan with both and says what to write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias

from timeblock.core.event import CalendarId, Draft, EventType, Mark, Resource, Said, block_uid, fingerprint, request_of
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.problem import Kind

if TYPE_CHECKING:
    from timeblock.core.plan import Block

OnDelete: TypeAlias = Literal["skip", "replan"]

TWIN = "Busy"
"""Title of every busy twin."""

TWICE = "it stood twice"
DONE = 100
"""Percent."""

TYPES = {Kind.FOCUS: EventType.FOCUS_TIME, Kind.LEAVE: EventType.OUT_OF_OFFICE}
"""What calendars that tell sorts of events apart call our kinds; all others are plain events."""

CHOICES = tuple(
    frozenset(names) for n in range(5) for names in combinations(("summary", "busy", "done", "interval"), n)
)
"""What a person may choose of a block. But for its time, it stays the plan's to move."""

FEW = 5
SHARE = 0.3
"""A run may delete a few blocks, or this share of those to come if that is more."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A block on a calendar: the block itself, or its busy twin elsewhere."""

    calendar: CalendarId
    key: str


class State(StrEnum):
    """What became of a block we wrote."""

    LIVE = "live"
    PINNED = "pinned"
    SKIPPED = "skipped"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Written:
    """What we believe stands in a calendar: the draft as last written (or adopted), where, and in which version.

    SKIPPED: the person deleted it (or undid it); it does not come back. REMOVED: we took it away ourselves.
    ``unsure``: a create (LIVE) or delete (SKIPPED, REMOVED) left, and nobody knows yet whether it arrived.
    """

    slot: Slot
    draft: Draft
    href: str
    version: str
    state: State = State.LIVE
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """An event of ours as the calendar has it now. ``hands_off``: it has guests or recurs by now, so we leave it.

    ``spares``: other generations of the block that stand beside it (:func:`together`).
    """

    slot: Slot
    mark: Mark
    resource: Resource
    interval: Interval
    summary: str
    busy: bool
    hands_off: bool = False
    spares: tuple[Observed, ...] = ()
    done: int | None = None

    @property
    def said(self) -> Said:
        return self.interval, self.summary, self.busy, self.done


@dataclass(frozen=True, slots=True)
class Create:
    """``becomes``: the block's state once this is done; so too in the next two."""

    slot: Slot
    draft: Draft
    why: str
    becomes: State = State.LIVE


@dataclass(frozen=True, slots=True)
class Update:
    slot: Slot
    draft: Draft
    base: Resource
    before: Draft
    why: str
    becomes: State = State.LIVE


@dataclass(frozen=True, slots=True)
class Delete:
    """``becomes`` LIVE: only this spare goes, and the block itself stands in another generation."""

    slot: Slot
    base: Resource
    before: Draft
    why: str
    becomes: State = State.REMOVED


@dataclass(frozen=True, slots=True)
class Adopt:
    """Their version wins: it was moved, resized or retitled, or it is ours and we had forgotten it."""

    slot: Slot
    written: Written
    why: str


@dataclass(frozen=True, slots=True)
class Release:
    """They deleted it: it is theirs to miss, and does not come back."""

    slot: Slot
    written: Written
    why: str


Change: TypeAlias = Create | Update | Delete | Adopt | Release


# ---- what the person did -------------------------------------------------------------------------------------------


def their_edits(
    observed: Iterable[Observed],
    written: Iterable[Written],
    complete: Collection[CalendarId],
    on_delete: Mapping[str, OnDelete],
    identity: str,
) -> tuple[Adopt | Release, ...]:
    """What the person (or another machine of theirs) did to our blocks since we last wrote them.

    Only calendars in ``complete``, those that were read to their end, are judged for what is missing. ``on_delete`` is
    by name of the request. A calendar of which nothing is written is one whose memory was lost: what its events say
    of themselves is believed.
    """
    seen, known = {o.slot: o for o in observed}, {w.slot: w for w in written}
    forgotten = set(complete) - {slot.calendar for slot in known}
    found = (_edit(seen.get(s), known.get(s), complete, on_delete, identity) for s in seen.keys() | known.keys())
    edits = (*(e for e in found if e), *_deleted_before(seen, forgotten, on_delete, identity))
    return tuple(sorted(edits, key=lambda edit: edit.slot))


def accepted(written: Iterable[Written], edits: Iterable[Adopt | Release]) -> tuple[Written, ...]:
    """What we believe after ``edits``."""
    return tuple(({w.slot: w for w in written} | {e.slot: e.written for e in edits}).values())


def together(generations: Iterable[Observed]) -> Observed:
    """One block of which several generations stand (two machines wrote at once): the person's, or else the newest."""
    kept, *spares = sorted(generations, key=lambda o: (_untouched(o) and not _theirs(o), -o.mark.generation))
    return replace(kept, spares=tuple(spares))


def as_written(observed: Observed) -> bool:
    """Whether it says what we gave it, here or on another machine with the same identity."""
    return _theirs(observed) is not None


def _theirs(observed: Observed) -> frozenset[str] | None:
    """What of an event as we wrote it the person had chosen before; None where they changed it since."""
    return next((names for names in CHOICES if observed.mark.fingerprint == fingerprint(observed.said, names)), None)


def pinned(observed: Observed) -> bool:
    """Whether the person ordered that it stays where we wrote it."""
    return "interval" in (_theirs(observed) or ())


def same(observed: Observed, draft: Draft) -> bool:
    """Whether the event says what ``draft`` says, in all that we care about."""
    return observed.said == draft.said


def judge(observed: Observed, written: Written | None, identity: str) -> Adopt | None:
    """What the person did to one event of ours that is there for certain; None where it is as we believe."""
    if written is None:
        return _adopt(
            observed, None, State.LIVE if _untouched(observed) else State.PINNED, "found by its mark", identity
        )
    if written.unsure:
        return None if as_written(observed) else _adopt(observed, written, State.PINNED, "you changed it", identity)
    if written.state in (State.SKIPPED, State.REMOVED):
        state = State.LIVE if _untouched(observed) else State.PINNED
        return _adopt(observed, written, state, "it is back", identity)
    if same(observed, written.draft) and observed.mark.generation == written.draft.generation:
        pin = written.state is State.LIVE and (observed.hands_off or pinned(observed))
        why = "it repeats or has guests now" if observed.hands_off else "you pinned it"
        return _adopt(observed, written, State.PINNED, why, identity) if pin else None
    if written.state is State.LIVE and _untouched(observed):
        return _adopt(observed, written, State.LIVE, "written from another machine", identity)
    return _their_version(observed, written, identity)


def _edit(
    observed: Observed | None,
    written: Written | None,
    complete: Collection[CalendarId],
    on_delete: Mapping[str, OnDelete],
    identity: str,
) -> Adopt | Release | None:
    if observed is None:
        return _missing(written, on_delete) if written and written.slot.calendar in complete else None
    if written and written.state in (State.SKIPPED, State.REMOVED) and observed.slot.calendar not in complete:
        return None
    return judge(observed, written, identity)


def _missing(written: Written, on_delete: Mapping[str, OnDelete]) -> Release | None:
    if written.unsure or written.state in (State.SKIPPED, State.REMOVED):
        return None
    again = on_delete.get(request_of(written.slot.key)) == "replan"
    state = State.REMOVED if again else State.SKIPPED
    why = "you deleted it; it may be planned anew" if again else "you deleted it; it does not come back"
    return Release(written.slot, replace(written, state=state), why)


def _untouched(observed: Observed) -> bool:
    return as_written(observed) and not observed.hands_off and not pinned(observed)


def _their_version(observed: Observed, written: Written, identity: str) -> Adopt:
    draft = written.draft
    moved = observed.interval != draft.interval
    said = {
        "moved": moved,
        "renamed": observed.summary != draft.summary,
        "marked " + ("busy" if observed.busy else "free"): observed.busy != draft.busy,
        f"said that {observed.done} % of it is done": observed.done != draft.done,
    }
    kept = {
        "summary": said["renamed"],
        "busy": observed.busy != draft.busy,
        "done": observed.done != draft.done,
    }
    theirs = draft.theirs | {name for name, changed in kept.items() if changed}
    state = State.PINNED if moved or observed.hands_off or pinned(observed) else written.state
    why = (
        "you " + " and ".join(word for word, is_so in said.items() if is_so)
        if any(said.values())
        else "it is another copy"
    )
    return _adopt(observed, replace(written, draft=replace(draft, theirs=theirs)), state, why, identity)


def _adopt(observed: Observed, written: Written | None, state: State, why: str, identity: str) -> Adopt:
    draft = draft_of(observed, identity, written.draft if written else None)
    resource = observed.resource
    return Adopt(observed.slot, Written(observed.slot, draft, resource.href, resource.version, state), why)


def draft_of(observed: Observed, identity: str, like: Draft | None = None) -> Draft:
    """The event as a draft; what it does not tell is taken from ``like``."""
    key, generation = observed.mark.key, observed.mark.generation
    uid = block_uid(identity, observed.slot.calendar, key, generation)
    like = like or Draft(uid, key, generation, observed.interval, "UTC", observed.summary)
    theirs = _theirs(observed)
    like = replace(like, uid=uid, generation=generation, theirs=like.theirs if theirs is None else theirs)
    return _as_it_stands(like, observed)


def _as_it_stands(draft: Draft, observed: Observed) -> Draft:
    interval, summary, busy, done = observed.said
    return replace(draft, interval=interval, summary=summary, busy=busy, done=done)


def _deleted_before(
    seen: Mapping[Slot, Observed],
    forgotten: Collection[CalendarId],
    on_delete: Mapping[str, OnDelete],
    identity: str,
) -> Iterator[Release]:
    """Of calendars we remember nothing of: numbers missing below the highest of a request and period were deleted."""
    highest: dict[tuple[CalendarId, str], int] = {}
    for slot in seen:
        if slot.calendar in forgotten and (number := _ordinal(slot.key)):
            group = (slot.calendar, slot.key.rpartition("/")[0])
            highest[group] = max(highest.get(group, 0), number)
    for (calendar, period), last in highest.items():
        like = seen[Slot(calendar, f"{period}/{last}")]
        for number in range(1, last):
            slot = Slot(calendar, f"{period}/{number}")
            if slot not in seen and on_delete.get(request_of(slot.key)) != "replan":
                draft = replace(draft_of(like, identity), uid=block_uid(identity, calendar, slot.key, 0), key=slot.key)
                yield Release(
                    slot, Written(slot, draft, "", "", State.SKIPPED), "missing among its like: you deleted it"
                )


def _ordinal(key: str) -> int:
    last = key.rpartition("/")[2]
    return int(last) if last.isascii() and last.isdecimal() and len(last) < 4 else 0


# ---- what should stand ---------------------------------------------------------------------------------------------


def desired(
    blocks: Iterable[Block],
    calendar: CalendarId,
    twins: Collection[CalendarId],
    identity: str,
    where: Whereabouts,
    written: Iterable[Written],
) -> dict[Slot, Draft]:
    """``blocks`` as drafts on ``calendar``, each with an untitled busy twin on ``twins``.

    A pinned block stands where the person put it, and its twins follow, whether the plan names it or not. What is
    skipped is left out. A title or free/busy that the person changed is kept.
    """
    known = {w.slot: w for w in written}
    wanted: dict[Slot, Draft] = {}
    for draft in _own(blocks, calendar, where, known):
        for slot in (Slot(calendar, draft.key), *(Slot(twin, draft.key) for twin in sorted(twins))):
            there = known.get(slot)
            if there is None or there.state is not State.SKIPPED:
                wanted[slot] = fitted(draft if slot.calendar == calendar else _twin(draft), slot, there, identity)
    return wanted


def _own(
    blocks: Iterable[Block], calendar: CalendarId, where: Whereabouts, known: Mapping[Slot, Written]
) -> Iterator[Draft]:
    """One draft a block, pinned ones first, as the person has them."""
    pinned = {w.slot.key: w.draft for w in known.values() if w.slot.calendar == calendar and w.state is State.PINNED}
    skipped = {w.slot.key for w in known.values() if w.slot.calendar == calendar and w.state is State.SKIPPED}
    yield from pinned.values()
    for block in blocks:
        if block.key not in pinned and block.key not in skipped:
            yield _draft(block, where)


def _draft(block: Block, where: Whereabouts) -> Draft:
    return Draft(
        uid="",
        key=block.key,
        generation=0,
        interval=block.interval,
        zone=where.zone_on(where.date_of(block.interval.start)).key,
        summary=one_line(block.title),
        busy=block.busy,
        private=block.private,
        categories=(block.area,) if block.area else (),
        type=TYPES.get(block.kind, EventType.DEFAULT),
    )


def _twin(draft: Draft) -> Draft:
    """It follows the block, and has no choices but its own."""
    return replace(
        draft, summary=TWIN, description="", private=True, categories=(), type=EventType.DEFAULT, theirs=frozenset()
    )


def fitted(draft: Draft, slot: Slot, there: Written | None, identity: str) -> Draft:
    """``draft`` with its id, and with what the person changed of the event that is there."""
    generation = 0 if there is None else there.draft.generation + (there.state is State.REMOVED)
    draft = replace(draft, generation=generation, uid=block_uid(identity, slot.calendar, slot.key, generation))
    if there is None:
        return draft
    theirs = there.draft.theirs if there.state is State.PINNED else there.draft.theirs - {"interval"}
    chosen = replace(draft, theirs=theirs)
    if "summary" in theirs:
        chosen = replace(chosen, summary=there.draft.summary)
    if "busy" in theirs:
        chosen = replace(chosen, busy=there.draft.busy)
    return replace(chosen, done=there.draft.done) if "done" in theirs else chosen


def one_line(title: str) -> str:
    """``title`` as every calendar gives it back: no control characters, no outer or double spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())


# ---- what to write -------------------------------------------------------------------------------------------------


def changes(
    desired: Mapping[Slot, Draft],
    observed: Iterable[Observed],
    written: Iterable[Written],
    now: Instant,
    until: Instant,
) -> tuple[Create | Update | Delete, ...]:
    """What to write so that ``desired`` stands, by slot. Equal is left alone, and so is whatever the person changed.

    Of a block that stands twice a spare goes first; what else is to be done with the block waits for the next run.

    ``written`` is what we believe after the person's edits (:func:`accepted`). An event that began before ``now`` is
    never touched, and a task that is done never deleted; what starts at ``until`` or later was not planned and is not
    judged.
    """
    seen, known = {o.slot: o for o in observed}, {w.slot: w for w in written}
    found: list[Create | Update | Delete | None] = []
    for slot in sorted(desired.keys() | seen.keys()):
        want, there = desired.get(slot), known.get(slot)
        match seen.get(slot):
            case None:
                found.append(_create(slot, want, there, now) if want else None)
            case stands if there and (spare := _spare(stands, now)):
                found.append(Delete(slot, spare.resource, _as_it_stands(there.draft, spare), TWICE, State.LIVE))
            case stands if there and _is_ours_to_change(stands, there) and not has_begun(stands, now):
                found.append(_update(want, stands, there, now) if want else _delete(stands, there, until))
            case _:
                pass
    return tuple(change for change in found if change)


def _spare(observed: Observed, now: Instant) -> Observed | None:
    """What stands beside a block and nobody cares for."""
    return next((s for s in observed.spares if _untouched(s) and not _theirs(s) and not has_begun(s, now)), None)


def has_begun(what: Observed | Draft, now: Instant) -> bool:
    """Whether it is a matter of the past; a task is none, however late."""
    return what.done is None and what.interval.start < now


def _is_ours_to_change(observed: Observed, written: Written) -> bool:
    if observed.hands_off or written.state is State.PINNED:
        return False
    if written.unsure:
        return as_written(observed)
    return written.state is State.LIVE and (same(observed, written.draft) or as_written(observed))


def _create(slot: Slot, want: Draft, there: Written | None, now: Instant) -> Create | None:
    free = there is None or there.state is State.REMOVED or (there.unsure and there.state is State.LIVE)
    return Create(slot, want, "planned") if free and want.interval.end > now else None


def _update(want: Draft, observed: Observed, there: Written, now: Instant) -> Update | None:
    if same(observed, want) or has_begun(want, now):
        return None
    draft = replace(want, uid=there.draft.uid, generation=there.draft.generation)
    before = _as_it_stands(there.draft, observed)
    return Update(observed.slot, draft, observed.resource, before, _why(observed, want))


def _why(observed: Observed, want: Draft) -> str:
    if observed.interval != want.interval:
        return "moved"
    if observed.done != want.done:
        return "reached" if want.done == DONE else f"{want.done} % done"
    if observed.busy != want.busy:
        return "busy now" if want.busy else "free now"
    return "renamed"


def _delete(observed: Observed, there: Written, until: Instant) -> Delete | None:
    if observed.interval.start >= until or observed.done == DONE:
        return None
    becomes = State.SKIPPED if there.state is State.SKIPPED else State.REMOVED
    return Delete(observed.slot, observed.resource, there.draft, "not planned any more", becomes)


def standing(written: Iterable[Written], now: Instant) -> int:
    """How many of our blocks are still to come."""
    return sum(w.state in (State.LIVE, State.PINNED) and w.draft.interval.start >= now for w in written)


def deletion_guard(changes: Iterable[Change], live: int, allow: bool = False) -> str:
    """Why a run that deletes so many of ``live`` blocks is refused; "" where it is not. ``allow``: the person asked.

    >>> deletion_guard([], 10)
    ''
    """
    doomed = sum(isinstance(change, Delete) and change.becomes is not State.LIVE for change in changes)
    if allow or doomed <= max(FEW, SHARE * live):
        return ""
    return f"this would delete {doomed} of {live} blocks; look at the plan, and ask for it expressly if that is right"
