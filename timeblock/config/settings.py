"""The config as the program sees it: frozen values of the domain, every default filled in, nothing left to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from timeblock.core.classify import Rule
from timeblock.core.goals import Goal
from timeblock.core.hours import Basis, Person
from timeblock.core.localtime import Week
from timeblock.core.problem import Request
from timeblock.core.rest_rules import Rule as RestRule

Role: TypeAlias = Literal["read", "blocks", "busy-twin", "milestones"]
Privacy: TypeAlias = Literal["titles", "busy"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A password that stands in the config itself. It shows in no ``repr``, so in no log and no traceback."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A secret to be fetched: the first line that ``command`` prints (run without a shell)."""

    command: tuple[str, ...] = field(repr=False)


def secret(said: object) -> Secret | Fetch:
    """Text is the secret itself; ``{ fetch = ["command", …] }`` tells where it is. What is wrong is never repeated."""
    match said:
        case str() if said:
            return Secret(said)
        case {"fetch": ["command", str(), *_] as words, **others} if not others:
            return Fetch(tuple(map(str, words[1:])))
    raise ValueError('must be text, or a command to fetch it: .fetch = ["command", "pass", "show", "calendar"]')


@dataclass(frozen=True, slots=True)
class Account:
    """Where calendars come from. ``options`` are the backend's own keys, checked, paths made absolute.

    folder: ``path``. feed: ``url`` or ``path``. caldav: ``url``, ``username``, ``password`` (a :class:`Secret` or a
    :class:`Fetch`), ``allow_http``. google: ``client`` (path of the console's file) or ``client_id`` and
    ``client_secret`` (as ``password``), ``read_only``, ``focus_time``, ``decline`` ("none", "new", "all"),
    ``endpoint``, ``auth_uri``, ``token_uri``, ``mail`` (evidence reads by it when mail was sent). memory: none.
    """

    name: str
    type: Literal["folder", "feed", "caldav", "google", "memory"]
    options: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """A source of times of work. ``mail``: it tells of sent mail, else of activity. ``options`` as those of accounts.

    imap: ``host``, ``port``, ``security`` ("tls", "starttls", "none"), ``username``, ``password``, ``folder``. gmail:
    ``account``, ``endpoint``. mbox: ``path``. csv: ``path``, ``time``, ``end`` (names or numbers of columns), ``zone``.
    activitywatch: ``url``.
    """

    name: str
    type: Literal["imap", "gmail", "mbox", "csv", "activitywatch"]
    mail: bool
    options: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """One calendar in use. ``match`` is its name or path on the account; resolved against what the account offers.

    ``role``: "read" counts it; "blocks" is where blocks are written (and is read); "busy-twin" gets an untitled "Busy"
    for each block; "milestones" gets those of goals as tasks. ``privacy`` "busy": titles of its events appear nowhere
    in output that may be shared.
    """

    name: str
    account: str
    match: str
    role: Role = "read"
    area: str = ""
    privacy: Privacy = "titles"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of life, why it matters, and the share of waking time it should have (0 … 1; None: no wish)."""

    name: str
    value: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Season:
    """A dated phase; ``requests`` replace those of the same name for its time, ``paused`` goals and requests rest."""

    name: str
    first: date
    last: date
    requests: tuple[Request, ...] = ()
    paused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planning:
    """How plans are made and written."""

    weeks: int = 2
    grid_minutes: int = 15
    freeze_minutes: int = 120
    max_moves_per_day: int = 6
    daily_rest_minutes: int = 660
    work_free_day: bool = True
    white_space_minutes: int = 60
    busy_below_alternatives: int = 2
    busy_before_minutes: int = 120
    auto_apply: Literal["all", "safe", "none"] = "safe"


@dataclass(frozen=True, slots=True)
class Daemon:
    """How the background process behaves: seconds between two looks at an account, and where figures of its doings can
    be scraped ("host:port", "" for nowhere)."""

    poll_least: int = 60
    poll_most: int = 900
    metrics: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """How the person is told of something between two looks of their own. ``to``: "desktop", a command in which {head}
    and {text} stand for what is told, or "" for not at all. ``digest_minute``: the minute of the day from which one
    look at the day is told, None for never. ``titles``: whether blocks and events are named."""

    to: tuple[str, ...] | Literal["desktop", ""] = ""
    digest_minute: int | None = None
    titles: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything the config says. ``identity`` goes into the ids of blocks: keep it when you move to a new machine."""

    path: Path
    identity: str
    person: Person
    accounts: tuple[Account, ...] = ()
    calendars: tuple[CalendarSettings, ...] = ()
    evidence: tuple[EvidenceSettings, ...] = ()
    areas: tuple[Area, ...] = ()
    rules: tuple[Rule, ...] = ()
    requests: tuple[Request, ...] = ()
    goals: tuple[Goal, ...] = ()
    seasons: tuple[Season, ...] = ()
    planning: Planning = field(default_factory=Planning)
    daemon: Daemon = field(default_factory=Daemon)
    notify: Notify = field(default_factory=Notify)
    database: str = ""
    """``sqlite:///path`` or ``postgresql://…``; "" is ``timeblock.db`` in the state directory."""
    rest_rules: tuple[RestRule, ...] = ()
    journal: Path | None = None
    """The folder of journal entries; None is one in the data directory."""
    fresh_minutes: int = 10
    """Commands that only read do not ask the calendars again within this time."""

    @cached_property
    def all_requests(self) -> Mapping[str, Request]:
        """Every block request by its name, those of seasons too; what a season changes of one is not in it."""
        seasonal = {request.name: request for season in self.seasons for request in season.requests}
        return seasonal | {request.name: request for request in self.requests}

    @property
    def entries(self) -> tuple[Account | EvidenceSettings, ...]:
        """All that is read."""
        return (*self.accounts, *self.evidence)

    @property
    def names_secrets(self) -> bool:
        """Whether the file holds a secret or says how to fetch one."""
        return any(isinstance(value, Secret | Fetch) for entry in self.entries for _, value in entry.options)

    def counted_by(self, basis: Basis) -> Settings:
        """The same with worked time counted on another basis."""
        return replace(self, person=replace(self.person, basis=basis))

    def requests_on(self, day: date) -> tuple[Request, ...]:
        """The block requests in force: those of the season, where ``day`` lies in one, in place of their namesakes."""
        asked = {request.name: request for request in self.requests}
        for season in self.seasons:
            if season.first <= day <= season.last:
                asked |= {request.name: request for request in season.requests}
                asked = {name: request for name, request in asked.items() if name not in season.paused}
        return tuple(asked.values())

    def paused(self, goal: Goal) -> frozenset[Week]:
        """The weeks of the goal that lie, by most of their days, in a season that pauses it."""
        resting = [season for season in self.seasons if goal.name in season.paused]
        return frozenset(week for week in goal.weeks if sum(map(_in(resting), week.days())) > 3)


def _in(seasons: Iterable[Season]) -> Callable[[date], bool]:
    return lambda day: any(season.first <= day <= season.last for season in seasons)
