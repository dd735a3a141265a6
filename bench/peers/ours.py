"""timeblock: ``python bench/peers/ours.py FILE FIRST LAST DATABASE`` reads and stores it all, and counts occurrences.

The time zone of the person is Europe/Oslo, and its clock stands still.
"""

import sqlite3
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from timeblock.calendars.feed import PATH, Feed
from timeblock.codecs import ical
from timeblock.core.event import CalendarId
from timeblock.core.interval import Interval
from timeblock.core.localtime import Whereabouts
from timeblock.store import events
from timeblock.store.database import open_database
from timeblock.sync.pull import pull

ROWS = "SELECT start_at, end_at, times, step FROM occurrence WHERE start_at < ? AND end_at > ?"

file, first, last, database = sys.argv[1:]
lo, hi = (int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day in (first, last))
where = Whereabouts(ZoneInfo("Europe/Oslo"))
with open_database(f"sqlite:///{database}") as db:
    events.ensure_horizon(db, Interval(lo, hi), where, ical.decode)
    pull(db, Feed("bench", file, lambda: hi), CalendarId("bench", PATH), where, hi)
count = 0
for start, end, times, step in sqlite3.connect(database).execute(ROWS, (hi, lo)):
    lasts = end - start - (times - 1) * step
    count += sum(start + n * step < hi and start + n * step + lasts > lo for n in range(times))
print(count)
