"""A local Google, and an account at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.google.account import account
from tests.google.server import LocalGoogle, local_google
from timeblock.calendars.google_calendar import GoogleCalendar


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with local_google() as served:
        yield served


@pytest.fixture
def mine(google: LocalGoogle) -> Iterator[GoogleCalendar]:
    """An account with every right."""
    made = account(google)
    yield made
    made.close()
