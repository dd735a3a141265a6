"""Google on the loopback address: calendars and sign-in behind HTTP, every exchange judged by Google's description.

``judged`` collects what was wrong with requests and answers; :func:`local_google` fails a test that leaves anything
there. Faults are ordered one by one, and happen to the next request that fits.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.google import discovery
from tests.google.calendars import Calendars, RefusedError
from tests.google.discovery import BASE, Method
from tests.google.rights import LISTING, OWNED, READING, WRITING, Rights
from tests.web import Asked, Say, web

Fault: TypeAlias = Literal["lost", "drop", "cut", "html", "empty", "refuse", "say"]
NOW = 1_795_000_000


@dataclass
class Order:
    """What happens to the next ``times`` requests with ``verb`` ("" any) whose path holds ``path``.

    "lost": it never arrives. "drop": it is done, and the answer is lost. "cut", "html", "empty": it is done, and the
    answer is half, a login page, ``{}``. "refuse", "say": it is not done, and answered with ``status`` and
    ``reason``, or with ``body`` as if it were.
    """

    fault: Fault
    verb: str = ""
    path: str = ""
    status: int = 403
    reason: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1

    def fits(self, asked: Asked) -> bool:
        return self.times > 0 and self.verb in ("", asked.method) and self.path in asked.path


@dataclass
class LocalGoogle:
    now: Callable[[], int] = lambda: NOW
    url: str = ""
    orders: list[Order] = field(default_factory=list)
    seen: list[Asked] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    calendars: Calendars = field(init=False)
    rights: Rights = field(init=False)

    def __post_init__(self) -> None:
        self.calendars, self.rights = Calendars(self.now), Rights(self.now)

    @property
    def endpoint(self) -> str:
        return f"{self.url}calendar/v3/"

    @property
    def asked(self) -> list[str]:
        """The methods of the calendar API that were called."""
        called = (discovery.method(a.method, urlsplit(a.path).path) for a in self.seen)
        return [found.id.removeprefix("calendar.") for found in called if found]

    @property
    def writes(self) -> int:
        return sum(a.method != "GET" for a in self.seen if urlsplit(a.path).path.startswith(BASE))

    def order(self, fault: Fault, verb: str = "", path: str = "", **more: Any) -> None:
        self.orders.append(Order(fault, verb, path, **more))

    def answer(self, asked: Asked) -> Say:
        with self.lock:
            self.seen.append(asked)
            order = next((order for order in self.orders if order.fits(asked)), None)
            if order is None:
                return self._answer(asked)
            order.times -= 1
            return self._faulty(order, asked)

    def _faulty(self, order: Order, asked: Asked) -> Say:
        if order.fault == "lost":
            return Say(drop=True)
        if order.fault == "say":
            return Say(200, order.body, {"Content-Type": "application/json"})
        if order.fault == "refuse":
            return _refusal(RefusedError(order.status, order.reason, order.headers))
        good = self._answer(asked)
        match order.fault:
            case "drop":
                return Say(drop=True)
            case "cut":
                return Say(good.status, good.content[: len(good.content) // 2], good.headers)
            case "html":
                return Say(
                    200, "<html><body>Please sign in to the network</body></html>", {"Content-Type": "text/html"}
                )
            case _:
                return Say(200, "{}", good.headers)

    def _answer(self, asked: Asked) -> Say:
        path = urlsplit(asked.path).path
        if asked.method == "OPTIONS":  # what time it is there, is asked so; it is no call of the API
            return Say(404)
        if path.startswith(BASE):
            return self._calendar(asked, path)
        return self.rights.sign_in(asked)

    # ---- calendars -------------------------------------------------------------------------------------------------

    def _calendar(self, asked: Asked, path: str) -> Say:
        called = discovery.method(asked.method, path)
        query = parse_qsl(urlsplit(asked.path).query, keep_blank_values=True)
        body: Any = json.loads(asked.body) if asked.body else None
        if called is None:
            self.judged.append(f"there is no {asked.method} {path}")
            return _refusal(RefusedError(404, "notFound"))
        self.judged += [f"{called.id}: {fault}" for fault in discovery.request_faults(called, query, body)]
        try:
            self._allow(called, asked)
            said = self._called(called, dict(query), body, asked.headers.get("If-Match"))
        except RefusedError as refused:
            return _refusal(refused)
        self.judged += [f"answer to {called.id}: {fault}" for fault in discovery.answer_faults(called, said)]
        return Say(204) if said is None else _json(200, said)

    def _allow(self, called: Method, asked: Asked) -> None:
        scopes = self.rights.allowed((asked.headers.get("Authorization") or "").removeprefix("Bearer "))
        if scopes is None:
            raise RefusedError(401, "authError", {"WWW-Authenticate": "Bearer"})
        wanted = LISTING if "calendarList" in called.id else READING if asked.method == "GET" else WRITING
        own = self.calendars.role(called.path.get("calendarId", "primary")) == "owner"
        if not {s for s in scopes if own or not s.endswith(OWNED)} & wanted:
            raise RefusedError(403, "insufficientPermissions")

    def _called(self, called: Method, query: Mapping[str, str], body: Any, match: str | None) -> Any:
        held, calendar, event = self.calendars, called.path.get("calendarId", ""), called.path.get("eventId", "")
        match called.id.removeprefix("calendar."):
            case "calendarList.list":
                return held.entries(query)
            case "calendarList.get":
                return held.entry(calendar)
            case "events.list":
                return held.listing(calendar, query)
            case "events.get":
                return held.get(calendar, event)
            case "events.insert":
                return held.insert(calendar, body)
            case "events.update":
                return held.update(calendar, event, body, match)
            case "events.patch":
                return held.patch(calendar, event, body, match)
            case "events.delete":
                return held.delete(calendar, event, match)
            case _:
                raise RefusedError(501, "notImplementedHere")


def _json(status: int, said: object, headers: Mapping[str, str] | None = None) -> Say:
    return Say(status, json.dumps(said), {"Content-Type": "application/json; charset=UTF-8", **(headers or {})})


def _refusal(refused: RefusedError) -> Say:
    """An error in the form that Google gives it."""
    entry = {"domain": "global", "reason": refused.reason, "message": "Refused"}
    error = {"errors": [entry], "code": refused.status, "message": "Refused"}
    return _json(refused.status, {"error": error}, refused.headers)


@contextmanager
def local_google(now: Callable[[], int] = lambda: NOW) -> Iterator[LocalGoogle]:
    """Serve until the end of the block, at which nothing may have been wrong with any request or answer."""
    made = LocalGoogle(now)
    with web(made.answer) as served:
        made.url = served.url
        yield made
    assert made.judged == []
