"""A sign-in page and a token endpoint, as strict as RFC 6749 and 7636 are, for tests to be signed in at."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.web import Asked, Say

CLIENT_ID, CLIENT_SECRET = "timeblock.apps.example", "client-hunter2"


@dataclass
class Consent:
    """``grants``: what the person ticks (None: all that is asked), ``says_no``: they decline.

    ``broken``: the token endpoint answers so, whatever it is asked. ``alive``: refresh tokens not revoked.
    """

    grants: tuple[str, ...] | None = None
    says_no: bool = False
    broken: Say | None = None
    lasts: int | None = None
    alive: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Say:
        match urlsplit(asked.path).path:
            case "/auth":
                return self._consent(_flat(urlsplit(asked.path).query))
            case "/token":
                self.forms.append(_flat(asked.body))
                return self.broken or self._token(self.forms[-1])
            case "/revoke":
                known = _flat(asked.body)["token"] in self.alive
                self.alive.discard(_flat(asked.body)["token"])
                return Say(200) if known else _json({"error": "invalid_token"}, 400)
            case _:
                return Say(404)

    def _consent(self, query: dict[str, str]) -> Say:
        self.asked.append(query)
        told = {"state": query["state"], **({"error": "access_denied"} if self.says_no else {"code": "the-code"})}
        return Say(302, headers={"Location": f"{query['redirect_uri']}?{urlencode(told)}"})

    def _token(self, form: dict[str, str]) -> Say:
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return _json({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            return self._fresh() if form["refresh_token"] in self.alive else _json({"error": "invalid_grant"}, 400)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        right = challenge.decode() == self.asked[-1]["code_challenge"] and form["code"] == "the-code"
        if not right or form["redirect_uri"] != self.asked[-1]["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        self.alive.add("refresh-hunter2")
        return self._fresh(refresh_token="refresh-hunter2")

    def _fresh(self, **more: str) -> Say:
        granted = " ".join(self.grants) if self.grants is not None else self.asked[-1]["scope"]
        lasts = {"refresh_token_expires_in": self.lasts} if self.lasts else {}
        token = f"access-hunter2-{len(self.forms)}"
        return _json({"access_token": token, "expires_in": 3600, "scope": granted, **lasts, **more})


def _flat(query: str) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(query, strict_parsing=True).items()}


def _json(data: object, status: int = 200) -> Say:
    return Say(status, json.dumps(data), {"Content-Type": "application/json"})
