"""What a sync of a CalDAV calendar costs, beside vdirsyncer's: ``python bench/bench_sync.py [--events N]``.

Both are run as programs, against one Radicale behind a proxy that counts requests and the bytes of their bodies;
seconds are CPU of the programs alone, interpreter and imports included. vdirsyncer is installed once, into an
environment of its own; its ``discover`` is not counted, our first sync holds it. What a sync of a Google calendar costs
is told beside that, without a peer: vdirsyncer knows nothing of Google but its CalDAV.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import children  # noqa: E402 - found by the line above
from bench.figures import Figure, save, versions  # noqa: E402
from tests.contract.worlds import event  # noqa: E402
from tests.google.account import account  # noqa: E402
from tests.google.server import local_google  # noqa: E402
from tests.proxy import Forward, proxy  # noqa: E402
from tests.servers import radicale  # noqa: E402
from tests.web import Asked, Say  # noqa: E402
from timeblock.calendars.caldav import CalDAV  # noqa: E402
from timeblock.core.event import CalendarId  # noqa: E402
from timeblock.core.localtime import Whereabouts  # noqa: E402
from timeblock.store.database import open_database  # noqa: E402
from timeblock.sync.pull import pull  # noqa: E402

TIMEBLOCK = """identity = "bench"
[accounts.home]
type = "caldav"
url = "{url}"
username = "alice"
password = "secret"
[[calendars]]
name = "work"
account = "home"
match = "work"
"""

VDIRSYNCER = """[general]
status_path = "{folder}/status"
[pair work]
a = "here"
b = "there"
collections = ["work"]
[storage here]
type = "filesystem"
path = "{folder}/calendars"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{url}"
username = "alice"
password = "secret"
"""


@dataclass
class Cost:
    requests: int = 0
    size: int = 0
    seconds: float = 0


@dataclass
class Server:
    """Radicale's calendar ``work``, and what was asked of it since the last :meth:`cost`."""

    url: str
    folder: Path
    counted: Cost

    def put(self, n: int, title: str) -> None:
        """As another program would; put aside first, so that no reader sees half of it."""
        new = self.folder / ".new"
        new.write_text(event(f"uid-{n}", title, "DESCRIPTION:about as long as most " + "words " * 60), newline="")
        new.rename(self.folder / f"uid-{n}.ics")

    def cost(self, program: Callable[[], children.Cost]) -> Cost:
        self.counted.requests = self.counted.size = 0
        cpu = program().cpu
        return Cost(self.counted.requests, self.counted.size, cpu)


@contextmanager
def server(folder: Path, count: int) -> Iterator[Server]:
    work = folder / "data/collection-root/alice/work"
    work.mkdir(parents=True)
    (work / ".Radicale.props").write_text('{"tag": "VCALENDAR", "D:displayname": "work"}')
    counted = Cost()

    def count_it(asked: Asked, forward: Forward) -> Say:
        said = forward(asked)
        counted.requests += 1
        counted.size += len(asked.body.encode(errors="surrogateescape")) + len(said.content)
        return said

    with radicale(folder) as running, proxy(running.port) as front:
        front.on("", count_it, times=None)
        made = Server(front.url, work, counted)
        for n in range(count):
            made.put(n, f"Meeting {n}")
        _warm(made)
        yield made


def _warm(made: Server) -> None:
    """Whoever asks first pays for what the server then keeps; that is nobody's cost."""
    backend = CalDAV("warm", made.url, "alice", lambda: "secret", lambda: 0)
    backend.changes(CalendarId("warm", "/alice/work/"), None, dict)
    backend.close()


def ours(folder: Path, url: str) -> Callable[[], children.Cost]:
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(TIMEBLOCK.format(url=url))
    config.chmod(0o600)
    more = {"XDG_STATE_HOME": str(folder)}
    return lambda: children.run(sys.executable, "-m", "timeblock", "--config", config, "sync", more=more)


def theirs(program: Path, folder: Path, url: str) -> Callable[[], children.Cost]:
    """Pairs are made beforehand, by its ``discover``; that is not counted."""
    (folder / "calendars/work").mkdir(parents=True)
    config = folder / "config"
    config.write_text(VDIRSYNCER.format(url=url, folder=folder))
    children.run("sh", "-c", 'yes | "$0" --config "$1" discover', program, config)
    return lambda: children.run(program, "--config", config, "sync")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as name, server(Path(name) / "server", count) as calendar:
        mine, peer = ours(Path(name) / "ours", calendar.url), children.peer("vdirsyncer")
        other = theirs(peer / "vdirsyncer", Path(name) / "theirs", calendar.url) if peer else None
        found: list[Figure] = []
        for number, what in enumerate(("first sync", "no change", "one change")):
            if what == "one change":
                calendar.put(number, "Moved")
            found += figures(f"{what} of {count} events", calendar.cost(mine), calendar.cost(other) if other else None)
        for figure in found:
            print(f"  {figure}")
        save("sync", found, versions("timeblock", "radicale"))
        google(Path(name), count)


def google(folder: Path, count: int) -> None:
    """The same on a Google of our own; seconds are those of the reading alone."""
    me, where = CalendarId("google", "me@example.com"), Whereabouts(ZoneInfo("Europe/Oslo"))
    times = {"start": {"dateTime": "2026-11-23T09:00:00Z"}, "end": {"dateTime": "2026-11-23T10:00:00Z"}}
    with local_google() as served, open_database(f"sqlite://{folder / 'google.db'}") as db:
        for n in range(count):
            served.calendars.put(me.path, {"id": f"bench{n}", "summary": f"Meeting {n}", **times})
        print(f"{count} events on Google: timeblock")
        for what in ("first sync", "no change", "one change"):
            if what == "one change":
                served.calendars.change(me.path, "bench1", summary="Moved")
            with closing(account(served)) as backend:
                cost = pull(db, backend, me, where, served.now())
            print(
                f"  {what:11} requests {cost.requests:4}   kB {cost.received / 1000:7.1f}   seconds {cost.seconds:5.2f}"
            )


def figures(what: str, ours: Cost, theirs: Cost | None) -> Iterator[Figure]:
    peer = f"vdirsyncer {children.version_of('vdirsyncer')}" if theirs else ""
    yield Figure(what, "requests", ours.requests, peer, theirs.requests if theirs else None)
    yield Figure(what, "kB", ours.size / 1000, peer, theirs.size / 1000 if theirs else None)
    yield Figure(what, "CPU s", ours.seconds, peer, theirs.seconds if theirs else None)


if __name__ == "__main__":
    main()
