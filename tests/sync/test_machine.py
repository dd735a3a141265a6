"""Two machines of one person, the person, and bad luck, in any order. In the end nobody has lost anything."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.sync.world import BLOCKS, NOW, Died, Faulty, World, at, block, by_hand, held, memory, read, slot
from timeblock.core.diff import State
from timeblock.core.event import Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Forbidden, TryLater
from timeblock.store import outbox
from timeblock.store.database import Database, open_database

KEYS = [f"walk/2026-12-0{n}/1" for n in range(1, 6)]
TIMES = st.integers(1000, 1100).map(at)
THEIR_TIMES = st.integers(1000, 1100).map(lambda hours: at(hours + 0.5))
"""Never one of the plan's: a block moved away and back to where we put it is as we wrote it."""

MACHINES = st.sampled_from([0, 1])
BAD_LUCK = ["", "drop", "lost", "die", "die first", "refused", TryLater("busy"), Forbidden("no")]
FAULTS = st.lists(st.sampled_from(BAD_LUCK), max_size=4)
THEIRS = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:theirs\r\nDTSTART:20261201T100000Z\r\n" + (
    "DTEND:20261201T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class TwoMachines(RuleBasedStateMachine):
    """The plan and the calendar are shared; each machine has a memory of its own."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.calendar, self.now = memory(), NOW
        self.plan = {key: at(1000 + n) for n, key in enumerate(KEYS)}
        self.worlds = [World(self.database(n), Faulty(self.calendar), []) for n in (0, 1)]
        self.foreign: dict[str, Resource] = {}
        self.deleted: set[str] = set()
        self.moved: dict[str, Interval] = {}
        self.titles: dict[str, tuple[str, str]] = {}
        for name in ("one", "two"):
            self.keep(f"{name}.ics", THEIRS.format(name))

    def database(self, number: int) -> Database:
        return open_database(f"sqlite://{Path(self.folder.name) / str(number)}.db")

    def keep(self, href: str, body: str) -> None:
        self.foreign[href] = self.calendar.put(BLOCKS, href, body)

    def teardown(self) -> None:
        """Also the end of the story: whatever happened, two runs without bad luck put all in order."""
        try:
            self.two_clean_runs()
            self.what_is_not_ours_is_untouched()
            self.what_the_person_did_stands()
        finally:
            self.forget()

    def forget(self) -> None:
        for world in self.worlds:
            world.db.close()
        self.folder.cleanup()

    # ---- the plan and the machines ---------------------------------------------------------------------------------

    @rule(key=st.sampled_from(KEYS), when=TIMES, machine=MACHINES, faults=FAULTS)
    def want(self, key: str, when: Interval, machine: int, faults: list[str | Exception]) -> None:
        self.plan[key] = when
        self.run(machine, faults)

    @rule(key=st.sampled_from(KEYS), machine=MACHINES, faults=FAULTS)
    def want_no_more(self, key: str, machine: int, faults: list[str | Exception]) -> None:
        self.plan.pop(key, None)
        self.run(machine, faults)

    @rule(machine=MACHINES, faults=FAULTS)
    def run(self, machine: int, faults: list[str | Exception]) -> None:
        self.decide(machine)
        self.carry_out(machine, faults)

    @rule(machine=MACHINES)
    def decide(self, machine: int) -> None:
        world = self.worlds[machine]
        world.plan = [block(key, when) for key, when in self.plan.items()]
        world.wish(self.now)

    @rule(machine=MACHINES, faults=FAULTS)
    def carry_out(self, machine: int, faults: list[str | Exception]) -> None:
        world = self.worlds[machine]
        world.backend.faults = list(faults)
        try:
            world.push(self.now)
        except Died:
            self.restart(machine)
        world.backend.faults = []
        self.now += HOUR

    def restart(self, machine: int) -> None:
        self.worlds[machine].db.close()
        self.worlds[machine].db = self.database(machine)

    # ---- the person ------------------------------------------------------------------------------------------------

    def ours(self) -> list[Resource]:
        """Our blocks, as the calendar has them."""
        return [r for r in held(self.calendar) if r.href not in self.foreign]

    def one_of(self, data: st.DataObject, resources: list[Resource]) -> Resource:
        href = data.draw(st.sampled_from([resource.href for resource in resources]))
        return self.calendar.read(BLOCKS, href)

    def untouched(self) -> list[Resource]:
        """Any of them, but of one that stands twice for now: whichever is touched is kept, and not both can be."""
        return [r for r in self.ours() if mark_key(r) not in self.moved.keys() | self.titles.keys() or self.single(r)]

    def single(self, resource: Resource) -> bool:
        return sum(mark_key(r) == mark_key(resource) for r in self.ours()) == 1

    @precondition(lambda self: self.untouched())
    @rule(data=st.data(), when=THEIR_TIMES)
    def move(self, data: st.DataObject, when: Interval) -> None:
        resource = self.one_of(data, self.untouched())
        if read(resource)[1] != when:
            self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, when=when))
            self.moved[mark_key(resource)] = when

    @precondition(lambda self: self.untouched())
    @rule(data=st.data(), title=st.sampled_from(["Stroll", "Run"]))
    def rename(self, data: st.DataObject, title: str) -> None:
        resource = self.one_of(data, self.untouched())
        self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, title=title))
        self.titles[mark_key(resource)] = (resource.href, title)

    @precondition(lambda self: self.ours())
    @rule(data=st.data(), note=st.integers(0, 99))
    def annotate(self, data: st.DataObject, note: int) -> None:
        resource = self.one_of(data, self.ours())
        self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, extra=f"X-NOTE:{note}"))

    @precondition(lambda self: self.ours())
    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        resource = self.one_of(data, self.ours())
        uid = read(resource)[0].key.uid
        href = f"copy-{len(self.foreign)}.ics"
        self.keep(href, resource.body.replace(uid, href))

    @precondition(lambda self: self.known())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Of what both machines know; for one that never heard of it, it would be new."""
        resource = self.one_of(data, self.known())
        self.calendar.remove(BLOCKS, resource.href)
        self.deleted.add(mark_key(resource))
        self.moved.pop(mark_key(resource), None)

    def known(self) -> list[Resource]:
        return [
            r for r in self.ours() if self.single(r) and all(self.knows(world, mark_key(r)) for world in self.worlds)
        ]

    def knows(self, world: World, key: str) -> bool:
        there = outbox.stored(world.db, slot(block(key, at(200))))
        busy = any(wish.slot.key == key for wish in outbox.pending(world.db))
        return there is not None and there.state in (State.LIVE, State.PINNED) and not busy

    # ---- what holds ------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_not_ours_is_untouched(self) -> None:
        if hasattr(self, "foreign"):
            for href, resource in self.foreign.items():
                assert self.calendar.read(BLOCKS, href) == resource

    @invariant()
    def what_the_person_did_stands(self) -> None:
        if not hasattr(self, "foreign"):
            return
        ours = {r.href: r for r in self.ours()}
        assert not {mark_key(r) for r in self.ours()} & self.deleted
        stands = {(mark_key(r), read(r)[1]) for r in self.ours()}
        assert stands >= self.moved.items()
        for href, title in self.titles.values():
            if href in ours:
                assert read(ours[href])[0].summary == title

    def two_clean_runs(self) -> None:
        self.now += HOUR
        for world in self.worlds:
            outbox.try_again(world.db)
        for _ in range(2):
            self.now += 7 * HOUR
            for machine in (0, 1):
                self.run(machine, [])
        self.each_block_once()
        for machine, world in enumerate(self.worlds):
            world.backend.writes.clear()
            self.run(machine, [])
            assert world.backend.writes == []
            assert outbox.pending(world.db) == ()

    def each_block_once(self) -> None:
        """As planned, or as the person moved it. One they renamed while our write was on its way stays where it was."""
        ours = {mark_key(r): read(r)[1] for r in self.ours()}
        assert len(ours) == len(self.ours()), "a block stands twice"
        wanted = {key: when for key, when in self.plan.items() if key not in self.deleted} | self.moved
        assert wanted.keys() <= ours.keys()
        assert {k: ours[k] for k in ours.keys() - self.titles} == {k: wanted[k] for k in wanted.keys() - self.titles}


def mark_key(resource: Resource) -> str:
    mark = read(resource)[0].mark
    return mark.key if mark else ""


TestTwoMachines = TwoMachines.TestCase
TestTwoMachines.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
