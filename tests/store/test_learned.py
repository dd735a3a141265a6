"""What backends found out, kept."""

from __future__ import annotations

import pytest

from timeblock.store.database import Database
from timeblock.store.learned import Learned


def test_what_was_learned_is_known_to_the_next_of_that_account(db: Database) -> None:
    Learned(db, "home")["identity /cal/"] = "one"
    Learned(db, "home")["identity /cal/"] = "two"
    Learned(db, "work")["identity /cal/"] = "theirs"
    assert dict(Learned(db, "home")) == {"identity /cal/": "two"}


def test_what_is_forgotten_is_found_out_again(db: Database) -> None:
    learned = Learned(db, "home")
    learned["a"] = "1"
    del learned["a"]
    assert len(learned) == 0
    with pytest.raises(KeyError):
        del learned["a"]
