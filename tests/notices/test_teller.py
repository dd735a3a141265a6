"""What the person is told while the daemon runs: little, once, at waking hours, and without titles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.daemon.world import OSLO, World
from timeblock.config.settings import Notify
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.errors import AuthNeeded, TryLater
from timeblock.notices.teller import Teller
from timeblock.store.database import Database
from timeblock.store.remembered import rest

MONDAY = int(datetime(2026, 11, 23, 7, 0, tzinfo=OSLO).timestamp())
HOUR = 3600
BOARD = ("board", "20261124T170000Z", "20261124T180000Z")
"""On Tuesday at 18 o'clock, for an hour."""


class Told(World):
    """A world that keeps what the person was told, and when."""

    said: list[tuple[Instant, str, str, bool]]
    deaf_until: Instant = 0

    def listen(self, table: str) -> None:
        """``table``: what the config says in ``[notify]``; also what a restart does."""
        self.said = getattr(self, "said", [])
        self.notify = Teller(self._send, self.tell)
        self.config.write_text(f"{self.config.read_text().partition('[notify]')[0]}\n[notify]\n{table}\n")

    def _send(self, how: Notify, head: str, text: str, urgent: bool) -> None:
        if self.now < self.deaf_until:
            raise TryLater("nobody shows notifications")
        self.said.append((self.now, head, text, urgent))

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text, _ in self.said]


@pytest.fixture
def world(db: Database, tmp_path: Path) -> Told:
    found = Told(db, tmp_path / "config.toml", MONDAY)
    found.write(window="18:00-19:00")
    return found


def test_nothing_is_told_unless_one_asks_for_it(world: Told) -> None:
    world.meet(*BOARD)
    world.listen("")
    world.run(hours=8)
    assert world.said == []


def test_what_has_no_room_is_told_once_and_without_a_title(world: Told) -> None:
    world.meet(*BOARD)
    world.listen('to = "desktop"')
    world.run(hours=8)
    world.listen('to = "desktop"')
    world.run(hours=8)
    ((_, head, text, urgent),) = world.said
    assert head == "1 thing to decide"
    assert text == "a non-negotiable has no room (Tue 24 Nov). Run: timeblock plan"
    assert urgent


def test_titles_are_told_where_one_wants_them(world: Told) -> None:
    world.meet(*BOARD)
    world.listen('to = "desktop"\ntitles = true')
    world.run(hours=1)
    assert [text.partition(":")[0] for text in world.texts] == ["Dinner has no room (Tue 24 Nov)"]


def test_at_night_nothing_is_told_and_in_the_morning_it_is(world: Told) -> None:
    world.listen('to = "desktop"')
    world.at[MONDAY + 17 * HOUR] = lambda: world.meet(*BOARD)
    world.run(hours=24)
    ((at, _, _, _),) = world.said
    assert datetime.fromtimestamp(at, OSLO).strftime("%a %H") == "Tue 06"


def test_one_digest_a_day_from_its_hour_on_whatever_restarts(world: Told) -> None:
    for _ in range(3):
        world.listen('to = "desktop"\ndigest = "08:30"')
        world.run(hours=10)
    when = [datetime.fromtimestamp(at, OSLO) for at, _, _, _ in world.said]
    assert [f"{at:%a}" for at in when] == ["Mon", "Tue"]
    assert all("08:30" <= f"{at:%H:%M}" < "08:46" for at in when)
    assert set(world.texts) == {"1 protected block today, next 18:00-19:00"}
    assert not any(urgent for *_, urgent in world.said)


def test_the_digest_holds_what_wants_a_decision_and_it_is_not_told_twice(world: Told) -> None:
    world.now += 2 * HOUR
    world.meet(*BOARD)
    world.listen('to = "desktop"\ndigest = "08:30"\ntitles = true')
    world.run(hours=10)
    (text,) = world.texts
    first, second = text.splitlines()
    assert first == "18:00-19:00 Dinner"
    assert second.startswith("To decide: Dinner has no room (Tue 24 Nov)")


def test_a_day_without_anything_to_tell_has_no_digest(world: Told) -> None:
    world.write(window="06:30-07:30")
    world.now += 2 * HOUR
    world.listen('to = "desktop"\ndigest = "08:30"')
    world.run(hours=10)
    assert world.said == []


def test_a_sign_in_is_asked_for_once_and_again_when_it_ends_anew(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def revoked(*_: object) -> None:
        raise AuthNeeded("office: the sign-in has ended. Run: timeblock auth office\nmore")

    world.listen('to = "desktop"')
    for begin, end in ((1, 2), (3, 4), (29, 30)):  # mended for an hour, then for a day
        world.at[MONDAY + begin * HOUR] = lambda: monkeypatch.setattr(world.office, "changes", revoked)
        world.at[MONDAY + end * HOUR] = monkeypatch.undo
    world.run(hours=30)
    assert set(world.texts) == {"office: the sign-in has ended. Run: timeblock auth office"}
    assert len(world.said) == 2
    assert world.said[1][0] > MONDAY + 29 * HOUR


def test_what_mends_itself_is_not_worth_a_word(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise TryLater("office is away")

    monkeypatch.setattr(world.office, "changes", away)
    world.listen('to = "desktop"')
    world.run(hours=10)
    assert world.shown[-1].problems == {"office": "office is away"}
    assert world.said == []


def test_a_config_that_broke_is_told(world: Told) -> None:
    world.listen('to = "desktop"')
    world.at[MONDAY + HOUR] = lambda: world.config.write_text("identity = 5\n")
    world.run(hours=4)
    (text,) = world.texts
    assert "config.toml:1: identity" in text


def test_a_plan_that_waits_is_told_once_a_day(world: Told) -> None:
    world.write(apply="none")
    world.listen('to = "desktop"')
    world.run(hours=24)
    assert [text.partition(" ")[2] for text in world.texts] == 2 * [
        "changes of the plan wait for you. Run: timeblock plan"
    ]


def test_a_week_of_rest_is_silent(world: Told, db: Database) -> None:
    rest(db, Week(2026, 48))
    world.meet(*BOARD)
    world.listen('to = "desktop"\ndigest = "08:30"')
    world.run(hours=26)
    assert world.said == []


def test_what_could_not_be_told_is_told_later_and_logged_once(world: Told) -> None:
    world.meet(*BOARD)
    world.deaf_until = MONDAY + 3 * HOUR
    world.listen('to = "desktop"')
    world.run(hours=8)
    assert world.events("not notified") == [{"error": "nobody shows notifications"}]
    ((at, _, _, _),) = world.said
    assert at >= world.deaf_until
