"""Google's sign-in (OAuth 2.0 for installed apps): consent, tokens, refusal. Consent is a redirect, without a page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode, urlsplit

CALENDAR = "https://www.googleapis.com/auth/calendar"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
READING = frozenset(
    {CALENDAR, EVENTS, f"{CALENDAR}.readonly", f"{EVENTS}.readonly", f"{EVENTS}.owned", f"{EVENTS}.owned.readonly"}
)
WRITING = frozenset({CALENDAR, EVENTS, f"{EVENTS}.owned"})
OWNED = (".owned", ".owned.readonly")
"""Scopes with such an end are worth something on calendars that the person owns."""
LISTING = frozenset({CALENDAR, f"{CALENDAR}.readonly", f"{CALENDAR}.calendarlist", f"{CALENDAR}.calendarlist.readonly"})

HOUR = 3600


class DeniedError(Exception):
    """What the token endpoint refuses (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass
class Asked:
    """A consent that waits for its code to be redeemed."""

    client: str
    redirect: str
    scopes: frozenset[str]
    challenge: str


@dataclass
class OAuth:
    """``unticked``: scopes that the person does not grant. ``denies``: they press Cancel."""

    now: Callable[[], int]
    clients: dict[str, str] = field(default_factory=lambda: {"client-id": "client-secret"})
    unticked: frozenset[str] = frozenset()
    denies: bool = False
    refreshes: int = 0
    _codes: dict[str, Asked] = field(default_factory=dict)
    _refresh: dict[str, frozenset[str]] = field(default_factory=dict)
    _access: dict[str, tuple[frozenset[str], int, str]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def grant(self, *scopes: str) -> str:
        """A refresh token, as after a consent."""
        token = f"1//refresh-{next(self._numbers)}"
        self._refresh[token] = frozenset(scopes or {CALENDAR})
        return token

    def access(self, refresh: str) -> str:
        """An access token of an hour."""
        token = f"ya29.access-{next(self._numbers)}"
        self._access[token] = (self._refresh[refresh], self.now() + HOUR, refresh)
        return token

    def scopes(self, access: str) -> frozenset[str] | None:
        """What an access token allows; None where it is expired, revoked or none."""
        scopes, until, refresh = self._access.get(access, (frozenset(), 0, ""))
        return scopes if self.now() < until and refresh in self._refresh else None

    def expire(self) -> None:
        """Every access token given so far is too old."""
        self._access.clear()

    # ---- endpoints -------------------------------------------------------------------------------------------------

    def consent(self, query: Mapping[str, str]) -> str:
        """Where the browser is sent after the person has answered. Raises where Google shows an error page instead."""
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") not in self.clients:
            raise DeniedError("invalid_client", "The OAuth client was not found.")
        if query.get("response_type") != "code" or urlsplit(redirect).hostname not in ("127.0.0.1", "localhost"):
            raise DeniedError("invalid_request", "redirect_uri_mismatch")
        state = {"state": query["state"]} if "state" in query else {}
        if self.denies:
            return f"{redirect}?{urlencode({'error': 'access_denied', **state})}"
        scopes = frozenset(query.get("scope", "").split()) - self.unticked
        code = f"4/code-{next(self._numbers)}"
        challenge = query.get("code_challenge", "") if query.get("code_challenge_method") == "S256" else ""
        self._codes[code] = Asked(query["client_id"], redirect, scopes, challenge)
        return f"{redirect}?{urlencode({**state, 'code': code, 'scope': ' '.join(sorted(scopes))})}"

    def token(self, form: Mapping[str, str]) -> dict[str, object]:
        """What the token endpoint gives for ``form``."""
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret", ""):
            raise DeniedError("invalid_client", "The provided client secret is invalid.")
        match form.get("grant_type"):
            case "authorization_code":
                refresh = self._redeemed(form)
                return {**self._given(refresh), "refresh_token": refresh}
            case "refresh_token":
                self.refreshes += 1
                if form.get("refresh_token") not in self._refresh:
                    raise DeniedError("invalid_grant", "Token has been expired or revoked.")
                return self._given(form["refresh_token"])
            case _:
                raise DeniedError("unsupported_grant_type", "Invalid grant_type.")

    def revoke(self, token: str) -> None:
        """The whole grant behind an access or refresh token ends."""
        refresh = self._access[token][2] if token in self._access else token
        if self._refresh.pop(refresh, None) is None:
            raise DeniedError("invalid_token", "Token expired or revoked")

    def _redeemed(self, form: Mapping[str, str]) -> str:
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or (asked.client, asked.redirect) != (form.get("client_id"), form.get("redirect_uri")):
            raise DeniedError("invalid_grant", "Malformed auth code.")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked.challenge and base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.challenge:
            raise DeniedError("invalid_grant", "Invalid code verifier.")
        return self.grant(*asked.scopes)

    def _given(self, refresh: str) -> dict[str, object]:
        scope = " ".join(sorted(self._refresh[refresh]))
        return {"access_token": self.access(refresh), "expires_in": HOUR - 1, "scope": scope, "token_type": "Bearer"}
