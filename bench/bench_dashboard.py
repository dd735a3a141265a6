"""What a page of the dashboard costs and weighs on a calendar of 20,000 events: the first time, and from then on."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from starlette.testclient import TestClient

from bench.calendars import NOW
from bench.figures import Figure, at_most, save, versions
from timeblock.config.load import load
from timeblock.dashboard.app import application
from timeblock.dashboard.guard import Door
from timeblock.dashboard.profile import Profile, Source
from timeblock.dashboard.routes import PAGES
from timeblock.pipeline import pull
from timeblock.wiring import connect

RUNS = 5
EVENTS, YEARS = 20_000, 10
"""38 a week."""
EVENT = (
    "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{at}\r\nDURATION:PT45M\r\n"
    "SUMMARY:Meeting {n}\r\nEND:VEVENT\r\n"
)
CONFIG = """
identity = "bench"
[person]
zone = "Europe/Oslo"
[person.hours]
mon = "09:00-17:00"
tue = "09:00-17:00"
wed = "09:00-17:00"
thu = "09:00-17:00"
fri = "09:00-17:00"
[areas.family]
[areas.health]
[accounts.old]
type = "feed"
path = "work.ics"
[accounts.home]
type = "folder"
path = "calendars"
[[calendars]]
name = "work"
account = "old"
match = "old"
area = "work"
[[calendars]]
name = "protected"
account = "home"
role = "blocks"
[[blocks]]
name = "dinner"
kind = "non-negotiable"
area = "family"
quota = "3 per week"
duration = "2h"
windows = ["18:00-20:30"]
[[blocks]]
name = "lunch"
kind = "rest"
area = "health"
quota = "1 per day"
duration = "30min"
windows = ["11:30-13:30"]
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = list(measured(Path(folder)))
    for figure in figures:
        print(figure)
    save("dashboard", figures, versions("starlette", "jinja2"))


def measured(folder: Path) -> Iterator[Figure]:
    """CPU of the whole process, so with the thread that works."""
    (folder / "calendars/protected").mkdir(parents=True)
    (folder / "work.ics").write_text(calendar(), encoding="utf-8", newline="")
    (config := folder / "config.toml").write_text(CONFIG)
    now = int(NOW.timestamp())
    environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    source = Source(
        config, lambda: load(config, environ), lambda s: connect(s, lambda: now, lambda *_: None), lambda: now, environ
    )
    profile, door = Profile(source), Door("127.0.0.1", 8737)
    try:
        failed = profile.work(lambda visit: pull(visit.deps, visit.now)).result().failed
        assert not failed, failed
        with TestClient(application(profile, door), "http://127.0.0.1:8737") as client:
            yield Figure("first page", "CPU ms", cost(client, door.link.partition("8737")[2]))
            for page in (page for page in PAGES if page.name):
                yield Figure(f"{page.name}, first time", "CPU ms", cost(client, page.path))
                again = median(cost(client, page.path) for _ in range(RUNS))
                yield Figure(page.name, "CPU ms", again, target=at_most(50))
                yield Figure(page.name, "kB", len(client.get(page.path).content) / 1000, target=at_most(100))
    finally:
        profile.close()


def calendar() -> str:
    """Of the last years and a month to come, evenly."""
    first, step = NOW - timedelta(365 * YEARS), timedelta(365 * YEARS + 30) / EVENTS
    events = (EVENT.format(n=n, at=f"{first + n * step:%Y%m%dT%H%M00Z}") for n in range(EVENTS))
    return "".join(("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\n", *events, "END:VCALENDAR\r\n"))


def cost(client: TestClient, path: str) -> float:
    begun = time.process_time()
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    main()
