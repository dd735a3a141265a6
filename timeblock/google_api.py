"""Any of Google's APIs, over our own transport: signed requests, and why Google refuses one.

Google's client library is not used: it sends an insert again when the connection breaks, and takes half an answer for a
whole one. Here a request is repeated only where it was turned away at the door (401), and no redirect is followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from timeblock.core.interval import HOUR
from timeblock.errors import FixNeeded, TimeblockError
from timeblock.transport import PAUSE, Answer, Transport

QUOTA_PAUSE = 6 * HOUR
"""A used-up quota is not refilled by asking again soon."""

RATE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
"""The project that the sign-in belongs to has not switched the API on."""

Item: TypeAlias = dict[str, Any]
"""A JSON object of an answer; what is in it is looked at before it is believed."""


class Tokens(Protocol):
    """The sign-in of one account."""

    def access_token(self) -> str:
        """One that is valid as far as anyone knows. Raises ``AuthNeeded``, ``TryLater``, ``FixNeeded``."""

    def renew(self) -> str:
        """Another one, because Google refused the last. Raises the same."""


@dataclass(frozen=True, slots=True)
class Api:
    """One of Google's APIs as an account uses it: what the person calls it, its id in the console, and who asks."""

    name: str
    id: str
    account: str


def exchange(
    transport: Transport, tokens: Tokens, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """One signed request; a second one only where the first was turned away, with a new token. Raises as both do."""
    common = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "timeblock (gzip)", **headers}
    answer = transport.exchange(method, url, {**common, "Authorization": f"Bearer {tokens.access_token()}"}, body)
    if answer.status == 401:
        answer = transport.exchange(method, url, {**common, "Authorization": f"Bearer {tokens.renew()}"}, body)
    return answer


def said(answer: Answer) -> Item | None:
    """The object in an answer; None where there is none: a login page, half an answer."""
    try:
        found: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def reasons(answer: Answer) -> frozenset[str]:
    """Why Google refuses, in its own words: ``error.errors[].reason`` and ``error.details[].reason``."""
    error = (said(answer) or {}).get("error")
    if not isinstance(error, dict):
        return frozenset()
    lists = [found for name in ("errors", "details") if isinstance(found := error.get(name), list)]
    told = [entry.get("reason") for found in lists for entry in found if isinstance(entry, dict)]
    return frozenset(reason for reason in told if isinstance(reason, str))


def in_words(why: frozenset[str]) -> str:
    return f": {', '.join(sorted(why))}" if why else ""


def not_now(answer: Answer, transport: Transport, api: Api) -> TimeblockError | None:
    """The error where Google refuses whatever is asked for now: too many requests, no quota, the API switched off."""
    status, why = answer.status, reasons(answer)
    if status == 429 or (status == 403 and why & RATE):
        return transport.delay(answer, f"account {api.account}: Google asks to slow down ({status})", PAUSE)
    if status == 403 and why & QUOTA:
        return transport.delay(answer, f"account {api.account}: Google's quota is used up{in_words(why)}", QUOTA_PAUSE)
    if status == 403 and why & SWITCHED_OFF:
        return FixNeeded(
            f"account {api.account}: the {api.name} is not switched on in the project of your client; switch it on at "
            f"https://console.cloud.google.com/apis/library/{api.id}"
        )
    return None
