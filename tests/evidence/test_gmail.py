"""Sent mail by Gmail's own interface, on a little Gmail whose exchanges are judged by Google's description of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tests.conftest import Serve
from tests.google import discovery
from tests.web import Asked, Say
from timeblock.errors import AuthNeeded, FixNeeded, Gone, Incomplete, TimeblockError, TryLater
from timeblock.evidence import gmail
from timeblock.evidence.gmail import Gmail
from timeblock.sync.source import Cursor, Reading

NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400


@dataclass
class LocalGmail:
    """``sent``: id → when, in the order of sending. ``refuse`` answers in its place; ``judged`` is what was wrong."""

    sent: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    forgotten: int = 0
    token: str = "first"
    refuse: Callable[[str], Say | None] = lambda path: None
    asked: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Say:
        url = urlsplit(asked.path)
        self.asked.append(url.path.removeprefix("/gmail/v1/users/me/"))
        if asked.headers["Authorization"] != f"Bearer {self.token}":
            return Say(401, "{}")
        if refused := self.refuse(asked.path):
            return refused
        called = discovery.method(asked.method, url.path)
        if called is None:
            self.judged.append(f"Gmail has no {url.path}")
            return Say(404)
        self.judged += discovery.request_faults(called, parse_qsl(url.query), None)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        found = self._found(called.id, called.path.get("id", ""), query)
        if found is None:
            return Say(404, json.dumps({"error": {"code": 404, "errors": [{"reason": "notFound"}]}}))
        self.judged += discovery.answer_faults(called, found)
        return Say(200, json.dumps(found))

    def _found(self, method: str, message: str, query: dict[str, str]) -> dict[str, object] | None:
        if "q" in query:  # not allowed with the scope of headers alone
            self.judged.append("q is given")
        match method:
            case "gmail.users.getProfile":
                return {"historyId": str(len(self.sent))}
            case "gmail.users.messages.list":
                assert query["labelIds"] == "SENT"
                return self._page(list(reversed(self.sent)), int(query.get("pageToken", "0")), int(query["maxResults"]))
            case "gmail.users.history.list":
                return self._history(int(query["startHistoryId"]), query)
            case "gmail.users.messages.get" if message in self.sent.keys() - self.gone:
                assert (query["format"], query["metadataHeaders"]) == ("metadata", "Date")
                assert query["fields"] == "internalDate,payload/headers"
                return self._message(self.sent[message])
        return None

    def _page(self, ids: list[str], begin: int, count: int) -> dict[str, object]:
        page: dict[str, object] = {"messages": [{"id": i} for i in ids[begin : begin + count]]} if ids[begin:] else {}
        return {**page, "nextPageToken": str(begin + count)} if begin + count < len(ids) else page

    def _history(self, begin: int, query: dict[str, str]) -> dict[str, object] | None:
        assert (query["historyTypes"], query["labelId"]) == ("messageAdded", "SENT")
        if begin < self.forgotten:
            return None
        added = [{"messagesAdded": [{"message": {"id": i}}]} for i in list(self.sent)[begin:]]
        return {"historyId": str(len(self.sent)), **({"history": added} if added else {})}

    def _message(self, at: int) -> dict[str, object]:
        date = {"name": "Date", "value": format_datetime(datetime.fromtimestamp(at, UTC))}
        return {"internalDate": str((at + 7) * 1000), "payload": {"headers": [date] if at % 2 == 0 else []}}


@dataclass
class Sign:
    """A sign-in whose first token may be stale."""

    token: str = "first"
    renewed: int = 0

    def access_token(self) -> str:
        return self.token

    def renew(self) -> str:
        self.renewed += 1
        self.token = "second"
        return self.token


@pytest.fixture
def google() -> Iterator[LocalGmail]:
    made = LocalGmail({f"m{n}": NOW - n * HOUR * 2 for n in range(5, 0, -1)})
    yield made
    assert made.judged == []


Open = Callable[..., Gmail]


@pytest.fixture
def source(google: LocalGmail, serve: Serve) -> Iterator[Open]:
    """Make a reader of the mail there; closed after the test."""
    web = serve(google.answer)
    with ExitStack() as opened:

        def make(sign: Sign | None = None) -> Gmail:
            made = Gmail("mail", "work", f"{web.url}gmail/v1/", sign or Sign(), lambda: NOW)
            opened.callback(made.close)
            return made

        yield make


def times(reading: Reading) -> list[int]:
    return sorted(trace.start for trace in reading.traces)


def all_of(mail: Gmail, cursor: Cursor) -> tuple[list[int], Cursor]:
    reading, found = mail.changes(cursor), list[int]()
    while reading.more:
        found += times(reading)
        reading = mail.changes(reading.cursor)
    return sorted(found + times(reading)), reading.cursor


def test_the_first_time_every_message_is_told_by_its_date(google: LocalGmail, source: Open) -> None:
    found, cursor = all_of(source(), {})
    assert found == [NOW - n * HOUR * 2 for n in range(5, 0, -1)]
    assert cursor == {"history": "5"}
    assert google.asked == ["profile", "messages", *(f"messages/m{n}" for n in range(1, 6))]


def test_then_only_what_was_added_is_asked_for(google: LocalGmail, source: Open) -> None:
    _, cursor = all_of(source(), {})
    google.asked.clear()
    assert source().changes(cursor).traces == ()
    assert google.asked == ["history"]
    google.sent["m0"] = NOW - 60
    assert times(source().changes(cursor)) == [NOW - 60]


def test_much_is_read_in_parts(google: LocalGmail, source: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gmail, "PAGE", 2)
    found, cursor = all_of(source(), {})
    assert (len(found), cursor) == (5, {"history": "5"})
    assert google.asked.count("messages") == 3


def test_what_is_sent_while_the_list_is_read_is_told_the_next_time(
    google: LocalGmail, source: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail, "PAGE", 2)
    mail = source()
    first = mail.changes({})
    google.sent["m0"] = NOW - 60
    _, cursor = all_of(mail, first.cursor)
    assert NOW - 60 in times(mail.changes(cursor))


def test_the_list_ends_where_it_is_older_than_is_looked_at(
    google: LocalGmail, source: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail, "PAGE", 2)
    google.sent = {f"m{n}": NOW - n * 300 * DAY for n in range(9, 0, -1)}
    all_of(source(), {})
    assert google.asked.count("messages") == 1


def test_a_history_that_google_forgot_is_begun_anew(google: LocalGmail, source: Open) -> None:
    google.forgotten = 3
    found, cursor = all_of(source(), {"history": "2"})
    assert (len(found), cursor) == (5, {"history": "5"})


def test_a_gmail_that_is_not_there_at_all_is_told(google: LocalGmail, source: Open) -> None:
    google.refuse = lambda path: Say(404, "{}") if "messages" in path else None
    with pytest.raises(Gone, match="has no such thing"):
        source().changes({})


def test_a_message_deleted_meanwhile_is_passed_over(google: LocalGmail, source: Open) -> None:
    google.gone.add("m3")
    assert len(all_of(source(), {})[0]) == 4


def test_without_a_date_google_s_own_counts(google: LocalGmail, source: Open) -> None:
    google.sent = {"m1": NOW - 99}
    assert times(source().changes({})) == [NOW - 92]


def test_a_token_that_is_refused_is_renewed_once(google: LocalGmail, source: Open) -> None:
    google.token, sign = "second", Sign()
    assert len(all_of(source(sign), {})[0]) == 5
    assert sign.renewed == 1


def refusal(status: int, reason: str) -> Say:
    return Say(status, json.dumps({"error": {"code": status, "errors": [{"reason": reason}]}}))


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        (refusal(401, "authError"), AuthNeeded, "timeblock auth work"),
        (refusal(403, "insufficientPermissions"), AuthNeeded, "timeblock auth work"),
        (refusal(403, "accessNotConfigured"), FixNeeded, "Gmail API is not switched on"),
        (refusal(403, "userRateLimitExceeded"), TryLater, "asks to slow down"),
        (refusal(429, "rateLimitExceeded"), TryLater, "asks to slow down"),
        (Say(503, "<html>"), TryLater, "cannot answer now"),
        (Say(200, "<html>sign in to the hotel's net</html>"), Incomplete, "what Gmail does not"),
        (Say(200, "{}"), Incomplete, "what Gmail does not"),
        (Say(200, '{"emailAddress": "x"}'), Incomplete, "no 'historyId'"),
        (Say(302, "", {"Location": "https://elsewhere.example/"}), Incomplete, "answered 302"),
    ],
)
def test_each_refusal_is_told_by_what_to_do(
    google: LocalGmail, source: Open, said: Say, kind: type[TimeblockError], text: str
) -> None:
    google.refuse = lambda path: said
    with pytest.raises(kind, match=text):
        source().changes({})


def test_a_server_that_asks_to_wait_is_obeyed(google: LocalGmail, source: Open) -> None:
    google.refuse = lambda path: Say(429, "{}", {"Retry-After": "90"})
    with pytest.raises(TryLater) as told:
        source().changes({})
    assert told.value.at == NOW + 90
