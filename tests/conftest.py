"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from timeblock.store.database import Database, open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database of its own."""
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened
