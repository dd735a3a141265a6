"""Blocks as they stand in the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from timeblock.core.plan import Block
from timeblock.core.problem import Kind
from timeblock.stages.asking import standing
from timeblock.stages.values import Seen, Snapshot
from timeblock.stages.writing import blocks_calendar


def standing_blocks(snapshot: Snapshot, seen: Seen) -> Iterator[Block]:
    """What kind they are of is known from the config; those of a request that is gone are routine."""
    asked = snapshot.settings.all_requests
    for found in standing(seen.written, blocks_calendar(snapshot)):
        if found.skipped:
            continue
        request = asked.get(found.request)
        yield Block(
            key=found.key,
            request=found.request,
            title=found.title,
            kind=request.kind if request else Kind.ROUTINE,
            area=request.area if request else "",
            interval=found.interval,
            busy=found.busy,
            private=request.private if request else False,
            pinned=found.pinned,
        )
