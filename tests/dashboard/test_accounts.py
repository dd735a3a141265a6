"""Accounts and health on a page: what was read when, what is wrong, what waits, where data lies, and feeds."""

from __future__ import annotations

import os
import re

import pytest

from tests.dashboard.conftest import NOW, Dash
from timeblock import feed_keys, pipeline
from timeblock.daemon import health
from timeblock.daemon.health import Health
from timeblock.dashboard.visit import Visit
from timeblock.store import events, outbox

HOUR = 3600


def daemon(dash: Dash, **facts: object) -> None:
    """A daemon that is alive says this of itself."""
    path = health.path_of(dash.config.parent / ".local/state/timeblock", "dash")
    said = {"pid": os.getpid(), "since": NOW - 5 * HOUR, "beat": NOW, **facts}
    health.write(path, Health(**said))  # type: ignore[arg-type] # facts of a Health


def cells(page: str) -> list[list[str]]:
    """Rows of tables, as text."""
    rows = re.findall(r"<tr>(<t[hd].*?)</tr>", page, re.DOTALL)
    split = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub("<.*?>", "", cell) for cell in row] for row in split]


def test_each_calendar_tells_its_use_right_and_reading(dash: Dash) -> None:
    dash.clock.now += 2 * HOUR
    page = dash.get("/accounts")
    assert ["work", "counted", "to read and write", "2 h ago"] in cells(page)
    assert ["protected", "blocks go here", "to read and write", "2 h ago"] in cells(page)
    assert '<span class="state good">well</span>' in page
    assert "No daemon runs" in page
    assert "Nothing waits to be written." in page


def test_a_calendar_that_only_reads_cannot_take_blocks_and_one_never_read_says_so(dash: Dash) -> None:
    def narrowed(visit: Visit) -> None:
        known = [i for i in events.offered(visit.deps.db) if i.name == "protected"]
        events.save_offered(visit.deps.db, "home", [type(i)(i.id, i.name, False) for i in known])

    dash.do(narrowed)
    page = dash.get("/accounts")
    assert ["protected", "blocks go here", "only to read: blocks cannot go here", "just now"] in cells(page)
    assert ["work", "counted", "not asked yet", "never"] in cells(page)
    assert "not read yet" in page


def test_what_only_the_person_can_mend_is_marked_and_what_mends_itself_is_not(dash: Dash) -> None:
    daemon(dash, problems={"home": "signed out. Run: `timeblock auth home`"}, to_mend=["home"], undecided=2)
    page = dash.get("/accounts")
    assert "wants you" in page
    assert "signed out. Run: <code>timeblock auth home</code>" in page
    assert "2 things to decide: see the plan." in page
    daemon(dash, problems={"home": "away for a while"})
    page = dash.get("/accounts")
    assert "in trouble" in page
    assert "wants you" not in page


def test_an_account_that_wants_to_wait_tells_until_when(dash: Dash) -> None:
    dash.do(lambda visit: outbox.wait(visit.deps.db, "home", NOW + 3 * HOUR, "too many requests"))
    page = dash.get("/accounts")
    assert "too many requests\nIt is not asked again before Mon 23 Nov 12:00." in page


@pytest.mark.parametrize(
    ("facts", "word", "said"),
    [
        ({}, "well", "It runs since Mon 23 Nov 04:00"),
        ({"problems": {"cycle": "much would be deleted"}}, "wants a look", "cycle: much would be deleted"),
        ({"pid": 2**22 - 1}, "gone", "The daemon is gone, last seen just now."),
    ],
)
def test_the_daemon_tells_how_it_is(dash: Dash, facts: dict[str, object], word: str, said: str) -> None:
    daemon(dash, **facts)
    page = dash.get("/accounts")
    assert f">{word}</span></h2>" in page
    assert said in page


def test_data_is_told_with_its_place(dash: Dash) -> None:
    told = re.findall(
        r'<b>(.*?)</b>.*?<span class="soft">(.*?)</span><span class="why wrapped">(.*?)</span>',
        dash.get("/accounts"),
        re.DOTALL,
    )
    places = {name: (size, where) for name, size, where in told}
    assert places["Config"][1] == str(dash.config)
    assert places["Database"][1].startswith(str(dash.config.parent / ".local/state/timeblock/timeblock.db"))
    assert places["Journal"] == ("", "nothing yet")


def test_feeds_are_made_renewed_and_taken_away(dash: Dash) -> None:
    path = feed_keys.path_of(dash.config.parent / ".local/state/timeblock", "dash")
    assert "There are none." in dash.get("/accounts")
    dash.post("/accounts/feeds")
    first = feed_keys.read(path)
    page = dash.get("/accounts")
    assert all(f'href="{feed_keys.place(feed, secret)}"' in page for feed, secret in first.items())
    assert dash.client.get(feed_keys.place("blocks", first["blocks"])).status_code == 200
    assert "New addresses: blocks." in dash.post("/accounts/feeds", feed="blocks")
    assert dash.client.get(feed_keys.place("blocks", first["blocks"])).status_code == 404
    assert feed_keys.read(path)["freebusy"] == first["freebusy"]
    dash.post("/accounts/no-feeds")
    assert feed_keys.read(path) == {}


def test_a_feed_that_there_is_not_is_not_made(dash: Dash) -> None:
    assert dash.post("/accounts/feeds", feed="gossip") == "There is no such feed."
    assert "There are none." in dash.get("/accounts")


def test_blocks_that_wait_to_be_written_are_told(dash: Dash) -> None:
    def queued(visit: Visit) -> None:
        look = visit.look()
        pipeline.enqueue(visit.deps, look.seen, look.proposal, visit.now)

    dash.do(queued)
    rows = [row for row in cells(dash.get("/accounts")) if row[0].startswith("dinner/2026-W48")]
    assert [row[1:3] for row in rows] == 2 * [["home:protected", "not before Mon 23 Nov 09:00"]]
