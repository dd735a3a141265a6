"""Reading calendars, and a week out of them, beside libraries: ``python bench/bench_reading.py [--quick]``.

CPU seconds of whole processes, interpreter and imports included; medians of runs by turns. Quick: the small calendar
alone, and ratios are held against those of ``results/reading-quick.json``: it fails where one is worse by more than
:data:`MARGIN`. Growth with the calendar's size is drawn into ``docs/growth.svg``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import growth
from bench.calendars import SIZES, Size, text
from bench.children import PEERS, Cost, medians, peer, run, version_of
from bench.figures import RESULTS, Figure, at_most, faster, load, save, versions, within
from timeblock.codecs.ical import split
from timeblock.core.event import CalendarId

YEARS = ("2015-11-01", "2027-11-01")
WEEK = ("2026-11-16", "2026-11-23")
PYTHON = sys.executable
LIBRARIES = "icalendar + recurring-ical-events"

MARGIN = 2.0
"""A ratio may be so many times worse than the one on record; the machines of a CI differ, and are never quiet."""

CONFIG = """identity = "bench"
[person]
zone = "Europe/Oslo"
[store]
database = "sqlite:///timeblock.db"
"""
ACCOUNT = """[accounts.{name}]
type = "feed"
path = "{path}"
[[calendars]]
name = "{name}"
account = "{name}"
"""


@dataclass(frozen=True)
class Person:
    """Someone whose calendars are the files of ``folder``, with a config of their own."""

    folder: Path

    @staticmethod
    def of(folder: Path, size: Size, parts: int = 1) -> Person:
        """``size`` in as many files as ``parts``: a file of more than 32 MB is not read."""
        folder.mkdir()
        config = CONFIG
        for n in range(1, parts + 1):
            file = folder / f"{n}.ics"
            file.write_text(text(replace(size, events=size.events // parts), n), encoding="utf-8", newline="")
            config += ACCOUNT.format(name=f"c{n}", path=file)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        (folder / "config.toml").chmod(0o600)
        return Person(folder)

    @property
    def file(self) -> Path:
        return self.folder / "1.ics"

    def command(self, *words: str) -> list[str | Path]:
        return [PYTHON, "-m", "timeblock", "--config", self.folder / "config.toml", *words]

    def first_reading(self) -> list[str | Path]:
        """Into a database of its own, which must not be there yet."""
        script = 'rm -f "$0"* && exec "$@" "$0"'
        return ["sh", "-c", script, self.folder / "first.db", PYTHON, PEERS / "ours.py", self.file, *YEARS]

    def libraries(self, *between: str) -> list[str | Path]:
        return [PYTHON, PEERS / "libraries.py", self.file, *between]


def first_reading(name: str, person: Person, times: int) -> Iterator[Figure]:
    """The target is that of the middle calendar."""
    speed, most = (faster(15), at_most(250)) if name == "b" else (None, None)
    ours, theirs = medians(person.first_reading(), person.libraries(*YEARS), times=times)
    assert ours.said == theirs.said, f"we found {ours.said} occurrences, the libraries {theirs.said}"
    work = f"first sync of {name} from a file, 12 years"
    yield Figure(work, "CPU s", ours.cpu, LIBRARIES, theirs.cpu, speed)
    yield Figure(f"{work}: memory", "MB", ours.megabytes, LIBRARIES, theirs.megabytes, most)


def a_week(name: str, person: Person, times: int) -> Iterator[Figure]:
    """The target is that of the middle calendar."""
    speed, start_up = (faster(50), within(2.5)) if name == "b" else (None, None)
    run(*person.command("measure", "--week", "2026-W47"))
    bare: list[str | Path] = [PYTHON, "-c", "import click, sqlite3"]
    measure = person.command("measure", "--week", "2026-W47")
    ours, theirs, start = medians(measure, person.libraries(*WEEK), bare, times=times)
    work = f"a week of {name}, whole process"
    yield Figure(work, "CPU s", ours.cpu, LIBRARIES, theirs.cpu, speed)
    yield Figure(work, "CPU s", ours.cpu, 'python -c "import click, sqlite3"', start.cpu, start_up)


def changes(name: str, person: Person, times: int) -> Iterator[Figure]:
    """Seconds beyond those of a reading that finds the same file."""
    none = [run(*person.command("sync")).cpu for _ in range(times)]
    one = []
    for n in range(times):
        content = person.file.read_text("utf-8")
        person.file.write_text(content.replace("SUMMARY:", f"SUMMARY:{n}", 1), encoding="utf-8", newline="")
        one.append(run(*person.command("sync")).cpu)
    yield Figure(f"sync of {name}, no change", "CPU s", sorted(none)[times // 2])
    yield Figure(f"sync of {name}, one changed event", "CPU s", sorted(one)[times // 2])


def others(name: str, person: Person, times: int) -> Iterator[Figure]:
    """Programs and libraries that have an environment of their own; only those that can be had."""
    ours, first = person.command("measure", "--week", "2026-W47"), person.first_reading()
    if found := peer("ical"):
        theirs: list[str | Path] = [found / "python", PEERS / "with_ical.py", person.file, *WEEK]
        mine, other = medians(ours, theirs, times=times)
        yield Figure(f"a week of {name}, whole process", "CPU s", mine.cpu, f"ical {version_of('ical')}", other.cpu)
    if found := peer("khal"):
        khal = Khal(found / "khal", person)
        mine, other = medians(first, khal.first(), times=times)
        yield Figure(f"first reading of {name}", "CPU s", mine.cpu, f"khal {version_of('khal')}, vdir", other.cpu)
        mine, other = medians(ours, khal.week(), times=times)
        yield Figure(f"a week of {name}, whole process", "CPU s", mine.cpu, f"khal {version_of('khal')}", other.cpu)


class Khal:
    """khal, reading the events of a person as a vdir."""

    def __init__(self, program: Path, person: Person) -> None:
        self.program, self.folder = program, person.folder / "khal"
        (self.folder / "vdir").mkdir(parents=True)
        for n, resource in enumerate(split(CalendarId("khal", "vdir"), person.file.read_text("utf-8"))):
            (self.folder / f"vdir/{n}.ics").write_text(resource.body, encoding="utf-8", newline="")
        (self.folder / "config").write_text(
            f"[calendars]\n[[all]]\npath = {self.folder}/vdir\n[sqlite]\npath = {self.folder}/khal.db\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            "default_timezone = Europe/Oslo\nlocal_timezone = Europe/Oslo\n"
        )

    def week(self) -> list[str | Path]:
        return [self.program, "-c", self.folder / "config", "list", *WEEK]

    def first(self) -> list[str | Path]:
        return ["sh", "-c", 'rm -f "$0" && exec "$@"', self.folder / "khal.db", *self.week()]


def worse(found: list[Figure], name: str) -> list[str]:
    """What is worse than on record by more than the margin."""
    _, known = load(RESULTS / f"{name}.json")
    before = {(f.work, f.peer): f.ratio for f in known}
    return [
        f"{f}: the ratio on record is {kept:.2f}, and {MARGIN} times worse is too much"
        for f in found
        if f.ratio and (kept := before.get((f.work, f.peer))) and f.ratio * MARGIN < kept
    ]


def quick(folder: Path) -> list[Figure]:
    person = Person.of(folder / "a", SIZES["a"])
    return [*first_reading("a", person, 3), *a_week("a", person, 5)]


def whole(folder: Path) -> list[Figure]:
    """All of the small and the middle calendar; of the large one what says how cost grows."""
    found: list[Figure] = []
    points: list[growth.Point] = []
    for name, parts in (("a", 1), ("b", 1), ("c", 3)):
        size = SIZES[name]
        person = Person.of(folder / name, size, parts)
        filled: Cost = run(*person.command("measure", "--week", "2026-W47"))
        part = [*a_week(name, person, 3)] if parts == 1 else []
        part += [*first_reading(name, person, 3)] if parts == 1 else []
        part += [*changes(name, person, 3)] if parts == 1 else []
        part += [*others(name, person, 3)] if name == "a" else []
        week, scanned = growth.week_of(person.folder / "timeblock.db")
        points.append(growth.Point(name, size.events, filled.cpu, week, scanned, part))
        found += part
        for figure in part:
            print(f"  {figure}", flush=True)
        shutil.rmtree(person.folder)
    found += growth.flat(points)
    growth.draw(points)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small calendar alone, held against what is on record")
    parser.add_argument("--record", action="store_true", help="with --quick: put the ratios on record")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = (quick if wanted.quick else whole)(Path(folder))
    of = versions("icalendar", "recurring-ical-events", "python-dateutil", "timeblock")
    if not wanted.quick or wanted.record:
        save("reading-quick" if wanted.quick else "reading", found, of)
        return 0
    for figure in found:
        print(f"  {figure}")
    problems = worse(found, "reading-quick")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
