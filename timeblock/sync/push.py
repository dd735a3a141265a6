"""Carrying wishes out: the only place that writes to calendars.

For each wish: note that it is about to leave, and commit that; send one request that the server refuses if things are
not as we believe; note the answer, what stands now and the log entry in one transaction. Where no answer came, or we
died in between, the note makes the next step a look at that very event, and never the same request again unseen.
Whatever the look shows that we did not write is the person's, and wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from timeblock.core.diff import Create, Delete, Observed, Slot, State, Update, Written, has_begun, judge, same
from timeblock.core.event import Decoded, Draft, Resource, Series, block_uid, is_ours
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.recurrence import expand
from timeblock.errors import Conflict, Forbidden, Gone, Incomplete, TimeblockError, TryLater, Unsure
from timeblock.store import events, history, outbox
from timeblock.store.database import Database
from timeblock.store.drafts import Writing
from timeblock.store.history import Action, Entry
from timeblock.store.outbox import Wish
from timeblock.sync.backend import Backend
from timeblock.sync.retry import again

Progress: TypeAlias = Callable[[str, int, int], None]
Became: TypeAlias = Literal["done", "not done", "something else"]

ROUNDS = 4
"""Requests that one wish may lead to in one go: resent once, or the next generation tried where an id is taken."""

REACH = 400 * 86_400
"""Seconds around now in which a block is looked for."""

ORDER = (Delete, Update, Create)
"""Make room first."""


@dataclass(frozen=True)
class Pushed:
    """What was done; the wishes that remain, each with its ``problem``; errors that stopped a whole account."""

    done: tuple[Entry, ...] = ()
    held: tuple[Wish, ...] = ()
    errors: Mapping[str, TimeblockError] = field(default_factory=dict)


def push(
    db: Database,
    backends: Mapping[str, Backend],
    identity: str,
    where: Whereabouts,
    now: Instant,
    progress: Progress = lambda what, done, total: None,
) -> Pushed:
    """Carry out what is due. An account that fails as a whole is left for later; the others go on."""
    done: list[Entry] = []
    errors: dict[str, TimeblockError] = {a: TryLater(why, at) for a, (at, why) in outbox.waiting(db, now).items()}
    wishes = sorted(outbox.due(db, now), key=_order)
    for number, wish in enumerate(wishes):
        progress("writing", number, len(wishes))
        account = wish.slot.calendar.account
        if account in errors or account not in backends:
            continue
        try:
            _Desk(db, backends[account], identity, where, now, done).see_to(wish)
        except TimeblockError as error:
            errors[account] = error
            if isinstance(error, TryLater):
                outbox.wait(db, account, again(error, wish.attempts, now) or now, str(error))
    return Pushed(tuple(done), outbox.pending(db), errors)


def _order(wish: Wish) -> tuple[int, Instant, Slot]:
    """What is only to be looked after comes first, then :data:`ORDER`, each by time."""
    change = wish.change or wish.sent
    if change is None:
        return (-1, 0, wish.slot)
    draft = change.before if isinstance(change, Delete) else change.draft
    return (-1 if wish.change is None else ORDER.index(type(change)), draft.interval.start, wish.slot)


@dataclass(frozen=True)
class _Found:
    """What stands under an href. ``observed`` None: it is not ours."""

    resource: Resource
    decoded: Decoded
    observed: Observed | None


@dataclass(frozen=True)
class _Desk:
    """Where wishes of one account are seen to."""

    db: Database
    backend: Backend
    identity: str
    where: Whereabouts
    now: Instant
    done: list[Entry]

    def see_to(self, wish: Wish) -> None:
        """Until it is done, dropped or put off. Raises what stops the whole account."""
        todo: Wish | None = wish
        for _ in range(ROUNDS):
            if todo is None:
                return
            try:
                todo = self.look_after(todo) if todo.sent else self.send(todo)
            except (Conflict, Forbidden, Gone, Incomplete, Unsure) as error:
                self.put_off(wish.slot, error)
                return
        if todo is not None:
            self.put_off(wish.slot, Unsure("it is still not known whether the calendar took it"))

    # ---- sending ---------------------------------------------------------------------------------------------------

    def send(self, wish: Wish) -> Wish | None:
        """One request. Gives the wish that is still to be seen to, if any."""
        change = wish.change
        if change is None or self.moot(change):
            outbox.settle(self.db, wish.slot)
            return None
        sending = outbox.mark_unsure(self.db, wish)
        try:
            resource = self.request(change)
        except Unsure:
            return sending
        except Conflict as conflict:
            return self.refused(sending, conflict)
        except Gone:
            self.vanished(sending, change)
            return None
        except TimeblockError as error:
            counts = isinstance(error, Forbidden | Incomplete)
            outbox.save_wish(self.db, replace(sending if counts else wish, sent=None))
            raise
        found = self.read_as(resource) if resource else None
        with self.db.transaction():
            self.record_done(wish.run, change, found)
            outbox.settle(self.db, wish.slot)
        return None

    def request(self, change: Writing) -> Resource | None:
        match change:
            case Create():
                return self.backend.create(change.slot.calendar, change.draft)
            case Update():
                return self.backend.update(change.base, change.draft)
            case Delete():
                self.backend.delete(change.base)
                return None

    def moot(self, change: Writing) -> bool:
        """Whether it must not, or need not, be done any more: it is past, it stands already, it is not ours."""
        if isinstance(change, Create):
            there = outbox.stored(self.db, change.slot)
            stands = there is not None and there.state in (State.LIVE, State.PINNED)
            return stands or change.draft.interval.end <= self.now
        base = self.read_as(change.base)
        ours = base.observed is not None and base.observed.slot == change.slot and not base.observed.hands_off
        return not ours or has_begun(change.before, self.now)

    def refused(self, wish: Wish, conflict: Conflict) -> Wish | None:
        """The server has something else there than we believed: look, and let the person win."""
        found = self.look(wish)
        if isinstance(wish.change, Create) and (found is None or found.observed is None):
            return self.next_generation(wish, wish.change, found)
        if wish.change and _became(wish.change, found) == "not done":
            outbox.save_wish(self.db, replace(wish, sent=None))
            raise conflict
        return self.settled(wish, found)

    def vanished(self, wish: Wish, change: Writing) -> None:
        """It is gone. What we wanted to delete is done; of the rest the next full reading says what it means."""
        if isinstance(change, Create):
            outbox.save_wish(self.db, replace(wish, sent=None))
            raise Gone(f"the calendar {change.slot.calendar} is not there any more")
        with self.db.transaction():
            if isinstance(change, Delete):
                self.record_done(wish.run, change, None)
            else:
                events.drop_resource(self.db, change.slot.calendar, change.base.href)
            outbox.settle(self.db, wish.slot)

    def next_generation(self, wish: Wish, change: Create, found: _Found | None) -> Wish:
        """The id is taken by something else, or burnt: the block gets another."""
        generation = change.draft.generation + 1
        uid = block_uid(self.identity, change.slot.calendar, change.slot.key, generation)
        other = replace(change, draft=replace(change.draft, uid=uid, generation=generation))
        next_wish = replace(wish, change=other, sent=None)
        with self.db.transaction():
            if found:
                events.put_resource(self.db, found.resource, found.decoded, self.where)
            outbox.save_wish(self.db, next_wish)
        return next_wish

    # ---- looking ---------------------------------------------------------------------------------------------------

    def look_after(self, wish: Wish) -> Wish | None:
        """Find out what became of what was sent; then see whether the wish still stands."""
        return self.settled(wish, self.look(wish))

    def settled(self, wish: Wish, found: _Found | None) -> Wish | None:
        """All that ``found`` tells about what was sent, noted. Gives the wish if it is still to be carried out."""
        sent, change = wish.sent, wish.change
        assert sent is not None
        with self.db.transaction():
            match _became(sent, found):
                case "done":
                    self.record_done(wish.run, sent, found)
                case "something else":
                    self.believe(wish.run, sent, found)
                case "not done":
                    pass
            if change and _holds(change, found):
                left = replace(wish, sent=None)
                outbox.save_wish(self.db, left)
                return left
            if found and not found.observed and isinstance(change, Create):
                return self.next_generation(wish, change, found)
            outbox.settle(self.db, wish.slot)
            return None

    def look(self, wish: Wish) -> _Found | None:
        """What stands where ``sent`` went."""
        sent = wish.sent
        assert sent is not None
        calendar = sent.slot.calendar
        try:
            if isinstance(sent, Create):
                return self.read_as(self.backend.find(calendar, sent.draft.uid))
            return self.read_as(self.backend.read(calendar, sent.base.href))
        except Gone:
            return None

    def read_as(self, resource: Resource) -> _Found:
        decoded = self.backend.codec.decode(resource)
        ours = (o for series in decoded.series if (o := self.observed(resource, series)))
        return _Found(resource, decoded, next(ours, None))

    def observed(self, resource: Resource, series: Series) -> Observed | None:
        event = series.master.event if series.master else None
        if event is None or event.mark is None or not is_ours(self.identity, event):
            return None
        occurrences = expand(series, Interval(self.now - REACH, self.now + REACH), self.where).occurrences
        if not occurrences:
            return None
        return Observed(
            slot=Slot(resource.calendar, event.mark.key),
            mark=event.mark,
            resource=resource,
            interval=occurrences[0].interval,
            summary=event.summary,
            busy=not event.transparent,
            hands_off=event.recurring or bool(event.attendees),
            done=event.done,
        )

    # ---- noting ----------------------------------------------------------------------------------------------------

    def record_done(self, run: str, change: Writing, found: _Found | None) -> None:
        """It is as we wanted it: what stands, the picture of the calendar, the log."""
        before, after = _sides(change)
        draft = after or before
        assert draft is not None
        if found and after:
            resource = found.resource
            events.put_resource(self.db, resource, found.decoded, self.where)
        else:
            assert isinstance(change, Delete)
            resource = change.base
            events.drop_resource(self.db, change.slot.calendar, resource.href)
        if not (isinstance(change, Delete) and change.becomes is State.LIVE):
            written = Written(change.slot, draft, resource.href, resource.version, change.becomes)
            outbox.save_written(self.db, written)
        self.note(run, Entry(self.now, change.slot, _action(change), before, after, change.why))

    def believe(self, run: str, change: Writing, found: _Found | None) -> None:
        """What stands is not what we sent: the picture follows, and the person's version is adopted."""
        if found is None:
            href = "" if isinstance(change, Create) else change.base.href
            events.drop_resource(self.db, change.slot.calendar, href)
            return
        events.put_resource(self.db, found.resource, found.decoded, self.where)
        there = outbox.stored(self.db, change.slot)
        if found.observed and (edit := judge(found.observed, there, self.identity)):
            outbox.save_written(self.db, edit.written)
            self.note(run, history.entry_of(edit, self.now))

    def put_off(self, slot: Slot, error: TimeblockError) -> None:
        """Later, or never by itself where it failed too often."""
        wish = outbox.wish_for(self.db, slot)
        if wish is None:
            return
        due_at = again(error, wish.attempts, self.now)
        if due_at is not None:
            outbox.postpone(self.db, wish, due_at, str(error))
            return
        with self.db.transaction():
            outbox.hold(self.db, wish, str(error))
            before, after = _sides(wish.change or wish.sent)
            self.note(wish.run, Entry(self.now, slot, Action.FAILED, before, after, str(error)))

    def note(self, run: str, entry: Entry) -> None:
        history.record(self.db, run, entry)
        self.done.append(entry)


