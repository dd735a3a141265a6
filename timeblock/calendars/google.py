"""One account at Google Calendar: requests at a pace Google bears, and what an answer's status asks of us.

Facts: Calendar API v3, discovery revision 20261030, and its guides on errors, sync and quotas.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote, urlencode

from timeblock import google_api
from timeblock.core.interval import MINUTE, Instant
from timeblock.errors import AuthNeeded, Conflict, CursorExpired, Forbidden, Gone, Incomplete, TimeblockError, Unsure
from timeblock.google_api import SCOPE, Api, Item, in_words, reasons
from timeblock.transport import Answer, Transport

ENDPOINT = "https://www.googleapis.com/calendar/v3/"

MOST_A_MINUTE = 500
"""Requests of one account; Google allows a user 600 in any minute, and others may be asking too."""


class Tokens(google_api.Tokens, Protocol):
    """The sign-in of one account, and what it is for."""

    @property
    def writable(self) -> bool:
        """Whether the person gave the right to write events."""


class Pace:
    """Lets at most ``MOST_A_MINUTE`` steps happen in any minute; whoever comes earlier waits."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._steps: deque[float] = deque(maxlen=MOST_A_MINUTE)

    def step(self) -> None:
        if len(self._steps) == MOST_A_MINUTE:
            wait = self._steps[0] + MINUTE - self._clock()
            if wait > 0:
                self._sleep(wait)
        self._steps.append(self._clock())


class Google:
    """Requests to the Calendar API at ``endpoint``, signed with ``tokens``."""

    def __init__(
        self,
        account: str,
        tokens: Tokens,
        now: Callable[[], Instant],
        endpoint: str = ENDPOINT,
        pace: Pace | None = None,
    ) -> None:
        self.account = account
        self.transport = Transport(now)
        self.tokens = tokens
        self._api = Api("Google Calendar API", "calendar-json.googleapis.com", account)
        self._endpoint = endpoint.rstrip("/")
        self._pace = pace or Pace()

    # --- Reads ------------------------------------------------------------------------------------------------------

    def get(self, path: Sequence[str], query: Mapping[str, str] | None = None) -> Answer:
        """Whatever came; ``path`` in pieces, as they are."""
        return self._exchange("GET", path, query or {}, {}, b"")

    def read(self, answer: Answer, kind: str) -> Item:
        """The object in an answer, which must say that it is of ``kind``. Raises for everything else."""
        if answer.status != 200:
            raise self._turned_away(answer) or self._not_read(answer)
        said = google_api.said(answer)
        if said is None or said.get("kind") != kind:
            raise Incomplete(f"account {self.account}: what came is no answer of Google Calendar's; all stays as known")
        return said

    def _not_read(self, answer: Answer) -> TimeblockError:
        status, why = answer.status, reasons(answer)
        if why & SCOPE:
            return AuthNeeded(
                f"account {self.account} was not given the right to read calendars; sign in again and leave all "
                f"boxes ticked: timeblock auth {self.account}"
            )
        if status == 410 and "fullSyncRequired" in why:
            return CursorExpired(f"account {self.account}: Google no longer knows what changed since last time")
        if status == 403:
            return Forbidden(f"account {self.account}: Google does not let you read this{in_words(why)}")
        if status in (404, 410):
            return Gone(f"account {self.account}: Google has nothing there ({status})")
        if status == 408 or status >= 500:
            return self.transport.delay(answer, f"account {self.account}: Google has a problem of its own ({status})")
        return Incomplete(f"account {self.account}: Google answered {status}, which does not answer the question")

    # --- Writes -----------------------------------------------------------------------------------------------------

    def send(
        self, method: str, path: Sequence[str], body: str = "", condition: Mapping[str, str] | None = None
    ) -> Answer:
        """One write, which mails nobody. Raises ``Forbidden`` before anything leaves where we may only read."""
        if not self.tokens.writable:
            raise Forbidden(
                f"account {self.account} is signed in for reading only; to let it write: timeblock auth {self.account}"
            )
        headers = {"Content-Type": "application/json; charset=utf-8"} if body else {}
        content = body.encode("utf-8", "replace")
        return self._exchange(method, path, {"sendUpdates": "none"}, {**headers, **(condition or {})}, content)

    def written(self, answer: Answer) -> Item:
        """The event as Google has it now. Raises for every answer that does not say so."""
        said = google_api.said(answer) if answer.status == 200 else None
        if said is not None and said.get("kind") == "calendar#event":
            return said
        raise self._turned_away(answer) or self._not_written(answer)

    def deleted(self, answer: Answer) -> None:
        """Raises for every answer that does not say that the event is deleted."""
        if answer.status != 204:
            raise self._turned_away(answer) or self._not_written(answer)

    def _not_written(self, answer: Answer) -> TimeblockError:
        status, why = answer.status, reasons(answer)
        if why & SCOPE:
            return Forbidden(
                f"account {self.account} was given the right to write to calendars you own, and this is none of them; "
                f"or that right was left out when you signed in: timeblock auth {self.account}"
            )
        if status in (409, 412):
            return Conflict(
                f"account {self.account}: the event was written by someone else meanwhile, or its id is taken"
            )
        if status in (404, 410):
            return Gone(f"account {self.account}: Google has nothing there to write to ({status})")
        if status != 408 and 400 <= status < 500:
            return Forbidden(f"account {self.account}: Google refuses the write ({status}){in_words(why)}")
        return Unsure(f"account {self.account}: Google answered a write with {status}; nobody knows whether it is done")

    # --- Both -------------------------------------------------------------------------------------------------------

    def _turned_away(self, answer: Answer) -> TimeblockError | None:
        """What is the same for reads and writes: Google did not get so far as to act."""
        if answer.status == 401:
            return AuthNeeded(
                f"account {self.account}: Google does not accept the sign-in any more; sign in again: "
                f"timeblock auth {self.account}"
            )
        return google_api.not_now(answer, self.transport, self._api)

    def _exchange(
        self, method: str, path: Sequence[str], query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        self._pace.step()
        url = "/".join((self._endpoint, *(quote(piece, safe="") for piece in path)))
        url += f"?{urlencode(query)}" if query else ""
        return google_api.exchange(self.transport, self.tokens, method, url, headers, body)
