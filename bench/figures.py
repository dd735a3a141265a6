"""What benchmarks found, in one form: a file ``bench/results/NAME.json`` each, and the table made of them all.

    figures = [Figure("first sync of b", "CPU s", 2.1, "icalendar + recurring-ical-events", 36.0, faster(15))]
    save("reading", figures, versions("icalendar", "recurring-ical-events"))

Seconds of two machines cannot be compared, ratios in one run can: so each figure has its peer beside it.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, TypeAlias

RESULTS = Path(__file__).with_name("results")

Kind: TypeAlias = Literal["times faster", "times the peer's", "at most"]


@dataclass(frozen=True)
class Target:
    """What a figure is to reach."""

    kind: Kind
    limit: float

    def __str__(self) -> str:
        limit = f"{self.limit:g}"
        match self.kind:
            case "times faster":
                return f"≥ {limit} × faster"
            case "times the peer's":
                return f"≤ {limit} × the other"
            case "at most":
                return f"≤ {limit}"

    def met(self, ours: float, theirs: float | None) -> bool | None:
        """None where there was no peer to compare with."""
        if self.kind == "at most":
            return ours <= self.limit
        if theirs is None:
            return None
        return theirs >= self.limit * ours if self.kind == "times faster" else ours <= self.limit * theirs


def faster(times: float) -> Target:
    return Target("times faster", times)


def within(times: float) -> Target:
    """At most that many times what the peer takes."""
    return Target("times the peer's", times)


def at_most(value: float) -> Target:
    return Target("at most", value)


@dataclass(frozen=True)
class Figure:
    """One measured value, the median of several runs, and the same of a peer in the same run (None: not to be had)."""

    work: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """What the peer takes over what we take."""
        return self.theirs / self.ours if self.theirs is not None and self.ours else None

    @property
    def met(self) -> bool | None:
        return self.target.met(self.ours, self.theirs) if self.target else None

    def __str__(self) -> str:
        there = "" if self.theirs is None else f"; {self.peer}: {self.theirs:.4g}, ratio {self.ratio or 0:.2f}"
        verdict = {True: "met", False: "NOT MET", None: "no peer"}[self.met]
        return f"{self.work}: {self.ours:.4g} {self.unit}{there}{f' ({self.target}: {verdict})' if self.target else ''}"


def machine() -> Mapping[str, str | int]:
    named = [line for line in _cpuinfo() if line.startswith("model name")]
    processor = named[0].partition(":")[2].strip() if named else platform.processor()
    return {
        "processor": processor,
        "cores": os.cpu_count() or 0,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _cpuinfo() -> list[str]:
    info = Path("/proc/cpuinfo")
    return info.read_text().splitlines() if info.exists() else []


def versions(*packages: str) -> dict[str, str]:
    return {package: metadata.version(package) for package in packages}


def save(name: str, figures: Iterable[Figure], versions: Mapping[str, str], into: Path = RESULTS) -> None:
    """Put what was found in the place of what was found before."""
    found = {
        "name": name,
        "made": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251 - a benchmark says when it was run
        "machine": machine(),
        "versions": dict(versions),
        "figures": [asdict(figure) for figure in figures],
    }
    into.mkdir(exist_ok=True)
    (into / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(file: Path) -> tuple[Mapping[str, Any], tuple[Figure, ...]]:
    """All that :func:`save` wrote, and the figures in it."""
    found = json.loads(file.read_text(encoding="utf-8"))
    figures = ({**f, "target": Target(**f["target"]) if f["target"] else None} for f in found["figures"])
    return found, tuple(Figure(**f) for f in figures)
