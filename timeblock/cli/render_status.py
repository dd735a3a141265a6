"""``status`` as people read it: the calendars, the next blocks, what waits and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from timeblock.cli.render_tables import table
from timeblock.core.interval import MINUTE, Instant
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import ago, counted, day, moment, span
from timeblock.views.accounts import ROLES
from timeblock.views.status import Status

if TYPE_CHECKING:
    from timeblock.daemon.health import Health

SHOWN = 7
"""So many of the coming blocks."""

SILENT = 15 * MINUTE
"""A daemon says something every minute; one that does not for so long may be stuck."""


def status_view(status: Status, now: Instant, where: Whereabouts) -> Group:
    """All of it, in a screenful."""
    parts: list[Table | Text] = [_calendars(status, now), Text()]
    parts += [_evidence(status, now, where), Text()] if status.evidence else []
    parts += (
        [Text("Coming blocks", "bold"), _coming(status, where)] if status.coming else [Text("No blocks are coming.")]
    )
    if len(status.coming) > SHOWN:
        parts.append(Text(f"and {len(status.coming) - SHOWN} more", "dim"))
    if status.waiting:
        parts += [Text(), Text("Waiting to be written", "bold"), _waiting(status, where)]
    parts.append(Text())
    if status.set_aside:
        parts.append(
            Text(f"{counted(status.set_aside, 'event')} with something to look at; `timeblock doctor` names them.")
        )
    last = (
        f"Last run: {status.last.id} ({status.last.kind}), {ago(status.last.started_at, now)}." if status.last else ""
    )
    parts.append(Text(last or "Nothing was written yet; `timeblock plan` shows what would be."))
    return Group(*parts, *_daemon(status.daemon, now, where))


def _daemon(health: Health | None, now: Instant, where: Whereabouts) -> Iterator[Text]:
    """How the daemon is; nothing where there never was one."""
    if health is None:
        return
    if not health.alive:
        yield Text(f"The daemon (pid {health.pid}) is gone, last seen {ago(health.beat, now)}.", "yellow")
        return
    if now - health.beat > SILENT:
        yield Text(f"The daemon (pid {health.pid}) gave its last sign of life {ago(health.beat, now)}.", "yellow")
        return
    due = f", next look {moment(health.due, where)}" if health.due else ""
    yield Text(f"The daemon runs since {moment(health.since, where)}; calendars read {ago(health.read, now)}{due}.")
    if health.undecided:
        yield Text(f"{counted(health.undecided, 'thing')} to decide: `timeblock plan`.", "yellow")
    for place, problem in health.problems.items():
        yield Text(f"{place}: {problem}", "yellow")


def _calendars(status: Status, now: Instant) -> Table:
    made = table("Calendar", "Used", "Read")
    for reading in status.calendars:
        read = Text(ago(reading.read_at, now), "" if reading.read_at is not None else "yellow")
        made.add_row(Text(reading.name), ROLES.get(reading.role, reading.role), read)
    return made


def _evidence(status: Status, now: Instant, where: Whereabouts) -> Table:
    made = table("Evidence", "Type", "Times", "Since", "Read")
    for source in status.evidence:
        since = day(where.date_of(source.since), year=True) if source.since is not None else "-"
        read = source.problem or ago(source.read_at, now)
        looks = "yellow" if source.problem or source.read_at is None else ""
        made.add_row(Text(source.name), source.type, str(source.count), since, Text(read, looks))
    return made


def _coming(status: Status, where: Whereabouts) -> Table:
    made = table("", "", "")
    made.show_header = False
    for draft in status.coming[:SHOWN]:
        on = day(where.date_of(draft.interval.start))
        made.add_row(on, span(draft.interval, where), Text(draft.summary + ("" if draft.busy else " (free for now)")))
    return made


def _waiting(status: Status, where: Whereabouts) -> Table:
    made = table("Block", "Calendar", "State", "Why")
    for wish in status.waiting:
        due = "" if wish.state == "held" else f" until {moment(wish.due_at, where)}"
        made.add_row(Text(wish.slot.key), Text(str(wish.slot.calendar)), wish.state + due, Text(wish.problem))
    return made
