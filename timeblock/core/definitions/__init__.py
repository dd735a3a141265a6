"""What each measure means: one function a measure, its definition the docstring.

All sums are over the union of intervals, so overlap counts once.
"""

from __future__ import annotations

from timeblock.core.definitions import blocks, day, leave, life, rest, work
from timeblock.core.definitions.figure import Definition

DEFINITIONS: dict[str, Definition] = {
    definition.id: definition
    for definition in (
        work.work,
        work.overtime,
        work.rolling_hours,
        work.after_hours,
        work.after_hours_touches,
        work.after_hours_emails,
        work.weekend_work,
        work.late_peak,
        work.span,
        rest.rest_gap,
        rest.weekly_rest,
        rest.work_free_days,
        rest.quiet_days,
        rest.sleep_window,
        day.meeting_load,
        day.conflicts,
        day.focus_time,
        day.fragmentation,
        day.back_to_back,
        day.lunch_kept,
        leave.leave_used,
        leave.leave_left,
        leave.leave_pace,
        life.area_time,
        life.white_space,
        blocks.blocks,
        blocks.churn,
    )
}
"""Every measure by its id, in the order in which people read them."""
