"""The questions of ``timeblock init``. What a flag answers is not asked; with ``ask`` off, nothing is."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from timeblock.core.event import CalendarInfo
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from timeblock.config.new import Answers, NewAccount, NewCalendar
    from timeblock.config.settings import Account
    from timeblock.core.localtime import Window

T = TypeVar("T")

WORKLIKE = ("work", "office", "job", "arbeit", "arbeid", "travail", "trabajo", "business", "company")
"""A calendar with such a word in its name is taken to be about work, until the person says otherwise."""

LOCAL = "local folder"
"""What one answers to keep blocks out of every account."""

TESTING = (
    'Is your Google project in "Testing"? Then Google takes every sign-in back after 7 days. Publish it first: '
    "docs/google.md, step 5."
)

SOURCES = {
    "feed": "An .ics address or file",
    "folder": "Folder of .ics files",
    "caldav": "Address of the CalDAV server, or your mail address there",
    "google": "The client file that the Google console gave you (docs/google.md)",
}
"""Account type → how its place is asked for."""


@dataclass(frozen=True, slots=True)
class Flags:
    """The options of ``init``; None where one was left out."""

    zone: str | None = None
    hours: str | None = None
    folder: str | None = None
    feed: str | None = None
    caldav: str | None = None
    google: str | None = None
    username: str | None = None
    password_command: str | None = None
    calendars: tuple[str, ...] = ()
    blocks_calendar: str | None = None
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Wizard:
    """``now`` is for backends and for the goal's dates; ``identity`` is random, so it is handed in."""

    flags: Flags
    identity: str
    now: Callable[[], int]

    def answers(self) -> Answers:
        """Raises FixNeeded for an answer that cannot be, and what the calendars raise when they are looked at."""
        from zoneinfo import ZoneInfo

        from timeblock.config.new import Answers
        from timeblock.core.localtime import local

        zone, hours = self._zone(), self._hours()
        source = self._source()
        found = self._found(source, ZoneInfo(zone))
        read, blocks = self._read(found), self._blocks(source, found)
        source = _password_put_away(source)
        accounts, calendars = _used(source, [info for info in read if info is not blocks], blocks)
        if source.table["type"] == "feed" and self.flags.calendars:
            calendars = (_called(calendars[0], self.flags.calendars[0]), *calendars[1:])
        return Answers(self.identity, zone, hours, accounts, calendars, local(self.now(), ZoneInfo(zone)).date())

    def _say(self, question: str, given: str | None, default: str) -> str:
        if given is not None or not self.flags.ask:
            return given if given is not None else default
        return str(click.prompt(question, default or None, err=True))

    def _zone(self) -> str:
        from timeblock.config.values import known_zone, zone_here

        return _right(known_zone, self._say("Your time zone", self.flags.zone, zone_here()), "--zone")

    def _hours(self) -> Window:
        from timeblock.core.localtime import Window

        said = self._say("Working hours, Monday to Friday", self.flags.hours, "09:00-17:00")
        return _right(Window.parse, said, "--hours")

    def _source(self) -> NewAccount:
        from timeblock.config.new import NewAccount

        given = {kind: place for kind in SOURCES if (place := getattr(self.flags, kind)) is not None}
        if len(given) > 1 or not (given or self.flags.ask):
            raise FixNeeded("Say where your calendar is with one of --feed, --folder, --caldav and --google.")
        if not given:
            kind = click.prompt("Where is your calendar?", "feed", type=click.Choice(list(SOURCES)), err=True)
            given = {kind: click.prompt(SOURCES[kind], err=True)}
        ((kind, place),) = given.items()
        table = {"type": kind, **(self._server(place) if kind == "caldav" else _place(kind, place))}
        return NewAccount("server" if kind == "caldav" else kind, table)

    def _server(self, url: str) -> dict[str, object]:
        mail = url if "@" in url and "://" not in url else ""
        table: dict[str, object] = {"url": url, "username": self._say("User name", self.flags.username, mail)}
        if command := self.flags.password_command:
            return {**table, "password": {"fetch": ["command", *shlex.split(command)]}}
        if self.flags.ask:
            typed = click.prompt(
                "Password (empty: the one kept before)", "", hide_input=True, show_default=False, err=True
            )
            return {**table, "password": typed} if typed else table
        return table

    def _found(self, source: NewAccount, zone: ZoneInfo) -> Sequence[CalendarInfo]:
        from timeblock.config import load
        from timeblock.wiring import backend

        account = load.account(source.name, dict(source.table), Path.cwd())
        if account.type == "google":
            self._sign_in(account, zone)
        opened = backend(account, self.now)
        try:
            found = [info for info in opened.calendars() if info.events]
        finally:
            opened.close()
        if self.flags.ask:
            for info in found:
                click.echo(f"  {info.name}{'' if info.writable else '  (read only)'}", err=True)
        return found

    def _sign_in(self, account: Account, zone: ZoneInfo) -> None:
        """Unless somebody did before. Raises as ``Tokens`` does."""
        from timeblock.cli.auth_cmd import through_browser, told
        from timeblock.errors import AuthNeeded
        from timeblock.wiring import google_tokens

        tokens = google_tokens(account, self.now)
        try:
            tokens.access_token()
        except AuthNeeded as needed:
            if not self.flags.ask:
                raise AuthNeeded("Signing in to Google needs you: leave --non-interactive out.") from needed
            click.echo(TESTING, err=True)
            for line in told(tokens, through_browser(tokens, headless=False), self.now(), zone):
                click.echo(line, err=True)

    def _read(self, found: Sequence[CalendarInfo]) -> list[CalendarInfo]:
        if self.flags.calendars and not (len(found) == 1 and self.flags.feed):
            return [_named(name, found) for name in self.flags.calendars]
        if self.flags.ask and len(found) > 1:
            said = click.prompt("Which shall be read? Names with commas between", "all", err=True)
            if said != "all":
                return [_named(name.strip(), found) for name in said.split(",") if name.strip()]
        return list(found)

    def _blocks(self, source: NewAccount, found: Sequence[CalendarInfo]) -> CalendarInfo | None:
        """The calendar of the account that takes blocks; None for a local folder."""
        writable = [info for info in found if info.writable]
        name = self.flags.blocks_calendar
        if name is None and self.flags.ask and writable:
            listed = ", ".join([LOCAL, *(info.name for info in writable)])
            name = click.prompt(f"Where may blocks be written? ({listed})", LOCAL, err=True)
        if name is None or name == LOCAL:
            return None
        info = _new_folder(source, name) if _can_be_made(source, name, found) else _named(name, found)
        if not info.writable:
            raise FixNeeded(f'"{name}" can only be read; name another --blocks-calendar, or leave it out.')
        return info


