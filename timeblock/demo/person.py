"""The made-up person, written to disk: calendars, times of sent mail, a config; all counted from the running week."""

from __future__ import annotations

import os
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from timeblock.core.interval import Instant
from timeblock.core.localtime import Week, local
from timeblock.demo.ics import HOME, Entry, file
from timeblock.demo.life import FRI, HOLIDAY, TRIP, TUE, Life, entries, sent_mail

CALENDARS = {
    "work": "Work",
    "private": "Private",
    "team": "Team: who is away",
    "protected": "Protected time",
    "work-shared": "What colleagues see",
}
"""Folder and the name it is shown by. The last two start empty: they are what timeblock writes."""

GOAL_WEEKS = 12
GOAL_BEGAN = 2
"""The goals began so many weeks ago: long enough to see a trend, with 14 weeks before them for the baseline."""


def build(folder: Path, now: Instant) -> Path:
    """Write Maya's calendars and config into ``folder``; returns the config's path.

    The same week gives the same files. A folder that already holds her is left as it is: what was applied and edited
    there stays.
    """
    config = folder / "config.toml"
    if config.exists():
        return config
    monday = Week.of(local(now, ZoneInfo(HOME)).date()).monday
    for name, title in CALENDARS.items():
        _calendar(folder / "calendars" / name, title)
    ordered = sorted(entries(monday), key=attrgetter("calendar", "name"))
    for (calendar, name), group in groupby(ordered, key=attrgetter("calendar", "name")):
        path = folder / "calendars" / calendar / f"{name}.ics"
        path.write_text(file(sorted(group, key=_overrides_last)), encoding="utf-8", newline="")
    _sent_mail(folder / "sent-mail.csv", monday, now)
    config.write_text(_config(monday), encoding="utf-8")
    return config


def _sent_mail(path: Path, monday: date, now: Instant) -> None:
    """As a mail program might export it, a moment ago."""
    path.write_text("sent\n" + "".join(f"{at:%Y-%m-%d %H:%M}\n" for at in sent_mail(monday)), encoding="utf-8")
    os.utime(path, (now, now))


def _calendar(folder: Path, title: str) -> None:
    """A vdir collection: a folder that says its name in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "displayname").write_text(title, encoding="utf-8")


def _overrides_last(entry: Entry) -> bool:
    return entry.replaces is not None


def _config(monday: date) -> str:
    life = Life(monday)
    start = monday - timedelta(weeks=GOAL_BEGAN)
    return Template(_template()).substitute(
        holiday=life.day(HOLIDAY, FRI),
        trip_first=life.day(TRIP, TUE),
        trip_last=life.day(TRIP, FRI),
        goal_start=start,
        goal_end=start + timedelta(weeks=GOAL_WEEKS, days=-1),
        year_start=date(monday.year, 1, 1),
        year_end=date(monday.year, 12, 31),
    )


def _template() -> str:
    return (Path(__file__).parent / "person.toml").read_text(encoding="utf-8")
