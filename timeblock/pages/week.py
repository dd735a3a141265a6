"""A week as a grid: who lies where in a day's column, overlapping entries side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, CalendarId, Status
from timeblock.core.interval import HOUR, Interval, make
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.plan import Block
from timeblock.core.words import day, span

FIRST, LAST = 7, 21
"""The hours that are always drawn."""

HIDDEN = "Busy"
"""What a title that stays private reads as."""

SHORT = 4.5
"""Percent of a day's column under which an entry has room for one line only."""

Strand: TypeAlias = tuple[int, int]
"""Which of how many columns side by side."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event or block in a day's column; positions in percent of the column. ``kind`` is a CSS class."""

    clock: str
    title: str
    kind: str
    note: str
    top: float
    height: float
    left: float
    width: float

    @property
    def short(self) -> bool:
        return self.height < SHORT


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    place: str
    today: bool
    full: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class WeekView:
    """``id`` is its name in the page."""

    id: str
    title: str
    hours: tuple[int, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """What is drawn, before it has a place."""

    interval: Interval
    title: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The hours of the clock that the week's columns show."""

    first: int
    last: int

    def percent(self, seconds: float) -> float:
        """Where a moment lies, so many seconds after local midnight; those outside lie on the rim."""
        hours = min(max(seconds / HOUR, self.first), self.last) - self.first
        return round(100 * hours / (self.last - self.first), 2)


def week_view(
    week: Week,
    classified: Sequence[Classified],
    blocks: Sequence[Block],
    where: Whereabouts,
    today: date,
    hidden: Collection[CalendarId] = (),
) -> WeekView:
    """``hidden``: calendars whose titles stay private; their events are drawn as "Busy"."""
    shown = [c for c in classified if _is_shown(c)]
    items = [_item(c, hidden) for c in shown if not c.occurrence.all_day] + [_block_item(b) for b in blocks]
    full = [c for c in shown if c.occurrence.all_day]
    frame = _frame([i for i in items if i.interval.overlaps(where.week(week))], where)
    days = tuple(_day(on, items, full, where, frame, today, hidden) for on in week.days())
    title = f"Week {week.number}: {day(week.monday)} to {day(week.days()[-1], year=True)}"
    return WeekView(f"w{week.number}", title, tuple(range(frame.first, frame.last)), days)


def _is_shown(item: Classified) -> bool:
    gone = item.answer is Answer.DECLINED or item.occurrence.event.status is Status.CANCELLED
    return not gone and item.activity not in (Activity.OURS, Activity.IGNORE)


def _item(item: Classified, hidden: Collection[CalendarId]) -> Item:
    kind = "free" if not item.busy else "personal" if item.activity is Activity.PERSONAL else "event"
    return Item(item.occurrence.interval, event_title(item, hidden), kind, "" if item.busy else "shown as free")


def event_title(item: Classified, hidden: Collection[CalendarId]) -> str:
    """The title, unless it is nobody else's business."""
    event = item.occurrence.event
    if event.private or event.key.calendar in hidden:
        return HIDDEN
    return event.summary or "(no title)"


def _block_item(block: Block) -> Item:
    note = "protected" if block.busy else "protected, may still be booked"
    return Item(block.interval, block.title, f"block k-{block.kind.value}", note)


def _frame(items: Sequence[Item], where: Whereabouts) -> Frame:
    """The usual hours, and more where something lies outside them."""
    starts = [where.clock_at(i.interval.start).hour for i in items]
    late = [_last_hour(i.interval, where) for i in items]
    return Frame(min([FIRST, *starts]), max([LAST, *late]))


def _last_hour(interval: Interval, where: Whereabouts) -> int:
    start, end = where.clock_at(interval.start), where.clock_at(interval.end)
    return 24 if end.date() > start.date() else end.hour + (end.minute > 0)


def _day(
    on: date,
    items: Sequence[Item],
    full: Sequence[Classified],
    where: Whereabouts,
    frame: Frame,
    today: date,
    hidden: Collection[CalendarId],
) -> Day:
    whole = where.day(on)
    zone = where.zone_on(on)
    place = "" if zone == where.home else zone.key.rpartition("/")[2].replace("_", " ")
    if whole is None:
        return Day(day(on), place, on == today, (), ())
    titles = tuple(event_title(c, hidden) for c in full if c.occurrence.interval.overlaps(whole))
    drawn = make(where.at(on, frame.first * 60), whole.end)
    mine = sorted((i for i in items if drawn and i.interval.overlaps(drawn)), key=lambda i: (i.interval, i.title))
    entries = tuple(_entry(i, strand, whole, where, frame) for i, strand in zip(mine, strands(mine), strict=True))
    return Day(day(on), place, on == today, titles, entries)


def _entry(item: Item, strand: Strand, whole: Interval, where: Whereabouts, frame: Frame) -> Entry:
    part = item.interval.clip(whole)
    assert part is not None
    start = frame.percent(_seconds(part.start, where))
    end = 100.0 if part.end == whole.end else frame.percent(_seconds(part.end, where))
    number, of = strand
    return Entry(
        clock=span(item.interval, where),
        title=item.title,
        kind=item.kind,
        note=item.note,
        top=start,
        height=round(max(end - start, 1.2), 2),
        left=round(100 * number / of, 2),
        width=round(100 / of, 2),
    )


def _seconds(at: int, where: Whereabouts) -> int:
    moment = where.clock_at(at)
    return moment.hour * HOUR + moment.minute * 60 + moment.second


def strands(items: Sequence[Item]) -> Iterator[Strand]:
    """The column of each of ``items`` (sorted by start), and how many its cluster of overlapping ones needs."""
    for cluster in _clusters(items):
        ends: list[int] = []
        places = []
        for item in cluster:
            free = next((n for n, end in enumerate(ends) if end <= item.interval.start), len(ends))
            ends[free : free + 1] = [item.interval.end]
            places.append(free)
        yield from ((place, len(ends)) for place in places)


def _clusters(items: Sequence[Item]) -> Iterator[list[Item]]:
    cluster: list[Item] = []
    end = 0
    for item in items:
        if cluster and item.interval.start >= end:
            yield cluster
            cluster = []
            end = 0
        cluster.append(item)
        end = max(end, item.interval.end)
    if cluster:
        yield cluster
