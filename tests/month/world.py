"""Where the month takes place: a real server behind a proxy, a clock that only waiting moves, and the daemon on it."""

from __future__ import annotations

import base64
import heapq
import itertools
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time, thread_time
from zoneinfo import ZoneInfo

from tests.person import unfolded
from tests.proxy import WRITES, Fault, Forward, Proxy
from tests.servers import Server
from tests.web import Asked, Say
from timeblock.config.load import load
from timeblock.config.settings import Settings
from timeblock.core.interval import Instant
from timeblock.core.plan import Plan
from timeblock.core.problem import Problem
from timeblock.daemon.health import Health
from timeblock.daemon.loop import Clock, Daemon, Watched
from timeblock.stages.deps import Deps
from timeblock.wiring import connect

OSLO = ZoneInfo("Europe/Oslo")
WORK, PROTECTED = "/alice/work/", "/bob/protected/"


@dataclass(frozen=True)
class Write:
    """A request of the daemon that changed the server: an event before and after it, "" for none."""

    at: Instant
    path: str
    before: str
    after: str


@dataclass
class Cost:
    """What the daemon cost: requests by user and method, bytes of their bodies, seconds of its processor."""

    requests: Counter[str] = field(default_factory=Counter)
    size: int = 0
    plans: int = 0
    planning: float = 0.0
    thinking: float = 0.0


@dataclass
class World:
    """``agenda``: what happens when. ``stands``: path → text of every event on the server, as it was last seen.

    ``judge`` is shown each write as it happens.
    """

    home: Path
    server: Server
    front: Proxy
    now: Instant
    judge: Callable[[Write], None]
    draw: Callable[[], float]
    steady: float = 0.0
    agenda: list[tuple[Instant, int, Callable[[], object]]] = field(default_factory=list)
    stands: dict[str, str] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    health: Health = Health(1, 0, 0)  # noqa: RUF009 - it never changes
    harm: Fault | None = None
    cost: Cost = field(default_factory=Cost)
    passwords: dict[str, str] = field(default_factory=lambda: {"alice": "secret", "bob": "secret2"})
    running: Daemon | None = None

    def __post_init__(self) -> None:
        self.front.on("", self.watched, times=None)
        for path in (WORK, PROTECTED):
            self.http("MKCALENDAR", path)

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    # ---- the daemon ------------------------------------------------------------------------------------------------

    def live(self, until: Instant) -> None:
        """Time passes; a daemon that ends is started again, and knows what is on disk."""
        self.at(until, self.stop)
        while self.now < until:
            watched = Watched(self.config, lambda: load(self.config, {}), self.connect)
            clock = Clock(lambda: self.now, lambda: self.steady, self.wait)
            begun = Health(1, self.now, self.now)
            self.running = Daemon(watched, clock, lambda event, **more: None, self.show, begun, draw=self.draw)
            began = thread_time()
            self.running.run()
            self.cost.thinking += thread_time() - began

    @contextmanager
    def connect(self, settings: Settings) -> Iterator[Deps]:
        with connect(settings, lambda: self.now, lambda *_: None) as deps:

            def solve(problem: Problem) -> Plan:
                began = process_time()
                found = deps.solve(problem)
                self.cost.plans += 1
                self.cost.planning += process_time() - began
                return found

            yield replace(deps, solve=solve)

    def stop(self) -> None:
        if self.running:
            self.running.stop()

    def show(self, health: Health) -> None:
        self.health = health

    # ---- time ------------------------------------------------------------------------------------------------------

    def at(self, moment: Instant, happens: Callable[[], object]) -> None:
        heapq.heappush(self.agenda, (moment, next(ORDER), happens))

    def wait(self, seconds: float) -> None:
        """What is due happens meanwhile; after a jump of the clock the daemon may look at once."""
        began, end = thread_time(), self.now + round(seconds)
        while self.agenda and self.agenda[0][0] <= end:
            moment, _, happens = heapq.heappop(self.agenda)
            self.pass_time(max(0, moment - self.now))
            happens()
        self.pass_time(max(0, end - self.now))
        self.front.web.seen.clear()
        self.cost.thinking -= thread_time() - began

    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        self.steady += seconds

    def sleep(self, until: Instant) -> None:
        """The machine sleeps: the steady clock stands still."""
        self.now = max(self.now, until)

    # ---- what the daemon sends -------------------------------------------------------------------------------------

    def watched(self, asked: Asked, forward: Forward) -> Say:
        user = base64.b64decode(asked.headers.get("Authorization", "").partition(" ")[2]).decode().partition(":")[0]
        self.cost.requests[f"{user} {asked.method}"] += 1
        said = (self.harm or pass_on)(asked, self.noting(forward))
        self.cost.size += len(asked.body) + len(said.content)
        return said

    def noting(self, forward: Forward) -> Forward:
        def noted(asked: Asked) -> Say:
            said = forward(asked)
            if asked.method in WRITES and said.status < 300:
                before, after = self.stands.get(asked.path, ""), self.look(asked.path)
                write = Write(self.now, asked.path, before, after)
                self.writes.append(write)
                self.judge(write)
            return said

        return noted

    # ---- what people do, past the proxy ----------------------------------------------------------------------------

    def http(self, method: str, path: str, body: str = "", **headers: str) -> str:
        """With the passwords that the server knows."""
        user = path.split("/")[1]
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{self.passwords[user]}".encode()).decode()
        if method == "PUT":
            headers["Content-Type"] = "text/calendar; charset=utf-8"
        request = urllib.request.Request(f"{self.server.url}{path[1:]}", body.encode() or None, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())

    def look(self, path: str) -> str:
        """The event as the server has it; "" for none."""
        try:
            self.stands[path] = self.http("GET", path)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            self.stands.pop(path, None)
        return self.stands.get(path, "")

    def put(self, path: str, text: str) -> str:
        """What the server keeps of it."""
        self.http("PUT", path, text)
        return self.look(path)

    def delete(self, path: str) -> None:
        self.http("DELETE", path)
        self.stands.pop(path)

    def set_password(self, user: str, password: str) -> None:
        self.passwords[user] = password
        (self.server.storage.parent / "users").write_text("".join(f"{u}:{p}\n" for u, p in self.passwords.items()))

    def blocks(self) -> Mapping[str, str]:
        """Path → text of what stands with our mark."""
        return {p: t for p, t in self.stands.items() if p.startswith(PROTECTED) and "X-TIMEBLOCK-KEY" in unfolded(t)}


ORDER = itertools.count()


def pass_on(asked: Asked, forward: Forward) -> Say:
    return forward(asked)
