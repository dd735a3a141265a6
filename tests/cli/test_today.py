"""``timeblock`` alone: today's events and blocks, what is in danger, what wants a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.test_pipeline import NOW, OSLO, World, world  # noqa: F401 - a fixture
from timeblock import cli, pipeline
from timeblock.core.event import CalendarId
from timeblock.views.today import Today, today

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:{uid}
DTSTART:{start}
DTEND:{end}
SUMMARY:{uid}
END:VEVENT
END:VCALENDAR
"""


def look(world: World, now: int = NOW + 60) -> Today:  # noqa: F811
    pipeline.pull(world.deps, now)
    snapshot = pipeline.load(world.deps, now)
    return today(snapshot, pipeline.observe(snapshot), 0)


def meet(world: World, uid: str, start: str, end: str) -> None:  # noqa: F811
    world.office.put(CalendarId("office", "work"), f"{uid}.ics", EVENT.format(uid=uid, start=start, end=end))


def test_the_day_holds_events_and_blocks_by_time(world: World) -> None:  # noqa: F811
    meet(world, "Standup", "20261123T083000Z", "20261123T090000Z")
    pipeline.run_cycle(world.deps, NOW)
    found = look(world)
    assert [(e.title, e.ours) for e in found.entries] == [("Standup", False), ("Lunch", True), ("Dinner", True)]
    assert found.danger == found.decide == ()


def test_what_lies_over_a_block_is_a_danger(world: World) -> None:  # noqa: F811
    pipeline.run_cycle(world.deps, NOW)
    lunch = next(e for e in look(world).entries if e.title == "Lunch")
    clock = OSLO.clock_at(lunch.interval.start)
    start = f"20261123T{clock.hour - 1:02}{clock.minute:02}00Z"  # Oslo is an hour ahead
    meet(world, "Fire drill", start, f"20261123T{clock.hour:02}{clock.minute:02}00Z")
    (danger,) = look(world, NOW + 120).danger
    assert danger.startswith(f"Fire drill ({clock:%H:%M}-")
    assert danger.endswith(f"lies over Lunch (Mon 23 Nov {clock:%H:%M})")


def test_what_is_free_for_now_may_be_booked_and_is_in_no_danger(world: World) -> None:  # noqa: F811
    settings = world.deps.settings
    flexible = tuple(replace(request, flexible=True) for request in settings.requests)
    deps = replace(world.deps, settings=replace(settings, requests=flexible))
    pipeline.run_cycle(deps, NOW)
    snapshot = pipeline.load(deps, NOW + 60)
    found = today(snapshot, pipeline.observe(snapshot), 0)
    assert "Lunch" in {name.partition(" (")[0] for name in found.bookable}
    assert found.danger == ()


def test_what_has_no_room_is_to_be_decided(world: World) -> None:  # noqa: F811
    for day in range(23, 30):
        meet(world, f"Evening {day}", f"202611{day}T164500Z", f"202611{day}T203000Z")
    pipeline.run_cycle(world.deps, NOW)
    decide = look(world).decide
    assert len(decide) == 2
    assert decide[0].startswith("Dinner has no room (week of Mon 23 Nov): ")
    assert "Evening 23" in decide[0]


def test_tomorrow_is_another_day(world: World) -> None:  # noqa: F811
    pipeline.run_cycle(world.deps, NOW)
    found = look(world, OSLO.at(date(2026, 11, 24), 8 * 60))
    assert ("Board", False) in [(e.title, e.ours) for e in found.entries]


def test_without_a_command_a_config_gives_today_and_none_gives_help(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = CliRunner().invoke(cli.root, ["--config", str(folder / "config.toml")])
    assert told.exit_code == 0
    assert "More: timeblock plan" in told.output
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert CliRunner().invoke(cli.root, []).output.startswith("Usage:")
