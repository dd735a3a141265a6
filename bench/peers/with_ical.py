"""The library ical: ``python bench/peers/with_ical.py FILE FIRST LAST`` (dates) counts occurrences."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream  # type: ignore[import-not-found]  # in its own environment

file, first, last = sys.argv[1:]
calendar = IcsCalendarStream.calendar_from_ics(Path(file).read_text("utf-8"))
between = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last)]
print(sum(1 for _ in calendar.timeline.overlapping(*between)))