def _became(sent: Writing, found: _Found | None) -> Became:
    """What the event that stands says about the change that was sent."""
    observed = found.observed if found else None
    match sent:
        case Create(draft=draft) | Update(draft=draft) if observed and _is(observed, draft):
            return "done"
        case Create():
            return "something else" if found else "not done"
        case Delete() if found is None:
            return "done"
        case Update() | Delete():
            return "not done" if _holds(sent, found) else "something else"


def _is(observed: Observed, draft: Draft) -> bool:
    return same(observed, draft) and observed.mark == draft.mark


def _holds(change: Writing, found: _Found | None) -> bool:
    """Whether what stands is what the change was made for, so that it may be sent."""
    if isinstance(change, Create):
        return found is None
    observed = found.observed if found else None
    return observed is not None and observed.resource.version == change.base.version and same(observed, change.before)


def _sides(change: Writing | None) -> tuple[Draft | None, Draft | None]:
    """Before and after."""
    match change:
        case Create():
            return None, change.draft
        case Update():
            return change.before, change.draft
        case Delete():
            return change.before, None
        case None:
            return None, None


def _action(change: Writing) -> Action:
    match change:
        case Create():
            return Action.CREATED
        case Update():
            return Action.UPDATED
        case Delete():
            return Action.DELETED
