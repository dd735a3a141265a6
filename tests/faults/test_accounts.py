"""Faults 11 to 15: addresses we must not go to, and sign-ins that end, fail, or were given in part."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import Serve
from tests.google.test_end_to_end import Person as Googler
from tests.person import CONFIG, FOREIGN, Person
from tests.web import Say
from timeblock.errors import FixNeeded
from timeblock.transport import Transport

FEED = """
[accounts.feed]
type = "feed"
url = "{url}"
[[calendars]]
name = "feed"
account = "feed"
[[blocks]]
name = "dinner"
"""


def subscribed(person: Person, url: str) -> None:
    person.configure(CONFIG.replace('[[blocks]]\nname = "dinner"\n', FEED.replace("{url}", url), 1))


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:{port}/a.ics", "https://localhost:{port}/a.ics", "http://[::ffff:127.0.0.1]:{port}/a.ics"),
        *("http://169.254.169.254/latest", "webcal://10.0.0.1/a.ics", "http://2130706433:{port}/a.ics"),
        *("file:///etc/passwd", "ftp://example.org/a.ics"),
    ],
)
def test_11_feed_at_a_private_address_or_of_another_kind(person: Person, serve: Serve, url: str) -> None:
    secret = serve(lambda asked: Say(200, FOREIGN))
    subscribed(person, url.format(port=secret.port))
    ended = person.ended("sync")
    assert ended.returncode == 2, ended.stderr
    assert "feed" in ended.stderr
    assert secret.seen == []


def test_11_name_that_stands_for_a_private_address_by_now(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = serve(lambda asked: Say(200, FOREIGN))
    to = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", secret.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: to)
    transport = Transport(lambda: 0, public_only=True)
    with pytest.raises(FixNeeded, match="private"):
        transport.exchange("GET", f"http://calendars.example.org:{secret.port}/a.ics", {})
    assert secret.seen == []


def test_12_401_in_the_middle_of_a_run_and_the_refresh_is_good(googler: Googler) -> None:
    googler.google.order("refuse", "POST", "events", status=401, reason="authError", times=1)
    googler.run("apply")
    keys = [b["extendedProperties"]["private"]["timeblock-key"] for b in googler.blocks().values()]
    assert len(keys) == len(set(keys)) > 10
    assert googler.google.writes == len(keys) + 1
    assert set(googler.asked_for("apply")) == {"events.list"}


def test_13_sign_in_revoked_or_ended_after_seven_days(googler: Googler) -> None:
    googler.run("plan")
    sealed = googler.home / "state" / "timeblock" / "secrets"
    kept = sealed.read_bytes()
    googler.google.rights.expire()
    granted = set(googler.google.rights.consent.alive)
    googler.google.rights.consent.alive.clear()
    googler.run("apply", code=4)
    assert sealed.read_bytes() == kept
    assert googler.blocks() == {}
    googler.google.rights.consent.alive.update(granted)
    googler.run("apply")
    assert len(googler.blocks()) > 10


def test_14_token_endpoint_with_a_problem_of_its_own(googler: Googler) -> None:
    googler.google.rights.expire()
    googler.google.order("refuse", "POST", "token", status=503, reason="backendError", times=1)
    googler.run("sync", code=5)
    googler.run("apply")
    assert len(googler.blocks()) > 10


def test_15_scope_granted_in_part(googler: Googler) -> None:
    consent = googler.google.rights.consent
    consent.grants = tuple(scope for scope in consent.asked[0]["scope"].split() if "readonly" in scope)
    googler.sign_in()
    googler.google.seen.clear()
    googler.run("apply")
    assert googler.google.writes == 0
    assert "reading only" in googler.run("status")
    consent.grants = None
    googler.sign_in()
    googler.run("apply")
    assert len(googler.blocks()) > 10
