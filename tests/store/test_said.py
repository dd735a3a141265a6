"""What the person was told, kept."""

from __future__ import annotations

from timeblock.store.database import Database, open_database
from timeblock.store.said import forget, said, say


def test_what_was_told_is_known_with_its_last_moment_until_it_is_forgotten(db: Database) -> None:
    say(db, ["mend/office", "digest/2026-11-25"], 100)
    say(db, ["mend/office"], 200)
    assert said(db) == {"digest/2026-11-25": 100, "mend/office": 200}
    forget(db, ["digest/2026-11-25", "never told"])
    assert said(db) == {"mend/office": 200}


def test_each_owner_is_told_for_themselves(db: Database, url: str, owner: str) -> None:
    say(db, ["mend/office"], 100)
    with open_database(url, f"another {owner}") as other:
        assert said(other) == {}
        forget(other, ["mend/office"])
    assert said(db) == {"mend/office": 100}
