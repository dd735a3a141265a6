"""How the cost of looking at goals grows with the years behind them: ``python bench/bench_goals.py``.

The made-up person has had her calendar, and her weekly figures, for 1, 5 and 10 years. CPU seconds of whole commands,
after the first run has read and measured; the limit is one second each.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from timeblock.config.load import load
from timeblock.core.localtime import Week, local
from timeblock.demo.ics import Entry, file
from timeblock.demo.person import build
from timeblock.pipeline import WEEKS_BACK
from timeblock.store import weekly
from timeblock.store.database import open_database

YEARS = (1, 5, 10)
A_WEEK = 10
"""Meetings a week before the demo's own life begins."""
COMMANDS = (("measure",), ("goals", "show", "half"), ("review",), ("review", "quarterly"))
OLD_GOAL = """
[[goals]]
name = "A long one"
metric = "work"
target = "at most 40h"
start = {start}
by = 2035-01-01
"""


def grow(folder: Path, years: int, today: date) -> None:
    """Meetings and figures of all the weeks before those that the demo knows."""
    random, first = Random(1), Week.of(today).plus(-WEEKS_BACK - 1)
    weeks = [first.plus(-n) for n in range(52 * years)]
    for week in weeks:
        for n in range(A_WEEK):
            at = datetime.combine(week.days()[n % 5], time(9)) + timedelta(minutes=15 * random.randrange(24))
            entry = Entry("work", f"old-{week}-{n}", "Meeting", at, at + timedelta(minutes=45))
            (folder / f"calendars/work/old-{week}-{n}.ics").write_text(file([entry]), encoding="utf-8", newline="")
    config = folder / "config.toml"
    config.write_text(config.read_text() + OLD_GOAL.format(start=weeks[-1].monday))


def remember(folder: Path, years: int) -> None:
    """The figures of the last known week, for every week before it."""
    with open_database(load(folder / "config.toml").database) as db:
        kept = weekly.recall(db, ["work", "after_hours", "overtime", "blocks", "leave_used", "area_time", "rest_gap"])
        oldest = min(kept)
        found = {
            oldest.plus(-n): tuple(replace(m, value=(m.value or 0) + n % 7) for m in kept[oldest])
            for n in range(1, 52 * years)
        }
        weekly.remember(db, found)


def cpu(folder: Path, *words: str) -> float:
    """CPU seconds of a command, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "timeblock", "--config", str(folder / "config.toml"), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "XDG_DATA_HOME": str(folder)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    print(f"{'years':>5} {'first':>7} " + " ".join(f"{' '.join(words):>18}" for words in COMMANDS))
    for years in YEARS:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            now = int(folder.stat().st_mtime)
            build(folder, now)
            grow(folder, years, local(now, load(folder / "config.toml").person.where.home).date())
            first = cpu(folder, "measure")
            remember(folder, years)
            cpu(folder, "review", "quarterly")  # which looks back furthest
            times = [cpu(folder, *words) for words in COMMANDS]
        print(f"{years:>5} {first:>7.2f} " + " ".join(f"{seconds:>18.2f}" for seconds in times))


if __name__ == "__main__":
    main()
