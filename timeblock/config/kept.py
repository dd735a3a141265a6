"""The settings of a config that was judged before, kept beside the state: pydantic is imported only for a new text.

What is kept holds no secret. Passwords, the commands that fetch them, addresses of feeds and of databases are taken
from the config each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from timeblock import __version__, core
from timeblock.config import private
from timeblock.config.places import SQLITE, state_dir, text_of
from timeblock.config.plain import made, plain
from timeblock.config.settings import Account, EvidenceSettings, Fetch, Secret, Settings, secret

Options = tuple[tuple[str, object], ...]
Entry = TypeVar("Entry", Account, EvidenceSettings)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """As :func:`timeblock.config.load.load`.

    A file that says no zone is judged each time: the machine may have moved.
    """
    text = text_of(path)
    place, key = place_of(path, environ), _key(text, path, environ)
    found = _kept(place, key, text)
    if found is None:
        from timeblock.config import load

        file = load.judged(text, path)
        found = load.built(file, path, environ)
        if "zone" in file.person.model_fields_set:
            _keep(place, key, found)
    if found.names_secrets:
        private.guard(path)
    return found


def place_of(path: Path, environ: Mapping[str, str]) -> Path:
    """Where the settings of ``path`` are kept: one of sixteen files, so that configs that are gone pile up nowhere."""
    return state_dir(environ) / f"config-{hashlib.sha256(bytes(path.absolute())).hexdigest()[0]}.json"


def _key(text: str, path: Path, environ: Mapping[str, str]) -> str:
    """Changes with everything that settings are made of: the file, what it is relative to, and our own program."""
    parts = (text, path.absolute(), state_dir(environ), environ.get("HOME"), __version__, sys.version, *_program())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _program() -> Iterator[tuple[str, int, int]]:
    """Name, size and time of each file that judges a config."""
    holidays = find_spec("holidays")
    assert holidays is not None
    assert holidays.origin is not None
    for folder in (Path(__file__).parent, Path(core.__path__[0]), Path(holidays.origin).parent):
        for file in sorted(folder.glob("*.py")):
            found = file.stat()
            yield str(file), found.st_size, found.st_mtime_ns


def _kept(place: Path, key: str, text: str) -> Settings | None:
    """None where there is nothing, or nothing to rely on."""
    with suppress(LookupError, TypeError, ValueError, AttributeError):
        kept = json.loads(_read(place))
        if kept["key"] == key:
            return _with_secrets(made(kept["settings"]), text)
    return None


def _read(place: Path) -> bytes:
    """Nothing of what others could have written."""
    with suppress(OSError), os.fdopen(os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
        found = os.fstat(file.fileno())
        if found.st_uid == os.geteuid() and not found.st_mode & 0o077:
            return file.read()
    return b""


def _keep(place: Path, key: str, found: Settings) -> None:
    """Where that is not possible, the config is judged again next time."""
    with suppress(OSError):
        text = json.dumps({"key": key, "settings": plain(_without_secrets(found))}, separators=(",", ":"))
        private.write(place, text.encode())


# ---- secrets: None stands in their place, and says to look into the file ---------------------------------------------


def _without_secrets(settings: Settings) -> Settings:
    return replace(
        settings,
        accounts=tuple(replace(a, options=_open(a)) for a in settings.accounts),
        evidence=tuple(replace(e, options=_open(e)) for e in settings.evidence),
        database=settings.database if settings.database.startswith(SQLITE) else "",
    )


def _open(entry: Account | EvidenceSettings) -> Options:
    def hidden(key: str, value: object) -> bool:
        return isinstance(value, Secret | Fetch) or (entry.type == "feed" and key == "url")

    return tuple((key, None if hidden(key, value) else value) for key, value in entry.options)


def _with_secrets(settings: Settings, text: str) -> Settings:
    hidden = any(value is None for entry in settings.entries for _, value in entry.options)
    if settings.database and not hidden:
        return settings
    import tomllib

    said = tomllib.loads(text)
    return replace(
        settings,
        accounts=tuple(_filled(a, said["accounts"][a.name]) for a in settings.accounts),
        evidence=tuple(_filled(e, table) for e, table in zip(settings.evidence, said.get("evidence", ()), strict=True)),
        database=settings.database or said["store"]["database"],
    )


def _filled(entry: Entry, said: Mapping[str, Any]) -> Entry:
    def value(key: str, kept: object) -> object:
        if kept is not None:
            return kept
        return said[key] if key == "url" else secret(said[key])

    return replace(entry, options=tuple((key, value(key, kept)) for key, kept in entry.options))
