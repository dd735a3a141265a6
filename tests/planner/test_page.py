"""The page on how good plans are shows what was measured, and nothing else."""

from __future__ import annotations

import json

from bench.planner.page import BEGIN, END, FILE, PAGE, page


def test_the_tables_of_the_page_are_made_of_the_records() -> None:
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.strip().splitlines() == list(page(json.loads(FILE.read_text("utf-8"))))
