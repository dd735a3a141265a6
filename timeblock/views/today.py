"""The day at a glance: what stands in it, what of the coming time is in danger, and what wants a decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from timeblock.config.settings import Settings
from timeblock.core.classify import Activity
from timeblock.core.diff import State, Written
from timeblock.core.event import Occurrence
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.problem import Kind, Request
from timeblock.core.progress import GoalState
from timeblock.core.words import counted, day, moment, span
from timeblock.stages.values import Seen, Snapshot
from timeblock.stages.writing import blocks_calendar
from timeblock.store.remembered import NoRoom

SOON = 48 * HOUR
"""So far ahead danger is told of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of the day. ``ours``: a block."""

    interval: Interval
    title: str
    ours: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """``entries``: of today, by time. ``danger`` and ``decide``: each in a sentence, nearest first.

    ``bookable``: blocks that are shown as free, so that others may book them.
    """

    now: Instant
    entries: tuple[Entry, ...]
    danger: tuple[str, ...]
    bookable: tuple[str, ...]
    decide: tuple[str, ...]


def today(snapshot: Snapshot, seen: Seen, waiting: int) -> Today:
    """What the last look at the calendars says of the day. ``waiting``: writes that are not done yet."""
    where, now = snapshot.settings.person.where, snapshot.now
    whole = where.day(where.date_of(now))
    blocks = _standing(snapshot, seen)
    events = [
        c for c in seen.classified if c.activity not in (Activity.OURS, Activity.IGNORE) and not c.occurrence.all_day
    ]
    entries = [
        *(Entry(w.draft.interval, w.draft.summary, True, "" if w.draft.busy else "free for now") for w in blocks),
        *(Entry(c.occurrence.interval, c.occurrence.event.summary, False, "" if c.busy else "free") for c in events),
    ]
    inside = sorted((e for e in entries if whole and e.interval.overlaps(whole)), key=lambda e: e.interval)
    soon = [w for w in blocks if w.draft.interval.overlaps(Interval(now, now + SOON))]
    taken = [c.occurrence for c in events if c.busy]
    return Today(
        now,
        entries=tuple(inside),
        danger=tuple(_danger(soon, taken, where)),
        bookable=tuple(_named(block, where) for block in soon if not (block.draft.busy or _over(block, taken))),
        decide=tuple(_decide(snapshot, seen, waiting)),
    )


def _standing(snapshot: Snapshot, seen: Seen) -> list[Written]:
    main = blocks_calendar(snapshot)
    live = (State.LIVE, State.PINNED)
    return sorted(
        (w for w in seen.written if w.slot.calendar == main and w.state in live), key=lambda w: w.draft.interval
    )


def _over(block: Written, taken: Iterable[Occurrence]) -> Occurrence | None:
    """The first event that lies over a block."""
    return next((occurrence for occurrence in taken if occurrence.interval.overlaps(block.draft.interval)), None)


def _named(block: Written, where: Whereabouts) -> str:
    return f"{block.draft.summary} ({moment(block.draft.interval.start, where)})"


def _danger(blocks: Iterable[Written], taken: Sequence[Occurrence], where: Whereabouts) -> Iterator[str]:
    for block in blocks:
        if over := _over(block, taken):
            event = f"{over.event.summary or 'an event'} ({span(over.interval, where)})"
            yield f"{event} lies over {_named(block, where)}"


def without_room(settings: Settings, found: Iterable[NoRoom], now: Instant) -> Iterator[tuple[NoRoom, Request, str]]:
    """The non-negotiables of the coming week that have no room: what asked for them, and when, in words."""
    requests, where = settings.all_requests, settings.person.where
    ahead = Interval(now, now + 7 * 24 * HOUR)
    for missed in found:
        asked = requests.get(missed.key.partition("/")[0])
        if asked and asked.kind is Kind.NON_NEGOTIABLE and missed.period.overlaps(ahead):
            on = day(where.date_of(max(missed.period.start, now)))
            yield missed, asked, f"{'week of ' if asked.per == 'week' else ''}{on}"


def _decide(snapshot: Snapshot, seen: Seen, waiting: int) -> Iterator[str]:
    for missed, asked, when in without_room(snapshot.settings, snapshot.remembered.no_room, snapshot.now):
        yield f"{asked.title} has no room ({when}): {missed.reason}"
    for goal in seen.progress:
        if goal.state in (GoalState.OFF_TRACK, GoalState.AT_RISK):
            yield f'"{goal.goal.name}": {goal.text}'
    if waiting:
        yield f"{counted(waiting, 'change')} not written yet: timeblock status"
