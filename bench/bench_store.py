"""How the store's cost grows with the length of history: ``python bench/bench_store.py [--large]``.

Events are made here (one in seven recurs, one in ten is a whole day), so that no codec is timed. Ratios matter, not
seconds; below 1.3 is a tie.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from timeblock.core.event import CalendarId, Component, Decoded, Event, EventKey, Resource, Series
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store import events
from timeblock.store.database import Database, open_database

OSLO = ZoneInfo("Europe/Oslo")
HOME = Whereabouts(OSLO)
WORK = CalendarId("work", "/cal/")
NOW = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
DAY = 86_400
WEEK = Interval(NOW, NOW + 7 * DAY)
BODY = "BEGIN:VEVENT\r\n" + "DESCRIPTION:about as long as most\r\n" * 20 + "END:VEVENT\r\n"


def resources(count: int, years: int) -> Iterator[tuple[Resource, Decoded]]:
    """``count`` events over the last ``years``; always the same ones."""
    random = Random(1)
    for n in range(count):
        key = EventKey(WORK, f"{n}.ics", f"uid-{n}")
        start = datetime.fromtimestamp(NOW - random.randrange(years * 365) * DAY, OSLO).replace(
            hour=random.randrange(7, 20)
        )
        event = Event(key, f"Meeting {n}", location="Room 4", categories=("Work",))
        yield Resource(WORK, key.href, f'"{n}"', BODY), Decoded((Series(key, _component(n, event, start)),))


def _component(n: int, event: Event, start: datetime) -> Component:
    if n % 10 == 0:
        return Component(event, start.date(), start.date() + timedelta(days=1))
    rules = ("FREQ=WEEKLY;COUNT=40",) if n % 7 == 0 else ()
    return Component(event, start, start + timedelta(hours=1), rules)


def fill(db: Database, count: int, years: int) -> float:
    """Seconds of CPU to save that many, twelve years expanded."""
    events.ensure_horizon(db, Interval(NOW - 11 * 365 * DAY, NOW + 365 * DAY), HOME, lambda _: Decoded())
    pairs = list(resources(count, years))
    began = time.process_time()
    events.save_changes(db, WORK, pairs, [], "c", NOW, HOME)
    return time.process_time() - began


def median(what: Callable[[], object], times: int = 15) -> float:
    """Seconds of CPU, in the middle of ``times``."""
    took = []
    for _ in range(times):
        began = time.process_time()
        what()
        took.append(time.process_time() - began)
    return statistics.median(took)


def startup(file: Path) -> tuple[float, float]:
    """Seconds a new process takes to open a store, and one that only imports sqlite3."""
    opening = f"from timeblock.store.database import open_database; open_database('sqlite://{file}').close()"
    return _process(opening), _process("import sqlite3")


def _process(script: str) -> float:
    took = []
    for _ in range(7):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 100,000 events")
    sizes = {"a": (2_000, 3), "b": (20_000, 10), **({"c": (100_000, 10)} if parser.parse_args().large else {})}
    first: float | None = None
    with tempfile.TemporaryDirectory() as folder:
        for name, (count, years) in sizes.items():
            file = Path(folder) / name
            with open_database(f"sqlite://{file}") as db:
                saving = fill(db, count, years)
                week = median(lambda db=db: events.occurrences(db, WEEK, [WORK]))  # type: ignore[misc]
                steady = median(lambda db=db: events.ensure_horizon(db, WEEK, HOME, lambda _: Decoded()))  # type: ignore[misc]
                found = len(events.occurrences(db, WEEK, [WORK]))
            first = first or week / found
            print(f"{name}: {count} events saved in {saving:.2f} s, {file.stat().st_size / 1e6:.0f} MB")
            print(f"   a week of {found}: {week * 1000:.2f} ms; each costs {week / found / first:.2f} times one of a")
            print(f"   horizon asked again: {steady * 1000:.2f} ms")
        opening, bare = startup(Path(folder) / "a")
        print(
            f"to open it, a process takes {opening * 1000:.0f} ms: {opening / bare:.1f} times one that imports sqlite3"
        )


if __name__ == "__main__":
    main()
