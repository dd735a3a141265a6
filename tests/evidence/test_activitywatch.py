"""When the person was at the machine, by an ActivityWatch that is played here as its API describes it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.conftest import Serve
from tests.servers import free_port
from tests.web import Asked, Say
from timeblock.core.traces import Trace
from timeblock.errors import Incomplete, TryLater
from timeblock.evidence.activitywatch import OVERLAP, PART, ActivityWatch
from timeblock.sync.source import FIRST_DAYS

NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
HOUR = 3600
ENDLESS = '{"timestamp": "2026-11-24T20:00:00+00:00", "duration": Infinity, "data": {"status": "not-afk"}}'
AFK, WINDOWS = "aw-watcher-afk_desk top", "aw-watcher-window_desk top"


@dataclass
class LocalActivityWatch:
    """``events``: start, seconds and status of the watcher of idle times. Like aw-server it cuts what is asked for."""

    events: list[tuple[int, float, str]]
    asked: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Say:
        url = urlsplit(asked.path)
        path = unquote(url.path).removeprefix("/api/0/buckets/")
        self.asked.append(path)
        if not path:
            buckets = {AFK: "afkstatus", WINDOWS: "currentwindow"}
            return Say(200, json.dumps({name: {"id": name, "type": kind} for name, kind in buckets.items()}))
        assert path == f"{AFK}/events"
        query = {
            name: datetime.fromisoformat(v[0]).timestamp() for name, v in parse_qs(url.query).items() if v != ["-1"]
        }
        return Say(200, json.dumps(list(self._cut(query["start"], query["end"]))))

    def _cut(self, start: float, end: float) -> list[dict[str, object]]:
        cut = [(max(at, start), min(at + seconds, end), status) for at, seconds, status in self.events]
        return [
            {
                "id": n,
                "timestamp": datetime.fromtimestamp(first, UTC).isoformat(),
                "duration": last - first,
                "data": {"status": status},
            }
            for n, (first, last, status) in enumerate(reversed(cut))
            if first < last
        ]


def reading(url: str, cursor: dict[str, str], now: int = NOW) -> tuple[list[Trace], dict[str, str]]:
    """All that is told, and where to go on."""
    with closing(ActivityWatch("laptop", url, lambda: now)) as source:
        part, found = source.changes(cursor), list[Trace]()
        while part.more:
            found += part.traces
            part = source.changes(part.cursor)
    assert part.until == now
    return sorted([*found, *part.traces]), dict(part.cursor)


def test_only_times_of_activity_are_read_and_no_other_bucket(serve: Serve) -> None:
    events = [(NOW - 3 * HOUR, 1800.4, "not-afk"), (NOW - 2 * HOUR, 600, "afk"), (NOW - HOUR, 60, "not-afk")]
    local = LocalActivityWatch(events)
    found, cursor = reading(serve(local.answer).url, {"until": str(NOW - 10 * HOUR)})
    assert found == [
        Trace(NOW - 3 * HOUR, NOW - 3 * HOUR + 1800, "activity", "laptop"),
        Trace(NOW - HOUR, NOW - HOUR + 60, "activity", "laptop"),
    ]
    assert cursor == {"until": str(NOW)}
    assert local.asked == ["", f"{AFK}/events"]


def test_the_first_time_the_last_year_and_a_bit_is_read_in_parts(serve: Serve) -> None:
    local = LocalActivityWatch([(NOW - 300 * 86400, 600, "not-afk"), (NOW - 500 * 86400, 600, "not-afk")])
    found, _ = reading(serve(local.answer).url, {})
    assert [t.start for t in found] == [NOW - 300 * 86400]
    assert local.asked.count(f"{AFK}/events") == -(-FIRST_DAYS * 86400 // PART)


def test_what_went_on_while_it_was_read_is_read_again(serve: Serve) -> None:
    local = LocalActivityWatch([(NOW - HOUR, HOUR, "not-afk")])
    web = serve(local.answer)
    _, cursor = reading(web.url, {"until": str(NOW - 2 * HOUR)})
    local.events[0] = (NOW - HOUR, HOUR + 600, "not-afk")
    (found,), _ = reading(web.url, cursor, NOW + 900)
    assert (found.start, found.end) == (NOW - OVERLAP, NOW + 600)


@pytest.mark.parametrize(
    ("buckets", "events", "said"),
    [
        ("<html>", "[]", "what no ActivityWatch does"),
        ("null", "[]", "what no ActivityWatch does"),
        ("[]", "[]", "what no ActivityWatch does"),
        ('{"a": {"type": "afkstatus"}}', '[{"data": {"status": "not-afk"}}]', "none of ActivityWatch's"),
        ('{"a": {"type": "afkstatus"}}', '[{"duration": 1}]', "none of ActivityWatch's"),
        ('{"a": {"type": "afkstatus"}}', '["x"]', "none of ActivityWatch's"),
        ('{"a": {"type": "afkstatus"}}', f"[{ENDLESS}]", "none of ActivityWatch's"),
    ],
)
def test_an_answer_that_is_none_is_not_believed(serve: Serve, buckets: str, events: str, said: str) -> None:
    web = serve(lambda asked: Say(200, events if "events" in asked.path else buckets))
    with pytest.raises(Incomplete, match=said):
        reading(web.url, {"until": str(NOW - HOUR)})


def test_a_server_without_a_watcher_tells_nothing(serve: Serve) -> None:
    assert reading(serve(lambda asked: Say(200, "{}")).url, {"until": str(NOW - HOUR)})[0] == []


def test_a_server_that_is_not_there_or_busy_is_for_later(serve: Serve) -> None:
    with pytest.raises(TryLater, match="refused"):
        reading(f"http://127.0.0.1:{free_port()}/", {}, NOW)
    with pytest.raises(TryLater, match="cannot answer now"):
        reading(serve(lambda asked: Say(503)).url, {}, NOW)
