"""The secrets in the addresses of feeds: whoever has an address reads that feed, and no other.

One file of the person's alone. Without it there are no feeds; a new secret makes the old address worthless at once.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from timeblock.config import private
from timeblock.errors import FixNeeded

Feed: TypeAlias = Literal["blocks", "availability", "freebusy"]
FEEDS: tuple[Feed, ...] = get_args(Feed)

TELLS: Mapping[Feed, str] = {
    "blocks": "your protected blocks by name, private ones as Busy",
    "availability": "when you are busy or off, and nothing else",
    "freebusy": "the same as free and busy time (VFREEBUSY)",
}
"""What each feed tells."""


def path_of(state: Path, identity: str) -> Path:
    """One file a profile."""
    return state / f"feeds-{identity}.json"


def read(path: Path) -> Mapping[Feed, str]:
    """Feed → its secret; nothing where there are no feeds. Raises ``FixNeeded`` where the file cannot be read."""
    try:
        found = json.loads(private.read(path))
        return {feed: str(found[feed]) for feed in FEEDS if feed in found}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError):
        raise FixNeeded(f"{path} cannot be read; timeblock feed rotate makes it anew") from None


def renew(path: Path, feeds: Collection[Feed] = FEEDS) -> Mapping[Feed, str]:
    """New secrets for ``feeds``; the others stay. Raises ``FixNeeded`` where they cannot be kept."""
    before = {} if len(feeds) == len(FEEDS) else read(path)
    made = {**before, **{feed: secrets.token_urlsafe(32) for feed in feeds}}
    try:
        private.write(path, json.dumps(made).encode())
    except OSError as failed:
        raise FixNeeded(f"{path} cannot be written: {failed.strerror}; mend that, then run again") from failed
    return made


def opens(keys: Mapping[Feed, str], feed: Feed, secret: str) -> bool:
    """Whether ``secret`` is that of ``feed``. Takes as long for a near miss as for any other."""
    return hmac.compare_digest(keys.get(feed, "").encode(), secret.encode()) and bool(secret)


def place(feed: Feed, secret: str) -> str:
    """The path of its address. RFC 5545, 8.1: ``.ics`` holds events, ``.ifb`` free and busy time."""
    return f"/feed/{secret}/{feed}.{'ifb' if feed == 'freebusy' else 'ics'}"
