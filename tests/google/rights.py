"""What access tokens allow, and for how long; they are given out by the sign-in of ``tests.consent``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs

from tests.consent import Consent
from tests.web import Asked, Say

CALENDAR = "https://www.googleapis.com/auth/calendar"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
LISTING = frozenset({CALENDAR, f"{CALENDAR}.readonly", f"{CALENDAR}.calendarlist", f"{CALENDAR}.calendarlist.readonly"})
WRITING = frozenset({CALENDAR, EVENTS, f"{EVENTS}.owned"})
READING = WRITING | {f"{CALENDAR}.readonly", f"{EVENTS}.readonly", f"{EVENTS}.owned.readonly"}
OWNED = (".owned", ".owned.readonly")
"""Scopes with such an end are worth something on calendars that the person owns."""

HOUR = 3600


@dataclass
class Rights:
    """``given``: access token → scopes, end, and the refresh token that it lives and dies with."""

    now: Callable[[], int]
    consent: Consent = field(default_factory=Consent)
    given: dict[str, tuple[frozenset[str], int, str]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def grant(self) -> str:
        """A refresh token, as after a sign-in."""
        refresh = f"granted-{next(self.numbers)}"
        self.consent.alive.add(refresh)
        return refresh

    def access(self, refresh: str, *scopes: str) -> str:
        """An access token of an hour."""
        return self._note(f"access-{next(self.numbers)}", frozenset(scopes), refresh)

    def allowed(self, access: str) -> frozenset[str] | None:
        """The scopes of an access token; None where it is expired, revoked or none."""
        scopes, until, refresh = self.given.get(access, (frozenset(), 0, ""))
        return scopes if self.now() < until and refresh in self.consent.alive else None

    def expire(self) -> None:
        """Every access token given so far is too old."""
        self.given.clear()

    def sign_in(self, asked: Asked) -> Say:
        """Consent, token and revocation; what tokens are given is noted."""
        said = self.consent.answer(asked)
        told = json.loads(said.content) if said.status == 200 and said.content else {}
        if "access_token" in told:
            refresh = told.get("refresh_token") or parse_qs(asked.body)["refresh_token"][0]
            self._note(told["access_token"], frozenset(told["scope"].split()), refresh)
        return said

    def _note(self, access: str, scopes: frozenset[str], refresh: str) -> str:
        self.given[access] = (scopes, self.now() + HOUR, refresh)
        return access
