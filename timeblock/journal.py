"""The folder of journal entries, one Markdown file each. They are the person's: nothing sends them anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from timeblock.codecs import journal_md
from timeblock.config import private
from timeblock.config.places import data_dir
from timeblock.config.settings import Settings
from timeblock.core.journal import Cadence, Entry
from timeblock.errors import FixNeeded


def folder(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Where entries are: the folder of the config, or one in the data folder."""
    return settings.journal or data_dir(environ) / "journal"


def path_of(folder: Path, entry: Entry) -> Path:
    return folder / f"{entry.on}-{entry.cadence}.md"


def entries(folder: Path) -> tuple[Entry, ...]:
    """All of them, the newest first. Other files in the folder are passed over, as are notes that are no entries."""
    found = (_read(path) for path in folder.glob("*.md")) if folder.is_dir() else ()
    return tuple(sorted((e for e in found if e), key=lambda e: (e.on, e.cadence), reverse=True))


def stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """What changes when an entry is written, changed or deleted."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.md")))


def _read(path: Path) -> Entry | None:
    try:
        return journal_md.read(path.read_text("utf-8"))
    except (ValueError, OSError):
        return None


def write(folder: Path, entry: Entry) -> Path:
    """Keep an entry, readable by the person alone. Raises ``FixNeeded`` where it cannot be written."""
    path = path_of(folder, entry)
    try:
        private.write(path, journal_md.written(entry).encode())
    except OSError as failed:
        raise FixNeeded(f"{path} cannot be written: {failed.strerror}; set another [journal] folder") from failed
    return path


def of_day(folder: Path, entry: Entry) -> Entry:
    """The entry of that day and cadence as it stands by now, or ``entry``."""
    return _read(path_of(folder, entry)) or entry


def last(folder: Path, cadence: Cadence) -> tuple[Entry, ...]:
    """Entries of a cadence, the newest first."""
    return tuple(e for e in entries(folder) if e.cadence == cadence)


def search(folder: Path, text: str) -> tuple[tuple[Entry, str, str], ...]:
    """Each answer with ``text`` in it or in its prompt, small or capital."""
    wanted = text.casefold()
    return tuple(
        (entry, prompt, answer)
        for entry in entries(folder)
        for prompt, answer in entry.answers
        if answer and wanted in f"{prompt}\n{answer}".casefold()
    )
