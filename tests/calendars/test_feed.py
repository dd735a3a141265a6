"""Feeds: little asked for, nothing believed that is no calendar, no address given away."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.contract.worlds import NOW, event
from tests.web import Asked, Say
from timeblock.calendars.feed import PATH, Feed
from timeblock.core.event import CalendarId, Draft, Resource
from timeblock.core.interval import Interval
from timeblock.errors import (
    AuthNeeded,
    FixNeeded,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    TryLater,
)
from timeblock.transport import MOST_BYTES

CALENDAR = CalendarId("work", PATH)
DRAFT = Draft("tb0", "lunch/1", 0, Interval(0, 3600), "UTC", "Lunch")

Open = Callable[[str], Feed]


@pytest.fixture
def subscribe() -> Iterator[Open]:
    made: list[Feed] = []

    def subscribed(location: str) -> Feed:
        made.append(Feed("work", location, lambda: NOW, allow_private=True))
        return made[-1]

    yield subscribed
    for feed in made:
        feed.close()


def test_an_unchanged_feed_costs_one_conditional_request(serve: Serve, subscribe: Open) -> None:
    stamps = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 08:00:00 GMT"}

    def answer(asked: Asked) -> Say:
        return Say(304) if asked.headers["If-None-Match"] == '"v1"' else Say(200, event("a"), stamps)

    server = serve(answer)
    feed = subscribe(server.url)
    first = feed.changes(CALENDAR, None, dict)
    second = feed.changes(CALENDAR, first.cursor, dict)
    assert (len(first.changed), first.complete) == (1, True)
    assert (second.changed, second.complete, second.cursor) == ((), False, first.cursor)
    assert server.seen[1].headers["If-Modified-Since"] == stamps["Last-Modified"]
    assert feed.requests == 2


def test_the_same_bytes_again_are_no_change_where_the_server_has_no_versions(serve: Serve, subscribe: Open) -> None:
    feed = subscribe(serve(lambda asked: Say(200, event("a"))).url)
    first = feed.changes(CALENDAR, None, dict)
    assert feed.changes(CALENDAR, first.cursor, dict).complete is False


def test_a_304_that_nobody_asked_for_is_not_believed(serve: Serve, subscribe: Open) -> None:
    with pytest.raises(Incomplete):
        subscribe(serve(lambda asked: Say(304)).url).changes(CALENDAR, None, dict)


def test_a_packed_feed_is_unpacked(serve: Serve, subscribe: Open) -> None:
    packed = Say(200, gzip.compress(event("a", "Møte").encode()), {"Content-Encoding": "gzip"})
    [resource] = subscribe(serve(lambda asked: packed).url).changes(CALENDAR, None, dict).changed
    assert "SUMMARY:Møte" in resource.body


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say(200, "<html>Sign in</html>"), Incomplete),
        (Say(200, ""), Incomplete),
        (Say(200, event("a")[:-20]), Incomplete),
        (Say(200, event("a"), length=5000), Incomplete),
        (Say(200, b" " * (MOST_BYTES + 1)), Incomplete),
        (Say(206, event("a")), Incomplete),
        (Say(401), AuthNeeded),
        (Say(403), Forbidden),
        (Say(404), Gone),
        (Say(410), Gone),
        (Say(429), TryLater),
        (Say(500), TryLater),
        (Say(503), TryLater),
        (Say(drop=True), TryLater),
    ],
    ids=lambda value: f"{value.status}-{len(value.content)}" if isinstance(value, Say) else value.__name__,
)
def test_a_bad_answer_is_no_empty_calendar(
    serve: Serve, subscribe: Open, said: Say, error: type[TimeblockError]
) -> None:
    server = serve(lambda asked: said)
    with pytest.raises(error) as caught:
        subscribe(f"{server.url}private-71ab/basic.ics?token=t0k").changes(CALENDAR, None, dict)
    assert "71ab" not in str(caught.value)
    assert "t0k" not in str(caught.value)


def test_when_to_come_back_is_what_the_server_says(serve: Serve, subscribe: Open) -> None:
    server = serve(lambda asked: Say(503, headers={"Retry-After": "90"}))
    with pytest.raises(TryLater) as caught:
        subscribe(server.url).changes(CALENDAR, None, dict)
    assert caught.value.at == NOW + 90


def test_a_redirect_is_followed_and_an_endless_one_is_not(serve: Serve, subscribe: Open) -> None:
    def answer(asked: Asked) -> Say:
        if asked.path == "/here":
            return Say(200, event("a"))
        return Say(302, headers={"Location": "/here" if asked.path == "/" else asked.path})

    server = serve(answer)
    assert len(subscribe(server.url).changes(CALENDAR, None, dict).changed) == 1
    with pytest.raises(Incomplete, match="without end"):
        subscribe(f"{server.url}circle").changes(CALENDAR, None, dict)
    with pytest.raises(Incomplete, match="no web address"):
        subscribe(serve(lambda asked: Say(302, headers={"Location": "file:///etc/passwd"})).url).changes(
            CALENDAR, None, dict
        )


def test_a_redirect_from_https_to_http_is_refused(
    serve: Serve, serve_tls: Serve, subscribe: Open, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    plain = serve(lambda asked: Say(200, event("a")))
    feed = subscribe(serve_tls(lambda asked: Say(302, headers={"Location": plain.url})).url)
    with pytest.raises(Incomplete, match="https to http"):
        feed.changes(CALENDAR, None, dict)
    assert plain.seen == []


def test_webcal_is_https(serve_tls: Serve, subscribe: Open, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve_tls(lambda asked: Say(200, event("a")))
    feed = subscribe(server.url.replace("https://", "webcal://"))
    assert len(feed.changes(CALENDAR, None, dict).changed) == 1


def test_a_private_address_is_refused_unless_allowed(serve: Serve) -> None:
    server = serve(lambda asked: Say(200, event("a")))
    with pytest.raises(FixNeeded, match="allow_private"):
        Feed("work", server.url, lambda: NOW).changes(CALENDAR, None, dict)
    assert server.seen == []


def test_a_password_in_the_address_goes_to_that_host_only(serve: Serve, subscribe: Open) -> None:
    other = serve(lambda asked: Say(200, event("a")))
    server = serve(lambda asked: Say(302, headers={"Location": other.url}))
    subscribe(server.url.replace("http://", "http://me:p%40ss@")).changes(CALENDAR, None, dict)
    assert server.seen[0].headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert other.seen[0].headers["Authorization"] is None


def test_an_address_of_another_kind_is_for_the_person_to_fix(subscribe: Open) -> None:
    with pytest.raises(FixNeeded):
        subscribe("ftp://example.org/calendar.ics").changes(CALENDAR, None, dict)


# --- Files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_opened_only_when_it_changed_and_read_only_when_its_bytes_did(
    tmp_path: Path, subscribe: Open
) -> None:
    file = tmp_path / "calendar.ics"
    file.write_text(event("a"))
    feed = subscribe(str(file))
    cursor = feed.changes(CALENDAR, None, dict).cursor
    cursor = feed.changes(CALENDAR, cursor, dict).cursor
    assert feed.requests == 1
    os.utime(file, ns=(0, 0))
    page = feed.changes(CALENDAR, cursor, dict)
    assert (feed.requests, page.complete) == (2, False)
    assert feed.changes(CALENDAR, page.cursor, dict).complete is False
    assert feed.requests == 2


def test_a_missing_file_is_gone_and_a_folder_is_no_file(tmp_path: Path, subscribe: Open) -> None:
    with pytest.raises(Gone):
        subscribe(str(tmp_path / "none.ics")).changes(CALENDAR, None, dict)
    with pytest.raises(TryLater):
        subscribe(str(tmp_path)).changes(CALENDAR, None, dict)


def test_a_file_too_large_is_not_opened(tmp_path: Path, subscribe: Open) -> None:
    file = tmp_path / "calendar.ics"
    with file.open("wb") as hole:
        hole.truncate(MOST_BYTES + 1)
    feed = subscribe(str(file))
    with pytest.raises(Incomplete, match="32 MB"):
        feed.changes(CALENDAR, None, dict)
    assert feed.requests == 0


def test_one_broken_event_does_not_hide_the_others(tmp_path: Path, subscribe: Open) -> None:
    body = event("a") + event("b").replace("UID:b", "UID:b\r\nBEGIN:VEVENT")
    file = tmp_path / "calendar.ics"
    file.write_bytes(b"\xef\xbb\xbf" + body.encode() + event("c", "bytes \udcff").encode("utf-8", "surrogateescape"))
    hrefs = [r.href for r in subscribe(str(file)).changes(CALENDAR, None, dict).changed]
    assert hrefs[:1] == ["a"]
    assert "c" in hrefs


def test_a_feed_takes_no_writes(tmp_path: Path, subscribe: Open) -> None:
    feed = subscribe(str(tmp_path / "calendar.ics"))
    base = Resource(CALENDAR, "a", "1", event("a"))
    for write in (lambda: feed.create(CALENDAR, DRAFT), lambda: feed.update(base, DRAFT), lambda: feed.delete(base)):
        with pytest.raises(Forbidden, match="not written"):
            write()
    assert feed.calendars()[0].writable is False
