"""Small bar charts as coordinates, which the page's template draws as SVG with a text for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from timeblock.core.localtime import Week
from timeblock.core.words import figure

WIDTH, HEIGHT = 320, 120
TOP, FLOOR = 18, 98
"""Where the highest bar ends and all begin, from above."""

Wish: TypeAlias = Literal["less", "more", ""]
"""Which way is better, if either."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A week; ``height`` None where its value is unknown. ``text`` is what it says when one points at it."""

    x: float
    y: float
    width: float
    height: float | None
    text: str
    last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """``said`` is the chart in words; ``goal`` the height of its line and what is written on it."""

    title: str
    means: str
    said: str
    bars: tuple[Bar, ...]
    latest: str
    labels: tuple[tuple[float, str, str], ...]
    goal: tuple[float, str] | None
    rows: tuple[tuple[str, str], ...]


def chart(
    title: str,
    unit: str,
    weeks: Sequence[Week],
    values: Sequence[float | None],
    wish: Wish = "",
    means: str = "",
    goal: float | None = None,
    at_least: bool = False,
) -> Chart:
    """One bar a week. ``at_least``: the figures are lower bounds, and the words say so."""
    top = max([goal or 0, *(v for v in values if v is not None)], default=0) or 1
    more = "at least " if at_least else ""
    texts = [figure(v, unit) if v is None else more + figure(v, unit) for v in values]
    rows = tuple((f"Week {w.number}", text) for w, text in zip(weeks, texts, strict=True))
    line = None if goal is None else (_y(goal, top), f"goal {figure(goal, unit)}")
    bars = tuple(
        _bar(n, v, f"{name}: {text}", top, len(values))
        for n, (v, (name, text)) in enumerate(zip(values, rows, strict=True))
    )
    said = _said(title, unit, values, texts, wish, goal)
    latest = texts[-1] if texts else ""
    return Chart(title, means, said, bars, latest, _labels(weeks), line, rows)


def _bar(n: int, value: float | None, text: str, top: float, count: int) -> Bar:
    step = WIDTH / count
    y = FLOOR if value is None else _y(value, top)
    height = None if value is None else round(max(FLOOR - y, 1), 1)
    return Bar(
        round(n * step + step * 0.12, 1),
        round(min(y, FLOOR - 1), 1),
        round(step * 0.76, 1),
        height,
        text,
        n == count - 1,
    )


def _y(value: float, top: float) -> float:
    return round(FLOOR - (FLOOR - TOP) * max(value, 0) / top, 1)


def _labels(weeks: Sequence[Week]) -> tuple[tuple[float, str, str], ...]:
    """The first, a middle and the last week: where, what, and which end of the text is there."""
    if not weeks:
        return ()
    middle = len(weeks) // 2
    step = WIDTH / len(weeks)
    names = [f"W{week.number}" for week in weeks]
    return (
        (0, names[0], "start"),
        (round((middle + 0.5) * step, 1), names[middle], "middle"),
        (WIDTH, names[-1], "end"),
    )


def _said(
    title: str, unit: str, values: Sequence[float | None], texts: Sequence[str], wish: Wish, goal: float | None
) -> str:
    known = [v for v in values if v is not None]
    if not known:
        return f"{title}: unknown in all {len(values)} weeks."
    aim = "" if goal is None else f" The goal is {figure(goal, unit)}."
    spread = f"between {figure(min(known), unit)} and {figure(max(known), unit)}"
    return f"{title} over {len(values)} weeks: {spread}, {texts[-1]} last week{trend(values, wish)}.{aim}"


def trend(values: Sequence[float | None], wish: Wish = "") -> str:
    """How the last four known weeks compare with those before, in words: ``", rising"``; "" where they are alike."""
    known = [v for v in values if v is not None]
    late, early = known[-4:], known[:-4]
    if not early:
        return ""
    change = sum(late) / len(late) - sum(early) / len(early)
    if abs(change) < 0.1 * max(abs(sum(early) / len(early)), 1):
        return ", steady"
    better = "" if not wish else ", for the better" if (change > 0) == (wish == "more") else ""
    return (", rising" if change > 0 else ", falling") + better


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[0].upper()}{text[1:].removesuffix('.')}." if text else ""
