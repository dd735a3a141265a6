"""Recurrence cases of others against our expansion: passes, and each failure. ``make conformance CASES=folder``.

A case is one JSON object a line: ``id``, ``rrule``, ``dtstart`` (compact iCalendar; 8 characters are a DATE), ``tz``,
``expected`` (local times; null with ``error``: the rule is to be refused), ``complete`` (false: only the beginning is
listed), ``fast_forward`` (nothing before), ``end`` (nothing from there on). A DTSTART that the rule does not give is an
instance to us (RFC 5545, 3.8.5.3) and to some of the sources not: it is left out where they leave it out.

Core cases are those of the Gregorian calendar that are not to be refused and whose first instance is DTSTART.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from timeblock.core.event import CalendarId, Component, Event, EventKey, Series, When
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts, local
from timeblock.core.recurrence import expand

BUDGET = 10_000_000
SHOWN = 4
"""Instances of a failure that are printed, from the first that differs."""


@dataclass(frozen=True)
class Case:
    """One line of a file."""

    name: str
    rule: str
    start: When
    expected: tuple[str, ...] | None
    complete: bool
    first: str
    end: str

    @staticmethod
    def read(line: str) -> Case:
        said: dict[str, Any] = json.loads(line)
        zone = ZoneInfo(said["tz"]) if said.get("tz") else ZoneInfo("UTC")
        expected = None if said.get("expected") is None else tuple(str(at).removesuffix("Z") for at in said["expected"])
        first = str(said.get("fast_forward") or "")
        complete = bool(said.get("complete", True))
        return Case(
            said["id"],
            said["rrule"],
            _when(said["dtstart"], zone),
            expected,
            complete,
            first,
            str(said.get("end") or ""),
        )

    @property
    def is_core(self) -> bool:
        own = _compact(self.start)
        begins = bool(self.expected) and not self.first and self.expected is not None and self.expected[0] == own
        return begins and "RSCALE" not in self.rule.upper()

    def found(self) -> tuple[list[str], str]:
        """Starts as our expansion gives them, as many as are expected and one more, and what it sets aside."""
        zone = (
            self.start.tzinfo
            if isinstance(self.start, datetime) and isinstance(self.start.tzinfo, ZoneInfo)
            else ZoneInfo("UTC")
        )
        one_day = timedelta(days=1) if not isinstance(self.start, datetime) else timedelta(seconds=1)
        master = Component(
            Event(EventKey(CalendarId("a", "b"), "c.ics", "u")), self.start, self.start + one_day, rules=(self.rule,)
        )
        where = Whereabouts(zone)
        result = expand(Series(master.event.key, master), Interval(0, _last(self)), where, BUDGET)
        starts = (local(o.interval.start, zone) for o in result.occurrences)
        texts = [
            f"{at:%Y%m%d}" if o.all_day else f"{at:%Y%m%dT%H%M%S}"
            for at, o in zip(starts, result.occurrences, strict=True)
        ]
        kept = [t for t in texts if t >= self.first and (not self.end or t < self.end)]
        if self.expected is not None and _compact(self.start) not in self.expected:
            kept = [t for t in kept if t != _compact(self.start)]
        return (kept if self.complete else kept[: len(self.expected or ())]), result.set_aside


def _last(case: Case) -> int:
    texts = [*(case.expected or ()), case.end or "19980101"]
    last = max(text[:8] for text in texts)
    span = timedelta(days=800) if case.complete else timedelta(days=2)
    return int((datetime.strptime(last, "%Y%m%d").replace(tzinfo=UTC) + span).timestamp())


def _when(text: str, zone: ZoneInfo) -> When:
    if len(text) == 8:
        return datetime.strptime(text, "%Y%m%d").date()
    return datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=zone)


def _compact(when: When) -> str:
    return f"{when:%Y%m%dT%H%M%S}" if isinstance(when, datetime) else f"{when:%Y%m%d}"


def cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            yield Case.read(line)


def main(folder: Path) -> int:
    tally: Counter[str] = Counter()
    for case in cases(folder):
        kind = "core" if case.is_core else "to refuse" if case.expected is None else "other"
        found, aside = case.found()
        right = bool(aside) if case.expected is None else tuple(found) == case.expected
        tally[f"{kind}: {'right' if right else 'set aside' if aside else 'wrong'}"] += 1
        if not right:
            print(f"{case.name} [{kind}] {case.rule} from {_compact(case.start)}: {aside or _difference(case, found)}")
    for what, count in sorted(tally.items()):
        print(f"{count:5}  {what}")
    core = sum(count for what, count in tally.items() if what.startswith("core"))
    print(f"core cases: {100 * tally['core: right'] / max(1, core):.1f} % of {core}")
    return 0


def _difference(case: Case, found: list[str]) -> str:
    expected = list(case.expected or ())
    at = next(
        (n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found))
    )
    return f"expected {expected[at : at + SHOWN]}, found {found[at : at + SHOWN]} (from the {at + 1}. on)"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
