"""What became of our blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from timeblock.core.classify import WORK, Activity, Classified
from timeblock.core.definitions.figure import Figure, defined
from timeblock.core.scope import BlockFact, Evidence, Moment, Scope

OF_WORK = frozenset({"focus", "batch", "routine", "review", "ritual", "buffer"})
"""Kinds of block that are a part of work."""


@defined("count", of_work=False)
def blocks(s: Scope) -> Figure:
    """Blocks that were kept: over, and no work overlapped them. Whether the time was used to rest is not known. The
    parts count the blocks by request and by what became of them: planned, kept, breached, skipped, unplaced, unknown;
    and those that the person moved, whatever became of them. A block for focus is breached by any other work, another
    block for work by meetings alone, all others by traces of work too, such as mail that was sent."""
    parts: Counter[str] = Counter()
    breaches: list[Evidence] = []
    traces: list[Moment] = []
    notes: list[str] = []
    for block in s.facts.blocks:
        if block.interval.start in s.span:
            found, moments = _breaches(s, block), _contradictions(s, block)
            breaches += found
            traces += moments
            notes += [f"{block.request} did not fit: {block.reason}"] if block.reason else []
            became = _became(s, block, breached=bool(found or moments))
            for name in (became, *(("moved",) if block.state == "moved" else ())):
                parts.update((name, f"{block.request}: {name}"))
    if not parts:
        return Figure(None, missing="no block of yours lies in this time")
    counts = {name: float(count) for name, count in sorted(parts.items())}
    kept = counts.get("kept", 0.0)
    told = tuple(dict.fromkeys(notes))
    return Figure(kept, _told(counts), tuple(counts.items()), tuple(breaches), notes=told, moments=tuple(traces))


def _told(parts: Mapping[str, float]) -> str:
    order = ("planned", "moved", "breached", "skipped", "unplaced", "unknown")
    return ", ".join(f"{parts[name]:.0f} {name}" for name in order if name in parts)


def _became(s: Scope, block: BlockFact, breached: bool) -> str:
    if block.state in ("skipped", "unplaced"):
        return block.state
    if block.interval.end > s.facts.now:
        return "planned"
    if breached:
        return "breached"
    return "unknown" if s.part(block.interval).missing or not s.facts.shows_work else "kept"


def _breaches(s: Scope, block: BlockFact) -> tuple[Evidence, ...]:
    """The work that lay over a block of the past, with the minutes it took of it."""
    if not _stood(s, block):
        return ()
    inside = s.part(block.interval)
    return tuple(replace(e, of=block.key) for e in inside.evidence(_against(inside, block)))


def _contradictions(s: Scope, block: BlockFact) -> tuple[Moment, ...]:
    """Traces of work in a block of the past that was not for work."""
    inside = s.part(block.interval)
    return inside.moments(inside.in_sessions) if _stood(s, block) and not is_work(block) else ()


def _stood(s: Scope, block: BlockFact) -> bool:
    return block.state in ("live", "moved") and block.interval.end <= s.facts.now


def is_work(block: BlockFact) -> bool:
    """Whether the block is a part of work."""
    return block.kind in OF_WORK or block.area == "work"


def _against(inside: Scope, block: BlockFact) -> Iterator[Classified]:
    """The work that a block does not go with."""
    against = WORK
    if is_work(block):
        against = WORK - {Activity.FOCUS} if block.kind == "focus" else frozenset({Activity.MEETING})
    return (c for c in inside.work_items if c.activity in against)


@defined("count", of_work=False)
def churn(s: Scope) -> Figure:
    """Blocks of ours that we moved, in this time, after they were first written; one that was moved twice is one. What
    the person moved is not in it."""
    since = s.facts.wrote_since
    if since is None or since >= s.span.end:
        return Figure(None, missing="nothing was written by then; `timeblock apply` writes the plan")
    moves = [move for move in s.facts.moves if move.at in s.span]
    by_request = Counter(move.request for move in {move.key: move for move in moves}.values())
    parts = (("moves", float(len(moves))), *((name, float(n)) for name, n in sorted(by_request.items())))
    return Figure(by_request.total(), parts=parts)
