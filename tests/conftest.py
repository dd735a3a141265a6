"""What tests of several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from timeblock.store.database import Database, open_database

# A slow or busy machine is no fault of what is tested.
settings.register_profile("timeblock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeblock")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database of its own."""
    with open_database(f"sqlite://{tmp_path / 'timeblock.db'}") as opened:
        yield opened
