"""The types of single values in the file: phrases on the way in, domain values inside, phrases on the way out.

Each is a pydantic annotation; what a phrase means is in :mod:`timeblock.config.phrases`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from timeblock.config import phrases
from timeblock.config.settings import Fetch, Secret, secret
from timeblock.core.localtime import Window, clock


def _window(value: object) -> Window:
    return value if isinstance(value, Window) else Window.parse(str(value))


def _time_of_day(value: object) -> int:
    try:
        return Window.parse(f"{value}-24:00").start
    except ValueError:
        raise ValueError(f'not a time of day: "{value}" (write "08:30")') from None


def _windows(value: object) -> object:
    """One window need not stand in brackets; "off" is none."""
    if isinstance(value, str):
        return [] if value.strip().lower() == "off" else [value]
    return value


def known_zone(name: str) -> str:
    """``name``, where it is a time zone. Raises ValueError with the nearest that is."""
    if not name:
        raise ValueError('this machine does not say its time zone; write zone = "Europe/Oslo", or yours')
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f'there is no time zone "{name}"{phrases.near(name, _zones())}') from unknown
    return name


def _zones() -> set[str]:
    from zoneinfo import available_timezones

    return available_timezones()


def zone_here() -> str:
    """The zone of this machine, "" where it has none or says two."""
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or ""
    except ZoneInfoNotFoundError:
        return ""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as bad:
        raise ValueError(f'"{text}" is not a regular expression: {bad}') from bad
    return text


def _quota(value: object) -> phrases.Quota:
    return value if isinstance(value, phrases.Quota) else phrases.quota(value)


def _share(value: object) -> object:
    """``"10 %"`` or 0.1."""
    found = phrases.amount(value) if isinstance(value, str) else None
    return found.number / 100 if found and found.unit == "%" else value


def _region(region: str) -> str:
    """The import costs a tenth of a second, so it is left to those who name a region."""
    if not region:
        return region
    import holidays

    country, _, subdivision = region.partition("-")
    try:
        holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as unknown:
        known = holidays.list_supported_countries()
        names = [f"{country}-{s}" for s in known[country]] if country in known else list(known)
        raise ValueError(
            f'no holidays are known for "{region}"{phrases.near(region, names)} (write a country such as "NO", '
            'or with its region, "DE-BY")'
        ) from unknown
    return region


def _target(said: str) -> str:
    """Judged, but kept as it was said: what it means depends on the metric too."""
    phrases.target(said)
    return said


def _masked(secret: Secret | Fetch) -> object:
    """The program that fetches it may be known; its arguments, and the secret itself, may not."""
    if isinstance(secret, Fetch):
        return {"fetch": ["command", secret.command[0], *(MASK for _ in secret.command[1:])]}
    return MASK


def _days_text(days: frozenset[int]) -> list[str]:
    return [phrases.WEEKDAYS[n] for n in sorted(days)]


MASK = "**********"

Name: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@-]+$", max_length=80)]
Minutes: TypeAlias = Annotated[
    int,
    BeforeValidator(phrases.minutes, json_schema_input_type=str | int),
    PlainSerializer(phrases.duration, when_used="json"),
]
Clock: TypeAlias = Annotated[
    Any, BeforeValidator(_window, json_schema_input_type=str), PlainSerializer(str, when_used="json")
]
"""A :class:`Window`, written "18:00-20:30". (Any, so that pydantic does not look into the dataclass.)"""
Clocks: TypeAlias = Annotated[tuple[Clock, ...], BeforeValidator(_windows, json_schema_input_type=str | list[str])]
TimeOfDay: TypeAlias = Annotated[
    int,
    BeforeValidator(_time_of_day, json_schema_input_type=str),
    PlainSerializer(clock, when_used="json"),
]
"""Minutes after midnight, written "08:30"."""
Days: TypeAlias = Annotated[
    frozenset[int],
    BeforeValidator(phrases.weekdays, json_schema_input_type=str | list[str]),
    PlainSerializer(_days_text, when_used="json"),
]
Zone: TypeAlias = Annotated[str, AfterValidator(known_zone)]
Region: TypeAlias = Annotated[str, AfterValidator(_region)]
SecretText: TypeAlias = Annotated[
    Any,
    BeforeValidator(secret, json_schema_input_type=str | dict[Literal["fetch"], list[str]]),
    PlainSerializer(_masked, when_used="json"),
]
"""A :class:`Secret` or a :class:`Fetch`."""
TargetText: TypeAlias = Annotated[str, AfterValidator(_target)]
Pattern: TypeAlias = Annotated[str, AfterValidator(_pattern)]
QuotaText: TypeAlias = Annotated[
    Any, BeforeValidator(_quota, json_schema_input_type=str), PlainSerializer(str, when_used="json")
]
Share: TypeAlias = Annotated[float, BeforeValidator(_share, json_schema_input_type=str | float), Field(ge=0, le=1)]


def address(url: str, schemes: tuple[str, ...]) -> str:
    """``url``, where it is one of ``schemes`` without a password in it. Raises ValueError."""
    if not url.startswith(schemes):
        raise ValueError(f"an address begins with {' or '.join(schemes)}")
    if "@" in url.split("/", 3)[2]:
        raise ValueError("no user or password inside the address; use username and password")
    return url


def on_this_machine(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=False)


def at(key: str, text: str) -> PydanticCustomError:
    """A mistake that is seen on the whole table but shown at ``key``."""
    return PydanticCustomError("at", "{text}", {"key": key, "text": text})
