"""A week as a picture: days are columns, half-hours are rows; on a narrow terminal a list, day after day.

Blocks are bright and have a letter for their kind at the edge, events are dim, and where two busy entries lie over each
other both are shown with ``!``. So the picture says the same with and without colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.console import Group
from rich.text import Text

from timeblock.cli.render import NARROW, Look, shorten
from timeblock.core.classify import Activity, Classified
from timeblock.core.event import Answer, Status
from timeblock.core.interval import Interval
from timeblock.core.localtime import DAY_MINUTES, Week, Whereabouts, clock
from timeblock.core.plan import Block
from timeblock.core.problem import Kind
from timeblock.core.words import day

ROW = 30
"""Minutes of a row."""
GUTTER = 6
FIRST, LAST = 8 * 60, 18 * 60
"""The picture shows at least these hours."""

EVENT_EDGES = "|!"
"""What events have where blocks have their letter; the second for those that clash."""

LOOKS: dict[Kind, tuple[str, str]] = {
    Kind.NON_NEGOTIABLE: ("N", "magenta"),
    Kind.REST: ("R", "green"),
    Kind.LEAVE: ("L", "bright_green"),
    Kind.RITUAL: ("T", "cyan"),
    Kind.BUFFER: ("U", "bright_black"),
    Kind.BREAK: ("B", "bright_cyan"),
    Kind.FOCUS: ("F", "blue"),
    Kind.REVIEW: ("V", "bright_magenta"),
    Kind.BATCH: ("A", "yellow"),
    Kind.ROUTINE: ("O", "bright_yellow"),
}
"""Letter and colour of each kind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of the picture on one day: minutes of the wall clock, ``end`` exclusive.

    ``number`` counts the entries of the day, so that two that look alike remain two.
    """

    start: int
    end: int
    title: str
    edge: str
    style: str
    clash: bool = False
    mark: str = ""
    number: int = 0

    def rows(self) -> range:
        return range(self.start // ROW, -(-self.end // ROW))

    def over(self, other: Shown) -> bool:
        return self.start < other.end and other.start < self.end


def week_picture(
    classified: Sequence[Classified],
    blocks: Sequence[Block],
    span: Interval,
    where: Whereabouts,
    look: Look,
    new: Collection[str] = (),
) -> Group:
    """One picture for each ISO week that ``span`` touches. ``new``: keys of blocks that are not in the calendar yet."""
    parts: list[Text] = []
    for week in dict.fromkeys(Week.of(on) for on in where.days(span)):
        shown = {on: _shown(on, where, classified, blocks, new) for on in week.days()}
        full = {on: _all_day(on, where, classified) for on in week.days()}
        parts.append(Text(_heading(week), style="bold"))
        narrow = look.width < NARROW
        parts += _list(shown, full, where, look) if narrow else _grid(shown, full, where, look)
        parts.append(Text())
    return Group(*parts, legend(blocks))


def _heading(week: Week) -> str:
    return f"Week {week.number}: {day(week.monday)} - {day(week.days()[-1], year=True)}"


def legend(blocks: Sequence[Block]) -> Text:
    """What the letters and signs mean; only the kinds that occur."""
    line = Text(style="dim")
    kinds = {b.kind for b in blocks}
    for kind in (k for k in LOOKS if k in kinds):
        letter, colour = LOOKS[kind]
        line.append(letter, style=f"bold {colour}").append(f" {kind.value}  ")
    line.append("+ new  ~ moved  * pinned by you  ? free for now  ! two at once")
    return line


# ---- what is shown ---------------------------------------------------------------------------------------------------


def is_shown(item: Classified) -> bool:
    """Ours are shown as blocks; what was declined, cancelled or counts as nothing is left out."""
    gone = item.answer is Answer.DECLINED or item.occurrence.event.status is Status.CANCELLED
    return not gone and item.activity not in (Activity.OURS, Activity.IGNORE)


def _shown(
    on: date, where: Whereabouts, classified: Sequence[Classified], blocks: Sequence[Block], new: Collection[str]
) -> list[Shown]:
    whole = where.day(on)
    if whole is None:
        return []
    timed = [
        c for c in classified if is_shown(c) and not c.occurrence.all_day and c.occurrence.interval.overlaps(whole)
    ]
    busy = [(c.occurrence.interval, c.busy) for c in timed]
    events = [_event(c, on, whole, where, busy) for c in timed]
    ours = [_block(b, on, whole, where, new) for b in blocks if b.interval.overlaps(whole)]
    return [replace(s, number=n) for n, s in enumerate(sorted(events + ours, key=lambda s: (s.start, s.end)))]


def _event(
    item: Classified, on: date, whole: Interval, where: Whereabouts, all_busy: Sequence[tuple[Interval, bool]]
) -> Shown:
    mine = item.occurrence.interval
    clash = item.busy and sum(busy and other.overlaps(mine) for other, busy in all_busy) > 1
    start, end = _wall(mine, on, whole, where)
    style = "bold red" if clash else "dim" if item.busy else "dim italic"
    return Shown(start, end, item.occurrence.event.summary or "(no title)", "!" if clash else "|", style, clash)


def _block(block: Block, on: date, whole: Interval, where: Whereabouts, new: Collection[str]) -> Shown:
    start, end = _wall(block.interval, on, whole, where)
    letter, colour = LOOKS[block.kind]
    return Shown(start, end, block.title, letter, f"bold {colour}", mark=_mark(block, new))


def _mark(block: Block, new: Collection[str]) -> str:
    sign = "*" if block.pinned else "+" if block.key in new else "~" if block.moved_from else ""
    return sign + ("" if block.busy else "?")


def _wall(interval: Interval, on: date, whole: Interval, where: Whereabouts) -> tuple[int, int]:
    """Minutes on the clock of ``on``. An hour that the clocks repeat is drawn once."""
    part = interval.clip(whole)
    assert part is not None
    start, end = (0 if part.start == whole.start else _minute(part.start, where), _minute(part.end, where))
    last = DAY_MINUTES if part.end == whole.end else end
    return start, max(last, start + 1)


def _minute(at: int, where: Whereabouts) -> int:
    moment = where.clock_at(at)
    return moment.hour * 60 + moment.minute


def _all_day(on: date, where: Whereabouts, classified: Sequence[Classified]) -> list[str]:
    whole = where.day(on)
    return [
        c.occurrence.event.summary or "(no title)"
        for c in classified
        if whole and c.occurrence.all_day and is_shown(c) and c.occurrence.interval.overlaps(whole)
    ]


# ---- a list, for narrow terminals ------------------------------------------------------------------------------------


def _list(
    shown: dict[date, list[Shown]], full: dict[date, list[str]], where: Whereabouts, look: Look
) -> Iterator[Text]:
    for on, items in shown.items():
        yield Text(shorten(f"{day(on)}{_abroad(on, where)}", look.width, _dots(look)), style="bold")
        for title in full[on]:
            yield Text(shorten(f"  all day      {title}", look.width, _dots(look)), style="dim")
        for item in items:
            line = f"  {clock(item.start)}-{clock(item.end)}  {item.edge} {item.mark}{item.title}"
            yield Text(shorten(line, look.width, _dots(look)), style=item.style)
        if not items and not full[on]:
            yield Text("  nothing", style="dim")


def _abroad(on: date, where: Whereabouts) -> str:
    zone = where.zone_on(on)
    return "" if zone == where.home else f" ({zone.key.rpartition('/')[2].replace('_', ' ')})"


def _dots(look: Look) -> str:
    return "." if look.ascii else "…"


# ---- columns and rows ------------------------------------------------------------------------------------------------


def _grid(
    shown: dict[date, list[Shown]], full: dict[date, list[str]], where: Whereabouts, look: Look
) -> Iterator[Text]:
    width = (look.width - GUTTER) // 7 - 1
    columns = [_column(items, width, look) for items in shown.values()]
    yield _titles([day(on) if width > 9 else day(on)[:6].strip() for on in shown], width, look, "bold")
    if any(_abroad(on, where) for on in shown):
        yield _titles([_abroad(on, where).strip() for on in shown], width, look, "italic")
    for n in range(max((len(titles) for titles in full.values()), default=0)):
        yield _titles([f"={t[n]}" if n < len(t) else "" for t in full.values()], width, look, "dim")
    for row in _rows(list(shown.values()), columns):
        if row is None:
            yield Text("  ..." if look.ascii else "   ⋮", style="dim")
        else:
            yield _row(row, [column.get(row, ()) for column in columns], width)


def _rows(days: Sequence[Sequence[Shown]], columns: Sequence[Mapping[int, object]]) -> Iterator[int | None]:
    """The rows to draw; None once for hours in which the whole week is empty, outside the usual hours."""
    starts = [s.start for items in days for s in items]
    ends = [s.end for items in days for s in items]
    gap = False
    for hour in range(min([FIRST, *starts]) // 60, -(-max([LAST, *ends]) // 60)):
        rows = range(hour * 2, hour * 2 + 2)
        if FIRST <= hour * 60 < LAST or any(row in column for row in rows for column in columns):
            gap = False
            yield from rows
        elif not gap:
            gap = True
            yield None


Piece: TypeAlias = tuple[str, str]
"""A few columns of text and their style."""


def _column(items: Sequence[Shown], width: int, look: Look) -> dict[int, list[Piece]]:
    """The pieces of each row of a day; titles run on over the rows that an entry has.

    An entry that finds no row of its own is counted at the edge of the one it would have had: ``+1``.
    """
    cells = _cells(items)
    words = {item: _words(item, cells, width, look) for item in items}
    column = {row: [(next(words[item]), _style(item, look)) for item in cells[row]] for row in sorted(cells)}
    for row, more in Counter(i.rows()[0] for i in items if not any(i in cell for cell in cells.values())).items():
        text, style = column[row][-1]
        column[row][-1] = (set_cell_size(text, cell_len(text) - 2) + f"+{more}", style)
    return column


def _cells(items: Sequence[Shown]) -> dict[int, tuple[Shown, ...]]:
    """Who gets each row: two where they clash. Of two that share only the row, the shorter one is shown in it."""
    cells: dict[int, tuple[Shown, ...]] = {}
    for item in sorted(items, key=lambda s: (len(s.rows()), s.start)):
        for row in item.rows():
            there = cells.get(row, ())
            if not there or (len(there) == 1 and item.over(there[0])):
                cells[row] = tuple(sorted((*there, item), key=lambda s: s.start))
    return cells


def _words(item: Shown, cells: Mapping[int, tuple[Shown, ...]], width: int, look: Look) -> Iterator[str]:
    """The text of each row of ``item``: its edge, then as much of the title as there is room for."""
    rows = [row for row in item.rows() if item in cells.get(row, ())]
    rest = item.title.split()
    for row in rows:
        edge = item.edge + (item.mark if row == rows[0] else "")
        if item.edge not in EVENT_EDGES:
            edge = edge.ljust(2)
        share = width // len(cells[row])
        room = share - len(edge)
        line = " ".join(rest) if row == rows[-1] else _fitting(rest, room)
        rest = rest[len(line.split()) :]
        yield set_cell_size(edge + shorten(line, room, _dots(look)), share)


def _fitting(words: Sequence[str], room: int) -> str:
    """The first words that fit, one at least."""
    count = next((n for n in range(len(words), 1, -1) if cell_len(" ".join(words[:n])) <= room), 1)
    return " ".join(words[:count])


def _titles(cells: Sequence[str], width: int, look: Look, style: str) -> Text:
    line = " ".join(set_cell_size(shorten(cell, width, _dots(look)), width) for cell in cells)
    return Text(" " * GUTTER + line.rstrip(), style=style, no_wrap=True)


def _row(row: int, cells: Sequence[Sequence[Piece]], width: int) -> Text:
    label = clock(row * ROW) if row % 2 == 0 else ""
    text = Text(no_wrap=True)
    text.append(label.ljust(GUTTER), style="dim")
    for pieces in cells:
        for content, style in pieces:
            text.append(content, style=style)
        text.append(" " * (width + 1 - sum(cell_len(content) for content, _ in pieces)))
    text.rstrip()
    return text


def _style(item: Shown, look: Look) -> str:
    return item.style if look.plain or item.edge in EVENT_EDGES else f"{item.style} reverse"
