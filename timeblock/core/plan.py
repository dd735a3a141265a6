"""The planner's answer, the referee that checks it without knowing any solver, and the plan as JSON.

Each rule is one function of problem and plan that yields what breaks it; :data:`RULES` holds them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

from timeblock.core.interval import MINUTE, Instant, Interval, Spans
from timeblock.core.problem import Item, Kind, Problem, Request, now_of, one_a_day
from timeblock.core.words import moment
from timeblock.errors import FixNeeded

VERSION = 1
"""Of the JSON form. A reader refuses any other."""


@dataclass(frozen=True, slots=True)
class Block:
    """One placed instance of a request. ``reason`` says why here, in words; ``moved_from`` where it stood before.

    ``busy`` False: visible but bookable for now. ``pinned``: the person put it here, or it starts too soon to move.
    """

    key: str
    request: str
    title: str
    kind: Kind
    area: str
    interval: Interval
    busy: bool = True
    private: bool = False
    pinned: bool = False
    moved_from: Interval | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A block that did not fit: what stands in the way, and what would make room."""

    key: str
    request: str
    kind: Kind
    reason: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Blocks (sorted by start) and what did not fit, for ``horizon``."""

    horizon: Interval
    blocks: tuple[Block, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


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
    """A block takes no time that an event or a pinned block has."""
    taken = Spans.of(f.interval for f in case.problem.fixed)
    for block, _ in case.placed:
        if taken.clip(block.interval).intervals:
            yield (block.key,), f"{case.told(block)} takes time that is not free"


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
    busy_when_it_must_be,
    on_the_grid,
    told_truly,
    in_order,
)


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


# ---- as JSON --------------------------------------------------------------------------------------------------------


def to_json(plan: Plan) -> dict[str, object]:
    """The plan as ``{"version": 1, "horizon": {"start", "end"}, "blocks": [...], "unplaced": [...]}``.

    Moments are ISO 8601 in UTC ("2026-11-23T08:00:00Z"). A block has ``key``, ``request``, ``title``, ``kind``,
    ``area``, ``start``, ``end``, ``busy``, ``private``, ``pinned``, ``moved_from`` (null or start and end), ``reason``.
    """
    return {
        "version": VERSION,
        "horizon": _span(plan.horizon),
        "blocks": [_block(b) for b in plan.blocks],
        "unplaced": [
            {"key": u.key, "request": u.request, "kind": u.kind.value, "reason": u.reason, "suggestion": u.suggestion}
            for u in plan.unplaced
        ],
    }


def _block(b: Block) -> dict[str, object]:
    return {
        "key": b.key,
        "request": b.request,
        "title": b.title,
        "kind": b.kind.value,
        "area": b.area,
        **_span(b.interval),
        "busy": b.busy,
        "private": b.private,
        "pinned": b.pinned,
        "moved_from": _span(b.moved_from) if b.moved_from else None,
        "reason": b.reason,
    }


def _span(interval: Interval) -> dict[str, object]:
    return {"start": _iso(interval.start), "end": _iso(interval.end)}


def _iso(at: Instant) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_json(value: object) -> Plan:
    """The plan of :func:`to_json`. Raises :class:`FixNeeded` with the path of what is wrong: ``blocks[3].start: …``."""
    top = _Reader(value, "")
    if top.take("version") != VERSION:
        raise FixNeeded(f"version: this timeblock reads version {VERSION} of plans; make the plan anew")
    horizon = top.child("horizon")
    plan = Plan(
        horizon=horizon.span(),
        blocks=tuple(_read_block(reader) for reader in top.children("blocks")),
        unplaced=tuple(_read_unplaced(reader) for reader in top.children("unplaced")),
    )
    horizon.done()
    top.done()
    return plan


def _read_block(reader: _Reader) -> Block:
    moved = reader.child("moved_from") if reader.has("moved_from") else None
    block = Block(
        key=reader.text("key"),
        request=reader.text("request"),
        title=reader.text("title"),
        kind=reader.kind(),
        area=reader.text("area"),
        interval=reader.span(),
        busy=reader.flag("busy"),
        private=reader.flag("private"),
        pinned=reader.flag("pinned"),
        moved_from=moved.span() if moved else None,
        reason=reader.text("reason"),
    )
    reader.done()
    return block


def _read_unplaced(reader: _Reader) -> Unplaced:
    text = reader.text
    unplaced = Unplaced(text("key"), text("request"), reader.kind(), text("reason"), text("suggestion"))
    reader.done()
    return unplaced


class _Reader:
    """Takes a JSON object apart, and knows the path to it for the sake of the message."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise FixNeeded(f"{path or 'the plan'}: must be an object")
        self._left: dict[str, object] = dict(value)
        self._path = path

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def has(self, key: str) -> bool:
        """Whether the key is there with a value; a null is taken away."""
        if self._left.get(key) is None:
            self._left.pop(key, None)
            return False
        return True

    def take(self, key: str) -> object:
        if key not in self._left:
            raise FixNeeded(f"{self._at(key)}: is missing")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str):
            raise FixNeeded(f"{self._at(key)}: must be text")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise FixNeeded(f"{self._at(key)}: must be true or false")
        return value

    def kind(self) -> Kind:
        value = self.text("kind")
        try:
            return Kind(value)
        except ValueError as error:
            raise FixNeeded(f"{self._at('kind')}: {value} is none of {', '.join(Kind)}") from error

    def moment(self, key: str) -> Instant:
        try:
            at = datetime.fromisoformat(self.text(key))
        except ValueError as error:
            raise FixNeeded(f"{self._at(key)}: not a moment (write 2026-11-23T08:00:00Z)") from error
        if at.tzinfo is None:
            raise FixNeeded(f"{self._at(key)}: has no zone (write 2026-11-23T08:00:00Z)")
        return int(at.timestamp())

    def span(self) -> Interval:
        start, end = self.moment("start"), self.moment("end")
        if end <= start:
            raise FixNeeded(f"{self._at('end')}: is not after the start")
        return Interval(start, end)

    def child(self, key: str) -> _Reader:
        return _Reader(self.take(key), self._at(key))

    def children(self, key: str) -> Iterator[_Reader]:
        value = self.take(key)
        if not isinstance(value, list):
            raise FixNeeded(f"{self._at(key)}: must be a list")
        for number, child in enumerate(value):
            yield _Reader(child, f"{self._at(key)}[{number}]")

    def done(self) -> None:
        for key in self._left:
            raise FixNeeded(f"{self._at(key)}: nothing of that name is known")
