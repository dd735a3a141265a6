"""Where each piece of data lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from timeblock import feed_keys, journal
from timeblock.config.kept import place_of
from timeblock.config.places import data_dir, state_dir
from timeblock.config.settings import Settings
from timeblock.daemon import health
from timeblock.store.database import sqlite_path


@dataclass(frozen=True, slots=True)
class Piece:
    """Something we keep. ``elsewhere``: where it is besides ``paths``, in words. ``private``: for the person alone."""

    name: str
    purpose: str
    paths: tuple[Path, ...] = ()
    elsewhere: str = ""
    private: bool = True

    @property
    def bytes(self) -> int:
        return sum(file.lstat().st_size for path in self.paths for file in (path, *path.rglob("*")) if file.is_file())

    @property
    def where(self) -> str:
        return "\n".join(filter(None, (*map(str, self.paths), self.elsewhere)))

    @property
    def size(self) -> str:
        """How much it is, roughly; "" where it is not in files."""
        return _size(self.bytes) if self.paths else ""


def pieces(settings: Settings, environ: Mapping[str, str], keyring: str = "") -> tuple[Piece, ...]:
    """All that there is, for this config. ``keyring``: what is in it, in words."""
    state, data = state_dir(environ), data_dir(environ)
    held = ", ".join(c.name for c in settings.calendars if c.role != "read") or "none"
    told = _there(state, health.path_of(state, settings.identity).name)
    return (
        Piece("config", "what you want", (settings.path,), private=False),
        Piece(
            "judged",
            "your config as judged, without its secrets: commands start faster by it",
            _there(state, place_of(settings.path, environ).name),
        ),
        _database(settings),
        Piece("sign-ins", "passwords and tokens that `timeblock auth` keeps", _there(state, "secrets*"), keyring),
        Piece(
            "feeds",
            "the secrets in the addresses of feeds; without them there are none",
            _there(state, feed_keys.path_of(state, settings.identity).name),
        ),
        Piece("calendars", "calendars in a folder of our own", _there(data, "calendars"), private=False),
        Piece(
            "journal",
            "what you answered to questions",
            _there(journal.folder(settings, environ), "????-??-??-*ly.md"),
        ),
        Piece("reviews", "pages that you opened", _there(data / "reviews", "*ly.html")),
        Piece("daemon", "how the daemon is; `timeblock service` installs and removes it", told, private=False),
        Piece("blocks", "your protected time", elsewhere=f"in your calendars: {held}", private=False),
    )


def _database(settings: Settings) -> Piece:
    purpose = "copies of your events, times of other evidence, what was written and why"
    if path := sqlite_path(settings.database):
        return Piece("database", purpose, _there(path.parent, f"{path.name}*"))
    return Piece("database", purpose, elsewhere="on the PostgreSQL server of your config; delete it there")


def _there(folder: Path, pattern: str) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob(pattern)))


def _size(number: int) -> str:
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number //= 1000
    return f"{number} GB"
