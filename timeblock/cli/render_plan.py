"""What a plan would change, and why: new, moved, kept and removed blocks by day, and what did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from timeblock.cli.render import Look, shorten
from timeblock.core.diff import Adopt, Change, Create, Delete, Release, Update
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Block, Certificate, Plan
from timeblock.core.referee import Violation
from timeblock.core.words import day, span

SIGNS = {"new": ("+", "green"), "moved": ("~", "yellow"), "changed": ("~", "yellow"), "kept": ("=", "dim")}
SIGNS |= {"removed": ("-", "red"), "pinned by you": ("*", "cyan"), "skipped by you": ("x", "cyan")}


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one block. ``word`` is a key of :data:`SIGNS`; ``before`` is set where it moved."""

    interval: Interval
    title: str
    word: str
    why: str
    before: Interval | None = None


def plan_diff(plan: Plan, changes: Sequence[Change], where: Whereabouts, look: Look, kept: bool = False) -> Group:
    """Blocks by day with their reasons, then what did not fit, then the sum. ``kept``: unchanged ones too."""
    lines = plan_lines(plan, changes)
    shown = [line for line in lines if kept or line.word != "kept"]
    parts: list[Text | Padding] = []
    for on, group in groupby(shown, key=lambda line: where.date_of(line.interval.start)):
        parts += [Text(day(on), style="bold"), Padding(_table(group, on, where, look), (0, 0, 0, 2))]
    parts += _unplaced(plan)
    parts.append(Text(summary(lines, plan), style="bold"))
    parts += [Text(certainty(plan.certificate), style="dim")] if plan.certificate else []
    return Group(*parts)


def plan_lines(plan: Plan, changes: Sequence[Change]) -> tuple[Line, ...]:
    """One line a block, by start. A change of its busy twin is not told apart from its own."""
    told = _told(changes)
    planned = {b.key for b in plan.blocks}
    lines = [_line(block, told.get(block.key)) for block in plan.blocks]
    lines += [_gone(change) for key, change in told.items() if key not in planned]
    return tuple(sorted(lines, key=lambda line: (line.interval, line.title)))


def summary(lines: Iterable[Line], plan: Plan) -> str:
    """``"3 new, 1 moved, 12 kept; 1 did not fit."``"""
    words = [line.word for line in lines]
    counts = ", ".join(f"{words.count(word)} {word}" for word in SIGNS if word in words)
    missed = f"; {len(plan.unplaced)} did not fit" if plan.unplaced else ""
    if set(words) <= {"kept"}:
        counts = f"Nothing to change; {counts}" if words else "Nothing to change"
    return f"{counts}{missed}."


def worth_a_thought(ideas: Sequence[str]) -> Group:
    """What no block can do for the person."""
    return Group(*([Text("\nWorth a thought", style="bold")] if ideas else []), *(Text(f"  {idea}") for idea in ideas))


def certainty(certificate: Certificate) -> str:
    """How sure it is that there is no better plan."""
    if certificate.proven:
        return "This is the best possible plan (proven)."
    return f"This plan is within {max(0.1, 100 * certificate.gap):.1f} % of the best possible."


def broken_rules(violations: Sequence[Violation]) -> Group:
    """Rules that the plan breaks, as the referee sees it."""
    return Group(*(Text(f"{v.rule}: {v.text}", style="red") for v in violations))


def _told(changes: Sequence[Change]) -> Mapping[str, Change]:
    """One change a block: the first one named for its key."""
    told: dict[str, Change] = {}
    for change in changes:
        told.setdefault(change.slot.key, change)
    return told


def _line(block: Block, change: Change | None) -> Line:
    word, before = _word(block, change)
    return Line(block.interval, block.title, word, block.reason, before)


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


def _gone(change: Change) -> Line:
    match change:
        case Delete():
            return Line(change.before.interval, change.before.summary, "removed", change.why)
        case Release():
            return Line(change.written.draft.interval, change.written.draft.summary, "skipped by you", change.why)
        case Adopt():
            return Line(change.written.draft.interval, change.written.draft.summary, "pinned by you", change.why)
        case Create() | Update():
            return Line(change.draft.interval, change.draft.summary, "changed", change.why)


def _table(lines: Iterable[Line], on: date, where: Whereabouts, look: Look) -> Table:
    table = Table.grid(padding=(0, 1))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for line in lines:
        sign, style = SIGNS[line.word]
        title = shorten(line.title, max(12, look.width // 3))
        table.add_row(
            Text(sign, style), span(line.interval, where), Text(title, style), Text(_why(line, on, where), "dim")
        )
    return table


def _why(line: Line, on: date, where: Whereabouts) -> str:
    if line.before is None:
        return line.why if line.word in ("new", "kept") else "; ".join(filter(None, (line.word, line.why)))
    was = where.date_of(line.before.start)
    stood = span(line.before, where) if was == on else f"{day(was)} {span(line.before, where)}"
    return f"was {stood}; {line.why}".removesuffix("; ")


def _unplaced(plan: Plan) -> Iterator[Text]:
    if plan.unplaced:
        yield Text("\nDid not fit", style="bold")
    for missed in plan.unplaced:
        text = Text("  ").append(f"{missed.request} ", "bold").append(f"({missed.key.partition('/')[2]})", "dim")
        yield text.append(f": {missed.reason}")
        if missed.suggestion:
            yield Text(f"    What would help: {missed.suggestion}", style="green")
