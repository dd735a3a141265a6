"""The problem in integers: pick columns, under rows of the form Σ coefficient · variable ≤ bound.

Two questions are put to the same columns: what to place (:meth:`Model.value`), then where (:meth:`Model.preferences`).
Variables are the columns (0 or 1) and, after them, whole numbers that rules and preferences need for themselves. A rule
of the referee that ties blocks to each other is one function in :data:`RULES`, a preference that looks at siblings one
of :mod:`timeblock.planner.habits`; what ties a block to facts alone is kept out of the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import permutations, product
from typing import TypeAlias

from timeblock.core.interval import MINUTE, Interval
from timeblock.core.localtime import Week
from timeblock.core.problem import NEXT_TO_MINUTES, Item, Request, one_a_day, way_minutes
from timeblock.planner.bound import Bound
from timeblock.planner.columns import Column, Group, columns, groups
from timeblock.planner.cost import moved, weight
from timeblock.planner.pairs import at_odds
from timeblock.planner.program import Program, Row
from timeblock.planner.room import Room


@dataclass
class Model:
    """``cost`` and ``most`` by variable: the points that one of it costs, and the largest value it may have."""

    room: Room
    groups: Sequence[Group]
    columns: Sequence[Column]
    cost: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    rules: list[Row] = field(default_factory=list)
    habits: list[Row] = field(default_factory=list)
    firm: int = 0
    """So many variables belong to columns and rules; those of habits follow."""
    constant: int = 0
    """Points that are paid anyway: all that stands moves; less what the habits of fixed blocks cost by themselves."""

    def number(self, most: int, cost: int = 0) -> int:
        """A new variable from 0 to ``most``."""
        self.cost.append(cost)
        self.most.append(most)
        return len(self.cost) - 1

    def value(self) -> Program:
        """Which blocks are missed, in :func:`weight`."""
        weights = [weight(self.room.problem, group.request) for group in self.groups]
        cost = [-weights[c.group] for c in self.columns] + [0] * (len(self.cost) - len(self.columns))
        constant = sum(n * len(group.items) for n, group in zip(weights, self.groups, strict=True))
        return Program(cost, self.most, self.rules, self._choices(), constant, range(self.firm))

    def preferences(self, missed: int, relaxed: Bound | None = None) -> Program:
        """Where the blocks lie, in points, with no more missed than ``missed``.

        ``relaxed``, a bound of :meth:`value`, tells columns that would miss more, and groups that may miss none.
        """
        value, columns = self.value(), range(len(self.columns))
        rows = [
            *self.rules,
            *self.habits,
            Row(missed - value.constant, tuple(columns), tuple(value.cost[: len(columns)])),
        ]
        kept: Sequence[int] = range(len(self.cost))
        if relaxed:
            spare = missed - relaxed.least
            kept = [j for j in kept if relaxed.extra.get(j, 0) <= spare]
            for (number, mine), fewer in zip(value.choices, relaxed.fewer, strict=True):
                if fewer > spare:
                    rows.append(Row(-number, tuple(mine), (-1,) * len(mine)))
        return Program(self.cost, self.most, rows, value.choices, self.constant, kept)

    def _choices(self) -> list[tuple[int, list[int]]]:
        return [(len(group.items), mine) for group, mine in zip(self.groups, self.by_group, strict=True)]

    def shortest(self) -> list[int]:
        """The shortest column at each start, and what stands: enough to know what can be placed."""
        first: dict[tuple[int, int], int] = {}
        for j, column in enumerate(self.columns):
            first.setdefault((column.group, column.start), j)
        stays = (j for j, column in enumerate(self.columns) if column.stays)
        return [*dict.fromkeys((*first.values(), *stays)), *range(len(self.columns), self.firm)]

    @cached_property
    def by_group(self) -> list[list[int]]:
        """The columns of each group."""
        found: list[list[int]] = [[] for _ in self.groups]
        for j, column in enumerate(self.columns):
            found[column.group].append(j)
        return found

    @cached_property
    def requests(self) -> list[tuple[Group, list[int]]]:
        """Each request by its first group, with the columns of all of its groups."""
        found: dict[str, tuple[Group, list[int]]] = {}
        for group, mine in zip(self.groups, self.by_group, strict=True):
            found.setdefault(group.request.name, (group, []))[1].extend(mine)
        return list(found.values())

    @cached_property
    def days(self) -> list[date]:
        """The day that each column starts on."""
        return [self.room.clock.day(c.start) for c in self.columns]


Build: TypeAlias = Callable[[Model], Iterator[Row]]


def build(
    room: Room, items: Iterable[Item], hint: Iterable[tuple[Item, Interval]] = (), habits: Sequence[Build] = ()
) -> Model:
    """The model of placing ``items`` into the room as it is. ``hint``: places that must be among the columns."""
    grouped = groups(items)
    model = Model(room, grouped, columns(room, grouped, hint))
    for column in model.columns:
        request = grouped[column.group].request
        model.number(1, column.cost - (moved(request) if column.stays else 0))
    model.constant = sum(moved(i.request) for group in grouped for i in group.items if i.before is not None)
    for rule in RULES:
        model.rules += rule(model)
    model.firm = len(model.cost)
    for habit in habits:
        model.habits += habit(model)
    return model


# ---- rules ----------------------------------------------------------------------------------------------------------


def as_often_as_asked(model: Model) -> Iterator[Row]:
    """No more blocks of a group than it has items."""
    for group, mine in zip(model.groups, model.by_group, strict=True):
        if mine:
            yield at_most(len(group.items), mine, "as_often_as_asked")


def one_at_a_time(model: Model) -> Iterator[Row]:
    """One row for each largest set of columns that all share a moment."""
    for clique in cliques((c.start, c.end, j) for j, c in enumerate(model.columns)):
        yield at_most(1, clique, "one_at_a_time")


def spaced(model: Model) -> Iterator[Row]:
    """The same, with each block as long as the spacing after it."""
    for group, mine in model.requests:
        spacing = group.request.spacing_minutes * MINUTE
        if spacing:
            for clique in cliques((model.columns[j].start, model.columns[j].end + spacing, j) for j in mine):
                yield at_most(1, clique, "spaced")


def on_different_days(model: Model) -> Iterator[Row]:
    """One block a day of a request, where that is asked for."""
    for group, mine in model.requests:
        if one_a_day(group.request):
            for _, same in sorted(by_day(model, mine).items()):
                yield at_most(1, same, "on_different_days")


def white_space_left(model: Model) -> Iterator[Row]:
    """No more seconds of a day than it can spare."""
    room = model.room
    taken = ((j, room.waking_seconds(c.start, c.end)) for j, c in enumerate(model.columns))
    yield from _spent(taken, room.spare, "white_space_left")


def within_budgets(model: Model) -> Iterator[Row]:
    """No more seconds of work than a budget has left."""
    room, groups = model.room, model.groups
    taken = ((j, room.budgeted_seconds(groups[c.group].item, c.start, c.end)) for j, c in enumerate(model.columns))
    yield from _spent(taken, room.budget, "within_budgets")


def not_next_to(model: Model) -> Iterator[Row]:
    """Blocks of requests that want distance: each as long as the distance after it, then one at a time."""
    apart = NEXT_TO_MINUTES * MINUTE
    for (a, mine), (b, theirs) in product(model.requests, repeat=2):
        if b.request.name in a.request.not_next_to:
            if _by_themselves_apart(a.request) and _by_themselves_apart(b.request):
                spans = ((model.columns[j].start, model.columns[j].end + apart, j) for j in {*mine, *theirs})
                yield from (at_most(1, clique, "not_next_to") for clique in cliques(spans))
            else:
                fewer, more = sorted((mine, theirs), key=lambda some: len(_exclusive(model, some)))
                yield from _kept_apart(model, fewer, more, NEXT_TO_MINUTES, "not_next_to")


def in_sequence(model: Model) -> Iterator[Row]:
    """On one day nothing of a request starts before what it follows has ended."""
    for (a, mine), (b, theirs) in permutations(model.requests, 2):
        if a.request.follows == b.request.name:
            days = by_day(model, theirs)
            for day, same in by_day(model, mine).items():
                yield from _pairs(model, same, days.get(day, []), "in_sequence")


def batched(model: Model) -> Iterator[Row]:
    """Blocks of a batch and week only on the day that is chosen for it, and there not far from each other."""
    chosen: dict[tuple[str, Week], dict[date, int]] = defaultdict(dict)
    together: dict[tuple[str, date], list[int]] = defaultdict(list)
    for group, mine in zip(model.groups, model.by_group, strict=True):
        for day, same in by_day(model, mine if group.request.batch else ()).items():
            days = chosen[group.request.batch, Week.of(day)]
            if day not in days:
                days[day] = model.number(1)
            most = len(group.items)
            together[group.request.batch, day] += same
            yield Row(0, (*same, days[day]), (*(1 for _ in same), -most), "batched")
    for days in chosen.values():
        yield at_most(1, list(days.values()), "batched")
    for same in together.values():
        yield from _pairs(model, same, same, "batched")


def time_to_get_there(model: Model) -> Iterator[Row]:
    """The way before and after a block, to whatever is at another place."""
    for a, mine in model.requests:
        others = (theirs for b, theirs in model.requests if way_minutes(a.request, b.request))
        far = [j for theirs in others for j in theirs] if a.request.travel_minutes else []
        yield from _kept_apart(model, mine, far, a.request.travel_minutes, "time_to_get_there")


def few_moves(model: Model) -> Iterator[Row]:
    """No more blocks that could stay lie elsewhere, or nowhere, than today allows."""
    room, left = model.room, model.room.problem.moves_left
    if left is not None:
        asked = {item.key for group in model.groups for item in group.items}
        elsewhere = sum(room.placed.get(key) != room.items[key].before for key in room.could_stay - asked)
        stays = [j for j, column in enumerate(model.columns) if column.stays in room.could_stay]
        yield Row(left - elsewhere - len(room.could_stay & asked), tuple(stays), (-1,) * len(stays), "few_moves")


RULES: tuple[Build, ...] = (
    as_often_as_asked,
    one_at_a_time,
    spaced,
    on_different_days,
    white_space_left,
    within_budgets,
    not_next_to,
    in_sequence,
    batched,
    time_to_get_there,
    few_moves,
)

# ---- building blocks ------------------------------------------------------------------------------------------------


def at_most(bound: int, variables: Sequence[int], rule: str) -> Row:
    return Row(bound, tuple(variables), (1,) * len(variables), rule)


def cliques(spans: Iterable[tuple[int, int, int]], alone: bool = False) -> Iterator[list[int]]:
    """The largest sets of half-open spans (start, end, name) that share a moment, in time. ``alone``: those of a single
    span, too."""
    ordered, least = sorted(spans), 1 if alone else 2
    ends = sorted((end, j) for _, end, j in ordered)
    lying: dict[int, None] = {}
    grown, done = False, 0
    for start, _, j in ordered:
        if grown and ends[done][0] <= start:
            if len(lying) >= least:
                yield list(lying)
            grown = False
        while done < len(ends) and ends[done][0] <= start:
            del lying[ends[done][1]]
            done += 1
        lying[j] = None
        grown = True
    if len(lying) >= least:
        yield list(lying)


def _spent(
    taken: Iterable[tuple[int, Iterable[tuple[int, int]]]], left: Callable[[int], int], rule: str
) -> Iterator[Row]:
    """For each pot that columns draw on: no more than is left in it."""
    pots: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for j, parts in taken:
        for pot, seconds in parts:
            pots[pot].append((j, seconds))
    for pot, terms in sorted(pots.items()):
        variables, seconds_of = zip(*terms, strict=True)
        yield Row(left(pot), variables, seconds_of, rule)


def _pairs(model: Model, mine: Iterable[int], theirs: Iterable[int], rule: str) -> Iterator[Row]:
    """Each column with each set of others that share a moment and are at odds with it."""
    columns, groups, clock = model.columns, model.groups, model.room.clock
    for j in mine:
        one, request = columns[j].interval, groups[columns[j].group].request
        odd = [
            (other.start, other.end, k)
            for k in theirs
            if k != j and at_odds(clock, request, one, groups[columns[k].group].request, (other := columns[k]).interval)
        ]
        yield from (at_most(1, [j, *clique], rule) for clique in cliques(odd, alone=True))


def _kept_apart(model: Model, mine: list[int], theirs: list[int], minutes: int, rule: str) -> Iterator[Row]:
    """So many minutes before and after a block of the one: lengthened by them on both sides, one at a time with blocks
    of the others."""
    columns, apart = model.columns, minutes * MINUTE
    for some in _exclusive(model, mine) if theirs else ():
        first, last = min(columns[j].start for j in some) - apart, max(columns[j].end for j in some) + apart
        near = [j for j in theirs if first < columns[j].end and columns[j].start < last]
        long = [(columns[j].start - apart, columns[j].end + apart, j) for j in some]
        for clique in cliques([*long, *((columns[j].start, columns[j].end, j) for j in near)]):
            if not set(some).isdisjoint(clique) and not set(near).isdisjoint(clique):
                yield at_most(1, clique, rule)


def _exclusive(model: Model, mine: list[int]) -> list[list[int]]:
    """The columns of a request in sets of which at most one is taken."""
    found: dict[object, list[int]] = defaultdict(list)
    for j in mine:
        group = model.columns[j].group
        alone: object = group if len(model.groups[group].items) == 1 else (group, j)
        found[model.days[j] if one_a_day(model.groups[group].request) else alone].append(j)
    return list(found.values())


def _by_themselves_apart(request: Request) -> bool:
    return one_a_day(request) or request.spacing_minutes >= NEXT_TO_MINUTES


def by_day(model: Model, mine: Iterable[int]) -> dict[date, list[int]]:
    found: dict[date, list[int]] = defaultdict(list)
    for j in mine:
        found[model.days[j]].append(j)
    return found
