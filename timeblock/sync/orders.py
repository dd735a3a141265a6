"""What a person orders of one block: that it stays where it is, that it is skipped, or that the plan may have it back.

Each comes to the same states as an edit in the calendar: pinned is moved-by-them, skipped is deleted-by-them. That a
block is pinned is in its mark, so that it holds on other machines, and when our memory is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from timeblock.core.diff import Adopt, Create, Delete, Observed, Release, Slot, State, Update, Written
from timeblock.core.event import Draft
from timeblock.core.interval import Instant
from timeblock.errors import FixNeeded
from timeblock.store.drafts import Writing

GIVEN_BACK = "you gave it back to the plan"


class Order(StrEnum):
    """What can be ordered; the last of each pair takes the first back."""

    PIN = "pin"
    UNPIN = "unpin"
    SKIP = "skip"
    UNSKIP = "unskip"


@dataclass(frozen=True, slots=True)
class Ordered:
    """``edits`` are believed at once, ``changes`` are still to be written."""

    edits: tuple[Adopt | Release, ...] = ()
    changes: tuple[Writing, ...] = ()


def ordered(
    order: Order,
    slot: Slot,
    written: Iterable[Written],
    observed: Iterable[Observed],
    proposed: Mapping[Slot, Draft],
    now: Instant,
) -> Ordered:
    """What ``order`` comes to for the block at ``slot``. ``proposed``: what a plan wants, for blocks that do not stand
    yet. Raises ``FixNeeded`` where there is no such block, or it is not one that this can be said of."""
    there = {w.slot: w for w in written if w.slot.key == slot.key}
    block = _Block(slot, there, {o.slot: o for o in observed if o.slot.key == slot.key}, proposed, now)
    match order:
        case Order.PIN:
            return block.pinned()
        case Order.SKIP:
            return block.skipped()
        case Order.UNPIN:
            return block.marked(block.known_as(State.PINNED), State.LIVE, GIVEN_BACK)
        case Order.UNSKIP:
            return block.let_back()
        case _:
            assert_never(order)


@dataclass(frozen=True)
class _Block:
    """One block, with its twins: what we believe of it, what stands, what a plan wants."""

    slot: Slot
    written: Mapping[Slot, Written]
    observed: Mapping[Slot, Observed]
    proposed: Mapping[Slot, Draft]
    now: Instant

    def pinned(self) -> Ordered:
        there, why = self.standing(), "you pinned it"
        if there is None:
            drafts = {slot: draft for slot, draft in self.proposed.items() if slot.key == self.slot.key}
            drafts[self.slot] = _held(self.ahead(drafts.get(self.slot)), State.PINNED)
            made = (Create(s, draft, why, self.becomes(s, State.PINNED)) for s, draft in drafts.items())
            return Ordered(changes=tuple(made))
        return self.marked(there, State.PINNED, why)

    def skipped(self) -> Ordered:
        there, why = self.standing(), "you skipped it"
        draft = self.ahead(there.draft if there else self.proposed.get(self.slot))
        if there is None:
            return Ordered((Release(self.slot, Written(self.slot, draft, "", "", State.SKIPPED), why),))
        if any(o.hands_off for o in self.observed.values()):
            raise FixNeeded(f"{self.slot.key} has guests or repeats by now; delete it in your calendar.")
        stand = [(s, o, self.written[s]) for s, o in self.observed.items() if s in self.written]
        gone = (Delete(s, o.resource, w.draft, why, self.becomes(s, State.SKIPPED)) for s, o, w in stand)
        return Ordered(changes=tuple(gone))

    def let_back(self) -> Ordered:
        there = self.known_as(State.SKIPPED)
        becomes = State.LIVE if self.slot in self.observed else State.REMOVED
        return Ordered(
            (Adopt(self.slot, replace(there, draft=_held(there.draft, becomes), state=becomes), GIVEN_BACK),)
        )

    def marked(self, there: Written, becomes: State, why: str) -> Ordered:
        """With what the person ordered written into the event, where it stands and can still be written."""
        stands, draft = self.observed.get(self.slot), _held(there.draft, becomes)
        if stands is None or stands.hands_off or stands.interval.start < self.now:
            return Ordered((Adopt(self.slot, replace(there, draft=draft, state=becomes), why),))
        return Ordered(changes=(Update(self.slot, draft, stands.resource, there.draft, why, becomes),))

    def known_as(self, state: State) -> Written:
        there = self.written.get(self.slot)
        if there is None or there.state is not state:
            raise FixNeeded(f"{self.slot.key} is not {state.value}.")
        return there

    def standing(self) -> Written | None:
        """As it stands in the calendar, if it does."""
        there = self.written.get(self.slot)
        return there if there and there.state in (State.LIVE, State.PINNED) and self.slot in self.observed else None

    def ahead(self, draft: Draft | None) -> Draft:
        if draft is None:
            raise FixNeeded(f'There is no block "{self.slot.key}"; `timeblock plan --explain REQUEST` names them.')
        if draft.interval.start < self.now:
            raise FixNeeded(f"{self.slot.key} has begun already.")
        return draft

    def becomes(self, slot: Slot, state: State) -> State:
        """Twins follow the block, and have no will of their own."""
        if slot == self.slot:
            return state
        return State.LIVE if state is State.PINNED else State.REMOVED


def _held(draft: Draft, state: State) -> Draft:
    """The draft, which says whether the person wants it where it is."""
    others = draft.theirs - {"interval"}
    return replace(draft, theirs=others | {"interval"} if state is State.PINNED else others)
