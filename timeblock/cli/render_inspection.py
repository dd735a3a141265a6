"""What a folder of foreign files holds: figures, what was set aside by reason, and where."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rich.console import Group
from rich.table import Table
from rich.text import Text

from timeblock.cli.render_tables import table
from timeblock.core.words import counted
from timeblock.inspection import Found

MOST_ZONES = 12


def asides(found: Found) -> Iterator[str]:
    """``file:line: reason``, as compilers say it."""
    return (f"{aside.file}:{aside.line}: {aside.reason}" for aside in found.asides)


def summary(found: Found) -> Group:
    reasons = Text("All of it could be read." if not found.reasons else "\nSet aside, or read only in part", "bold")
    return Group(_figures(found), reasons, *([_counts(found)] if found.reasons else []))


def _figures(found: Found) -> Table:
    made = table("", "")
    made.show_header = False
    zones = sorted(found.zones.items(), key=lambda zone: (-zone[1], zone[0]))
    shown = ", ".join(f"{name} {many}" for name, many in islice(zones, MOST_ZONES))
    rows = {
        "Files": f"{found.files} ({found.size / 1e6:.1f} MB)",
        "Events": f"{found.events}, {found.recurring} of them repeating",
        "Occurrences": f"{found.occurrences}, from a year ago to two years ahead",
        "Zones": shown + f" and {counted(len(zones) - MOST_ZONES, 'other')}" * (len(zones) > MOST_ZONES),
        "Longest": f"{found.longest:.2f} s for {found.slowest}" if found.slowest else "",
    }
    for name, value in rows.items():
        made.add_row(Text(name, "dim"), Text(value))
    return made


def _counts(found: Found) -> Table:
    made = table("", "")
    made.show_header = False
    for reason, many in found.reasons.items():
        made.add_row(Text(str(many), "yellow", justify="right"), Text(reason))
    return made
