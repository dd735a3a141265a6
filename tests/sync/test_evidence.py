"""Sources of evidence are read to their end, in parts that are kept, and what is known of them is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from timeblock.config.settings import EvidenceSettings
from timeblock.core.interval import Interval
from timeblock.core.traces import Coverage, Trace
from timeblock.errors import Incomplete, TryLater
from timeblock.store import traces
from timeblock.store.database import Database
from timeblock.sync.evidence import Told, coverage, read
from timeblock.sync.source import Cursor, Reading

NOW = 1_795_608_000
ALL = Interval(0, 2 * NOW)
MAIL = EvidenceSettings("mail", "imap", True)


@dataclass
class Scripted:
    """A source that answers each cursor as told, and counts."""

    answers: Mapping[str, Reading | Exception]
    place: str = "here"
    requests: int = 0
    asked: list[str] = field(default_factory=list)

    def changes(self, cursor: Cursor) -> Reading:
        self.requests += 1
        self.asked.append(cursor.get("at", ""))
        answer = self.answers[self.asked[-1]]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        pass


def mail(*moments: int) -> tuple[Trace, ...]:
    return tuple(Trace(at, at, "mail", "mail") for at in moments)


def kept(db: Database) -> list[int]:
    return [t.start for t in traces.within(db, ALL, frozenset({"mail"}))]


def part(at: str, *moments: int, more: bool = False, complete: bool = False) -> Reading:
    return Reading(mail(*moments), {"at": at}, NOW, complete, more)


def test_parts_are_read_to_the_end_and_the_next_time_goes_on_there(db: Database) -> None:
    source = Scripted({"": part("1", 10, 20, more=True), "1": part("2", 30), "2": part("2")})
    assert read(db, "mail", source, NOW) == Told(3, 2)
    assert read(db, "mail", source, NOW + 60) == Told(0, 1)
    assert source.asked == ["", "1", "2"]
    assert kept(db) == [10, 20, 30]


def test_what_breaks_off_goes_on_from_the_last_part_and_is_unknown_until_it_ends(db: Database) -> None:
    source = Scripted({"": part("1", 10, more=True), "1": TryLater("the line is down")})
    with pytest.raises(TryLater):
        read(db, "mail", source, NOW)
    assert coverage(db, [MAIL]) == (Coverage("mail", True, 10, None, "the line is down"),)
    again = Scripted({"1": part("2", 30)})
    assert read(db, "mail", again, NOW + 60) == Told(1, 1)
    assert coverage(db, [MAIL]) == (Coverage("mail", True, 10, NOW, ""),)


def test_what_was_read_stays_known_when_a_later_reading_fails(db: Database) -> None:
    read(db, "mail", Scripted({"": part("1", 10)}), NOW)
    with pytest.raises(TryLater):
        read(db, "mail", Scripted({"1": TryLater("away")}), NOW + 60)
    assert coverage(db, [MAIL]) == (Coverage("mail", True, 10, NOW, "away"),)
    assert kept(db) == [10]


def test_the_same_told_twice_is_kept_once_and_activity_that_went_on_ends_later(db: Database) -> None:
    longer, shorter = Trace(100, 900, "activity", "mail"), Trace(100, 500, "activity", "mail")
    first = Reading((*mail(10, 10), shorter), {"at": "1"}, NOW)
    again = Reading((*mail(10), longer, shorter), {"at": "1"}, NOW)
    assert read(db, "mail", Scripted({"": first}), NOW).new == 2
    assert read(db, "mail", Scripted({"1": again}), NOW).new == 0
    assert traces.within(db, ALL, frozenset({"mail"})) == (*mail(10), longer)


def test_a_source_that_tells_all_there_is_replaces_what_it_told_before(db: Database) -> None:
    read(db, "mail", Scripted({"": part("1", 10, 20, complete=True)}), NOW)
    read(db, "mail", Scripted({"1": part("2", 20, 30, complete=True)}), NOW)
    assert kept(db) == [20, 30]


def test_another_place_under_the_same_name_begins_anew(db: Database) -> None:
    read(db, "mail", Scripted({"": part("1", 10)}), NOW)
    read(db, "mail", Scripted({"": part("1", 20)}, place="elsewhere"), NOW)
    assert kept(db) == [20]


def test_a_source_that_never_ends_is_not_believed(db: Database) -> None:
    with pytest.raises(Incomplete, match="again and again"):
        read(db, "mail", Scripted({"": part("1", 10, more=True), "1": part("1", 10, more=True)}), NOW)


def test_only_the_sources_and_the_time_asked_for_are_told(db: Database) -> None:
    read(db, "mail", Scripted({"": part("1", 10, 20, 30)}), NOW)
    assert traces.within(db, ALL, frozenset()) == ()
    assert [t.start for t in traces.within(db, Interval(20, 30), frozenset({"mail"}))] == [20]


def test_a_source_that_was_never_tried_is_told_as_such(db: Database) -> None:
    assert coverage(db, [MAIL]) == (Coverage("mail", True),)
