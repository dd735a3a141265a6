"""What calendars hold, as last read: resources to the letter, and their occurrences ready to be asked for a span.

Reading needs no codec and no recurrence rules; that is done once, when a resource is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeAlias

from timeblock.core.diff import Observed, Slot, together
from timeblock.core.event import (
    CalendarId,
    CalendarInfo,
    Decoded,
    Event,
    EventKey,
    Occurrence,
    Resource,
    SetAside,
    Status,
    block_uid,
    is_ours,
    recurrence_id,
)
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store import facts
from timeblock.store.database import Database, Row
from timeblock.store.occurrences import LASTING, RUN, basis, replace_resources

Decode: TypeAlias = Callable[[Resource], Decoded | None]
"""By the codec of the account that the resource is from; None where that account is in use no more."""

DAY = 86_400
BACK = 400 * DAY
AHEAD = 400 * DAY
"""The first horizon around ``now``, and how far beyond what is asked it grows: so that it grows but now and then."""

CHUNK = 1_000
"""Resources that are expanded and stored at a time, to bound memory."""


# ---- calendars -----------------------------------------------------------------------------------------------------


def offered(db: Database) -> tuple[CalendarInfo, ...]:
    """Every calendar that the accounts offered when last asked."""
    rows = db.rows("offered")
    return tuple(CalendarInfo(CalendarId(account, path), name, *map(bool, may)) for account, path, name, *may in rows)


def save_offered(db: Database, account: str, calendars: Iterable[CalendarInfo]) -> None:
    """What ``account`` offers now, in place of what it offered before."""
    with db.transaction():
        db.run("forget_offered", account=account)
        db.many("add_offered", (_offer(c) for c in calendars))


def _offer(of: CalendarInfo) -> dict[str, object]:
    may = {"writable": of.writable, "events": of.events, "tasks": of.tasks}
    return {**_of(of.id), "name": of.name} | {name: int(value) for name, value in may.items()}


def cursor(db: Database, calendar: CalendarId) -> str | None:
    """Where to go on reading; None for a calendar that was never read to its end."""
    row = db.row("synced", **_of(calendar))
    return row[0] if row else None


def synced_at(db: Database, calendar: CalendarId) -> Instant | None:
    """When the calendar was last read to its end."""
    row = db.row("synced", **_of(calendar))
    return row[1] if row else None


def forget_calendar(db: Database, calendar: CalendarId) -> None:
    """Drop all that was read of it; nothing outside is touched."""
    with db.transaction():
        db.run("forget_resources", **_of(calendar))
        db.run("forget_synced", **_of(calendar))


# ---- resources -----------------------------------------------------------------------------------------------------


def known_versions(db: Database, calendar: CalendarId) -> dict[str, str]:
    """Version by href of all that is stored of a calendar."""
    return dict(db.rows("known_versions", **_of(calendar)))


def resource(db: Database, calendar: CalendarId, href: str) -> Resource | None:
    row = db.row("resource", **_of(calendar), href=href)
    return Resource(calendar, href, row[0], row[1]) if row else None


def save_changes(
    db: Database,
    calendar: CalendarId,
    changed: Iterable[tuple[Resource, Decoded]],
    removed: Sequence[str],
    cursor: str,
    now: Instant,
    where: Whereabouts,
) -> tuple[SetAside, ...]:
    """A calendar read to its end: what changed, what is gone and where to go on, all or nothing.

    Returns what was set aside of the changed ones, which are taken as they are stored: they may be made on the way.
    """
    with db.transaction():
        window = _horizon(db) or _first_horizon(db, now, where)
        db.bulk("delete_resource", ((db.owner, calendar.account, calendar.path, href) for href in removed))
        aside: tuple[SetAside, ...] = ()
        rest = iter(changed)
        while chunk := list(islice(rest, CHUNK)):
            aside += replace_resources(db, chunk, window, where)
        db.run("save_synced", **_of(calendar), cursor=cursor, synced_at=now)
    return aside


def put_resource(db: Database, resource: Resource, decoded: Decoded, where: Whereabouts) -> None:
    """One resource as it is now known to be; for a writer that just wrote it."""
    with db.transaction():
        replace_resources(db, [(resource, decoded)], _horizon(db), where)


def drop_resource(db: Database, calendar: CalendarId, href: str) -> None:
    db.bulk("delete_resource", [(db.owner, calendar.account, calendar.path, href)])


def set_aside(db: Database) -> tuple[SetAside, ...]:
    """All that could not be read or expanded, of every calendar."""
    rows = db.rows("set_aside")
    return tuple(SetAside(CalendarId(account, path), href, uid, why) for account, path, href, uid, why in rows)


# ---- occurrences ---------------------------------------------------------------------------------------------------


def occurrences(db: Database, span: Interval, calendars: Collection[CalendarId]) -> tuple[Occurrence, ...]:
    """All events that share time with ``span``, by start; no tasks. The horizon must reach that far
    (:func:`ensure_horizon`)."""
    wanted = {(c.account, c.path): c for c in calendars}
    since, begun = span.start - LASTING - 1, span.start - LASTING - RUN - 1
    rows = db.rows("occurrences", lo=span.start, hi=span.end, since=since, begun=begun)
    events: dict[int, Event] = {}
    found: list[tuple[Instant, Instant, int, Instant, Occurrence]] = []
    for first, last, number, due, all_day, times, step, account, path, href, uid, said in rows:
        if calendar := wanted.get((account, path)):
            event = events.get(number) or facts.event(EventKey(calendar, href, uid), said)
            events[number] = event
            for n in _touching(span, first, last, times, step) if event.done is None else ():
                one = Interval(first + n * step, last - (times - 1 - n) * step)
                named = event if due is None else replace(event, recurrence_id=recurrence_id(due + n * step))
                found.append((one.start, one.end, number, due or 0, Occurrence(one, named, bool(all_day))))
    return tuple(o for *_, o in sorted(found, key=itemgetter(0, 1, 2, 3)))


def _touching(span: Interval, first: Instant, last: Instant, times: int, step: int) -> range:
    """Which of a run share time with ``span``; of one that does."""
    if times == 1:
        return range(1)
    length = last - first - (times - 1) * step
    return range(max(0, (span.start - first - length) // step + 1), min(times, -((first - span.end) // step)))


def marked(db: Database, identity: str) -> tuple[Observed, ...]:
    """The events of ours that calendars hold; a copy that someone made of one is not ours.

    Where a server keeps the same UID twice, the one whose file is named after it stands for both.
    """
    ours = [o for row in db.rows("marked") if (o := _observed(row, identity))]
    ours.sort(key=lambda o: (o.slot, o.mark.generation, _uid(identity, o) not in o.resource.href))
    once = (next(same) for _, same in groupby(ours, key=lambda o: (o.slot, o.mark.generation)))
    return tuple(together(generations) for _, generations in groupby(once, key=lambda o: o.slot))


def _uid(identity: str, observed: Observed) -> str:
    return block_uid(identity, observed.slot.calendar, observed.mark.key, observed.mark.generation)


def _observed(row: Row, identity: str) -> Observed | None:
    account, path, href, uid, said, version, body, start, end = row
    calendar = CalendarId(account, path)
    event = facts.event(EventKey(calendar, href, uid), said)
    if event.mark is None or event.status is Status.CANCELLED or not is_ours(identity, event):
        return None
    return Observed(
        slot=Slot(calendar, event.mark.key),
        mark=event.mark,
        resource=Resource(calendar, href, version, body),
        interval=Interval(start, end),
        summary=event.summary,
        busy=not event.transparent,
        hands_off=event.recurring or bool(event.attendees),
        done=event.done,
    )


# ---- horizon -------------------------------------------------------------------------------------------------------


def ensure_horizon(db: Database, span: Interval, where: Whereabouts, decode: Decode) -> None:
    """See to it that ``span`` is expanded, by today's zone data and ``where``. One SELECT where it is already.

    A calendar that cannot be decoded any more is forgotten; should it come back, it is read anew.
    """
    row = db.row("horizon")
    stored = Interval(row[0], row[1]) if row else None
    anew = row is None or row[2] != basis(where)
    if not anew and stored and stored.covers(span):
        return
    with db.transaction():
        window = _grown(stored or span, span)
        resources = [_resource(row) for row in db.rows("resources", recurs=int(not anew))]
        for start in range(0, len(resources), CHUNK):
            replace_resources(db, _decoded(db, resources[start : start + CHUNK], decode), window, where)
        _save_horizon(db, window, where)


def _decoded(db: Database, resources: Iterable[Resource], decode: Decode) -> Iterator[tuple[Resource, Decoded]]:
    for resource in resources:
        decoded = decode(resource)
        if decoded is None:
            forget_calendar(db, resource.calendar)
        else:
            yield resource, decoded


def _resource(row: Row) -> Resource:
    account, path, href, version, body = row
    return Resource(CalendarId(account, path), href, version, body)


def _grown(stored: Interval, span: Interval) -> Interval:
    """The union, and beyond it on each side where ``span`` reaches the end of what is stored."""
    start = stored.start if stored.start < span.start else span.start - BACK
    end = stored.end if stored.end > span.end else span.end + AHEAD
    return Interval(start, end)


def _first_horizon(db: Database, now: Instant, where: Whereabouts) -> Interval:
    window = Interval(now - BACK, now + AHEAD)
    _save_horizon(db, window, where)
    return window


def _save_horizon(db: Database, window: Interval, where: Whereabouts) -> None:
    db.run("save_horizon", start_at=window.start, end_at=window.end, basis=basis(where))


def _horizon(db: Database) -> Interval | None:
    row = db.row("horizon")
    return Interval(row[0], row[1]) if row else None


def _of(calendar: CalendarId) -> dict[str, str]:
    return {"account": calendar.account, "calendar": calendar.path}
