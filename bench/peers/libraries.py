"""icalendar and recurring-ical-events: ``python bench/peers/libraries.py FILE FIRST LAST`` counts occurrences."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import recurring_ical_events

file, first, last = sys.argv[1:]
calendar = icalendar.Calendar.from_ical(Path(file).read_bytes())
between = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last)]
print(len(recurring_ical_events.of(calendar).between(*between)))
