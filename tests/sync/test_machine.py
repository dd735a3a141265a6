"""Two machines of one person, the person, and bad luck, in any order. In the end nobody has lost anything."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.sync.world import BLOCKS, NOW, Faulty, World, at, block, by_hand, held, memory, read, slot
from timeblock.core.diff import State
from timeblock.core.event import Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Conflict, Forbidden, TryLater
from timeblock.store import outbox
from timeblock.store.database import open_database

KEYS = [f"walk/2026-12-0{n}/1" for n in (1, 2, 3)]
TIMES = st.integers(1000, 1100).map(at)
MACHINES = st.sampled_from([0, 1])
FAULTS = st.lists(st.sampled_from(["", "drop", "lost", Conflict("odd"), TryLater("busy"), Forbidden("no")]), max_size=4)
THEIRS = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:theirs\r\nDTSTART:20261201T100000Z\r\n" + (
    "DTEND:20261201T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class TwoMachines(RuleBasedStateMachine):
    """The plan and the calendar are shared; each machine has a memory of its own."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.calendar, self.now = memory(), NOW
        self.plan: dict[str, Interval] = {}
        self.worlds = [World(self.database(n), Faulty(self.calendar), []) for n in (0, 1)]
        self.foreign: dict[str, Resource] = {}
        self.deleted: set[str] = set()
        self.moved: dict[str, Interval] = {}
        self.titles: dict[str, tuple[str, str]] = {}
        for name in ("one", "two"):
            self.keep(f"{name}.ics", THEIRS.format(name))

    def database(self, number: int):  # type: ignore[no-untyped-def] # fmt: skip
        return open_database(f"sqlite://{Path(self.folder.name) / str(number)}.db")

    def keep(self, href: str, body: str) -> None:
        self.foreign[href] = self.calendar.put(BLOCKS, href, body)

    def teardown(self) -> None:
        for world in self.worlds:
            world.db.close()
        self.folder.cleanup()

    # ---- the plan and the machines ---------------------------------------------------------------------------------

    @rule(key=st.sampled_from(KEYS), when=TIMES)
    def want(self, key: str, when: Interval) -> None:
        self.plan[key] = when

    @rule(key=st.sampled_from(KEYS))
    def want_no_more(self, key: str) -> None:
        self.plan.pop(key, None)

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
        world.push(self.now)
        world.backend.faults = []
        self.now += HOUR

    @rule(machine=MACHINES)
    def restart(self, machine: int) -> None:
        self.worlds[machine].db.close()
        self.worlds[machine].db = self.database(machine)

    # ---- the person ------------------------------------------------------------------------------------------------

    def theirs(self, key: str) -> Resource:
        """The block in the calendar, or this step is not possible."""
        found = [r for r in held(self.calendar) if r.href not in self.foreign and mark_key(r) == key]
        assume(found)
        return found[0]

    @rule(key=st.sampled_from(KEYS), when=TIMES)
    def move(self, key: str, when: Interval) -> None:
        resource = self.theirs(key)
        assume(read(resource)[1] != when)
        self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, when=when))
        self.moved[key] = when

    @rule(key=st.sampled_from(KEYS), title=st.sampled_from(["Stroll", "Run"]))
    def rename(self, key: str, title: str) -> None:
        resource = self.theirs(key)
        self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, title=title))
        self.titles[key] = (resource.href, title)

    @rule(key=st.sampled_from(KEYS), note=st.integers(0, 99))
    def annotate(self, key: str, note: int) -> None:
        resource = self.theirs(key)
        self.calendar.put(BLOCKS, resource.href, by_hand(resource.body, extra=f"X-NOTE:{note}"))

    @rule(key=st.sampled_from(KEYS))
    def copy(self, key: str) -> None:
        resource = self.theirs(key)
        uid = read(resource)[0].key.uid
        href = f"copy-{len(self.foreign)}.ics"
        self.keep(href, resource.body.replace(uid, href))

    @rule(key=st.sampled_from(KEYS))
    def delete(self, key: str) -> None:
        """Of what both machines know; for one that never heard of it, it would be new."""
        resource = self.theirs(key)
        assume(all(self.knows(world, key) for world in self.worlds))
        self.calendar.remove(BLOCKS, resource.href)
        self.deleted.add(key)
        self.moved.pop(key, None)

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
        ours = {mark_key(r): r for r in held(self.calendar) if r.href not in self.foreign}
        assert len(ours) == len(held(self.calendar)) - len(self.foreign), "a block stands twice"
        assert not ours.keys() & self.deleted
        assert {key: read(ours[key])[1] for key in self.moved} == self.moved
        for key, (href, title) in self.titles.items():
            if key in ours and ours[key].href == href:
                assert read(ours[key])[0].summary == title

    @rule()
    def two_clean_runs(self) -> None:
        self.now += HOUR
        for world in self.worlds:
            outbox.try_again(world.db)
        for _ in range(2):
            self.now += 7 * HOUR
            for machine in (0, 1):
                self.run(machine, [])
        ours = {mark_key(r): read(r)[1] for r in held(self.calendar) if r.href not in self.foreign}
        wanted = {key: when for key, when in self.plan.items() if key not in self.deleted}
        assert ours == wanted | self.moved
        for machine, world in enumerate(self.worlds):
            world.backend.writes.clear()
            self.run(machine, [])
            assert world.backend.writes == []
            assert outbox.pending(world.db) == ()


def mark_key(resource: Resource) -> str:
    mark = read(resource)[0].mark
    return mark.key if mark else ""


TestTwoMachines = TwoMachines.TestCase
TestTwoMachines.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
