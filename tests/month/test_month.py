"""A month passes in a minute: every promise is held, and nothing grows."""

from __future__ import annotations

from tests.month.month import QUICK, month
from tests.month.promises import MOVES


def test_a_month_holds_every_promise() -> None:
    with month(1, QUICK) as lived:
        lived.run()
        print(lived.told())
    judge, cost, did = lived.judge, lived.world.cost, lived.people.did
    assert judge.broken == []
    assert min(did[step] for step in ("book", "move", "cancel", "delete", "shift", "resize", "retitle", "own")) > 0
    assert min(judge.became[what] for what in ("created", "changed", "deleted", "busy")) > 0
    assert judge.looks > 100
    assert len(judge.moves) / 4.4 < 15
    assert max(judge.optional.values()) <= MOVES
    assert lived.memory[-1] - lived.memory[0] < 25
    assert cost.requests.total() < 31 * 24 * 8
    assert cost.plans < 400
