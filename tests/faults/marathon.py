"""A long life: people edit at random, everything fails at random, and in the end nothing is lost.

``python -m tests.faults.marathon [radicale|xandikos|cyrus] --edits 1000 --failures 200`` prints what happened.
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from urllib.error import HTTPError

from tests import proxy
from tests.person import CONFIG, FOREIGN, Person, key, person_at, times, unfolded
from tests.proxy import Fault, answers, answers_after
from tests.servers import Server, cyrus, radicale, xandikos
from tests.web import Say
from timeblock import pipeline
from timeblock.config.load import load
from timeblock.core.diff import State
from timeblock.core.interval import HOUR, MINUTE
from timeblock.store import outbox
from timeblock.wiring import connect

ROOTS = {"radicale": "/alice/", "xandikos": "/alice/calendars/", "cyrus": "/dav/calendars/user/alice/"}
XML = {"Content-Type": "text/xml"}
LATER = {"Retry-After": "60"}
PORTAL = Say(200, "<html>Welcome to our hotel</html>", {"Content-Type": "text/html"})

ON_WRITES: dict[str, Fault] = {
    "request lost": proxy.lost,
    "answer lost": proxy.dropped,
    "answer cut": proxy.cut,
    "sent twice on the way": proxy.twice,
    "500": answers(Say(500)),
    "500, but done": answers_after(Say(500)),
    "429": answers(Say(429, "", LATER)),
    "503": answers(Say(503, "", LATER)),
    "412": answers(Say(412)),
    "403": answers(Say(403)),
    "redirect": answers(Say(302, "", {"Location": "http://127.0.0.1:9/"})),
    "captive portal": answers(PORTAL),
    "captive portal, but done": answers_after(PORTAL),
}
ON_READS: dict[str, Fault] = {
    "request lost": proxy.lost,
    "answer cut": proxy.cut,
    "chunk cut": proxy.cut_in_chunks,
    "500": answers(Say(500)),
    "429": answers(Say(429, "", LATER)),
    "captive portal": answers(PORTAL),
    "empty": answers(Say(207, '<multistatus xmlns="DAV:"/>', XML)),
    "token expired": answers(Say(403, '<error xmlns="DAV:"><valid-sync-token/></error>', XML)),
    "half": proxy.changed(lambda body: body[: len(body) // 2]),
}
KILLS = ("killed when it arrived", "killed before it leaves")


@dataclass
class Marathon:
    """``texts``: calendar → name → what the person left there, which must stay to the letter. ``moved``, ``titled``:
    what they did to blocks, by name; ``gone``: block keys they deleted."""

    person: Person
    random: Random
    texts: dict[str, dict[str, str]] = field(default_factory=lambda: {"work": {}, "protected": {}})
    moved: dict[str, tuple[str, str]] = field(default_factory=dict)
    titled: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    edits: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    runs: int = 0

    def __post_init__(self) -> None:
        self.texts["work"]["board.ics"] = self.person.get("board", "work")

    def run(self, edits: int, failures: int) -> None:
        self.apply()
        while self.edits.total() < edits or self.failures.total() < failures:
            for _ in range(self.random.randint(0, 2 * edits // failures)):
                if self.edits.total() < edits:
                    self.edit()
            self.plan_anew()
            self.person.now += self.random.randint(5, 40) * MINUTE
            self.failing_run() if self.failures.total() < failures else self.apply()
        self.two_clean_runs()
        self.nothing_is_lost()

    # ---- the program -----------------------------------------------------------------------------------------------

    def plan_anew(self) -> None:
        hours = self.random.choice(["18:00-20:30", "19:00-21:00", "17:30-19:30"])
        text = CONFIG.replace("18:00-20:30", hours).replace("2 per week", f"{self.random.randint(1, 4)} per week")
        self.person.configure(text.replace('duration = "30m"', f'duration = "{self.random.choice((30, 45))}m"'))

    def apply(self) -> None:
        self.runs += 1
        self.person.apply(anyway=True)

    def failing_run(self) -> None:
        """One run in which one thing goes wrong; it counts where it happened."""
        kind = self.random.choice(["write", "write", "read", "kill", "meanwhile"])
        name, fault = self.random.choice(list((ON_READS if kind == "read" else ON_WRITES).items()))
        methods = "REPORT" if kind == "read" else "PUT DELETE"
        if kind == "meanwhile":
            name, fault = "edited meanwhile", proxy.meanwhile(lambda: self.edit(in_a_run=True))
        if kind == "kill":
            name = self.random.choice(KILLS)
            self.killed(name, methods)
        else:
            self.person.front.on(methods, fault, skip=self.random.choice((0, 0, 0, 2)))
            self.apply()
        self.failures[name] += sum(rule.times == 0 for rule in self.person.front.rules)
        self.person.front.heal()

    def killed(self, name: str, methods: str) -> None:
        self.runs += 1
        words = [sys.executable, "-m", "tests.faults.marathon", "apply", str(self.person.config), str(self.person.now)]
        running = subprocess.Popen(words, env=self.person.environ(), stdout=subprocess.DEVNULL)
        kill = proxy.kills(running, first=name == KILLS[1])
        self.person.front.on(methods, kill, skip=self.random.choice((0, 0, 0, 2)))
        assert running.wait(timeout=100) in (0, -signal.SIGKILL)

    def two_clean_runs(self) -> None:
        for _ in range(2):
            self.person.now += 7 * HOUR
            with self.person.deps() as deps:
                outbox.try_again(deps.db)
            self.apply()

    # ---- the person ------------------------------------------------------------------------------------------------

    def edit(self, *, in_a_run: bool = False) -> None:
        """One thing that people do in a calendar program; what is not possible now is not counted."""
        ours = [self.move, self.retitle, self.annotate]
        settled = [self.delete, self.duplicate, self.invite]
        theirs = [self.create, self.edit_theirs, self.edit_theirs, self.delete_theirs, self.duplicate_theirs]
        step = self.random.choice([*ours, *theirs] if in_a_run else [*ours, *ours, *settled, *theirs])
        if step():
            self.edits[step.__name__.replace("_", " ")] += 1

    def any_block(self) -> str | None:
        """Name of one that is still to come and that nobody has made theirs entirely."""
        names = [n for n in self.person.names() if n.startswith("tb") and n not in self.texts["protected"]]
        self.random.shuffle(names)
        return next(filter(self.starts_later, names), None)

    def starts_later(self, name: str) -> bool:
        """Not before tomorrow, whatever the zone."""
        start, _ = times(self.person.get(name))
        return datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp() > self.person.now + 24 * HOUR

    def change(self, name: str, change: Callable[[str], str]) -> str | None:
        """What the server keeps of it; None where it is gone by now, or the change is none."""
        with suppress(HTTPError):
            before = self.person.get(name)
            if (after := change(before)) != before:
                self.person.put(name, after)
                return self.person.get(name)
        return None

    def move(self) -> bool:
        """To a minute that no plan would choose."""
        hour, minute = self.random.randint(6, 20), self.random.choice([7, 13, 22, 41, 53])
        stored = (name := self.any_block()) and self.change(name, lambda text: at_hour(text, hour, minute))
        if name and stored:
            self.moved[name] = times(stored)
        return bool(stored)

    def retitle(self) -> bool:
        title = f"Mine {self.random.randint(1, 999)}"
        stored = (name := self.any_block()) and self.change(
            name, lambda text: re.sub(r"SUMMARY:[^\r\n]*(\r?\n [^\r\n]*)*", f"SUMMARY:{title}", text)
        )
        if name and stored:
            self.titled[name] = title
        return bool(stored)

    def annotate(self) -> bool:
        line = f"X-NOTE:{self.random.randint(1, 999)}\r\nEND:VEVENT"
        return bool((name := self.any_block()) and self.change(name, lambda text: text.replace("END:VEVENT", line)))

    def invite(self) -> bool:
        """Guests, or every week: from then on it is theirs to the letter."""
        line = self.random.choice(["ATTENDEE:mailto:anna@example.org", "RRULE:FREQ=WEEKLY;COUNT=2"])
        stored = (name := self.settled_block()) and self.change(
            name, lambda text: text.replace("END:VEVENT", f"{line}\r\nEND:VEVENT")
        )
        if name and stored:
            self.texts["protected"][name] = stored
            self.moved.pop(name, None)
            self.titled.pop(name, None)
        return bool(stored)

    def delete(self) -> bool:
        name = self.settled_block()
        if name is None:
            return False
        self.gone.add(key(self.person.get(name)))
        self.person.delete(name)
        self.moved.pop(name, None)
        self.titled.pop(name, None)
        return True

    def settled_block(self) -> str | None:
        """One of which the program knows that it stands."""
        name = self.any_block()
        if name is None:
            return None
        with self.person.deps() as deps:
            waiting = {wish.slot.key for wish in outbox.pending(deps.db)}
            known = {
                w.href.rpartition("/")[2] for w in outbox.written(deps.db) if w.state in (State.LIVE, State.PINNED)
            }
        return name if name in known and key(self.person.get(name)) not in waiting else None

    def duplicate(self) -> bool:
        name = self.any_block()
        if name is None:
            return False
        text, uid = self.person.get(name), f"copy-{self.edits.total()}"
        self.keep("protected", f"{uid}.ics", unfolded(text).replace(name.removesuffix(".ics"), uid))
        return True

    def create(self) -> bool:
        uid, calendar = f"theirs-{self.edits.total()}", self.random.choice(list(self.texts))
        extra = self.random.choice(["", "RRULE:FREQ=WEEKLY;COUNT=5\r\n", "ATTENDEE:mailto:boss@example.com\r\n"])
        text = FOREIGN.replace("RRULE:FREQ=WEEKLY\r\n", extra).replace("board@example.com", uid)
        text = text.replace("20260105", f"202611{self.random.randint(24, 30)}")
        self.keep(calendar, f"{uid}.ics", at_hour(text, self.random.randint(6, 19), self.random.choice([0, 15, 30])))
        return True

    def edit_theirs(self) -> bool:
        calendar, name = self.any_of_theirs()
        if name is None:
            return False
        changes: Sequence[Callable[[str], str]] = (
            lambda text: at_hour(text, self.random.randint(6, 19), self.random.choice([5, 35])),
            lambda text: text.replace("END:VEVENT", f"X-NOTE:{self.random.randint(1, 999)}\r\nEND:VEVENT"),
        )
        self.keep(calendar, name, self.random.choice(changes)(self.texts[calendar][name]))
        return True

    def delete_theirs(self) -> bool:
        calendar, name = self.any_of_theirs()
        if name is None:
            return False
        self.person.delete(name, calendar)
        del self.texts[calendar][name]
        return True

    def duplicate_theirs(self) -> bool:
        calendar, name = self.any_of_theirs()
        if name is None:
            return False
        uid = f"copy-{self.edits.total()}"
        text = re.sub(r"(?m)^UID:[^\r\n]*", f"UID:{uid}", unfolded(self.texts[calendar][name]))
        self.keep(calendar, f"{uid}.ics", text)
        return True

    def any_of_theirs(self) -> tuple[str, str | None]:
        calendar = self.random.choice(list(self.texts))
        names = sorted(name for name in self.texts[calendar] if not name.startswith("tb"))
        return calendar, self.random.choice(names) if names else None

    def keep(self, calendar: str, name: str, text: str) -> None:
        self.person.put(name, text.replace("\r\n", "\n").replace("\n", "\r\n"), calendar)
        self.texts[calendar][name] = self.person.get(name, calendar)

    # ---- what must hold --------------------------------------------------------------------------------------------

    def nothing_is_lost(self) -> None:
        stands = {calendar: self.person.events(calendar) for calendar in self.texts}
        ours = {name: text for name, text in stands["protected"].items() if name not in self.texts["protected"]}
        for calendar, texts in self.texts.items():
            assert {name: stands[calendar].get(name) for name in texts} == texts, "an event of theirs was touched"
        assert stands["work"].keys() == self.texts["work"].keys()
        keys = [key(text) for text in ours.values()]
        assert len(keys) == len(set(keys)), "a block stands twice"
        assert not self.gone & set(keys), "what was deleted came back"
        assert {name: times(ours[name]) for name in self.moved} == self.moved
        for name, title in self.titled.items():
            assert name not in ours or f"SUMMARY:{title}" in ours[name]
        self.nothing_to_do(set(keys))

    def nothing_to_do(self, keys: set[str]) -> None:
        self.person.front.heal()
        plan = self.person.apply().proposal.plan
        assert self.person.front.writes == []
        assert self.person.waiting() == []
        hands_off = {key(text) for name, text in self.texts["protected"].items() if name.startswith("tb")}
        assert {block.key for block in plan.blocks} <= keys | hands_off

    def told(self) -> str:
        lines = [f"{self.runs} runs, {self.edits.total()} edits, {self.failures.total()} failures; nothing lost"]
        for name, counted in (("edits", self.edits), ("failures", self.failures)):
            lines.append(f"  {name}: " + ", ".join(f"{n} {what}" for what, n in counted.most_common()))
        stands = sum(map(len, self.texts.values()))
        lines.append(
            f"  at the end: {stands} events of theirs to the letter, {len(self.person.standing())} with a mark,"
        )
        lines.append(
            f"  {len(self.gone)} blocks deleted by hand and not back, {len(self.moved)} where they were moved to"
        )
        return "\n".join(lines)


def at_hour(text: str, hour: int, minute: int) -> str:
    """The event starts at that time of its day, and lasts an hour."""
    head, event = text.split("BEGIN:VEVENT", 1)
    for name, moment in (("DTSTART", hour), ("DTEND", hour + 1)):
        event = re.sub(rf"({name}[^:\r\n]*:\d{{8}}T)\d{{6}}Z?", rf"\g<1>{moment:02}{minute:02}00", event)
    return f"{head}BEGIN:VEVENT{event}"


@contextmanager
def _someone(server: str) -> Iterator[Person]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = folder / "server"
        starts: dict[str, Callable[[], AbstractContextManager[Server]]] = {
            "radicale": partial(radicale, where),
            "xandikos": partial(xandikos, where),
            "cyrus": cyrus,
        }
        yield stack.enter_context(person_at(stack.enter_context(starts[server]()), folder, ROOTS[server]))


def _apply(config: Path, now: int) -> None:
    """What a process does that is to be killed."""
    with connect(load(config), lambda: now, lambda what, done, total: None) as deps:
        pipeline.run_cycle(deps, now, anyway=True)


def main(words: Sequence[str]) -> None:
    if words[0] == "apply":
        _apply(Path(words[1]), int(words[2]))
        return
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("server", choices=ROOTS)
    for name, default in (("--edits", 1000), ("--failures", 200), ("--seed", 1)):
        options.add_argument(name, type=int, default=default)
    said = options.parse_args(words)
    with _someone(said.server) as person:
        marathon = Marathon(person, Random(said.seed))
        marathon.run(said.edits, said.failures)
        print(f"{said.server}, seed {said.seed}: {marathon.told()}")


if __name__ == "__main__":
    main(sys.argv[1:])
