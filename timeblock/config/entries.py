"""Entries added to the config file, and keys changed in it; everything else stays as the person wrote it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

import tomlkit

from timeblock.config.wishes import Wish


def added(text: str, wish: Wish) -> str:
    """The file's ``text`` with the goal of ``wish`` and what it needs, each after the last entry of its kind."""
    if wish.area:
        text = _inserted(text, "areas", _table(f"[areas.{_key(wish.area)}]", {}))
    if wish.block:
        text = _inserted(text, "blocks", _table("[[blocks]]", wish.block))
    return _inserted(text, "goals", _table("[[goals]]", wish.goal))


def snippet(wish: Wish) -> str:
    """Only the new entries, as they will stand in the file."""
    return added("", wish).strip()


def changed(text: str, goal: str, keys: Mapping[str, object]) -> str:
    """The file's ``text`` with some ``keys`` of a goal changed. Raises KeyError where there is no such goal."""
    document = tomlkit.parse(text)
    for entry in document.get("goals", ()):
        if entry.get("name") == goal:
            entry.update(keys)
            return tomlkit.dumps(document)
    raise KeyError(goal)


def _table(head: str, entry: Mapping[str, object]) -> str:
    lines = (f"{key} = {tomlkit.item(value).as_string()}\n" for key, value in entry.items())
    return f"\n{head}\n{''.join(lines)}"


def _key(name: str) -> str:
    return tomlkit.key(name).as_string() if re.fullmatch(r"[\w-]+", name, re.ASCII) else tomlkit.item(name).as_string()


def _inserted(text: str, kind: str, entry: str) -> str:
    """``entry`` after the last of its ``kind``, before comments that speak of what comes next; else at the end."""
    lines = text.splitlines(keepends=True)
    heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[", line)]
    last = max((n for n in heads if re.match(rf"\s*\[\[?\s*{kind}\b", lines[n])), default=None)
    if last is not None:
        end = next((n for n in heads if n > last), len(lines))
        said = max(n for n in range(last, end) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
        made = "".join([*lines[: said + 1], entry, *lines[said + 1 :]])
        if _adds_only(text, made, kind):
            return made
    return text + ("" if text.endswith("\n") or not text else "\n") + entry


def _adds_only(before: str, after: str, kind: str) -> bool:
    """Whether nothing but ``kind`` differs: a line that looks like a table may be part of a value."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        return False
    return {**old, kind: None} == {**new, kind: None} and old.get(kind) != new.get(kind)
