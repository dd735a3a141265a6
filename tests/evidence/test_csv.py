"""Tables of times: columns, clocks with and without a zone, and mistakes told by line."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from timeblock.errors import FixNeeded
from timeblock.evidence.csv import Csv
from timeblock.evidence.times import LIVES
from timeblock.sync.source import Cursor, Reading

NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
EVENING = int(datetime(2026, 11, 24, 19, 15, tzinfo=UTC).timestamp())
"""20:15 in Oslo."""


def read(tmp_path: Path, text: str, time: str = "1", end: str = "", cursor: Cursor | None = None) -> Reading:
    path = tmp_path / "times.csv"
    path.write_text(text)
    os.utime(path, (NOW, NOW))
    return Csv("sheet", path, time, end, ZoneInfo("Europe/Oslo"), lambda: NOW).changes(cursor or {})


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-24 20:15",
        "2026-11-24T20:15:00",
        "2026-11-24T19:15:00Z",
        "2026-11-24 14:15:00-05:00",
        '"Tue, 24 Nov 2026 20:15:00 +0100"',
        '"Tue, 24 Nov 2026 20:15:00"',
    ],
)
def test_a_time_without_an_offset_is_a_clock_time_of_the_zone(tmp_path: Path, cell: str) -> None:
    (found,) = read(tmp_path, cell).traces
    assert (found.start, found.end, found.kind, found.source) == (EVENING, EVENING, "mail", "sheet")


def test_a_head_is_passed_over_and_a_first_row_that_is_a_time_is_not(tmp_path: Path) -> None:
    assert len(read(tmp_path, "sent\n2026-11-24 20:15\n\n2026-11-24 21:15\n").traces) == 2
    assert len(read(tmp_path, "2026-11-24 20:15\n2026-11-24 21:15\n").traces) == 2


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_by_name_and_what_lies_between_is_activity(tmp_path: Path, mark: str) -> None:
    text = f"\ufeffwho{mark}From{mark}to\nme{mark}2026-11-24 20:15{mark}2026-11-24 21:00\n"
    (found,) = read(tmp_path, text, "from", "to").traces
    assert (found.start, found.end, found.kind) == (EVENING, EVENING + 45 * 60, "activity")


def test_columns_by_number(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "x,2026-11-24 20:15,2026-11-24 20:15\n", "2", "3").traces
    assert found.start == found.end == EVENING


@pytest.mark.parametrize(
    ("text", "time", "end", "said"),
    [
        ("sent\n2026-11-24 20:15\nlate\n", "1", "", r"times.csv:3: column 1 holds no time; write 2026-11-24 20:15"),
        ("sent,x\n,1\n", "sent", "", "times.csv:2: column 1 is empty"),
        ("a,b\n2026-11-24 20:15\n", "a", "b", "times.csv:2: column 2 is empty"),
        ("a,b\n2026-11-24 20:15,2026-11-24 20:00\n", "a", "b", "times.csv:2: this ends before it starts"),
        ("a,b\n2026-11-24 20:15,\n", "when", "", 'times.csv:1: there is no column "when", only: a, b'),
        ("", "when", "", "only: none"),
        ("2026-11-24 20:15\n", "0", "", 'no column "0"'),
        ("sent\n" + "x" * 200_000, "1", "", "times.csv:2: field larger than"),
        ("sent\n0001-01-01 00:00\n", "1", "", "times.csv:2: column 1 holds no time"),
    ],
)
def test_mistakes_are_told_by_file_and_line(tmp_path: Path, text: str, time: str, end: str, said: str) -> None:
    with pytest.raises(FixNeeded, match=said):
        read(tmp_path, text, time, end)


def test_a_table_that_did_not_change_is_not_read_again_and_one_that_did_is_all_there_is(tmp_path: Path) -> None:
    first = read(tmp_path, "2026-11-24 20:15\n")
    assert first.complete
    same = Csv("sheet", tmp_path / "times.csv", "1", "", ZoneInfo("Europe/Oslo"), lambda: NOW)
    assert (same.changes(first.cursor).traces, same.changes(first.cursor).complete, same.requests) == ((), False, 0)
    assert read(tmp_path, "2026-11-24 20:15\n2026-11-24 21:15\n", cursor=first.cursor).complete


def test_an_old_export_tells_nothing_of_the_time_since(tmp_path: Path) -> None:
    read(tmp_path, "2026-11-24 20:15\n")
    later = Csv("sheet", tmp_path / "times.csv", "1", "", ZoneInfo("Europe/Oslo"), lambda: NOW + LIVES + 1)
    assert later.changes({}).until == NOW


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    for name, said in (("none.csv", "No such file"), ("bytes.csv", "is not UTF-8"), ("bytes.csv/x", "cannot be read")):
        with pytest.raises(FixNeeded, match=said):
            Csv("sheet", tmp_path / name, "1", "", ZoneInfo("UTC"), lambda: NOW).changes({})
