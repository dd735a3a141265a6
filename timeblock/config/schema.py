"""What the file may say: one model per table, in the words a person writes.

A model judges its own entry alone; what holds *between* entries (names that must exist, names taken twice) is in
:mod:`timeblock.config.references`. Units: every length of time becomes minutes, every window a :class:`Window`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import (
    Field,
    StringConstraints,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from timeblock.config import goals, phrases
from timeblock.config.blocks import Block, SeasonBlock, fits, laid_over
from timeblock.config.evidence import Evidence
from timeblock.config.rest import Rest
from timeblock.config.values import (
    MASK,
    Clock,
    Clocks,
    Days,
    Minutes,
    Name,
    Pattern,
    Region,
    SecretText,
    Share,
    Slug,
    Table,
    TargetText,
    TimeOfDay,
    Zone,
    address,
    at,
    on_this_machine,
    zone_here,
)
from timeblock.core.classify import Activity
from timeblock.core.event import EventType
from timeblock.core.goals import Shape
from timeblock.core.hours import LUNCH, NIGHT, Basis
from timeblock.core.localtime import Window

# ---- person ----------------------------------------------------------------------------------------------------------


class Hours(Table):
    """The working window of each weekday; a day that is left out is off."""

    mon: Clocks = ()
    tue: Clocks = ()
    wed: Clocks = ()
    thu: Clocks = ()
    fri: Clocks = ()
    sat: Clocks = ()
    sun: Clocks = ()


def _office() -> Hours:
    return Hours(**{day: (Window(9 * 60, 17 * 60),) for day in phrases.WEEKDAYS[:5]})


class Energy(Table):
    """Own hours of high and low energy; the rest of the day is in between."""

    high: Clocks = ()
    low: Clocks = ()


class Trip(Table):
    """From the first to the last day, both included, clocks are those of another zone."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    zone: Zone

    @model_validator(mode="after")
    def _forwards(self) -> Trip:
        if self.last < self.first:
            raise at("to", "the trip ends before it begins")
        return self


class Person(Table):
    name: str = ""
    zone: Zone = Field(default_factory=zone_here, validate_default=True)
    addresses: tuple[Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern="@")], ...] = ()
    hours: Hours = Field(default_factory=_office)
    contract: Minutes = 0
    unpaid_break: Minutes = 0
    basis: Basis = "schedule"
    holidays: Region = ""
    extra_holidays: tuple[date, ...] = ()
    leave_days: float = Field(default=0, ge=0, le=366)
    carry_over: float = Field(default=0, ge=0, le=366)
    carry_over_until: date | None = None
    night: Clock = NIGHT
    lunch: Clock = LUNCH
    chronotype: Literal["morning", "middle", "evening"] = "middle"
    energy: Energy | None = None
    travel: tuple[Trip, ...] = ()


# ---- calendars -------------------------------------------------------------------------------------------------------


class FolderAccount(Table):
    """A folder of folders of ``.ics`` files, one per event, as vdirsyncer and khal use it."""

    type: Literal["folder"]
    path: str


class FeedAccount(Table):
    """One ``.ics`` file or address, only read. ``allow_private`` permits addresses inside one's own network."""

    type: Literal["feed"]
    url: str = ""
    path: str = ""
    allow_private: bool = False

    @field_validator("url")
    @classmethod
    def _scheme(cls, url: str) -> str:
        return address(url, ("https://", "http://", "webcal://"))

    @field_serializer("url", when_used="json")
    def _without_path(self, url: str) -> str:
        """Whoever knows a "secret address in iCal format" can read the calendar."""
        return re.sub(r"(?<=[^:/]/).+", MASK, url)

    @model_validator(mode="after")
    def _one_place(self) -> FeedAccount:
        if bool(self.url) == bool(self.path):
            raise at("url", 'a feed needs either a "url" or a "path"' + (", not both" if self.url else ""))
        return self


HOST = re.compile(r"([^@/:\s]+@)?[\w-]+(\.[\w-]+)+(/\S*)?")
"""A host, with a path or not, or a mail address."""


class CalDAVAccount(Table):
    """A CalDAV server, by its address, its host or the person's mail address there. Without a password, it is the one
    that ``timeblock auth`` keeps."""

    type: Literal["caldav"]
    url: str
    username: str = ""
    password: SecretText = None
    allow_http: bool = False

    @field_validator("url")
    @classmethod
    def _scheme(cls, url: str) -> str:
        return url if HOST.fullmatch(url) else address(url, ("https://", "http://"))

    @model_validator(mode="after")
    def _safe(self) -> CalDAVAccount:
        if self.url.startswith("http://") and not self.allow_http and not on_this_machine(self.url):
            raise at("url", "http:// sends the password readable to all; use https://, or add allow_http = true")
        return self


