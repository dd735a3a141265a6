"""When the person was at the machine, by ActivityWatch's REST API: the events of its watcher of idle times ("afk").

No other bucket is read, so no window title and no address. https://docs.activitywatch.net/en/latest/api/rest.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from timeblock.core.interval import MINUTE, Instant
from timeblock.core.localtime import instant
from timeblock.core.traces import Trace
from timeblock.errors import Incomplete
from timeblock.evidence.times import DAY
from timeblock.sync.source import FIRST_DAYS, Cursor, Reading
from timeblock.transport import Transport, origin

PART = 30 * DAY
"""So much time is asked for at once."""
OVERLAP = 15 * MINUTE
"""Read again each time: whether the person is away is known some minutes later."""


class ActivityWatch:
    """The server at ``url``, usually this machine's."""

    def __init__(self, name: str, url: str, now: Callable[[], Instant]) -> None:
        self.place = f"activitywatch:{url}"
        self._name = name
        self._base = f"{url.rstrip('/')}/api/0/buckets/"
        self._host = origin(url).host
        self._transport = Transport(now)
        self._now = now

    @property
    def requests(self) -> int:
        return self._transport.requests

    def changes(self, cursor: Cursor) -> Reading:
        now = self._now()
        begin = int(cursor["until"]) - OVERLAP if cursor else now - FIRST_DAYS * DAY
        end = min(begin + PART, now)
        traces = tuple(trace for bucket in self._buckets() for trace in self._active(bucket, begin, end))
        return Reading(traces, {"until": str(end)}, end, more=end < now)

    def close(self) -> None:
        self._transport.close()

    def _buckets(self) -> list[str]:
        found = self._get("")
        if not isinstance(found, dict):
            raise Incomplete(f"{self._host} answers what no ActivityWatch does")
        return sorted(name for name, b in found.items() if isinstance(b, dict) and b.get("type") == "afkstatus")

    def _active(self, bucket: str, begin: Instant, end: Instant) -> Iterator[Trace]:
        query = urlencode({"start": _iso(begin), "end": _iso(end), "limit": -1})
        events = self._get(f"{quote(bucket, safe='')}/events?{query}")
        try:
            for event in events if isinstance(events, list) else ():
                if event["data"]["status"] == "not-afk":
                    start = instant(datetime.fromisoformat(event["timestamp"]))
                    yield Trace(start, start + round(event["duration"]), "activity", self._name)
        except (KeyError, TypeError, ValueError, OverflowError) as odd:
            raise Incomplete(f"{self._host} has events that are none of ActivityWatch's") from odd

    def _get(self, path: str) -> object:
        answer = self._transport.exchange("GET", self._base + path, {"Accept": "application/json"})
        if answer.status >= 500:
            raise self._transport.delay(answer, f"{self._host} cannot answer now ({answer.status})")
        try:
            found: object = json.loads(answer.body) if answer.status == 200 else None
        except ValueError:
            found = None
        if found is None:
            raise Incomplete(f"{self._host} answers what no ActivityWatch does ({answer.status})")
        return found


def _iso(at: Instant) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
