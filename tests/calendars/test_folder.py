"""Folders as other programs keep them, and as disks fail."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.worlds import event
from timeblock.calendars.folder import ITSELF, Folder
from timeblock.core.event import CalendarId, Draft
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import Conflict, Forbidden, Gone, Incomplete, TryLater

WORK = CalendarId("disk", "work")
DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(1_795_420_800, 1_795_420_800 + HOUR), "UTC", "Lunch")
LATER = replace(DRAFT, interval=Interval(1_795_420_800 + HOUR, 1_795_420_800 + 2 * HOUR))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, to whom no file is read-only."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """An account that anyone may read and nobody write, with one event."""
    made = Path(tempfile.mkdtemp(prefix="timeblock-"))
    (made / "work").mkdir()
    (made / "work" / "a.ics").write_text(event("a"))
    for folder in (made / "work", made):
        folder.chmod(0o555)
    yield made
    for folder in (made, made / "work"):
        folder.chmod(0o755)
    shutil.rmtree(made)


def test_folders_are_calendars_with_the_names_people_gave_them(path: Path) -> None:
    (path / "work" / "displayname").write_text("My work\n")
    (path / "private").mkdir()
    (path / ".hidden").mkdir()
    (path / "notes.txt").write_text("no calendar")
    assert [(info.id.path, info.name, info.writable) for info in Folder("disk", path).calendars()] == [
        ("private", "private", True),
        ("work", "My work", True),
    ]


def test_a_folder_with_events_is_itself_the_calendar(path: Path) -> None:
    (path / "work" / "a.ics").write_text(event("a"))
    folder = Folder("disk", path / "work")
    [info] = folder.calendars()
    assert (info.id.path, info.name) == (ITSELF, "work")
    assert [r.href for r in folder.changes(info.id, None, dict).changed] == ["a.ics"]


def test_an_empty_folder_is_a_calendar_to_write_into(path: Path) -> None:
    folder = Folder("disk", path / "work")
    [info] = folder.calendars()
    folder.create(info.id, DRAFT)
    assert (path / "work" / "tb0lunch.ics").exists()


def test_only_event_files_are_read(path: Path) -> None:
    for name in (".a.ics", "b.ics.tmp", "c.txt", "color"):
        (path / "work" / name).write_text(event("x"))
    (path / "work" / "folder.ics").mkdir()
    (path / "work" / "d.ics").write_text(event("d"))
    assert [r.href for r in Folder("disk", path).changes(WORK, None, dict).changed] == ["d.ics"]


def test_files_are_opened_only_when_they_changed(path: Path) -> None:
    for uid in "abc":
        (path / "work" / f"{uid}.ics").write_text(event(uid))
    folder = Folder("disk", path)
    known = {r.href: r.version for r in folder.changes(WORK, None, dict).changed}
    assert folder.requests == 3
    (path / "work" / "b.ics").write_text(event("b", "Another title"))
    assert [r.href for r in folder.changes(WORK, "listed", lambda: known).changed] == ["b.ics"]
    assert folder.requests == 4


def test_a_disk_that_is_not_mounted_is_no_empty_calendar(path: Path) -> None:
    folder = Folder("disk", path / "mnt")
    with pytest.raises(TryLater, match="mounted"):
        folder.calendars()
    with pytest.raises(Gone, match="mounted"):
        folder.changes(WORK, None, dict)
    with pytest.raises(Gone):
        folder.create(WORK, DRAFT)


def test_bytes_that_are_no_text_survive_beside_a_change(path: Path) -> None:
    file = path / "work" / "tb0lunch.ics"
    file.write_bytes(event("tb0lunch", "Lunch", "X-THEIRS:kept").encode().replace(b"PRODID:-//", b"PRODID:-//\xc3\xa6"))
    folder = Folder("disk", path)
    base = folder.read(WORK, "tb0lunch.ics")
    folder.update(base, LATER)
    assert b"PRODID:-//\xc3\xa6" in file.read_bytes()
    file.write_bytes(b"\xff\xfe not utf-8")
    assert folder.read(WORK, "tb0lunch.ics").body.encode("utf-8", "surrogateescape") == b"\xff\xfe not utf-8"


def test_a_file_changed_without_a_new_time_is_still_seen_before_it_is_overwritten(path: Path) -> None:
    folder = Folder("disk", path)
    base = folder.create(WORK, DRAFT)
    file = path / "work" / base.href
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"Lunch", b"Mine!"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for write in (lambda: folder.update(base, LATER), lambda: folder.delete(base)):
        with pytest.raises(Conflict):
            write()
    assert b"Mine!" in file.read_bytes()


def test_a_file_of_several_events_is_read_and_left_alone(path: Path) -> None:
    file = path / "work" / "all.ics"
    both = event("tb0lunch").replace("END:VCALENDAR\r\n", "") + event("b")[event("b").index("BEGIN:VEVENT") :]
    file.write_text(both, newline="")
    folder = Folder("disk", path)
    [base] = folder.changes(WORK, None, dict).changed
    assert len(folder.codec.decode(base).series) == 2
    for write in (lambda: folder.update(base, LATER), lambda: folder.delete(base)):
        with pytest.raises(Forbidden, match="several events"):
            write()
    assert file.read_bytes().decode() == both


def test_no_write_leaves_a_temporary_file_and_rights_stay(path: Path) -> None:
    folder = Folder("disk", path)
    base = folder.create(WORK, DRAFT)
    file = path / "work" / base.href
    file.chmod(0o640)
    base = folder.update(base, LATER)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    with pytest.raises(Conflict):
        folder.create(WORK, DRAFT)
    assert list((path / "work").iterdir()) == [file]


def test_a_link_stays_a_link(path: Path) -> None:
    folder = Folder("disk", path)
    base = folder.create(WORK, DRAFT)
    file = path / "work" / base.href
    file.rename(path / "real.ics")
    file.symlink_to(path / "real.ics")
    folder.update(folder.read(WORK, base.href), LATER)
    assert file.is_symlink()
    assert b"SEQUENCE:1" in (path / "real.ics").read_bytes()


def test_no_href_leads_out_of_the_folder(path: Path) -> None:
    (path / "secret.ics").write_text(event("a"))
    with pytest.raises(Gone):
        Folder("disk", path).read(WORK, "../secret.ics")


def test_a_folder_that_may_only_be_read_says_so(read_only: Path) -> None:
    folder = Folder("disk", read_only)
    with as_nobody():
        [info] = folder.calendars()
        assert info.writable is False
        base = folder.read(info.id, "a.ics")
        with pytest.raises(Forbidden):
            folder.create(info.id, DRAFT)
        with pytest.raises(Forbidden):
            folder.update(base, replace(LATER, uid="a"))
        with pytest.raises(Forbidden):
            folder.delete(base)
    assert (read_only / "work" / "a.ics").read_bytes().decode() == base.body


def test_a_file_that_cannot_be_read_stops_the_listing(read_only: Path) -> None:
    (read_only / "work" / "a.ics").chmod(0)
    with as_nobody(), pytest.raises(Incomplete, match="cannot be read"):
        Folder("disk", read_only).changes(WORK, None, dict)


def test_without_hard_links_a_taken_name_is_a_conflict_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    folder = Folder("disk", path)
    written = folder.create(WORK, DRAFT)
    assert folder.read(WORK, written.href) == written
    with pytest.raises(Conflict):
        folder.create(WORK, DRAFT)
