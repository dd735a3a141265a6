"""Consoles, JSON and shortened text."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from timeblock.cli import render
from timeblock.cli.jsonform import as_json
from timeblock.core.event import CalendarId
from timeblock.core.interval import Instant, Interval, Spans
from timeblock.core.localtime import Stay, Week, Whereabouts, Window
from timeblock.core.problem import Kind

WHERE = Whereabouts(ZoneInfo("Europe/Oslo"), (Stay(date(2026, 6, 1), date(2026, 6, 3), ZoneInfo("Asia/Tokyo")),))


@dataclass(frozen=True)
class Everything:
    at: Instant
    maybe: Instant | None
    count: int
    interval: Interval
    spans: Spans
    kind: Kind
    on: date
    week: Week
    window: Window
    calendar: CalendarId
    path: Path
    names: frozenset[str]
    by_kind: Mapping[Kind, tuple[int, ...]] = field(default_factory=dict)


def test_values_become_plain_json() -> None:
    start = WHERE.at(date(2026, 11, 23), 8 * 60)
    value = Everything(
        at=start,
        maybe=None,
        count=start,
        interval=Interval(start, start + 3600),
        spans=Spans.of([Interval(start, start + 60)]),
        kind=Kind.REST,
        on=date(2026, 11, 23),
        week=Week(2026, 48),
        window=Window(60, 120),
        calendar=CalendarId("a", "work"),
        path=Path("/x"),
        names=frozenset({"b", "a"}),
        by_kind={Kind.FOCUS: (1, 2)},
    )
    plain = as_json(value, WHERE)
    assert json.loads(json.dumps(plain)) == plain
    assert plain == {
        "at": "2026-11-23T08:00:00+01:00",
        "maybe": None,
        "count": start,
        "interval": {"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-23T09:00:00+01:00"},
        "spans": [{"start": "2026-11-23T08:00:00+01:00", "end": "2026-11-23T08:01:00+01:00"}],
        "kind": "rest",
        "on": "2026-11-23",
        "week": "2026-W48",
        "window": "01:00-02:00",
        "calendar": "a:work",
        "path": "/x",
        "names": ["a", "b"],
        "by_kind": {"focus": [1, 2]},
    }


def test_moments_of_a_trip_have_its_offset() -> None:
    start = WHERE.at(date(2026, 6, 2), 9 * 60)
    plain = as_json(Interval(start, start + 60), WHERE)
    assert plain == {"start": "2026-06-02T09:00:00+09:00", "end": "2026-06-02T09:01:00+09:00"}


def test_what_has_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON for object"):
        as_json(object(), WHERE)


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert render.look(render.console()).plain


def test_a_pipe_gets_a_fixed_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert render.console().width == render.PIPE_WIDTH
    monkeypatch.setenv("COLUMNS", "70")
    assert render.console().width == 70


def test_an_old_terminal_is_known_by_its_encoding() -> None:
    console = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="latin-1"), force_terminal=True, color_system="256")
    assert render.look(console).ascii
    assert not render.look(console).plain


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Lunch", 5, "Lunch"),
        ("Lunches", 5, "Lunc…"),
        ("a\nb\x1b[31m", 20, "a b [31m"),
        ("Lunch", 3, "Lun"),
        ("会議室", 4, "会 …"),
    ],
)
def test_shortened_text_fits_and_has_no_control_characters(text: str, width: int, shown: str) -> None:
    found = render.shorten(text, width)
    assert cell_len(found) <= width
    assert found.replace(" ", "") == shown.replace(" ", "")
