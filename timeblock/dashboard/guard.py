"""Who may come in, and what a browser may do with what it gets. Everything else is in front of no request.

- The name in the Host header must be ours, so that no page of the web can reach us under a name of its own (DNS
  rebinding). An address is no name, and is ours where we listen beyond loopback.
- The link that is printed holds a token, good once; it is exchanged for a cookie and leaves the address.
- What changes anything needs our own page as Origin and the token that each form of ours holds (CSRF).
- A page may load nothing, from nowhere, and be framed by nobody; its one style is named by a nonce.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = "/open"
MOST_BYTES = 1 << 20
"""Of a form."""
A_MONTH = 30 * 86_400
"""So long a browser keeps the cookie; it opens nothing once this run has ended."""

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers send no Origin along with a form
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Door:
    """The secrets of one run. ``host``: the address we listen on; ``feeds``: paths that have a secret of their own."""

    host: str
    port: int
    feeds: str = "/feed/"
    token: str = field(default_factory=_secret)
    session: str = field(default_factory=_secret)
    csrf: str = field(default_factory=_secret)

    @property
    def cookie(self) -> str:
        """Cookies do not tell ports apart; their names have to."""
        return f"timeblock-{self.port}"

    @property
    def link(self) -> str:
        """The address to open, good once."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - read, not bound
        name = f"[{shown}]" if ":" in shown else shown
        return f"http://{name}:{self.port}{OPEN}?token={self.token}"

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names us."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        return port == self.port and (name in ("localhost", self.host) or self._our_address(name))

    def _our_address(self, name: str) -> bool:
        try:
            found = ipaddress.ip_address(name)
        except ValueError:
            return False
        return found.is_loopback or not is_loopback(self.host)

    def knows(self, cookies: str) -> bool:
        """Whether the cookies hold the session."""
        found = SimpleCookie(cookies).get(self.cookie)
        return found is not None and _same(found.value, self.session)

    def opened(self, token: str) -> bool:
        """Whether that was the token of the link; it is spent then."""
        good = bool(self.token) and _same(token, self.token)
        if good:
            self.token = ""
        return good


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _same(said: str, known: str) -> bool:
    return hmac.compare_digest(said.encode(), known.encode())


@dataclass(frozen=True)
class Guard:
    """Stands before ``app``. A request that comes through has ``nonce`` and ``form`` in its state.

    ``refuse`` makes the answer for one that does not: status and what to do about it.
    """

    app: ASGIApp
    door: Door
    refuse: Callable[[Scope, int, str], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        answer = await self._judged(scope, receive)
        await (answer or self.app)(scope, receive, _sealed(send, nonce))

    async def _judged(self, scope: Scope, receive: Receive) -> Response | None:
        """An answer of our own; None where the request may go on."""
        headers, path, door = Headers(scope=scope), scope["path"], self.door
        if path.startswith(door.feeds):  # by whatever name a proxy knows us: what it shows has a secret of its own
            return None
        if not door.is_ours(headers.get("host", "")):
            return PlainTextResponse("This is not the name of this dashboard.", 421)
        if path == OPEN:
            return self._opened(scope)
        if not door.knows(headers.get("cookie", "")):
            return self.refuse(scope, 403, "Open the link that timeblock dashboard printed. It is good once.")
        if scope["method"] in ("GET", "HEAD"):
            return None
        return await self._form(scope, receive, headers)

    def _opened(self, scope: Scope) -> Response:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        if not self.door.opened(asked.get("token", [""])[0]):
            return self.refuse(scope, 403, "This link was used before. Start timeblock dashboard again for another.")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.door.cookie, self.door.session, max_age=A_MONTH, httponly=True, samesite="strict")
        return answer

    async def _form(self, scope: Scope, receive: Receive, headers: Headers) -> Response | None:
        if headers.get("origin") != f"http://{headers['host']}":
            return self.refuse(scope, 403, "This form was not sent from the dashboard.")
        body = await _body(receive)
        if body is None:
            return self.refuse(scope, 413, "That is more than a form may hold.")
        form = _fields(body)
        if not _same(next(iter(form.get("csrf", ())), ""), self.door.csrf):
            return self.refuse(scope, 403, "This page is from an earlier run: go back, reload it and try again.")
        scope["state"]["form"] = form
        return None


async def _body(receive: Receive) -> bytes | None:
    """All of it; None where it is too much."""
    body, more = b"", True
    while more:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BYTES:
            return None
        more = bool(message.get("more_body"))
    return body


def _fields(body: bytes) -> Mapping[str, tuple[str, ...]]:
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: tuple(value.replace("\r\n", "\n") for value in values) for name, values in found.items()}


def _sealed(send: Send, nonce: str) -> Send:
    """With the headers that every answer has."""

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        await send(message)

    return sealed
