"""Only what changed is taken apart, however large the calendar; and what is stored is enough to read it all anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.contract.worlds import NOW, event
from timeblock.calendars.feed import PATH, Feed
from timeblock.calendars.folder import Folder
from timeblock.codecs import ical
from timeblock.core.event import CalendarId, Decoded, Draft, Resource
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store import events
from timeblock.store.database import Database, open_database
from timeblock.sync.pull import Pulled, pull

HOME = Whereabouts(ZoneInfo("Europe/Oslo"))
MANY = 500


@dataclass
class Counted:
    """The iCalendar codec, which notes what it takes apart."""

    decoded: list[str] = field(default_factory=list)

    def decode(self, resource: Resource) -> Decoded:
        self.decoded.append(resource.href)
        return ical.decode(resource)

    def encode(self, draft: Draft) -> str:
        return ical.encode(draft)

    def patch(self, body: str, draft: Draft) -> str:
        return ical.patch(body, draft)


class CountedFeed(Feed):
    codec = Counted()


class CountedFolder(Folder):
    codec = Counted()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened


def read(db: Database, backend: CountedFeed | CountedFolder, path: str) -> tuple[Pulled, list[str]]:
    """What a pull did, and what it took apart."""
    backend.codec = Counted()
    pulled = pull(db, backend, CalendarId("work", path), HOME, NOW)
    return pulled, backend.codec.decoded


def feed(titles: dict[int, str]) -> str:
    bodies = (event(f"uid-{n}", titles.get(n, f"Meeting {n}")) for n in range(MANY))
    inner = (f"BEGIN:VEVENT{b.partition('BEGIN:VEVENT')[2].partition('END:VCALENDAR')[0]}" for b in bodies)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(inner)}END:VCALENDAR\r\n"


def test_of_a_feed_with_one_changed_event_one_is_taken_apart(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    file.write_text(feed({}), newline="")
    backend = CountedFeed("work", str(file), lambda: NOW)
    first, decoded = read(db, backend, PATH)
    assert (first.changed, len(decoded)) == (MANY, MANY)
    file.write_text(feed({7: "Moved"}), newline="")
    second, decoded = read(db, backend, PATH)
    assert (second.changed, second.removed, decoded) == (1, 0, ["uid-7"])
    file.write_text(feed({7: "Moved"}), newline="")
    assert read(db, backend, PATH)[1] == []


def test_of_a_folder_with_one_changed_file_one_is_taken_apart(db: Database, tmp_path: Path) -> None:
    for n in range(50):
        (tmp_path / f"{n}.ics").write_text(event(f"uid-{n}", "Meeting"), newline="")
    backend = CountedFolder("work", tmp_path)
    assert len(read(db, backend, ".")[1]) == 50
    (tmp_path / "7.ics").write_text(event("uid-7", "Moved a little"), newline="")
    assert read(db, backend, ".")[1] == ["7.ics"]
    assert read(db, backend, ".")[1] == []


def test_a_newer_version_reads_all_anew_from_what_is_stored(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    file.write_text(feed({}), newline="")
    read(db, CountedFeed("work", str(file), lambda: NOW), PATH)
    file.unlink()
    db.run("save_horizon", start_at=NOW, end_at=NOW + 1, basis="what an older version wrote")
    codec = Counted()
    events.ensure_horizon(db, Interval(NOW, NOW + 1), HOME, codec.decode)
    assert len(codec.decoded) == MANY
