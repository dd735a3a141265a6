"""Reading calendars and other evidence: each by itself, so that one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from timeblock.config.settings import CalendarSettings
from timeblock.core.interval import Instant
from timeblock.errors import TimeblockError
from timeblock.stages.deps import Deps
from timeblock.stages.values import Named
from timeblock.store import events, traces
from timeblock.sync import offers
from timeblock.sync.evidence import Told
from timeblock.sync.evidence import read as read_source
from timeblock.sync.patience import patiently
from timeblock.sync.pull import Pulled
from timeblock.sync.pull import pull as pull_calendar

T = TypeVar("T")


def all_within(deps: Deps, wanted: Sequence[CalendarSettings], others: Sequence[str], now: Instant, fresh: int) -> bool:
    """Whether each calendar and each source was read within ``fresh`` seconds."""
    known = offers.known(deps.db, wanted)
    read = [events.synced_at(deps.db, known[c.name]) if c.name in known else None for c in wanted]
    read += [traces.known(deps.db, name).read_at for name in others]
    return all(_within(at, now, fresh) for at in read)


def _within(read: Instant | None, now: Instant, fresh: int) -> bool:
    return read is not None and now - fresh < read <= now


def each(
    deps: Deps, wanted: Sequence[tuple[str, str, Callable[[], T | None]]], now: Instant
) -> tuple[Named[T], Named[TimeblockError]]:
    """What was found of each (name, who is asked, how), and the errors of those that failed."""
    found: list[tuple[str, T]] = []
    failed: list[tuple[str, TimeblockError]] = []
    for number, (name, whom, ask) in enumerate(wanted):
        deps.progress(f"reading {name}", number, len(wanted))
        try:
            what = patiently(deps.db, whom, now, ask)
        except TimeblockError as error:
            failed.append((name, error))
        else:
            found += [(name, what)] if what is not None else []
    return tuple(found), tuple(failed)


def calendar(deps: Deps, wanted: CalendarSettings, now: Instant, fresh: int, believe_empty: bool) -> Pulled | None:
    calendar = offers.find(deps.db, wanted, deps.backends).id
    if _within(events.synced_at(deps.db, calendar), now, fresh):
        return None
    backend, where = deps.backends[wanted.account], deps.settings.person.where
    return pull_calendar(deps.db, backend, calendar, where, now, believe_empty=believe_empty)


def source(deps: Deps, name: str, now: Instant, fresh: int) -> Told | None:
    if _within(traces.known(deps.db, name).read_at, now, fresh):
        return None
    return read_source(deps.db, name, deps.evidence[name], now)
