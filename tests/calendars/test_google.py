"""Requests to Google: signed, paced, never repeated unseen; and each answer's meaning."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from tests.conftest import Serve
from tests.web import Asked, Say
from timeblock.calendars.google import MOST_A_MINUTE, Google, Pace
from timeblock.core.interval import HOUR
from timeblock.errors import (
    AuthNeeded,
    Conflict,
    CursorExpired,
    FixNeeded,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    TryLater,
    Unsure,
)
from timeblock.transport import PAUSE

NOW = 1_795_000_000
EVENT = json.dumps({"kind": "calendar#event", "id": "tb0lunch"})


@dataclass
class SignIn:
    """A sign-in whose token is "old" until it is renewed."""

    token: str = "old"
    writable: bool = True
    renewed: int = 0
    asked: list[str] = field(default_factory=list)

    def access_token(self) -> str:
        return self.token

    def renew(self) -> str:
        self.renewed += 1
        self.token = "new"
        return self.token


def refusal(status: int, reason: str = "", **headers: str) -> Say:
    """An error as Google words it."""
    error = {"code": status, "message": "No.", "errors": [{"domain": "usageLimits", "reason": reason}]}
    return Say(status, json.dumps({"error": error}), {k.replace("_", "-"): v for k, v in headers.items()})


Connect = Callable[[Callable[[Asked], Say], SignIn], Google]


@pytest.fixture
def connect(serve: Serve) -> Iterator[Connect]:
    """An account at a Google that answers as told."""
    with ExitStack() as open_accounts:

        def connected(answer: Callable[[Asked], Say], tokens: SignIn) -> Google:
            account = Google("work", tokens, lambda: NOW, serve(answer).url)
            open_accounts.callback(account.transport.close)
            return account

        yield connected


def read(google: Google) -> object:
    return google.read(google.get(["calendars", "a@b"]), "calendar#events")


def write(google: Google) -> object:
    return google.written(google.send("POST", ["calendars", "a@b", "events"], "{}"))


def test_names_in_an_address_are_names_and_no_part_of_it(serve: Serve) -> None:
    server = serve(lambda asked: Say(404))
    account = Google("work", SignIn(), lambda: NOW, server.url)
    account.get(["calendars", "no#holiday@group/../x?y", "events"], {"syncToken": "a&b=="})
    account.transport.close()
    assert server.seen[0].path == "/calendars/no%23holiday%40group%2F..%2Fx%3Fy/events?syncToken=a%26b%3D%3D"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say(200, "<html>Sign in to the hotel</html>"), Incomplete),
        (Say(200, '{"kind": "calendar#events", "items": ['), Incomplete),
        (Say(200, "{}"), Incomplete),
        (Say(200, "[" * 100_000), Incomplete),
        (Say(200, '{"kind": "calendar#event"}'), Incomplete),
        (Say(302, "", {"Location": "https://example.com/"}), Incomplete),
        (refusal(400, "badRequest"), Incomplete),
        (refusal(403, "forbidden"), Forbidden),
        (refusal(403, "insufficientPermissions"), AuthNeeded),
        (refusal(403, "accessNotConfigured"), FixNeeded),
        (refusal(404, "notFound"), Gone),
        (refusal(410, "deleted"), Gone),
        (refusal(410, "fullSyncRequired"), CursorExpired),
        (refusal(403, "rateLimitExceeded"), TryLater),
        (refusal(403, "userRateLimitExceeded"), TryLater),
        (refusal(429, "rateLimitExceeded"), TryLater),
        (refusal(500, "backendError"), TryLater),
        (Say(503, "<html>Error 503</html>"), TryLater),
    ],
)
def test_what_an_answer_to_a_read_asks_of_us(connect: Connect, said: Say, error: type[TimeblockError]) -> None:
    with pytest.raises(error):
        read(connect(lambda asked: said, SignIn()))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say(200, "<html>Sign in to the hotel</html>"), Unsure),
        (Say(200, EVENT[:-5]), Unsure),
        (Say(200, "{}"), Unsure),
        (Say(302, "", {"Location": "https://example.com/"}), Unsure),
        (Say(200, EVENT, length=1000), Unsure),
        (Say(drop=True), Unsure),
        (refusal(500, "backendError"), Unsure),
        (Say(503, "", {"Retry-After": "30"}), Unsure),
        (Say(408), Unsure),
        (refusal(409, "duplicate"), Conflict),
        (refusal(412, "conditionNotMet"), Conflict),
        (refusal(404, "notFound"), Gone),
        (refusal(410, "deleted"), Gone),
        (refusal(400, "invalid"), Forbidden),
        (refusal(403, "requiredAccessLevel"), Forbidden),
        (refusal(403, "insufficientPermissions"), Forbidden),
        (refusal(403, "rateLimitExceeded"), TryLater),
        (refusal(403, "quotaExceeded"), TryLater),
        (refusal(429), TryLater),
    ],
)
def test_what_an_answer_to_a_write_asks_of_us(connect: Connect, said: Say, error: type[TimeblockError]) -> None:
    answers = [said]
    with pytest.raises(error):
        write(connect(lambda asked: answers.pop(), SignIn()))
    assert answers == []  # and nothing was sent twice


def test_a_delete_is_done_only_where_google_says_so(connect: Connect) -> None:
    hotel = Say(200, "<html>Welcome</html>")
    account = connect(lambda asked: Say(204) if "good" in asked.path else hotel, SignIn())
    account.deleted(account.send("DELETE", ["good"]))
    with pytest.raises(Unsure):
        account.deleted(account.send("DELETE", ["hotel"]))


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (refusal(429, "rateLimitExceeded", Retry_After="120"), NOW + 120),
        (refusal(429, "rateLimitExceeded"), NOW + PAUSE),
        (refusal(500, "backendError"), None),
        (refusal(403, "userRateLimitExceeded", Retry_After="999999999"), NOW + 24 * HOUR),
        (refusal(403, "quotaExceeded"), NOW + 6 * HOUR),
        (refusal(403, "quotaExceeded", Retry_After="60"), NOW + 60),
        (refusal(503, Retry_After="-3"), NOW),
    ],
)
def test_it_is_said_when_google_wants_to_be_asked_again(connect: Connect, said: Say, at: int | None) -> None:
    with pytest.raises(TryLater) as raised:
        read(connect(lambda asked: said, SignIn()))
    assert raised.value.at == at


@pytest.mark.parametrize("exchange", [read, write])
def test_a_refused_token_is_renewed_once_and_the_request_goes_on(
    connect: Connect, exchange: Callable[[Google], object]
) -> None:
    tokens, kind = SignIn(), "calendar#events" if exchange is read else "calendar#event"
    good = Say(200, json.dumps({"kind": kind}))
    account = connect(lambda a: good if a.headers["Authorization"] == "Bearer new" else Say(401), tokens)
    exchange(account)
    assert (tokens.renewed, account.transport.requests) == (1, 2)


def test_a_token_that_is_refused_after_renewal_needs_a_new_sign_in(connect: Connect) -> None:
    tokens = SignIn()
    with pytest.raises(AuthNeeded, match="timeblock auth work"):
        read(connect(lambda asked: Say(401), tokens))
    assert tokens.renewed == 1


def test_who_may_only_read_sends_no_write(serve: Serve) -> None:
    server = serve(lambda asked: Say(200, EVENT))
    account = Google("work", SignIn(writable=False), lambda: NOW, server.url)
    with pytest.raises(Forbidden, match="reading only"):
        write(account)
    assert server.seen == []


def test_a_refusal_repeats_googles_reason_and_none_of_its_prose(connect: Connect) -> None:
    with pytest.raises(Forbidden) as raised:
        write(connect(lambda asked: refusal(403, "requiredAccessLevel"), SignIn()))
    assert str(raised.value) == "account work: Google refuses the write (403): requiredAccessLevel"


@dataclass
class Clock:
    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def test_no_minute_holds_more_requests_than_google_bears() -> None:
    clock, steps = Clock(), list[float]()
    pace = Pace(clock.now, clock.sleep)
    for _ in range(3 * MOST_A_MINUTE):
        pace.step()
        steps.append(clock.at)
        clock.at += 1 / 64
    busiest = max(sum(start <= step < start + 60 for step in steps) for start in steps)
    assert busiest == MOST_A_MINUTE < 600
    assert len(clock.slept) == 2  # it waits once a minute, and otherwise not at all


def test_a_slow_pace_never_waits() -> None:
    clock = Clock()
    pace = Pace(clock.now, clock.sleep)
    for _ in range(2 * MOST_A_MINUTE):
        pace.step()
        clock.at += 0.2
    assert clock.slept == []
