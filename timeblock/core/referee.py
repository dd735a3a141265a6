"""The referee: checks a plan against its problem without knowing any solver.

Each rule is one function of problem and plan that yields what breaks it; :data:`RULES` holds them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations, pairwise, permutations
from typing import TypeAlias

from timeblock.core.interval import MINUTE, Instant, Interval, Spans
from timeblock.core.localtime import Week
from timeblock.core.plan import Block, Plan
from timeblock.core.problem import (
    BATCH_MINUTES,
    NEXT_TO_MINUTES,
    Fixed,
    Item,
    Problem,
    Request,
    now_of,
    one_a_day,
    way_minutes,
)
from timeblock.core.words import moment


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks, and the blocks that break it."""

    rule: str
    keys: tuple[str, ...]
    text: str


# ---- the referee ----------------------------------------------------------------------------------------------------


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Everything the plan does that it may not; empty for a sound plan."""
    case = Case(problem, plan)
    return tuple(
        Violation(rule.__name__, keys, text) for rule in RULES for keys, text in sorted(set(rule(case)))
    )  # sorted: the same plan is always judged in the same words


@dataclass(frozen=True)
class Case:
    """A plan before its judge: the plan with the question it answers."""

    problem: Problem
    plan: Plan

    @cached_property
    def items(self) -> Mapping[str, Item]:
        return {item.key: item for item in self.problem.items}

    @cached_property
    def placed(self) -> tuple[tuple[Block, Item], ...]:
        """The blocks that the planner placed itself, with what was asked; not pinned and not unknown ones."""
        return tuple((b, self.items[b.key]) for b in self.plan.blocks if not b.pinned and b.key in self.items)

    @cached_property
    def standing(self) -> Mapping[str, Interval]:
        """Blocks that may not be moved."""
        return {f.key: f.interval for f in self.problem.fixed if f.key}

    def told(self, block: Block) -> str:
        return f"{block.title or block.key} ({moment(block.interval.start, self.problem.where)})"


Finding: TypeAlias = tuple[tuple[str, ...], str]
Rule: TypeAlias = Callable[[Case], Iterator[Finding]]


def inside_a_window(case: Case) -> Iterator[Finding]:
    """A block lies whole in one of the windows of its request."""
    for block, item in case.placed:
        if not any(w.covers(block.interval) for w in item.windows):
            yield (block.key,), f"{case.told(block)} is outside its windows"


def right_length(case: Case) -> Iterator[Finding]:
    """A block is neither shorter than ``min_minutes`` nor longer than ``max_minutes``."""
    for block, item in case.placed:
        if not item.min_minutes <= block.interval.minutes <= item.max_minutes:
            yield (block.key,), f"{case.told(block)} is {block.interval.minutes:g} min long"


def clear_of_facts(case: Case) -> Iterator[Finding]:
    """A block takes no time that an event or a pinned block has, nor that of the way to it."""
    facts, taken = case.problem.fixed, Spans.of(f.interval for f in case.problem.fixed)
    far = [f for f in facts if f.travel_minutes]
    for block, item in case.placed:
        others = facts if item.request.travel_minutes else far
        if taken.clip(block.interval).intervals:
            yield (block.key,), f"{case.told(block)} takes time that is not free"
        elif any(_too_far(item.request, block.interval, f, f.interval) for f in others):
            yield (block.key,), f"{case.told(block)} leaves no time for the way"


def one_at_a_time(case: Case) -> Iterator[Finding]:
    """No two placed blocks overlap."""
    latest: Block | None = None
    for block, _ in sorted(case.placed, key=lambda pair: pair[0].interval):
        if latest and latest.interval.overlaps(block.interval):
            yield (latest.key, block.key), f"{case.told(latest)} and {case.told(block)} overlap"
        if latest is None or block.interval.end > latest.interval.end:
            latest = block


def each_answered_once(case: Case) -> Iterator[Finding]:
    """Each item is a block or is listed as unplaced, once; nothing else is in the plan."""
    answers = Counter([b.key for b in case.plan.blocks] + [u.key for u in case.plan.unplaced])
    for key in answers.keys() | case.items.keys():
        if answers[key] != 1:
            yield (key,), f"{key} is answered {answers[key]} times"
        elif key not in case.items and key not in case.standing:
            yield (key,), f"{key} was not asked for"


def reasons_given(case: Case) -> Iterator[Finding]:
    """Every block and every unplaced item says why."""
    answers = [(b.key, b.reason) for b in case.plan.blocks] + [(u.key, u.reason) for u in case.plan.unplaced]
    for key, reason in answers:
        if not reason:
            yield (key,), f"{key} has no reason"


def spaced(case: Case) -> Iterator[Finding]:
    """Two blocks of a request have ``spacing_minutes`` between them."""
    for (first, _), (second, request) in _neighbours(case):
        gap = second.interval.start - first.interval.end
        if gap < request.spacing_minutes * MINUTE and not (first.pinned and second.pinned):
            yield (first.key, second.key), f"{case.told(first)} and {case.told(second)} are too close"


def on_different_days(case: Case) -> Iterator[Finding]:
    """At most one block of a weekly request a day, where :func:`one_a_day` holds."""
    days: dict[tuple[str, object], list[Block]] = defaultdict(list)
    for block, request in _with_facts(case):
        if one_a_day(request):
            days[block.request, case.problem.where.date_of(block.interval.start)].append(block)
    for (_, day), blocks in days.items():
        if len(blocks) > 1 and not all(b.pinned for b in blocks):
            yield tuple(b.key for b in blocks), f"{len(blocks)} blocks of {blocks[0].request} on {day}"


def in_the_future(case: Case) -> Iterator[Finding]:
    """Nothing is placed before now."""
    for block, _ in case.placed:
        if block.interval.start < now_of(case.problem):
            yield (block.key,), f"{case.told(block)} is over or has begun"


def pinned_stay(case: Case) -> Iterator[Finding]:
    """A block that the person put somewhere, or that starts soon, stands in the plan just there; no other is pinned."""
    blocks = {b.key: b for b in case.plan.blocks}
    for key, interval in case.standing.items():
        block = blocks.get(key)
        if block is None and interval.overlaps(case.problem.horizon):
            yield (key,), f"{key} may not go"
        elif block and block.interval != interval:
            yield (key,), f"{case.told(block)} may not be moved"
    for block in case.plan.blocks:
        if block.pinned and block.key not in case.standing:
            yield (block.key,), f"{case.told(block)} is pinned by nobody"


def touching(case: Case) -> Iterator[Finding]:
    """A buffer or break is flush with the event it belongs to."""
    for block, item in case.placed:
        for window in item.windows:
            if (item.touch == "start" and block.interval.start != window.start) or (
                item.touch == "end" and block.interval.end != window.end
            ):
                yield (block.key,), f"{case.told(block)} does not touch what it belongs to"


def white_space_left(case: Case) -> Iterator[Finding]:
    """On a day with placed blocks at least ``white_space_minutes`` of waking time have nothing in them."""
    taken = Spans.of([f.interval for f in case.problem.fixed] + [b.interval for b in case.plan.blocks])
    for awake in case.problem.waking:
        keys = tuple(sorted(b.key for b, _ in case.placed if b.interval.overlaps(awake)))
        left = taken.gaps(awake).minutes
        if keys and left < case.problem.white_space_minutes:
            day = case.problem.where.date_of(awake.start)
            yield keys, f"{left:g} min of white space left on {day}"


def within_budgets(case: Case) -> Iterator[Finding]:
    """Blocks of work take no more of a week than its budget has left."""
    for budget in case.problem.budgets:
        spent = [
            (b, part) for b, item in case.placed if item.request.is_work and (part := b.interval.clip(budget.interval))
        ]
        if (minutes := sum(part.minutes for _, part in spent)) > budget.minutes:
            yield tuple(sorted(b.key for b, _ in spent)), f"{minutes:g} min of work where {budget.minutes} are left"


def not_next_to(case: Case) -> Iterator[Finding]:
    """Blocks of requests that want distance have it."""
    for one, two in _others(case):
        apart = max(one[0].interval.start - two[0].interval.end, two[0].interval.start - one[0].interval.end)
        if two[0].request in one[1].not_next_to and apart < NEXT_TO_MINUTES * MINUTE:
            yield tuple(sorted((one[0].key, two[0].key))), f"{case.told(one[0])} is next to {case.told(two[0])}"


def in_sequence(case: Case) -> Iterator[Finding]:
    """A block comes after those it follows, on the days that have both."""
    day = case.problem.where.date_of
    for (block, request), (other, _) in _others(case):
        same = day(block.interval.start) == day(other.interval.start)
        if request.follows == other.request and same and block.interval.start < other.interval.end:
            yield (block.key, other.key), f"{case.told(block)} is before {case.told(other)}"


def batched(case: Case) -> Iterator[Finding]:
    """Blocks of one batch that lie in one week lie on one day, within a few hours."""
    days: dict[tuple[str, Week], dict[date, list[Block]]] = defaultdict(lambda: defaultdict(list))
    for block, request in _with_facts(case):
        if request.batch:
            day = case.problem.where.date_of(block.interval.start)
            days[request.batch, Week.of(day)][day].append(block)
    for (batch, week), found in days.items():
        blocks = [block for some in found.values() for block in some]
        ours = [b for b in blocks if not b.pinned]
        whole = max(b.interval.end for b in blocks) - min(b.interval.start for b in blocks)
        if len(found) == 1 < len(blocks) and ours and whole > BATCH_MINUTES * MINUTE:
            yield tuple(sorted(b.key for b in blocks)), f"{batch} takes {whole // MINUTE} min of one day"
        if len(found) > 1 and sum(all(b.pinned for b in some) for some in found.values()) < len(found):
            yield tuple(sorted(b.key for b in blocks)), f"{batch} is spread over {len(found)} days of {week}"


def time_to_get_there(case: Case) -> Iterator[Finding]:
    """Between blocks at different places lies the time that the way takes."""
    if any(item.request.travel_minutes for _, item in case.placed):
        for (one, a), (two, b) in combinations(case.placed, 2):
            if _too_far(a.request, one.interval, b.request, two.interval):
                yield (one.key, two.key), f"{case.told(one)} and {case.told(two)} leave no time for the way"


def few_moves(case: Case) -> Iterator[Finding]:
    """No more blocks that could stay are moved or given up than today allows."""
    if case.problem.moves_left is None:
        return
    lies = {b.key: b.interval for b in case.plan.blocks}
    moved = tuple(sorted(k for k in could_stay(case.problem) if lies.get(k) != case.items[k].before))
    if len(moved) > case.problem.moves_left:
        yield moved, f"{len(moved)} blocks are moved where {case.problem.moves_left} may be"


def busy_when_it_must_be(case: Case) -> Iterator[Finding]:
    """Only flexible blocks are free, and not when they start within ``busy_before_minutes``."""
    soon = now_of(case.problem) + case.problem.busy_before_minutes * MINUTE
    for block, item in case.placed:
        if not block.busy and (not item.request.flexible or block.interval.start < soon):
            yield (block.key,), f"{case.told(block)} is shown as free"


def on_the_grid(case: Case) -> Iterator[Finding]:
    """A start is on the grid of the person's clock, or flush with a fact or the edge of a window, or where it was."""
    starts = {f.interval.start for f in case.problem.fixed}
    ends = {f.interval.end for f in case.problem.fixed}
    for block, item in case.placed:
        start, end = block.interval.start, block.interval.end
        flush = start in ends or end in starts or any(start == w.start or end == w.end for w in item.windows)
        if not flush and block.interval != item.before and _minute(case.problem, start) % case.problem.grid_minutes:
            yield (block.key,), f"{case.told(block)} does not start on the grid"


