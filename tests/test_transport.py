"""One exchange: its ends in bytes and time, its errors by what to do next."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.web import Asked, Say
from timeblock.errors import FixNeeded, Incomplete, TryLater, Unsure
from timeblock.transport import (
    MOST_BYTES,
    Origin,
    Transport,
    is_public,
    origin,
    retry_after,
    without_credentials,
)

NOW = 1_795_000_000


def get(url: str, transport: Transport | None = None) -> bytes:
    transport = transport or Transport(lambda: NOW)
    try:
        return transport.exchange("GET", url, {}).body
    finally:
        transport.close()


@pytest.mark.parametrize("tls", [False, True])
def test_a_connection_is_kept_for_the_next_request(
    serve: Serve, serve_tls: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    ports = []
    server = (serve_tls if tls else serve)(lambda asked: Say(body="yes"))
    transport = Transport(lambda: NOW)
    for _ in range(3):
        assert transport.exchange("GET", server.url, {}).body == b"yes"
        ports.append(next(iter(transport._open.values())).sock.getsockname()[1])
    transport.close()
    assert len(set(ports)) == 1
    assert transport.requests == 3


def test_a_connection_that_was_closed_meanwhile_is_replaced_also_for_a_write(serve: Serve) -> None:
    server = serve(lambda asked: Say(status=204, hang_up=True))
    transport = Transport(lambda: NOW)
    for method in ("GET", "PUT", "PUT"):
        transport.exchange(method, server.url, {}, b"x")
        for line in transport._open.values():
            line.sock.recv(1, socket.MSG_PEEK)  # until the server's goodbye is here
    transport.close()
    assert server.asked == ["GET /", "PUT /", "PUT /"]


def test_a_read_that_breaks_off_can_be_tried_later_and_a_write_is_unsure(serve: Serve) -> None:
    server = serve(lambda asked: Say(drop=True))
    for method, error in (("GET", TryLater), ("PUT", Unsure), ("DELETE", Unsure)):
        with pytest.raises(error):
            Transport(lambda: NOW).exchange(method, server.url, {}, b"")
    assert server.asked == ["GET /", "PUT /", "DELETE /"], "nothing is sent twice"


def test_a_write_that_never_left_is_not_unsure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(TryLater, match="cannot be reached"):
            Transport(lambda: NOW).exchange("PUT", f"http://127.0.0.1:{port}/", {}, b"x")


def test_an_answer_without_end_is_given_up(serve: Serve) -> None:
    server = serve(lambda asked: Say(drip=True, length=10_000))
    with pytest.raises(TryLater, match="broke off"):
        get(server.url, Transport(lambda: NOW, answer_seconds=0.2))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Say(body=b"x" * (MOST_BYTES + 1)), "larger than 32 MB"),
        (
            Say(body=gzip.compress(b"\0" * (MOST_BYTES + 1), 1), headers={"Content-Encoding": "gzip"}),
            "larger than 32 MB",
        ),
        (Say(body=gzip.compress(b"hello" * 1000)[:-12], headers={"Content-Encoding": "gzip"}), "cut off"),
        (Say(body="not packed", headers={"Content-Encoding": "gzip"}), "unpacked"),
        (Say(body="half", length=1000), "cut off"),
        (Say(body="?", headers={"Content-Encoding": "br"}), "nobody asked for"),
    ],
    ids=["large", "bomb", "cut gzip", "false gzip", "short", "strange"],
)
def test_a_body_that_cannot_be_believed_is_incomplete(serve: Serve, said: Say, message: str) -> None:
    server = serve(lambda asked: said)
    with pytest.raises(Incomplete, match=message):
        get(server.url)
    with pytest.raises(Unsure):
        Transport(lambda: NOW).exchange("PUT", server.url, {}, b"x")


def test_a_packed_body_is_unpacked_and_counted_as_it_came(serve: Serve) -> None:
    packed = gzip.compress(b"hello" * 1000)
    server = serve(lambda asked: Say(body=packed, headers={"Content-Encoding": "gzip"}))
    transport = Transport(lambda: NOW)
    assert get(server.url, transport) == b"hello" * 1000
    assert (transport.requests, transport.received) == (1, len(packed))


def test_odd_characters_in_an_address_are_escaped(serve: Serve) -> None:
    server = serve(lambda asked: Say(body=asked.path))
    assert get(f"{server.url}a b/é?q=ü x") == b"/a%20b/%C3%A9?q=%C3%BC%20x"


def test_private_addresses_are_refused_under_any_name(serve: Serve) -> None:
    server = serve(lambda asked: Say())
    for host in ("127.0.0.1", "localhost", "2130706433"):
        with pytest.raises(FixNeeded, match="private network"):
            get(f"http://{host}:{server.port}/", Transport(lambda: NOW, public_only=True))
    assert server.seen == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0"),
        *("::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("::7f00:1", "64:ff9b:1::1", "fd00:ec2::254", "::ffff:0:7f00:1", "100.100.100.200", "192.0.0.192"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


# --- Proxies ----------------------------------------------------------------------------------------------------------


@contextmanager
def proxy(to: int, said: bytes = b"HTTP/1.1 200 Yes\r\nVia: us\r\n\r\n") -> Iterator[tuple[int, list[str]]]:
    """Takes one connection, notes what it is asked, and if it says yes, passes all on to the port ``to``."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve_one() -> None:
            line, _ = door.accept()
            with line:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += line.recv(1024)
                asked.extend(head.decode().splitlines())
                line.sendall(said)
                if b" 200 " in said:
                    with socket.create_connection(("127.0.0.1", to)) as server:
                        server.sendall(line.recv(65536))
                        while chunk := server.recv(65536):
                            line.sendall(chunk)

        thread = threading.Thread(target=serve_one, daemon=True)
        thread.start()
        yield door.getsockname()[1], asked
        thread.join(5)


