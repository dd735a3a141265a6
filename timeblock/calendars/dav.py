"""One account on a WebDAV server: who we are, whom we tell, and what an answer's status asks of us.

Credentials go to the server the person named, and over https to servers of the same domain (iCloud spreads its
calendars so). Reads follow redirects within that; a write that is redirected was not done.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urljoin

from timeblock.calendars import digest
from timeblock.calendars.multistatus import CALDAV, DAV, Multistatus, parse, preconditions
from timeblock.core.interval import Instant
from timeblock.errors import (
    AuthNeeded,
    Conflict,
    FixNeeded,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    TryLater,
    Unsure,
)
from timeblock.transport import (
    MOST_REDIRECTS,
    PAUSE,
    REDIRECTS,
    Answer,
    Origin,
    Transport,
    origin,
    target,
    without_credentials,
)

TAKEN = frozenset({f"{CALDAV}no-uid-conflict", f"{CALDAV}unique-scheduling-object-resource"})
"""Preconditions that say: there is an event of this UID (RFC 4791, 5.3.2.1; RFC 6638, 3.2.4.1)."""

REFUSED = frozenset({400, 405, 406, 411, 413, 414, 415, 422, 423, 424, 451, 501, 507})
"""The server will not have this write, today or tomorrow."""


class Dav:
    """Requests to the server at ``url`` in the name of ``username``; ``password`` is asked for once, when needed."""

    def __init__(
        self,
        account: str,
        url: str,
        username: str,
        password: Callable[[], str],
        now: Callable[[], Instant],
        *,
        allow_http: bool,
    ) -> None:
        self.account = account
        self.url = without_credentials(url)
        self.transport = Transport(now)
        self._username = username
        self._ask_password = password
        self._password: str | None = None
        self._allow_http = allow_http
        self._digest: Mapping[str, str] | None = None
        self._proofs = 0

    def __repr__(self) -> str:
        return f"Dav({self.account!r})"

    # --- Reads ------------------------------------------------------------------------------------------------------

    def multistatus(self, method: str, url: str, body: bytes, depth: int) -> Multistatus:
        """A PROPFIND or REPORT that must succeed."""
        answer = self.read(method, url, body, depth)
        self.check(answer)
        return self.parsed(answer)

    def parsed(self, answer: Answer) -> Multistatus:
        """Raises ``Incomplete`` for a success that is none: a login page, half an answer."""
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise Incomplete(
                f"{self._who(answer)} sent a web page in place of calendar data. If this network asks to sign in, do "
                "so in a browser; else the address may be wrong"
            )
        if answer.status != 207:
            raise Incomplete(f"{self._who(answer)} answered {answer.status} where 207 is due")
        try:
            return parse(answer.body)
        except Incomplete as wrong:
            raise Incomplete(f"{self._who(answer)}: {wrong}") from None

    def read(self, method: str, url: str, body: bytes = b"", depth: int | None = None) -> Answer:
        """The answer at the end of all redirects, whatever its status."""
        headers = {"Content-Type": "application/xml; charset=utf-8", "Accept-Encoding": "gzip"} if body else {}
        if depth is not None:
            headers["Depth"] = str(depth)
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._exchange(method, url, headers, body)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            url = urljoin(url, answer.headers["location"])
        raise Incomplete(f"account {self.account}: {origin(url).host} redirects without end")

    def check(self, answer: Answer) -> None:
        """Raises for a read that did not succeed."""
        if answer.status // 100 != 2:
            raise self._turned_away(answer) or self._not_read(answer)

    def _not_read(self, answer: Answer) -> TimeblockError:
        who, status = self._who(answer), answer.status
        if status == 403:
            return Forbidden(f"{who} does not let {self._username or 'anyone'} read this")
        if status in (404, 410):
            return Gone(f"{who} has nothing there ({status})")
        if status in (408, 425) or (status >= 500 and status != 501):
            return TryLater(f"{who} has a problem of its own ({status})")
        return Incomplete(f"{who} answered {status}, which does not answer the question")

    # --- Writes -----------------------------------------------------------------------------------------------------

    def write(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One conditional request, sent once. Returns only if the server says that it is done."""
        answer = self._exchange(method, url, headers, body)
        html = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status in (201, 204) or (answer.status == 200 and not html):
            return answer
        raise self._turned_away(answer) or self._not_written(answer)

    def _not_written(self, answer: Answer) -> TimeblockError:
        who, status, unmet = self._who(answer), answer.status, preconditions(answer.body)
        if status == 412 or unmet & TAKEN:
            return Conflict(f"{who}: the event was written by someone else meanwhile, or its id is taken ({status})")
        if status in (404, 409, 410):
            return Gone(f"{who} has nothing there to write to ({status})")
        if status == 403 or status in REFUSED:
            reasons = ", ".join(sorted(name.rpartition("}")[2] for name in unmet - {f"{DAV}error"}))
            return Forbidden(f"{who} refuses the write ({status}{': ' if reasons else ''}{reasons})")
        return Unsure(f"{who} answered a write with {status}: nobody knows whether it is done")

    def _turned_away(self, answer: Answer) -> TimeblockError | None:
        """What is the same for reads and writes: the server did not get so far as to act."""
        who, status = self._who(answer), answer.status
        if status == 401:
            self._password = None  # it may be another by the next time
            return AuthNeeded(
                f"{who} does not accept user {self._username!r} with this password; check both (many servers want an "
                "app password)"
            )
        if status == 429 or (status == 503 and "retry-after" in answer.headers):
            return self.transport.delay(answer, f"{who} asks to come back later ({status})", PAUSE)
        return None

    # --- Who may know us --------------------------------------------------------------------------------------------

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request with credentials; a second one only where the first was turned away at the door (401)."""
        self._check_trust(url)
        common = {"User-Agent": "timeblock", "Accept": "*/*", **headers}
        answer = self.transport.exchange(method, url, {**common, **self._authorization(method, url)}, body)
        if answer.status == 401 and self._take_challenge(answer):
            answer = self.transport.exchange(method, url, {**common, **self._authorization(method, url)}, body)
        return answer

    def _check_trust(self, url: str) -> None:
        home, to = origin(self.url), origin(url)
        if to.scheme == "http" and not (to.loopback or self._allow_http):
            raise FixNeeded(
                f"account {self.account}: http sends the password for all to read; use https, or say allow_http = true"
            )
        if to == home or (to.scheme == "https" and same_domain(home, to)):
            return
        what = "not of the same domain" if to.scheme == "https" or not same_domain(home, to) else "not encrypted"
        raise Forbidden(
            f"account {self.account}: {home.host} sends us on to {to.host}, which is {what}; nothing was sent there. "
            f"If you trust it, put its address into the config"
        )

    def _authorization(self, method: str, url: str) -> Mapping[str, str]:
        if not self._username:
            return {}
        if self._digest:
            self._proofs += 1
            once = secrets.token_hex(8)
            asked, to = self._digest, target(url)
            proof = digest.proof(asked, method, to, self._username, self._secret(), once, self._proofs)
            return {"Authorization": proof}
        pair = f"{self._username}:{self._secret()}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _secret(self) -> str:
        if self._password is None:
            self._password = self._ask_password()
        return self._password

    def _take_challenge(self, answer: Answer) -> bool:
        """Whether the refusal has a Digest that we can answer; servers change the nonce, and rarely say why."""
        asked = digest.best(answer.headers.get("www-authenticate", ""))
        if asked is None or not self._username:
            return False
        before, self._digest, self._proofs = self._digest, asked, 0
        if before and before.get("realm") != asked.get("realm"):
            raise AuthNeeded(
                f"{self._who(answer)} asks for the password of {asked.get('realm')!r}, and before for that of "
                f"{before.get('realm')!r}; nothing was sent. If that is right, try again"
            )
        return True

    def _who(self, answer: Answer) -> str:
        return f"account {self.account}: {origin(answer.url).host}"


def same_domain(a: Origin, b: Origin) -> bool:
    """Whether two hosts belong to one owner, as far as names tell: they differ only in what stands before the domain.

    >>> same_domain(Origin("https", "caldav.icloud.com", 443), Origin("https", "p42-caldav.icloud.com", 443))
    True
    >>> same_domain(Origin("https", "a.github.io", 443), Origin("https", "b.github.io", 443))
    False
    """
    return a.host == b.host or (_domain(a.host) == _domain(b.host) != "")


def _domain(host: str) -> str:
    """The registrable part of ``host`` by the list of public suffixes; "" where it has none."""
    from publicsuffixlist import PublicSuffixList

    if host.split(".")[-1].isdecimal() or ":" in host:
        return ""
    return PublicSuffixList().privatesuffix(host) or ""
