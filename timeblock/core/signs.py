"""Warning signs: patterns in the weeks that often come before trouble, each with its evidence. Never a diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import mean, median

from timeblock.core.goals import Weekly
from timeblock.core.localtime import Week
from timeblock.core.measures import Measure
from timeblock.core.words import counted, figure, hours
from timeblock.core.words import day as day_words

SHORT_REST = 11 * 60
"""Minutes; daily rest of directive 2003/88/EC, article 3."""
RECOVERY_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Sign:
    """``name`` stays the same from week to week; ``text`` says what was seen, ``evidence`` in which figures."""

    name: str
    text: str
    evidence: str


@dataclass(frozen=True)
class Past:
    """The weeks that are over. ``budgets``: block request → exceptions a month it may have, with its title;
    ``crunches``: seasons of strain, by name with their first and last day."""

    weekly: Weekly
    budgets: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    crunches: Mapping[str, tuple[date, date]] = field(default_factory=dict)

    def measure(self, week: Week, metric: str) -> Measure | None:
        return next((m for m in self.weekly.get(week, ()) if m.id == metric), None)

    def value(self, week: Week, metric: str) -> float | None:
        found = self.measure(week, metric)
        return found.value if found else None

    def parts(self, week: Week, metric: str) -> Mapping[str, float]:
        found = self.measure(week, metric)
        return dict(found.parts) if found else {}

    def run(self, week: Week, metric: str, weeks: int) -> list[float]:
        """The last known values up to ``week``, the oldest first; fewer where one is unknown."""
        values = [self.value(week.plus(-n), metric) for n in range(weeks)]
        known = values[: values.index(None)] if None in values else values
        return [v for v in reversed(known) if v is not None]


def signs(past: Past, week: Week) -> tuple[Sign, ...]:
    """Every sign that shows in ``week`` and those before it."""
    return tuple(sign for detect in DETECTORS for sign in detect(past, week))


def persistent(past: Past, week: Week, weeks: int = 3) -> bool:
    """Whether some sign has shown in each of the last ``weeks``."""
    seen = [{sign.name for sign in signs(past, week.plus(-n))} for n in range(weeks)]
    return bool(set.intersection(*seen))


def _rising(past: Past, week: Week, metric: str, weeks: int = 3) -> list[float]:
    """The values of a metric that rose so many weeks running; none otherwise."""
    values = past.run(week, metric, weeks + 1)
    risen = len(values) == weeks + 1 and all(a < b for a, b in pairwise(values))
    return values if risen else []


def after_hours_rising(past: Past, week: Week) -> Iterator[Sign]:
    if values := _rising(past, week, "after_hours"):
        said = ", ".join(f"{hours(v)} h" for v in values)
        yield Sign("after-hours", "work after hours has grown three weeks running", said)


def no_free_day(past: Past, week: Week) -> Iterator[Sign]:
    if past.run(week, "work_free_days", 2) == [0, 0]:
        yield Sign("no-free-day", "no day in fourteen was free of work", f"{week.plus(-1)} and {week}")


def short_nights(past: Past, week: Week) -> Iterator[Sign]:
    short = {on: gap for on, gap in past.parts(week, "rest_gap").items() if gap < SHORT_REST}
    if len(short) >= 2:
        said = ", ".join(f"{hours(gap)} h after {day_words(date.fromisoformat(on))}" for on, gap in short.items())
        yield Sign("short-rest", "rest between two days of work was under 11 hours more than once", said)


def exceptions_used_up(past: Past, week: Week) -> Iterator[Sign]:
    for name, (title, budget) in past.budgets.items():
        used = exceptions(past, name, week)
        if used > budget:
            said = f"{counted(used, 'exception')} in four weeks, where {budget} are your own limit"
            yield Sign(f"exceptions {name}", f"{title} gave way more often than you wanted", said)


def exceptions(past: Past, name: str, week: Week) -> int:
    """How often in four weeks a block of the request was breached, or left out by the person."""
    parts = [past.parts(week.plus(-n), "blocks") for n in range(4)]
    return int(sum(p.get(f"{name}: {what}", 0) for p in parts for what in ("breached", "skipped")))


def lunch_lost(past: Past, week: Week) -> Iterator[Sign]:
    lost = past.parts(week, "lunch_kept").get("lost", 0)
    if lost >= 3:
        yield Sign("lunch", "lunch had no half hour on most days", f"{lost:.0f} days in {week}")


def later_and_later(past: Past, week: Week) -> Iterator[Sign]:
    if values := _rising(past, week, "late_peak"):
        said = ", ".join(f"{v:.0f} %" for v in values)
        yield Sign("late-peak", "more and more of the work lies after eight in the evening", said)


def focus_gone(past: Past, week: Week) -> Iterator[Sign]:
    values = past.run(week, "focus_time", 5)
    if len(values) == 5 and values[-1] < 60 and median(values[:-1]) >= 240:
        usual = figure(median(values[:-1]), "min")
        yield Sign("focus", "there was no hour left to think in peace", f"{usual} is usual, {hours(values[-1])} h now")


def leave_out_of_reach(past: Past, week: Week) -> Iterator[Sign]:
    pace = past.value(week, "leave_pace")
    if pace is not None and pace > 5:
        yield Sign("leave", "the leave that is left does not fit into the weeks that are", f"{pace:.1f} days a week")


def skipped_again(past: Past, week: Week) -> Iterator[Sign]:
    for name, count in skipped(past, week).items():
        yield Sign(f"skipped {name}", f"{name} was left out again and again", f"{count} times in four weeks")


def skipped(past: Past, week: Week, often: int = 3) -> Mapping[str, int]:
    """The block requests that the person left out at least so ``often`` in four weeks."""
    counts: dict[str, float] = {}
    for n in range(4):
        for part, count in past.parts(week.plus(-n), "blocks").items():
            if part.endswith(": skipped"):
                counts[part.removesuffix(": skipped")] = counts.get(part.removesuffix(": skipped"), 0) + count
    return {name: int(count) for name, count in counts.items() if count >= often}


def no_recovery(past: Past, week: Week) -> Iterator[Sign]:
    """After a season of strain, weeks that are as long as those in it."""
    for name, (first, last) in past.crunches.items():
        ended = Week.of(last)
        since = [ended.plus(n) for n in range(1, RECOVERY_WEEKS + 1) if ended.plus(n) <= week]
        during = [v for w in past.weekly if Week.of(first) <= w <= ended and (v := past.value(w, "work")) is not None]
        after = [v for w in since if (v := past.value(w, "work")) is not None]
        recent = since and week <= ended.plus(RECOVERY_WEEKS)
        if recent and len(after) >= 2 and during and mean(after) >= mean(during):
            said = f"{hours(mean(after))} h a week since, {hours(mean(during))} h in it"
            yield Sign(f"recovery {name}", f"the weeks after {name} are no lighter than those in it", said)


DETECTORS: Sequence[Callable[[Past, Week], Iterator[Sign]]] = (
    after_hours_rising,
    no_free_day,
    short_nights,
    exceptions_used_up,
    lunch_lost,
    later_and_later,
    focus_gone,
    leave_out_of_reach,
    skipped_again,
    no_recovery,
)
