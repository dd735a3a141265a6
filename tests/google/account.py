"""An account of the program's at a local Google, signed in as if the person had just done it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.google.rights import CALENDAR
from tests.google.server import LocalGoogle
from timeblock.calendars.google import Google
from timeblock.calendars.google_calendar import GoogleCalendar


@dataclass
class SignIn:
    """Tokens of ``google``; a refused one is renewed."""

    google: LocalGoogle
    writable: bool = True
    scopes: tuple[str, ...] = (CALENDAR,)
    refresh: str = field(init=False)
    access: str = field(init=False)

    def __post_init__(self) -> None:
        self.refresh = self.google.rights.grant()
        self.access = self.google.rights.access(self.refresh, *self.scopes)

    def access_token(self) -> str:
        return self.access

    def renew(self) -> str:
        self.access = self.google.rights.access(self.refresh, *self.scopes)
        return self.access


def account(google: LocalGoogle, tokens: SignIn | None = None, **options: Any) -> GoogleCalendar:
    return GoogleCalendar(Google("google", tokens or SignIn(google), google.now, google.endpoint), **options)
