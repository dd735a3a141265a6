"""One Google account: requests in its name, at a pace Google bears, and what an answer's status asks of us.

Of Google's client library nothing is used: it sends an insert again when the connection breaks, and takes half an
answer for a whole one. Here a request is repeated only where it was turned away at the door (401), and no redirect is
followed. Facts: Calendar API v3, discovery revision 20261030, and its guides on errors, sync and quotas.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote, urlencode

from timeblock.core.interval import HOUR, MINUTE, Instant
from timeblock.errors import (
    AuthNeeded,
    Conflict,
    CursorExpired,
    FixNeeded,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    Unsure,
)
from timeblock.transport import PAUSE, Answer, Transport

ENDPOINT = "https://www.googleapis.com/calendar/v3/"

MOST_A_MINUTE = 500
"""Requests of one account; Google allows a user 600 in any minute, and others may be asking too."""

QUOTA_PAUSE = 6 * HOUR
"""A used-up quota is not refilled by asking again soon."""

RATE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
"""The project that the sign-in belongs to has not switched the Calendar API on."""

Item: TypeAlias = dict[str, Any]
"""A JSON object of an answer; what is in it is looked at before it is believed."""


class Tokens(Protocol):
    """The sign-in of one account."""

    @property
    def writable(self) -> bool:
        """Whether the person gave the right to write events."""

    def access_token(self) -> str:
        """One that is valid as far as anyone knows. Raises ``AuthNeeded``, ``TryLater``."""

    def renew(self) -> str:
        """Another one, because Google refused the last. Raises ``AuthNeeded``, ``TryLater``."""


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
        said = _object(answer)
        if said is None or said.get("kind") != kind:
            raise Incomplete(f"account {self.account}: what came is no answer of Google Calendar's; all stays as known")
        return said

    def _not_read(self, answer: Answer) -> TimeblockError:
        status, reasons = answer.status, _reasons(answer)
        if reasons & SCOPE:
            return AuthNeeded(
                f"account {self.account} was not given the right to read calendars; sign in again and leave all "
                f"boxes ticked: timeblock auth {self.account}"
            )
        if status == 410 and "fullSyncRequired" in reasons:
            return CursorExpired(f"account {self.account}: Google no longer knows what changed since last time")
        if status == 403:
            return Forbidden(f"account {self.account}: Google does not let you read this{_told(reasons)}")
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
        said = _object(answer) if answer.status == 200 else None
        if said is not None and said.get("kind") == "calendar#event":
            return said
        raise self._turned_away(answer) or self._not_written(answer)

    def deleted(self, answer: Answer) -> None:
        """Raises for every answer that does not say that the event is deleted."""
        if answer.status != 204:
            raise self._turned_away(answer) or self._not_written(answer)

    def _not_written(self, answer: Answer) -> TimeblockError:
        status, reasons = answer.status, _reasons(answer)
        if reasons & SCOPE:
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
            return Forbidden(f"account {self.account}: Google refuses the write ({status}){_told(reasons)}")
        return Unsure(f"account {self.account}: Google answered a write with {status}; nobody knows whether it is done")

    # --- Both -------------------------------------------------------------------------------------------------------

    def _turned_away(self, answer: Answer) -> TimeblockError | None:
        """What is the same for reads and writes: Google did not get so far as to act."""
        status, reasons = answer.status, _reasons(answer)
        if status == 401:
            return AuthNeeded(
                f"account {self.account}: Google does not accept the sign-in any more; sign in again: "
                f"timeblock auth {self.account}"
            )
        if status == 429 or (status == 403 and reasons & RATE):
            return self.transport.delay(answer, f"account {self.account}: Google asks to slow down ({status})", PAUSE)
        if status == 403 and reasons & QUOTA:
            return self.transport.delay(
                answer, f"account {self.account}: Google's quota is used up{_told(reasons)}", QUOTA_PAUSE
            )
        if status == 403 and reasons & SWITCHED_OFF:
            return FixNeeded(
                f"account {self.account}: the Google Calendar API is not switched on in the project of your client id; "
                "enable it at https://console.cloud.google.com/apis/library/calendar-json.googleapis.com"
            )
        return None

    def _exchange(
        self, method: str, path: Sequence[str], query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """One request; a second one only where the first was turned away at the door, with a new token."""
        url = "/".join((self._endpoint, *(quote(piece, safe="") for piece in path)))
        url += f"?{urlencode(query)}" if query else ""
        common = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "timeblock (gzip)", **headers}
        answer = self._signed(method, url, common, body, self.tokens.access_token())
        if answer.status == 401:
            answer = self._signed(method, url, common, body, self.tokens.renew())
        return answer

    def _signed(self, method: str, url: str, headers: Mapping[str, str], body: bytes, token: str) -> Answer:
        self._pace.step()
        return self.transport.exchange(method, url, {**headers, "Authorization": f"Bearer {token}"}, body)


def _object(answer: Answer) -> Item | None:
    try:
        said: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _reasons(answer: Answer) -> frozenset[str]:
    """Why Google refuses, in its own words: ``error.errors[].reason`` and ``error.details[].reason``."""
    error = (_object(answer) or {}).get("error")
    if not isinstance(error, dict):
        return frozenset()
    lists = [found for name in ("errors", "details") if isinstance(found := error.get(name), list)]
    told = [entry.get("reason") for found in lists for entry in found if isinstance(entry, dict)]
    return frozenset(reason for reason in told if isinstance(reason, str))


def _told(reasons: frozenset[str]) -> str:
    return f": {', '.join(sorted(reasons))}" if reasons else ""
