"""SMART goals: a metric, a baseline, a target and a deadline, with weekly milestones between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Shape(StrEnum):
    """The six forms a goal can take."""

    CHANGE_PERCENT = "change-percent"
    CHANGE_AMOUNT = "change-amount"
    KEEP = "keep"
    FREQUENCY = "frequency"
    USE_UP = "use-up"
    TIME_BUDGET = "time-budget"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the config. The unit of ``target`` is that of the metric, percent or times a week, as the shape says.

    ``at_most``: the target is a ceiling (else a floor). ``baseline`` None: taken from the weeks before ``start``.
    ``of`` names the area or block request a metric such as ``area_time`` or ``blocks`` is about.
    """

    name: str
    metric: str
    shape: Shape
    target: float
    start: date
    deadline: date
    at_most: bool = True
    baseline: float | None = None
    of: str = ""
    cadence: str = "weekly"
    tolerance: float = 0.0
    area: str = ""
    why: str = ""
    eased: bool = False
    share_with: tuple[str, ...] = ()
