"""The tables of ``docs/planner.md``, from what ``bench.planner`` measured: ``python -m bench.planner.page``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs/planner.md"
FILE = Path(__file__).parent / "measured.json"
BEGIN, END = "<!-- made by bench/planner/page.py -->", "<!-- end of what is made -->"
SOON = {1: (0.16, 0.1), 2: (0.37, 0.2), 4: (0.9, 0.9)}
"""Weeks → CPU seconds that a plan should take, and one after a change."""

Records = Sequence[Mapping[str, Any]]


def page(found: Mapping[str, Any]) -> Iterator[str]:
    plans, changes, lives = found["plans"], found["changes"], found["lives"]
    machine, used = found["machine"], ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    yield f"{found['made']}; {machine['processor']}, {machine['cores']} cores shared with others; Python"
    yield f"{machine['python']}, {used}."
    yield from ("", *_table(("what", "asked", "measured", "met"), _targets(plans, changes)))
    yield from ("", *_table(HEADS, (_row(*one) for one in _grouped(plans, ("load", "weeks", "grid")))))
    yield from (
        "",
        f"The ten lives of `tests/lives`, two weeks each with {median(one['items'] for one in lives):.0f} blocks",
    )
    yield f"asked for: {sum(map(_proven, lives))} proven, {_seconds(one['cpu'] for one in lives)}."
    yield from ("", "After a change to a plan that stands:", "")
    yield from _table(CHANGED, (_change(*one) for one in _grouped(changes, ("name", "weeks"))))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(heads)
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _grouped(records: Records, keys: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], Records]]:
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        groups[tuple(record[key] for key in keys)].append(record)
    yield from groups.items()


# ---- what was aimed at ----------------------------------------------------------------------------------------------


def _targets(plans: Records, changes: Records) -> Iterator[tuple[str, ...]]:
    exact = [p for p in plans if p["weeks"] <= 4]
    yield _share("plan within 1 % of the optimum", 0.97, exact, _close)
    yield _share("proven, 1 and 2 weeks", 1, [p for p in exact if p["weeks"] < 4], _proven)
    yield _share("proven, 4 weeks", 0.95, [p for p in exact if p["weeks"] == 4], _proven)
    for weeks, (fresh, after) in SOON.items():
        mine = [p["plan"]["cpu"] for p in exact if p["weeks"] == weeks and p["grid"] == 15]
        yield _at_most(f"CPU of a plan, proof and all, {_weeks(weeks)}, 15 min (median)", fresh, median(mine), "s")
        some = [c["cpu"] for c in changes if c["weeks"] == weeks]
        yield _at_most(f"CPU after a change, {_weeks(weeks)} (median)", after, median(some), "s")
    times = median(p["plan"]["cpu"] / p["greedy"]["cpu"] for p in exact)
    yield _at_most("CPU as a multiple of greedy's (median)", 30, times, "")
    known = [c for c in changes if c["fewest"] is not None and c["proven"]]
    yield _share("after a change as few moves as can be", 0.97, known, lambda c: c["moves"] == c["fewest"])
    yield _share("at most one more", 1, known, lambda c: c["moves"] <= c["fewest"] + 1)
    far = [p for p in plans if p["weeks"] == 12]
    yield _at_most("12 weeks: CPU (most)", 15, max(p["plan"]["cpu"] for p in far), "s")
    yield _at_most("12 weeks: loss (median)", 1, 100 * median(p["shown_gap"] for p in far), "%")
    broken = sum(p[who]["broken"] for p in plans for who in ("plan", "greedy")) + sum(c["broken"] for c in changes)
    yield _at_most("broken rules", 0, broken, "")
    asked = [p for p in plans if p["highs"]]
    yield _share("HiGHS comes to the same", 1, asked, lambda p: p["highs"][0])


def _close(p: Mapping[str, Any]) -> bool:
    return bool(p["plan"]["missed"] == p["least_missed"] and p["plan"]["points"] <= 1.01 * p["least_points"])


def _proven(p: Mapping[str, Any]) -> bool:
    return bool(p["proven"])


def _share(what: str, asked: float, some: Records, holds: Callable[[Mapping[str, Any]], bool]) -> tuple[str, ...]:
    number = sum(map(holds, some))
    return what, f"{100 * asked:.0f} %", f"{number} of {len(some)}", _met(number >= asked * len(some))


def _at_most(what: str, asked: float, found: float, unit: str) -> tuple[str, ...]:
    return what, f"{asked:g} {unit}".strip(), f"{found:.2g} {unit}".strip(), _met(found <= asked)


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


# ---- one row --------------------------------------------------------------------------------------------------------

HEADS = (
    "instance",
    "number",
    "items",
    "columns",
    "missed: first fit, greedy, plan",
    "points of greedy's",
    "proven",
    "within 1 %",
    "CPU: median, most",
    "greedy's",
    "HiGHS's",
)
CHANGED = ("change", "number", "moves, fewest possible", "as few", "CPU: median, most", "proven")


def _row(one: tuple[Any, ...], some: Records) -> Iterator[str]:
    load, weeks, grid = one
    share = [100 * p["plan"]["points"] / p["greedy"]["points"] for p in some if _as_much_missed(p)]
    highs = [p["highs"][1] for p in some if p["highs"]]
    yield f"{load}, {_weeks(weeks)}, {grid} min"
    yield str(len(some))
    yield f"{median(p['items'] for p in some):.0f}"
    yield f"{median(p['columns'] for p in some):.0f}"
    yield ", ".join(f"{median(p[who]['missed'] for p in some):.0f}" for who in ("first_fit", "greedy", "plan"))
    yield f"{median(share):.0f} %" if share else "-"
    yield str(sum(map(_proven, some)))
    yield str(sum(map(_close, some)))
    yield _seconds(p["plan"]["cpu"] for p in some)
    yield f"{median(p['greedy']['cpu'] for p in some):.2f} s"
    yield f"{median(highs):.1f} s" if highs else "-"


def _as_much_missed(p: Mapping[str, Any]) -> bool:
    return bool(p["plan"]["missed"] == p["greedy"]["missed"])


def _change(one: tuple[Any, ...], some: Records) -> Iterator[str]:
    name, weeks = one
    known = [c for c in some if c["fewest"] is not None]
    moves = f"{median(c['moves'] for c in some):.0f}"
    yield f"{name}, {_weeks(weeks)}"
    yield str(len(some))
    yield f"{moves}, {median(c['fewest'] for c in known):.0f}" if known else f"{moves}, -"
    yield str(sum(c["moves"] == c["fewest"] for c in known)) if known else "-"
    yield _seconds(c["cpu"] for c in some)
    yield str(sum(map(_proven, some)))


def _weeks(number: int) -> str:
    return "1 week" if number == 1 else f"{number} weeks"


def _seconds(some: Iterable[float]) -> str:
    known = list(some)
    return f"{median(known):.2f}, {max(known):.2f} s"


def main() -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    lines = page(json.loads(FILE.read_text("utf-8")))
    PAGE.write_text("\n".join((before + BEGIN, "", *lines, "", END + rest.partition(END)[2])), encoding="utf-8")


if __name__ == "__main__":
    main()
