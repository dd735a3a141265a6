"""Resources into rows: what is stored of each, with its occurrences up to the horizon.

All rows of a resource are a function of its body, the horizon and what that rests on; they are replaced together.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from timeblock.core.event import Decoded, EventKey, Occurrence, Resource, Series, SetAside
from timeblock.core.interval import HOUR, Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store.database import Database
from timeblock.store.facts import FACTS, SAID, event_id, facts

LASTING = 25 * HOUR
"""Occurrences longer than this are kept apart. A whole day when the clocks go back is not."""

ALWAYS = Interval(-2_208_988_800, 7_258_118_400)
"""1900 to 2200: an event that does not recur is kept wherever it is, so that the horizon is no concern of it."""


@dataclass(slots=True)
class Rows:
    """Parameters of the INSERT statements, table by table."""

    resource: list[Mapping[str, object]] = field(default_factory=list)
    event: list[Mapping[str, object]] = field(default_factory=list)
    occurrence: list[Mapping[str, object]] = field(default_factory=list)
    set_aside: list[Mapping[str, object]] = field(default_factory=list)


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
    db.many("delete_resource", (_named(row) for row in rows.resource))
    db.many("insert_resource", rows.resource)
    db.many("insert_event", rows.event)
    db.many("insert_occurrence", rows.occurrence)
    db.many("insert_set_aside", rows.set_aside)
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


def _named(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("account", "calendar", "href")}


def _add(
    rows: Rows, owner: str, resource: Resource, decoded: Decoded, window: Interval | None, where: Whereabouts
) -> tuple[SetAside, ...]:
    name = {"account": resource.calendar.account, "calendar": resource.calendar.path, "href": resource.href}
    recurs = any(_recurs(series) for series in decoded.series)
    rows.resource.append({**name, "version": resource.version, "body": _storable(resource.body), "recurs": int(recurs)})
    found, refused = _expanded(resource, decoded, window, where)
    for instances in _by_what_is_said(found):
        event = instances[0].event
        said, uid, marked = facts(event), _storable(event.key.uid), event.mark is not None
        number = event_id(owner, EventKey(resource.calendar, resource.href, uid), said)
        rows.event.append({**name, "id": number, "uid": uid, "facts": said, "marked": int(marked)})
        rows.occurrence += [_occurrence(number, n, o) for n, o in enumerate(instances)]
    aside = (*decoded.set_aside, *refused)
    rows.set_aside += [
        {**name, "n": n, "uid": _storable(a.uid), "reason": _storable(a.reason)} for n, a in enumerate(aside)
    ]
    return aside


def _storable(text: str) -> str:
    """``text`` without what the databases refuse: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _recurs(series: Series) -> bool:
    return series.master is not None and bool(series.master.rules or series.master.extra)


def _expanded(
    resource: Resource, decoded: Decoded, window: Interval | None, where: Whereabouts
) -> tuple[list[Occurrence], list[SetAside]]:
    # dateutil comes with it, and reading what is stored does not need that
    from timeblock.core.recurrence import expand

    found: list[Occurrence] = []
    refused: list[SetAside] = []
    for series in decoded.series:
        reach = window if _recurs(series) else ALWAYS
        if reach is None:
            continue
        expansion = expand(series, reach, where)
        found += expansion.occurrences
        if expansion.set_aside:
            refused.append(SetAside(resource.calendar, resource.href, series.key.uid, expansion.set_aside))
    return found, refused


def _by_what_is_said(found: Iterable[Occurrence]) -> Iterable[list[Occurrence]]:
    """Instances that differ in nothing but their time, in order of time."""
    groups: dict[object, list[Occurrence]] = {}
    for o in sorted(found, key=lambda o: (o.interval.start, o.interval.end, o.event.recurrence_id)):
        groups.setdefault(SAID(o.event), []).append(o)
    return groups.values()


def _occurrence(event: int, n: int, occurrence: Occurrence) -> dict[str, object]:
    return {
        "event": event,
        "n": n,
        "recurrence_id": occurrence.event.recurrence_id,
        "start_at": occurrence.interval.start,
        "end_at": occurrence.interval.end,
        "all_day": int(occurrence.all_day),
        "lasting": int(occurrence.interval.seconds > LASTING),
    }
