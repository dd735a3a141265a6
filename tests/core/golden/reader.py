"""Reads a golden week: a person, a calendar in a line an event, and each measure worked out by hand.

A line is ``DAY CLOCK WHAT TITLE key=value …``. The day is one of the week (``Sun-1``: the week before); the clock is
``09:00-10:30`` (an end before the start lies on the next day), ``21:10`` or ``all-day``. What: an activity; ``?`` for
what the rules make of it; ``block``; ``mail`` or ``active`` for traces. Keys: ``calendar``, ``area``, ``answer``,
``uid``, ``days``, ``with`` (guests), ``kind`` and ``state`` (of blocks).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from timeblock.codecs import ical
from timeblock.core import recurrence
from timeblock.core.classify import WORK, Activity, Classified, Rule, Source, classify
from timeblock.core.event import Answer, Attendee, CalendarId, Event, EventKey, Occurrence, Resource
from timeblock.core.hours import Person
from timeblock.core.interval import Instant, Interval
from timeblock.core.localtime import Stay, Week, Whereabouts, Window
from timeblock.core.scope import BlockFact, Facts, Move
from timeblock.core.traces import Coverage, Trace

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
KEYS = ("calendar", "area", "answer", "uid", "days", "with", "kind", "state")
ME = "me@example.org"


@dataclass(frozen=True)
class Line:
    start: Instant
    end: Instant
    what: str
    title: str
    keys: Mapping[str, str]
    all_day: bool


@dataclass(frozen=True)
class Golden:
    """One file."""

    said: Mapping[str, Any]

    @staticmethod
    def read(path: Path) -> Golden:
        return Golden(tomllib.loads(path.read_text("utf-8")))

    @cached_property
    def week(self) -> Week:
        return Week.parse(self.said["week"])

    @cached_property
    def expected(self) -> Mapping[str, float | None]:
        """Sums are written out; they are plain arithmetic."""
        figures = self.said["measures"]
        return {
            name: None if said == "unknown" else float(eval(said, {"__builtins__": {}}))
            for name, said in figures.items()
        }

    @cached_property
    def person(self) -> Person:
        said = dict(self.said["person"])
        stays = tuple(Stay(s["first"], s["last"], ZoneInfo(s["zone"])) for s in said.pop("stays", ()))
        where = Whereabouts(ZoneInfo(said.pop("zone", "Europe/Oslo")), stays)
        *days, window = said.pop("hours").split()
        hours = tuple((Window.parse(window),) if day in days else () for day in DAYS)
        windows: dict[str, Any] = {name: Window.parse(said.pop(name)) for name in ("night", "lunch") if name in said}
        extra = frozenset(said.pop("extra_holidays", ()))
        return Person(where, hours, addresses=frozenset({ME}), extra_holidays=extra, **windows, **said)

    @cached_property
    def facts(self) -> Facts:
        said, where = self.said, self.person.where
        first, last = where.week(self.week.plus(-4)).start, where.week(self.week.plus(2)).end
        known = Interval(first, last) if said.get("known", True) else None
        lines = list(self._lines())
        mails = [t for t in (_trace(line) for line in lines) if t]
        coverage = (Coverage("mail", True, first, last),) if mails else ()
        return Facts(
            self.person,
            (*(c for line in lines if (c := _classified(line))), *self._by_rules(lines)),
            last,
            known,
            blocks=tuple(b for line in lines if (b := _block(line, self.week))),
            moves=tuple(Move(m["key"], self._at(m["at"])) for m in said.get("moves", ())),
            wrote_since=self._at(said["wrote"]) if "wrote" in said else None,
            traces=tuple(sorted(mails)),
            coverage=coverage,
        )

    def _at(self, text: str) -> Instant:
        day, clock = text.split()
        return self.person.where.at(self._day(day), _minute(clock))

    def _day(self, text: str) -> date:
        week = int(text[3:] or 0)
        return self.week.plus(week).days()[DAYS.index(text[:3])]

    def _lines(self) -> Iterator[Line]:
        for text in self.said.get("calendar", "").strip().splitlines():
            day, clock, what, *words = text.split("#")[0].split()
            keys = dict(w.split("=", 1) for w in words if w.partition("=")[0] in KEYS and "=" in w)
            title = " ".join(w for w in words if "=" not in w)
            yield Line(*self._span(self._day(day), clock, keys), what, title or what, keys, clock == "all-day")

    def _span(self, day: date, clock: str, keys: Mapping[str, str]) -> tuple[Instant, Instant]:
        where = self.person.where
        if clock == "all-day":
            return where.start_of(day), where.start_of(day + timedelta(int(keys.get("days", 1))))
        first, _, last = clock.partition("-")
        start, end = _minute(first), _minute(last or first)
        return where.at(day, start), where.at(day, end + 1440 if end < start else end)

    def _by_rules(self, lines: list[Line]) -> tuple[Classified, ...]:
        """What the rules make of lines with a question mark, and of the events of an .ics text."""
        areas = self.said.get("areas", {"work": "work"})
        sources = {CalendarId("cloud", name): Source(CalendarId("cloud", name), name, a) for name, a in areas.items()}
        rules = list(map(_rule, self.said.get("rules", ())))
        given = [_occurrence(line) for line in lines if line.what == "?"]
        people, where = self.person.addresses, self.person.where
        return classify((*given, *self._series()), rules, sources, people, "golden", where)

    def _series(self) -> Iterator[Occurrence]:
        if "ics" in self.said:
            decoded = ical.decode(Resource(CalendarId("cloud", "work"), "s.ics", "1", self.said["ics"]))
            assert not decoded.set_aside
            where = self.person.where
            whole = Interval(where.week(self.week.plus(-4)).start, where.week(self.week.plus(2)).end)
            for series in decoded.series:
                yield from recurrence.expand(series, whole, where).occurrences


def _minute(clock: str) -> int:
    hours, minutes = re.fullmatch(r"(\d\d):(\d\d)", clock).groups()  # type: ignore[union-attr]  # or the file is wrong
    return int(hours) * 60 + int(minutes)


def _rule(said: Mapping[str, Any]) -> Rule:
    found: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in said.items()}
    return Rule(**{**found, "activity": Activity(said["activity"])})


def _occurrence(line: Line) -> Occurrence:
    guests = tuple(Attendee(f"{name}@example.org") for name in line.keys.get("with", "").split(",") if name)
    uid = line.keys.get("uid", f"{line.title} {line.start}")
    key = EventKey(CalendarId("cloud", line.keys.get("calendar", "work")), f"{uid}.ics", uid)
    return Occurrence(Interval(line.start, line.end), Event(key, line.title, attendees=guests), line.all_day)


def _classified(line: Line) -> Classified | None:
    if line.what in ("?", "block", "mail", "active"):
        return None
    activity, answer = Activity(line.what), line.keys.get("answer")
    area = line.keys.get("area", "work" if activity in WORK else "")
    return Classified(_occurrence(line), activity, area, "", "", answer=Answer(answer) if answer else None)


def _block(line: Line, week: Week) -> BlockFact | None:
    if line.what != "block":
        return None
    keys, when = line.keys, Interval(line.start, line.end)
    state: Any = keys.get("state", "live")
    return BlockFact(f"{line.title}/{week}/1", line.title, keys.get("area", ""), when, state, keys.get("kind", ""))


def _trace(line: Line) -> Trace | None:
    if line.what == "mail":
        return Trace(line.start, line.start, "mail", "mail")
    return Trace(line.start, line.end, "activity", "laptop") if line.what == "active" else None
