"""Milestones of goals as tasks, on a list of tasks of a real server, and what people do to them."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.person import CONFIG, Person, unfolded
from tests.proxy import dropped
from timeblock import pipeline

GOALS = """
[[calendars]]
name = "steps"
account = "home"
match = "{steps}"
role = "milestones"
[[goals]]
name = "fifty"
metric = "work"
target = "at most 50h"
start = 2026-11-16
by = 2026-12-31
area = "family"
[[goals]]
name = "thirty"
metric = "work"
target = "at most 30h"
start = 2026-11-16
by = 2026-12-31
"""
WITH_GOALS = CONFIG.partition("[[blocks]]")[0].replace('match = "{work}"', 'match = "{work}"\narea = "work"') + GOALS
A_WEEK = int(timedelta(7).total_seconds())
ONLY_TASKS = (
    '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
    '<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>'
    "</d:prop></d:set></c:mkcalendar>"
)
"""RFC 4791, 5.3.1."""

OWN = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Someone//Else//EN\r
BEGIN:VTODO\r
UID:own\r
DTSTAMP:20260101T000000Z\r
DUE;VALUE=DATE:20261125\r
SUMMARY:Buy bread\r
END:VTODO\r
END:VCALENDAR\r
"""


@pytest.fixture
def someone(person: Person) -> Person:
    """On Radicale, with a list of tasks beside their calendars, in which stands a task of their own."""
    return with_tasks(person)


@pytest.fixture
def someone_anywhere(anywhere: Person) -> Person:
    return with_tasks(anywhere)


def with_tasks(person: Person) -> Person:
    path = person.calendars["protected"].replace("protected", "steps")
    person.http("MKCALENDAR", path, ONLY_TASKS, **{"Content-Type": "application/xml"})
    person.calendars = {**person.calendars, "steps": path}
    person.configure(WITH_GOALS)
    person.put("own", OWN, "steps")
    return person


def steps(person: Person) -> dict[str, str]:
    """Our tasks by ``goal/week``, each as name of its file, and status."""
    found = {}
    for name, text in person.events("steps").items():
        if mark := re.search(r"X-TIMEBLOCK-KEY:milestone (\S+?)\\?;", unfolded(text)):
            found[mark[1]] = name
    return found


def lines(person: Person, step: str) -> list[str]:
    return unfolded(person.get(steps(person)[step], "steps")).splitlines()


def edit(person: Person, step: str, old: str, new: str) -> str:
    """The person changes a task of ours; its text as the server has it then."""
    name = steps(person)[step]
    before = person.get(name, "steps")
    assert old in before
    person.put(name, before.replace(old, new), "steps")
    return person.get(name, "steps")


def test_milestones_stand_as_tasks_as_far_as_the_plan_reaches(someone: Person) -> None:
    someone.apply()
    assert set(steps(someone)) == {f"{goal}/2026-W{week}" for goal in ("fifty", "thirty") for week in (48, 49)}
    said = lines(someone, "fifty/2026-W48")
    for line in ("SUMMARY:fifty: at most 50:00 h this week", "DUE;VALUE=DATE:20261129", "CATEGORIES:family"):
        assert line in said
    assert {"STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"} <= set(said)
    assert "SUMMARY:Buy bread" in someone.get("own", "steps")


def test_a_second_run_writes_nothing(someone_anywhere: Person) -> None:
    someone_anywhere.apply()
    someone_anywhere.front.heal()
    cycle = someone_anywhere.apply()
    assert (cycle.run, cycle.proposal.changes, someone_anywhere.front.writes) == ("", (), [])


def test_tasks_take_no_time(someone: Person) -> None:
    someone.apply()
    seen = someone.apply().seen
    assert {c.occurrence.event.summary for c in seen.classified} == {"Board dinner"}
    assert seen.facts.blocks == ()


