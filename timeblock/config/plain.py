"""Settings ⇄ plain lists, as JSON holds them: the classes listed here, dates, paths, zones and single values.

A list is what its first entry names, made of the others; all else stands for itself. Nothing but these classes can come
out, whatever the text says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from timeblock.config import settings
from timeblock.core.classify import Activity
from timeblock.core.classify import Rule as ClassRule
from timeblock.core.event import EventType
from timeblock.core.goals import Goal, Phase, Shape
from timeblock.core.hours import Person
from timeblock.core.localtime import Stay, Whereabouts, Window
from timeblock.core.problem import Kind, Request
from timeblock.core.rest_rules import Rule as RestRule

TAGS: Mapping[type, str] = {
    tuple: "tuple",
    frozenset: "set",
    date: "date",
    type(Path()): "path",
    ZoneInfo: "zone",
    ClassRule: "rule",
    RestRule: "rest-rule",
    **{
        kind: kind.__name__
        for kind in (
            *(settings.Settings, settings.Account, settings.Area, settings.CalendarSettings, settings.Daemon),
            *(settings.EvidenceSettings, settings.Notify, settings.Planning, settings.Season),
            *(Activity, EventType, Goal, Kind, Person, Phase, Request, Shape, Stay, Whereabouts, Window),
        )
    },
}
MAKERS: Mapping[str, Callable[..., Any]] = {
    **{tag: kind for kind, tag in TAGS.items()},
    "tuple": lambda *parts: parts,
    "set": lambda *parts: frozenset(parts),
    "date": date.fromisoformat,
}


def plain(value: object) -> object:
    """Raises ``TypeError`` for what is not of the classes above; a secret is none of them."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    tag = TAGS.get(type(value))
    if tag is None:
        raise TypeError(f"{type(value).__qualname__} has no plain form")
    if isinstance(value, tuple | frozenset):
        return [tag, *map(plain, value)]
    if is_dataclass(value):
        return [tag, *(plain(getattr(value, field.name)) for field in fields(value))]
    return [tag, value.value if isinstance(value, Enum) else str(value)]


def made(value: object) -> Any:
    """What :func:`plain` was given. Raises ``LookupError``, ``TypeError`` or ``ValueError`` for anything else."""
    if isinstance(value, list):
        return MAKERS[value[0]](*map(made, value[1:]))
    return value
