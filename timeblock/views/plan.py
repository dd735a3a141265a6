"""What a plan would change, block by block and milestone by milestone, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from timeblock.core.diff import Adopt, Change, Create, Delete, Release, Update
from timeblock.core.event import Draft
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Block, Certificate, Plan
from timeblock.core.words import counted, day, span

WORDS = ("new", "moved", "changed", "kept", "removed", "pinned by you", "skipped by you")
"""What happens to a block, in the order of the summary."""

ALONE = {Create: "new", Update: "changed", Delete: "removed", Adopt: "pinned by you", Release: "skipped by you"}
"""What a change says of what is not in the plan."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one block or milestone. ``word`` is one of :data:`WORDS`; ``before`` is set where it moved."""

    key: str
    interval: Interval
    title: str
    word: str
    why: str
    before: Interval | None = None


def plan_lines(plan: Plan, changes: Sequence[Change]) -> tuple[Line, ...]:
    """One line a block, by start. A change of its busy twin is not told apart from its own."""
    told = _told(c for c in changes if _draft(c).done is None)
    planned = {b.key for b in plan.blocks}
    lines = [_line(block, told.get(block.key)) for block in plan.blocks]
    lines += [_only(change) for key, change in told.items() if key not in planned]
    return tuple(sorted(lines, key=lambda line: (line.interval, line.title)))


def milestone_lines(changes: Iterable[Change]) -> tuple[Line, ...]:
    """One line for each task that changes, by the day it is due."""
    lines = (_only(c) for c in changes if _draft(c).done is not None)
    return tuple(sorted(lines, key=lambda line: (line.interval, line.title)))


def summary(lines: Iterable[Line], plan: Plan, milestones: int = 0) -> str:
    """``"3 new, 1 moved, 12 kept; 2 milestones; 1 did not fit."``"""
    words = [line.word for line in lines]
    counts = ", ".join(f"{words.count(word)} {word}" for word in WORDS if word in words)
    missed = f"; {len(plan.unplaced)} did not fit" if plan.unplaced else ""
    if milestones:
        counts = "; ".join(filter(None, (counts, counted(milestones, "milestone"))))
    elif set(words) <= {"kept"}:
        counts = f"Nothing to change; {counts}" if words else "Nothing to change"
    return f"{counts}{missed}."


def reason(line: Line, where: Whereabouts) -> str:
    """Why, with where it stood before."""
    if line.before is None:
        return line.why if line.word in ("new", "kept") else "; ".join(filter(None, (line.word, line.why)))
    on, was = where.date_of(line.interval.start), where.date_of(line.before.start)
    stood = span(line.before, where) if was == on else f"{day(was)} {span(line.before, where)}"
    return f"was {stood}; {line.why}".removesuffix("; ")


def certainty(certificate: Certificate) -> str:
    """How sure it is that there is no better plan."""
    if certificate.proven:
        return "This is the best possible plan (proven)."
    return f"This plan is within {max(0.1, 100 * certificate.gap):.1f} % of the best possible."


def _told(changes: Iterable[Change]) -> Mapping[str, Change]:
    """One change a block: the first one named for its key."""
    told: dict[str, Change] = {}
    for change in changes:
        told.setdefault(change.slot.key, change)
    return told


def _line(block: Block, change: Change | None) -> Line:
    word, before = _word(block, change)
    return Line(block.key, block.interval, block.title, word, block.reason, before)


def _word(block: Block, change: Change | None) -> tuple[str, Interval | None]:
    match change:
        case Create():
            return "new", None
        case Update() if change.before.interval != block.interval:
            return "moved", change.before.interval
        case Update():
            return "changed", None
        case Adopt():
            return "pinned by you", None
        case _:
            return "kept", None


def _only(change: Change) -> Line:
    """Of what is not in the plan: a block that goes, a milestone."""
    draft = _draft(change)
    return Line(change.slot.key, draft.interval, draft.summary, ALONE[type(change)], change.why)


def _draft(change: Change) -> Draft:
    """What is to stand after it, or what goes."""
    match change:
        case Delete():
            return change.before
        case Create() | Update():
            return change.draft
        case Adopt() | Release():
            return change.written.draft
