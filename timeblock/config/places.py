"""Where the config and what belongs to it lie (XDG Base Directory Specification). Light: every command imports it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from timeblock.errors import FixNeeded

SQLITE = "sqlite:///"


def default_path(environ: Mapping[str, str]) -> Path:
    """Where the config is when nothing else is said: ``$XDG_CONFIG_HOME/timeblock/config.toml``."""
    return _xdg(environ, "XDG_CONFIG_HOME", ".config") / "config.toml"


def state_dir(environ: Mapping[str, str]) -> Path:
    """Where the database is: ``$XDG_STATE_HOME/timeblock``. Not made here."""
    return _xdg(environ, "XDG_STATE_HOME", ".local/state")


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where a calendar of one's own can be: ``$XDG_DATA_HOME/timeblock``. Not made here."""
    return _xdg(environ, "XDG_DATA_HOME", ".local/share")


def find(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """The config file: ``--config``, ``$TIMEBLOCK_CONFIG``, or the default place. Raises FixNeeded if it is missing."""
    said = explicit or environ.get("TIMEBLOCK_CONFIG", "")
    path = Path(said).expanduser() if said else default_path(environ)
    if path.is_file():
        return path.absolute()
    where = "--config" if explicit else "$TIMEBLOCK_CONFIG" if said else "the usual place"
    raise FixNeeded(
        f"There is no config at {path} ({where}).\n"
        "Run `timeblock init` to make one, or `timeblock demo` to look around without."
    )


def absolute(path: str, base: Path) -> Path:
    """``path`` as the file says it, which stands in the folder ``base``."""
    return Path(os.path.normpath(base / Path(path).expanduser()))


def database(said: str, base: Path, state: Path) -> str:
    """The URL of the database by what the file says ("" for nothing); ``state`` is the folder of the default one."""
    if not said:
        return f"{SQLITE}{state / 'timeblock.db'}"
    return f"{SQLITE}{absolute(said[len(SQLITE) :], base)}" if said.startswith(SQLITE) else said


def text_of(path: Path) -> str:
    """What stands in the config. Raises FixNeeded where it cannot be read."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as gone:
        raise FixNeeded(f"There is no config at {path}. Run `timeblock init` to make one.") from gone
    except OSError as unreadable:
        raise FixNeeded(f"{path}: cannot be read: {unreadable.strerror}") from unreadable
    except UnicodeDecodeError as other:
        raise FixNeeded(f"{path}: is not UTF-8 text (byte {other.start}); save it as UTF-8") from other


def _xdg(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    """Relative values are to be ignored (XDG Base Directory Specification)."""
    said = Path(environ.get(variable, ""))
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return (said if said.is_absolute() else home / fallback) / "timeblock"
