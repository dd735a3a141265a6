"""The example is complete and right, and what is shown of a config can be read again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import tomlkit

from timeblock.config.judge import judge, keys_at
from timeblock.config.load import load
from timeblock.config.schema import File
from timeblock.core.goals import Shape

EVIDENCE = ("imap", "gmail", "mbox", "csv", "activitywatch")
EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_has_no_mistakes() -> None:
    settings = load(EXAMPLE, {"HOME": "/home/ada"})
    assert {goal.shape for goal in settings.goals} == set(Shape)
    assert {account.type for account in settings.accounts} == {"folder", "feed", "caldav", "google"}
    assert tuple(evidence.type for evidence in settings.evidence) == EVIDENCE


def test_every_key_there_is_occurs_in_the_example() -> None:
    missing = set(every_key()) - set(keys_of(EXAMPLE.read_text("utf-8")))
    assert not missing


def test_what_is_shown_of_the_example_reads_as_the_same() -> None:
    file, _ = judge(EXAMPLE.read_text("utf-8"))
    assert file is not None
    shown = tomlkit.dumps(file.model_dump(mode="json", by_alias=True, exclude_none=True))
    again, mistakes = judge(shown)
    assert mistakes == ()
    assert again is not None
    assert tomlkit.dumps(again.model_dump(mode="json", by_alias=True, exclude_none=True)) == shown


def test_what_is_shown_names_the_command_for_a_secret_and_not_its_arguments() -> None:
    file, _ = judge(EXAMPLE.read_text("utf-8"))
    assert file is not None
    cloud = file.model_dump(mode="json")["accounts"]["cloud"]
    assert cloud["password"] == {"fetch": ["command", "pass", "**********", "**********"]}


def every_key() -> Iterator[str]:
    """ "table.key" for each key of each kind of table."""
    tables: dict[str, tuple[str | int, ...]] = {
        "": (),
        "person": ("person",),
        "person.hours": ("person", "hours"),
        "person.energy": ("person", "energy"),
        "person.travel": ("person", "travel", 0),
        "accounts": ("accounts", "a", "folder"),
        "accounts ": ("accounts", "a", "feed"),
        "accounts  ": ("accounts", "a", "caldav"),
        "accounts   ": ("accounts", "a", "google"),
        **{f"evidence{' ' * n}": ("evidence", 0, kind) for n, kind in enumerate(EVIDENCE)},
        "areas": ("areas", "a"),
        "blocks.duration": ("blocks", 0, "duration"),
        "seasons": ("seasons", 0),
        **{name: (name, 0) for name in ("calendars", "rules", "blocks", "goals")},
        **{name: (name,) for name in ("planning", "rest", "store", "sync")},
        "rest.rules": ("rest", "rules", 0),
    }
    for table, loc in tables.items():
        known = keys_at(loc)
        assert known, table
        yield from (f"{table.strip()}.{key}".lstrip(".") for key in known)


def keys_of(text: str) -> Iterator[str]:
    """The keys in use, and those of lines such as ``#password = …``."""
    yield from _keys(tomllib.loads(text), "")
    table = ""
    for line in text.splitlines():
        if header := re.match(r"\[+(\w+)", line):
            table = header[1]
        elif unused := re.match(r"#(\w+)(?:\.\w+)? = ", line):
            yield f"{table}.{unused[1]}"


def _keys(value: object, at: str) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        for key, inner in one.items() if isinstance(one, dict) else ():
            named = at in ("accounts", "areas")  # [accounts.NAME]: the name is no key
            yield f"{at}.{key}".lstrip(".")
            yield from _keys(inner, at if named else f"{at}.{key}".lstrip("."))


def test_no_table_of_the_schema_is_left_out_of_the_search() -> None:
    known = {key.split(".")[0] for key in every_key()}
    assert known == set(File.model_fields)
