"""Sent mail in an mbox file and in a Maildir: read once, gone on with, begun anew."""

from __future__ import annotations

import mailbox
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from timeblock.errors import FixNeeded
from timeblock.evidence import mbox
from timeblock.evidence.mbox import Mailbox
from timeblock.evidence.times import LIVES
from timeblock.sync.source import Cursor, Reading

NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
HOUR = 3600


def message(at: int, body: str = "Hello\n") -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Very secret"
    made["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    made.set_content(body)
    return made


def put(box: mailbox.mbox | mailbox.Maildir, *moments: int) -> None:
    for at in moments:
        box.add(message(at))
    box.close()


def times(reading: Reading) -> list[int]:
    return [trace.start for trace in reading.traces]


def read(path: Path, cursor: Cursor | None = None, now: int = NOW) -> Reading:
    return Mailbox("mail", path, lambda: now).changes(cursor or {})


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """An mbox of three messages, written now."""
    put(mailbox.mbox(tmp_path / "Sent"), NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR)
    os.utime(tmp_path / "Sent", (NOW, NOW))
    return tmp_path / "Sent"


def test_each_message_is_a_trace_of_its_date(sent: Path) -> None:
    found = read(sent)
    assert times(found) == [NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]
    assert all(t.start == t.end and t.kind == "mail" and t.source == "mail" for t in found.traces)
    assert (found.until, found.more) == (NOW, False)


def test_what_is_added_is_read_from_the_last_message_on(sent: Path) -> None:
    cursor = read(sent).cursor
    put(mailbox.mbox(sent), NOW - 60)
    assert times(read(sent, cursor)) == [NOW - HOUR, NOW - 60]


def test_a_file_that_was_written_anew_is_read_anew(sent: Path) -> None:
    cursor = read(sent).cursor
    (sent.parent / "new").write_bytes(sent.read_bytes()[5:])
    put(mailbox.mbox(sent.parent / "other"), NOW - 60)
    (sent.parent / "other").rename(sent)
    assert times(read(sent, cursor)) == [NOW - 60]


def test_a_file_rewritten_in_its_place_is_read_anew(sent: Path) -> None:
    cursor = read(sent).cursor
    whole = sent.read_bytes()
    sent.write_bytes(whole[whole.index(b"From ", 5) :] + whole)
    assert len(read(sent, cursor).traces) == 5


def test_a_long_file_is_read_in_parts_that_lead_to_its_end(sent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "BATCH", 2)
    found, reading = set[int](), read(sent)
    parts = 1
    while reading.more:
        found.update(times(reading))
        reading, parts = read(sent, reading.cursor), parts + 1
    assert found | set(times(reading)) == {NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR}
    assert parts == 3


def raw(path: Path, *messages: str) -> Path:
    path.write_bytes("".join(f"From me Tue Nov 24 20:00:00 2026\n{m}\n\n" for m in messages).encode())
    return path


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Date: Tue, 24 Nov 2026 20:00:00 +0100\n\nFrom here on it is text", 1),
        ("date:\n Tue, 24 Nov 2026\n 20:00:00 +0100\nTo: x\n\nbody", 1),
        ("Subject: x\n\nDate: Tue, 24 Nov 2026 20:00:00 +0100", 0),
        ("Date: yesterday\n\nbody", 0),
        ("Date: Tue, 24 Nov 2076 20:00:00 +0100\n\nfrom a clock that is wrong", 0),
        ("Subject: " + "x" * 200_000 + "\nDate: Tue, 24 Nov 2026 20:00:00 +0100\n\nbody", 1),
        ("Date: Tue, 24 Nov 2026 19:00:00 -0000\n\nbody", 1),
    ],
)
def test_only_a_date_in_the_header_counts(tmp_path: Path, text: str, count: int) -> None:
    found = times(read(raw(tmp_path / "Sent", text)))
    assert found == [int(datetime(2026, 11, 24, 19, tzinfo=UTC).timestamp())] * count


def test_an_export_that_nothing_was_written_to_tells_nothing_of_the_time_since(sent: Path) -> None:
    assert read(sent, now=NOW + LIVES).until == NOW + LIVES
    assert read(sent, now=NOW + LIVES + 1).until == NOW


def test_what_is_no_mailbox_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Dear diary\n")
    (tmp_path / "folder").mkdir()
    for name, said in (
        ("text", "is no mbox"),
        ("nothing", "nothing cannot be read"),
        ("folder", "folder/cur cannot be read"),
    ):
        with pytest.raises(FixNeeded, match=said):
            read(tmp_path / name)


def test_an_empty_mbox_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "Sent").touch()
    assert read(tmp_path / "Sent").traces == ()


# ---- Maildir ---------------------------------------------------------------------------------------------------------


def test_a_maildir_is_read_and_then_only_what_came_since(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Sent")
    put(box, NOW - 3 * HOUR, NOW - 2 * HOUR)
    first = read(tmp_path / "Sent")
    assert sorted(times(first)) == [NOW - 3 * HOUR, NOW - 2 * HOUR]
    put(box, NOW - 60)
    again = Mailbox("mail", tmp_path / "Sent", lambda: NOW)
    assert NOW - 60 in times(again.changes(first.cursor))
    assert again.requests < 3


def test_a_message_that_keeps_an_old_time_of_its_file_is_read_too(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Sent")
    put(box, NOW - HOUR)
    cursor = read(tmp_path / "Sent").cursor
    put(box, NOW - 9 * HOUR)
    for file in (tmp_path / "Sent" / "new").iterdir():
        os.utime(file, (NOW - 9 * HOUR, NOW - 9 * HOUR))
    assert NOW - 9 * HOUR in times(read(tmp_path / "Sent", cursor))


def test_a_large_maildir_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "BATCH", 2)
    box = mailbox.Maildir(tmp_path / "Sent")
    put(box, *(NOW - n * HOUR for n in range(5)))
    for number, file in enumerate(sorted((tmp_path / "Sent" / "new").iterdir())):
        file.rename(file.parent.parent / "cur" / f"{number}:2,S")
    found, reading = set[int](), read(tmp_path / "Sent")
    while reading.more:
        found.update(times(reading))
        reading = read(tmp_path / "Sent", reading.cursor)
    assert found | set(times(reading)) == {NOW - n * HOUR for n in range(5)}
