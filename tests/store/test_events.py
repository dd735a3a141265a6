from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeblock.core import recurrence
from timeblock.core.diff import Slot
from timeblock.core.event import (
    Answer,
    Attendee,
    CalendarId,
    CalendarInfo,
    Component,
    Decoded,
    Event,
    EventKey,
    EventType,
    Mark,
    Resource,
    Series,
    SetAside,
    Status,
    When,
    block_uid,
)
from timeblock.core.interval import HOUR, MINUTE, Interval
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.store import events, facts, occurrences
from timeblock.store.database import Database

OSLO, TOKYO = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Tokyo")
HOME = Whereabouts(OSLO)
WORK, FAMILY = CalendarId("work", "/cal/work/"), CalendarId("home", "family")
NOW = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp())
DAY = 24 * HOUR
WEEK = Interval(NOW - NOW % DAY, NOW - NOW % DAY + 7 * DAY)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=OSLO)


def component(href: str = "a.ics", start: When = MONDAY, hours: float = 1, **said: object) -> Component:
    """One event at ``start``; ``said`` are fields of the event or of the component."""
    of_component = {name: said.pop(name) for name in ("rules", "replaces", "end") if name in said}
    calendar, uid = said.pop("calendar", WORK), said.pop("uid", f"uid of {href}")
    assert isinstance(calendar, CalendarId)
    event = Event(EventKey(calendar, href, str(uid)), **{"summary": "Standup", **said})  # type: ignore[arg-type]
    whole = Component(event, start, start + (timedelta(hours=hours) if isinstance(start, datetime) else timedelta(1)))
    return replace(whole, **of_component)  # type: ignore[arg-type]


def decoded(*components: Component) -> tuple[Resource, Decoded]:
    """A resource of one series: its master and its overrides."""
    master, *overrides = components
    key = master.event.key
    body = f"BEGIN {[c.event.summary for c in components]}\r\n"
    return Resource(key.calendar, key.href, '"1"', body), Decoded((Series(key, master, tuple(overrides)),))


def save(db: Database, *pairs: tuple[Resource, Decoded], removed: tuple[str, ...] = ()) -> tuple[SetAside, ...]:
    calendar = pairs[0][0].calendar if pairs else WORK
    return events.save_changes(db, calendar, pairs, removed, "cursor 1", NOW, HOME)


def shown(db: Database, span: Interval = WEEK) -> list[str]:
    return [o.event.summary for o in events.occurrences(db, span, {WORK, FAMILY})]


def decoder(*pairs: tuple[Resource, Decoded]) -> Callable[[Resource], Decoded]:
    known: Mapping[Resource, Decoded] = dict(pairs)
    return known.__getitem__


def untouched(resource: Resource) -> Decoded:
    raise AssertionError(f"{resource.href} was decoded again")


# ---- calendars and resources ---------------------------------------------------------------------------------------


def test_a_calendar_never_read_has_no_cursor(db: Database) -> None:
    assert (events.cursor(db, WORK), events.synced_at(db, WORK)) == (None, None)
    assert events.known_versions(db, WORK) == {}


def test_a_saved_calendar_knows_where_to_go_on(db: Database) -> None:
    save(db, decoded(component()))
    assert (events.cursor(db, WORK), events.synced_at(db, WORK)) == ("cursor 1", NOW)
    assert events.known_versions(db, WORK) == {"a.ics": '"1"'}
    assert events.known_versions(db, FAMILY) == {}


def test_a_body_is_kept_to_the_letter(db: Database) -> None:
    resource, read = decoded(component())
    resource = replace(resource, body="BEGIN:VCALENDAR\r\nX-ODD:\t ø %s :name '\";--\n\r\n")
    save(db, (resource, read))
    assert events.resource(db, WORK, "a.ics") == resource
    assert events.resource(db, WORK, "b.ics") is None


def test_what_no_database_can_hold_is_left_out_of_a_body(db: Database) -> None:
    resource, read = decoded(component(uid="a\0b", summary="c\0\ud800"))
    save(db, (replace(resource, body="a\0b\ud800"), read))
    kept = events.resource(db, WORK, "a.ics")
    assert kept is not None
    assert kept.body == "ab?"
    assert shown(db) == ["c\0\ud800"]


