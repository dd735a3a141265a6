"""What commands import before they do anything. Modules are counted, not time: that depends on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"pydantic", "icalendar", "holidays", "yoyo", "jinja2", "structlog", "ortools", "google", "cryptography"}
HEAVY |= {"tomlkit", "imapclient", "dateutil", "filelock", "timeblock.planner.exact", "timeblock.config.schema"}
BARE = "import sys; import click, sqlite3; before = {*sys.modules}\n"
RUN = BARE + (
    "from timeblock.__main__ import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    "print('modules:', *({*sys.modules} - before), file=sys.stderr)"
)


def imported(config: Path | str, *words: str, **environ: str) -> set[str]:
    """What ``timeblock`` imports beyond click and sqlite3, with a config that was judged and calendars just read."""
    env = {**os.environ, "TIMEBLOCK_CONFIG": str(config), **environ}
    done = subprocess.run([sys.executable, "-c", RUN, *words], env=env, capture_output=True, text=True, check=True)
    told, _, modules = done.stderr.partition("modules:")
    assert not told
    return {*modules.split()}


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (35, ("--help",)),
        (160, ("status",)),
        (110, ("status", "--json")),
        (160, ("log",)),
        (195, ("measure", "--week", "2026-W47")),
    ],
)
def test_a_command_imports_what_it_needs(folder: Path, most: int, words: tuple[str, ...]) -> None:
    config = folder / "config.toml"
    if words[0] == "measure":
        imported(config, "sync")
    imported(config, *words)
    found = imported(config, *words)
    assert HEAVY & found == set()
    assert len(found) <= most, sorted(found)


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (40, "timeblock\nmea"),
        (60, "timeblock\ngoals\nshow\n"),
        (75, "timeblock\nskip\n"),
        (90, "timeblock\nmeasure\n--explain\n"),
    ],
)
def test_completion_imports_next_to_nothing(folder: Path, most: int, words: str) -> None:
    asked = {"_TIMEBLOCK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count("\n"))}
    found = imported(folder / "config.toml", **asked)
    assert (HEAVY | {"rich", "timeblock.config.settings" if "goals" in words else "rich"}) & found == set()
    assert len(found) <= most, sorted(found)
