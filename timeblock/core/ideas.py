"""What is worth a thought beside the blocks: what goals ask of the weeks, days of leave, a walk instead of a room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from timeblock.core.classify import Activity, Classified
from timeblock.core.hours import Person
from timeblock.core.interval import Interval
from timeblock.core.leave import Period
from timeblock.core.steer import Steering
from timeblock.core.words import counted, moment
from timeblock.core.words import day as day_words

A_WALK = range(15, 61)
"""Minutes that a talk may take on foot."""
DAYLIGHT = range(8, 17)
"""Hours in which a walk is a pleasure."""
AT_MOST = 3
"""So many of a sort are named."""


def ideas(steering: Steering, seen: Iterable[Classified], horizon: Interval, person: Person) -> tuple[str, ...]:
    """Each in a sentence; what the goals ask first."""
    asked = dict.fromkeys(why for week in steering.weeks.values() for why in week.why)
    held = dict.fromkeys(defence.why for defence in steering.defence.values() if defence.level > 0)
    firmer = (f"{why}, so its blocks are held more firmly" for why in held)
    return (*asked, *firmer, *(_leave(p) for p in steering.leave[:AT_MOST]), *_walks(seen, horizon, person))


def _leave(period: Period) -> str:
    first, last = period.days[0], period.days[-1]
    days = day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
    free = f"{counted(len(period.days), 'day')} of leave, {period.free} days off"
    return f"leave worth taking: {days} ({free}{', ' if period.why else ''}{period.why})"


def _walks(seen: Iterable[Classified], horizon: Interval, person: Person) -> Iterator[str]:
    first: dict[str, Interval] = {}
    for c in sorted(seen, key=lambda c: c.occurrence.interval):
        if _is_walkable(c, person) and c.occurrence.interval.overlaps(horizon):
            first.setdefault(c.occurrence.event.summary, c.occurrence.interval)
    for title, interval in list(first.items())[:AT_MOST]:
        what = f"{title or 'a meeting'} ({moment(interval.start, person.where)})"
        yield f"{what} is for two and has no video link: it could be a walk"


def _is_walkable(c: Classified, person: Person) -> bool:
    event, interval = c.occurrence.event, c.occurrence.interval
    others = {a.email for a in event.attendees if not a.me} | {event.organizer}
    by_day = person.where.clock_at(interval.start).hour in DAYLIGHT
    short = round(interval.minutes) in A_WALK
    one = len(others - person.addresses - {""}) == 1
    return c.activity is Activity.MEETING and c.busy and not event.online and short and by_day and one
