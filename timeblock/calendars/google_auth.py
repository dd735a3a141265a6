"""Sign-in to Google: OAuth for an installed program (RFC 8252) with PKCE (RFC 7636), and access tokens from it.

Four requests of RFC 6749 over our own transport. Google's library for it takes the first connection to its port for the
answer, whoever makes it; refuses a sign-in where the person left out a right; needs switches in the environment of the
whole process for a server on this machine; follows redirects with the client's secret in hand; and has one error for
"sign in again" and "come back later".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from timeblock.core.interval import HOUR, Instant
from timeblock.errors import AuthNeeded, FixNeeded, LookAgain, TryLater
from timeblock.transport import Answer, Transport, origin

SCOPE = "https://www.googleapis.com/auth/"
LIST = f"{SCOPE}calendar.calendarlist.readonly"
READ = f"{SCOPE}calendar.events.readonly"
WRITE = f"{SCOPE}calendar.events.owned"
"""The least that lets us list calendars, read events of all of them, and write to those the person owns."""

MAIL = f"{SCOPE}gmail.metadata"
"""For evidence of sent mail: headers and labels, no contents."""

MEANING = {
    LIST: "see the list of your calendars",
    READ: "see events on all your calendars",
    WRITE: "write events on calendars you own",
    MAIL: "see when you sent mail, not what",
}
"""Scope → what it allows, as Google's page asks it."""

EARLY_SECONDS = 60
"""An access token that ends sooner than this is renewed before it is used."""

PASSING = frozenset({"temporarily_unavailable", "server_error", "internal_failure", "rate_limit_exceeded"})
"""Errors that ask to come back, though they may come with a status that says otherwise."""

CODE = re.compile(r"[a-z_]{1,40}")
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
"""What an error code and a token are made of (RFC 6749, appendix A). Anything else is neither repeated nor believed."""


