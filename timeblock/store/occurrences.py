"""Resources into rows: what is stored of each, with its occurrences up to the horizon.

All rows of a resource are a function of its body, the horizon and what that rests on; they are replaced together.
"""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from timeblock.core.event import Decoded, Event, EventKey, Resource, Series, SetAside
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store.database import Database, Row
from timeblock.store.facts import FACTS, event_id, facts

if TYPE_CHECKING:
    from timeblock.core.recurrence import Expansion, Instances, Times

LASTING = 25 * HOUR
"""Occurrences longer than this are kept apart. A whole day when the clocks go back is not."""

ALWAYS = Interval(-2_208_988_800, 7_258_118_400)
"""1900 to 2200: an event that does not recur is kept wherever it is, so that the horizon is no concern of it."""

JUDGE = "TIMEBLOCK_JUDGE"
"""Environment variable: where it is set, each series is also expanded by walking all its rules. Where the two differ
the walk is believed, and the event is set aside with a note."""


WEEK = 7 * 24 * HOUR
RUN = 26 * WEEK
"""From the start of the first to that of the last in a row."""

SHORT, LONG, MANY = 0, 1, 2
"""Kinds of rows: an occurrence, one that lasts, and a run of several, each ``step`` seconds after the one before."""

_Row: TypeAlias = tuple[Instant, Instant, Instant | None, int, int, int, int]
"""Start of the first, end of the last, when the first was due, whole days, kind, how many, and their step."""


@dataclass(slots=True)
class Rows:
    """Parameters of the INSERT statements, table by table."""

    resource: list[Row] = field(default_factory=list)
    event: list[Row] = field(default_factory=list)
    occurrence: list[Row] = field(default_factory=list)
    set_aside: list[Row] = field(default_factory=list)


def replace_resources(
    db: Database, pairs: Iterable[tuple[Resource, Decoded]], window: Interval | None, where: Whereabouts
) -> tuple[SetAside, ...]:
    """Put what each resource holds in place of what was stored under its href. Part of the caller's transaction.

    ``window``: how far recurring events are expanded; None for not at all. Returns what was set aside.
    """
    rows = Rows()
    aside: list[SetAside] = []
    for resource, decoded in {(r.calendar, r.href): (r, d) for r, d in pairs}.values():
        aside += _add(rows, db.owner, resource, decoded, window, where)
    db.bulk("delete_resource", (row[:4] for row in rows.resource))
    db.bulk("insert_resource", rows.resource)
    db.bulk("insert_event", rows.event)
    db.bulk("insert_occurrence", rows.occurrence)
    db.bulk("insert_set_aside", rows.set_aside)
    return tuple(aside)


def basis(where: Whereabouts) -> str:
    """What an expansion rests on; where it changes, everything is expanded anew."""
    stays = "".join(f", {s.first}/{s.last} {s.zone.key}" for s in where.stays)
    return f"facts {FACTS}; zones {zone_data()}; {where.home.key}{stays}"


def zone_data() -> str:
    """The version of the zone data that zoneinfo reads: the system's where it has some, else the package's."""
    import tzdata  # type: ignore[import-untyped]  # one constant of it is read

    for folder in zoneinfo.TZPATH:
        try:
            with (Path(folder) / "tzdata.zi").open(encoding="ascii") as file:
                return file.readline().removeprefix("# version").strip()
        except OSError:
            continue
    return str(tzdata.IANA_VERSION)


def _add(
    rows: Rows, owner: str, resource: Resource, decoded: Decoded, window: Interval | None, where: Whereabouts
) -> tuple[SetAside, ...]:
    calendar, href = resource.calendar, resource.href
    name = (owner, calendar.account, calendar.path, href)
    recurs = any(_recurs(series) for series in decoded.series)
    rows.resource.append((*name, resource.version, _storable(resource.body), int(recurs)))
    found, refused = _expanded(resource, decoded, window, where)
    for event, said, instances in _by_what_is_said(found):
        uid, marked = _storable(event.key.uid), event.mark is not None
        number = event_id(owner, EventKey(calendar, href, uid), said)
        rows.event.append((owner, number, calendar.account, calendar.path, href, uid, said, int(marked)))
        rows.occurrence += [(owner, number, n, *row) for n, row in enumerate(instances)]
    aside = (*decoded.set_aside, *refused)
    rows.set_aside += [(*name, n, _storable(a.uid), _storable(a.reason)) for n, a in enumerate(aside)]
    return aside


def _storable(text: str) -> str:
    """``text`` without what the databases refuse: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _recurs(series: Series) -> bool:
    return series.master is not None and bool(series.master.rules or series.master.extra)


def _expanded(
    resource: Resource, decoded: Decoded, window: Interval | None, where: Whereabouts
) -> tuple[list[Instances], list[SetAside]]:
    # dateutil comes with it, and reading what is stored does not need that
    from timeblock.core.recurrence import expand

    found: list[Instances] = []
    refused: list[SetAside] = []
    expanded = _judged if JUDGE in os.environ else expand
    for series in decoded.series:
        reach = window if _recurs(series) else ALWAYS
        if reach is None:
            continue
        expansion = expanded(series, reach, where)
        found += expansion.instances
        if expansion.set_aside:
            refused.append(SetAside(resource.calendar, resource.href, series.key.uid, expansion.set_aside))
    return found, refused


def _judged(series: Series, reach: Interval, where: Whereabouts) -> Expansion:
    from timeblock.core.recurrence import expand

    quick, walked = expand(series, reach, where), expand(series, reach, where, walk=True)
    if quick.occurrences == walked.occurrences:
        return walked
    return replace(walked, set_aside="its times differ, worked out in two ways; please report its rule")


def _by_what_is_said(found: Iterable[Instances]) -> Iterator[tuple[Event, str, list[_Row]]]:
    """Instances that differ in nothing but their time, in order of time."""
    groups: dict[tuple[str, str], tuple[Event, list[_Row]]] = {}
    for i in found:
        _, rows = groups.setdefault((i.event.key.uid, facts(i.event)), (i.event, []))
        rows += _runs(i)
    for (_, said), (event, rows) in groups.items():
        rows.sort(key=itemgetter(0, 1))
        yield event, said, rows


def _runs(instances: Instances) -> Iterator[_Row]:
    """As few rows as can be. Those of one weekday and time are looked at together, so that rules by weekdays run."""
    of_week: dict[int, list[Times]] = {}
    for times in instances.times:
        of_week.setdefault(times[0] % WEEK, []).append(times)
    all_day = int(instances.all_day)
    for each in of_week.values():
        n = 0
        while n < len(each):
            start, end, due = each[n]
            many, step = _run(each, n)
            kind = LONG if end - start > LASTING else MANY if many > 1 else SHORT
            yield start, end + (many - 1) * step, due, all_day, kind, many, step
            n += many


def _run(each: Sequence[Times], n: int) -> tuple[int, int]:
    """How many from the ``n``-th on have its length and one step between them, and the step."""
    start, end, due = each[n]
    if n + 1 == len(each) or end - start > LASTING or due != start:
        return 1, 0
    length, step, many = end - start, each[n + 1][0] - start, 1
    most = RUN // step if step else 0
    while many <= most and n + many < len(each):
        at = start + many * step
        if each[n + many] != (at, at + length, at):
            break
        many += 1
    return (many, step) if many > 1 else (1, 0)
