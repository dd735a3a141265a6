"""What the daemon costs: ``python bench/bench_daemon.py [--calendars N] [--events N]``.

The loop as it is, on a clock that only waiting moves, asks one Radicale for its calendars; seconds are those of our
processor alone, the planner's are told apart. What is kept in memory is that of this process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, machine, save, versions  # noqa: E402 - found by the line above
from tests.servers import Server, radicale  # noqa: E402
from timeblock import pipeline  # noqa: E402
from timeblock.config.load import load  # noqa: E402
from timeblock.config.settings import Settings  # noqa: E402
from timeblock.core.interval import HOUR, MINUTE, Instant  # noqa: E402
from timeblock.core.plan import Plan  # noqa: E402
from timeblock.core.problem import Problem  # noqa: E402
from timeblock.daemon.health import Health  # noqa: E402
from timeblock.daemon.loop import Clock, Daemon, Watched  # noqa: E402
from timeblock.stages.deps import Deps  # noqa: E402
from timeblock.wiring import connect  # noqa: E402

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = int(datetime(2026, 11, 23, 0, 5, tzinfo=OSLO).timestamp())
DAY = 24 * HOUR
CONFIG = """identity = "bench"
[person]
zone = "Europe/Oslo"
[accounts.home]
type = "caldav"
url = "{url}"
username = "alice"
password = "secret"
[planning]
auto_apply = "all"
[store]
database = "sqlite:///timeblock.db"
[[calendars]]
name = "protected"
account = "home"
match = "/alice/protected/"
role = "blocks"
{calendars}
[[blocks]]
name = "dinner"
kind = "non-negotiable"
quota = "4 per week"
duration = "1h30m"
windows = "17:30-20:30"
[[blocks]]
name = "lunch"
kind = "rest"
quota = "1 per day"
duration = "30m"
windows = "11:30-13:30"
days = "weekdays"
[[blocks]]
name = "deep work"
kind = "focus"
area = "work"
quota = "4 per week"
duration = {{ min = "1h", ideal = "2h", max = "3h" }}
flexible = true
"""
CALENDAR = """[[calendars]]
name = "c{n}"
account = "home"
match = "/alice/c{n}/"
area = "work"
"""
EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//bench//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART:{start:%Y%m%dT%H%M%SZ}\r
DTEND:{end:%Y%m%dT%H%M%SZ}\r
SUMMARY:{uid}\r
DESCRIPTION:{words}\r
END:VEVENT\r
END:VCALENDAR\r
"""


@dataclass(frozen=True)
class Mark:
    """What was spent until a moment: seconds of processor (the planner's in them), requests, MB, looks."""

    processor: float
    planning: float
    requests: int
    memory: float
    looks: int