def test_a_kept_milestone_is_done_and_a_missed_one_goes(someone_anywhere: Person) -> None:
    someone_anywhere.apply()
    someone_anywhere.now += A_WEEK
    cycle = someone_anywhere.apply()
    why = {change.slot.key: change.why for change in cycle.proposal.changes}
    assert why["milestone fifty/2026-W48"] == "reached"
    assert {"STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261130T000000Z"} <= set(
        lines(someone_anywhere, "fifty/2026-W48")
    )
    assert "thirty/2026-W48" not in steps(someone_anywhere)
    assert "thirty/2026-W50" in steps(someone_anywhere)
    someone_anywhere.now += 2 * A_WEEK
    someone_anywhere.apply()
    assert "STATUS:COMPLETED" in lines(someone_anywhere, "fifty/2026-W48")


def test_what_is_ticked_off_stays_so_and_what_was_unticked_too(someone: Person) -> None:
    someone.apply()
    ticked = edit(someone, "thirty/2026-W48", "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    someone.apply()
    someone.now += A_WEEK
    someone.apply()
    assert someone.get(steps(someone)["thirty/2026-W48"], "steps") == ticked
    edit(someone, "fifty/2026-W48", "STATUS:COMPLETED", "STATUS:NEEDS-ACTION\r\nX-THEIRS:kept")
    left = edit(someone, "fifty/2026-W48", "PERCENT-COMPLETE:100", "PERCENT-COMPLETE:0")
    someone.apply()
    someone.apply()
    assert someone.get(steps(someone)["fifty/2026-W48"], "steps") == left


def test_what_was_deleted_or_called_off_does_not_come_back(someone_anywhere: Person) -> None:
    someone_anywhere.apply()
    someone_anywhere.delete(steps(someone_anywhere)["fifty/2026-W48"], "steps")
    off = edit(someone_anywhere, "thirty/2026-W48", "STATUS:NEEDS-ACTION", "STATUS:CANCELLED")
    for _ in range(3):
        someone_anywhere.apply()
        assert "fifty/2026-W48" not in steps(someone_anywhere)
        assert someone_anywhere.get(steps(someone_anywhere)["thirty/2026-W48"], "steps") == off


def test_another_day_and_another_title_stay(someone: Person) -> None:
    someone.apply()
    edit(someone, "fifty/2026-W48", "fifty: at most 50:00 h this week", "Home by five")
    moved = edit(someone, "thirty/2026-W48", "VALUE=DATE:20261129", "VALUE=DATE:20261127")
    someone.now += A_WEEK
    someone.apply()
    assert {"SUMMARY:Home by five", "STATUS:COMPLETED"} <= set(lines(someone, "fifty/2026-W48"))
    assert someone.get(steps(someone)["thirty/2026-W48"], "steps") == moved


def test_undo_takes_them_back(someone: Person) -> None:
    someone.apply()
    with someone.deps() as deps:
        pipeline.undo(deps, someone.now)
    assert someone.names("steps") == ["own.ics"]
    someone.apply()
    assert someone.names("steps") == ["own.ics"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_lost_answer_leads_to_one_task_and_no_more(someone: Person, method: str) -> None:
    if method == "DELETE":
        someone.apply()
        someone.now += A_WEEK
    someone.front.on(method, dropped, path=someone.calendars["steps"])
    someone.apply()
    someone.front.heal()
    someone.apply()
    assert someone.waiting() == []
    assert len(someone.names("steps")) == 1 + len(steps(someone)) == (5 if method == "PUT" else 6)


def test_who_takes_the_role_away_has_open_tasks_taken_back(someone: Person) -> None:
    someone.apply()
    someone.configure(WITH_GOALS.replace('role = "milestones"', ""))
    someone.apply()
    assert someone.names("steps") == ["own.ics"]


def test_the_list_shows_what_it_takes(someone: Person) -> None:
    offered = json.loads(someone.run("--json", "calendars"))["calendars"]
    assert {c["used_as"]: c["role"] for c in offered if c["used_as"]}["steps"] == "milestones"
    assert "Milestones" in someone.run("plan")
    assert "a task was written, read back, changed and deleted" in someone.run("doctor", "--write")
    assert someone.names("steps") == ["own.ics"]
