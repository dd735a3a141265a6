"""What breaks rules of rest, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from timeblock.core.localtime import ONE_DAY, Week, Whereabouts
from timeblock.core.rest import Breach, Checked, Relief, Side
from timeblock.core.rest_rules import Rule
from timeblock.core.words import counted, day, hours, moment, span

TITLES = {
    "daily-rest": "rest between two days of work",
    "weekly-rest": "rest in a row in the week",
    "break": "booked without a break",
    "week": "work in the week",
    "average-week": "work a week on average",
    "overtime-month": "overtime in the month",
    "overtime-year": "overtime in the year",
    "leave": "of leave in the year",
}


def breaches(found: Checked, weeks: Sequence[Week], where: Whereabouts) -> Group:
    """Each breach in a few lines; praise where there is none."""
    time = f"{day(weeks[0].monday)} to {day(weeks[-1].days()[-1], year=True)}"
    reliefs = [_relief(relief, where) for relief in found.reliefs]
    if not found.breaches:
        return Group(Text(f"{time}: no rule is broken, as far as your calendars show.", "green"), *reliefs)
    broken = Counter(breach.rule.name for breach in found.breaches if not breach.rule.alert)
    times = "once" if broken.total() == 1 else f"{broken.total()} times"
    which = ", ".join(f"{name} {count}" for name, count in broken.most_common())
    told = f"rules of rest are broken {times} ({which})" if broken else "no rule is broken"
    lines = [line for breach in found.breaches for line in _lines(breach, where)]
    return Group(Text(f"{time}: {told}"), *lines, *reliefs)


def _relief(relief: Relief, where: Whereabouts) -> Text:
    return Text(f"\nTo make up for it: keep {day(relief.on)} {span(relief.keep, where)} free of work; {relief.why}.")


def _lines(breach: Breach, where: Whereabouts) -> Iterator[Text]:
    rule = breach.rule
    bound = "at least" if rule.at_least else "at most"
    yield Text()
    yield Text.assemble(
        (f"{_when(breach, where)}  ", "bold"),
        (f"{amount(rule, breach.value)} {TITLES[rule.about]}", "yellow" if rule.alert else "bold red"),
        f", {bound} {amount(rule, rule.limit)}" + (" (alert)" if rule.alert else ""),
    )
    between = [_side(side, where) for side in (breach.before, breach.after) if side]
    if between:
        yield Text(f"  {', then '.join(between)}")
    yield Text(f"  {rule.name}: {rule.source}", "dim")
    yield Text(f"  Smallest change: {breach.fix.text}", "green")


def amount(rule: Rule, value: float) -> str:
    """A figure in the unit of its rule."""
    return f"{value:.1f} weeks" if rule.about == "leave" else f"{hours(value)} h"


def _when(breach: Breach, where: Whereabouts) -> str:
    first, last = where.date_of(breach.span.start), where.date_of(breach.span.end - 1)
    if last - first > ONE_DAY:
        return f"{day(first)} to {day(last)}"
    return moment(breach.span.start, where)


def _side(side: Side, where: Whereabouts) -> str:
    return f"{side.title} ({moment(side.interval.start, where)})" if side.interval else side.title


def unknown(found: Checked) -> Text:
    """What could not be judged, each reason once."""
    lacking = Counter((item.missing, item.rule.name) for item in found.unknown)
    lines = [f"Not judged: {rule} ({counted(weeks, 'week')}): {why}" for (why, rule), weeks in lacking.items()]
    return Text("\n".join(lines), "dim")