class Kept(Protocol):
    """Where the sign-in of an account lies. ``alone`` keeps out other processes."""

    def read(self) -> str | None: ...
    def write(self, secret: str) -> None: ...
    def alone(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth client of the kind "Desktop app", made in the Google console."""

    id: str
    secret: str = field(repr=False)
    auth_uri: str
    token_uri: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """What Google granted. ``ends_at``: when it will take it back, where it says so (a project in "Testing")."""

    client_id: str
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: Instant
    scopes: tuple[str, ...]
    since: Instant
    ends_at: Instant | None = None

    def missing(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Scopes that were asked for and not granted."""
        return tuple(scope for scope in wanted if scope not in self.scopes)


def scopes(*, write: bool = True, mail: bool = False) -> tuple[str, ...]:
    """What an account asks for."""
    return (LIST, READ, *((WRITE,) if write else ()), *((MAIL,) if mail else ()))


def client_of_file(text: str, auth_uri: str, token_uri: str) -> Client:
    """The client in the file that the console gives out. Raises ``FixNeeded``."""
    try:
        found = json.loads(text)["installed"]
        return Client(str(found["client_id"]), str(found["client_secret"]), auth_uri, token_uri)
    except (ValueError, TypeError, KeyError):
        raise FixNeeded(
            'this is no client of the kind "Desktop app"; make one in the Google console and take its JSON file'
        ) from None


# ---- access tokens ---------------------------------------------------------------------------------------------------


class Tokens:
    """The access tokens of one account. ``client`` is asked for when needed: its secret may come from a command."""

    def __init__(
        self,
        account: str,
        client: Callable[[], Client],
        kept: Kept,
        now: Callable[[], Instant],
        wanted: tuple[str, ...],
    ) -> None:
        self.account = account
        self.wanted = wanted
        self._client = client
        self._kept = kept
        self._now = now
        self._transport = Transport(now)
        self._held: SignIn | None = None

    @property
    def writable(self) -> bool:
        """Whether events may be written at all: asked for, and granted."""
        return WRITE in self.wanted and WRITE in (self._held or self.sign_in()).scopes

    def access_token(self) -> str:
        """One that is good for a minute at least. Raises ``AuthNeeded``, ``TryLater``, ``FixNeeded``."""
        held = self._held or self.sign_in()
        if held.expires_at <= self._now() + EARLY_SECONDS:
            held = self._renewed(held.access_token)
        self._held = held
        return held.access_token

    def renew(self) -> str:
        """Another one, since the server does not take the last. Raises as :meth:`access_token` does."""
        self._held = self._renewed((self._held or self.sign_in()).access_token)
        return self._held.access_token

    def sign_in(self) -> SignIn:
        """What is kept. Raises ``AuthNeeded`` where there is nothing."""
        found = _sign_in(self._kept.read())
        if found is None:
            raise AuthNeeded(f"{self.account}: not signed in to Google. Run: timeblock auth {self.account}")
        return found

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """A sign-in in the making, with a place on this machine where the browser brings the answer."""
        with _Landing() as landing:
            yield Attempt(self._client(), self.wanted, landing)

    def finish(self, attempt: Attempt, code: str) -> SignIn:
        """Take what Google gives for ``code``, and keep it. Raises ``AuthNeeded``, ``TryLater``, ``FixNeeded``."""
        client, now = attempt.client, self._now()
        got = self._grant(client, attempt.form(code))
        if not isinstance(refresh := got.get("refresh_token"), str):
            raise AuthNeeded(
                f"{self.account}: Google gave no lasting sign-in. Run again: timeblock auth {self.account}"
            )
        life = got.get("refresh_token_expires_in")
        ends_at = now + life if isinstance(life, int) else None
        blank = SignIn(client.id, refresh, "", 0, self.wanted, now, ends_at)
        made = _with_access(blank, got, now)
        self._kept.write(json.dumps(asdict(made)))
        return made

    def revoke(self) -> bool:
        """Tell Google to take the sign-in back (RFC 7009); False where it had ended already. Raises ``TryLater``."""
        token = self.sign_in().refresh_token
        answer = self._post(urljoin(self._client().token_uri, "revoke"), {"token": token})
        if answer.status not in (200, 400):
            raise TryLater(f"{self.account}: {_host(answer)} answered {answer.status}; try again later")
        return answer.status == 200

    def _renewed(self, stale: str) -> SignIn:
        """By this process or, meanwhile, by another. What is kept stays whatever goes wrong."""
        with self._kept.alone():
            found = self.sign_in()
            if found.access_token != stale and found.expires_at > self._now() + EARLY_SECONDS:
                return found
            client = self._client()
            if client.id != found.client_id:
                raise AuthNeeded(
                    f"{self.account}: signed in through another OAuth client. Run: timeblock auth {self.account}"
                )
            form = {"grant_type": "refresh_token", "refresh_token": found.refresh_token}
            made = _with_access(found, self._grant(client, form), self._now())
            self._kept.write(json.dumps(asdict(made)))
            return made

    def _grant(self, client: Client, form: Mapping[str, str]) -> Mapping[str, object]:
        """A request to the token endpoint (RFC 6749, 4.1.3 and 6), and what its refusal means (5.2)."""
        answer = self._post(client.token_uri, {**form, "client_id": client.id, "client_secret": client.secret})
        told = _json(answer)
        if answer.status == 200 and TOKEN.fullmatch(str(told.get("access_token", ""))):
            return told
        error = str(told.get("error", ""))
        if answer.status in (400, 401, 403) and CODE.fullmatch(error) and error not in PASSING:
            raise self._refused(error)
        raise self._transport.delay(answer, f"{self.account}: {_host(answer)} gives no token now ({answer.status})")

    def _refused(self, error: str) -> AuthNeeded | FixNeeded:
        if error in ("invalid_client", "unauthorized_client"):
            return FixNeeded(
                f"{self.account}: Google does not know this OAuth client ({error}); compare the client in "
                f"[accounts.{self.account}] with the Google console"
            )
        return AuthNeeded(
            f"{self.account}: the sign-in to Google has ended ({error}): it was taken back, not used for half a year, "
            f'or its project is in "Testing", where it lasts 7 days. Run: timeblock auth {self.account}'
        )

    def _post(self, url: str, form: Mapping[str, str]) -> Answer:
        """A broken line is no riddle here: asking for a token again does no harm."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            return self._transport.exchange("POST", url, headers, urlencode(form).encode())
        except LookAgain:
            raise TryLater(f"{self.account}: {origin(url).host} broke off; try again later") from None
        finally:
            self._transport.close()  # an hour until the next


def _with_access(base: SignIn, got: Mapping[str, object], now: Instant) -> SignIn:
    """``scope`` is left out by servers that grant what was asked for (RFC 6749, 5.1)."""
    lasts, scope, refresh = got.get("expires_in"), got.get("scope"), got.get("refresh_token")
    return replace(
        base,
        access_token=str(got["access_token"]),
        expires_at=now + (lasts if isinstance(lasts, int) else HOUR),
        refresh_token=refresh if isinstance(refresh, str) else base.refresh_token,
        scopes=tuple(scope.split()) if isinstance(scope, str) and scope else base.scopes,
    )


def _sign_in(text: str | None) -> SignIn | None:
    try:
        found = SignIn(**json.loads(text or "null"))
    except (ValueError, TypeError):
        return None
    return replace(found, scopes=tuple(found.scopes))


def _json(answer: Answer) -> Mapping[str, object]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {}


def _host(answer: Answer) -> str:
    return origin(answer.url).host


# ---- signing in ------------------------------------------------------------------------------------------------------


class Attempt:
    """``url`` is for the browser; what comes back from there is handed to :meth:`offer`, or lands by itself."""

    def __init__(self, client: Client, scopes: tuple[str, ...], landing: _Landing) -> None:
        self.client = client
        self.port = landing.server_port
        self._state = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(64)
        self._redirect = f"http://127.0.0.1:{self.port}/"
        self._codes: SimpleQueue[str | AuthNeeded] = SimpleQueue()
        landing.offer = self.offer
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": self._redirect,
            "scope": " ".join(scopes),
            "state": self._state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        self.url = f"{client.auth_uri}{'&' if urlsplit(client.auth_uri).query else '?'}{urlencode(asked)}"

    def offer(self, redirected: str) -> bool:
        """Whether ``redirected`` is the address that the browser was sent to in answer to :attr:`url`."""
        told = {key: values[0] for key, values in parse_qs(urlsplit(redirected.strip()).query).items()}
        if not hmac.compare_digest(told.get("state", "").encode(), self._state.encode()):
            return False
        if "code" in told:
            self._codes.put(told["code"])
        else:
            error = told.get("error", "")
            self._codes.put(
                AuthNeeded(f"Google did not sign you in ({error if CODE.fullmatch(error) else 'no code'}).")
            )
        return True

    def wait(self, seconds: float) -> str:
        """The code that came. Raises ``AuthNeeded`` where the person said no, or nothing came."""
        try:
            came = self._codes.get(timeout=seconds)
        except Empty:
            raise AuthNeeded(f"Nothing came back from the browser in {seconds / 60:.0f} minutes.") from None
        if isinstance(came, AuthNeeded):
            raise came
        return came

    def form(self, code: str) -> Mapping[str, str]:
        """What the code is exchanged with (RFC 7636, 4.5)."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": self._verifier,
        }


class _Landing(ThreadingHTTPServer):
    """Where the browser brings the answer. Other visitors (an icon is asked for, a port scan) change nothing."""

    daemon_threads = True
    offer: Callable[[str], bool]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.offer = lambda redirected: False

    def __enter__(self) -> _Landing:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    timeout = 30
    server: _Landing

    def do_GET(self) -> None:
        known = self.server.offer(self.path)
        page = b"timeblock: go back to the terminal; you can close this window.\n" if known else b"Nothing is here.\n"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's; it would show the code
        pass