def told_truly(case: Case) -> Iterator[Finding]:
    """A block has the title, kind, area and privacy that its request asks for."""
    for block, item in case.placed:
        request = item.request
        said = (block.request, block.title, block.kind, block.area, block.private)
        if said != (request.name, request.title, request.kind, request.area, request.private):
            yield (block.key,), f"{case.told(block)} is not what {request.name} asked for"


def in_order(case: Case) -> Iterator[Finding]:
    """Blocks are sorted by start."""
    keys = [(b.interval, b.key) for b in case.plan.blocks]
    if keys != sorted(keys):
        yield (), "the blocks are not in order"


RULES: tuple[Rule, ...] = (
    inside_a_window,
    right_length,
    clear_of_facts,
    one_at_a_time,
    each_answered_once,
    reasons_given,
    spaced,
    on_different_days,
    in_the_future,
    pinned_stay,
    touching,
    white_space_left,
    within_budgets,
    not_next_to,
    in_sequence,
    batched,
    time_to_get_there,
    few_moves,
    busy_when_it_must_be,
    on_the_grid,
    told_truly,
    in_order,
)


ALONE: tuple[Rule, ...] = (inside_a_window, right_length, clear_of_facts, in_the_future, touching)
TOGETHER: tuple[Rule, ...] = (
    one_at_a_time,
    spaced,
    on_different_days,
    white_space_left,
    within_budgets,
    not_next_to,
    in_sequence,
    batched,
    time_to_get_there,
)


