"""How each account is: its calendars, when they were read, the right to write, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timeblock.core.interval import Instant
from timeblock.daemon.health import Health
from timeblock.stages.deps import Deps
from timeblock.store import events, outbox
from timeblock.sync import offers

ROLES = {
    "read": "counted",
    "blocks": "blocks go here",
    "busy-twin": "untitled Busy goes here",
    "milestones": "milestones go here",
}
"""What a calendar is used for, in words."""


@dataclass(frozen=True, slots=True)
class CalendarState:
    """A calendar in use. ``writable`` None: its account was never asked; ``read_at`` None: it was never read."""

    name: str
    role: str
    writable: bool | None
    read_at: Instant | None


@dataclass(frozen=True, slots=True)
class AccountState:
    """``problem``: what is wrong and what to do, "" for nothing; ``to_mend``: it stays until the person does something.

    ``asked_at``: not to be asked before, None where it may be.
    """

    name: str
    type: str
    problem: str
    to_mend: bool
    asked_at: Instant | None
    calendars: tuple[CalendarState, ...]


def accounts_of(deps: Deps, now: Instant, daemon: Health | None) -> tuple[AccountState, ...]:
    """From the store, and what the daemon says; nothing is asked of any account."""
    waits, told = outbox.waiting(deps.db, now), daemon if daemon and daemon.alive else None
    problems, to_mend = (told.problems, told.to_mend) if told else ({}, ())
    found = []
    for account in deps.settings.accounts:
        name = account.name
        until, why = waits.get(name, (None, ""))
        calendars = tuple(_calendars(deps, name))
        found.append(AccountState(name, account.type, problems.get(name, why), name in to_mend, until, calendars))
    return tuple(found)


def _calendars(deps: Deps, account: str) -> Iterator[CalendarState]:
    offered = events.offered(deps.db)
    for used in deps.settings.calendars:
        if used.account == account:
            info = offers.match(used, offered)
            read_at = events.synced_at(deps.db, info.id) if info else None
            yield CalendarState(used.name, used.role, info.writable if info else None, read_at)
