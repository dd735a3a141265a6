"""The whole of life: areas, and time with nothing in it."""

from __future__ import annotations

from timeblock.core.definitions.figure import Figure, defined
from timeblock.core.hours import waking
from timeblock.core.interval import Interval, Spans
from timeblock.core.scope import Scope


@defined("min", worked=True, of_work=False)
def area_time(s: Scope) -> Figure:
    """Time that events and blocks give to each area, overlap within an area once; for work, worked time. The parts are
    the areas; the detail has their shares of waking time, and those wanted."""
    minutes = {area: Spans.of(parts).minutes for area, parts in _spent(s).items() if area}
    parts = tuple(sorted(((a, m) for a, m in minutes.items() if m), key=lambda p: (-p[1], p[0])))
    events = s.shared((c for c in s.occurrences if c.area), Spans((s.span,)))
    return Figure(sum(m for _, m in parts), _shares(s, dict(parts)), parts, events)


def _spent(s: Scope) -> dict[str, list[Interval | None]]:
    spent: dict[str, list[Interval | None]] = {}
    for c in s.occurrences:
        spent.setdefault(c.area, []).append(c.occurrence.interval.clip(s.span))
    for block in s.blocks:
        spent.setdefault(block.area, []).append(block.interval.clip(s.span))
    if s.facts.knows_worked_time:
        spent.setdefault("work", []).extend(s.worked)
    return spent


def _shares(s: Scope, minutes: dict[str, float]) -> str:
    """The share of waking time that each area had, and the one it should have; areas that had none are named too."""
    awake, wanted = waking(s.facts.person, s.span).minutes, s.facts.wanted
    if not awake:
        return ""
    areas = (*minutes, *(area for area, share in wanted.items() if share and area not in minutes))
    told = [
        f"{area} {100 * minutes.get(area, 0.0) / awake:.0f} %"
        + (f" (wanted {100 * wanted[area]:.0f} %)" if area in wanted else "")
        for area in areas
    ]
    return ", ".join(told)


@defined("%", worked=True)
def white_space(s: Scope) -> Figure:
    """The share of waking time with nothing in it: no worked time, no event, no block. A note for whole days takes no
    time."""
    awake = waking(s.facts.person, s.span)
    if not awake:
        return Figure(None, missing="the protected night is all of this time")
    blocks = Spans.of(block.interval for block in s.blocks)
    empty = awake - s.worked - s.union(s.occurrences) - blocks
    taken = s.evidence(s.occurrences, awake)
    return Figure(100 * empty.seconds / awake.seconds, parts=(("minutes", empty.minutes),), evidence=taken)
