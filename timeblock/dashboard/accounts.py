"""Accounts and health: what was read when and what is wrong, the daemon, what waits, where data lies, feeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from timeblock import feed_keys
from timeblock.config.places import state_dir
from timeblock.core.interval import Instant
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import ago, counted, day, moment
from timeblock.daemon.health import Health
from timeblock.dashboard.visit import Done, Shown, Visit
from timeblock.feed_keys import FEEDS, TELLS, Feed
from timeblock.store.outbox import Wish
from timeblock.views.accounts import ROLES, AccountState, CalendarState, accounts_of
from timeblock.views.data import Piece, pieces
from timeblock.views.status import EvidenceReading, status_of


@dataclass(frozen=True)
class Account:
    """An account in words. ``problem``: its lines, "" for none; ``calendars``: name, use, right to write, last read."""

    name: str
    type: str
    state: str
    good: bool
    problem: str
    calendars: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class AccountsPage:
    """``daemon`` and ``health``: how it is, in sentences and in a word; ``waiting``: block, calendar, when and why.

    ``evidence``: name, type, times, since, read. ``feeds``: name, what it tells, its path.
    """

    accounts: tuple[Account, ...]
    evidence: tuple[tuple[str, str, int, str, str], ...]
    daemon: tuple[str, ...]
    health: str
    waiting: tuple[tuple[str, str, str, str], ...]
    last: str
    set_aside: str
    data: tuple[Piece, ...]
    feeds: tuple[tuple[Feed, str, str], ...]


def show(visit: Visit) -> Shown:
    """From the store and the daemon's own words; nothing is asked of any account."""
    now, settings = visit.now, visit.deps.settings
    where, found = settings.person.where, status_of(visit.deps, now, visit.environ)
    keys = feed_keys.read(_feeds(visit))
    page = AccountsPage(
        accounts=tuple(_account(a, now, where) for a in accounts_of(visit.deps, now, found.daemon)),
        evidence=tuple(_evidence(e, now, where) for e in found.evidence),
        daemon=_daemon(found.daemon, now, where),
        health=_health(found.daemon),
        waiting=tuple(_waiting(wish, where) for wish in found.waiting),
        last=f"{found.last.id} ({found.last.kind}), {ago(found.last.started_at, now)}" if found.last else "",
        set_aside=counted(found.set_aside, "event") if found.set_aside else "",
        data=pieces(settings, visit.environ),
        feeds=tuple((feed, TELLS[feed], feed_keys.place(feed, secret)) for feed, secret in keys.items()),
    )
    return Shown("Accounts and health", "accounts.html.j2", page)


def rotate(visit: Visit) -> Done:
    """New addresses, of one feed or of all."""
    wanted = [feed for feed in FEEDS if visit.said("feed") in (feed, "")]
    if not wanted:
        return Done("There is no such feed.", good=False)
    feed_keys.renew(_feeds(visit), wanted)
    return Done(f"New addresses: {', '.join(wanted)}. Old ones lead nowhere from now on.")


def no_feeds(visit: Visit) -> Done:
    """Take all feeds away."""
    _feeds(visit).unlink(missing_ok=True)
    return Done("There are no feeds any more.")


def _feeds(visit: Visit) -> Path:
    return feed_keys.path_of(state_dir(visit.environ), visit.deps.settings.identity)


# ---- words -----------------------------------------------------------------------------------------------------------


def _account(found: AccountState, now: Instant, where: Whereabouts) -> Account:
    state = "wants you" if found.to_mend else "in trouble" if found.problem else "well"
    if not found.problem and any(c.read_at is None for c in found.calendars):
        state = "not read yet"
    wait = f"\nIt is not asked again before {moment(found.asked_at, where)}." if found.asked_at else ""
    calendars = tuple((c.name, ROLES.get(c.role, c.role), _right(c), ago(c.read_at, now)) for c in found.calendars)
    return Account(found.name, found.type, state, state == "well", found.problem and found.problem + wait, calendars)


def _right(found: CalendarState) -> str:
    if found.writable is None:
        return "not asked yet"
    if found.role != "read" and not found.writable:
        return "only to read: blocks cannot go here"
    return "to read and write" if found.writable else "only to read"


def _evidence(found: EvidenceReading, now: Instant, where: Whereabouts) -> tuple[str, str, int, str, str]:
    since = day(where.date_of(found.since), year=True) if found.since is not None else "–"
    return found.name, found.type, found.count, since, found.problem or ago(found.read_at, now)


def _health(daemon: Health | None) -> str:
    if daemon is None or not daemon.alive:
        return "gone" if daemon else "not running"
    return "wants a look" if daemon.problems else "well"


def _daemon(health: Health | None, now: Instant, where: Whereabouts) -> tuple[str, ...]:
    if health is None:
        return ("No daemon runs: calendars are read when a command or this page asks.",)
    if not health.alive:
        return (f"The daemon is gone, last seen {ago(health.beat, now)}. Its log tells why.",)
    due = f"; next look {moment(health.due, where)}" if health.due else ""
    said = [f"It runs since {moment(health.since, where)}, and read calendars {ago(health.read, now)}{due}."]
    said += [f"{counted(health.undecided, 'thing')} to decide: see the plan."] if health.undecided else []
    return (*said, *(f"{place}: {problem}" for place, problem in health.problems.items()))


def _waiting(wish: Wish, where: Whereabouts) -> tuple[str, str, str, str]:
    due = "given up" if wish.held else f"not before {moment(wish.due_at, where)}"
    return wish.slot.key, str(wish.slot.calendar), due, wish.problem
