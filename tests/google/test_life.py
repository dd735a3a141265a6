"""A person edits, Google fails, in any order; in the end nothing is lost, nothing is there twice, nothing came back."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.google.calendars import Calendars, Item
from tests.google.test_end_to_end import ME, PROTECTED, Person, person

__all__ = ["person"]

BROKEN = ("lost", "drop", "cut", "html", "empty")
REFUSALS = [(403, "rateLimitExceeded"), (403, "forbidden"), (429, ""), (500, ""), (503, ""), (409, ""), (412, "")]


@dataclass
class Life:
    """What the person did: whatever they copied, and by block key what they deleted, moved and renamed."""

    person: Person
    dice: random.Random
    copies: dict[str, Item] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    faults: int = 0

    @property
    def calendars(self) -> Calendars:
        return self.person.google.calendars

    @property
    def blocks(self) -> dict[str, Item]:
        """By key. A key that stands twice fails."""
        ours = [event for name, event in self.person.blocks().items() if name not in self.copies]
        by_key = {key(event): event for event in ours}
        assert len(by_key) == len(ours)
        return by_key

    def step(self, number: int) -> None:
        what = self.dice.choice([self.edit, self.edit, self.run, self.run, self.forget])
        what(number)

    def edit(self, number: int) -> None:
        edits: list[Callable[[str, Item, int], None]] = [self.move, self.rename, self.delete, self.copy, self.meet]
        if self.blocks:
            name = self.dice.choice(sorted(self.blocks))
            self.dice.choice(edits)(name, self.blocks[name], number)

    def move(self, name: str, block: Item, number: int) -> None:
        later = timedelta(minutes=self.dice.choice([10, 20, 35]))
        if name not in self.renamed:
            times = {at: {**block[at], "dateTime": _later(block[at]["dateTime"], later)} for at in ("start", "end")}
            self.moved[name] = times["start"]["dateTime"]
            self.person.change(block, **times)

    def rename(self, name: str, block: Item, number: int) -> None:
        if name not in self.moved:
            self.renamed[name] = f"Mine {number}"
            self.person.change(block, summary=self.renamed[name], colorId="5")

    def delete(self, name: str, block: Item, number: int) -> None:
        self.calendars.remove(PROTECTED, block["id"])
        self.deleted.add(name)
        self.moved.pop(name, None)
        self.renamed.pop(name, None)

    def copy(self, name: str, block: Item, number: int) -> None:
        own = {"id": f"copy{number}", "iCalUID": f"copy{number}@google.com"}
        self.copies[own["id"]] = self.calendars.put(PROTECTED, {**block, **own})

    def meet(self, name: str, block: Item, number: int) -> None:
        times = {"start": block["start"], "end": block["end"]}
        self.calendars.put(ME, {"id": f"meet{number}", **times, "attendees": [{"email": "boss@example.com"}]})

    def forget(self, number: int) -> None:
        self.calendars.expire(PROTECTED)

    def run(self, number: int, faults: int | None = None) -> None:
        """With bad luck, unless ``faults`` is 0. What Google asked us to wait for is over afterwards."""
        for _ in range(self.dice.choice([0, 1, 2, 4]) if faults is None else faults):
            self.faults += 1
            verb = self.dice.choice(["GET", "POST", "PUT", "DELETE"])
            status, reason = self.dice.choice(REFUSALS)
            fault = self.dice.choice([*BROKEN, "refuse", "refuse"])
            self.person.google.order(fault, verb, status=status, reason=reason)  # type: ignore[arg-type]  # one of Fault
        self.person.run("apply", code=None)
        self.person.google.orders.clear()
        with sqlite3.connect(self.person.home / "state/timeblock/timeblock.db") as db:
            db.execute("DELETE FROM waiting")
        db.close()


def key(event: Item) -> str:
    name: str = event["extendedProperties"]["private"]["timeblock-key"]
    return name.rpartition(";")[0]


def _later(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_nothing_is_lost_or_twice_or_back(person: Person, seed: int) -> None:
    life = Life(person, random.Random(seed))
    life.run(0, faults=0)
    for number in range(1, 25):
        life.step(number)
    life.run(0, faults=0)
    life.run(0, faults=0)
    assert set(person.asked_for("apply")) == {"events.list"}
    assert life.faults > 5
    assert {name: person.blocks()[name] for name in life.copies} == life.copies
    assert not life.deleted & life.blocks.keys()
    assert {name: life.blocks[name]["start"]["dateTime"] for name in life.moved} == life.moved
    assert {n: life.blocks[n]["summary"] for n in life.renamed if n in life.blocks}.items() <= life.renamed.items()
