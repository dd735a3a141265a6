"""What should be true of each block, until it is; and what we believe stands (*written*).

A wish is not a command in a queue: a newer one for the same block takes its place. Only what has left and was not
answered is kept beside it (``sent``) until somebody has looked what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from timeblock.core.diff import Create, Delete, Slot, State, Update, Written
from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant
from timeblock.store.database import Database, Row
from timeblock.store.drafts import Writing, change_of, change_text, draft_of, draft_text

WishState: TypeAlias = Literal["pending", "unsure", "held"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a block. ``change`` None: nothing more than to find out what became of ``sent``.

    ``sent`` is what left without an answer that can be believed. ``attempts`` counts requests; ``due_at`` is the
    earliest moment for the next. ``held``: given up until something changes; ``problem`` says why it is not done.
    """

    slot: Slot
    change: Writing | None
    run: str
    due_at: Instant
    sent: Writing | None = None
    held: bool = False
    attempts: int = 0
    problem: str = ""

    @property
    def state(self) -> WishState:
        return "held" if self.held else "unsure" if self.sent else "pending"

    @property
    def ordered(self) -> bool:
        """Whether the person wants it (pin, skip, undo): then no plan may withdraw it."""
        if self.change is None or self.held:
            return False
        unpins = isinstance(self.change, Update) and "interval" in self.change.before.theirs - self.change.draft.theirs
        return unpins or self.change.becomes in (State.PINNED, State.SKIPPED)


# ---- what stands ---------------------------------------------------------------------------------------------------


def written(db: Database) -> tuple[Written, ...]:
    """What we believe stands.

    What left unanswered (creates and deletes) and what the person ordered counts as done, and is marked as unsure.
    """
    known = {w.slot: w for w in map(_written, db.rows("written"))}
    for wish in pending(db):
        left = wish.change if wish.ordered else wish.sent
        if left and (unsure := _as_if_done(left, known.get(wish.slot), wish.ordered)):
            known[wish.slot] = unsure
    return tuple(known.values())


def stored(db: Database, slot: Slot) -> Written | None:
    """What we know for certain of one block."""
    row = db.row("written_at", **_of(slot))
    return _written(row) if row else None


def save_written(db: Database, written: Written) -> None:
    db.run(
        "save_written",
        **_of(written.slot),
        draft=draft_text(written.draft),
        href=written.href,
        version=written.version,
        state=written.state.value,
    )


def _as_if_done(left: Writing, known: Written | None, ordered: bool) -> Written | None:
    match left:
        case Create():
            return Written(left.slot, left.draft, "", "", left.becomes, unsure=True)
        case Update() if known and ordered:
            return replace(known, draft=left.draft, state=left.becomes, unsure=True)
        case Delete() if known and left.becomes is not State.LIVE:
            return replace(known, state=left.becomes, unsure=True)
        case _:
            return known


# ---- what should ---------------------------------------------------------------------------------------------------


def pending(db: Database) -> tuple[Wish, ...]:
    """Every wish, by slot."""
    return tuple(_wish(row) for row in db.rows("wishes"))


def wish_for(db: Database, slot: Slot) -> Wish | None:
    """What is wished for one block."""
    row = db.row("wish_at", **_of(slot))
    return _wish(row) if row else None


def due(db: Database, now: Instant) -> tuple[Wish, ...]:
    """What may be done now."""
    return tuple(wish for wish in pending(db) if wish.due_at <= now and not wish.held)


def put(db: Database, run: str, change: Writing, now: Instant) -> None:
    """Wish for ``change``, in place of whatever was wished for its block.

    A wish for the same again keeps its run, attempts and due time, so that nothing is hammered at.
    """
    old = wish_for(db, change.slot)
    if old and not is_news(old, change):
        save_wish(db, replace(old, change=change))
    else:
        save_wish(db, Wish(change.slot, change, run, now, old.sent if old else None))


def is_news(old: Wish | None, change: Writing) -> bool:
    """Whether ``change`` wants something else than ``old`` did."""
    return old is None or old.change is None or _aim(old.change) != _aim(change)


def withdraw(db: Database, slots: Iterable[Slot]) -> None:
    """Wish for nothing more; what has left unanswered is still to be looked after."""
    for slot in slots:
        wish = wish_for(db, slot)
        if wish and wish.sent:
            save_wish(db, replace(wish, change=None))
        else:
            settle(db, slot)


def mark_unsure(db: Database, wish: Wish) -> Wish:
    """Note that the wish's change is about to leave. From here on only a look at the calendar can tell."""
    sending = replace(wish, sent=wish.change, attempts=wish.attempts + 1)
    save_wish(db, sending)
    return sending


def postpone(db: Database, wish: Wish, due_at: Instant, why: str) -> None:
    """Not before ``due_at``."""
    save_wish(db, replace(wish, due_at=due_at, problem=why))


def hold(db: Database, wish: Wish, why: str) -> None:
    """Give up until the plan wants something else there, or :func:`try_again`."""
    save_wish(db, replace(wish, held=True, problem=why))


def settle(db: Database, slot: Slot) -> None:
    """It is so: the wish is gone."""
    db.run("settle", **_of(slot))


def try_again(db: Database) -> int:
    """What failed or was given up is due at once; how many. Accounts that asked us to wait are still waited for."""
    return db.run("try_again")


# ---- accounts that asked us to wait --------------------------------------------------------------------------------


def wait(db: Database, account: str, until: Instant, why: str) -> None:
    """Ask nothing of ``account`` before ``until``."""
    db.run("wait_for", account=account, until=until, problem=why)


def waiting(db: Database, now: Instant) -> dict[str, tuple[Instant, str]]:
    """Accounts that are not to be asked yet: until when, and why."""
    return {account: (until, why) for account, until, why in db.rows("waiting") if until > now}


def _aim(change: Writing) -> tuple[str, str, str]:
    """What a change comes to, whatever it is based on."""
    if isinstance(change, Delete):
        return ("delete", change.before.uid, change.becomes)
    return (type(change).__name__, change.draft.uid, change.draft.fingerprint)


def save_wish(db: Database, wish: Wish) -> None:
    """The wish as it is now."""
    db.run(
        "save_wish",
        **_of(wish.slot),
        wish=change_text(wish.change),
        sent=change_text(wish.sent),
        held=int(wish.held),
        attempts=wish.attempts,
        due_at=wish.due_at,
        problem=wish.problem,
        run=int(wish.run),
    )


def _wish(row: Row) -> Wish:
    account, path, key, wish, sent, held, attempts, problem, run, due_at = row
    slot = Slot(CalendarId(account, path), key)
    change, left = change_of(slot, wish), change_of(slot, sent)
    return Wish(slot, change, str(run), due_at, left, bool(held), attempts, problem)


def _written(row: Row) -> Written:
    account, path, key, draft, href, version, state = row
    made = draft_of(draft)
    assert made is not None
    slot = Slot(CalendarId(account, path), key)
    return Written(slot, made, href, version, State(state))


def _of(slot: Slot) -> dict[str, str]:
    return {"account": slot.calendar.account, "calendar": slot.calendar.path, "block_key": slot.key}
