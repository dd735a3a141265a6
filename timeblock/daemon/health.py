"""What the daemon says of itself: one small file, replaced whole, that ``timeblock status`` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from timeblock.core.interval import Instant

VERSION = 1


@dataclass(frozen=True)
class Health:
    """``problems``: account or "config" → what is wrong, in words; ``to_mend``: those that stay until the person does
    something (a sign-in, a file, a right). ``undecided``: changes that wait for the person.
    ``cycles``, ``requests`` and ``writes`` count since the start. ``beat``: when it last looked around."""

    pid: int
    since: Instant
    beat: Instant
    read: Instant | None = None
    planned: Instant | None = None
    due: Instant | None = None
    undecided: int = 0
    cycles: int = 0
    requests: int = 0
    writes: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)
    to_mend: Collection[str] = ()

    @property
    def alive(self) -> bool:
        """Whether that process is still there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def path_of(state: Path, identity: str) -> Path:
    """One file a profile."""
    return state / f"daemon-{identity}.json"


def write(path: Path, health: Health) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"version": VERSION, **asdict(health)}), encoding="utf-8")
    part.replace(path)


def read(path: Path) -> Health | None:
    """What was said last; None where nothing (readable) was."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("version") != VERSION:
            return None
        return Health(**said | {"to_mend": tuple(said.get("to_mend", ()))})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