class GoogleAccount(Table):
    """Google Calendar, by an OAuth client of one's own: the console's file, or its id and secret.

    ``focus_time`` writes focus blocks as Google's own kind of event; ``decline`` is what that does to invitations.
    """

    type: Literal["google"]
    client: str = ""
    client_id: str = ""
    client_secret: SecretText = None
    read_only: bool = False
    focus_time: bool = False
    decline: Literal["none", "new", "all"] = "none"
    endpoint: str = "https://www.googleapis.com/calendar/v3/"
    auth_uri: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

    @field_validator("endpoint", "auth_uri", "token_uri")
    @classmethod
    def _scheme(cls, url: str) -> str:
        if not (address(url, ("https://", "http://")).startswith("https://") or on_this_machine(url)):
            raise ValueError("http:// shows your sign-in to all; use https:// (http:// is for this machine only)")
        return url

    @model_validator(mode="after")
    def _one_client(self) -> GoogleAccount:
        if self.client and (self.client_id or self.client_secret):
            raise at("client", "give either client or client_id and client_secret, not both")
        if not self.client and not (self.client_id and self.client_secret):
            raise at("client", 'missing; write client = "client_secret.json", the file from the Google console')
        return self


class MemoryAccount(Table):
    """Calendars that are gone when the program ends; for trying things out."""

    type: Literal["memory"]


Account: TypeAlias = Annotated[
    FolderAccount | FeedAccount | CalDAVAccount | GoogleAccount | MemoryAccount, Field(discriminator="type")
]


class Calendar(Table):
    name: Name
    account: str
    match: str = ""
    role: Literal["read", "blocks", "busy-twin", "milestones"] = "read"
    area: str = ""
    privacy: Literal["titles", "busy"] = "titles"


class Area(Table):
    value: str = ""
    share: Share | None = None


class Rule(Table):
    name: Name
    activity: Activity
    area: str = ""
    calendars: tuple[str, ...] = ()
    title: Pattern = ""
    categories: tuple[str, ...] = ()
    domains: tuple[Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True)], ...] = ()
    organizer: Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True)] = ""
    types: tuple[EventType, ...] = ()
    all_day: bool | None = None
    at_least: Minutes | None = None
    at_most: Minutes | None = None
    within: Clock | None = None
    days: Days | None = None


# ---- goals, seasons, the rest ----------------------------------------------------------------------------------------


class Goal(Table):
    name: Name
    metric: str
    of: str = ""
    target: TargetText
    start: date
    by: date
    baseline: str | int | float | None = None
    tolerance: Share = 0.0
    cadence: Literal["weekly", "monthly", "quarterly"] = "weekly"
    ceiling: str = ""
    area: str = ""
    why: str = ""
    eased: bool = False
    share_with: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Goal:
        if self.by <= self.start:
            raise at("by", "the deadline must lie after the start")
        if self.metric in goals.METRICS:
            _figures_suit(self)
        return self


def _figures_suit(goal: Goal) -> None:
    wanted = phrases.target(goal.target)
    with _blaming("target"):
        shape = goals.shape_of(wanted, goal.metric)
    with _blaming("baseline"):
        goals.baseline(goal.baseline, goal.metric)
    with _blaming("ceiling"):
        most = goals.ceiling(goal.ceiling, shape)
    if most is not None and goals.figure(wanted, goal.metric, goal.start, goal.by) > most:
        raise at("ceiling", "the target needs more than that each week; give it more time, or a higher ceiling")


@contextmanager
def _blaming(key: str) -> Iterator[None]:
    try:
        yield
    except ValueError as wrong:
        raise at(key, str(wrong)) from wrong


class SeasonGoal(Table):
    """Another target of a goal for the time of a season."""

    name: Name
    target: TargetText


class Season(Table):
    name: Name
    first: date
    last: date
    blocks: tuple[SeasonBlock, ...] = ()
    goals: tuple[SeasonGoal, ...] = ()
    paused: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _forwards(self) -> Season:
        if self.last < self.first:
            raise at("last", "the season ends before it begins")
        return self


class Planning(Table):
    weeks: int = Field(default=2, ge=1, le=12)
    grid: Annotated[Minutes, Field(ge=5, le=60)] = 15
    freeze: Minutes = 120
    max_moves_per_day: int = Field(default=6, ge=0)
    daily_rest: Annotated[Minutes, Field(le=16 * 60)] = 11 * 60
    work_free_day: bool = True
    white_space: Minutes = 60
    busy_below_alternatives: int = Field(default=2, ge=0)
    busy_before: Minutes = 120
    auto_apply: Literal["all", "safe", "none"] = "safe"

    @field_validator("grid")
    @classmethod
    def _divides_the_hour(cls, grid: int) -> int:
        if 60 % grid:
            raise ValueError("the grid must divide the hour: 5m, 10m, 15m, 20m, 30m or 1h")
        return grid


