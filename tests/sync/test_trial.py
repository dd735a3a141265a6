"""A calendar is tried with an event of which nothing stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from timeblock.calendars.memory import Memory
from timeblock.core.event import CalendarId, Draft, Resource, is_ours
from timeblock.errors import Conflict, Forbidden, Unsure
from timeblock.sync.trial import scratch, try_writing

NOW = 1_795_422_000


class Careless(Memory):
    """Takes changes to outdated versions."""

    def update(self, base: Resource, draft: Draft) -> Resource:
        return super().update(self.read(base.calendar, base.href), draft)


class Forgetful(Memory):
    """Keeps events without our mark."""

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        made = super().create(calendar, draft)
        plain = "\n".join(line for line in made.body.splitlines() if not line.startswith("X-TIMEBLOCK"))
        return self.put(calendar, made.href, plain)


class Stubborn(Memory):
    """Deletes nothing."""

    def delete(self, base: Resource) -> None:
        raise Forbidden("no")


class Vague(Memory):
    """Says nothing certain of a change, though it is made."""

    def update(self, base: Resource, draft: Draft) -> Resource:
        super().update(base, draft)
        raise Unsure("who knows")


def tried(memory: Memory) -> tuple[str, ...]:
    calendar = memory.add("protected")
    return try_writing(memory, calendar, scratch("ada", calendar, NOW))


def left(memory: Memory) -> int:
    return len(memory.changes(CalendarId("m", "protected"), None, dict).changed)


def test_a_good_calendar_passes_and_nothing_stays() -> None:
    memory = Memory("m")
    assert tried(memory) == ()
    assert left(memory) == 0


@pytest.mark.parametrize(
    ("kind", "says", "stay"),
    [
        (Careless, "outdated version was taken", 0),
        (Forgetful, "does not come back as it was", 0),
        (Vague, "it was written, then: who knows", 0),
        (Stubborn, 'scratch event "timeblock doctor" could not be deleted', 1),
    ],
)
def test_what_is_not_as_it_must_be_is_said(kind: Callable[[str], Memory], says: str, stay: int) -> None:
    memory = kind("m")
    (said,) = tried(memory)
    assert says in said
    assert left(memory) == stay


def test_a_calendar_that_takes_nothing_raises_why() -> None:
    memory = Memory("m")
    calendar = memory.add("protected", writable=False)
    with pytest.raises(Forbidden):
        try_writing(memory, calendar, scratch("ada", calendar, NOW))


def test_were_it_left_behind_the_next_run_would_know_it_as_ours() -> None:
    memory = Memory("m")
    calendar = memory.add("protected")
    made = memory.create(calendar, scratch("ada", calendar, NOW))
    (series,) = memory.codec.decode(made).series
    assert series.master
    assert is_ours("ada", series.master.event)


def test_an_id_that_is_taken_is_not_touched() -> None:
    memory = Memory("m")
    calendar = memory.add("protected")
    draft = scratch("ada", calendar, NOW)
    memory.create(calendar, draft)
    with pytest.raises(Conflict):
        try_writing(memory, calendar, draft)
    assert left(memory) == 1
