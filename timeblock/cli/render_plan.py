"""What a plan would change, and why: new, moved, kept and removed blocks by day, and what did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from timeblock.cli.render import Look, shorten
from timeblock.core.diff import Change
from timeblock.core.event import due_day
from timeblock.core.localtime import Whereabouts
from timeblock.core.plan import Plan
from timeblock.core.referee import Violation
from timeblock.core.words import day, span
from timeblock.views.plan import Line, certainty, milestone_lines, plan_lines, reason, summary

SIGNS = {"new": ("+", "green"), "moved": ("~", "yellow"), "changed": ("~", "yellow"), "kept": ("=", "dim")}
SIGNS |= {"removed": ("-", "red"), "pinned by you": ("*", "cyan"), "skipped by you": ("x", "cyan")}
"""Sign and colour of each of the plan's words."""


def plan_diff(plan: Plan, changes: Sequence[Change], where: Whereabouts, look: Look, kept: bool = False) -> Group:
    """Blocks by day with their reasons, milestones, what did not fit, then the sum. ``kept``: unchanged ones too."""
    lines = plan_lines(plan, changes)
    shown = [line for line in lines if kept or line.word != "kept"]
    parts: list[Text | Padding] = []
    for on, group in groupby(shown, key=lambda line: where.date_of(line.interval.start)):
        parts += [Text(day(on), style="bold"), Padding(_table(group, where, look), (0, 0, 0, 2))]
    milestones = milestone_lines(changes)
    parts += _milestones(milestones, where)
    parts += _unplaced(plan)
    parts.append(Text(summary(lines, plan, len(milestones)), style="bold"))
    parts += [Text(certainty(plan.certificate), style="dim")] if plan.certificate else []
    return Group(*parts)


def worth_a_thought(ideas: Sequence[str]) -> Group:
    """What no block can do for the person."""
    return Group(*([Text("\nWorth a thought", style="bold")] if ideas else []), *(Text(f"  {idea}") for idea in ideas))


def broken_rules(violations: Sequence[Violation]) -> Group:
    """Rules that the plan breaks, as the referee sees it."""
    return Group(*(Text(f"{v.rule}: {v.text}", style="red") for v in violations))


def _table(lines: Iterable[Line], where: Whereabouts, look: Look) -> Table:
    table = Table.grid(padding=(0, 1))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for line in lines:
        sign, style = SIGNS[line.word]
        title = shorten(line.title, max(12, look.width // 3))
        table.add_row(
            Text(sign, style), span(line.interval, where), Text(title, style), Text(reason(line, where), "dim")
        )
    return table


def _milestones(lines: Sequence[Line], where: Whereabouts) -> Iterator[Text | Padding]:
    table = Table.grid(padding=(0, 1))
    for line in lines:
        sign, style = SIGNS[line.word]
        why = Text("" if line.word == "new" else reason(line, where), "dim")
        table.add_row(Text(sign, style), f"due {day(due_day(line.interval))}", Text(line.title, style), why)
    if lines:
        yield from (Text("Milestones", style="bold"), Padding(table, (0, 0, 0, 2)))


def _unplaced(plan: Plan) -> Iterator[Text]:
    if plan.unplaced:
        yield Text("\nDid not fit", style="bold")
    for missed in plan.unplaced:
        text = Text("  ").append(f"{missed.request} ", "bold").append(f"({missed.key.partition('/')[2]})", "dim")
        yield text.append(f": {missed.reason}")
        if missed.suggestion:
            yield Text(f"    What would help: {missed.suggestion}", style="green")