def test_the_offer_of_an_account_replaces_its_former_one(db: Database) -> None:
    old, new = CalendarInfo(WORK, "Work", True), CalendarInfo(WORK, "Job", False)
    family = CalendarInfo(FAMILY, "Family", True)
    events.save_offered(db, "home", [family])
    events.save_offered(db, "work", [old, CalendarInfo(CalendarId("work", "/x"), "Gone", True)])
    events.save_offered(db, "work", [new])
    assert events.offered(db) == (family, new)


def test_a_forgotten_calendar_leaves_the_others(db: Database) -> None:
    save(db, decoded(component()))
    save(db, decoded(component(calendar=FAMILY, summary="Dinner")))
    events.forget_calendar(db, WORK)
    assert shown(db) == ["Dinner"]
    assert events.cursor(db, WORK) is None
    assert events.cursor(db, FAMILY) == "cursor 1"


def test_removed_and_changed_in_one_save(db: Database) -> None:
    save(db, decoded(component("a.ics", summary="A")), decoded(component("b.ics", summary="B")))
    save(db, decoded(component("b.ics", summary="B moved")), removed=("a.ics",))
    assert shown(db) == ["B moved"]


def test_a_save_that_fails_leaves_events_and_cursor(db: Database) -> None:
    save(db, decoded(component()))
    resource, _ = decoded(component("b.ics"))
    with pytest.raises(AttributeError):
        events.save_changes(db, WORK, [(resource, None)], ["a.ics"], "cursor 2", NOW, HOME)  # type: ignore[list-item]
    assert events.cursor(db, WORK) == "cursor 1"
    assert shown(db) == ["Standup"]


def test_a_resource_is_put_and_dropped_alone(db: Database) -> None:
    save(db, decoded(component()))
    events.put_resource(db, *decoded(component("b.ics", MONDAY + timedelta(hours=2), summary="Block")), HOME)
    assert shown(db) == ["Standup", "Block"]
    events.drop_resource(db, WORK, "b.ics")
    assert shown(db) == ["Standup"]
    assert events.cursor(db, WORK) == "cursor 1"


def test_what_was_set_aside_is_kept_until_the_resource_is_read_well(db: Database) -> None:
    resource, read = decoded(component())
    bad = SetAside(WORK, "a.ics", "uid 2", "no DTSTART")
    endless = SetAside(WORK, "b.ics", "uid of b.ics", "it repeats too often to be read (FREQ=SECONDLY)")
    told = save(db, (resource, replace(read, set_aside=(bad,))), decoded(component("b.ics", rules=("FREQ=SECONDLY",))))
    assert told == (bad, endless)
    assert events.set_aside(db) == (bad, endless)
    save(db, (resource, read), removed=("b.ics",))
    assert events.set_aside(db) == ()


# ---- occurrences ---------------------------------------------------------------------------------------------------

FULL = Event(
    EventKey(WORK, "a.ics", "uid of a.ics"),
    summary='Ærlig "talt"',
    location="Rom 1",
    status=Status.TENTATIVE,
    transparent=True,
    private=True,
    organizer="boss@example.org",
    attendees=(Attendee("me@example.org", Answer.ACCEPTED, True), Attendee("you@example.org")),
    categories=("Work", "Red"),
    type=EventType.FOCUS_TIME,
    online=True,
    mark=Mark("dinner/2026-W48/1", 2, "abc"),
)


def test_an_event_comes_back_with_all_it_says(db: Database) -> None:
    save(db, decoded(replace(component(), event=FULL)))
    (found,) = events.occurrences(db, WEEK, [WORK])
    assert found.event == FULL
    assert found.interval == Interval(NOW, NOW + HOUR)


@given(
    st.builds(
        Event,
        key=st.just(FULL.key),
        recurrence_id=st.sampled_from(["", "20261123T080000Z"]),
        attendees=st.lists(st.builds(Attendee, st.text(), st.sampled_from(Answer), st.booleans())).map(tuple),
        categories=st.lists(st.text()).map(tuple),
        mark=st.none() | st.builds(Mark, st.text(), st.integers(0, 99), st.text()),
    )
)
@settings(max_examples=40)
def test_facts_are_all_there_is(event: Event) -> None:
    assert facts.event(event.key, facts.facts(event), event.recurrence_id) == event


def test_a_series_gives_an_occurrence_a_day_each_with_its_name(db: Database) -> None:
    save(db, decoded(component(rules=("FREQ=DAILY",))))
    found = events.occurrences(db, WEEK, [WORK])
    assert [o.interval.start for o in found] == [NOW + n * DAY for n in range(7)]
    assert [o.event.recurrence_id for o in found[:2]] == ["20261123T080000Z", "20261124T080000Z"]
    assert all(o.event.recurring for o in found)


