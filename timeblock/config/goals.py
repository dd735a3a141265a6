"""What a goal's target means: which of the six shapes it has, and its figure in the unit of the metric."""

from __future__ import annotations

from datetime import date

from timeblock.config.phrases import Amount, Target, amount, duration
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.definitions.figure import Unit
from timeblock.core.goals import Goal, Shape

METRICS: dict[str, Unit] = {definition.id: definition.unit for definition in DEFINITIONS.values()}
"""The measures a goal may be about, and the unit its figures have."""

ABOUT = {"area_time": "area", "blocks": "block request"}
"""Metrics that need ``of``, and what it names."""

_WEEKS = {"": 1.0, "week": 1.0, "day": 7.0, "month": 12 / 52}
_SPENT = ("area_time", "focus_time")


def shape_of(wanted: Target, metric: str) -> Shape:
    """Which of the six shapes a target has. Raises ValueError where it does not suit the metric."""
    shape = _shape(wanted, metric)
    _check_unit(wanted.amount, shape, METRICS[metric], metric)
    _check_per(wanted.amount, shape)
    return shape


def figure(wanted: Target, metric: str, start: date, by: date) -> float:
    """The target in the unit of the metric (per week), percent, or times a week, as its shape has it."""
    amount = wanted.amount
    if shape_of(wanted, metric) in (Shape.CHANGE_PERCENT, Shape.USE_UP):
        return amount.number
    if amount.per == "total":
        return amount.number * 7 / ((by - start).days + 1)
    return _in_unit(amount, METRICS[metric]) * _WEEKS[amount.per]


def total(wanted: Target) -> float | None:
    """What a time budget of the whole time comes to; None for one of each day, week or month."""
    return wanted.amount.number if wanted.amount.per == "total" else None


def ceiling(said: str, shape: Shape) -> float | None:
    """The most minutes a week that a time budget may take; None for none. Raises ValueError for a wrong phrase."""
    if not said:
        return None
    found = amount(said)
    if shape is not Shape.TIME_BUDGET:
        raise ValueError('only a time budget ("2h per day", "200h in total") has a ceiling')
    if found is None or found.unit != "min" or found.per not in _WEEKS:
        raise ValueError(f'the ceiling "{said}" is not a length of time; write "12h per week"')
    return found.number * _WEEKS[found.per]


def at_most(wanted: Target) -> bool:
    """Whether the target is a ceiling."""
    return wanted.manner == "at most" or (wanted.manner == "change" and wanted.amount.number < 0)


def _shape(wanted: Target, metric: str) -> Shape:
    unit = wanted.amount.unit
    if wanted.manner == "change":
        return Shape.CHANGE_PERCENT if unit == "%" else Shape.CHANGE_AMOUNT
    if wanted.manner != "reach":
        return Shape.KEEP
    if unit == "%" and metric == "leave_used":
        return Shape.USE_UP
    if unit == "min" and metric in _SPENT:
        return Shape.TIME_BUDGET
    if unit == "" and wanted.amount.per in ("day", "week", "month"):
        return Shape.FREQUENCY
    raise ValueError('is this a limit or a change? Write "at most …", "at least …", "-…" or "+…"')


def _check_unit(figure: Amount, shape: Shape, unit: Unit, metric: str) -> None:
    if shape in (Shape.CHANGE_PERCENT, Shape.USE_UP):
        return
    right = {"min": "min", "h/week": "min", "%": "%", "count": "", "days": ""}[unit]
    if figure.unit != right and not (unit == "days" and _whole_days(figure)):
        example = {"min": 'a length of time ("5h", "30m")', "%": 'percent ("20 %")', "": "a number"}[right]
        raise ValueError(f"{metric} is counted in {unit}: give {example}")


def _whole_days(figure: Amount) -> bool:
    """``"2 days"`` reads as a length of time; for a metric in days it is the number 2."""
    return figure.unit == "min" and figure.number % 1440 == 0


def _check_per(figure: Amount, shape: Shape) -> None:
    allowed: dict[Shape, tuple[str, ...]] = {
        Shape.FREQUENCY: ("day", "week", "month"),
        Shape.TIME_BUDGET: ("day", "week", "month", "total"),
    }
    if shape in allowed and figure.per not in allowed[shape]:
        raise ValueError('how often? Write "2h per day", "10h per week" or "200h in total"')
    if shape not in allowed and figure.per not in ("", "week"):
        raise ValueError('figures are those of a week; leave out "per …" or write "per week"')


def _in_unit(figure: Amount, unit: Unit) -> float:
    if unit == "days" and figure.unit == "min":
        return figure.number / 1440
    return figure.number / 60 if unit == "h/week" else figure.number


def said(goal: Goal, target: float | None, deadline: date | None) -> dict[str, object]:
    """The keys of the config that a new target (in the goal's own unit) or deadline means."""
    keys: dict[str, object] = {"by": deadline} if deadline else {}
    return keys if target is None else {**keys, "target": _phrase(goal, target)}


def _phrase(goal: Goal, target: float) -> str:
    """The target as the config says it.

    >>> from datetime import date
    >>> _phrase(Goal("x", "work", Shape.KEEP, 0, date.min, date.max), 2490)
    'at most 41h30m'
    """
    unit = METRICS[goal.metric]
    percent = goal.shape is Shape.CHANGE_PERCENT or unit == "%"
    hours = unit in ("min", "h/week") and not percent
    length = duration(round(abs(target) * (60 if unit == "h/week" else 1)))
    much = length if hours else f"{abs(target):g}{' %' if percent else ''}"
    if goal.shape is Shape.KEEP:
        return f"at {'most' if goal.at_most else 'least'} {much}"
    sign = "" if goal.shape is Shape.FREQUENCY else "-" if target < 0 else "+"
    return f"{sign}{much}{'' if percent else ' per week'}"


def baseline(said: str | float | None, metric: str) -> float | None:
    """The baseline in the unit of the metric, None where it shall be measured. Raises ValueError for a wrong phrase."""
    if not isinstance(said, str):
        return said
    found = amount(said)
    if found is None:
        raise ValueError(f'the baseline "{said}" is not a figure; write "6h" or a number')
    _check_unit(found, Shape.KEEP, METRICS[metric], metric)
    return _in_unit(found, METRICS[metric])
