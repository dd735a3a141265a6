"""Preferences that look at siblings, in rows: days between the blocks of a week, errands in one round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from timeblock.core.problem import one_a_day
from timeblock.planner.cost import CROWDED, SCATTERED, STROLL, days_apart, scattered, stretches
from timeblock.planner.model import Build, Model, by_day, cliques
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


def together(model: Model) -> Iterator[Row]:
    """For each day of a batch whether some two of its blocks have more than a stroll between them."""
    batches: dict[tuple[str, date], list[int]] = defaultdict(list)
    for group, mine in model.requests:
        for day, same in by_day(model, mine if group.request.batch else ()).items():
            batches[group.request.batch, day] += same
    for (_, day), same in batches.items():
        item, spans = model.groups[model.columns[same[0]].group].item, {j: model.columns[j] for j in same}
        stand = [(b.start, b.end) for b in model.room.of_batch(item) if model.room.clock.day(b.start) == day]
        if scattered(stand):
            continue
        apart = model.number(1, SCATTERED)
        for j, one in spans.items():
            if stand and scattered([*stand, (one.start, one.end)]):
                yield Row(0, (j, apart), (1, -1), "together")
            later = [(c.start, c.end, k) for k, c in spans.items() if c.start - one.end > STROLL]
            for clique in cliques(later, alone=True):
                yield Row(1, (j, *clique, apart), (*(1 for _ in (j, *clique)), -1), "together")


HABITS: tuple[Build, ...] = (spread, together)