def test_an_override_says_what_it_says(db: Database) -> None:
    override = component(
        start=MONDAY + timedelta(days=1, hours=3), summary="Later", replaces=MONDAY + timedelta(days=1)
    )
    save(db, decoded(component(rules=("FREQ=DAILY;COUNT=3",)), override))
    assert shown(db) == ["Standup", "Later", "Standup"]


@pytest.mark.parametrize(
    ("start", "hours", "is_in"),
    [
        (-1, 1, False),
        (-1, 1.1, True),
        (0, 1, True),
        (7 * 24 - 0.1, 1, True),
        (7 * 24, 1, False),
        (-25, 25, False),
        (-25, 26, True),
        (-24, 25, True),
        (-1000, 999, False),
        (-1000, 1001, True),
        (-1000, 2000, True),
    ],
)
def test_an_occurrence_is_in_a_span_it_shares_time_with(db: Database, start: float, hours: float, is_in: bool) -> None:
    at = datetime.fromtimestamp(WEEK.start, UTC) + timedelta(hours=start)
    save(db, decoded(component(start=at, hours=hours)))
    assert bool(shown(db)) is is_in


def test_a_whole_day_when_the_clocks_go_back_does_not_last(db: Database) -> None:
    save(db, decoded(component(start=date(2026, 10, 25))))
    lasting = "SELECT kind, all_day, end_at - start_at FROM occurrence WHERE owner = '" + db.owner + "'"
    assert [tuple(row) for row in db.connection.execute(lasting)] == [(0, 1, 25 * HOUR)]


def test_only_the_calendars_asked_for(db: Database) -> None:
    save(db, decoded(component()))
    save(db, decoded(component(calendar=FAMILY, summary="Dinner")))
    assert [o.event.summary for o in events.occurrences(db, WEEK, [FAMILY])] == ["Dinner"]
    assert events.occurrences(db, WEEK, []) == ()


def test_occurrences_are_in_order_of_time(db: Database) -> None:
    late, long = MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=-2)
    save(
        db,
        decoded(component("a.ics", start=late, summary="late")),
        decoded(component("b.ics", start=long, hours=50, summary="long")),
        decoded(component("c.ics", summary="first")),
    )
    assert shown(db) == ["long", "first", "late"]


def test_one_uid_in_two_resources_is_two_events(db: Database) -> None:
    save(db, decoded(component("a.ics", uid="same")), decoded(component("b.ics", uid="same")))
    assert [o.event.key.href for o in events.occurrences(db, WEEK, [WORK])] in (["a.ics", "b.ics"], ["b.ics", "a.ics"])


def test_a_series_twice_in_a_resource_is_kept_twice(db: Database) -> None:
    resource, read = decoded(component())
    save(db, (resource, Decoded(read.series * 2)))
    assert shown(db) == ["Standup", "Standup"]


# ---- blocks of ours ------------------------------------------------------------------------------------------------

KEY = "dinner/2026-W48/1"


def block(generation: int = 0, /, **said: object) -> Component:
    uid = block_uid("me", WORK, KEY, generation)
    return component(**{"href": f"{uid}.ics", "uid": uid, "mark": Mark(KEY, generation, "f"), **said})  # type: ignore[arg-type]


def test_a_block_of_ours_is_observed(db: Database) -> None:
    resource, read = decoded(block())
    save(db, (resource, read), decoded(component("b.ics")))
    (found,) = events.marked(db, "me")
    assert (found.slot, found.mark.generation) == (Slot(WORK, KEY), 0)
    assert found.resource == resource
    assert (found.interval, found.summary, found.busy) == (Interval(NOW, NOW + HOUR), "Standup", True)
    assert not found.hands_off


def test_a_block_moved_far_beyond_the_horizon_is_observed(db: Database) -> None:
    save(db, decoded(block(start=MONDAY.replace(year=2040))))
    assert len(events.marked(db, "me")) == 1


@pytest.mark.parametrize(
    "said", [{"uid": "another"}, {"mark": None}, {"status": Status.CANCELLED}, {"mark": Mark("lunch", 0, "f")}]
)
def test_what_is_not_ours_or_not_there_is_not_observed(db: Database, said: dict[str, object]) -> None:
    save(db, decoded(block(**said)))
    assert events.marked(db, "me") == ()


