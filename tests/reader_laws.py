"""What holds for the reader of iCalendar whatever it is given; `bench/fuzz_reader.py` looks for bytes that break it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from timeblock.codecs.content_lines import clean, sections
from timeblock.codecs.ical import decode, patch, split
from timeblock.core.event import CalendarId, Draft, Resource, Series, due_on
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.core.recurrence import expand
from timeblock.errors import Incomplete
from timeblock.store import facts

CALENDAR = CalendarId("fuzz", "/")
WINDOW = Interval(1_767_222_000, 1_861_830_000)
"""2026 to 2028."""

OSLO = Whereabouts(ZoneInfo("Europe/Oslo"))
LONGEST = 1.0
"""Seconds of CPU that one series may hold anybody."""


def judge(data: bytes) -> None:
    """Raises where a law is broken, or anything but ``Incomplete`` is raised."""
    text = data.decode("utf-8", "surrogateescape")
    with _swift("reading"):
        decoded = decode(Resource(CALENDAR, "a.ics", "1", text))
    with suppress(Incomplete):
        for resource in split(CALENDAR, text):
            decode(resource)
    for series in decoded.series:
        _expanded(series)
    events = [section for section in sections(clean(text)) if section.kind in ("VEVENT", "VTODO")]
    if len(events) == len(decoded.series) == 1:
        with suppress(Incomplete):
            _changed(text, decoded.series[0])


def _expanded(series: Series) -> None:
    with _swift(f"expanding {series.key.uid!r}"):
        found = expand(series, WINDOW, OSLO)
    walked = expand(series, WINDOW, OSLO, walk=True)
    assert walked.set_aside or found == walked
    assert all(o.interval.overlaps(WINDOW) for o in found.occurrences)
    starts = [o.interval for o in found.occurrences]
    assert starts == sorted(starts)
    for occurrence in found.occurrences[:1]:
        said = occurrence.event
        assert facts.event(said.key, facts.facts(said), said.recurrence_id) == said


def _changed(text: str, series: Series) -> None:
    """A block or task of ours whose calendar entry is ``text``, changed: it then says what we want it to."""
    if series.master is None or series.overrides or series.master.event.recurring:
        return
    uid, hour = series.key.uid, Interval(WINDOW.start, WINDOW.start + 3600)
    draft = Draft(uid, "walk/2026-W48/1", 0, hour, "Europe/Oslo", "Walk")
    if series.master.event.done is not None:
        draft = replace(draft, interval=due_on(date(2026, 11, 29)), zone="UTC", done=100)
    (found,) = decode(Resource(CALENDAR, "a.ics", "2", patch(text, draft))).series
    assert [o.interval for o in expand(found, WINDOW, OSLO).occurrences] == [draft.interval]
    assert found.master is not None
    event = found.master.event
    assert (event.summary, event.mark, event.done) == ("Walk", draft.mark, draft.done)


@contextmanager
def _swift(what: str) -> Iterator[None]:
    began = time.process_time()
    yield
    spent = time.process_time() - began
    assert spent < LONGEST, f"{what} took {spent:.1f} s"
