"""The planner's answer: blocks with reasons, what did not fit and why; and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime

from timeblock.core.interval import Instant, Interval
from timeblock.core.problem import Kind
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
class Certificate:
    """How good a plan is, and could be at the very best: the weight of what it misses, then its points where that
    cannot be less. No plan misses less than ``least_missed``; none that misses as much has under ``least_points``."""

    missed: int
    least_missed: int
    points: int
    least_points: int

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.missed == self.least_missed and self.points == self.least_points

    @property
    def gap(self) -> float:
        """How much better, at the very most, another plan could be: 0 … 1."""
        if self.missed > self.least_missed:
            return (self.missed - self.least_missed) / self.missed
        return (self.points - self.least_points) / max(1, self.points)


@dataclass(frozen=True, slots=True)
class Plan:
    """Blocks (sorted by start) and what did not fit, for ``horizon``. ``certificate``: None where nobody looked for a
    better one. ``turns``: when the next free block turns busy though nothing else happens; it is not kept in a file."""

    horizon: Interval
    blocks: tuple[Block, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    certificate: Certificate | None = None
    turns: Instant = field(default=0, compare=False)


# ---- as JSON --------------------------------------------------------------------------------------------------------


def to_json(plan: Plan) -> dict[str, object]:
    """The plan as ``{"version": 1, "horizon": {"start", "end"}, "certificate": null or {...}, "blocks": [...],
    "unplaced": [...]}``.

    Moments are ISO 8601 in UTC ("2026-11-23T08:00:00Z"). A block has ``key``, ``request``, ``title``, ``kind``,
    ``area``, ``start``, ``end``, ``busy``, ``private``, ``pinned``, ``moved_from`` (null or start and end), ``reason``.
    """
    return {
        "version": VERSION,
        "horizon": _span(plan.horizon),
        "certificate": asdict(plan.certificate) if plan.certificate else None,
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
        certificate=_read_certificate(top.child("certificate")) if top.has("certificate") else None,
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


def _read_certificate(reader: _Reader) -> Certificate:
    certificate = Certificate(*(reader.number(part.name) for part in fields(Certificate)))
    reader.done()
    return certificate


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

    def number(self, key: str) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise FixNeeded(f"{self._at(key)}: must be a whole number")
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