def _right(parse: Callable[[str], T], said: str, flag: str) -> T:
    try:
        return parse(said)
    except ValueError as wrong:
        raise FixNeeded(f"{flag}: {wrong}") from wrong


def _password_put_away(source: NewAccount) -> NewAccount:
    """A password that was typed is kept as ``timeblock auth`` would, not in the file."""
    from dataclasses import replace

    from timeblock.secrets import Kept

    if not isinstance(typed := source.table.get("password"), str):
        return source
    Kept(source.name).write(typed)
    return replace(source, table={key: value for key, value in source.table.items() if key != "password"})


def _place(kind: str, place: str) -> dict[str, object]:
    if kind == "feed" and place.startswith(("https://", "http://", "webcal://")):
        return {"url": place}
    path = Path(place).expanduser().absolute()
    if not (path.is_dir() if kind == "folder" else path.is_file()):
        raise FixNeeded(f"--{kind}: there is no {'folder' if kind == 'folder' else 'file'} {path}")
    return {"client" if kind == "google" else "path": str(path)}


def _named(name: str, found: Sequence[CalendarInfo]) -> CalendarInfo:
    from timeblock.config.phrases import near

    match = [info for info in found if name in (info.name, info.id.path)]
    match = match or [info for info in found if info.name.lower() == name.lower()]
    if not match:
        names = [info.name for info in found]
        there = "; there are: " + ", ".join(names) if names else "; the account has none, so make it there first"
        raise FixNeeded(f'There is no calendar "{name}"{near(name, names) or there}')
    return match[0]


def _can_be_made(source: NewAccount, name: str, found: Sequence[CalendarInfo]) -> bool:
    """A folder of calendars takes another one; a folder that is a calendar itself does not."""
    has_it = any(name in (info.name, info.id.path) for info in found)
    plain = Path(name).name == name and not name.startswith(".")
    return source.table["type"] == "folder" and plain and not has_it and all(i.id.path != "." for i in found)


def _new_folder(source: NewAccount, name: str) -> CalendarInfo:
    from timeblock.core.event import CalendarId

    _make_folder(Path(str(source.table["path"])) / name)
    return CalendarInfo(CalendarId(source.name, name), name, writable=True)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failed:
        raise FixNeeded(f"{path} cannot be made: {failed.strerror}") from failed


def _used(
    source: NewAccount, read: Sequence[CalendarInfo], blocks: CalendarInfo | None
) -> tuple[tuple[NewAccount, ...], tuple[NewCalendar, ...]]:
    """The accounts and calendars of the file."""
    from timeblock.config.new import NewAccount, NewCalendar

    names = _unique([*(info.name for info in read), blocks.name if blocks else "blocks"])
    alone = len(read) == 1 and blocks is None
    calendars = tuple(
        NewCalendar(name, source.name, _match(info, read), area="work" if alone or _worklike(info) else "")
        for name, info in zip(names, read, strict=False)
    )
    if blocks:
        return (source,), (*calendars, NewCalendar(names[-1], source.name, _match(blocks, [*read, blocks]), "blocks"))
    folder = _local_folder()
    return (source, NewAccount("local", folder)), (*calendars, NewCalendar(names[-1], "local", "blocks", "blocks"))


def _local_folder() -> dict[str, object]:
    from timeblock.config.places import data_dir

    folder = data_dir(os.environ) / "calendars"
    _make_folder(folder / "blocks")
    return {"type": "folder", "path": str(folder)}


def _match(info: CalendarInfo, among: Sequence[CalendarInfo]) -> str:
    """Its name, or its path where another has the same name."""
    return info.name if [i.name for i in among].count(info.name) == 1 and info.name.strip() else info.id.path


def _unique(names: Sequence[str]) -> list[str]:
    """Names as the config wants them: each once, none empty, 80 characters at most."""
    made: list[str] = []
    for name in names:
        plain = " ".join(name.split())[:70] or "calendar"
        made.append(plain if plain not in made else f"{plain} {len(made) + 1}")
    return made


def _worklike(info: CalendarInfo) -> bool:
    return any(word in info.name.lower() for word in WORKLIKE)


def _called(calendar: NewCalendar, name: str) -> NewCalendar:
    from dataclasses import replace

    return replace(calendar, name=name)
