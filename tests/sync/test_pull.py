from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeblock.calendars.memory import Memory
from timeblock.core.diff import Slot, Written
from timeblock.core.event import (
    CalendarId,
    CalendarInfo,
    Component,
    Decoded,
    Draft,
    Event,
    EventKey,
    Resource,
    Series,
    SetAside,
)
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.errors import CursorExpired, Gone, Incomplete, TimeblockError, TryLater
from timeblock.store import events, outbox
from timeblock.store.database import Database
from timeblock.sync.backend import Known, Page
from timeblock.sync.pull import Pulled, pull

HOME = Whereabouts(ZoneInfo("Europe/Oslo"))
WORK = CalendarId("work", "/cal/work/")
NOW = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
YEAR = Interval(NOW - 180 * 86_400, NOW + 180 * 86_400)


class Lines:
    """A codec whose body is the title of an event at 08:00 UTC; "?" cannot be read."""

    def __init__(self) -> None:
        self.decoded: list[str] = []

    def decode(self, resource: Resource) -> Decoded:
        self.decoded.append(resource.href)
        if resource.body == "?":
            return Decoded(set_aside=(SetAside(resource.calendar, resource.href, "", "unreadable"),))
        key = EventKey(resource.calendar, resource.href, resource.href)
        start = datetime.fromtimestamp(NOW, UTC)
        return Decoded((Series(key, Component(Event(key, resource.body), start, start + timedelta(hours=1))),))

    def encode(self, draft: Draft) -> str:
        raise NotImplementedError

    def patch(self, body: str, draft: Draft) -> str:
        raise NotImplementedError


class Played:
    """A backend that gives the answers it was told to, and notes what it was asked."""

    no_writes: ClassVar[str] = "pulling writes nothing"

    def __init__(self, *answers: Page | TimeblockError) -> None:
        self.answers = list(answers)
        self.asked: list[str | None] = []
        self.there: dict[str, str] = {}
        """What a second look finds."""
        self.lines = Lines()

    @property
    def codec(self) -> Lines:
        return self.lines

    @property
    def requests(self) -> int:
        return len(self.asked)

    @property
    def received(self) -> int:
        return 0

    @property
    def clock_ahead(self) -> int | None:
        return None

    def calendars(self) -> Sequence[CalendarInfo]:
        return ()

    def changes(self, calendar: CalendarId, cursor: str | None, known: Known) -> Page:
        self.asked.append(cursor)
        answer = self.answers.pop(0)
        if isinstance(answer, TimeblockError):
            raise answer
        return answer

    def read(self, calendar: CalendarId, href: str) -> Resource:
        if href not in self.there:
            raise Gone(href)
        return Resource(calendar, href, "1", self.there[href])

    def find(self, calendar: CalendarId, uid: str) -> Resource:
        raise NotImplementedError

    def href(self, calendar: CalendarId, uid: str) -> str:
        raise AssertionError(self.no_writes)

    def create(self, calendar: CalendarId, draft: Draft) -> Resource:
        raise AssertionError(self.no_writes)

    def update(self, base: Resource, draft: Draft) -> Resource:
        raise AssertionError(self.no_writes)

    def delete(self, base: Resource) -> None:
        raise AssertionError(self.no_writes)

    def close(self) -> None: ...


def resources(**bodies: str) -> tuple[Resource, ...]:
    """``a="Standup"`` is what stands under the href "a"; its version is its text."""
    return tuple(Resource(WORK, href, f'"{body}"', body) for href, body in bodies.items())


def whole(cursor: str = "c1", unchanged: Sequence[str] = (), **bodies: str) -> Page:
    return Page(resources(**bodies), (), frozenset(unchanged), cursor, complete=True)


def delta(cursor: str = "c2", removed: Sequence[str] = (), more: bool = False, **bodies: str) -> Page:
    return Page(resources(**bodies), tuple(removed), frozenset(), cursor, more=more)