class Poll(Table):
    """How often an account is asked: ``least`` after a change, longer and longer up to ``most`` while all is quiet."""

    least: Annotated[Minutes, Field(ge=1)] = 1
    most: Annotated[Minutes, Field(ge=1)] = 15

    @model_validator(mode="after")
    def _in_order(self) -> Poll:
        if self.most < self.least:
            raise at("most", "it must not be shorter than least")
        return self


class Daemon(Table):
    poll: Poll = Poll()
    metrics: Annotated[str, StringConstraints(pattern=r"^$|^(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}$")] = ""


class Notify(Table):
    """``to``: "desktop", or a command in which {head} and {text} are filled in; "" tells nothing."""

    to: Literal["desktop", ""] | tuple[str, ...] = ""
    digest: TimeOfDay | None = None
    titles: bool = False

    @field_validator("to", mode="before")
    @classmethod
    def _known(cls, to: object) -> object:
        if to in ("desktop", "") or (isinstance(to, list) and any("{text}" in str(word) for word in to)):
            return to
        raise ValueError('write "desktop", or a command and where the text goes: ["notify-send", "{head}", "{text}"]')


class Store(Table):
    database: str = ""

    @field_validator("database")
    @classmethod
    def _known(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError('write "sqlite:///path" or "postgresql://user@host/name"')
        if url.startswith("postgresql://") and not _well_formed(url):
            raise ValueError("this cannot be read; in a password write %40 for @, %2F for / and %25 for %")
        return url

    @field_serializer("database")
    def _without_password(self, url: str) -> str:
        hidden = re.sub(r"(?<=://)([^:/@]*):.*@", rf"\1:{MASK}@", url)
        return re.sub(r"(?<=password=)[^&]*", MASK, hidden)


def _well_formed(url: str) -> bool:
    """Drivers quote what they cannot read, and it may be half a password."""
    try:
        split = urlsplit(url)
        readable = split.port is None or split.port > 0
    except ValueError:
        return False
    return readable and split.netloc.count("@") < 2 and not re.search(r"%(?![0-9A-Fa-f]{2})", url)


class Journal(Table):
    folder: str = ""


class Sync(Table):
    fresh: Minutes = 10


class File(Table):
    """The whole file."""

    identity: Slug
    person: Person = Field(default_factory=dict, validate_default=True)
    accounts: dict[Slug, Account] = Field(default_factory=dict)
    calendars: tuple[Calendar, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    areas: dict[Name, Area] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    blocks: tuple[Block, ...] = ()
    goals: tuple[Goal, ...] = ()
    seasons: tuple[Season, ...] = ()
    planning: Planning = Planning()
    rest: Rest = Rest()
    daemon: Daemon = Daemon()
    notify: Notify = Notify()
    store: Store = Store()
    journal: Journal = Journal()
    sync: Sync = Sync()

    @model_validator(mode="after")
    def _season_blocks_fit(self) -> File:
        base = {block.name: block for block in self.blocks}
        for n, season in enumerate(self.seasons):
            for m, block in enumerate(season.blocks):
                if block.name in base:
                    _fits_in_season(laid_over(base[block.name], block), f"seasons.{n}.blocks.{m}")
        return self

    @model_validator(mode="after")
    def _season_goals_fit(self) -> File:
        base = {goal.name: goal for goal in self.goals}
        for n, season in enumerate(self.seasons):
            for m, changed in enumerate(season.goals):
                if changed.name in base and base[changed.name].metric in goals.METRICS:
                    _same_sort(base[changed.name], changed, f"seasons.{n}.goals.{m}.target")
        return self


def _same_sort(goal: Goal, changed: SeasonGoal, where: str) -> None:
    """A season may ask for more or less of the same."""
    usual, wanted = phrases.target(goal.target), phrases.target(changed.target)
    if goals.shape_of(usual, goal.metric) is Shape.USE_UP or goals.total(usual) is not None:
        raise at(where, "what adds up over the whole time has no target of its own for a season; pause it instead")
    with _blaming(where):
        same = goals.shape_of(usual, goal.metric) is goals.shape_of(wanted, goal.metric)
    if not same or goals.at_most(usual) is not goals.at_most(wanted):
        raise at(where, f'say it as the goal does ("{goal.target}"), with another figure')


def _fits_in_season(block: Block, where: str) -> None:
    try:
        fits(block)
    except PydanticCustomError as wrong:
        said = wrong.context or {}
        raise at(f"{where}.{said['key']}", str(said["text"])) from wrong
