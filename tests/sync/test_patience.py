"""Whoever asked us to wait is left alone until then."""

from __future__ import annotations

import pytest

from timeblock.core.interval import MINUTE
from timeblock.errors import TryLater
from timeblock.store.database import Database
from timeblock.sync.patience import patiently

NOW = 1_795_608_000


def refuse(at: int | None) -> None:
    raise TryLater("too many requests", at)


def test_what_asked_for_time_gets_it_and_others_are_asked(db: Database) -> None:
    with pytest.raises(TryLater):
        patiently(db, "work", NOW, lambda: refuse(NOW + 10 * MINUTE))
    with pytest.raises(TryLater, match="too many requests") as told:
        patiently(db, "work", NOW + 9 * MINUTE, lambda: pytest.fail("it was asked"))
    assert told.value.at == NOW + 10 * MINUTE
    assert patiently(db, "home", NOW, lambda: "asked") == "asked"
    assert patiently(db, "work", NOW + 10 * MINUTE, lambda: "asked") == "asked"


def test_a_network_that_was_not_there_may_be_tried_again_at_once(db: Database) -> None:
    with pytest.raises(TryLater):
        patiently(db, "work", NOW, lambda: refuse(None))
    assert patiently(db, "work", NOW, lambda: "asked") == "asked"