def pull_from(db: Database, backend: Played, believe_empty: bool = False) -> Pulled:
    return pull(db, backend, WORK, HOME, NOW, believe_empty=believe_empty)


def given_known(db: Database, **bodies: str) -> None:
    pull_from(db, Played(whole("c1", **bodies)))


def titles(db: Database) -> list[str]:
    return sorted(o.event.summary for o in events.occurrences(db, YEAR, [WORK]))


# ---- what comes is kept --------------------------------------------------------------------------------------------


def test_the_first_pull_lists_everything(db: Database) -> None:
    backend = Played(whole("c1", a="Standup", b="Review"))
    assert pull_from(db, backend) == Pulled(WORK, 2, 0, (), 1)
    assert backend.asked == [None]
    assert titles(db) == ["Review", "Standup"]
    assert events.cursor(db, WORK) == "c1"


def test_the_next_one_asks_from_the_cursor(db: Database) -> None:
    given_known(db, a="Standup", b="Review", c="Lunch")
    backend = Played(delta("c2", removed=["b", "never seen"], c="Long lunch", d="Dinner"))
    assert pull_from(db, backend) == Pulled(WORK, 2, 1, (), 1)
    assert backend.asked == ["c1"]
    assert titles(db) == ["Dinner", "Long lunch", "Standup"]
    assert events.cursor(db, WORK) == "c2"


def test_only_new_versions_are_decoded(db: Database) -> None:
    given_known(db, a="Standup", b="Review")
    backend = Played(delta("c2", a="Standup", b="Retro"))
    assert pull_from(db, backend).changed == 1
    assert backend.lines.decoded == ["b"]


def test_a_resource_without_version_is_always_decoded(db: Database) -> None:
    unversioned = Page((Resource(WORK, "a", "", "Standup"),), complete=True)
    pull_from(db, Played(unversioned))
    backend = Played(unversioned)
    assert pull_from(db, backend).changed == 1
    assert backend.asked == [None]  # nor is an empty cursor one to go on from


def test_a_complete_listing_prunes_what_it_does_not_name(db: Database) -> None:
    given_known(db, a="Standup", b="Review", c="Lunch")
    assert pull_from(db, Played(whole("c2", unchanged=["a"], c="Long lunch"))).removed == 1
    assert titles(db) == ["Long lunch", "Standup"]


def test_nothing_new_is_noted_as_read(db: Database) -> None:
    given_known(db, a="Standup")
    assert pull(db, Played(delta("c1")), WORK, HOME, NOW + 60) == Pulled(WORK, 0, 0, (), 1)
    assert events.synced_at(db, WORK) == NOW + 60
    assert titles(db) == ["Standup"]


def test_pages_are_one_answer(db: Database) -> None:
    given_known(db, a="Standup", b="Review", c="Lunch")
    backend = Played(
        delta("p1", more=True, removed=["a"], b="Retro"),
        delta("p2", more=True),
        delta("c2", removed=["b"], a="Standup again"),
    )
    assert pull_from(db, backend) == Pulled(WORK, 1, 1, (), 3)
    assert backend.asked == ["c1", "p1", "p2"]
    assert titles(db) == ["Lunch", "Standup again"]
    assert events.cursor(db, WORK) == "c2"


def test_an_expired_cursor_lists_everything_and_prunes(db: Database) -> None:
    given_known(db, a="Standup", b="Review")
    backend = Played(CursorExpired("gone"), whole("c9", unchanged=["a"]))
    assert pull_from(db, backend).removed == 1
    assert backend.asked == ["c1", None]
    assert titles(db) == ["Standup"]
    assert events.cursor(db, WORK) == "c9"


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(db: Database) -> None:
    told = pull_from(db, Played(whole("c1", a="Standup", b="?")))
    assert told.set_aside == (SetAside(WORK, "b", "", "unreadable"),) == events.set_aside(db)
    assert titles(db) == ["Standup"]


