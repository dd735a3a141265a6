"""Sent mail on an IMAP server (RFC 3501, RFC 9051): when each message of one folder was sent, and nothing else.

The folder is opened read-only (EXAMINE), and of a message only the Date header and the server's own date are fetched,
without marking it as seen (BODY.PEEK). Reading goes on by UID; where the server numbers anew (UIDVALIDITY), it begins
again, which does no harm.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from imaplib import IMAP4
from typing import TYPE_CHECKING, Literal

from timeblock.core.interval import Instant
from timeblock.core.localtime import instant
from timeblock.core.traces import Trace
from timeblock.errors import AuthNeeded, FixNeeded, Incomplete, TimeblockError, TryLater
from timeblock.evidence.times import DAY, sent_at
from timeblock.sync.source import FIRST_DAYS, Cursor, Reading
from timeblock.transport import reason

if TYPE_CHECKING:
    from imapclient import IMAPClient

CONNECT_SECONDS, ANSWER_SECONDS = 15, 60
BATCH = 500
"""Messages asked for at once; what they tell is kept before the next."""

DATES = ("INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (DATE)]")
SENT_NAMES = frozenset({"sent", "sent mail", "sent items", "sent messages"})
"""What folders of sent mail are called where the server marks none (RFC 6154)."""

HINTS = {
    "gmail.com": "Gmail wants an app password: https://myaccount.google.com/apppasswords",
    "me.com": "iCloud wants an app-specific password: https://account.apple.com, Sign-In and Security",
    "fastmail.com": "Fastmail wants an app password: Settings, Privacy & Security, App passwords",
    "yahoo.com": "Yahoo wants an app password: Account security, App password",
    "office365.com": "Microsoft takes no passwords here; use an mbox or csv of your sent mail",
    "outlook.com": "Microsoft takes no passwords here; use an mbox or csv of your sent mail",
}
"""What is to be known of some hosts when they refuse a password."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail is. ``security`` "none" is for the same machine, or for who insists."""

    host: str
    port: int
    username: str
    security: Literal["tls", "starttls", "none"] = "tls"


