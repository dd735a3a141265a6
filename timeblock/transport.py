"""One HTTP exchange, and what became of it. Knows no calendar.

The standard library's client, because of what must not happen here: no redirect followed unasked, nothing sent twice,
no credentials from ``~/.netrc``, no answer without an end in bytes or in time, no connection to another address than
the one that was looked at. Libraries above it do one or the other by default.
"""

from __future__ import annotations

import base64
import io
import ipaddress
import logging
import select
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from timeblock.core.interval import Instant
from timeblock.errors import FixNeeded, Incomplete, TimeblockError, TryLater, Unsure

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

log = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024
"""An answer larger than this, unpacked, is refused."""

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 90.0
"""From the first byte sent to the last byte of the answer."""

LONGEST_WAIT = 24 * 3600
PAUSE = 5 * 60
"""Seconds to wait where a server asks us to slow down and does not say for how long."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
READS = frozenset({"GET", "PROPFIND", "REPORT", "OPTIONS"})
"""Methods that change nothing, so that they may be repeated."""

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` have lower-case names; ``body`` is unpacked."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: who is spoken to (RFC 6454)."""

    scheme: str
    host: str
    port: int

    @property
    def loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def origin(url: str) -> Origin:
    """Who ``url`` speaks to. Raises ``FixNeeded`` for anything but http and https."""
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError as wrong:
        raise FixNeeded(f"this address cannot be read: {wrong}") from None
    if split.scheme not in PORTS or not host:
        raise FixNeeded(f"an address begins with https:// and a host; this one is of scheme {split.scheme or 'none'!r}")
    return Origin(split.scheme, host.rstrip(".").lower(), port or PORTS[split.scheme])


def without_credentials(url: str) -> str:
    """``url`` without user, password and fragment."""
    split = urlsplit(url)
    return split._replace(netloc=split.netloc.rpartition("@")[2], fragment="").geturl()


