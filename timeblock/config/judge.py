"""A TOML text → the schema's :class:`File`, or every mistake in it at once, each with its line and a way out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from timeblock.config import references
from timeblock.config.evidence import Evidence
from timeblock.config.lines import Path, line_of, locate
from timeblock.config.phrases import near
from timeblock.config.references import Mistake
from timeblock.config.schema import Account, File

_REMEDIES = {
    "identity": 'write identity = "…" with a word of your own, such as "ada"; it goes into the ids of your blocks',
    "start": "write start = 2027-01-04, the day the goal begins",
    "by": "write by = 2027-06-30, the day it shall be reached",
    "evidence": 'write type = "imap", "gmail", "mbox", "csv" or "activitywatch"',
    "type": 'write type = "folder", "feed", "caldav" or "google"',
}


def judge(text: str) -> tuple[File | None, tuple[Mistake, ...]]:
    """The file's meaning and no mistake, or None and all of them, in order of line."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        return None, (_syntax(str(broken), text),)
    file, found = judge_tables(tables)
    if not found:
        return file, ()
    lines = locate(text)
    placed = (replace(m, line=line_of(lines, m.path)) for m in found)
    return None, tuple(sorted(placed, key=lambda m: (m.line, [str(part) for part in m.path])))


def judge_tables(tables: dict[str, Any]) -> tuple[File | None, tuple[Mistake, ...]]:
    """As :func:`judge`, of tables that are read already, so without lines."""
    file, wrong = _read(tables)
    found = (*wrong, *references.mistakes(tables))
    return (None if found else file), found


def shown(mistake: Mistake, name: str) -> str:
    """``"config.toml:12: blocks[0].duration: …"``, as compilers and editors know it."""
    where = f"{name}:{mistake.line}" + (f":{mistake.column}" if mistake.column else "")
    key = dotted(mistake.path)
    return f"{where}: {key}: {mistake.text}" if key else f"{where}: {mistake.text}"


def dotted(path: Path) -> str:
    """``"blocks[0].windows[1]"``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _syntax(broken: str, text: str) -> Mistake:
    match = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", broken)
    if match is None:
        return Mistake((), broken, 1)
    line, column = (int(match[1]), int(match[2])) if match[1] else (text.count("\n") + 1, 0)
    said = broken[: match.start()]
    return Mistake((), f"this is not TOML: {said[:1].lower()}{said[1:]}", line, column)


def _read(tables: dict[str, Any]) -> tuple[File | None, list[Mistake]]:
    try:
        return File.model_validate(tables), []
    except ValidationError as invalid:
        # include_input: a wrong password must not get into any text
        errors = invalid.errors(include_url=False, include_input=False)
        return None, [_mistake(dict(e), tables) for e in errors]


def _mistake(error: Mapping[str, Any], tables: Mapping[str, object]) -> Mistake:
    path = _path(error["loc"], tables)
    if error["type"].startswith("union_tag"):
        path = (*path, "type")
    if key := error.get("ctx", {}).get("key"):
        path = (*path, *(int(part) if part.isdigit() else part for part in key.split(".")))
    value: object = tables
    for step in path:
        value = _inside(value, step)
    return Mistake(path, _text(error, path, value))


def _path(loc: tuple[str | int, ...], tables: object) -> Path:
    """``loc`` without the steps that are pydantic's own (which account type, which form of a value)."""
    path: list[str | int] = []
    for n, step in enumerate(loc):
        known = _inside(tables, step)
        if known is not None or step in keys_at(loc[:n]):
            path.append(step)
            tables = known
    return tuple(path)


def _inside(tables: object, step: str | int) -> object:
    if isinstance(tables, list) and isinstance(step, int) and step < len(tables):
        return tables[step]
    return tables.get(step) if isinstance(tables, dict) else None


def _text(error: Mapping[str, Any], path: Path, value: object) -> str:
    key = str(path[-1]) if path else ""
    match error["type"]:
        case "missing":
            return f"missing; {_REMEDIES[key]}" if key in _REMEDIES else "missing"
        case "union_tag_not_found":
            return f"which type? {_REMEDIES['evidence' if path[0] == 'evidence' else 'type']}"
        case "extra_forbidden":
            return f'there is no key "{key}" here{_near_key(key, error["loc"])}'
        case "enum" | "literal_error" | "union_tag_invalid":
            return _one_of(error["ctx"], value)
        case "string_pattern_mismatch" if error["ctx"]["pattern"] == "@":
            return "this is not an e-mail address"
        case "string_pattern_mismatch":
            return "use letters, digits, - and _ only" if "A-Z" in error["ctx"]["pattern"] else "no slash in names"
        case _:
            return _TEXTS.get(error["type"], "") or str(error["msg"]).removeprefix("Value error, ")


_TEXTS = {
    "string_type": 'must be text, in quotes: "…"',
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list: [ … ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": "must be a date, such as 2027-01-31",
    "date_parsing": "must be a date, such as 2027-01-31",
    "date_from_datetime_inexact": "must be a date without a time, such as 2027-01-31",
    "date_from_datetime_parsing": "must be a date, such as 2027-01-31",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def _one_of(ctx: Mapping[str, Any], value: object) -> str:
    expected = str(ctx.get("expected") or ctx.get("expected_tags"))
    allowed = re.findall(r"'([^']*)'", expected)
    given = str(ctx.get("tag", value))
    listed = " or ".join((", ".join(_quoted(allowed[:-1])), f'"{allowed[-1]}"'))
    return f"must be {listed}{near(given, allowed)}"


def _quoted(words: list[str]) -> Iterator[str]:
    return (f'"{word}"' for word in words)


# ---- which keys a table may have -------------------------------------------------------------------------------------


def _near_key(key: str, loc: tuple[str | int, ...]) -> str:
    known = keys_at(loc[:-1])
    return near(key, known) or (f"; known are {', '.join(known)}" if known else "")


def keys_at(loc: tuple[str | int, ...]) -> list[str]:
    """The keys of the table at ``loc`` (as pydantic gives it)."""
    model: type[BaseModel] | None = File
    for step in loc:
        if model is not None and isinstance(step, str) and (inner := _model_of(model, step)):
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


_BY_TYPE: dict[str, type[BaseModel]] = {
    get_args(m.model_fields["type"].annotation)[0]: m
    for kind in (Account, Evidence)
    for m in get_args(get_args(kind)[0])
}


def _model_of(model: type[BaseModel], step: str) -> type[BaseModel] | None:
    if model is File and step in _BY_TYPE:
        return _BY_TYPE[step]
    field = model.model_fields.get(step)
    return next(_models_in(field.annotation), None) if field and step not in ("accounts", "evidence") else None


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