def could_stay(problem: Problem) -> frozenset[str]:
    """Keys of the blocks that could all stay where they stand; none where they cannot stay together."""
    blocks = [_as_it_stands(item, item.before) for item in problem.items if item.before is not None]
    alone = Case(problem, Plan(problem.horizon, tuple(blocks)))
    out = {key for rule in ALONE for keys, _ in rule(alone) for key in keys}
    together = Case(problem, Plan(problem.horizon, tuple(b for b in blocks if b.key not in out)))
    broken = any(True for rule in TOGETHER for _ in rule(together))
    return frozenset() if broken else frozenset(b.key for b in together.plan.blocks)


def _as_it_stands(item: Item, interval: Interval) -> Block:
    request = item.request
    return Block(item.key, request.name, request.title, request.kind, request.area, interval)


def _too_far(one: Request, lies: Interval, other: Request | Fixed, there: Interval) -> bool:
    way = way_minutes(one, other) * MINUTE
    return way > 0 and lies.start < there.end + way and there.start < lies.end + way


def _others(case: Case) -> Iterator[tuple[tuple[Block, Request], tuple[Block, Request]]]:
    """Each block with each other one, unless both stand fast."""
    blocks = list(_with_facts(case))
    if any(request.follows or request.not_next_to for _, request in blocks):
        yield from ((one, two) for one, two in permutations(blocks, 2) if not (one[0].pinned and two[0].pinned))


def _with_facts(case: Case) -> Iterator[tuple[Block, Request]]:
    """Placed blocks, and those that stand fast (earlier days included), of the requests that were asked."""
    requests = {item.request.name: item.request for item in case.problem.items}
    for block, item in case.placed:
        yield block, item.request
    for f in case.problem.fixed:
        if f.key and f.request in requests:
            yield Block(f.key, f.request, f.label, f.kind, f.area, f.interval, pinned=True), requests[f.request]


def _neighbours(case: Case) -> Iterator[tuple[tuple[Block, Request], tuple[Block, Request]]]:
    """Blocks of one request that follow each other in time."""
    by_request: dict[str, list[tuple[Block, Request]]] = defaultdict(list)
    for block, request in sorted(_with_facts(case), key=lambda pair: pair[0].interval):
        by_request[request.name].append((block, request))
    for series in by_request.values():
        yield from pairwise(series)


def _minute(problem: Problem, at: Instant) -> float:
    clock = problem.where.clock_at(at)
    return clock.hour * 60 + clock.minute + clock.second / MINUTE
