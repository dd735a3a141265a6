"""Read the config file, and give :class:`Settings` or everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from timeblock.config import build, private, schema
from timeblock.config.evidence import Evidence
from timeblock.config.judge import dotted, judge, judge_tables, shown
from timeblock.config.places import state_dir, text_of
from timeblock.config.references import Mistake
from timeblock.config.settings import Account, Secret, Settings
from timeblock.errors import FixNeeded


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the file. Raises FixNeeded with every mistake in it, each as ``file:line: key: message``.

    A file that holds a secret, or names a command that fetches one, is closed to others.
    """
    found = built(read(path), path, environ)
    if found.names_secrets:
        private.guard(path)
    return found


def stamp(path: Path) -> tuple[int, int]:
    """What changes when the file does."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


def read(path: Path) -> schema.File:
    """The file in its own words, defaults filled in. Raises FixNeeded as :func:`load` does."""
    return judged(text_of(path), path)


def judged(text: str, path: Path) -> schema.File:
    """As :func:`read`, of a text that stands, or shall stand, at ``path``."""
    file, mistakes = judge(text)
    if file is None:
        raise FixNeeded("\n".join(shown(m, str(path)) for m in mistakes))
    return file


def built(file: schema.File, path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """What the file comes to where it stands."""
    return build.settings(file, path.absolute(), state_dir(environ))


def check(path: Path) -> tuple[Mistake, ...]:
    """All mistakes in the file, as values. Raises FixNeeded where it cannot be read at all."""
    return judge(text_of(path))[1]


def save(path: Path, text: str) -> None:
    """Put ``text`` in the place of the config, for nobody else to read; where a link leads there, it stays.

    Raises FixNeeded where that is not possible.
    """
    try:
        private.write(path.resolve(), text.encode())
    except OSError as failed:
        raise FixNeeded(f"{path}: cannot be written: {failed.strerror}") from failed


def json_schema() -> dict[str, object]:
    """The JSON Schema of the file, for editors."""
    return {**schema.File.model_json_schema(), "title": "timeblock config"}


def account(name: str, table: Mapping[str, object], base: Path) -> Account:
    """One account that no file holds yet. Raises FixNeeded for what is wrong with it."""
    file, mistakes = judge_tables({"identity": "new", "accounts": {name: table}})
    if file is None:
        raise FixNeeded("\n".join(f"{dotted(m.path)}: {m.text}" for m in mistakes))
    return build.account(name, file.accounts[name], base)


def insecure(path: Path) -> str:
    """What is wrong when others can read a config that holds a password; "" where nothing is."""
    if not private.exposed(path):
        return ""
    file, _ = judge(text_of(path))
    if file is None or not any(map(holds_secret, (*file.accounts.values(), *file.evidence))):
        return ""
    return f"{path} holds a password and others on this machine can read it; run: chmod 600 {path}"


def holds_secret(entry: schema.Account | Evidence) -> bool:
    return any(isinstance(value, Secret) for _, value in entry)
