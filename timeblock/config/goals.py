"""A goal of the file as a :class:`timeblock.core.goals.Goal`: which of the six shapes its target has, in which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from timeblock.config.phrases import Amount, Target, amount, target
from timeblock.core.goals import Goal, Shape

if TYPE_CHECKING:
    from timeblock.config import schema

Unit: TypeAlias = Literal["min", "h/week", "%", "count", "days"]

METRICS: dict[str, Unit] = {
    "work": "min",
    "overtime": "min",
    "after_hours": "min",
    "after_hours_touches": "days",
    "weekend_work": "min",
    "after_hours_emails": "count",
    "late_peak": "%",
    "span": "min",
    "rest_gap": "min",
    "weekly_rest": "min",
    "work_free_days": "days",
    "quiet_days": "days",
    "rolling_hours": "h/week",
    "meeting_load": "%",
    "conflicts": "min",
    "focus_time": "min",
    "fragmentation": "%",
    "back_to_back": "min",
    "lunch_kept": "days",
    "sleep_window": "min",
    "leave_used": "days",
    "leave_left": "days",
    "leave_pace": "days",
    "area_time": "min",
    "blocks": "count",
    "churn": "count",
    "white_space": "%",
}
"""The measures a goal may be about, and the unit its figures have."""

ABOUT = {"area_time": "area", "blocks": "block request"}
"""Metrics that need ``of``, and what it names."""

_WEEKS = {"": 1.0, "week": 1.0, "day": 7.0, "month": 12 / 52}
_SPENT = ("area_time", "focus_time")


def check(said: schema.Goal) -> None:
    """Raises the mistake of a goal whose target does not suit its metric. An unknown metric is judged elsewhere."""
    from timeblock.config.schema import at

    if said.metric not in METRICS:
        return
    try:
        shape_of(target(said.target), said.metric)
        if said.baseline is not None:
            baseline(said)
    except ValueError as wrong:
        raise at("target", str(wrong)) from wrong


def goal(said: schema.Goal) -> Goal:
    """The goal as a value; figures in the unit of the metric (per week), percent, or times a week."""
    wanted = target(said.target)
    shape = shape_of(wanted, said.metric)
    return Goal(
        name=said.name,
        metric=said.metric,
        shape=shape,
        target=_figure(wanted.amount, shape, said),
        start=said.start,
        deadline=said.by,
        at_most=wanted.manner == "at most" or (wanted.manner == "change" and wanted.amount.number < 0),
        baseline=baseline(said),
        of=said.of,
        cadence=said.cadence,
        tolerance=said.tolerance,
        area=said.area,
        why=said.why,
        eased=said.eased,
        share_with=tuple(said.share_with),
    )


def shape_of(wanted: Target, metric: str) -> Shape:
    """Which of the six shapes a target has. Raises ValueError where it does not suit the metric."""
    shape = _shape(wanted, metric)
    _check_unit(wanted.amount, shape, METRICS[metric], metric)
    _check_per(wanted.amount, shape)
    return shape


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


def _figure(figure: Amount, shape: Shape, said: schema.Goal) -> float:
    if shape in (Shape.CHANGE_PERCENT, Shape.USE_UP):
        return figure.number
    if figure.per == "total":
        return figure.number * 7 / ((said.by - said.start).days + 1)
    return _in_unit(figure, METRICS[said.metric]) * _WEEKS[figure.per]


def _in_unit(figure: Amount, unit: Unit) -> float:
    if unit == "days" and figure.unit == "min":
        return figure.number / 1440
    return figure.number / 60 if unit == "h/week" else figure.number


def baseline(said: schema.Goal) -> float | None:
    """The baseline in the unit of the metric, None where it shall be measured. Raises ValueError for a wrong phrase."""
    if said.baseline is None or not isinstance(said.baseline, str):
        return said.baseline
    found = amount(said.baseline)
    if found is None:
        raise ValueError(f'the baseline "{said.baseline}" is not a figure; write "6h" or a number')
    _check_unit(found, Shape.KEEP, METRICS[said.metric], said.metric)
    return _in_unit(found, METRICS[said.metric])
