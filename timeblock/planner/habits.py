"""Preferences that look at siblings, in rows: a usual time of day, and days between the blocks of a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from timeblock.core.problem import Request, one_a_day
from timeblock.planner.cost import CROWDED, HALF_DAY, UNUSUAL, days_apart, half_hour, has_usual_time
from timeblock.planner.model import Build, Model, at_most, by_day
from timeblock.planner.program import Row
from timeblock.planner.usual import Slot, Usual


def usual_time(model: Model) -> Iterator[Row]:
    """How far each block is from a half hour of the day that is free to choose.

    As transport: what starts in some half hour is carried, half hour by half hour, to the usual one. Its relaxation is
    far closer to the truth than that of a distance.
    """
    clock = model.room.clock
    for group, mine in model.requests:
        if not has_usual_time(group.request) or not mine:
            continue
        stands = sorted(half_hour(clock, i.start) for i in model.room.siblings(group.item))
        slots = [
            {j: half_hour(clock, model.columns[j].start) for j in slot} for slot in _slots(model, group.request, mine)
        ]
        known = [*stands, *(hour for slot in slots for hour in slot.values())]
        hours = range(min(known), max(known) + 1)
        if len(hours) > 1 and len(slots) + len(stands) > 1:
            model.constant -= UNUSUAL * sum(abs(at - stands[len(stands) // 2]) for at in stands)
            usual = Usual(hours, [model.number(1) for _ in hours], [*_slots_of(model, slots, stands, hours)])
            model.usual.append(usual)
            yield at_most(1, usual.variables, "usual_time")
            for slot in usual.slots:
                yield from _carried(slot, usual)


def _slots_of(model: Model, slots: list[dict[int, int]], stands: list[int], hours: range) -> Iterator[Slot]:
    for at, slot in [(0, slot) for slot in slots] + [(at, {}) for at in stands]:
        later, earlier = ([model.number(1, UNUSUAL) for _ in hours[1:]] for _ in range(2))
        yield Slot(slot, at, later, earlier)


def _carried(slot: Slot, usual: Usual) -> Iterator[Row]:
    """No more arrives in a half hour than is usual there."""
    here: dict[int, list[int]] = defaultdict(list)
    for j, hour in slot.hours.items():
        here[hour].append(j)
    for n, hour in enumerate(usual.hours):
        terms = [(j, 1) for j in here[hour]] + [(usual.variables[n], -1)]
        terms += [(slot.later[n - 1], 1), (slot.earlier[n - 1], -1)] if n else []
        terms += [(slot.earlier[n], 1), (slot.later[n], -1)] if n < len(slot.later) else []
        variables, coefficients = zip(*terms, strict=True)
        yield Row(-1 if not slot.hours and hour == slot.stands else 0, variables, coefficients, "usual_time")


def _slots(model: Model, request: Request, mine: list[int]) -> list[list[int]]:
    """Columns of which at most one is taken: those of an item, of a day, or of half a day."""
    if request.per == "day":
        by_item: dict[int, list[int]] = defaultdict(list)
        for j in mine:
            by_item[model.columns[j].group].append(j)
        return list(by_item.values())
    halves: dict[tuple[date, bool], list[int]] = defaultdict(list)
    split = not one_a_day(request)
    for j in mine:
        day, minute = model.room.clock.at(model.columns[j].start)
        halves[day, split and minute >= HALF_DAY].append(j)
    return [halves[slot] for slot in sorted(halves)]


def spread(model: Model) -> Iterator[Row]:
    """Blocks over one in so many days running; each costs where one stands there for good."""
    for group, mine in model.requests:
        apart = days_apart(group.request)
        if apart == 1 or not mine:
            continue
        days = {day.toordinal(): same for day, same in by_day(model, mine).items()}
        stands = {model.room.clock.day(i.start).toordinal() for i in model.room.siblings(group.item)}
        for first in range(min(days) - apart + 1, max(days) + 1):
            together = [j for day in range(first, first + apart) for j in days.get(day, ())]
            if stands & set(range(first, first + apart)):
                for j in together:
                    model.cost[j] += CROWDED
            elif sum(day in days for day in range(first, first + apart)) > 1 or not one_a_day(group.request):
                over = model.number(7, CROWDED)
                yield Row(1, (*together, over), (*(1 for _ in together), -1), "spread")


HABITS: tuple[Build, ...] = (usual_time, spread)
