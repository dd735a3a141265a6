"""The cycle on calendars in memory: what stands after one run, after two, and when a part of it fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest

from timeblock import pipeline
from timeblock.calendars.memory import Memory
from timeblock.config.settings import CalendarSettings, EvidenceSettings, Season, Settings
from timeblock.core.event import CalendarId
from timeblock.core.goals import Goal, Shape
from timeblock.core.hours import Person
from timeblock.core.interval import HOUR, MINUTE
from timeblock.core.localtime import Week, Whereabouts, Window
from timeblock.core.problem import Kind, Request
from timeblock.core.progress import GoalState
from timeblock.errors import AuthNeeded, FixNeeded, TryLater
from timeblock.evidence.csv import Csv
from timeblock.planner.greedy import solve
from timeblock.stages.deps import Deps
from timeblock.stages.values import Proposal, Seen, Snapshot
from timeblock.store import remembered
from timeblock.store.database import Database
from timeblock.sync.orders import Order

OSLO = Whereabouts(ZoneInfo("Europe/Oslo"))
NOW = OSLO.at(date(2026, 11, 23), 9 * 60)
OFFICE = (Window(9 * 60, 17 * 60),)
DINNER = Request("dinner", "Dinner", Kind.NON_NEGOTIABLE, count=2, windows=(Window(18 * 60, 21 * 60),), area="family")
LUNCH = Request("lunch", "Lunch", Kind.REST, per="day", windows=(Window(11 * 60 + 30, 13 * 60 + 30),))
SETTINGS = Settings(
    path=Path("config.toml"),
    identity="test",
    person=Person(OSLO, (OFFICE,) * 5 + ((), ())),
    calendars=(
        CalendarSettings("work", "office", "work", area="work"),
        CalendarSettings("protected", "home", "protected", "blocks"),
        CalendarSettings("shared", "office", "shared", "busy-twin"),
    ),
    requests=(DINNER, LUNCH),
)
MEETING = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:board
DTSTART:20261124T170000Z
DTEND:20261124T200000Z
SUMMARY:Board
ORGANIZER:mailto:boss@example.com
ATTENDEE:mailto:me@example.com
END:VEVENT
END:VCALENDAR
"""


class SignedOut(Memory):
    """An account whose sign-in was revoked."""

    def calendars(self) -> NoReturn:
        raise AuthNeeded("sign in to office again")


@dataclass
class World:
    deps: Deps
    office: Memory
    home: Memory

    def bodies(self, account: str, path: str) -> dict[str, str]:
        backend = self.deps.backends[account]
        page = backend.changes(CalendarId(account, path), None, dict)
        return {r.href: r.body for r in page.changed}


@pytest.fixture
def world(db: Database) -> World:
    office, home = Memory("office", ("work", "shared")), Memory("home", ("protected",))
    office.put(CalendarId("office", "work"), "board.ics", MEETING)
    return World(Deps(SETTINGS, db, {"office": office, "home": home}, solve), office, home)


def test_one_cycle_writes_each_block_and_its_untitled_twin(world: World) -> None:
    cycle = pipeline.run_cycle(world.deps, NOW)
    own, twins = world.bodies("home", "protected"), world.bodies("office", "shared")
    assert len(own) == len(twins) == len(cycle.proposal.plan.blocks) > 10
    assert all("SUMMARY:Busy" in body for body in twins.values())
    assert not cycle.proposal.broken


def test_the_log_tells_why_each_block_was_put_where_it_is(world: World) -> None:
    cycle = pipeline.run_cycle(world.deps, NOW)
    reasons = {block.key: block.reason for block in cycle.proposal.plan.blocks}
    assert {entry.slot.key: entry.why for entry in cycle.pushed.done} == reasons


def test_a_second_cycle_has_nothing_to_do(world: World) -> None:
    pipeline.run_cycle(world.deps, NOW)
    again = pipeline.run_cycle(world.deps, NOW + 60)
    assert (again.run, again.pushed.done, again.proposal.changes) == ("", (), ())


def test_a_plan_writes_nothing_anywhere(world: World) -> None:
    pipeline.pull(world.deps, NOW)
    snapshot = pipeline.load(world.deps, NOW)
    proposal = pipeline.propose(solve, snapshot, pipeline.observe(snapshot))
    assert proposal.changes
    assert world.bodies("home", "protected") == {}


