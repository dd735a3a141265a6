"""Which calendar of an account the config means: by name or path, among those that the account offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from timeblock.config.settings import CalendarSettings
from timeblock.core.event import CalendarId, CalendarInfo
from timeblock.errors import FixNeeded
from timeblock.store import events
from timeblock.store.database import Database

if TYPE_CHECKING:
    from timeblock.sync.backend import Backend


def ask(db: Database, account: str, backend: Backend) -> Sequence[CalendarInfo]:
    """What ``account`` offers now; kept, so that it need not be asked again."""
    offered = backend.calendars()
    events.save_offered(db, account, offered)
    return offered


def match(wanted: CalendarSettings, offered: Iterable[CalendarInfo]) -> CalendarInfo | None:
    """The path decides, then the name to the letter, then the name whatever its case."""
    there = [info for info in offered if info.id.account == wanted.account]
    name = wanted.match.casefold()
    return (
        next((info for info in there if info.id.path == wanted.match), None)
        or next((info for info in there if info.name == wanted.match), None)
        or next((info for info in there if info.name.casefold() == name), None)
    )


def find(db: Database, wanted: CalendarSettings, backends: Mapping[str, Backend]) -> CalendarInfo:
    """The calendar that ``wanted`` means; the account is asked only where that is not known. Raises ``FixNeeded``."""
    if known := match(wanted, events.offered(db)):
        return known
    offered = ask(db, wanted.account, backends[wanted.account])
    if found := match(wanted, offered):
        return found
    names = ", ".join(sorted(f'"{info.name}"' for info in offered)) or "none at all"
    raise FixNeeded(
        f'the account "{wanted.account}" offers no calendar "{wanted.match}", only: {names}. '
        'Set match = "…" to one of them.'
    )


def known(db: Database, wanted: Iterable[CalendarSettings]) -> Mapping[str, CalendarId]:
    """Name in the config → calendar, for those that were read to their end at least once."""
    offered = events.offered(db)
    found = {w.name: info.id for w in wanted if (info := match(w, offered))}
    return {name: calendar for name, calendar in found.items() if events.synced_at(db, calendar) is not None}


def names(db: Database, wanted: Iterable[CalendarSettings]) -> Mapping[CalendarId, str]:
    """What the config calls each calendar that was read."""
    return {calendar: name for name, calendar in known(db, wanted).items()}