class Transport:
    """Connections of one account, kept open between requests. ``requests`` counts those sent, ``received`` the bytes of
    the answers' bodies as they came. ``clock_ahead``: seconds that our clock is ahead of the server's by its last
    answer (negative: behind); None where it does not say.

    ``public_only`` refuses private, loopback and link-local addresses, whatever name they go by.
    """

    def __init__(
        self, now: Callable[[], Instant], *, public_only: bool = False, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self.requests = 0
        self.received = 0
        self.clock_ahead: int | None = None
        self._answer_seconds = answer_seconds
        self._now = now
        self._public_only = public_only
        self._open: dict[Origin, HTTPConnection] = {}

    def exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send one request and read the whole answer, whatever its status.

        Raises ``TryLater`` where nothing has left, or nothing but a read; ``Unsure`` where a write left and no whole
        answer came; ``Incomplete`` for a read whose answer is too large or cut off.
        """
        to = origin(url)
        line = self._idle(to)
        reused = line is not None
        line = line or self._connect(to)
        try:
            answer = self._talk(line, method, url, headers, body)
            self.clock_ahead = _clock_ahead(answer.headers, self._now())
            log.info("%s %s: %d, %d bytes", method, to.host, answer.status, len(answer.body))  # paths may hold secrets
        except (OSError, HTTPException, zlib.error, Incomplete) as broken:
            line.close()
            if reused and method in READS and isinstance(broken, ConnectionError | RemoteDisconnected):
                return self.exchange(method, url, headers, body)
            _fail(method, to, broken)
        if line.sock is not None:
            self._open[to] = line
        return answer

    def delay(self, answer: Answer, problem: str, otherwise: int | None = None) -> TryLater:
        """The error that asks to come back when the server says so, within a day; else in ``otherwise`` seconds."""
        seconds = retry_after(answer.headers)
        seconds = otherwise if seconds is None else seconds
        return TryLater(problem, None if seconds is None else self._now() + seconds)

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _idle(self, to: Origin) -> HTTPConnection | None:
        """The open connection to ``to``, unless the other side has said goodbye on it."""
        line = self._open.pop(to, None)
        if line is not None and select.select([line.sock], [], [], 0)[0]:
            line.close()
            return None
        return line

    def _connect(self, to: Origin) -> HTTPConnection:
        kind = HTTPSConnection if to.scheme == "https" else HTTPConnection
        line = kind(to.host, to.port)
        line.auto_open = 0
        line.sock = self._socket(to)
        return line

    def _socket(self, to: Origin) -> socket.socket:
        via = _proxy(to)
        failed: OSError = OSError("no address found")
        for address in self._addresses(to, via):
            try:
                return self._opened(address, to, via)
            except OSError as error:
                failed = error
        raise TryLater(f"{to.host} cannot be reached{' by the proxy' * bool(via)}: {reason(failed)}") from failed

    def _opened(self, address: tuple[str, int], to: Origin, via: SplitResult | None) -> socket.socket:
        plain = socket.create_connection(address, CONNECT_SECONDS)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if via:
                _tunnel(plain, to, via)
            return self._tls.wrap_socket(plain, server_hostname=to.host) if to.scheme == "https" else plain
        except OSError:
            plain.close()
            raise

    def _addresses(self, to: Origin, via: SplitResult | None) -> list[tuple[str, int]]:
        """What the name stands for now; connecting to these, and not to the name, leaves no moment to change it.

        Where a proxy connects, names that only it can look up are its to judge.
        """
        if via is None:
            found = _resolved(to.host, to.port)
            self._check_public(to, found)
            return found
        if self._public_only:
            with suppress(TryLater):
                self._check_public(to, _resolved(to.host, to.port))
        return _resolved(via.hostname or "", via.port or PORTS["http"])

    def _check_public(self, to: Origin, found: list[tuple[str, int]]) -> None:
        if self._public_only and not all(is_public(address) for address, _ in found):
            raise FixNeeded(f"{to.host} is an address of a private network; allow_private = true lets it be read")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _talk(self, line: HTTPConnection, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.requests += 1
        deadline = time.monotonic() + self._answer_seconds
        line.sock.settimeout(self._answer_seconds)
        line.response_class = partial(_Response, deadline=deadline)  # type: ignore[assignment]  # called like the class
        line.request(method, target(url), body or None, dict(headers))
        with line.getresponse() as response:
            content, size = _content(response)
            self.received += size
            return Answer(url, response.status, _headers(response), content)


def _resolved(host: str, port: int) -> list[tuple[str, int]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TryLater(f"{host} is not found: {reason(error)}") from error
    return [(address, port) for address in dict.fromkeys(str(entry[4][0]) for entry in found)]


def _proxy(to: Origin) -> SplitResult | None:
    """The proxy that the environment names for ``to`` (``https_proxy``, ``no_proxy``), never for this machine."""
    named = None if to.loopback or proxy_bypass(to.host) else getproxies().get(to.scheme)
    if not named:
        return None
    split = urlsplit(named if "://" in named else f"http://{named}")
    if split.scheme != "http" or not split.hostname:
        raise FixNeeded(f"the proxy in {to.scheme}_proxy must be an address that begins with http://")
    return split


def _tunnel(line: socket.socket, to: Origin, via: SplitResult) -> None:
    """Have the proxy connect to ``to`` (RFC 9110, 9.3.6). Raises ``OSError``."""
    host = f"[{to.host}]" if ":" in to.host else to.host
    asked = f"CONNECT {host}:{to.port} HTTP/1.1\r\nHost: {host}:{to.port}\r\n"
    if via.username:
        pair = f"{unquote(via.username)}:{unquote(via.password or '')}"
        asked += f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}\r\n"
    line.sendall(f"{asked}\r\n".encode())
    said = b""
    while not said.endswith(b"\r\n\r\n"):  # byte by byte: what follows is the server's
        byte = line.recv(1)
        if not byte or len(said) > 16_384:
            raise OSError("the proxy broke off")
        said += byte
    status = said.split(maxsplit=2)[1:2]
    if status != [b"200"]:
        raise OSError(f"the proxy refused ({b''.join(status).decode(errors='replace')})")


def _headers(response: HTTPResponse) -> dict[str, str]:
    """By lower-case name, each in one line; several challenges of one answer are one list (RFC 9110, 5.3)."""
    headers = {name.lower(): " ".join(value.split()) for name, value in response.getheaders()}
    if several := response.headers.get_all("WWW-Authenticate"):
        headers["www-authenticate"] = ", ".join(" ".join(value.split()) for value in several)
    return headers


class _Response(HTTPResponse):
    """An answer that is over at ``deadline`` (monotonic seconds), however slowly its bytes drip in."""

    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, *, deadline: float) -> None:
        super().__init__(sock, debuglevel, method)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach(), deadline))


class _Timed(io.RawIOBase):
    def __init__(self, sock: socket.socket, inner: io.RawIOBase, deadline: float) -> None:
        self._sock, self._inner, self._deadline = sock, inner, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._sock.settimeout(left)
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _content(response: HTTPResponse) -> tuple[bytes, int]:
    """The body, unpacked, of at most ``MOST_BYTES``, and its size as it came. Raises ``Incomplete``."""
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise Incomplete(f"the answer is packed in a way nobody asked for: {encoding}")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding != "identity" else None
    content, size = bytearray(), 0
    while chunk := response.read(65536):
        size += len(chunk)
        content += unpack.decompress(chunk, MOST_BYTES + 1 - len(content)) if unpack else chunk
        if len(content) > MOST_BYTES:
            raise Incomplete(f"the answer is larger than {MOST_BYTES // 1024 // 1024} MB")
    if response.length or (unpack and not unpack.eof and response.status not in (204, 304)):
        raise Incomplete("the answer is cut off")
    return bytes(content), size


def target(url: str) -> str:
    """What is asked for at the server: path and query, as they stand in the request."""
    split = urlsplit(url)
    path = quote(split.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(split.query, safe="/?%:@!$&'()*+,;=~")
    return f"{path}?{query}" if query else path


def _fail(method: str, to: Origin, broken: Exception) -> NoReturn:
    said = reason(broken)
    if method not in READS:
        raise Unsure(
            f"{to.host} gave no whole answer to a write ({said}); it is looked up before anything else"
        ) from broken
    if isinstance(broken, TimeblockError):
        raise Incomplete(f"{to.host}: {said}") from broken
    if isinstance(broken, zlib.error):
        raise Incomplete(f"{to.host}: the answer cannot be unpacked") from broken
    raise TryLater(f"{to.host} broke off: {said}") from broken


def reason(error: Exception) -> str:
    """What broke a connection, in few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also where it wraps an IPv4 address.

    >>> [is_public(a) for a in ("93.184.216.34", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052: the last 32 bits are an IPv4 address
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        return ip.is_global and ip in ipaddress.ip_network("2000::/3")  # what is given out (RFC 4291, 2.4)
    return ip.is_global and not ip.is_multicast and ip not in ipaddress.ip_network("192.0.0.0/24")  # RFC 6890, 2.2.2


def _clock_ahead(headers: Mapping[str, str], now: Instant) -> int | None:
    try:
        return now - int(parsedate_to_datetime(headers.get("date", "")).timestamp())
    except (TypeError, ValueError):
        return None


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds to wait (0 … a day), None where the server does not say. A date counts from the server's own clock."""
    value = headers.get("retry-after", "").strip()
    if value.lstrip("-").isdecimal():
        return min(max(int(value[:12]), 0), LONGEST_WAIT)
    try:
        until, since = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return min(max(int((until - since).total_seconds()), 0), LONGEST_WAIT)
    except (TypeError, ValueError):
        return None
