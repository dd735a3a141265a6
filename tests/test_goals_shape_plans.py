"""The same coming week, planned for somebody who is behind on a goal and for somebody who is ahead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from timeblock import pipeline
from timeblock.calendars.memory import Memory
from timeblock.config import load
from timeblock.core.event import CalendarId
from timeblock.core.localtime import Week
from timeblock.core.progress import GoalState
from timeblock.planner.exact import solve
from timeblock.stages.deps import Deps
from timeblock.stages.values import Proposal, Seen
from timeblock.store.database import Database

CONFIG = """
identity = "me"
[person]
zone = "Europe/Oslo"
contract = "40h"
[planning]
weeks = 1
[accounts.here]
type = "memory"
[[calendars]]
name = "work"
account = "here"
area = "work"
[[calendars]]
name = "protected"
account = "here"
role = "blocks"
[[blocks]]
name = "focus"
kind = "focus"
area = "work"
quota = "3 per week"
days = ["tue", "wed", "thu"]
windows = "08:00-13:00"
duration = "1h30m"
flexible = true
[[blocks]]
name = "shutdown"
kind = "ritual"
quota = "1 per day"
days = "weekdays"
duration = "15m"
[[goals]]
name = "time to think"
metric = "focus_time"
target = "at least 10h"
start = 2026-10-05
by = 2027-01-31
[[goals]]
name = "a week is a week"
metric = "work"
target = "at most {work}"
start = 2026-10-05
by = 2027-01-31
"""
MONDAY = date(2026, 11, 23)


def meeting(uid: str, day: date, start: int, end: int) -> str:
    """On the hours of the wall in Oslo (winter time, as all these weeks from the end of October)."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:t",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTART;TZID=Europe/Oslo:{day:%Y%m%d}T{start:02}0000",
        f"DTEND;TZID=Europe/Oslo:{day:%Y%m%d}T{end:02}0000",
        "SUMMARY:Meeting",
        "ORGANIZER:mailto:a@x.example",
        "ATTENDEE:mailto:b@x.example",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(lines)


def planned(db: Database, folder: Path, hours: int, work: str = "45h") -> tuple[Seen, Proposal]:
    """The plan of Monday morning, after seven weeks of meetings from nine on, ``hours`` a day."""
    (folder / "c.toml").write_text(CONFIG.format(work=work))
    settings, here = load.load(folder / "c.toml"), Memory("here", ("work", "protected"))
    calendar = CalendarId("here", "work")
    for n in range(1, 50):
        day = MONDAY - timedelta(n)
        if day.weekday() < 5:
            here.put(calendar, f"{day}.ics", meeting(str(day), day, 9, 9 + hours))
    here.put(calendar, "coming.ics", meeting("coming", MONDAY + timedelta(1), 12, 13))  # the same week for all
    deps = Deps(settings, db, {"here": here}, solve)
    now = settings.person.where.at(MONDAY, 7 * 60)
    pipeline.pull(deps, now)
    snapshot = pipeline.load(deps, now)
    seen = pipeline.observe(snapshot)
    return seen, pipeline.propose(solve, snapshot, seen)


def state(seen: Seen, goal: str) -> GoalState:
    return next(p.state for p in seen.progress if p.goal.name == goal)


def test_who_is_behind_has_focus_shown_as_busy_and_who_is_ahead_as_free(db: Database, tmp_path: Path) -> None:
    seen, proposal = planned(db, tmp_path, hours=7)
    assert state(seen, "time to think") is GoalState.OFF_TRACK
    focus = [b for b in proposal.plan.blocks if b.request == "focus"]
    assert [b.busy for b in focus] == [True, True, True]
    assert any(idea == '"time to think" is behind, so its blocks are held more firmly' for idea in proposal.ideas)


def test_who_is_ahead_leaves_it_bookable(db: Database, tmp_path: Path) -> None:
    seen, proposal = planned(db, tmp_path, hours=1)
    assert state(seen, "time to think") in (GoalState.ON_TRACK, GoalState.MET)
    focus = [b for b in proposal.plan.blocks if b.request == "focus"]
    assert [b.busy for b in focus] == [False, False, False]
    assert not [idea for idea in proposal.ideas if "held more firmly" in idea]


@pytest.mark.parametrize(("work", "end"), [("45h", 17), ("35h", 16)])
def test_a_goal_about_work_moves_the_end_of_the_day(db: Database, tmp_path: Path, work: str, end: int) -> None:
    _, proposal = planned(db, tmp_path, hours=1, work=work)
    where = proposal.problem.where
    ends = {where.clock_at(b.interval.end).hour for b in proposal.plan.blocks if b.request == "shutdown"}
    assert ends == {end}
    (budget,) = proposal.problem.budgets
    assert budget.interval == where.week(Week.of(MONDAY))
    assert budget.minutes == int(work[:-1]) * 60 - 60  # less the meeting that stands