def test_the_proxy_of_the_environment_connects_us_and_is_told_its_own_password_only(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda asked: Say(200, "through", hang_up=True))
    with proxy(server.port) as (port, asked):
        monkeypatch.setenv("http_proxy", f"http://me:p%20w@127.0.0.1:{port}")
        assert get("http://calendar.example/cal/") == b"through"
    assert asked[0] == "CONNECT calendar.example:80 HTTP/1.1"
    assert "Proxy-Authorization: Basic bWU6cCB3" in asked
    assert server.seen[0].headers["Proxy-Authorization"] is None


def test_a_proxy_that_refuses_is_named_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(0, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as (port, _):
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{port}")
        with pytest.raises(TryLater, match=r"by the proxy: the proxy refused \(407\)"):
            Transport(lambda: NOW).exchange("PUT", "https://calendar.example/", {}, b"x")


def test_this_machine_needs_no_proxy_and_a_private_address_is_refused_by_any_way(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert get(serve(lambda asked: Say(200, "here")).url) == b"here"
    with pytest.raises(FixNeeded, match="private network"):
        get("http://10.0.0.1/", Transport(lambda: NOW, public_only=True))


def test_a_certificate_nobody_trusts_is_refused(serve_tls: Serve) -> None:
    server = serve_tls(lambda asked: Say(body="secret"))
    with pytest.raises(TryLater, match="certificate is not valid"):
        get(server.url)
    assert server.seen == []


def test_a_certificate_the_person_trusts_is_taken(
    serve_tls: Serve, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve_tls(lambda asked: Say(body="hello"))
    assert get(server.url) == b"hello"
    with pytest.raises(TryLater, match="certificate is not valid"):
        get(server.url.replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "example.org", "http://", "http://[::1"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(FixNeeded):
        origin(url)


def test_an_origin_has_its_default_port() -> None:
    assert origin("https://Example.org./x") == Origin("https", "example.org", 443)
    assert [
        origin(u).loopback for u in ("http://localhost:1", "http://[::1]/", "http://127.9.9.9/", "http://a.b/")
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_user_and_password_are_taken_out_of_an_address() -> None:
    assert without_credentials("https://me:se@cret@example.org:8443/a?b#c") == "https://example.org:8443/a?b"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("-5", 0),
        ("999999999999999999999", 86400),
        ("Mon, 23 Nov 2026 08:10:00 GMT", 600),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("Mon, 99 Nov 2026 08:10:00 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: int | None) -> None:
    assert retry_after({"retry-after": value, "date": "Mon, 23 Nov 2026 08:00:00 GMT"}) == seconds


def test_the_answer_knows_where_it_came_from(serve: Serve) -> None:
    def echo(asked: Asked) -> Say:
        return Say(status=418, body=asked.method, headers={"X-Teapot": "yes"})

    server = serve(echo)
    transport = Transport(lambda: NOW)
    answer = transport.exchange("REPORT", f"{server.url}tea", {}, b"<x/>")
    transport.close()
    assert (answer.status, answer.url, answer.headers["x-teapot"]) == (418, f"{server.url}tea", "yes")
