"""The folder of entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from timeblock import journal
from timeblock.core.journal import Entry
from timeblock.errors import FixNeeded

ENTRY = Entry(date(2026, 11, 27), "weekly", (("What went well?", "The Launch."), ("Thanks?", "")))


def test_entries_are_kept_for_the_person_alone_and_come_newest_first(tmp_path: Path) -> None:
    place = tmp_path / "journal"
    older = replace(ENTRY, on=date(2026, 11, 20))
    for entry in (ENTRY, older):
        path = journal.write(place, entry)
        assert path.stat().st_mode & 0o077 == 0
    (place / "shopping.md").write_text("milk")
    (place / "broken.md").write_bytes(b"\xff\xfe")
    assert journal.entries(place) == (ENTRY, older)
    assert journal.last(place, "monthly") == ()
    assert sorted(p.name for p in place.iterdir() if p.suffix == ".part") == []


def test_the_entry_of_a_day_goes_on(tmp_path: Path) -> None:
    assert journal.of_day(tmp_path, ENTRY) == ENTRY
    journal.write(tmp_path, ENTRY)
    assert journal.of_day(tmp_path, replace(ENTRY, answers=())) == ENTRY


def test_search_finds_answers_small_or_capital(tmp_path: Path) -> None:
    journal.write(tmp_path, ENTRY)
    assert journal.search(tmp_path, "launch") == ((ENTRY, "What went well?", "The Launch."),)
    assert journal.search(tmp_path, "thanks") == ()  # it was not answered
    assert journal.search(tmp_path / "nowhere", "x") == ()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FixNeeded, match=r"set another \[journal\] folder"):
        journal.write(tmp_path / "file", ENTRY)
