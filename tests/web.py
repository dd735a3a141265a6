"""A web server on the loopback address that answers what a test tells it to, well or badly."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Message
    body: str


@dataclass(frozen=True)
class Say:
    """An answer. ``drop`` breaks the connection instead; ``hang_up`` breaks it afterwards, without a word of warning.

    ``length`` is what the header claims; ``drip`` sends byte after byte for as long as someone listens; ``raw`` is all
    that is sent, then the connection ends.
    """

    status: int = 200
    body: str | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    hang_up: bool = False
    drip: bool = False
    length: int | None = None
    raw: bytes = b""

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass
class Web:
    """``answer`` is called with each request; ``seen`` keeps them."""

    answer: Callable[[Asked], Say]
    port: int = 0
    scheme: str = "http"
    seen: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"

    @property
    def asked(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.seen]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, made: Web) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.web = made


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="surrogateescape")
        asked = Asked(self.command, self.path, self.headers, body)
        self.server.web.seen.append(asked)
        said = self.server.web.answer(asked)
        self.close_connection = said.drop or said.hang_up or said.drip or bool(said.raw)
        self.wfile.write(said.raw)
        if not (said.drop or said.raw):
            self.say(said, self.server.web.over)

    def say(self, said: Say, over: threading.Event) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.status not in (204, 304):
            self.send_header("Content-Length", str(len(said.content) if said.length is None else said.length))
        self.end_headers()
        self.wfile.write(said.content)
        self.close_connection |= said.length is not None
        while said.drip and not over.wait(0.02):
            self.wfile.write(b".")

    def handle(self) -> None:
        with suppress(OSError):  # the client may go when it likes
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)


@contextmanager
def web(answer: Callable[[Asked], Say], tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve until the end of the block."""
    made = Web(answer, scheme="https" if tls else "http")
    server = _Server(made)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
