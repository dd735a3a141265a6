"""Journal entries as Markdown, and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.codecs.journal_md import blank, read, written
from timeblock.core.journal import PROMPTS, Cadence, Entry

ENTRY = Entry(date(2026, 11, 27), "weekly", (("What went well?", "Much.\n\nReally."), ("Thanks?", "")), (1, 2, 3, 4, 5))
LINES = st.text("abc äß,.#-", max_size=30).map(lambda s: s.strip().lstrip("# -"))


def test_an_entry_is_readable_without_us() -> None:
    assert written(ENTRY) == (
        "---\ndate: 2026-11-27\ncadence: weekly\nself-check: 1 2 3 4 5\n---\n"
        "\n## What went well?\n\nMuch.\n\nReally.\n\n## Thanks?\n"
    )


@given(st.sampled_from(["weekly", "monthly", "quarterly"]), st.lists(LINES, min_size=6, max_size=6))
def test_what_was_written_is_read_again(cadence: Cadence, answers: list[str]) -> None:
    entry = Entry(date(2026, 1, 1), cadence, tuple(zip(PROMPTS[cadence], answers, strict=False)))
    assert read(written(entry)) == entry


def test_editors_of_other_systems_and_heads_of_ones_own_do_no_harm() -> None:
    text = written(ENTRY).replace("\n", "\r\n") + "\r\n## And then\r\n\r\nMore.\r\n"
    assert read(text).answers[-1] == ("And then", "More.")


def test_a_blank_one_has_every_prompt() -> None:
    assert [p for p, _ in read(written(blank("monthly", date(2026, 1, 1)))).answers] == list(PROMPTS["monthly"])


@pytest.mark.parametrize(
    "text", ["", "## no head", "---\ncadence: daily\n---\n", "---\ncadence: weekly\ndate: soon\n---\n"]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


def test_figures_that_are_not_five_are_no_self_check() -> None:
    assert read(written(ENTRY).replace("1 2 3 4 5", "1 2 9")).self_check == ()
