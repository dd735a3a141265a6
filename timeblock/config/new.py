"""A first config from a few answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources

from timeblock.config.settings import Role
from timeblock.core.localtime import DAY_MINUTES, Window

GOAL_WEEKS = 12
"""How far ahead the goal that is suggested has its deadline."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """``table``: the keys of ``[accounts.NAME]`` as the file has them."""

    name: str
    table: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """One ``[[calendars]]`` of the file."""

    name: str
    account: str
    match: str
    role: Role = "read"
    area: str = ""


SUGGESTED = {
    "lunch": "half an hour at least, on weekdays",
    "shutdown": "15 minutes to close the working day",
    "exercise": "three times a week",
    "evening": "one with your people, every week",
    "focus": "four times a week, bookable until it starts soon",
    "look back": "half an hour on Fridays",
}
"""The blocks of a new config, and what each is in words."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the wizard asks; ``hours`` are those of Monday to Friday. ``blocks``: which of the suggested ones."""

    identity: str
    zone: str
    hours: Window
    accounts: tuple[NewAccount, ...]
    calendars: tuple[NewCalendar, ...]
    today: date
    blocks: tuple[str, ...] = tuple(SUGGESTED)

    @property
    def shutdown(self) -> Window:
        """Half an hour on either side of the end of work."""
        start = (self.hours.end - 30) % DAY_MINUTES
        return Window(start, start + 60)

    @property
    def late(self) -> Window:
        """The last three hours of work."""
        start = (self.hours.end - 180) % DAY_MINUTES
        return Window(start, start + 180)

    @property
    def deadline(self) -> date:
        return self.today + timedelta(weeks=GOAL_WEEKS)


def render(answers: Answers) -> str:
    """The file's text."""
    from jinja2 import Environment, StrictUndefined

    template = resources.files("timeblock.config").joinpath("new.toml.j2").read_text("utf-8")
    # TOML, not HTML: every value goes through the filter below
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    environment.filters["toml"] = _toml
    return environment.from_string(template).render(a=answers)


def _toml(value: object) -> str:
    import tomlkit

    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline.as_string()
    return tomlkit.item(value).as_string()
