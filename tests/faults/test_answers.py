"""Faults 1 to 10: programs that die, answers that do not come, are cut, or are not what was asked for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.conftest import Serve
from tests.person import CONFIG, FEWER_DINNERS, FOREIGN, LATER_DINNER, Person, key
from tests.proxy import Fault, Forward, answers, changed, cut, cut_in_chunks, dropped, kills, lost
from tests.web import Asked, Say
from timeblock.calendars.dav import same_domain
from timeblock.errors import Forbidden, Incomplete, TimeblockError
from timeblock.transport import origin

PORTAL = Say(200, "<html><title>Welcome to our hotel</title></html>", {"Content-Type": "text/html"})


def failure(person: Person, calendar: str = "work") -> TimeblockError:
    """Why it could not be read."""
    return dict(person.sync().failed)[calendar]


# ---- programs that die ---------------------------------------------------------------------------------------------


def test_01_crash_after_the_remote_insert_and_before_the_local_commit(anywhere: Person) -> None:
    running = anywhere.started("apply")
    anywhere.front.on("PUT", kills(running), skip=2)
    running.communicate()
    *_, arrived = anywhere.front.writes
    assert len(anywhere.standing()) == 3
    anywhere.front.heal()
    anywhere.run("apply")
    assert ("GET", arrived[1]) in anywhere.front.seen
    assert arrived not in anywhere.front.writes
    assert len(set(anywhere.standing())) == len(anywhere.standing()) > 10
    assert anywhere.waiting() == []


def test_02_crash_before_the_request_leaves(person: Person) -> None:
    running = person.started("apply")
    person.front.on("PUT", kills(running, first=True), skip=2)
    running.communicate()
    *_, never_arrived = person.front.writes
    assert len(person.standing()) == 2
    assert [state for _, state in person.waiting()].count("unsure") == 1
    person.front.heal()
    person.run("apply")
    assert person.front.writes.count(never_arrived) == 1
    assert len(set(person.standing())) == len(person.standing()) > 10
    assert person.waiting() == []


def test_03_crash_between_pages_of_a_sync(person: Person) -> None:
    person.run("sync")
    before = person.cursor()
    for number in range(4):
        person.put(f"new-{number}", FOREIGN.replace("board@", f"{number}@"), "work")
    running = person.started("sync")
    person.front.on("REPORT", half_of_it, path="work")
    person.front.on("REPORT", kills(running), path="work", skip=1)
    running.communicate()
    assert running.returncode == -9
    assert person.cursor() == before
    assert len(person.picture()) == 1
    person.front.heal()
    person.run("sync")
    assert len(person.picture()) == 5
    person.run("sync")
    assert len(person.picture()) == 5


def half_of_it(asked: Asked, forward: Forward) -> Say:
    """The first two changes, and that there are more (RFC 6578, 3.6)."""
    said = forward(asked).content.decode()
    changes = re.findall(r"<response>.*?</response>", said, re.DOTALL)
    for change in changes[2:]:
        said = said.replace(change, "")
    more = f"<response><href>{asked.path}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    return Say(207, said.replace("<sync-token>", f"{more}<sync-token>"), {"Content-Type": "text/xml"})


# ---- answers that do not come --------------------------------------------------------------------------------------


WHICH = {
    "a create, the answer is lost": (dropped, "PUT", CONFIG),
    "an update, the answer is lost": (dropped, "PUT", LATER_DINNER),
    "a delete, the answer is lost": (dropped, "DELETE", FEWER_DINNERS),
    "a create, the request is lost": (lost, "PUT", CONFIG),
    "an update, half an answer": (cut, "PUT", LATER_DINNER),
}


@pytest.mark.parametrize(("fault", "method", "config"), WHICH.values(), ids=WHICH)
def test_04_connection_dropped_after_the_server_processed_a_write(
    anywhere: Person, fault: Fault, method: str, config: str
) -> None:
    if config is not CONFIG:
        anywhere.apply()
    anywhere.front.heal()
    anywhere.configure(config)
    anywhere.front.on(method, fault)
    anywhere.apply()
    (first, *later) = [path for sent, path in anywhere.front.seen if sent == method]
    after = anywhere.front.seen[anywhere.front.seen.index((method, first)) + 1]
    assert after == ("GET", first)
    assert later.count(first) == (fault is lost)
    assert anywhere.standing() == anywhere.planned() == anywhere.standing()
    assert anywhere.waiting() == []


# ---- answers that are not whole, or something else -----------------------------------------------------------------


def assert_nothing_changed(person: Person, *faults: Fault) -> None:
    """Whatever comes for a sync in place of the answer: one typed error, the old picture, the old cursor; then all."""
    person.apply()
    person.put("new", FOREIGN.replace("board@", "new@"), "work")
    before = person.cursor(), person.picture()
    for fault in faults:
        person.front.heal()
        person.front.on("REPORT", fault, path="work", times=None)
        assert isinstance(failure(person), TimeblockError)
        assert (person.cursor(), person.picture()) == before
        blocks = person.standing()
        person.apply()
        assert person.standing() == blocks
    person.front.heal()
    assert dict(person.sync().pulled)["work"].changed == 1


def test_05_response_body_cut_or_chunk_cut(anywhere: Person) -> None:
    assert_nothing_changed(anywhere, cut, cut_in_chunks)


def test_06_200_with_the_page_of_a_captive_portal(anywhere: Person) -> None:
    assert_nothing_changed(anywhere, answers(PORTAL), answers(replace(PORTAL, body='{"items": [')))
    anywhere.configure(LATER_DINNER)
    anywhere.front.heal()
    anywhere.front.on("PUT", answers(PORTAL))
    anywhere.apply()
    assert anywhere.standing() == anywhere.planned() == anywhere.standing()
    assert all("T190000" in text for text in anywhere.blocks().values() if "dinner" in key(text))


EMPTY = '<multistatus xmlns="DAV:">{}</multistatus>'
EXPIRED = Say(403, '<error xmlns="DAV:"><valid-sync-token/></error>', {"Content-Type": "text/xml"})


def test_07_200_with_an_empty_object_or_an_empty_multistatus(person: Person) -> None:
    with_token = EMPTY.format("<sync-token>http://example.org/1</sync-token>")
    assert_nothing_changed(person, answers(Say(200, "{}")), answers(Say(207, EMPTY.format(""))))
    person.front.on("REPORT", answers(EXPIRED), path="work")
    person.front.on("REPORT", answers(Say(207, with_token)), path="work", times=None)
    assert "sync --believe-empty" in str(failure(person))
    assert len(person.picture()) == 2


def test_08_truncated_or_non_xml_207_or_wrong_content_type(person: Person) -> None:
    half = changed(lambda body: body[: len(body) // 2])
    tail = changed(lambda body: body + "<!-- ")
    assert_nothing_changed(person, half, tail, answers(Say(207, "%PDF-1.7")), answers(Say(207, b"\xff\xfe\x00<")))
    person.put("another", FOREIGN.replace("board@", "another@"), "work")
    mislabelled = changed(lambda body: body)
    person.front.on("REPORT", lambda asked, forward: replace(mislabelled(asked, forward), headers={}), path="work")
    assert dict(person.sync().pulled)["work"].changed == 1


# ---- redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_09_redirect_on_a_write(person: Person, serve: Serve, status: int) -> None:
    elsewhere = serve(lambda asked: Say(201))
    person.front.on("PUT", answers(Say(status, "", {"Location": f"{elsewhere.url}x.ics"})), times=None)
    cycle = person.apply()
    assert (cycle.pushed.done, person.standing()) == ((), [])
    assert elsewhere.seen == []
    assert {state for _, state in person.waiting()} == {"pending"}
    person.front.heal()
    person.now += 3600
    assert person.standing() == []
    assert len(person.planned()) == len(person.standing()) > 10


def test_10_redirect_or_home_set_to_another_host(person: Person, serve: Serve) -> None:
    elsewhere = serve(lambda asked: Say(207, EMPTY.format("")))
    person.front.on("PROPFIND", answers(Say(301, "", {"Location": elsewhere.url})), times=None)
    error = failure(person)
    assert isinstance(error, Forbidden)
    assert "nothing was sent there" in str(error)
    person.front.heal()
    home = f"<href>{elsewhere.url}alice/</href>"
    person.front.on("PROPFIND", changed(lambda body: re.sub(r"<href>/alice/</href>", home, body)), times=None)
    assert isinstance(failure(person), Forbidden | Incomplete)
    assert elsewhere.seen == []
    assert same_domain(origin("https://caldav.icloud.com"), origin("https://p42-caldav.icloud.com"))
    assert not same_domain(origin("https://caldav.icloud.com"), origin("https://icloud.com.evil.example"))
