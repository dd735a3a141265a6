"""A person with folders of ``.ics`` for calendars, a clock that stands still, and a browser that runs no browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from timeblock.config.load import load
from timeblock.config.settings import Settings
from timeblock.core.interval import Instant
from timeblock.dashboard.app import application
from timeblock.dashboard.guard import Door
from timeblock.dashboard.profile import Profile, Source
from timeblock.dashboard.visit import Visit
from timeblock.pipeline import pull
from timeblock.planner.greedy import solve
from timeblock.stages.deps import Deps
from timeblock.wiring import connect

NOW = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
"""A Monday at nine in Oslo."""

ORIGIN = "http://127.0.0.1:8737"
CONFIG = """
identity = "dash"
[person]
zone = "Europe/Oslo"
[person.hours]
mon = "09:00-17:00"
tue = "09:00-17:00"
wed = "09:00-17:00"
thu = "09:00-17:00"
fri = "09:00-17:00"
[planning]
weeks = 1
[areas.family]
[accounts.home]
type = "folder"
path = "{folder}"
[[calendars]]
name = "work"
account = "home"
match = "work"
area = "work"
[[calendars]]
name = "protected"
account = "home"
match = "protected"
role = "blocks"
[[blocks]]
name = "dinner"
title = "Family dinner"
kind = "non-negotiable"
area = "family"
quota = "2 per week"
duration = "2h"
windows = ["18:00-20:30"]
"""
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:{start}\r\nDTEND:{end}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass
class Clock:
    """What the dashboard takes for the time."""

    now: Instant = NOW

    def __call__(self) -> Instant:
        return self.now


@dataclass
class Dash:
    """A dashboard with a browser that was let in. ``folder`` holds the calendars ``work`` and ``protected``."""

    folder: Path
    config: Path
    clock: Clock
    profile: Profile
    door: Door
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(application(self.profile, self.door), ORIGIN, follow_redirects=False)

    def open(self) -> None:
        self.client.get(self.door.link.removeprefix(ORIGIN))

    def get(self, path: str) -> str:
        """The page, which must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: str | list[str]) -> str:
        """What the page says after a form was sent."""
        form = {"csrf": self.door.csrf, **fields}
        answer = self.client.post(path, data=form, headers={"Origin": ORIGIN}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        notice = re.search(r'<p class="notice[^>]*>(.*?)</p>', answer.text, re.DOTALL)
        return notice[1] if notice else ""

    def event(self, uid: str, start: str, end: str, title: str = "", calendar: str = "work") -> None:
        """An event (``20261123T090000Z``) that comes into a calendar."""
        text = EVENT.format(uid=uid, start=start, end=end, title=title or uid)
        (self.folder / calendar / f"{uid}.ics").write_text(text, newline="")
        self.read()

    def read(self) -> None:
        """Have the calendars read."""
        self.profile.work(_read).result()

    def do(self, task: Callable[[Visit], object]) -> None:
        self.profile.work(task).result()


def _read(visit: Visit) -> None:
    assert not pull(visit.deps, visit.now).failed


@pytest.fixture
def dash(tmp_path: Path) -> Iterator[Dash]:
    """Open, with calendars read."""
    config, folder, clock = tmp_path / "config.toml", tmp_path / "calendars", Clock()
    for name in ("work", "protected"):
        (folder / name).mkdir(parents=True)
    config.write_text(CONFIG.format(folder=folder))
    environ = {"HOME": str(tmp_path)}
    profile = Profile(source_of(config, environ, clock))
    made = Dash(folder, config, clock, profile, Door("127.0.0.1", 8737))
    try:
        made.read()
        made.open()
        yield made
    finally:
        profile.close()


def source_of(config: Path, environ: Mapping[str, str], clock: Clock) -> Source:
    """What a dashboard is made from; the planner is the quick one."""
    return Source(config, lambda: load(config, environ), lambda found: _quick(found, clock), clock, environ)


@contextmanager
def _quick(settings: Settings, clock: Clock) -> Iterator[Deps]:
    with connect(settings, clock, lambda *_: None) as deps:
        yield replace(deps, solve=solve)
