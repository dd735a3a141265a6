"""Folders of foreign files: no crash, each bad part by itself and by its line, and none that holds anybody up."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from timeblock.cli.app import App
from timeblock.cli.doctor_cmd import doctor
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.errors import FixNeeded
from timeblock.inspection import Found, inspect

WINDOW = Interval(1_767_222_000, 1_861_830_000)
"""2026 to 2028."""


def event(*lines: str, uid: str = "a", start: str = "DTSTART:20260105T080000Z") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def calendar(*parts: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", *parts, "END:VCALENDAR", ""])


def inspected(folder: Path, **files: str | bytes) -> Found:
    """What ``files`` (name without suffix → content) come to."""
    for name, content in files.items():
        file = folder / f"{name}.ics"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return inspect(folder, WINDOW, Whereabouts(ZoneInfo("Europe/Oslo")), lambda what, done, total: None)


def numbers(last: int) -> str:
    return ",".join(map(str, range(last)))


OFTEN = f"BYHOUR={numbers(24)};BYMINUTE={numbers(60)};BYSECOND={numbers(60)}"
ALL_DAYS = "BYDAY=MO,TU,WE,TH,FR,SA,SU"
ZONE = "BEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:{}\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:STANDARD"
HOSTILE = {
    "every second": event("RRULE:FREQ=SECONDLY"),
    "a billion": event("RRULE:FREQ=HOURLY;COUNT=1000000000"),
    "never": event("RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"),
    "standing still": event("RRULE:FREQ=DAILY;INTERVAL=0"),
    "each second of each day": event(f"RRULE:FREQ=DAILY;COUNT=86400000;{OFTEN}"),
    "picked from them": event(f"RRULE:FREQ=YEARLY;{ALL_DAYS};{OFTEN};BYSETPOS=-1"),
    "all picked": event(f"RRULE:FREQ=MONTHLY;{ALL_DAYS};BYHOUR={numbers(24)};BYSETPOS={numbers(367)[2:]}"),
    "many rules": event(*[f"RRULE:FREQ=SECONDLY;INTERVAL={n}" for n in range(1, 2000)]),
    "twenty thousand days a day": event(*[f"RRULE:FREQ=DAILY;INTERVAL={n % 7 + 1}" for n in range(20_000)]),
    "half a million dates": event("RDATE:" + "20260106T080000Z," * 500_000),
    "half a million exceptions": event("RRULE:FREQ=DAILY", "EXDATE:" + "20260106T080000Z," * 500_000),
    "a zone of every second": f"BEGIN:VTIMEZONE\nTZID:X\n{ZONE.format('FREQ=SECONDLY')}\nEND:VTIMEZONE\n"
    + event("RRULE:FREQ=DAILY", start="DTSTART;TZID=X:20260105T080000"),
    "a zone of many rules": "BEGIN:VTIMEZONE\nTZID:Y\n"
    + "\n".join([ZONE.format("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")] * 50)
    + "\nEND:VTIMEZONE\n"
    + event("RRULE:FREQ=DAILY", start="DTSTART;TZID=Y:20260105T080000"),
    "many zones": ("BEGIN:VTIMEZONE\nTZID:Z\nEND:VTIMEZONE\n" * 300)
    + "\n".join(event(uid=str(n), start=f"DTSTART;TZID=Z{n}:20260105T080000") for n in range(500)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_rule_holds_anybody_for_a_second(tmp_path: Path, name: str) -> None:
    found = inspected(tmp_path, hostile=calendar(HOSTILE[name]))
    assert found.longest < 1
    assert found.occurrences
    assert found.reasons or name in ("picked from them", "all picked")


def test_the_bad_part_alone_is_set_aside_with_its_file_and_line(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        good=calendar(event(), event("RRULE:FREQ=WEEKLY;COUNT=3", uid="b")),
        mixed=calendar(event(uid="c"), event(uid="d", start="DTSTART:soon"), event("RRULE:FREQ=OFTEN", uid="e")),
    )
    assert (found.files, found.events, found.recurring, found.occurrences) == (2, 4, 2, 6)
    assert [(a.file.name, a.line, a.reason) for a in found.asides] == [
        ("mixed.ics", 6, "its DTSTART is no date"),
        ("mixed.ics", 10, "its rule cannot be read (FREQ=OFTEN)"),
    ]
    assert found.zones == {"UTC": 4}
    assert found.slowest is not None


def test_whatever_is_no_calendar_is_told_and_harms_none(tmp_path: Path) -> None:
    found = inspected(
        tmp_path, empty="", page="<html>sign in</html>", half="BEGIN:VCALENDAR\nBEGIN:VEV", bits=bytes(range(256)) * 9
    )
    (tmp_path / "lost.ics").symlink_to(tmp_path / "nowhere")
    assert len(found.asides) == 4
    assert found.events == 0
    assert "it cannot be opened: No such file or directory" in inspected(tmp_path).reasons


def test_reasons_are_counted_by_their_sort(tmp_path: Path) -> None:
    zoned = [event(uid=name, start=f"DTSTART;TZID={name}:20260105T080000") for name in ("Here", "There")]
    assert inspected(tmp_path, a=calendar(*zoned)).reasons == {"read as local time: the time zone … is unknown": 2}


def test_a_folder_without_any_says_so(tmp_path: Path) -> None:
    with pytest.raises(FixNeeded, match=r"\.ics"):
        inspected(tmp_path)


def test_the_command_needs_no_config_and_names_each(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "A.ICS").write_text(calendar(event(start="DTSTART:soon"), event(uid="b")))
    app = App(config_path=str(tmp_path / "none.toml"), moment=WINDOW.start)
    done = CliRunner().invoke(doctor, ["--ics", str(tmp_path)], obj=app)
    assert done.exit_code == 1
    assert f"{tmp_path}/deep/A.ICS:2: its DTSTART is no date" in done.output
    said = json.loads(CliRunner().invoke(doctor, ["--ics", str(tmp_path)], obj=App(json=True, moment=1)).stdout)
    assert said["reasons"] == {"its DTSTART is no date": 1}
