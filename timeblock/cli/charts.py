"""Charts made of characters. The only place that knows plotext, which keeps one global figure."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from timeblock.cli.render import Look

LEVELS = "▁▂▃▄▅▆▇█"
HEIGHT = 12


def sparkline(values: Sequence[float | None], look: Look) -> str:
    """One character a value, low to high; a dot where the value is unknown. Digits 0-9 where only ASCII is shown.

    >>> sparkline([0, None, 7], Look())
    '▁·█'
    """
    levels = "0123456789" if look.ascii else LEVELS
    known = [v for v in values if v is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    step = (high - low) / (len(levels) - 1) or 1.0
    gap = "." if look.ascii else "·"
    return "".join(gap if v is None else levels[round((v - low) / step)] for v in values)


def bars(labels: Sequence[str], values: Sequence[float], title: str, look: Look, goal: float | None = None) -> Text:
    """Upright bars with a line for the goal; as a list of figures where only ASCII is shown."""
    if look.ascii:
        return _list(labels, values, title)
    import plotext as plt

    plt.clear_figure()
    plt.theme("clear")
    plt.plot_size(min(look.width, 100), HEIGHT)
    plt.title(title)
    plt.bar(list(labels), list(values), width=0.5)
    if goal is not None:
        plt.hline(goal)
    return Text.from_ansi(plt.build())


def _list(labels: Sequence[str], values: Sequence[float], title: str) -> Text:
    top = max(values, default=0) or 1
    lines = [
        f"{label:>8} {'#' * round(40 * value / top)} {value:g}" for label, value in zip(labels, values, strict=True)
    ]
    return Text("\n".join([title, *lines]))
