"""One block: why it is where it is, where else it could be, what was done about it, and what the person wants of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from timeblock.core.event import Draft
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import day, moment, span
from timeblock.dashboard.plan import Row, lines_of, pinned_keys, row
from timeblock.dashboard.visit import Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.stages.values import Proposal
from timeblock.stages.writing import blocks_slot
from timeblock.store import history


@dataclass(frozen=True)
class BlockPage:
    """``row``: what can be done about it, None where the plan does not reach it. ``why``: lines of the planner.

    ``log``: when, what was done, where it stood after it, and why. ``week``: the week it lies in.
    """

    row: Row | None
    why: tuple[str, ...]
    log: tuple[tuple[str, str, str, str], ...]
    week: str


def show(visit: Visit) -> Shown:
    """The block that the address names."""
    look, key = visit.look(), visit.query.get("key", "")
    where, proposal = look.snapshot.settings.person.where, look.proposal
    line = next((line for line in lines_of(look) if line.key == key), None)
    log = history.of_block(visit.deps.db, blocks_slot(look.snapshot, key))
    known = [(draft.summary, draft.interval) for entry in log if (draft := entry.after or entry.before)]
    known += [(line.title, line.interval)] if line else []
    if not known:
        raise FixNeeded(f'There is no block "{key}".')
    title, interval = known[-1]
    planned = any(block.key == key for block in proposal.plan.blocks)
    page = BlockPage(
        row(line, where, pinned_keys(look)) if line else None,
        _why(proposal, key) if planned else (),
        tuple(_told(log, where)),
        str(where.week_of(interval.start)),
    )
    return Shown(title, "block.html.j2", page)


def _why(proposal: Proposal, key: str) -> tuple[str, ...]:
    """The lines of the planner, without the one that names the block."""
    from timeblock.planner.explain import explained
    from timeblock.planner.wording import told

    return tuple(told(proposal.problem, explained(proposal.problem, proposal.plan, key)).splitlines()[1:])


def _told(log: Iterable[history.Entry], where: Whereabouts) -> Iterator[tuple[str, str, str, str]]:
    for entry in log:
        yield moment(entry.at, where), entry.action.value, _stood(entry.after or entry.before, where), entry.why


def _stood(draft: Draft | None, where: Whereabouts) -> str:
    return f"{day(where.date_of(draft.interval.start))} {span(draft.interval, where)}" if draft else ""
