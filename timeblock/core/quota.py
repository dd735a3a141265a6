"""Blocks asked for by the day, week, month or in total: how many of each are still to be placed, and where."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from timeblock.core.ground import Ground, day_windows
from timeblock.core.interval import MINUTE, Instant, Interval, Spans
from timeblock.core.localtime import DAY_MINUTES, ONE_DAY, Week
from timeblock.core.problem import WORKDAYS_ONLY, Item, Kind, Request, one_a_day
from timeblock.core.words import day as day_words


def items(ground: Ground, request: Request) -> Iterator[tuple[Item, str]]:
    """The blocks of a request that are to be placed, each with the reason why it cannot be, or ""."""
    for period, days in _periods(ground, request):
        yield from _items(ground, _as_goals_ask(ground, request, days[0]), period, days)


def _as_goals_ask(ground: Ground, request: Request, day: date) -> Request:
    """The request with the quota that a goal wants in the week of ``day``."""
    week = ground.steering.weeks.get(Week.of(day)) if request.per == "week" else None
    return replace(request, count=week.quotas.get(request.name, request.count)) if week else request


def _items(ground: Ground, request: Request, period: str, days: tuple[date, ...]) -> Iterator[tuple[Item, str]]:
    windows = _windows(ground, request, days)
    why = "" if windows else _why_no_window(ground, request, days)
    if not windows and not why:
        return
    group = f"{request.name}/{period}"
    need = _due(ground, request, days) - ground.settled_in.get(group, 0)
    for key in _open_keys(ground, request, group, min(need, _days_left(ground, request, days, windows))):
        lengths = request.min_minutes, request.ideal_minutes, request.max_minutes
        late = request.kind is Kind.RITUAL and _close_of_work(ground, days) & {w.end for w in windows}
        yield Item(key, request, windows, *lengths, ground.live.get(key), late=bool(late)), why


def _periods(ground: Ground, request: Request) -> Iterator[tuple[str, tuple[date, ...]]]:
    """Each day or week of the horizon with those of its days that the request allows and that are not over."""
    allowed = [day for day in ground.days if day.weekday() in request.weekdays]
    periods: dict[str, list[date]] = defaultdict(list)
    for day in allowed:
        if period := _period(request, day):
            periods[period].append(day)
    yield from ((period, tuple(days)) for period, days in periods.items())


def _period(request: Request, day: date) -> str:
    """What the quota that ``day`` counts for is called in keys; "" for none."""
    match request.per:
        case "day":
            return str(day)
        case "week":
            return str(Week.of(day))
        case "month":
            return f"{day:%Y-%m}"
        case "total":
            first, last = request.since or date.min, request.until or date.max
            return f"until-{last}" if first <= day <= last else ""


def _due(ground: Ground, request: Request, days: Sequence[date]) -> int:
    """How many blocks of a quota the end of the horizon asks for: all of a day or week, else as many as its pace."""
    if request.per in ("day", "week"):
        return request.count
    whole = _whole_period(request, days[0])
    over = [day for day in whole if day <= ground.days[-1]]
    return -(-request.count * len(over) // max(1, len(whole)))


def _whole_period(request: Request, day: date) -> list[date]:
    """The days that a quota of a month or in total is about."""
    first, last = request.since or day, request.until or day
    if request.per == "month":
        first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    return [d for d in days if d.weekday() in request.weekdays]


def _open_keys(ground: Ground, request: Request, group: str, need: int) -> list[str]:
    """The keys still to be placed; those that stand come first, so that a smaller quota takes the others."""
    keys = [key for n in range(1, request.count + 1) if (key := f"{group}/{n}") not in ground.settled]
    return sorted(keys, key=lambda key: key not in ground.live)[: max(0, need)]


def _days_left(ground: Ground, request: Request, days: Sequence[date], windows: Sequence[Interval]) -> int:
    """How many blocks the rest of this week can hold at one a day; days that are over are nobody's failure."""
    if not one_a_day(request):
        return request.count
    today = ground.days[0]
    left = {day for w in windows for day in ground.where.days(w)} & set(days)
    week = [day for day in Week.of(days[0]).days() if day.weekday() in request.weekdays]
    some_over = any(day <= today and day not in left for day in week) or request.per != "week"
    return len(left) if windows and some_over else request.count


def _windows(ground: Ground, request: Request, days: Iterable[date]) -> tuple[Interval, ...]:
    spans = Spans.of(_rested(ground, request, day, w) for day in days for w in day_windows(ground, request, day))
    spans -= ground.skipped.get(request.name, Spans())  # no sibling comes in the place of a block that was skipped
    if request.kind in WORKDAYS_ONLY:
        spans -= ground.away
    ahead = Interval(ground.earliest, ground.horizon.end + 2 * DAY_MINUTES * MINUTE)
    return spans.clip(ahead).longer_than(request.min_minutes * MINUTE).intervals


def _rested(ground: Ground, request: Request, day: date, window: Interval | None) -> Interval | None:
    """What rest leaves of a window of work."""
    if window is None or not request.is_work or day not in ground.at_work:
        return window
    within = ground.at_work[day]
    return window.clip(within) if within else None


def _close_of_work(ground: Ground, days: Iterable[date]) -> set[Instant]:
    """When the working hours of the days end."""
    return {work.intervals[-1].end for day in days if (work := ground.working_hours(day))}


def _why_no_window(ground: Ground, request: Request, days: Sequence[date]) -> str:
    """What leaves a block without any window; "" where its time is over, or a daily one meets a day off."""
    off = [day for day in days if day in ground.off]
    if request.kind in WORKDAYS_ONLY and off == list(days):
        names = "; ".join(dict.fromkeys(f"{ground.off[day]}, {day_words(day)}" for day in off[:3]))
        return f"all of its days are off ({names}{' …' if len(off) > 3 else ''})" if request.per != "day" else ""
    at_work = request.kind in WORKDAYS_ONLY and not request.windows and request.per != "day"
    if at_work and not any(ground.person.hours[weekday] for weekday in request.weekdays):
        return "you have no working hours on its days; give it windows"
    skipped = [day for day in days if request.windows and not any(ground.where.window(day, w) for w in request.windows)]
    if skipped and skipped == list(days):
        return f"the clocks skip {', '.join(map(str, request.windows))} on {day_words(skipped[0])}"
    return ""
