"""Milestones as tasks in a calendar that the person keeps for them: what should stand there, by the rules of blocks.

A milestone that was kept is done; one that was not goes away, for nobody can reach it any more. Of a week that nothing
is known of it stays open: the person may know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from timeblock.core.diff import DONE, Slot, State, Written, fitted, one_line
from timeblock.core.event import CalendarId, Draft, due_on
from timeblock.core.goals import Milestone
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.core.progress import Progress, way, worded


def desired(
    progress: Iterable[Progress],
    paused: Mapping[str, Collection[Week]],
    calendar: CalendarId,
    identity: str,
    until: Instant,
    written: Iterable[Written],
) -> dict[Slot, Draft]:
    """The milestones of all goals as drafts on ``calendar``, but for those that the person deleted or that are due at
    ``until`` or later.

    ``paused``: weeks, by the goal's name, that ask for nothing.
    """
    known = {w.slot: w for w in written}
    tasks = (task for found in progress for task in _tasks(found, paused.get(found.goal.name, ())))
    wanted = {Slot(calendar, task.key): task for task in tasks if task.interval.start < until}
    skipped = {slot for slot, there in known.items() if there.state is State.SKIPPED}
    return {slot: fitted(task, slot, known.get(slot), identity) for slot, task in wanted.items() if slot not in skipped}


def _tasks(found: Progress, paused: Collection[Week]) -> Iterator[Draft]:
    kept = {step.week: step.kept for step in found.steps}
    for milestone in found.milestones:
        week = Week.of(milestone.on)
        if week in paused or kept.get(week) is False:
            continue
        yield replace(_task(found, milestone, week), done=DONE if kept.get(week) else way(found, milestone))


def _task(found: Progress, milestone: Milestone, week: Week) -> Draft:
    key, area = f"milestone {found.goal.name}/{week}", found.goal.area
    return Draft(
        "",
        key,
        0,
        due_on(milestone.on),
        "UTC",
        one_line(worded(found.goal, milestone)),
        categories=(area,) * bool(area),
    )
