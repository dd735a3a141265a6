"""``timeblock`` alone, on the terminal."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from timeblock.cli.render_tables import table
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import day, span
from timeblock.views.today import Entry, Today


def today_view(found: Today, where: Whereabouts) -> Group:
    """A screenful."""
    parts: list[object] = [Text(day(where.date_of(found.now), year=True), "bold")]
    rows = table("", "", "")
    rows.show_header = False
    for entry in found.entries:
        over = entry.interval.end <= found.now
        style = "dim" if over else "green" if entry.ours else ""
        sign = "+" if entry.ours else ""
        rows.add_row(Text(span(entry.interval, where), style), Text(sign, style), Text(_told(entry), style))
    parts.append(rows if found.entries else Text("Nothing stands in your calendar today."))
    free = ("Free for now, so that others may book", found.bookable)
    for head, told in (("In danger", found.danger), free, ("To decide", found.decide)):
        if told:
            parts += [Text(f"\n{head}", "bold"), *(Text(f"  {line}") for line in told)]
    if not found.danger and not found.decide:
        parts.append(Text("\nNothing is in danger, and nothing waits for you.", "dim"))
    return Group(*parts)  # type: ignore[arg-type]


def _told(entry: Entry) -> str:
    return f"{entry.title or 'untitled'}{f' ({entry.note})' if entry.note else ''}"
