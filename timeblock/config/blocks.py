"""What the file may say of a block request, and of how a season changes one."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from timeblock.config import phrases
from timeblock.config.values import (
    Clocks,
    Days,
    Minutes,
    Name,
    Pattern,
    QuotaText,
    Table,
    at,
)
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.problem import Kind


class Durations(Table):
    """A length that may give: never under ``min``, best ``ideal``, never over ``max``."""

    min: Minutes
    ideal: Minutes
    max: Minutes


def _lengths(value: object) -> object:
    """``"90m"`` is a length that does not give."""
    if isinstance(value, (str, int)):
        return dict.fromkeys(("min", "ideal", "max"), phrases.minutes(value))
    if isinstance(value, dict) and value.keys() <= {"min", "ideal", "max"} and value:
        return _filled_in(value)
    return value


def _filled_in(given: dict[str, object]) -> dict[str, object]:
    """The lengths that were left out, from those that were not."""
    low = given.get("min", given.get("ideal", given.get("max")))
    high = given.get("max", given.get("ideal", low))
    return {"min": low, "ideal": given.get("ideal", high), "max": high}


class BlockBase(Table):
    """What a block request and its change for a season have in common."""

    name: Annotated[Name, StringConstraints(pattern="^[^/]+$")]
    title: str = ""
    area: str = ""
    quota: QuotaText = phrases.Quota(1, "week")
    duration: Annotated[Durations, BeforeValidator(_lengths, json_schema_input_type=str | int | Durations)] = Durations(
        min=30, ideal=30, max=30
    )
    windows: Clocks = ()
    days: Days = frozenset(range(7))
    spacing: Minutes = 0
    priority: int = Field(default=5, ge=1, le=9)
    energy: Literal["any", "high", "low"] = "any"
    after_stretch: Minutes = 0
    after_late: Minutes = 0
    around: Pattern = ""
    before: Minutes = 0
    after: Minutes = 0
    since: date | None = None
    until: date | None = None
    follows: str = ""
    not_next_to: tuple[str, ...] = ()
    batch: str = ""
    place: str = ""
    travel: Minutes = 0
    flexible: bool = False
    private: bool = False
    on_delete: Literal["skip", "replan"] = "skip"
    exceptions: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> BlockBase:
        fits(self)
        return self


class Block(BlockBase):
    kind: Kind


class SeasonBlock(BlockBase):
    """Only what differs from the request of that name; a name of its own makes a block of this season alone."""

    kind: Kind | None = None

    @model_serializer(mode="wrap")
    def _as_said(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What was left out is not a default here, it is the request's own."""
        return {key: value for key, value in whole(self).items() if key in self.model_fields_set}


def fits(block: BlockBase) -> None:
    """Raises the first mistake between the keys of one block."""
    for check in (_lengths_in_order, _windows_long_enough, _room_for_spacing, _about_something, _total_has_an_end):
        check(block)


def laid_over(base: Block, season: SeasonBlock) -> Block:
    """The request as it is in the season."""
    return base.model_copy(update={key: getattr(season, key) for key in season.model_fields_set})


def _lengths_in_order(block: BlockBase) -> None:
    lengths = (block.duration.min, block.duration.ideal, block.duration.max)
    if lengths[0] < 1 or any(a > b for a, b in pairwise(lengths)):
        raise at("duration", "min, ideal and max must not fall, and min must be at least a minute")
    if lengths[2] > DAY_MINUTES:
        raise at("duration", "a block is at most a day long")


def _windows_long_enough(block: BlockBase) -> None:
    for n, window in enumerate(block.windows):
        if window.end - window.start < block.duration.min:
            least = phrases.duration(block.duration.min)
            raise at(f"windows.{n}", f"no block of {least} fits into {window}; widen it or ask for less")


def _room_for_spacing(block: BlockBase) -> None:
    count, per = pieces(block, len(block.days)), block.quota.per
    if per == "total":
        return
    room = DAY_MINUTES * {"day": 1, "week": 7, "month": 28}[per]
    if (count - 1) * block.spacing + count * block.duration.min > room:
        raise at(
            "spacing", f"{count} blocks with {phrases.duration(block.spacing)} between them do not fit into a {per}"
        )


def pieces(block: BlockBase, days: int) -> int:
    """How many blocks the quota comes to. Minutes are cut into pieces of the ideal length, or longer ones if there were
    more pieces a week than ``days``."""
    quota: phrases.Quota = block.quota
    of_ideal, fewest = (max(1, -(-quota.minutes // length)) for length in (block.duration.ideal, block.duration.max))
    return quota.count or (max(fewest, min(of_ideal, days)) if quota.per == "week" else of_ideal)


def _total_has_an_end(block: BlockBase) -> None:
    if block.quota.per != "total" and (block.since or block.until):
        raise at("since" if block.since else "until", 'only a quota "in total" has a first and a last day')
    if block.quota.per == "total" and not (block.since and block.until):
        missing = "until" if block.since else "since"
        raise at("quota", f"from when to when? Add {missing} = 2026-12-31" + ("" if block.until else " and until"))
    if block.since and block.until and block.until <= block.since:
        raise at("until", "it must lie after since")


def _about_something(block: BlockBase) -> None:
    if block.around and not (block.before or block.after):
        raise at("around", 'say how long: before = "15m", after = "15m", or both')
    if (block.before or block.after) and not block.around:
        raise at("before" if block.before else "after", 'around which events? Add around = "a word of their title"')
