"""A reverse proxy on the loopback address that notes every request, and does harm to some of them when told to."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from subprocess import Popen
from typing import TypeAlias

from tests.web import Asked, Say, Web, web

WRITES = frozenset({"PUT", "DELETE", "POST", "PATCH", "MKCALENDAR", "PROPPATCH", "MOVE"})
TRIAL = "timeblock-trial"
HOP = frozenset({"connection", "transfer-encoding", "content-length", "date", "server", "accept-encoding"})

Forward: TypeAlias = Callable[[Asked], Say]
Fault: TypeAlias = Callable[[Asked, Forward], Say]
"""Handed a request and a way to have one answered by the real server; gives what the client is told."""


@dataclass
class Rule:
    """``fault`` for requests of ``methods`` (all where empty) whose path holds ``path``; the first ``skip`` are spared.

    ``times`` counts down; it does harm for ever where that is None. Requests by which a calendar is tried before its
    first write are spared unless ``path`` names them.
    """

    fault: Fault
    methods: frozenset[str]
    path: str
    times: int | None
    skip: int

    def hits(self, asked: Asked) -> bool:
        meant = asked.method in (self.methods or {asked.method}) and self.path in asked.path
        if self.times == 0 or not meant or (TRIAL in asked.path and self.path != TRIAL):
            return False
        self.skip -= 1
        if self.skip < 0 and self.times is not None:
            self.times -= 1
        return self.skip < 0


@dataclass
class Proxy:
    """The first rule that hits a request does harm to it. ``web`` is what the client sees."""

    web: Web
    rules: list[Rule] = field(default_factory=list)

    def on(self, methods: str, fault: Fault, *, path: str = "", times: int | None = 1, skip: int = 0) -> None:
        """``methods``: separated by spaces; "" for all, "write" for all that write."""
        names = WRITES if methods == "write" else frozenset(methods.split())
        self.rules.append(Rule(fault, names, path, times, skip))

    def heal(self) -> None:
        """No harm any more, and what was seen is forgotten."""
        self.rules.clear()
        self.web.seen.clear()

    @property
    def url(self) -> str:
        return self.web.url

    @property
    def seen(self) -> list[tuple[str, str]]:
        """All but those by which a calendar is tried."""
        return [(asked.method, asked.path) for asked in self.web.seen if TRIAL not in asked.path]

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [request for request in self.seen if request[0] in WRITES]


@contextmanager
def proxy(upstream_port: int) -> Iterator[Proxy]:
    """Forward to ``upstream_port`` on 127.0.0.1 until the end of the block."""

    def answer(asked: Asked) -> Say:
        rule = next((rule for rule in front.rules if rule.hits(asked)), None)
        return rule.fault(asked, forward) if rule else forward(asked)

    def forward(asked: Asked) -> Say:
        upstream = http.client.HTTPConnection("127.0.0.1", upstream_port, timeout=20)
        headers = {k: v for k, v in asked.headers.items() if k.lower() not in HOP}
        upstream.request(asked.method, asked.path, asked.body.encode(errors="surrogateescape"), headers)
        with upstream.getresponse() as got:
            said = Say(got.status, got.read(), {k: v for k, v in got.getheaders() if k.lower() not in HOP})
        upstream.close()
        return said

    with web(answer) as made:
        front = Proxy(made)
        yield front


# ---- harm ----------------------------------------------------------------------------------------------------------


def lost(asked: Asked, forward: Forward) -> Say:
    """The request never arrives."""
    return Say(drop=True)


def dropped(asked: Asked, forward: Forward) -> Say:
    """It is done, and the answer never arrives."""
    forward(asked)
    return Say(drop=True)


def cut(asked: Asked, forward: Forward) -> Say:
    """The connection ends in the middle of the answer."""
    said = forward(asked)
    if not said.content:
        return Say(raw=b"HTTP/1.1 20")
    return replace(said, body=said.content[: len(said.content) // 2], length=len(said.content))


def cut_in_chunks(asked: Asked, forward: Forward) -> Say:
    """As ``cut``, with no length told beforehand."""
    said = forward(asked)
    head = f"HTTP/1.1 {said.status} Odd\r\nTransfer-Encoding: chunked\r\nContent-Type: text/xml\r\n\r\n"
    return Say(raw=head.encode() + b"%x\r\n" % (len(said.content) + 9) + said.content[:40])


def answers(said: Say) -> Fault:
    """The server is not asked."""
    return lambda asked, forward: said


def answers_after(said: Say) -> Fault:
    """It is done, and this is what the client hears of it."""

    def fault(asked: Asked, forward: Forward) -> Say:
        forward(asked)
        return said

    return fault


def changed(change: Callable[[str], str]) -> Fault:
    """The body of the answer is another."""

    def fault(asked: Asked, forward: Forward) -> Say:
        said = forward(asked)
        return replace(said, body=change(said.content.decode()))

    return fault


def headed(**headers: str | None) -> Fault:
    """Headers of the answer (``_`` for ``-``) are others; None takes one away."""
    names = {name.replace("_", "-").lower(): value for name, value in headers.items()}

    def fault(asked: Asked, forward: Forward) -> Say:
        said = forward(asked)
        kept = {k: v for k, v in said.headers.items() if k.lower() not in names}
        return replace(said, headers=kept | {k: v for k, v in names.items() if v is not None})

    return fault


def twice(asked: Asked, forward: Forward) -> Say:
    """Something on the way sends the request again, and the client hears of the second."""
    forward(asked)
    return forward(asked)


def unconditional(asked: Asked, forward: Forward) -> Say:
    """The server knows no conditions."""
    for name in ("If-Match", "If-None-Match"):
        del asked.headers[name]
    return forward(asked)


def meanwhile(happens: Callable[[], object]) -> Fault:
    """Someone is faster than the request."""

    def fault(asked: Asked, forward: Forward) -> Say:
        happens()
        return forward(asked)

    return fault


def bomb(asked: Asked, forward: Forward) -> Say:
    """Small when it arrives, a gigabyte when unpacked."""
    packed = gzip.compress(b" " * 2**20)
    return Say(207, packed * 1024, {"Content-Encoding": "gzip", "Content-Type": "text/xml"})


def kills(process: Popen[bytes] | Popen[str], *, first: bool = False) -> Fault:
    """The program that asks is dead by the time of the answer; ``first``: before the server hears of it."""

    def fault(asked: Asked, forward: Forward) -> Say:
        if not first:
            forward(asked)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return Say(drop=True)

    return fault
