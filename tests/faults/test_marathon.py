"""A short stretch of the marathon; ``python -m tests.faults.marathon`` runs the whole."""

from __future__ import annotations

from random import Random

from tests.faults.marathon import Marathon
from tests.person import Person


def test_random_edits_and_failures_end_with_nothing_lost(anywhere: Person) -> None:
    marathon = Marathon(anywhere, Random(1))
    marathon.run(edits=20, failures=6)
    assert marathon.edits.total() >= 20
    assert marathon.failures.total() >= 6
