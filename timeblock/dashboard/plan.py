"""The plan as what it would change, block by block: accepted, skipped or pinned by the person; and runs taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from timeblock import pipeline
from timeblock.core.diff import State
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Unplaced
from timeblock.core.scope import period_words
from timeblock.core.words import counted, day, moment, span
from timeblock.dashboard.visit import Done, Look, Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.pages.charts import sentence
from timeblock.stages import asking
from timeblock.stages.writing import blocks_calendar
from timeblock.store import history
from timeblock.store.history import Action, Run
from timeblock.sync.orders import Order
from timeblock.sync.push import Pushed
from timeblock.views.plan import Line, certainty, milestone_lines, plan_lines, reason, summary

RUNS = 8
"""So many are offered to be taken back."""

CHANGES = ("new", "moved", "changed", "removed")
"""Words of what a person can accept."""


@dataclass(frozen=True)
class Row:
    """A block. ``shown`` names it as it is shown: what is accepted is that, and nothing that came in its place.

    ``when`` has the day, ``clock`` has not. ``pinned``: the person wants it where it is.
    """

    key: str
    shown: str
    title: str
    when: str
    clock: str
    word: str
    why: str
    pinned: bool = False
    task: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still to be decided."""
        return self.word in CHANGES

    @property
    def stays(self) -> bool:
        """Whether there will be such a block at all."""
        return not self.task and self.word not in ("removed", "skipped by you")


@dataclass(frozen=True)
class Taken:
    """A run that may be taken back; ``ours`` False: it changed nothing in a calendar."""

    id: str
    kind: str
    when: str
    did: str
    ours: bool


@dataclass(frozen=True)
class PlanPage:
    """``changed`` and ``kept``: rows by day; ``milestones`` are tasks. ``nowhere``: no calendar takes blocks."""

    summary: str
    certainty: str
    changed: tuple[tuple[str, tuple[Row, ...]], ...]
    kept: tuple[tuple[str, tuple[Row, ...]], ...]
    milestones: tuple[Row, ...]
    missed: tuple[tuple[str, str, str, str], ...]
    skipped: tuple[tuple[str, list[tuple[str, str]]], ...]
    ideas: tuple[str, ...]
    broken: tuple[str, ...]
    runs: tuple[Taken, ...]
    nowhere: bool

    @property
    def choices(self) -> bool:
        """Whether there is anything to accept."""
        return any(row.open for _, rows in self.changed for row in rows) or any(row.open for row in self.milestones)


def show(visit: Visit) -> Shown:
    """A fresh plan, held against what stands. Nothing is written."""
    look = visit.look()
    lines, milestones, proposal = lines_of(look), milestones_of(look), look.proposal
    page = PlanPage(
        summary=summary(lines, proposal.plan, len(milestones)),
        certainty=certainty(proposal.plan.certificate) if proposal.plan.certificate else "",
        changed=tuple(_by_day((line for line in lines if line.word != "kept"), look)),
        kept=tuple(_by_day((line for line in lines if line.word == "kept"), look)),
        milestones=tuple(_milestone(line, look) for line in milestones),
        missed=tuple(_missed(u, look) for u in proposal.plan.unplaced),
        skipped=tuple(_skipped(look).items()),
        ideas=tuple(sentence(idea) for idea in proposal.ideas),
        broken=tuple(sentence(broken.text) for broken in proposal.broken),
        runs=tuple(_taken(run, look) for run in history.runs(visit.deps.db, RUNS)),
        nowhere=blocks_calendar(look.snapshot) is None,
    )
    return Shown("The plan", "plan.html.j2", page)


def lines_of(look: Look) -> tuple[Line, ...]:
    """What the plan comes to, block by block."""
    return plan_lines(look.proposal.plan, (*look.seen.edits, *look.proposal.changes))


def milestones_of(look: Look) -> tuple[Line, ...]:
    """What becomes of the tasks of goals."""
    return milestone_lines((*look.seen.edits, *look.proposal.changes))


def _milestone(line: Line, look: Look) -> Row:
    due = day(look.snapshot.settings.person.where.date_of(line.interval.start))
    return Row(line.key, _name(line), line.title, f"due {due}", f"due {due}", line.word, sentence(line.why), task=True)


def _by_day(lines: Iterable[Line], look: Look) -> Iterator[tuple[str, tuple[Row, ...]]]:
    where, pinned = look.snapshot.settings.person.where, pinned_keys(look)
    for on, group in groupby(lines, key=lambda line: where.date_of(line.interval.start)):
        yield day(on), tuple(row(line, where, pinned) for line in group)


def pinned_keys(look: Look) -> frozenset[str]:
    """The blocks that the person wants where they are."""
    return frozenset(w.slot.key for w in look.seen.written if w.state is State.PINNED)


