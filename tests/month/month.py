"""A month of the daemon on a real server, day by day, and what it came to."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests import proxy
from tests.month.people import EVENT, People, local, span_of
from tests.month.promises import FLEXIBLE, Judge, request_of
from tests.month.world import OSLO, WORK, World
from tests.person import key, times
from tests.proxy import Fault, answers
from tests.servers import radicale
from tests.web import Asked, Say
from timeblock import pipeline
from timeblock.config.load import load
from timeblock.core.interval import HOUR, MINUTE, Instant
from timeblock.stages.deps import Deps
from timeblock.store import history
from timeblock.store.history import Action

FIRST = date(2026, 10, 5)
"""A Monday; clocks are set back on the 25th."""

MEMORY = Path("/dev/shm")
"""Files that lie there wait for no disk."""

CONFIG = """identity = "month"
[person]
zone = "Europe/Oslo"
addresses = ["alice@example.org"]
[person.hours]
mon = "08:30-16:30"
tue = "08:30-16:30"
wed = "08:30-16:30"
thu = "08:30-16:30"
fri = "08:30-16:30"
[accounts.office]
type = "caldav"
url = "{url}"
username = "alice"
password = "secret"
[accounts.home]
type = "caldav"
url = "{url}"
username = "bob"
password = "{password}"
[accounts.club]
type = "folder"
path = "calendars"
[[calendars]]
name = "work"
account = "office"
match = "/alice/work/"
area = "work"
[[calendars]]
name = "protected"
account = "home"
match = "/bob/protected/"
role = "blocks"
[[calendars]]
name = "football"
account = "club"
area = "health"
[planning]
weeks = {weeks}
auto_apply = "all"
[daemon]
poll = {{ least = "{least}m", most = "{most}m" }}
[store]
database = "sqlite:///timeblock.db"
[[blocks]]
name = "dinner"
kind = "non-negotiable"
area = "family"
quota = "{dinners} per week"
duration = {{ min = "1h", ideal = "1h30m", max = "2h" }}
windows = "17:30-20:30"
[[blocks]]
name = "lunch"
kind = "rest"
quota = "1 per day"
duration = "30m"
windows = "11:30-13:30"
days = "weekdays"
[[blocks]]
name = "sleep"
kind = "rest"
quota = "1 per day"
duration = {{ min = "6h", ideal = "8h", max = "8h30m" }}
windows = "22:30-07:30"
[[blocks]]
name = "shutdown"
kind = "ritual"
quota = "1 per day"
duration = "15m"
windows = "15:00-17:00"
days = "weekdays"
[[blocks]]
name = "deep work"
kind = "focus"
area = "work"
quota = "4 per week"
duration = {{ min = "1h", ideal = "2h", max = "3h" }}
windows = "08:30-15:30"
days = "weekdays"
flexible = true
[[blocks]]
name = "run"
kind = "routine"
area = "health"
quota = "3 per week"
duration = "45m"
windows = "06:30-20:00"
days = ["weekdays", "weekend"]
flexible = true
"""


@dataclass(frozen=True)
class Scale:
    """How long it is, and how closely everything is looked at."""

    days: int
    weeks: int
    least: int
    most: int
    busy: tuple[int, int]


QUICK = Scale(days=31, weeks=1, least=2, most=30, busy=(2, 4))
FULL = Scale(days=31, weeks=2, least=1, most=15, busy=(4, 9))


@dataclass
class Month:
    world: World
    random: Random
    scale: Scale
    words: dict[str, object] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)
    progress: Callable[[str], object] = lambda line: None

    def __post_init__(self) -> None:
        self.people = People(self.world, self.random)
        self.judge = Judge(self.people, round(self.scale.most * MINUTE * 1.1) + 30)
        self.world.judge = self.judge.write
        self.words = {"weeks": self.scale.weeks, "least": self.scale.least, "most": self.scale.most, "dinners": 4}
        self.words |= {"password": "secret2", "url": self.world.front.url}

    def configure(self, **words: object) -> None:
        self.words |= words
        text = CONFIG.format(**self.words)
        self.world.config.write_text(text)
        self.world.config.chmod(0o600)

    # ---- what will happen ------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self.configure()
        self.football(local(FIRST + timedelta(days=1), 18))
        self.people.series("standup", local(FIRST, 9), 15, 6)
        self.people.series("all-hands", local(FIRST + timedelta(days=2), 12), 60, 6)
        self.people.series("one-to-one", local(FIRST + timedelta(days=3), 14, 30), 45, 6)
        for number in range(self.scale.days):
            self.day(FIRST + timedelta(days=number))
        self.troubles()

    def football(self, first: datetime) -> None:
        """Two hours every week, in a folder of files."""
        at = [f";TZID=Europe/Oslo:{first + timedelta(hours=hours):%Y%m%dT%H%M%S}" for hours in (0, 2)]
        self.training.parent.mkdir(parents=True)
        text = EVENT.format(uid="football", start=at[0], end=at[1], lines="RRULE:FREQ=WEEKLY;COUNT=9\r\n")
        self.training.write_text(text, newline="")
        starts = [int((first + timedelta(weeks=n)).timestamp()) for n in range(9)]
        self.people.elsewhere = [(start, start + 2 * HOUR) for start in starts]
        self.trained = self.training.read_bytes()

    @property
    def training(self) -> Path:
        return self.world.home / "calendars/football/football.ics"

    def day(self, day: date) -> None:
        """The machine wakes at half past six, is restarted somewhen, and sleeps at half past ten."""
        if day.weekday() < 5:
            for _ in range(self.random.randint(*self.scale.busy)):
                self.world.at(self.somewhen(day, 7, 19), self.colleague)
        if self.random.random() < 0.6:
            self.world.at(self.somewhen(day, 7, 22), self.person)
        self.world.at(self.somewhen(day, 8, 20), self.world.stop)
        self.world.at(moment(day, 22, 15), self.good_night)
        self.world.at(moment(day, 22, 30), partial(self.sleep, moment(day + timedelta(days=1), 6, 30)))

    def troubles(self) -> None:
        later = {"Retry-After": "600"}
        self.outage(8, 9, 5, proxy.lost)
        self.outage(16, 13, 3, dropped_writes)
        self.outage(22, 10, 4, answers(Say(503, "", later)))
        self.world.at(self.on(10, 9), self.revoke)
        self.world.at(self.on(10, 13), partial(self.world.config.write_text, "identity = 5"))
        self.world.at(self.on(10, 14), self.give_back)
        self.world.at(self.on(13, 18), partial(self.configure, dinners=5))
        self.world.at(self.on(18, 17), partial(self.people.away, FIRST + timedelta(days=21), 4))
        self.world.at(self.on(19, 12), self.rests)
        for sunday in range(6, self.scale.days, 7):
            self.world.at(self.on(sunday, 11), self.twice)

    def on(self, day: int, hour: int) -> Instant:
        return moment(FIRST + timedelta(days=day), hour)

    def outage(self, day: int, hour: int, hours: int, harm: Fault) -> None:
        begin = self.on(day, hour)
        self.world.at(begin, partial(self.cut_off, harm, begin + hours * HOUR))
        self.world.at(begin + hours * HOUR, partial(setattr, self.world, "harm", None))

    def cut_off(self, harm: Fault, until: Instant) -> None:
        self.world.harm = harm
        self.judge.quiet_until = until + 66 * MINUTE

    def revoke(self) -> None:
        """The server takes another password from now on."""
        self.judge.quiet_until = self.on(10, 14) + MINUTE
        self.world.set_password("bob", "another")
        self.before = Counter(self.world.cost.requests)

    def give_back(self) -> None:
        """Meanwhile one account was read, the other left alone, the broken config told of; now the config is mended."""
        health, since = self.world.health, self.world.cost.requests - self.before
        self.judge.holds({"home", "config"} == set(health.problems), "12: not told", str(health))
        self.judge.holds(since["alice REPORT"] >= 5 * 60 // self.scale.most - 3, "12: the other account was not read")
        self.judge.holds(since.total() - since["alice REPORT"] <= 60, "12: it was asked again and again", str(since))
        self.configure(password="another")

    def somewhen(self, day: date, first: int, last: int) -> Instant:
        return moment(day, first) + self.random.randrange((last - first) * 60) * MINUTE

    # ---- what happens ----------------------------------------------------------------------------------------------

    def colleague(self) -> None:
        self.people.colleague()
        self.world.at(self.world.now + self.judge.answer, self.judge.look)

    def person(self) -> None:
        if self.world.now > self.judge.quiet_until:
            self.people.person()
            self.world.at(self.world.now + self.judge.answer, self.judge.look)

    def good_night(self) -> None:
        self.judge.look()
        self.judge.server_agrees()
        gc.collect()
        self.memory.append(resident())
        self.progress(f"{datetime.fromtimestamp(self.world.now, OSLO):%a %d %b}: {len(self.judge.broken)} broken")

    def sleep(self, until: Instant) -> None:
        self.world.sleep(until)
        self.judge.quiet_until = max(self.judge.quiet_until, until)

    # ---- all of it -------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self.prepare()
        self.world.live(self.on(self.scale.days, 12))
        health, self.people.stirred = self.world.health, self.world.now
        self.judge.holds(not health.problems, "12: not well again", str(health))
        self.twice()
        self.undone()
        self.told_truly()
        self.judge.edits_stand()
        self.forgotten()
        self.judge.edits_stand()
        self.judge.holds(self.training.read_bytes() == self.trained, "13: a file of theirs is another")
        self.judge.server_agrees()

    def rests(self) -> None:
        """A holiday of some days makes a week of rest: what is flexible is not asked for."""
        first, last = self.on(21, 0), self.on(28, 0)
        for path, text in self.world.blocks().items():
            if path not in self.people.moved and first <= span_of(text)[0] < last:
                self.judge.holds(request_of(text) not in FLEXIBLE, "15: in a week of rest", key(text))

    @contextmanager
    def beside(self) -> Iterator[Deps]:
        """As a command would run beside the daemon."""
        with self.world.connect(load(self.world.config, {})) as deps:
            yield deps

    def twice(self) -> None:
        """A plan that is only looked at writes nothing; neither does a second run."""
        with self.beside() as deps:
            pipeline.pull(deps, self.world.now)
            before = len(self.world.writes)
            snapshot = pipeline.load(deps, self.world.now)
            proposal = pipeline.propose(deps.solve, snapshot, pipeline.observe(snapshot))
            self.judge.holds(len(self.world.writes) == before, "6: a preview wrote")
            first = pipeline.run_cycle(deps, self.world.now)
            self.judge.holds(first.proposal.changes == proposal.changes, "6: another plan was shown than written")
            before = len(self.world.writes)
            pipeline.run_cycle(deps, self.world.now)
            self.judge.holds(len(self.world.writes) == before, "4: a second run wrote")

    def undone(self) -> None:
        """A meeting moves a block; undo puts it back."""
        path = max(self.people.free_to_move(), key=lambda path: span_of(self.world.stands[path]))
        stood = times(self.world.stands[path])
        self.people.keep(WORK, "the-last", [datetime.fromtimestamp(span_of(self.world.stands[path])[0], OSLO)], 30)
        with self.beside() as deps:
            run = pipeline.run_cycle(deps, self.world.now).run
            there = self.world.stands.get(path)
            self.judge.holds(there is None or times(there) != stood, "5: not answered", stood[0])
            before = len(self.world.writes)
            pipeline.undo(deps, self.world.now, run)
            back = [t for t in self.world.blocks().values() if times(t) == stood and key(t) == key(there or t)]
            self.judge.holds(len(back) == 1 and len(self.world.writes) > before, "6: not undone", stood[0])

    def forgotten(self) -> None:
        """The database is lost: what stands is known again by its marks, and what is missing below a sibling, too."""
        for file in self.world.home.glob("timeblock.db*"):
            file.unlink()
        keys = {key(text) for text in self.world.blocks().values()}
        self.people.gone = {gone: at for gone, at in self.people.gone.items() if any(map(partial(follows, gone), keys))}
        with self.beside() as deps:
            pipeline.run_cycle(deps, self.world.now)

    def told_truly(self) -> None:
        """The log has every write of the server, with a reason; what nobody knows is unknown."""
        with self.beside() as deps:
            logged = [e for run in history.runs(deps.db, 10_000) for e in history.entries(deps.db, run.id)]
            seen = pipeline.observe(pipeline.load(deps, self.world.now))
        done = Counter(e.action.value for e in logged if e.action in (Action.CREATED, Action.UPDATED, Action.DELETED))
        found = {"created": "created", "updated": "changed", "deleted": "deleted"}
        was = Counter({name: self.judge.became[word] for name, word in found.items()})
        self.judge.holds(done == was, "7: the log is not what happened", f"{done} {was}")
        self.judge.holds(all(e.why for e in logged), "7: without a reason")
        mails = {
            (m.value, bool(m.missing)) for week in seen.weeks.values() for m in week if m.id == "after_hours_emails"
        }
        self.judge.holds(mails == {(None, True)}, "9: not unknown", str(mails))

    def told(self) -> str:
        cost, weeks = self.world.cost, self.scale.days / 7
        total = cost.requests.total()
        did = ", ".join(f"{n} {what}" for what, n in self.people.did.most_common())
        became = ", ".join(f"{n} {what}" for what, n in self.judge.became.most_common())
        return "\n".join(
            (
                f"{self.scale.days} days: {did}",
                f"  blocks: {became}",
                f"  churn: {len(self.judge.moves) / weeks:.1f} moves a week, "
                f"{self.judge.optional.total() / weeks:.1f} of them of blocks that nothing lay on; "
                f"{max(self.judge.optional.values(), default=0)} of these on one day at most",
                f"  {total} requests ({total / self.scale.days:.0f} a day), {cost.size / 1e6:.1f} MB, "
                + ", ".join(f"{n} {what}" for what, n in cost.requests.most_common()),
                f"  {cost.plans} plans in {cost.planning:.1f} s; the rest of the daemon took "
                f"{cost.thinking - cost.planning:.1f} s of the processor",
                f"  memory: {self.memory[0]:.0f} MB after a day, {self.memory[-1]:.0f} MB at the end",
                f"  {self.judge.looks} looks at what every change became; {len(self.judge.broken)} promises broken",
                *(f"    {broken}" for broken in self.judge.broken[:60]),
            )
        )


def follows(one: str, other: str) -> bool:
    """Whether both belong to one day or week of a request, and the other comes later: numbers there have no gaps."""
    (group, _, number), (same, _, later) = one.rpartition("/"), other.rpartition("/")
    return group == same and int(number) < int(later)


def dropped_writes(asked: Asked, forward: proxy.Forward) -> Say:
    """Everything is done, and of writes nobody hears."""
    return proxy.dropped(asked, forward) if asked.method in proxy.WRITES else forward(asked)


def moment(day: date, hour: int, minute: int = 0) -> Instant:
    return int(local(day, hour, minute).timestamp())


def resident() -> float:
    """MB of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@contextmanager
def month(seed: int, scale: Scale) -> Iterator[Month]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)))
        server = stack.enter_context(radicale(folder / "server"))
        front = stack.enter_context(proxy.proxy(server.port))
        home = folder / "home"
        home.mkdir()
        random = Random(seed)
        world = World(home, server, front, moment(FIRST, 6, 30), lambda write: None, random.random)
        yield Month(world, random, scale)