def test_a_block_dragged_by_the_person_stays_and_its_twin_follows(world: World) -> None:
    pipeline.run_cycle(world.deps, NOW)
    href, body = next((h, b) for h, b in world.bodies("home", "protected").items() if "SUMMARY:Dinner" in b)
    at = body.index("DTSTART;")
    day = body[at:].split(":")[1][:8]
    moved = "\n".join(
        f"DTSTART:{day}T200000Z"
        if line.startswith("DTSTART;")
        else f"DTEND:{day}T203000Z"
        if "DTEND;" in line
        else line
        for line in body.splitlines()
    )
    world.home.put(CalendarId("home", "protected"), href, moved)
    pipeline.run_cycle(world.deps, NOW + 60)
    again = pipeline.run_cycle(world.deps, NOW + 120)
    assert world.bodies("home", "protected")[href] == moved
    assert again.run == ""
    assert any(f"DTSTART;TZID=Europe/Oslo:{day}T210000" in body for body in world.bodies("office", "shared").values())


def test_a_revoked_account_is_told_and_the_other_is_served(world: World) -> None:
    deps = replace(world.deps, backends={**world.deps.backends, "office": SignedOut("office")})
    cycle = pipeline.run_cycle(deps, NOW)
    assert {name for name, _ in cycle.synced.failed} == {"work", "shared"}
    assert all(isinstance(error, AuthNeeded) for _, error in cycle.synced.failed)
    assert world.bodies("home", "protected")


class Busy(Memory):
    """An account that asks to be left alone for an hour."""

    def calendars(self) -> NoReturn:
        self.requests += 1
        raise TryLater("too many requests", NOW + HOUR)


def test_an_account_that_asks_to_wait_is_not_asked_before_and_the_other_is_served(world: World) -> None:
    busy = Busy("office")
    deps = replace(world.deps, backends={**world.deps.backends, "office": busy})
    for minute in (0, 1, 59):
        synced = pipeline.pull(deps, NOW + minute * MINUTE)
        assert {name: str(error) for name, error in synced.failed} == dict.fromkeys(
            ("work", "shared"), "too many requests"
        )
        assert [name for name, _ in synced.pulled] == ["protected"]
    assert busy.requests == 1
    assert pipeline.pull(world.deps, NOW + HOUR).failed == ()


def test_a_calendar_the_account_does_not_offer_is_named_with_those_it_does(world: World) -> None:
    wrong = replace(SETTINGS, calendars=(CalendarSettings("work", "office", "wrok"),))
    synced = pipeline.pull(replace(world.deps, settings=wrong), NOW)
    (name, error) = synced.failed[0]
    assert (name, isinstance(error, FixNeeded)) == ("work", True)
    assert '"shared", "work"' in str(error)


MAIL = EvidenceSettings("mail", "csv", True)
EVENING = OSLO.at(date(2026, 11, 17), 21 * 60)


def test_evidence_is_read_with_the_calendars_and_measured(world: World, tmp_path: Path) -> None:
    table = tmp_path / "sent.csv"
    table.write_text("2026-11-02 10:00\n2026-11-17 21:00\n")
    source = Csv("mail", table, "1", "", OSLO.home, lambda: NOW)
    deps = replace(world.deps, settings=replace(SETTINGS, evidence=(MAIL,)), evidence={"mail": source})
    synced = pipeline.pull(deps, NOW)
    assert [(name, told.new) for name, told in synced.told] == [("mail", 2)]
    assert pipeline.pull(deps, NOW + 60, fresh=600).told == ()
    last_week = {m.id: m for m in pipeline.observe(pipeline.load(deps, NOW + 60)).weeks[Week(2026, 47)]}
    assert last_week["after_hours_emails"].value == 1
    assert [m.start for m in last_week["after_hours_emails"].moments] == [EVENING]


def test_a_source_that_fails_stops_nothing_and_its_measure_says_why(world: World, tmp_path: Path) -> None:
    source = Csv("mail", tmp_path / "none.csv", "1", "", OSLO.home, lambda: NOW)
    deps = replace(world.deps, settings=replace(SETTINGS, evidence=(MAIL,)), evidence={"mail": source})
    cycle = pipeline.run_cycle(deps, NOW)
    assert [(name, type(error)) for name, error in cycle.synced.failed] == [("mail", FixNeeded)]
    assert world.bodies("home", "protected")
    found = {m.id: m for m in cycle.seen.weeks[Week(2026, 47)]}["after_hours_emails"]
    assert found.value is None
    assert "none.csv" in found.missing


def test_what_was_read_a_moment_ago_is_not_asked_again(world: World) -> None:
    assert len(pipeline.pull(world.deps, NOW).pulled) == 3
    assert pipeline.pull(world.deps, NOW + 60, fresh=600).pulled == ()
    assert len(pipeline.pull(world.deps, NOW + 700, fresh=600).pulled) == 3