def test_blocks_of_another_identity_are_not_ours(db: Database) -> None:
    save(db, decoded(block()))
    assert events.marked(db, "someone else") == ()


@pytest.mark.parametrize("said", [{"rules": ("FREQ=DAILY",)}, {"attendees": (Attendee("you@example.org"),)}])
def test_a_block_with_guests_or_that_recurs_is_left_alone(db: Database, said: dict[str, object]) -> None:
    save(db, decoded(block(**said)))
    (found,) = events.marked(db, "me")
    assert found.hands_off


@pytest.mark.parametrize("other", ["0 copy.ics", "zz copy.ics"])
def test_of_two_files_with_our_uid_the_one_named_after_it_counts(db: Database, other: str) -> None:
    save(db, decoded(block()), decoded(block(href=other, start=MONDAY + timedelta(hours=-3))))
    (found,) = events.marked(db, "me")
    assert found.resource.href == f"{block_uid('me', WORK, KEY, 0)}.ics"


def test_the_newest_generation_counts(db: Database) -> None:
    save(db, decoded(block(0)), decoded(block(1)))
    assert [o.mark.generation for o in events.marked(db, "me")] == [1]


# ---- horizon -------------------------------------------------------------------------------------------------------


def years(count: float) -> Interval:
    return Interval(WEEK.start + int(count * 365 * DAY), WEEK.end + int(count * 365 * DAY))


def test_within_the_horizon_nothing_is_decoded_again(db: Database) -> None:
    save(db, decoded(component(rules=("FREQ=DAILY",))))
    events.ensure_horizon(db, years(1), HOME, untouched)
    assert len(shown(db, years(1))) == 7


@pytest.mark.parametrize("when", [5, -5])
def test_the_horizon_grows_when_asked_for_more(db: Database, when: int) -> None:
    series, single = (
        decoded(component(start=MONDAY.replace(year=2016), rules=("FREQ=DAILY",))),
        decoded(component("b.ics")),
    )
    save(db, series, single)
    assert shown(db, years(when)) == []
    events.ensure_horizon(db, years(when), HOME, decoder(series))  # what does not recur is not asked for
    assert len(shown(db, years(when))) == 7
    assert len(shown(db)) == 8
    events.ensure_horizon(db, years(when), HOME, untouched)
    events.ensure_horizon(db, years(when * 1.1), HOME, untouched)  # it grew by more than was asked for


def test_the_horizon_holds_for_what_is_saved_later(db: Database) -> None:
    events.ensure_horizon(db, years(5), HOME, untouched)
    save(db, decoded(component(rules=("FREQ=DAILY",))))
    assert len(shown(db, years(5))) == 7


def test_a_move_of_home_moves_floating_times_and_whole_days(db: Database) -> None:
    pairs = [
        decoded(component("a.ics", start=MONDAY.replace(tzinfo=None), summary="floats")),
        decoded(component("b.ics", start=date(2026, 11, 23), summary="day")),
        decoded(component("c.ics", summary="fixed")),
    ]
    save(db, *pairs)
    before = {o.event.summary: o.interval.start for o in events.occurrences(db, WEEK.widen(DAY, DAY), [WORK])}
    events.ensure_horizon(db, WEEK, Whereabouts(TOKYO), decoder(*pairs))
    after = {o.event.summary: o.interval.start for o in events.occurrences(db, WEEK.widen(DAY, DAY), [WORK])}
    assert {name: before[name] - after[name] for name in before} == {"floats": 8 * HOUR, "day": 8 * HOUR, "fixed": 0}
    events.ensure_horizon(db, WEEK, Whereabouts(TOKYO), untouched)


def test_a_trip_expands_anew(db: Database) -> None:
    pair = decoded(component(start=MONDAY.replace(tzinfo=None)))
    save(db, pair)
    trip = Whereabouts(OSLO, (Stay(date(2026, 11, 20), date(2026, 11, 30), TOKYO),))
    events.ensure_horizon(db, WEEK, trip, decoder(pair))
    (found,) = events.occurrences(db, WEEK.widen(DAY, DAY), [WORK])
    assert found.interval.start == NOW - 8 * HOUR


