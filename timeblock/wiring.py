"""Settings → objects. The only place that names backends and the solver; each is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from timeblock.errors import FixNeeded, TryLater

if TYPE_CHECKING:
    from timeblock.calendars.google_auth import Client, Tokens
    from timeblock.config.settings import Account, Settings
    from timeblock.pipeline import Deps
    from timeblock.sync.backend import Backend


def backend(account: Account, now: Callable[[], int], learned: MutableMapping[str, str] | None = None) -> Backend:
    """The backend of one account; ``learned`` is what it found out before. Connects to nothing yet."""
    options = dict(account.options)
    match account.type:
        case "folder":
            from timeblock.calendars.folder import Folder

            return Folder(account.name, Path(str(options["path"])))
        case "feed":
            from timeblock.calendars.feed import Feed

            location = str(options.get("url") or options["path"])
            return Feed(account.name, location, now, allow_private=bool(options.get("allow_private")))
        case "caldav":
            from timeblock.calendars.caldav import CalDAV
            from timeblock.secrets import password

            return CalDAV(
                account.name,
                str(options["url"]),
                str(options.get("username", "")),
                lambda: password(options, account.name),
                now,
                allow_http=bool(options.get("allow_http")),
                learned=learned,
            )
        case "google":
            from timeblock.calendars.google import Google
            from timeblock.calendars.google_calendar import GoogleCalendar

            return GoogleCalendar(
                Google(account.name, google_tokens(account, now), now, str(options["endpoint"])),
                focus_time=bool(options.get("focus_time")),
                decline=str(options["decline"]),
            )
        case "memory":
            from timeblock.calendars.memory import Memory

            return Memory(account.name)
        case _:
            assert_never(account.type)


def google_tokens(account: Account, now: Callable[[], int]) -> Tokens:
    """The sign-in of a Google account. Nothing is read or asked yet."""
    from timeblock.calendars.google_auth import Tokens
    from timeblock.secrets import Kept

    options = dict(account.options)
    read_only = bool(options.get("read_only"))
    return Tokens(account.name, lambda: _google_client(options, account.name), Kept(account.name), now, read_only)


def _google_client(options: Mapping[str, object], account: str) -> Client:
    """Raises ``FixNeeded``, and ``AuthNeeded`` where the command for its secret fails."""
    from timeblock.calendars.google_auth import Client, client_of_file
    from timeblock.config import private
    from timeblock.secrets import fetched

    addresses = str(options["auth_uri"]), str(options["token_uri"])
    if not (path := options.get("client")):
        return Client(str(options["client_id"]), fetched(options["client_secret"], account), *addresses)
    try:
        private.guard(Path(str(path)))
        return client_of_file(Path(str(path)).read_text("utf-8"), *addresses)
    except (OSError, ValueError) as failed:
        raise FixNeeded(f"{account}: client: {path} cannot be read ({failed}); docs/google.md tells of it") from None
    except FixNeeded as wrong:
        raise FixNeeded(f"{account}: client: {path}: {wrong}") from None


@contextmanager
def connect(settings: Settings, now: Callable[[], int], progress: Callable[[str, int, int], None]) -> Iterator[Deps]:
    """Everything a cycle needs, closed at the end."""
    from timeblock.pipeline import Deps
    from timeblock.planner.greedy import solve
    from timeblock.store.database import open_database
    from timeblock.store.learned import Learned

    with open_database(settings.database) as db:
        backends = Backends(settings.accounts, now, partial(Learned, db))
        try:
            yield Deps(settings, db, backends, solve, alone(settings), progress)
        finally:
            backends.close()


def alone(settings: Settings) -> Callable[[], AbstractContextManager[object]]:
    """One process at a time between calendars and store. Raises ``TryLater`` while another one is at work."""
    from filelock import FileLock, Timeout

    from timeblock.store.database import sqlite_path

    lock = FileLock(f"{sqlite_path(settings.database) or settings.path}.lock", timeout=10, mode=0o600)

    @contextmanager
    def alone() -> Iterator[None]:
        try:
            lock.acquire()
        except Timeout as busy:
            raise TryLater(f"another timeblock is at work ({lock.lock_file}); try again when it is done") from busy
        try:
            yield
        finally:
            lock.release()

    return alone


class Backends(Mapping[str, "Backend"]):
    """Account name → backend, made when first asked for: a command that needs no calendar connects to none."""

    def __init__(
        self,
        accounts: tuple[Account, ...],
        now: Callable[[], int],
        learned: Callable[[str], MutableMapping[str, str]],
    ) -> None:
        self._accounts = {account.name: account for account in accounts}
        self._made: dict[str, Backend] = {}
        self._now = now
        self._learned = learned

    def __getitem__(self, name: str) -> Backend:
        if name not in self._made:
            self._made[name] = backend(self._accounts[name], self._now, self._learned(name))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def close(self) -> None:
        for made in self._made.values():
            made.close()