def test_progress_counts_resources(db: Database) -> None:
    counted: list[int] = []
    pull(db, Played(whole(a="A", b="B", c="C")), WORK, HOME, NOW, progress=counted.append)
    assert counted == [1, 2, 3]


def event(uid: str, title: str, *lines: str) -> str:
    said = ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *(lines or ("DTSTART:20261123T080000Z",)), "END:VEVENT")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *said, "END:VCALENDAR", ""))


def test_a_real_calendar_is_followed(db: Database) -> None:
    backend = Memory("work")
    (offer,) = backend.calendars()

    def pulled() -> tuple[int, int, list[str]]:
        told = pull(db, backend, offer.id, HOME, NOW)
        return told.changed, told.removed, [o.event.summary for o in events.occurrences(db, YEAR, [offer.id])]

    backend.put(offer.id, "a.ics", event("a", "Standup"))
    backend.put(offer.id, "b.ics", event("b", "Swim", "DTSTART:20261124T170000Z", "RRULE:FREQ=WEEKLY;COUNT=3"))
    backend.put(offer.id, "c.ics", event("c", "Broken", "DTSTART:soon"))
    assert pulled() == (3, 0, ["Standup", "Swim", "Swim", "Swim"])
    assert [aside.href for aside in events.set_aside(db)] == ["c.ics"]
    assert pulled() == (0, 0, ["Standup", "Swim", "Swim", "Swim"])
    backend.put(offer.id, "a.ics", event("a", "Moved", "DTSTART:20261125T080000Z"))
    backend.remove(offer.id, "c.ics")
    assert pulled() == (1, 1, ["Swim", "Moved", "Swim", "Swim"])
    backend.remove(offer.id, "b.ics")
    backend.expire(offer.id)
    assert pulled() == (0, 1, ["Moved"])
    assert events.set_aside(db) == ()


# ---- what cannot be believed is not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stop", [TryLater("later"), Incomplete("cut"), Gone("no such calendar"), CursorExpired("page")]
)
def test_whatever_stops_a_pull_leaves_picture_and_cursor(db: Database, stop: TimeblockError) -> None:
    given_known(db, a="Standup", b="Review")
    backend = Played(delta("p1", more=True, removed=["a"], b="Retro"), stop, stop)
    with pytest.raises(type(stop)):
        pull_from(db, backend)
    assert titles(db) == ["Review", "Standup"]
    assert events.cursor(db, WORK) == "c1"


def test_pages_that_go_in_circles_end(db: Database) -> None:
    with pytest.raises(Incomplete, match="same page again"):
        pull_from(db, Played(*[delta("p1", more=True)] * 3))


def test_a_listing_that_became_empty_is_refused_with_the_remedy(db: Database) -> None:
    given_known(db, a="Standup", b="Review")
    with pytest.raises(Incomplete, match=r"2 events are known.*timeblock sync --believe-empty"):
        pull_from(db, Played(CursorExpired("gone"), whole("c9")))
    assert titles(db) == ["Review", "Standup"]
    assert events.cursor(db, WORK) == "c1"


def test_an_empty_listing_is_believed_on_request(db: Database) -> None:
    given_known(db, a="Standup", b="Review")
    assert pull_from(db, Played(whole("c9")), believe_empty=True).removed == 2
    assert titles(db) == []


def test_a_calendar_that_was_empty_may_be_empty(db: Database) -> None:
    given_known(db)
    assert pull_from(db, Played(whole("c9"))) == Pulled(WORK, 0, 0, (), 1)


MANY = {f"e{n}": f"Event {n}" for n in range(60)}


def test_a_great_loss_is_believed_when_a_second_listing_says_the_same(db: Database) -> None:
    given_known(db, **MANY)
    backend = Played(whole("c9", unchanged=["e0", "e1"]), whole("c10", unchanged=["e0"], new="New"))
    assert pull_from(db, backend).removed == 59
    assert backend.asked == ["c1", None]
    assert titles(db) == ["Event 0", "New"]
    assert events.cursor(db, WORK) == "c10"


