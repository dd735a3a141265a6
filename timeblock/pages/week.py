"""A week as a grid: who lies where in a day's column, overlapping entries side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, CalendarId, Status
from timeblock.core.interval import HOUR, Interval, make
from timeblock.core.localtime import Week, Whereabouts
from timeblock.core.plan import Block
from timeblock.core.words import day, span
from timeblock.core.words import week as week_words

FIRST, LAST = 7, 21
"""The hours that are always drawn."""

HIDDEN = "Busy"
"""What a title that stays private reads as."""

SHORT = 4.5
"""Percent of a day's column under which an entry has room for one line only."""
LEAST = 1.2
"""Percent of the column that every entry has."""

Strand: TypeAlias = tuple[int, int]
"""Which of how many columns side by side."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event or block in a day's column; positions in percent of the column. ``kind`` is a CSS class.

    ``clash`` names what else takes the same time, ``link`` leads to more about it; "" for neither.
    """

    clock: str
    title: str
    kind: str
    note: str
    clash: str
    link: str
    top: float
    height: float
    left: float
    width: float

    @property
    def short(self) -> bool:
        return self.height < SHORT


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind a day's entries: ``stretches`` of a kind (a CSS class), and words (True: they want a look)."""

    stretches: tuple[tuple[str, Interval], ...] = ()
    notes: tuple[tuple[str, bool], ...] = ()


NOTHING = Behind()


@dataclass(frozen=True, slots=True)
class Day:
    """``bands``: kind, top and height, in percent of the column."""

    title: str
    place: str
    today: bool
    full: tuple[str, ...]
    entries: tuple[Entry, ...]
    bands: tuple[tuple[str, float, float], ...] = ()
    notes: tuple[tuple[str, bool], ...] = ()


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
    busy: bool = True
    link: str = ""


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
    behind: Mapping[date, Behind] = MappingProxyType({}),
    link: Callable[[Block], str] = lambda block: "",
) -> WeekView:
    """``hidden``: calendars whose titles stay private; their events are drawn as "Busy". ``link``: where it leads."""
    shown = [c for c in classified if _is_shown(c)]
    items = [_item(c, hidden) for c in shown if not c.occurrence.all_day] + [_block_item(b, link(b)) for b in blocks]
    full = [c for c in shown if c.occurrence.all_day]
    frame = _frame([i for i in items if i.interval.overlaps(where.week(week))], where)
    days = tuple(_day(on, items, full, where, frame, today, hidden, behind.get(on, NOTHING)) for on in week.days())
    return WeekView(f"w{week.number}", week_words(week), tuple(range(frame.first, frame.last)), days)


def _is_shown(item: Classified) -> bool:
    gone = item.answer is Answer.DECLINED or item.occurrence.event.status is Status.CANCELLED
    return not gone and item.activity not in (Activity.OURS, Activity.IGNORE)


def _item(item: Classified, hidden: Collection[CalendarId]) -> Item:
    kind = "free" if not item.busy else "personal" if item.activity is Activity.PERSONAL else "event"
    note = "" if item.busy else "shown as free"
    return Item(item.occurrence.interval, event_title(item, hidden), kind, note, item.busy)


def event_title(item: Classified, hidden: Collection[CalendarId]) -> str:
    """The title, unless it is nobody else's business."""
    event = item.occurrence.event
    if event.private or event.key.calendar in hidden:
        return HIDDEN
    return event.summary or "(no title)"


def _block_item(block: Block, link: str) -> Item:
    note = "protected" if block.busy else "protected, may still be booked"
    note += ", pinned by you" if block.pinned else ""
    return Item(block.interval, block.title, f"block k-{block.kind.value}", note, block.busy, link)


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
    behind: Behind,
) -> Day:
    whole = where.day(on)
    zone = where.zone_on(on)
    place = "" if zone == where.home else zone.key.rpartition("/")[2].replace("_", " ")
    if whole is None:
        return Day(day(on), place, on == today, (), ())
    titles = tuple(event_title(c, hidden) for c in full if c.occurrence.interval.overlaps(whole))
    drawn = make(where.at(on, frame.first * 60), whole.end)
    mine = sorted((i for i in items if drawn and i.interval.overlaps(drawn)), key=lambda i: (i.interval, i.title))
    places = zip(mine, strands(mine), clashes(mine), strict=True)
    entries = tuple(_entry(i, strand, clash, whole, where, frame) for i, strand, clash in places)
    parts = ((kind, i.clip(whole)) for kind, i in behind.stretches)
    bands = tuple((kind, *_extent(part, whole, where, frame)) for kind, part in parts if part)
    return Day(day(on), place, on == today, titles, entries, bands, behind.notes)


def _entry(item: Item, strand: Strand, clash: str, whole: Interval, where: Whereabouts, frame: Frame) -> Entry:
    part = item.interval.clip(whole)
    assert part is not None
    top, height = _extent(part, whole, where, frame)
    number, of = strand
    return Entry(
        clock=span(item.interval, where),
        title=item.title,
        kind=item.kind,
        note=item.note,
        clash=clash,
        link=item.link,
        top=top,
        height=max(height, LEAST),
        left=round(100 * number / of, 2),
        width=round(100 / of, 2),
    )


def _extent(part: Interval, whole: Interval, where: Whereabouts, frame: Frame) -> tuple[float, float]:
    """Top and height of a part of a day."""
    top = 0.0 if part.start == whole.start else frame.percent(_seconds(part.start, where))
    end = 100.0 if part.end == whole.end else frame.percent(_seconds(part.end, where))
    return top, round(max(end - top, 0), 2)


def _seconds(at: int, where: Whereabouts) -> int:
    moment = where.clock_at(at)
    return moment.hour * HOUR + moment.minute * 60 + moment.second


def clashes(items: Sequence[Item]) -> Iterator[str]:
    """Of each item, by start, what else that is busy takes the same time; "" for nothing."""
    for item in items:
        others = (o for o in items if o is not item and o.busy and item.busy and o.interval.overlaps(item.interval))
        yield ", ".join(o.title for o in others)


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