def test_a_run_that_would_delete_most_blocks_stops_and_asks(world: World) -> None:
    pipeline.run_cycle(world.deps, NOW)
    fewer = replace(world.deps, settings=replace(SETTINGS, requests=(DINNER,)))
    with pytest.raises(FixNeeded, match="Nothing was written"):
        pipeline.run_cycle(fewer, NOW + 60)
    assert any("SUMMARY:Lunch" in body for body in world.bodies("home", "protected").values())
    pipeline.run_cycle(fewer, NOW + 60, anyway=True)
    assert not any("SUMMARY:Lunch" in body for body in world.bodies("home", "protected").values())


def test_undo_takes_a_run_back_and_undoing_that_restores_it(world: World) -> None:
    first = pipeline.run_cycle(world.deps, NOW)
    pipeline.undo(world.deps, NOW + 60, first.run)
    assert world.bodies("home", "protected") == {}
    assert pipeline.run_cycle(world.deps, NOW + 120).run == ""
    pipeline.undo(world.deps, NOW + 180)
    assert len(world.bodies("home", "protected")) == len(first.proposal.plan.blocks)


def test_a_season_changes_what_is_asked_for_its_time(world: World) -> None:
    launch = Season("launch", date(2026, 11, 1), date(2026, 12, 31), paused=frozenset({"lunch"}))
    deps = replace(world.deps, settings=replace(SETTINGS, seasons=(launch,)))
    cycle = pipeline.run_cycle(deps, NOW)
    assert {block.request for block in cycle.proposal.plan.blocks} == {"dinner"}


def test_nothing_read_is_unknown_and_not_zero(world: World) -> None:
    snapshot = pipeline.load(world.deps, NOW)
    seen = pipeline.observe(snapshot)
    assert {m.value for week in seen.weeks.values() for m in week} == {None}


def test_what_had_no_room_is_told_by_the_measures_with_its_reason(world: World) -> None:
    cramped = Request(
        "nap", "Nap", Kind.REST, windows=(Window(18 * 60, 21 * 60),), weekdays=frozenset({1})
    )  # the board
    deps = replace(world.deps, settings=replace(SETTINGS, requests=(DINNER, cramped)))
    assert pipeline.run_cycle(deps, NOW).proposal.plan.unplaced
    seen = pipeline.observe(pipeline.load(deps, NOW + 60))
    blocks = next(m for m in seen.weeks[OSLO.week_of(NOW)] if m.id == "blocks")
    assert dict(blocks.parts)["nap: unplaced"] == 1
    assert any(note.startswith("nap did not fit: ") for note in blocks.notes)


def test_a_week_of_rest_frees_flexible_blocks_and_pauses_goals(world: World) -> None:
    flexible = Request("reading", "Reading", Kind.REST, per="day", windows=(Window(1140, 1320),), flexible=True)
    goal = Goal("rest", "after_hours", Shape.KEEP, 0, OSLO.date_of(NOW), date(2026, 12, 31))
    settings = replace(SETTINGS, requests=(DINNER, flexible), goals=(goal,))
    deps = replace(world.deps, settings=settings)
    pipeline.run_cycle(deps, NOW)
    coming = OSLO.week_of(NOW).plus(1)
    remembered.rest(deps.db, coming)
    cycle = pipeline.run_cycle(deps, NOW + 60)
    left = {b.request for b in cycle.proposal.plan.blocks if OSLO.week_of(b.interval.start) == coming}
    assert left == {"dinner"}
    assert len([b for b in cycle.proposal.plan.blocks if b.request == "reading"]) >= 5  # those of the other weeks
    assert coming in cycle.seen.resting
    assert remembered.take_back_rest(deps.db, coming)
    again = pipeline.run_cycle(deps, NOW + 120).proposal.plan.blocks
    assert {b.request for b in again if OSLO.week_of(b.interval.start) == coming} == {"dinner", "reading"}
    remembered.rest(deps.db, coming)
    after = pipeline.load(deps, NOW + 8 * 86_400)
    assert pipeline.observe(after).progress[0].state is GoalState.PAUSED


