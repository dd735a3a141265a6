"""How often an account is asked."""

from __future__ import annotations

from timeblock.daemon.pace import Pace


def pace(draw: float = 0.0) -> Pace:
    return Pace(("office", "home"), 60, 900, lambda: draw)


def test_all_are_asked_at_first() -> None:
    assert pace().due(1000) == {"office", "home"}


def test_quiet_doubles_the_wait_up_to_the_most_and_a_change_ends_it() -> None:
    asked, now, waits = pace(), 0, []
    for _ in range(6):
        asked.quiet("office", now)
        asked.quiet("home", now)
        waits.append(asked.next() - now)
        now = asked.next()
    assert waits == [120, 240, 480, 900, 900, 900]
    asked.quiet("home", now)
    asked.changed("office", now)
    assert asked.next() == now + 60
    assert asked.due(now + 60) == {"office"}


def test_each_account_has_a_pace_of_its_own() -> None:
    asked = pace()
    asked.changed("office", 0)
    asked.quiet("home", 0)
    assert [sorted(asked.due(now)) for now in (59, 60, 120)] == [[], ["office"], ["home", "office"]]


def test_an_interval_is_up_to_a_tenth_longer() -> None:
    asked = pace(draw=1.0)
    asked.changed("office", 0)
    asked.quiet("home", 0)
    assert asked.next() == 66


def test_one_that_fails_is_asked_less_and_less_and_not_before_it_wants() -> None:
    asked = pace()
    asked.quiet("home", 0)
    asked.failed("office", 0, None)
    assert asked.due(120) == {"office", "home"}
    asked.failed("office", 120, 5000)
    assert "office" not in asked.due(4999)
    assert "office" in asked.due(5000)
    for _ in range(10):
        asked.failed("office", 6000, None)
    assert asked.due(9599) == {"home"}
    assert "office" in asked.due(9600)


def test_after_a_jump_of_the_clock_all_are_due() -> None:
    asked = pace()
    asked.quiet("office", 0)
    asked.quiet("home", 0)
    asked.all_due()
    assert asked.due(1) == {"office", "home"}