class Imap:
    """The folder of sent mail: ``folder``, or the one that the server marks as such."""

    def __init__(
        self, name: str, server: Server, password: Callable[[], str], folder: str, now: Callable[[], Instant]
    ) -> None:
        self.place = f"imap:{server.username}@{server.host}:{server.port}/{folder}"
        self.requests = 0
        self._name = name
        self._server = server
        self._password = password
        self._folder = folder
        self._now = now
        self._open: IMAPClient | None = None
        self._box = folder

    def changes(self, cursor: Cursor) -> Reading:
        with self._told():
            client = self._connected()
            now, box = self._now(), self._examine(client)
            validity, following = str(box[b"UIDVALIDITY"]), box.get(b"UIDNEXT", 0)
            here = {"folder": self._box, "uidvalidity": validity}
            known = int(cursor["uid"]) if here.items() <= cursor.items() else 0
            uids = self._new(client, known, following, now)
            batch, more = uids[:BATCH], len(uids) > BATCH
            begin = batch[-1] + 1 if more else max(following, *(uid + 1 for uid in batch), 1)
            return Reading(tuple(self._sent(client, batch)), {**here, "uid": str(begin)}, now, more=more)

    def close(self) -> None:
        if self._open is not None:
            with suppress(Exception):  # the server may be gone already; nothing is lost by that
                self._open.logout()
            self._drop()

    # ---- what is said to the server --------------------------------------------------------------------------------

    def _connected(self) -> IMAPClient:
        if self._open is not None:
            return self._open
        from imapclient import IMAPClient, SocketTimeout

        context, server = ssl.create_default_context(), self._server
        tls = server.security == "tls"
        timeout = SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS)
        client = IMAPClient(server.host, server.port, ssl=tls, ssl_context=context if tls else None, timeout=timeout)
        client.normalise_times = False  # the server's dates keep their offset
        self._open = client
        if server.security == "starttls":
            if not client.has_capability("STARTTLS"):
                raise FixNeeded(f'{server.host} offers no STARTTLS; try security = "tls"')
            client.starttls(context)
        self._login(client)
        self._box = self._folder or self._marked(client)
        return client

    def _login(self, client: IMAPClient) -> None:
        from imapclient.exceptions import LoginError

        user, secret = self._server.username, self._password()
        self.requests += 1
        try:
            if client.has_capability("AUTH=PLAIN"):  # unlike LOGIN, it takes letters beyond ASCII
                client.plain_login(user, secret)
            else:
                client.login(user, secret)
        except LoginError as refused:
            if isinstance(refused.__context__, IMAP4.abort):  # the line broke; nobody judged the password
                raise refused.__context__ from None
            if "[UNAVAILABLE]" in str(refused):
                raise TryLater(f"{self._server.host} cannot check passwords now") from None
            host = self._server.host
            raise AuthNeeded(f"{host} refuses the password of {user}; {hint(host)}") from None
        except UnicodeEncodeError:  # its text holds the password
            raise FixNeeded(f"{self._server.host} takes passwords of plain letters (ASCII) only") from None

    def _marked(self, client: IMAPClient) -> str:
        self.requests += 1
        folders = [(flags, str(name)) for flags, _, name in client.list_folders()]
        marked = [name for flags, name in folders if b"\\Sent" in flags]
        called = [name for _, name in folders if name.replace(".", "/").rpartition("/")[2].casefold() in SENT_NAMES]
        if found := [*marked, *called]:
            return found[0]
        raise FixNeeded(f'{self._server.host} marks no folder as that of sent mail; set folder = "…"')

    def _examine(self, client: IMAPClient) -> Mapping[bytes, int]:
        self.requests += 1
        try:
            box: Mapping[bytes, int] = client.select_folder(self._box, readonly=True)
        except IMAP4.abort:
            raise
        except IMAP4.error:
            raise FixNeeded(f'{self._server.host} opens no folder "{self._box}"; is it right?') from None
        if b"UIDVALIDITY" not in box:
            raise Incomplete(f"{self._server.host} keeps no lasting numbers for its messages")
        return box

    def _new(self, client: IMAPClient, begin: int, following: int, now: Instant) -> list[int]:
        """The UIDs from ``begin`` on, or those of the last year and a bit; none where nothing came since."""
        if begin and begin == following:
            return []
        self.requests += 1
        since = datetime.fromtimestamp(now - FIRST_DAYS * DAY, UTC).date()
        found = client.search(["UID", f"{begin}:*"] if begin else ["SINCE", since])
        return sorted(uid for uid in found if uid >= begin)  # "n:*" names the last message even where it is before n

    def _sent(self, client: IMAPClient, uids: Sequence[int]) -> Iterator[Trace]:
        if not uids:
            return
        self.requests += 1
        for answer in client.fetch(uids, DATES).values():
            at = self._moment(answer.items())
            if at is not None:
                yield Trace(at, at, "mail", self._name)

    def _moment(self, answer: Iterable[tuple[bytes, object]]) -> Instant | None:
        """By the Date header; by the server's own date where that is missing or cannot be."""
        header, arrived = "", None
        for key, value in answer:
            if key.startswith(b"BODY[HEADER.FIELDS") and isinstance(value, bytes):
                header = value.decode("ascii", "replace").partition(":")[2].strip()
            if key == b"INTERNALDATE" and isinstance(value, datetime):
                arrived = instant(value)
        return sent_at(header, self._now()) or arrived

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong on the line, in our words; the line is not used again."""
        try:
            yield
        except TimeblockError:
            self._drop()
            raise
        except (OSError, IMAP4.abort) as broken:
            self._drop()
            raise TryLater(f"{self._server.host} cannot be read: {reason(broken)}") from broken
        except IMAP4.error as odd:
            self._drop()
            if "BYE" in str(odd):  # instead of a greeting
                raise TryLater(f"{self._server.host} cannot be read: it sends us away") from odd
            raise Incomplete(f"{self._server.host} answers what no mail server does") from odd

    def _drop(self) -> None:
        if self._open is not None:
            with suppress(Exception):  # it may be closed by now
                self._open.shutdown()
            self._open = None


def hint(host: str) -> str:
    """What may be wrong where ``host`` refuses a password."""
    return next((said for end, said in HINTS.items() if host.endswith(end)), "is it right?")