LATE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:late
DTSTART;TZID=Europe/Oslo:20260706T180000
DTEND;TZID=Europe/Oslo:20260706T200000
RRULE:FREQ=WEEKLY
SUMMARY:Late call
ORGANIZER:mailto:boss@example.com
ATTENDEE:mailto:me@example.com
END:VEVENT
END:VCALENDAR
"""
CALMER = Goal("calmer", "after_hours", Shape.CHANGE_PERCENT, -50, date(2026, 8, 3), date(2026, 12, 27))


def test_a_goal_stands_on_where_it_began_though_the_calendar_forgets(world: World) -> None:
    """Its baseline and its weeks are kept: the series behind them may be deleted, and time goes on."""
    deps = replace(world.deps, settings=replace(SETTINGS, goals=(CALMER,)))
    world.office.put(CalendarId("office", "work"), "late.ics", LATE)
    before = pipeline.run_cycle(deps, NOW).seen.progress[0]
    assert (before.baseline, before.target, len(before.steps)) == (120, 60, 16)
    world.office.remove(CalendarId("office", "work"), "late.ics")
    after = pipeline.run_cycle(deps, OSLO.at(date(2026, 12, 14), 9 * 60), anyway=True).seen.progress[0]
    assert (after.baseline, len(after.steps)) == (120, 19)
    assert [step.value for step in after.steps[:3]] == [120, 120, 120]


def test_what_is_kept_is_not_measured_again(world: World) -> None:
    deps = replace(world.deps, settings=replace(SETTINGS, goals=(CALMER,)))
    world.office.put(CalendarId("office", "work"), "late.ics", LATE)
    first = min(pipeline.run_cycle(deps, NOW).seen.weeks)
    assert first.monday == date(2026, 5, 11)  # twelve weeks before the goal
    assert min(pipeline.observe(pipeline.load(deps, NOW)).weeks).monday == date(2026, 8, 3)


def test_where_a_goal_began_is_kept_only_once_every_calendar_was_read(world: World) -> None:
    settings = replace(SETTINGS, goals=(CALMER,))
    deps = replace(world.deps, settings=settings, backends={**world.deps.backends, "office": SignedOut("office")})
    world.home.put(CalendarId("home", "protected"), "late.ics", LATE)
    pipeline.run_cycle(deps, NOW)
    assert pipeline.load(deps, NOW).kept.baselines == {}
    pipeline.run_cycle(replace(world.deps, settings=settings), NOW + 60)
    assert pipeline.load(deps, NOW).kept.baselines["calmer"].value == 120


def looked(world: World, now: int = NOW) -> tuple[Snapshot, Seen, Proposal]:
    pipeline.pull(world.deps, now)
    snapshot = pipeline.load(world.deps, now)
    seen = pipeline.observe(snapshot)
    return snapshot, seen, pipeline.propose(solve, snapshot, seen)


def test_only_what_is_accepted_is_written_and_the_rest_is_proposed_again(world: World) -> None:
    snapshot, seen, proposal = looked(world)
    keys = {change.slot.key for change in proposal.changes}
    run, pushed = pipeline.accept(world.deps, snapshot, seen, proposal, {min(keys)}, NOW)
    assert {entry.slot.key for entry in pushed.done} == {min(keys)}
    assert len(world.bodies("home", "protected")) == len(world.bodies("office", "shared")) == 1
    _, _, again = looked(world)
    assert {change.slot.key for change in again.changes} == keys - {min(keys)}
    assert pipeline.undo(world.deps, NOW, run).left == ()
    assert world.bodies("home", "protected") == {}


def test_a_block_is_not_accepted_onto_one_that_would_stay(world: World) -> None:
    pipeline.run_cycle(world.deps, NOW)
    snapshot, seen, proposal = looked(world)
    one, two = (b for b in proposal.plan.blocks[-2:])
    swapped = replace(
        proposal.plan,
        blocks=(*proposal.plan.blocks[:-2], replace(one, interval=two.interval), replace(two, interval=one.interval)),
    )
    other = pipeline.propose(solve, snapshot, seen, swapped)
    with pytest.raises(FixNeeded, match="These go together"):
        pipeline.accept(world.deps, snapshot, seen, other, {one.key}, NOW)
    _, pushed = pipeline.accept(world.deps, snapshot, seen, other, {one.key, two.key}, NOW)
    assert {entry.slot.key for entry in pushed.done} == {one.key, two.key}


def test_a_skipped_block_is_back_when_the_skip_is_undone(world: World) -> None:
    pipeline.run_cycle(world.deps, NOW)
    snapshot, seen, proposal = looked(world)
    block = proposal.plan.blocks[-1]
    run, _ = pipeline.order(world.deps, snapshot, seen, Order.SKIP, block.key, NOW)
    standing = [f.key for f in looked(world)[2].plan.blocks]
    assert block.key not in standing
    assert pipeline.undo(world.deps, NOW, run).left == ()
    assert block.key in [b.key for b in looked(world)[2].plan.blocks]
    assert looked(world)[2].changes == ()
