"""Feeds as a calendar program sees them: no cookie, a secret in the path, and nothing sent twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx2
import icalendar
import pytest
import recurring_ical_events
import vobject  # type: ignore[import-untyped] # it has no types

from tests.dashboard.conftest import Dash
from timeblock import feed_keys, pipeline
from timeblock.dashboard.visit import Visit
from timeblock.feed_keys import Feed

HOUR = 3600


@pytest.fixture
def feeds(dash: Dash) -> Dash:
    """With blocks that stand and a meeting, and a browser that was never let in."""
    dash.event("board", "20261124T090000Z", "20261124T100000Z", "Board: merger")
    dash.do(_apply)
    dash.client.cookies.clear()
    return dash


def _apply(visit: Visit) -> None:
    pipeline.run_cycle(visit.deps, visit.now)


def keys(dash: Dash) -> dict[Feed, str]:
    path = feed_keys.path_of(dash.config.parent / ".local/state/timeblock", "dash")
    return dict(feed_keys.read(path) or feed_keys.renew(path))


def ask(dash: Dash, feed: Feed, known: str = "") -> httpx2.Response:
    path = feed_keys.place(feed, keys(dash)[feed])
    return dash.client.get(path, headers={"If-None-Match": known} if known else {})


def events(text: str, first: date, last: date) -> list[tuple[str, str]]:
    """Start and title of what an independent reader finds on those days."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(first, last)
    return sorted((f"{e.start:%a %H:%M}", str(e["SUMMARY"])) for e in found)


def test_blocks_stand_in_their_feed_by_name(feeds: Dash) -> None:
    answer = ask(feeds, "blocks")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found = events(answer.text, date(2026, 11, 23), date(2026, 11, 30))
    assert found == [("Mon 18:00", "Family dinner"), ("Thu 18:00", "Family dinner")]
    assert "merger" not in answer.text


@pytest.mark.parametrize(
    ("old", "new"),
    [('role = "blocks"', 'role = "blocks"\nprivacy = "busy"'), ('duration = "2h"', 'duration = "2h"\nprivate = true')],
)
def test_what_is_private_is_only_busy_in_the_feed_too(feeds: Dash, old: str, new: str) -> None:
    feeds.config.write_text(feeds.config.read_text().replace(old, new))
    text = ask(feeds, "blocks").text
    assert {title for _, title in events(text, date(2026, 11, 23), date(2026, 11, 30))} == {"Busy"}
    assert "dinner" not in text.lower()


def test_availability_is_busy_or_off_and_has_no_title(feeds: Dash) -> None:
    text = ask(feeds, "availability").text
    found = events(text, date(2026, 11, 24), date(2026, 11, 27))
    assert ("Tue 10:00", "Busy") in found
    assert ("Tue 17:00", "Off") in found
    assert ("Thu 18:00", "Busy") in found
    assert {title for _, title in found} == {"Busy", "Off"}
    assert "dinner" not in text.lower()


def test_free_and_busy_time_has_an_address_of_its_own(feeds: Dash) -> None:
    answer = ask(feeds, "freebusy")
    part = vobject.readOne(answer.text).vfreebusy
    kinds = {(str(line.params["FBTYPE"][0]), start) for line in part.freebusy_list for start, _ in line.value}
    assert ("BUSY", datetime(2026, 11, 24, 9, tzinfo=UTC)) in kinds
    assert ("BUSY-UNAVAILABLE", datetime(2026, 11, 24, 16, tzinfo=UTC)) in kinds
    assert str(answer.url).endswith("/freebusy.ifb")


@pytest.mark.parametrize("feed", feed_keys.FEEDS)
def test_who_has_it_is_not_sent_it_again_until_something_changes(feeds: Dash, feed: Feed) -> None:
    first = ask(feeds, feed)
    tag = first.headers["etag"]
    feeds.clock.now += 2 * HOUR
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(feeds, feed, known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    feeds.event("late", "20261124T120000Z", "20261124T130000Z")
    changed = ask(feeds, feed, tag)
    assert changed.status_code == (304 if feed == "blocks" else 200)


def test_the_moment_a_feed_bears_is_that_of_its_last_change(feeds: Dash) -> None:
    first = ask(feeds, "availability").text
    feeds.clock.now += 3 * HOUR
    assert ask(feeds, "availability").text == first
    assert "DTSTAMP:20261123T080000Z" in first
    feeds.event("late", "20261124T120000Z", "20261124T130000Z")
    assert "DTSTAMP:20261123T110000Z" in ask(feeds, "availability").text


def test_a_wrong_secret_and_that_of_another_feed_find_nothing(feeds: Dash) -> None:
    known = keys(feeds)
    wrong = [known["availability"], known["blocks"][:-1], "x", known["blocks"] + "x"]
    for secret in wrong:
        answer = feeds.client.get(feed_keys.place("blocks", secret))
        assert (answer.status_code, answer.text) == (404, "There is no such feed.")
    assert feeds.client.get("/feed/").status_code == 404


def test_without_secrets_there_are_no_feeds_and_a_new_one_ends_the_old(feeds: Dash) -> None:
    assert feeds.client.get("/feed//blocks.ics").status_code == 404
    path = feed_keys.path_of(feeds.config.parent / ".local/state/timeblock", "dash")
    before = feed_keys.renew(path)
    assert feeds.client.get(feed_keys.place("blocks", before["blocks"])).status_code == 200
    feed_keys.renew(path, ["blocks"])
    assert feeds.client.get(feed_keys.place("blocks", before["blocks"])).status_code == 404
    assert ask(feeds, "blocks").status_code == 200


def test_a_feed_is_only_read_and_no_page_is_behind_it(feeds: Dash) -> None:
    address = feed_keys.place("blocks", keys(feeds)["blocks"])
    assert feeds.client.post(address).status_code == 405
    assert feeds.client.head(address).status_code == 200
    assert feeds.client.get(f"{address}/../../../").status_code in (403, 404)


def test_what_is_wrong_on_this_machine_is_not_told_to_who_asks(feeds: Dash) -> None:
    address = feed_keys.place("blocks", keys(feeds)["blocks"])
    feed_keys.path_of(feeds.config.parent / ".local/state/timeblock", "dash").write_text("no json")
    answer = feeds.client.get(address)
    assert answer.status_code == 503
    assert str(feeds.config.parent) not in answer.text