def row(line: Line, where: Whereabouts, pinned: Collection[str]) -> Row:
    """The line with what can be done about it."""
    clock = span(line.interval, where)
    when = f"{day(where.date_of(line.interval.start))} {clock}"
    why = sentence(reason(line, where))
    return Row(line.key, _name(line), line.title, when, clock, line.word, why, line.key in pinned)


def _name(line: Line) -> str:
    return f"{line.key} {line.interval.start} {line.interval.end} {line.word}"


def _missed(unplaced: Unplaced, look: Look) -> tuple[str, str, str, str]:
    asked = look.snapshot.settings.all_requests.get(unplaced.request)
    title = asked.title if asked else unplaced.request
    return title, period_words(unplaced.key), sentence(unplaced.reason), sentence(unplaced.suggestion)


def _skipped(look: Look) -> Mapping[str, list[tuple[str, str]]]:
    """By title, key and moment of what the person did without, as far as it could still be planned."""
    where, horizon = look.snapshot.settings.person.where, look.proposal.plan.horizon
    found = defaultdict[str, list[tuple[str, str]]](list)
    for block in asking.standing(look.seen.written, blocks_calendar(look.snapshot)):
        if block.skipped and horizon.start <= block.interval.start < horizon.end:
            found[block.title].append((block.key, moment(block.interval.start, where)))
    return found


def _taken(run: Run, look: Look) -> Taken:
    ours = {Action.CREATED, Action.UPDATED, Action.DELETED} & run.counts.keys()
    did = ", ".join(f"{count} {action.value}" for action, count in run.counts.items())
    when = moment(run.started_at, look.snapshot.settings.person.where)
    return Taken(run.id, run.kind, when, did, bool(ours))


# ---- what forms do ---------------------------------------------------------------------------------------------------


def accept(visit: Visit) -> Done:
    """Write the blocks that were chosen, as they were shown, and nothing else."""
    return _accepted(visit, visit.form.get("block", ()))


def accept_one(visit: Visit) -> Done:
    """Write one block, whatever else is chosen."""
    return _accepted(visit, visit.form.get("one", ()))


def _accepted(visit: Visit, chosen: Iterable[str]) -> Done:
    look = visit.look()
    keys = [_key(look, shown) for shown in chosen]
    if not keys:
        return Done("Nothing was chosen, so nothing was written.", good=False)
    return _written(*pipeline.accept(visit.deps, look.snapshot, look.seen, look.proposal, keys, visit.now))


def pin(visit: Visit) -> Done:
    """Keep a block where it was shown."""
    look = visit.look()
    return _order(visit, Order.PIN, _key(look, visit.said("one")))


def skip(visit: Visit) -> Done:
    """Do without a block this time."""
    look = visit.look()
    return _order(visit, Order.SKIP, _key(look, visit.said("one")))


def unpin(visit: Visit) -> Done:
    """Give a block that was pinned back to the plan."""
    return _order(visit, Order.UNPIN, visit.said("key"))


def unskip(visit: Visit) -> Done:
    """Let a block that was skipped be planned again."""
    return _order(visit, Order.UNSKIP, visit.said("key"))


def undo(visit: Visit) -> Done:
    """Take back a whole run, as far as the person left it alone."""
    with visit.deps.alone():
        undone = pipeline.undo(visit.deps, visit.now, visit.said("run"))
    told = _written(undone.run, undone.pushed)
    return Done("\n".join((told.text, *undone.left)), good=told.good and not undone.left)


def _key(look: Look, shown: str) -> str:
    """The key of a block that stands in the plan as it did when the person saw it."""
    lines = (*lines_of(look), *milestones_of(look))
    found = next((line.key for line in lines if _name(line) == shown), None)
    if found is None:
        raise FixNeeded("The plan has changed since you saw it, and nothing was written. Have another look.")
    return found


def _order(visit: Visit, order: Order, key: str) -> Done:
    look = visit.look()
    plan = look.proposal.plan if order in (Order.PIN, Order.SKIP) else None
    run, pushed = pipeline.order(visit.deps, look.snapshot, look.seen, order, key, visit.now, plan)
    told = _written(run, pushed)
    return Done(f"{DONE[order]} {told.text}" if pushed.done else DONE[order], good=told.good)


DONE = {
    Order.PIN: "It stays where it is.",
    Order.UNPIN: "The plan may move it again.",
    Order.SKIP: "It is left out this time.",
    Order.UNSKIP: "It may be planned again.",
}


def _written(run: str, pushed: Pushed) -> Done:
    done = sum(entry.action is not Action.FAILED for entry in pushed.done)
    told = [f"{counted(done, 'change')} written as run {run}." if done else "Nothing had to be written."]
    told += [f"{wish.slot.key} waits: {wish.problem}" for wish in pushed.held if wish.problem]
    told += [f"{account}: {error}" for account, error in pushed.errors.items()]
    return Done("\n".join(told), good=len(told) == 1)