def test_a_great_loss_is_refused_when_a_second_listing_differs(db: Database) -> None:
    given_known(db, **MANY)
    backend = Played(whole("c9", unchanged=["e0"]), whole("c9", unchanged=[*MANY][1:]))
    with pytest.raises(Incomplete, match="listed 59 events less than are known"):
        pull_from(db, backend)
    assert len(titles(db)) == 60
    assert events.cursor(db, WORK) == "c1"


def test_a_loss_of_half_needs_no_second_look(db: Database) -> None:
    given_known(db, **MANY)
    backend = Played(whole("c9", unchanged=[*MANY][:30]))
    assert pull_from(db, backend).removed == 30
    assert len(backend.asked) == 1


def test_twenty_of_twenty_one_need_no_second_look(db: Database) -> None:
    given_known(db, **{f"e{n}": "x" for n in range(21)})
    assert pull_from(db, Played(whole("c9", unchanged=["e0"]))).removed == 20


@pytest.mark.parametrize("page", ["delta", "whole"])
def test_a_block_of_ours_is_gone_when_a_second_look_says_so(db: Database, page: str) -> None:
    given_known(db, ours="Lunch", deleted="Swim", theirs="Standup", also="Review")
    for href in ("ours", "deleted"):
        slot = Slot(WORK, f"{href}/1")
        outbox.save_written(db, Written(slot, Draft(href, slot.key, 0, YEAR, "UTC", href), href, "1"))
    answers = {"delta": delta("c2", removed=["ours", "deleted", "theirs"]), "whole": whole("c2", unchanged=["also"])}
    backend = Played(answers[page])
    backend.there = {"ours": "Lunch", "theirs": "Standup"}
    assert pull_from(db, backend).removed == 2
    assert titles(db) == ["Lunch", "Review"]


def test_another_calendar_at_the_same_address_is_believed_on_request(db: Database) -> None:
    given_known(db, a="Standup")
    backend = Played(whole("c9", b="Review"))
    pull_from(db, backend, believe_empty=True)
    assert (titles(db), backend.asked) == (["Review"], [None])


# ---- law -----------------------------------------------------------------------------------------------------------

EDITS = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, "Standup", "Review"]))


@given(st.lists(st.tuples(EDITS, st.sampled_from(["delta", "pages", "whole", "expired", "stopped"])), max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_way_changes_come_the_picture_ends_equal(
    db: Database, history: list[tuple[dict[str, str | None], str]]
) -> None:
    events.forget_calendar(db, WORK)
    there: dict[str, str] = {"keeper": "Always"}
    given_known(db, **there)
    missed: dict[str, str | None] = {}
    for edits, way in history:
        missed |= edits
        there |= {href: body for href, body in edits.items() if body}
        there = {href: body for href, body in there.items() if edits.get(href, body)}
        backend = Played(*_answers(way, missed, there))
        if way == "stopped":
            with pytest.raises(TryLater):
                pull_from(db, backend)
        else:
            pull_from(db, backend)
            missed = {}
            assert titles(db) == sorted(there.values())


def _answers(way: str, missed: dict[str, str | None], there: dict[str, str]) -> list[Page | TimeblockError]:
    """How a server may tell the edits that we missed."""
    put = {href: body for href, body in missed.items() if body}
    gone = [href for href, body in missed.items() if not body]
    match way:
        case "delta":
            return [Page(resources(**put), tuple(gone), cursor="c2")]
        case "pages":
            return [delta("p1", removed=gone, more=True), Page(resources(**put), cursor="c2")]
        case "whole":
            return [whole(**there)]
        case "expired":
            return [CursorExpired("gone"), whole(unchanged=[h for h in there if h not in put], **put)]
        case _:
            return [Page(resources(**put), tuple(gone), cursor="p1", more=True), TryLater("later")]
