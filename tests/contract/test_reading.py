"""What every backend does when it is read."""

from __future__ import annotations

import pytest

from tests.contract.worlds import Picture, Textual, World, event
from timeblock.core.event import Resource
from timeblock.errors import Gone


def test_the_account_offers_the_calendar(readable: World) -> None:
    assert readable.calendar in [info.id for info in readable.backend.calendars()]


def test_an_empty_calendar_lists_completely_that_there_is_nothing(readable: World) -> None:
    page = readable.backend.changes(readable.calendar, None, dict)
    assert (page.changed, page.removed, page.unchanged, page.complete) == ((), (), frozenset(), True)


def test_the_first_sync_brings_everything(picture: Picture) -> None:
    picture.world.put("one", "Standup")
    picture.world.put("two", "Møte – på norsk")
    assert picture.sync().summaries == {"one": "Standup", "two": "Møte – på norsk"}


def test_more_events_than_fit_into_one_request(picture: Picture) -> None:
    expected = {f"uid-{n}": f"Number {n}" for n in range(60)}
    for uid, summary in expected.items():
        picture.world.put(uid, summary)
    assert picture.sync().summaries == expected


def test_after_no_change_nothing_is_reported_and_little_is_asked(picture: Picture) -> None:
    picture.world.put("one")
    picture.sync()
    before = picture.world.backend.requests
    picture.sync()
    assert (picture.last_changed, picture.last_removed) == (set(), set())
    assert picture.world.backend.requests - before == picture.world.idle_requests


def test_only_what_is_new_changed_or_gone_is_reported(picture: Picture) -> None:
    world = picture.world
    for uid in ("stays", "changes", "goes"):
        world.put(uid)
    hrefs = _hrefs(picture.sync())
    world.put("changes", "Another title")
    world.remove("goes")
    world.put("comes")
    picture.sync()
    assert picture.last_removed == {hrefs["goes"]}
    assert hrefs["stays"] not in picture.last_changed
    assert picture.summaries == {"stays": "Standup", "changes": "Another title", "comes": "Standup"}


def _hrefs(picture: Picture) -> dict[str, str]:
    """UID → href."""
    decode, calendar = picture.world.backend.codec.decode, picture.world.calendar
    found = {href: decode(Resource(calendar, href, "", body)).series[0] for href, body in picture.bodies.items()}
    return {series.key.uid: href for href, series in found.items()}


def test_gone_and_back_again_is_there(picture: Picture) -> None:
    picture.world.put("one", "First")
    picture.sync()
    picture.world.remove("one")
    picture.world.put("one", "Second")
    assert picture.sync().summaries == {"one": "Second"}


def test_a_forgotten_cursor_loses_no_change_and_no_deletion(picture: Picture) -> None:
    world = picture.world
    world.put("stays")
    world.put("goes")
    picture.sync()
    world.remove("goes")
    world.put("comes")
    assert picture.cursor is not None
    picture.cursor = world.stale(picture.cursor)
    assert picture.sync().summaries == {"stays": "Standup", "comes": "Standup"}


@pytest.mark.parametrize("cursor", ["nonsense", "[1]", "-1", '{"n": 1}'])
def test_a_cursor_of_another_backend_is_no_cursor(picture: Picture, cursor: str) -> None:
    picture.world.put("one")
    picture.cursor = cursor
    assert picture.sync().summaries == {"one": "Standup"}


def test_listing_again_from_nothing_sends_no_body_that_is_known(picture: Picture) -> None:
    picture.world.put("one")
    picture.sync()
    picture.cursor = None
    picture.sync()
    assert picture.last_changed == set()
    assert picture.summaries == {"one": "Standup"}


def test_one_read_gives_what_the_listing_gave(picture: Picture) -> None:
    picture.world.put("one")
    [(href, version)] = picture.sync().versions.items()
    resource = picture.world.backend.read(picture.world.calendar, href)
    assert (resource.href, resource.version) == (href, version)
    assert resource.body.splitlines() == picture.bodies[href].splitlines()


def test_what_is_not_there_is_gone(readable: World) -> None:
    href = readable.backend.href(readable.calendar, "never-written")
    with pytest.raises(Gone):
        readable.backend.read(readable.calendar, href)


def test_a_calendar_that_is_not_there_is_gone_and_not_empty(world: World) -> None:
    with pytest.raises(Gone):
        world.backend.changes(world.elsewhere, None, dict)


def test_text_is_read_to_the_letter(textual: Textual) -> None:
    lines = ('X-ODD;X-P="a;b":one two', "DESCRIPTION:two  spaces &amp\\; <b>]]></b> " + "long " * 30 + "end")
    textual.store("one", event("one", "Standup – på norsk", *lines))
    [body] = Picture(textual).sync().bodies.values()
    stored = textual.raw("one").replace("\r\n", "\n")
    part = stored[stored.index("BEGIN:VEVENT") : stored.index("END:VCALENDAR")].rstrip()
    assert part in body.replace("\r\n", "\n")
    assert [line for line in lines if line not in body.replace("\r\n", "\n").replace("\n ", "")] == []
