"""From wishes to a problem: block requests, the person's hours and what is in the calendar, turned into items.

One item for each block that is still to be placed, with the windows it may lie in. Blocks that stand already, were
skipped or put elsewhere by the person count for their request by their key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from timeblock.core import attached, quota
from timeblock.core.classify import Classified
from timeblock.core.ground import Ground, horizon, lay, next_on_grid, waking
from timeblock.core.hours import Person
from timeblock.core.interval import MINUTE, Instant
from timeblock.core.localtime import DAY_MINUTES
from timeblock.core.problem import Budget, Fixed, Item, Problem, Request, Standing, precedence
from timeblock.core.steer import Steering

FREE = Steering()
"""No goal asks for anything."""


def pose(
    requests: Sequence[Request],
    person: Person,
    occurrences: Iterable[Classified],
    standing: Iterable[Standing],
    now: Instant,
    weeks: int = 2,
    *,
    off: Mapping[date, str] | None = None,
    grid_minutes: int = 15,
    freeze_minutes: int = 120,
    lead_minutes: int = 15,
    white_space_minutes: int = 0,
    busy_below_alternatives: int = 2,
    busy_before_minutes: int = 120,
    steering: Steering = FREE,
    daily_rest_minutes: int = 11 * 60,
    work_free_day: bool = True,
    work_from: Mapping[date, Instant] | None = None,
    moves_left: int | None = None,
) -> Problem:
    """The problem of the coming ``weeks``.

    ``occurrences`` should reach from a week before ``now`` to a day past :func:`horizon`. Those that are ours are not
    looked at: ``standing`` says what stands. ``off`` names holidays; days of leave are seen in the occurrences. What
    starts within ``freeze_minutes`` stays; nothing new starts within ``lead_minutes``. ``steering`` is what the goals
    ask. Blocks of work keep ``daily_rest_minutes`` between two days of work, and with ``work_free_day`` leave a day of
    each week free, as far as what is in the calendar does; none begins on a day before ``work_from``.
    """
    requests = [_held(request, steering) for request in requests]
    known = {r.name: r for r in requests}
    ours = [s for s in standing if s.request in known]
    earliest = next_on_grid(person.where, now + lead_minutes * MINUTE, grid_minutes)
    soon = now + max(freeze_minutes, lead_minutes) * MINUTE
    ground = lay(
        person, horizon(now, weeks, person.where), earliest, soon, occurrences, ours, known, off or {}, steering
    ).with_rest(requests, daily_rest_minutes, work_free_day, work_from or {})
    asked = [pair for request in requests for pair in _items(ground, request)]
    facts = (*_events(ground), *_blocks(ground, ours, known))
    return Problem(
        horizon=ground.horizon,
        where=person.where,
        items=tuple(sorted((item for item, _ in asked), key=lambda i: (precedence(i.request), i.key))),
        fixed=tuple(sorted(facts, key=lambda f: (f.interval, f.key, f.label))),
        energy=person.energy,
        grid_minutes=grid_minutes,
        white_space_minutes=white_space_minutes,
        impossible=tuple((item.key, why) for item, why in asked if why),
        waking=tuple(w for day in ground.days if (w := waking(person, day))),
        busy_below_alternatives=busy_below_alternatives,
        busy_before_minutes=busy_before_minutes,
        budgets=tuple(_budgets(ground)),
        moves_left=moves_left,
    )


def _items(ground: Ground, request: Request) -> Iterator[tuple[Item, str]]:
    """The blocks of one request that are to be placed, each with the reason why it cannot be, or ""."""
    belonging = attached.items(ground, request)
    return quota.items(ground, request) if belonging is None else ((item, "") for item in belonging)


def _events(ground: Ground) -> Iterator[Fixed]:
    """Busy events from the start of today on. Whole days are notes: they take no time."""
    today = ground.where.start_of(ground.days[0])
    for c in ground.busy:
        if c.occurrence.interval.end > today and not c.occurrence.all_day:
            title = c.occurrence.event.summary or "an event without a title"
            event = c.occurrence.event
            place = "" if event.online else event.location
            yield Fixed(c.occurrence.interval, title, place=place, event=event.key)


def _blocks(ground: Ground, ours: Iterable[Standing], known: Mapping[str, Request]) -> Iterator[Fixed]:
    """Blocks that stay where they are, from a week ago on."""
    recent = ground.horizon.start - 7 * DAY_MINUTES * MINUTE
    for s in ours:
        if s.key in ground.settled and not s.skipped and s.interval.end > recent:
            r = known[s.request]
            told = s.title, s.key, r.name, r.kind, r.area, s.busy, r.private, s.pinned
            yield Fixed(s.interval, *told, r.place, r.travel_minutes)


def _held(request: Request, steering: Steering) -> Request:
    """The request, held as firmly as goals want."""
    defence = steering.defence.get(request.name)
    return replace(request, defence=defence.level) if defence else request


def _budgets(ground: Ground) -> Iterator[Budget]:
    """What goals about work leave in each week for blocks of ours: meetings count."""
    for week, asked in ground.steering.weeks.items():
        if asked.work_minutes is not None:
            whole = ground.where.week(week)
            left = round(asked.work_minutes - ground.work.clip(whole).minutes)
            yield Budget(whole, max(0, left), asked.why[-1])
