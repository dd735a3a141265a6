"""What past weeks came to, where goals began, and what was decided about them: what no calendar could tell again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Baseline, Goal
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.store.database import Database


@dataclass(frozen=True, slots=True)
class Redefined:
    """A week that one definition of a metric counts otherwise than a newer one."""

    metric: str
    week: Week
    old: int
    was: float
    new: int
    now: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person answered to an offer about a goal: a lever, or "keep"."""

    goal: str
    on: date
    choice: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What goals rest on beside the calendars: the weeks' figures, and by the goal's name its baseline and the day of
    the last decision about it."""

    weeks: Mapping[Week, tuple[Measure, ...]] = field(default_factory=dict)
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    decided: Mapping[str, date] = field(default_factory=dict)

    def filled_in(self, week: Week, found: Sequence[Measure]) -> tuple[Measure, ...]:
        """``found``, and what is kept in place of what is unknown by now: calendars forget."""
        known = {m.id: m for m in self.weeks.get(week, ())}
        return tuple(m if m.value is not None else known.get(m.id, m) for m in found)


def kept(db: Database, goals: Sequence[Goal]) -> Kept:
    """What is kept for ``goals``."""
    weeks = recall(db, ["work", *(goal.metric for goal in goals)]) if goals else {}
    return Kept(weeks, baselines(db, goals), {d.goal: d.on for d in decisions(db)})


def remember(db: Database, weeks: Mapping[Week, Sequence[Measure]]) -> None:
    """Keep what is known of ``weeks``, which are over. What an earlier definition said of them stays beside it."""
    rows = (
        {"metric": m.id, "week": str(week), "version": m.version, "value": m.value, "parts": json.dumps(m.parts)}
        for week, found in weeks.items()
        for m in found
        if m.value is not None
    )
    with db.transaction():
        db.many("put_figure", rows)


def recall(db: Database, metrics: Iterable[str]) -> dict[Week, tuple[Measure, ...]]:
    """What is kept of each week, by the newest definition it was counted with."""
    found: dict[Week, dict[str, Measure]] = defaultdict(dict)
    for metric in dict.fromkeys(metrics):
        unit = DEFINITIONS[metric].unit if metric in DEFINITIONS else "count"
        for week, version, value, parts in db.rows("figures", metric=metric):
            known = tuple((name, share) for name, share in json.loads(parts))
            found[Week.parse(week)][metric] = Measure(metric, unit, version, value, parts=known)
    return {week: tuple(measures.values()) for week, measures in found.items()}


def redefined(db: Database) -> tuple[Redefined, ...]:
    """Each figure that a new definition changed."""
    return tuple(
        Redefined(metric, Week.parse(week), old, was, new, now)
        for metric, week, old, was, new, now in db.rows("redefined")
    )


def about(goal: Goal) -> str:
    """What its baseline is taken of: another metric or start has another one."""
    return f"{goal.metric}/{goal.of}/{goal.start}"


def baselines(db: Database, goals: Iterable[Goal]) -> dict[str, Baseline]:
    """By the name of the goal; of those that have one."""
    kept = {(goal, what): (value, weeks) for goal, what, value, weeks in db.rows("baselines")}
    found = ((goal.name, kept.get((goal.name, about(goal)))) for goal in goals if goal.baseline is None)
    return {name: Baseline(row[0], tuple(map(Week.parse, row[1].split()))) for name, row in found if row}


def keep_baselines(db: Database, known: Iterable[tuple[Goal, Baseline]]) -> None:
    """The first that is kept stays: later edits of the calendar do not move where a goal began."""
    db.many(
        "put_baseline",
        (
            {"goal": goal.name, "about": about(goal), "value": base.value, "weeks": " ".join(map(str, base.weeks))}
            for goal, base in known
            if base.value is not None and base.weeks
        ),
    )


def decisions(db: Database) -> tuple[Decision, ...]:
    """All that were made, the oldest first."""
    return tuple(Decision(goal, date.fromisoformat(on), choice) for goal, on, choice in db.rows("decisions"))


def decide(db: Database, decision: Decision) -> None:
    db.run("put_decision", goal=decision.goal, decided_on=decision.on.isoformat(), choice=decision.choice)