@dataclass
class Bench:
    """A daemon whose clock we hold. ``agenda``: what happens when, its cost not counted."""

    server: Server
    now: Instant = MONDAY
    planning: float = 0.0
    elsewhere: float = 0.0
    looks: list[Mark] = field(default_factory=list)
    health: Health = Health(1, 0, 0)  # noqa: RUF009 - it never changes
    agenda: list[tuple[Instant, Callable[[], object]]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    answers: list[Instant] = field(default_factory=list)
    put_at: Instant = 0

    def run(self, config: Path) -> None:
        """Until the agenda is empty."""
        self.agenda.sort(key=lambda entry: entry[0])
        watched = Watched(config, lambda: load(config, {}), self.connect)
        clock = Clock(lambda: self.now, lambda: self.now - MONDAY, self.wait)
        self.daemon = Daemon(watched, clock, self.tell, self.show, Health(1, self.now, self.now), draw=Random(1).random)
        self.daemon.run()

    def wait(self, seconds: float) -> None:
        began = time.process_time()
        self.now += round(seconds)
        while self.agenda and self.agenda[0][0] <= self.now:
            self.agenda.pop(0)[1]()
        if not self.agenda:
            self.daemon.stop()
        self.elsewhere += time.process_time() - began

    def tell(self, event: str, **more: object) -> None:
        if event == "applied" and self.put_at:
            self.answers.append(self.now - self.put_at)
            self.put_at = 0

    def show(self, health: Health) -> None:
        news, self.health = health.read != self.health.read, health
        if news:
            self.looks.append(self.spent())

    @contextmanager
    def connect(self, settings: Settings) -> Iterator[Deps]:
        with connect(settings, lambda: self.now, lambda *_: None) as deps:

            def solve(problem: Problem) -> Plan:
                began = time.process_time()
                found = deps.solve(problem)
                self.planning += time.process_time() - began
                self.plan = found
                return found

            yield replace(deps, solve=solve)

    # ---- what happens ----------------------------------------------------------------------------------------------

    def spent(self) -> Mark:
        processor = time.process_time() - self.elsewhere
        return Mark(processor, self.planning, self.health.requests, resident(), len(self.looks))

    def mark(self) -> None:
        self.marks.append(self.spent())

    def put(self, calendar: str, uid: str, at: Instant) -> None:
        """An event of an hour, as another program would put it there; put aside first, so that nobody reads half."""
        folder = self.server.storage / f"collection-root/alice/{calendar}"
        start, end = (datetime.fromtimestamp(moment, UTC) for moment in (at, at + HOUR))
        text = EVENT.format(uid=uid, start=start, end=end, words="about as long as most " * 10)
        new = folder / ".new"
        new.write_text(text, newline="")
        new.rename(folder / f"{uid}.ics")

    def book(self) -> None:
        """A meeting where the next block stands that may move: the daemon has to answer."""
        later = self.now + 6 * HOUR
        start = next(b.interval.start for b in self.plan.blocks if b.interval.start > later and not b.pinned)
        self.put("c0", f"new-{self.now}", start)
        self.put_at = self.now


def resident() -> float:
    """MB of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def prepared(folder: Path, server: Server, calendars: int, events: int) -> tuple[Bench, Path]:
    """``events`` over the last and the coming year in each calendar."""
    bench, random = Bench(server), Random(1)
    for name in ("protected", *(f"c{n}" for n in range(calendars - 1))):
        where = server.storage / f"collection-root/alice/{name}"
        where.mkdir(parents=True)
        (where / ".Radicale.props").write_text(f'{{"tag": "VCALENDAR", "D:displayname": "{name}"}}')
        for n in range(events if name != "protected" else 0):
            bench.put(name, f"{name}-{n}", MONDAY + random.randrange(-365, 365) * DAY + random.randrange(8, 22) * HOUR)
    config = folder / "config.toml"
    several = "".join(CALENDAR.format(n=n) for n in range(calendars - 1))
    config.write_text(CONFIG.format(url=server.url, calendars=several))
    config.chmod(0o600)
    return bench, config


def one_change(bench: Bench, config: Path, times: int = 15) -> float:
    """Seconds of processor from a changed event to the outbox, the planner's and the writing left out."""
    took = []
    with bench.connect(load(config, {})) as deps:
        pipeline.run_cycle(deps, bench.now)
        for n in range(times):
            bench.put("c0", "one", bench.now + (24 + n) * HOUR)
            began, planned = time.process_time(), bench.planning
            pipeline.pull(deps, bench.now)
            snapshot = pipeline.load(deps, bench.now)
            seen = pipeline.observe(snapshot)
            proposal = pipeline.propose(deps.solve, snapshot, seen)
            pipeline.remember(deps, snapshot, seen)
            pipeline.enqueue(deps, seen, proposal, bench.now)
            took.append(time.process_time() - began - (bench.planning - planned))
            pipeline.push(deps, bench.now)
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calendars", type=int, default=10)
    parser.add_argument("--events", type=int, default=200, help="in each calendar")
    parser.add_argument("--days", type=int, default=5, help="quiet ones, before a lively one")
    said = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name,
        radicale(Path(name) / "server") as server,
    ):
        bench, config = prepared(Path(name), server, said.calendars, said.events)
        quiet, lively = MONDAY + 2 * HOUR, MONDAY + 2 * HOUR + said.days * DAY
        bench.agenda = [(at, bench.mark) for at in (quiet, lively, lively + DAY)]
        bench.agenda += [(lively + (6 + n) * HOUR + n * MINUTE, bench.book) for n in range(12)]
        bench.run(config)
        figures = list(found(bench, said.calendars, said.days))
        figures.append(
            Figure(
                "one changed event → outbox, planner apart",
                "CPU ms",
                1000 * one_change(bench, config),
                target=at_most(50),
            )
        )
    print(f"{said.calendars} calendars of {said.events} events; {', '.join(map(str, machine().values()))}")
    for figure in figures:
        print(f"  {figure}")
    save("daemon", figures, versions("ortools", "icalendar", "radicale"))


def found(bench: Bench, calendars: int, days: int) -> Iterator[Figure]:
    began, quiet, lively = bench.marks
    pairs = list(pairwise(bench.looks[began.looks : quiet.looks]))
    look = statistics.median(b.processor - a.processor for a, b in pairs)
    asked = statistics.median(b.requests - a.requests for a, b in pairs)
    yield Figure("a quiet look at all calendars", "CPU ms", 1000 * look, target=at_most(20))
    yield Figure("its requests, a calendar", "requests", asked / calendars, target=at_most(1))
    yield Figure("a quiet day", "CPU s", (quiet.processor - began.processor) / days)
    yield Figure("its planning", "CPU s", (quiet.planning - began.planning) / days)
    yield Figure("a day with 12 meetings over blocks", "CPU s", lively.processor - quiet.processor)
    yield Figure("its planning", "CPU s", lively.planning - quiet.planning)
    answer = statistics.median(bench.answers)
    yield Figure("from a meeting to the moved block: one poll", "s", answer, target=at_most(15 * MINUTE * 1.1))
    yield Figure("memory after the first plan", "MB", began.memory, target=at_most(120))
    yield Figure(f"memory {days + 1} days on", "MB", lively.memory, target=at_most(120))


if __name__ == "__main__":
    main()
