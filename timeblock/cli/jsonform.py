"""Our values as JSON: what ``--json`` prints and files keep."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import PurePath
from zoneinfo import ZoneInfo

from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant, Interval, Spans
from timeblock.core.localtime import Week, Whereabouts, Window

VERSION = 1
"""Of the documents that ``--json`` prints. It rises when a field goes or changes its meaning, not when one is added."""


def document(data: object, where: Whereabouts | None = None) -> str:
    """``data``, a mapping or a dataclass, as a command's one JSON document. Its form: :mod:`timeblock.cli.documents`.

    Moments are on the clock ``where`` the person is; what holds none needs no ``where``.
    """
    plain = as_json(data, where or Whereabouts(ZoneInfo("UTC")))
    assert isinstance(plain, dict)
    return as_text({"version": VERSION} | plain)


def as_text(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def as_json(value: object, where: Whereabouts) -> object:
    """Our values as plain JSON. Fields that are an Instant become ISO 8601 on the person's clock, with offset."""
    if dataclasses.is_dataclass(value) and not isinstance(value, (type, *AS_TEXT, Interval, Spans)):
        return {f.name: _field(getattr(value, f.name), str(f.type), where) for f in dataclasses.fields(value)}
    match value:
        case Interval():
            return {"start": _iso(value.start, where), "end": _iso(value.end, where)}
        case Mapping():
            return {_key(k): as_json(v, where) for k, v in value.items()}
        case set() | frozenset():
            return [as_json(v, where) for v in sorted(value, key=str)]
        case list() | tuple() | Spans():
            return [as_json(v, where) for v in value]
        case _:
            return _scalar(value)


AS_TEXT = (CalendarId, Week, Window, ZoneInfo, PurePath, BaseException)
"""Values that say themselves as text."""


def _scalar(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case _ if isinstance(value, AS_TEXT):
            return str(value)
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _iso(at: Instant, where: Whereabouts) -> str:
    return where.clock_at(at).isoformat()


def _field(value: object, annotation: str, where: Whereabouts) -> object:
    if isinstance(value, int) and annotation.split(" | ")[0] == "Instant":
        return _iso(value, where)
    return as_json(value, where)


def _key(key: object) -> str:
    return str(key.value) if isinstance(key, Enum) else str(key)
