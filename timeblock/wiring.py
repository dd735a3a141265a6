"""Settings → objects. The only place that names backends and the solver; each is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, assert_never, cast
from zoneinfo import ZoneInfo

from timeblock.errors import FixNeeded, TryLater

if TYPE_CHECKING:
    from filelock import FileLock

    from timeblock.calendars.google_auth import Client, Tokens
    from timeblock.config.settings import Account, EvidenceSettings, Settings
    from timeblock.core.plan import Plan
    from timeblock.core.problem import Problem
    from timeblock.stages.deps import Deps
    from timeblock.sync.backend import Backend
    from timeblock.sync.source import Source


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
    from timeblock.calendars.google_auth import Tokens, scopes
    from timeblock.secrets import Kept

    options = dict(account.options)
    wanted = scopes(write=not options.get("read_only"), mail=bool(options.get("mail")))
    return Tokens(account.name, lambda: _google_client(options, account.name), Kept(account.name), now, wanted)


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


def source(wanted: EvidenceSettings, accounts: Iterable[Account], now: Callable[[], int]) -> Source:
    """One source of evidence; ``accounts`` are those of the config. Connects to nothing yet."""
    name, options = wanted.name, dict(wanted.options)
    match wanted.type:
        case "imap":
            from timeblock.evidence.imap import Imap, Server
            from timeblock.secrets import password

            security = cast(Literal["tls", "starttls", "none"], options["security"])
            server = Server(str(options["host"]), cast(int, options["port"]), str(options["username"]), security)
            return Imap(name, server, lambda: password(options, name), str(options.get("folder", "")), now)
        case "mbox":
            from timeblock.evidence.mbox import Mailbox

            return Mailbox(name, Path(str(options["path"])), now)
        case "csv":
            from timeblock.evidence.csv import Csv

            time, end = str(options["time"]), str(options.get("end", ""))
            return Csv(name, Path(str(options["path"])), time, end, ZoneInfo(str(options["zone"])), now)
        case "gmail":
            from timeblock.evidence.gmail import Gmail

            account = next(a for a in accounts if a.name == options["account"])
            return Gmail(name, account.name, str(options["endpoint"]), google_tokens(account, now), now)
        case "activitywatch":
            from timeblock.evidence.activitywatch import ActivityWatch

            return ActivityWatch(name, str(options["url"]), now)
        case _:
            assert_never(wanted.type)


@contextmanager
def connect(settings: Settings, now: Callable[[], int], progress: Callable[[str, int, int], None]) -> Iterator[Deps]:
    """Everything a cycle needs, closed at the end."""
    from timeblock.stages.deps import Deps
    from timeblock.store.database import open_database
    from timeblock.store.learned import Learned

    with open_database(settings.database) as db:

        def made(account: Account) -> Backend:
            return backend(account, now, Learned(db, account.name))

        backends = Made({account.name: partial(made, account) for account in settings.accounts})
        evidence = Made({wanted.name: partial(source, wanted, settings.accounts, now) for wanted in settings.evidence})
        try:
            yield Deps(settings, db, backends, _solve, alone(settings), progress, evidence)
        finally:
            backends.close()
            evidence.close()


def _solve(problem: Problem) -> Plan:
    """The exact planner, imported by the commands that plan."""
    from timeblock.planner.exact import solve

    return solve(problem)


def alone(settings: Settings) -> Callable[[], AbstractContextManager[object]]:
    """One process at a time between calendars and store. Raises ``TryLater`` while another one is at work."""

    @cache
    def made() -> FileLock:
        from filelock import FileLock

        from timeblock.store.database import sqlite_path

        return FileLock(f"{sqlite_path(settings.database) or settings.path}.lock", timeout=10, mode=0o600)

    @contextmanager
    def alone() -> Iterator[None]:
        from filelock import Timeout

        lock = made()
        try:
            lock.acquire()
        except Timeout as busy:
            raise TryLater(f"another timeblock is at work ({lock.lock_file}); try again when it is done") from busy
        try:
            yield
        finally:
            lock.release()

    return alone


class Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


class Made(Mapping[str, T]):
    """Name → backend or source, made when first asked for: a command that needs none connects to none."""

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        self._makers = makers
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def close(self) -> None:
        for made in self._made.values():
            made.close()
