"""Faults 11 and 51: addresses we must not go to, and servers that are not who they say they are."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import Serve
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


def test_51_certificate_of_nobody_of_another_host_and_http(person: Person, serve_tls: Serve, certificate: Path) -> None:
    web = serve_tls(lambda asked: Say(401))
    trusted = person.environ() | {"SSL_CERT_FILE": str(certificate)}
    addresses = {
        web.url: ("certificate is not valid", person.environ()),
        web.url.replace("127.0.0.1", "localhost"): ("certificate is not valid", trusted),
        "http://calendar.example.org/": ("http:// sends the password readable to all", person.environ()),
    }
    for address, (told, environ) in addresses.items():
        person.config.write_text(CONFIG.format(url=address, **person.calendars))
        running = person.started("sync", environ=environ)
        assert told in running.communicate(timeout=60)[1]
        assert running.returncode in (2, 5)
    assert web.seen == []
