"""Preferences that look at siblings, in rows: days between the blocks of a week."""

from __future__ import annotations

from collections.abc import Iterator

from timeblock.core.problem import one_a_day
from timeblock.planner.cost import CROWDED, days_apart, stretches
from timeblock.planner.model import Build, Model, by_day
from timeblock.planner.program import Row


def spread(model: Model) -> Iterator[Row]:
    """Blocks over one in so many days running of a week; each costs where one stands there for good."""
    for group, mine in model.requests:
        apart = days_apart(group.request)
        if apart == 1 or not mine:
            continue
        days = {day.toordinal(): same for day, same in by_day(model, mine).items()}
        stands = {model.room.clock.day(i.start).toordinal() for i in model.room.siblings(group.item)}
        for stretch in sorted({stretch for day in days for stretch in stretches(day, apart)}, key=lambda s: s.start):
            together = [j for day in stretch for j in days.get(day, ())]
            if not stands.isdisjoint(stretch):
                for j in together:
                    model.cost[j] += CROWDED
            elif sum(day in days for day in stretch) > 1 or not one_a_day(group.request):
                over = model.number(7, CROWDED)
                yield Row(1, (*together, over), (*(1 for _ in together), -1), "spread")


HABITS: tuple[Build, ...] = (spread,)
