"""How cost grows with the length of a calendar: a week out of the store, and a picture of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.figures import Figure, within
from timeblock.core.interval import Interval
from timeblock.store import events
from timeblock.store.database import open_database

PICTURE = Path(__file__).resolve().parent.parent / "docs/growth.svg"
MONDAY = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())
WEEK = Interval(MONDAY, MONDAY + 7 * 86_400)
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 360, 70, 30, 310


@dataclass(frozen=True)
class Point:
    """One calendar: seconds to fill a store, milliseconds to read a week of it, and occurrences in that week."""

    name: str
    events: int
    fill: float
    week: float
    found: int
    figures: Sequence[Figure]


def week_of(database: Path) -> tuple[float, int]:
    """Milliseconds of CPU that the store takes to give a week, the median; and how many occurrences it gave."""
    with open_database(f"sqlite://{database}") as db:
        calendars = {info.id for info in events.offered(db)}
        took, found = [], 0
        for _ in range(25):
            began = time.process_time()
            found = len(events.occurrences(db, WEEK, calendars))
            took.append(time.process_time() - began)
    return median(took) * 1000, found


def flat(points: Sequence[Point]) -> list[Figure]:
    """What an occurrence of a week costs in each calendar, beside the smallest."""
    first = points[0]
    each = {p.name: 1000 * p.week / p.found for p in points}
    return [
        Figure(
            f"a week of {p.name} from the store, per occurrence",
            "µs",
            each[p.name],
            f"{first.name}",
            each[first.name],
            within(1.3),
        )
        for p in points[1:]
    ]


def draw(points: Sequence[Point]) -> None:
    """CPU seconds by events, both by powers of ten, as SVG."""
    ours = [(p.events, p.fill) for p in points]
    week = [(p.events, p.week / 1000) for p in points]
    lines = {
        "first sync and measure": ("#1b6", ours),
        "a week from the store": ("#06c", week),
        "a week, libraries from the file": ("#c33", _of(points, "a week of", ", whole process")),
        "first sync, libraries": ("#e83", _of(points, "first sync of", " from a file, 12 years")),
    }
    parts = [_axis(), *(_line(label, colour, at) for label, (colour, at) in lines.items())]
    font = 'font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {font}>'
    title = "<title>CPU seconds by number of events</title>"
    PICTURE.write_text("\n".join((head, title, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n")))


def _of(points: Sequence[Point], begins: str, ends: str) -> list[tuple[int, float]]:
    """What the libraries take for one kind of work."""
    return [
        (p.events, figure.theirs)
        for p in points
        for figure in p.figures
        if figure.work == f"{begins} {p.name}{ends}" and figure.peer.startswith("icalendar") and figure.theirs
    ]


def _x(many: float) -> float:
    return LEFT + (math.log10(many) - 3) / 2.2 * (WIDTH - LEFT - 190)


def _y(seconds: float) -> float:
    return BOTTOM - (math.log10(seconds) + 4) / 6 * (BOTTOM - TOP)


def _axis() -> str:
    parts = []
    for power in range(-4, 3):
        at = _y(10**power)
        label = f"{10**power:g} s"
        parts.append(f'<path d="M{LEFT} {at:.0f}H{WIDTH - 190}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.0f}" text-anchor="end">{label}</text>')
    parts += [
        f'<text x="{_x(many):.0f}" y="{BOTTOM + 20}" text-anchor="middle">{many:,}</text>'
        for many in (2_000, 20_000, 100_000)
    ]
    parts.append(f'<text x="{_x(14_000):.0f}" y="{BOTTOM + 40}" text-anchor="middle">events</text>')
    return "\n".join(parts)


def _line(label: str, colour: str, points: Sequence[tuple[int, float]]) -> str:
    if not points:
        return ""
    path = " ".join(f"{_x(many):.0f},{_y(seconds):.0f}" for many, seconds in points)
    x, y = _x(points[-1][0]) + 8, _y(points[-1][1]) + 4
    dots = "".join(f'<circle cx="{_x(e):.0f}" cy="{_y(s):.0f}" r="3" fill="{colour}"/>' for e, s in points)
    drawn = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
    halo = 'stroke="#fff" stroke-width="4" paint-order="stroke"'
    return f'{drawn}<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" {halo}>{label}</text>'