def test_other_zone_data_expands_anew(db: Database) -> None:
    pair = decoded(component(summary="as it was"))
    save(db, pair)
    db.run("save_horizon", start_at=WEEK.start, end_at=WEEK.end, basis="facts 1; zones 1999a; Europe/Oslo")
    events.ensure_horizon(db, WEEK, HOME, lambda _: decoded(component(summary="as it is"))[1])
    assert shown(db) == ["as it is"]
    assert events.resource(db, WORK, "a.ics") == pair[0]


def test_a_calendar_that_no_codec_reads_any_more_is_forgotten(db: Database) -> None:
    kept, left = decoded(component()), decoded(component(calendar=FAMILY, summary="Dinner"))
    save(db, kept)
    save(db, left)
    read = decoder(kept)
    events.ensure_horizon(db, WEEK, Whereabouts(TOKYO), lambda r: read(r) if r.calendar == WORK else None)
    assert shown(db) == ["Standup"]
    assert (events.cursor(db, WORK), events.cursor(db, FAMILY)) == ("cursor 1", None)


def test_a_recurring_event_put_before_there_is_a_horizon_comes_with_it(db: Database) -> None:
    pair = decoded(component(rules=("FREQ=DAILY",)))
    events.put_resource(db, *pair, HOME)
    assert shown(db) == []
    events.ensure_horizon(db, WEEK, HOME, decoder(pair))
    assert len(shown(db)) == 7


# ---- laws ----------------------------------------------------------------------------------------------------------

VERSIONS = {
    (href, n): decoded(c)
    for href in ("a.ics", "b.ics")
    for n, c in enumerate(
        [
            component(href, summary="one"),
            component(href, summary="two", hours=30),
            component(href, rules=("FREQ=WEEKLY;BYDAY=MO,TU",)),
        ]
    )
}
STEPS = st.lists(st.tuples(st.sampled_from(["a.ics", "b.ics"]), st.sampled_from([None, 0, 1, 2])), max_size=8)


def picture(db: Database) -> list[list[tuple[object, ...]]]:
    tables = ("resource", "event", "occurrence", "set_aside")
    return [sorted(tuple(row) for row in db.connection.execute(f"SELECT * FROM {table}")) for table in tables]


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_came_about_the_picture_is_that_of_the_last_versions(
    db: Database, steps: list[tuple[str, int | None]]
) -> None:
    for href, version in steps:
        if version is None:
            save(db, removed=(href,))
        else:
            save(db, VERSIONS[href, version])
    came_about = picture(db)
    events.forget_calendar(db, WORK)
    save(db, *(VERSIONS[href, version] for href, version in dict(steps).items() if version is not None))
    assert came_about == picture(db)
    events.forget_calendar(db, WORK)


def test_an_event_without_length_takes_a_minute(db: Database) -> None:
    save(db, decoded(component(hours=0)))
    (found,) = events.occurrences(db, WEEK, [WORK])
    assert found.interval.seconds == MINUTE


def test_two_ways_of_expanding_are_compared_when_asked_for(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(occurrences.JUDGE, "1")
    assert save(db, decoded(component(rules=("FREQ=DAILY",)))) == ()
    monkeypatch.setattr(recurrence, "days", lambda *_: [])  # an arithmetic that finds nothing
    (aside,) = save(db, decoded(component("b.ics", rules=("FREQ=DAILY",))))
    assert "worked out in two ways" in aside.reason
    assert len(shown(db)) == 14


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("FREQ=WEEKLY;COUNT=40", 2),  # until the clocks change, and the rest
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=40", 3),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=8", 1),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=200", 4),
        ("FREQ=MONTHLY;COUNT=3", 3),
    ],
)
def test_what_repeats_is_stored_in_few_rows_and_found_one_by_one(db: Database, rule: str, rows: int) -> None:
    series = decoded(component(rules=(rule,)))
    save(db, series)
    years = Interval(NOW - 400 * DAY, NOW + 400 * DAY)
    expected = recurrence.expand(series[1].series[0], years, HOME).occurrences
    assert [(o.interval, o.event.recurrence_id) for o in events.occurrences(db, years, [WORK])] == [
        (o.interval, o.event.recurrence_id) for o in expected
    ]
    for day in range(-10, 400, 7):
        span = Interval(NOW + day * DAY, NOW + (day + 3) * DAY)
        assert [o.interval for o in events.occurrences(db, span, [WORK])] == [
            o.interval for o in expected if o.interval.overlaps(span)
        ]
    stored = "SELECT count(*) FROM occurrence WHERE owner = '" + db.owner + "'"
    assert [tuple(row) for row in db.connection.execute(stored)] == [(rows,)]
