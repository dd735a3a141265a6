"""Faults 16 to 26 and 44: servers that refuse, make us wait, forget, leave out, or change what we wrote."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.google.test_end_to_end import NOW
from tests.google.test_end_to_end import Person as Googler
from tests.person import FEWER_DINNERS, FOREIGN, LATER_DINNER, Person, times
from tests.proxy import Fault, Forward, answers, changed, headed, meanwhile, twice, unconditional
from tests.web import Asked, Say
from timeblock.core.event import block_uid
from timeblock.core.interval import HOUR, MINUTE
from timeblock.errors import TryLater
from timeblock.store import outbox
from timeblock.store.database import open_database

XML = {"Content-Type": "text/xml"}
DAY = 24 * HOUR


def other_hours(text: str) -> str:
    return text.replace("T180000", "T183000").replace("T200000", "T203000")


# ---- conditions and ids --------------------------------------------------------------------------------------------


def test_16_412_on_update(anywhere: Person) -> None:
    anywhere.apply()
    name = anywhere.block("dinner")
    anywhere.configure(LATER_DINNER)
    anywhere.front.on("PUT", meanwhile(lambda: anywhere.edit(name, other_hours)), path=name)
    anywhere.apply()
    assert "T183000" in anywhere.get(name)
    anywhere.apply()
    assert "T183000" in anywhere.get(name)
    assert anywhere.waiting() == []


def test_16_412_on_update_for_ever_is_reported_and_not_hammered(person: Person) -> None:
    person.apply()
    person.configure(LATER_DINNER)
    person.front.heal()
    person.front.on("PUT", answers(Say(412)), times=None)
    (*_, held) = person.apply().pushed.held
    assert "written by someone else" in held.problem
    once = len(person.front.writes)
    assert once == len({path for _, path in person.front.writes})
    person.apply()
    assert len(person.front.writes) == once


def test_17_412_on_create_because_the_uid_is_ours_and_there(anywhere: Person) -> None:
    anywhere.front.on("PUT", twice, path="/tb", times=3)
    anywhere.apply()
    anywhere.apply()
    assert len(set(anywhere.standing())) == len(anywhere.standing()) > 10
    assert not [text for text in anywhere.blocks().values() if "\\;1" in text]
    assert anywhere.waiting() == []


def test_17_412_on_create_because_the_uid_is_taken_by_another(anywhere: Person) -> None:
    name = block_uid("end-to-end", anywhere.id("protected"), "dinner/2026-W48/1", 0)
    anywhere.put(name, FOREIGN.replace("board@example.com", "theirs"))
    stored = anywhere.get(name)
    anywhere.apply()
    assert anywhere.get(name) == stored
    anywhere.apply()
    assert anywhere.standing().count("dinner/2026-W48/1") == 1


def test_18_409_for_an_id_that_is_taken_or_burnt(person: Person) -> None:
    taken = Say(409, '<error xmlns="DAV:"><no-uid-conflict xmlns="urn:ietf:params:xml:ns:caldav"/></error>', XML)
    person.front.on("PUT", answers(taken), path="/tb")
    person.apply()
    person.apply()
    assert len(set(person.standing())) == len(person.standing()) > 10
    assert [text for text in person.blocks().values() if "\\;1" in text]


def test_18_409_for_an_id_that_google_has_burnt(googler: Googler) -> None:
    googler.run("apply")
    googler.run("undo")
    googler.run("undo")
    once = [b["extendedProperties"]["private"]["timeblock-key"] for b in googler.blocks().values()]
    assert len(set(once)) == len(once) > 10


def test_19_server_that_ignores_preconditions(anywhere: Person) -> None:
    anywhere.front.on("write", unconditional, path="timeblock-trial", times=None)
    anywhere.front.on("write", unconditional, times=None)
    anywhere.apply()
    name = anywhere.block("dinner")
    anywhere.configure(LATER_DINNER)
    anywhere.front.on("GET", meanwhile(lambda: anywhere.edit(name, other_hours)), path=name)
    anywhere.apply()
    anywhere.apply()
    assert "T183000" in anywhere.get(name)
    assert len(set(anywhere.standing())) == len(anywhere.standing()) > 10


ODD = itertools.count()
ETAGS: dict[str, Callable[[str], str | None]] = {
    "missing": lambda tag: None,
    "weak": lambda tag: f"W/{tag}",
    "suffixed": lambda tag: tag.removesuffix('"') + '-gzip"',
    "flapping": lambda tag: f'"{next(ODD)}"',
    "used again": lambda tag: '"gcs00000000"',
}


def with_etag(change: Callable[[str], str | None]) -> Fault:
    def fault(asked: Asked, forward: Forward) -> Say:
        said = forward(asked)
        tag = next((value for name, value in said.headers.items() if name.lower() == "etag"), '""')
        return headed(etag=change(tag))(asked, lambda _: said)

    return fault


@pytest.mark.parametrize("kind", ETAGS)
def test_20_etag_missing_weak_suffixed_by_a_proxy_flapping_or_used_again(person: Person, kind: str) -> None:
    person.front.on("PUT GET", with_etag(ETAGS[kind]), path="timeblock-trial", times=None)
    person.front.on("PUT GET", with_etag(ETAGS[kind]), times=None)
    person.apply()
    written = {name: times(text) for name, text in person.blocks().items()}
    assert len(written) > 10
    person.front.web.seen.clear()
    for _ in range(2):
        person.now += HOUR
        person.apply()
    assert person.front.writes == []
    assert {name: times(text) for name, text in person.blocks().items()} == written


# ---- servers that make us wait -------------------------------------------------------------------------------------

SOON = format_datetime(datetime.fromtimestamp(1_795_420_000, UTC), usegmt=True)
LATER = format_datetime(datetime.fromtimestamp(1_795_420_000 + 1800, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, {"Retry-After": "900"}, 900),
        (503, {"Retry-After": LATER, "Date": SOON}, 1800),
        (503, {"Retry-After": "86400"}, DAY),
        (429, {"Retry-After": "99999999"}, DAY),
        (503, {"Retry-After": "-5"}, 60),
        (429, {"Retry-After": "soon"}, 300),
    ],
    ids=["seconds", "a date", "a day", "a year", "negative", "garbage"],
)
def test_21_429_or_503_with_retry_after(person: Person, status: int, said: dict[str, str], seconds: int) -> None:
    person.sync()
    person.front.on("PUT", answers(Say(status, "", said)), path="/tb")
    assert isinstance(person.apply().pushed.errors["home"], TryLater)
    person.front.heal()
    person.now += seconds - 1
    person.apply()
    assert person.front.writes == []
    person.now += 2
    person.apply()
    assert len(person.front.writes) == len(person.standing()) > 10


def test_21_a_reader_who_is_asked_to_wait_waits(person: Person) -> None:
    person.front.on("REPORT", answers(Say(429, "", {"Retry-After": "900"})))
    assert isinstance(dict(person.sync().failed)["work"], TryLater)
    person.front.heal()
    person.now += 899
    assert set(dict(person.sync().failed)) == {"work", "protected"}
    assert person.front.seen == []
    person.now += 2
    assert person.sync().failed == ()


# ---- servers that forget -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 409, 410, 412])
def test_23_sync_token_expired(anywhere: Person, status: int) -> None:
    anywhere.put("second", FOREIGN.replace("board@", "second@"), "work")
    anywhere.apply()
    anywhere.delete("second.ics", "work")
    anywhere.put("third", FOREIGN.replace("board@", "third@"), "work")
    expired = Say(status, '<error xmlns="DAV:"><valid-sync-token/></error>', XML)
    anywhere.front.on("REPORT", answers(expired), path="work")
    pulled = dict(anywhere.sync().pulled)["work"]
    assert (pulled.changed, pulled.removed) == (1, 1)
    assert {href.rpartition("/")[2] for href in anywhere.picture()} == {"board.ics", "third.ics"}


def knows_nothing_new(asked: Asked, forward: Forward) -> Say:
    """A server restored from a backup: whatever the token, nothing has changed."""
    token = re.search(r"sync-token>([^<]+)</", asked.body)
    nothing = f'<multistatus xmlns="DAV:"><sync-token>{token[1]}</sync-token></multistatus>' if token else ""
    return Say(207, nothing, XML) if token else forward(asked)


def test_24_server_accepts_a_bogus_or_future_token(anywhere: Person) -> None:
    anywhere.sync()
    anywhere.front.on("REPORT", knows_nothing_new, times=None)
    anywhere.put("new", FOREIGN.replace("board@", "new@"), "work")
    assert len(anywhere.picture()) == 1
    anywhere.sync()
    assert len(anywhere.picture()) == 1
    anywhere.now += DAY + 1
    anywhere.sync()
    assert len(anywhere.picture()) == 2


# ---- servers that leave out ----------------------------------------------------------------------------------------


def test_25_paging_truncated_without_507(anywhere: Person) -> None:
    """Some servers cut there and say nothing, so a limit is never asked for."""
    for number in range(60):
        anywhere.put(f"e{number}", FOREIGN.replace("board@", f"{number}@"), "work")
    anywhere.sync()
    assert len(anywhere.picture()) == 61
    assert not [asked for asked in anywhere.front.web.seen if "limit" in asked.body]


def test_26_multiget_returns_fewer_than_asked(anywhere: Person) -> None:
    anywhere.sync()
    for number in range(5):
        anywhere.put(f"e{number}", FOREIGN.replace("board@", f"{number}@"), "work")
    anywhere.front.on("REPORT", but_one, path="work", times=None)
    pulled = dict(anywhere.sync().pulled)["work"]
    assert (pulled.changed, pulled.removed) == (5, 0)
    assert len(anywhere.picture()) == 6
    assert [method for method, path in anywhere.front.seen if path.endswith(".ics")] == ["GET"]


def but_one(asked: Asked, forward: Forward) -> Say:
    if "multiget" not in asked.body:
        return forward(asked)
    fewer = re.sub(r"<(\w+:)?href[^>]*>[^<]*e3\.ics</(\w+:)?href>", "", asked.body)
    assert fewer != asked.body
    return forward(replace(asked, body=fewer))


# ---- servers that change what we wrote -----------------------------------------------------------------------------


def test_44_server_normalises_our_events(anywhere: Person) -> None:
    normalised = changed(lambda body: re.sub(r"SUMMARY:([^\r\n&]*)", r"CLASS:PUBLIC\nSUMMARY:\1", body))
    anywhere.front.on("GET REPORT", normalised, times=None)
    anywhere.apply()
    for later in (60, HOUR, DAY):
        anywhere.front.web.seen.clear()
        anywhere.now = anywhere.now - anywhere.now % DAY + 6 * HOUR + later % DAY
        anywhere.apply()
        assert anywhere.front.writes == []
    anywhere.configure(FEWER_DINNERS)
    anywhere.apply()
    assert sum("dinner" in each for each in anywhere.standing()) == 2


def test_44_server_drops_our_marks(person: Person) -> None:
    """Blocks that could not be found again are not written."""

    def without_marks(asked: Asked, forward: Forward) -> Say:
        return forward(replace(asked, body=re.sub(r"X-TIMEBLOCK[^\r\n]*\r\n( [^\r\n]*\r\n)*", "", asked.body)))

    person.front.on("PUT", without_marks, times=None)
    person.front.on("PUT", without_marks, path="timeblock-trial", times=None)
    assert "does not keep the mark" in person.apply().pushed.held[0].problem
    assert person.names() == []


# ---- Google --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "seconds"), [("rateLimitExceeded", 5 * MINUTE), ("quotaExceeded", 6 * HOUR)], ids=["speed", "quota"]
)
def test_22_403_for_speed_or_for_quota(googler: Googler, reason: str, seconds: int) -> None:
    googler.google.order("refuse", "POST", "events", status=403, reason=reason)
    googler.run("apply", code=5)
    googler.run("apply", code=5)
    assert googler.google.writes == 1
    with open_database(f"sqlite://{googler.home / 'state/timeblock/timeblock.db'}") as db:
        assert outbox.waiting(db, NOW)["google"][0] == NOW + seconds


def test_22_403_for_want_of_rights(googler: Googler) -> None:
    googler.google.order("refuse", "POST", "events", status=403, reason="forbiddenForNonOrganizer", times=1000)
    googler.run("apply")
    wished = googler.google.writes
    assert wished > 10
    googler.google.orders.clear()
    googler.run("apply")
    assert len(googler.blocks()) == wished
