"""The review on the terminal: the same story as the page, in fewer words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from timeblock.cli.render import Look
from timeblock.cli.render_measures import goals_table
from timeblock.cli.render_tables import table
from timeblock.core.review import UNSEEN, Review, drain_words, leave_words, overview, period
from timeblock.core.words import hours


def told(found: Review, look: Look) -> RenderableType:
    """The whole review."""
    return Group(*_parts(found, look))


def _parts(found: Review, look: Look) -> Iterator[RenderableType]:
    yield Text(period(found), "bold")
    yield from (Text(line) for line in found.lead)
    yield Text("\n".join(f"  {figure} {text}" for figure, text in overview(found)), "dim")
    yield from _section("What went well", found.praise, "✓" if not look.ascii else "+")
    if found.progress:
        yield from (_head("Goals"), goals_table(found.progress))
    yield from _blocks(found)
    yield from _time(found)
    yield from _section("Worth noticing (no diagnosis)", [f"{s.text}: {s.evidence}" for s in found.signs])
    if found.help:
        yield Text(f"\n{found.help}")
    drafts = [f'you wrote "{answer[:60]}"; a goal could be: timeblock goals add "{s}"' for answer, s in found.drafts]
    yield from _section("Small next steps", [*found.changes, *map(leave_words, found.leave), *drafts])
    yield from _section("Counted anew", found.redefined)
    yield from _section("Last time you wrote", [f"{p} {answer}" for p, answer in found.quotes if answer])
    yield from _section(f"For your journal: timeblock journal {found.cadence}", found.prompts)
    yield from _section("What a calendar cannot know", [*UNSEEN, *found.missing])


def _head(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _section(title: str, lines: tuple[str, ...] | list[str], mark: str = "-") -> Iterator[RenderableType]:
    if lines:
        yield _head(title)
    for line in lines:
        made = Table.grid(padding=(0, 1))
        made.add_row(mark, Text(line))
        yield Padding(made, (0, 0, 0, 2))


def _blocks(found: Review) -> Iterator[RenderableType]:
    if not found.survival:
        return
    yield _head("Protected time")
    made = table("What", "Kept", "Overlapped", "Left out", "No room")
    for s in found.survival:
        counts = (str(n or "-") for n in (s.breached, s.skipped, s.unplaced))
        made.add_row(Text(s.title), f"{s.kept} of {s.stood}", *counts)
    yield made
    if found.allowances:
        said = ", ".join(f"{a.title} {a.used} of {a.of}" for a in found.allowances)
        yield Text(f"Exceptions in four weeks: {said}.", "dim")
    if found.breaches:
        log = table("When", "Block", "Event", "Asked by", "Took")
        for b in found.breaches:
            log.add_row(b.when, Text(b.block), Text(b.event), Text(b.whose or "-"), hours(b.minutes))
        yield log


def _time(found: Review) -> Iterator[RenderableType]:
    if found.areas:
        yield _head("Where the time went")
        made = table("Area", "Had", "Share", "Wanted", "")
        for a in found.areas:
            wish = "" if a.wanted is None else f"{100 * a.wanted:.0f} %"
            made.add_row(Text(a.name), f"{hours(a.minutes)} h", f"{100 * a.share:.0f} %", wish, Text(a.value, "dim"))
        yield made
    if found.drain:
        yield Text(drain_words(found.drain))
    for e in found.energy:
        yield Text(f"Focus in hours of {e.level} energy: {hours(e.planned)} h planned, {hours(e.kept)} h kept.", "dim")
