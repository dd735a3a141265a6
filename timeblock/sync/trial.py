"""A trial of a calendar that is written to: something is written, read back, changed and deleted; nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from timeblock.core.event import CalendarId, Draft, Mark, Resource, block_uid
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.errors import Conflict, TimeblockError
from timeblock.sync.backend import Backend

TITLE = "timeblock doctor"
DAY = 24 * HOUR
AHEAD = 300 * DAY
"""So far ahead that it is in nobody's way, and near enough that no server finds it odd."""


def scratch(identity: str, calendar: CalendarId, now: Instant, *, task: bool = False) -> Draft:
    """A quarter of an hour, free and private, or a ``task`` of a day, with a mark: were it left behind, the next run
    would know it as ours."""
    uid = block_uid(identity, calendar, "doctor", now)
    start = (now + AHEAD) // DAY * DAY
    when = Interval(start, start + (DAY if task else HOUR // 4))
    return Draft(uid, "doctor", now, when, "UTC", TITLE, busy=task, private=True, done=0 if task else None)


def try_writing(backend: Backend, calendar: CalendarId, draft: Draft) -> tuple[str, ...]:
    """What is not as it must be, in words. Raises what ``create`` raises; then nothing was written."""
    first = backend.create(calendar, draft)
    wrong: list[str] = []
    latest = first
    try:
        wrong += _not_as_written(backend, first, draft.mark)
        changed = replace(draft, interval=Interval(draft.interval.start + DAY, draft.interval.end + DAY))
        latest = backend.update(backend.read(calendar, first.href), changed)
        wrong += _taken_though_outdated(backend, first, draft)
    except TimeblockError as error:
        wrong.append(f"it was written, then: {error}")
    return (*wrong, *_not_removed(backend, latest))


def _not_as_written(backend: Backend, written: Resource, mark: Mark) -> Iterator[str]:
    found = backend.codec.decode(backend.read(written.calendar, written.href))
    if [series.master and series.master.event.mark for series in found.series] != [mark]:
        yield "what was written does not come back as it was"


def _taken_though_outdated(backend: Backend, outdated: Resource, draft: Draft) -> Iterator[str]:
    """A change to a version that is no more must be refused (RFC 9110, 13.1.1)."""
    try:
        backend.update(outdated, draft)
    except Conflict:
        return
    yield "a change to an outdated version was taken: what you change at that very moment could be lost"


def _not_removed(backend: Backend, latest: Resource) -> Iterator[str]:
    """Deleted as it stands now: it is our scratch event, whatever became of it."""
    try:
        backend.delete(backend.read(latest.calendar, latest.href))
    except TimeblockError as error:
        yield f'the scratch event "{TITLE}" could not be deleted ({error}); please delete it'
