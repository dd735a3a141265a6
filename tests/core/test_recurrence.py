"""Expansion against cases worked by hand, laws, and recurring-ical-events as an independent judge."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeblock.codecs import ical
from timeblock.core.event import CalendarId, Component, Event, EventKey, Occurrence, Resource, Series, Status, When
from timeblock.core.interval import MINUTE, Interval
from timeblock.core.localtime import Stay, Whereabouts, instant
from timeblock.core.recurrence import BUDGET, Expansion, expand
from timeblock.core.rrule import PARTS

KEY = EventKey(CalendarId("home", "/cal"), "a.ics", "a")
OSLO, NEW_YORK, SYDNEY = ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")
HOME = Whereabouts(OSLO)
HOUR = timedelta(hours=1)


def component(
    start: When,
    end: When | None = None,
    *rules: str,
    extra: Sequence[tuple[When, When | None]] = (),
    excluded: Sequence[When] = (),
    replaces: When | None = None,
    and_following: bool = False,
    summary: str = "",
    status: Status = Status.CONFIRMED,
) -> Component:
    if end is None:
        end = start + (HOUR if isinstance(start, datetime) else timedelta(days=1))
    return Component(
        event=Event(KEY, summary=summary, status=status),
        start=start,
        end=end,
        rules=rules,
        extra=tuple(extra),
        excluded=tuple(excluded),
        replaces=replaces,
        and_following=and_following,
    )


def series(master: Component | None, *overrides: Component) -> Series:
    return Series(KEY, master, overrides)


def days(first: date, last: date, where: Whereabouts = HOME) -> Interval:
    return Interval(where.at(first), where.at(last))


def expanded(of: Series | Component, window: Interval, where: Whereabouts = HOME) -> Expansion:
    return expand(of if isinstance(of, Series) else series(of), window, where)


def starts(of: Series | Component, window: Interval, where: Whereabouts = HOME) -> list[str]:
    """Starts as the clock in the home zone shows them."""
    expansion = expanded(of, window, where)
    assert expansion.set_aside == ""
    return [shown(o, where) for o in expansion.occurrences]


def shown(occurrence: Occurrence, where: Whereabouts) -> str:
    return f"{datetime.fromtimestamp(occurrence.interval.start, where.home):%m-%d %H:%M}"


def oslo(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OSLO)


NOVEMBER = days(date(2026, 11, 1), date(2026, 12, 1))


# --- Clock changes ----------------------------------------------------------------------------------------------------


def test_a_weekly_meeting_keeps_its_time_on_the_wall_when_summer_time_ends() -> None:
    weekly = component(oslo(10, 19), None, "FREQ=WEEKLY;COUNT=3")
    found = expanded(weekly, days(date(2026, 10, 1), date(2026, 11, 30))).occurrences
    assert [datetime.fromtimestamp(o.interval.start, UTC).hour for o in found] == [7, 8, 8]


def test_a_weekly_meeting_keeps_its_time_on_the_wall_in_the_southern_hemisphere() -> None:
    weekly = component(datetime(2026, 9, 28, 9, tzinfo=SYDNEY), None, "FREQ=WEEKLY;COUNT=2")
    found = expanded(weekly, days(date(2026, 9, 1), date(2026, 10, 30))).occurrences
    assert [datetime.fromtimestamp(o.interval.start, UTC).hour for o in found] == [23, 22]


def test_a_time_that_the_clocks_skip_is_read_with_the_offset_before() -> None:
    daily = component(oslo(3, 28, 2, 30), None, "FREQ=DAILY;COUNT=3")
    assert starts(daily, days(date(2026, 3, 1), date(2026, 4, 1))) == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


def test_a_time_that_comes_twice_is_the_first() -> None:
    daily = component(oslo(10, 24, 2, 30), None, "FREQ=DAILY;COUNT=2")
    last = expanded(daily, days(date(2026, 10, 1), date(2026, 11, 1))).occurrences[-1]
    assert last.interval.start == instant(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))


def test_a_night_shift_over_the_change_of_clocks_keeps_its_exact_length() -> None:
    nightly = component(oslo(10, 23, 22), oslo(10, 24, 6), "FREQ=DAILY;COUNT=3")
    found = expanded(nightly, days(date(2026, 10, 1), date(2026, 11, 1))).occurrences
    assert {o.interval.seconds for o in found} == {8 * 3600}


def test_the_hour_that_is_skipped_has_its_length_on_the_wall() -> None:
    """02:30-03:30 where 02:30 does not exist is zero seconds long when both ends are resolved."""
    found = expanded(component(oslo(3, 29, 2, 30), oslo(3, 29, 3, 30)), days(date(2026, 3, 1), date(2026, 4, 1)))
    assert [o.interval.minutes for o in found.occurrences] == [60]
    assert found.set_aside == ""


def test_a_whole_day_is_as_long_as_the_day() -> None:
    daily = component(date(2026, 10, 24), None, "FREQ=DAILY;COUNT=2")
    found = expanded(daily, days(date(2026, 10, 1), date(2026, 11, 1))).occurrences
    assert [o.interval.minutes for o in found] == [24 * 60, 25 * 60]
    assert all(o.all_day for o in found)


def test_whole_days_and_floating_times_are_those_of_where_the_person_is() -> None:
    where = Whereabouts(OSLO, (Stay(date(2026, 11, 10), date(2026, 11, 12), NEW_YORK),))
    floating = component(datetime(2026, 11, 9, 7, 0, 30), None, "FREQ=DAILY;COUNT=2")
    found = expanded(floating, NOVEMBER, where).occurrences
    assert [datetime.fromtimestamp(o.interval.start, UTC) for o in found] == [
        datetime(2026, 11, 9, 6, 0, 30, tzinfo=UTC),
        datetime(2026, 11, 10, 12, 0, 30, tzinfo=UTC),
    ]
    whole = expanded(component(date(2026, 11, 10), date(2026, 11, 13)), NOVEMBER, where).occurrences[0]
    assert whole.interval == Interval(where.at(date(2026, 11, 10)), where.at(date(2026, 11, 13)))


# --- Lengths that make no sense ---------------------------------------------------------------------------------------


def test_an_event_without_length_takes_a_minute() -> None:
    found = expanded(component(oslo(11, 3), oslo(11, 3)), NOVEMBER)
    assert [o.interval.seconds for o in found.occurrences] == [MINUTE]
    assert found.set_aside == ""


@pytest.mark.parametrize(
    ("start", "end"),
    [(oslo(11, 3), oslo(11, 3, 8)), (date(2026, 11, 3), date(2026, 11, 2)), (oslo(11, 3), date(2026, 11, 3))],
)
def test_an_event_that_ends_before_it_starts_is_kept_and_reported(start: When, end: When) -> None:
    found = expanded(component(start, end), NOVEMBER)
    assert len(found.occurrences) == 1
    assert "ends before it starts" in found.set_aside


def test_an_end_of_another_kind_than_the_start_is_read_as_far_as_it_goes() -> None:
    mixed = expanded(component(date(2026, 11, 3), oslo(11, 5, 12)), NOVEMBER).occurrences[0]
    assert (mixed.all_day, mixed.interval.minutes) == (True, 2 * 24 * 60)
    until_midnight = expanded(component(oslo(11, 3, 22), date(2026, 11, 4)), NOVEMBER).occurrences[0]
    assert until_midnight.interval.minutes == 120


# --- Which instances --------------------------------------------------------------------------------------------------


def test_only_what_touches_the_window_is_given() -> None:
    nightly = component(oslo(11, 1, 23), oslo(11, 2, 1), "FREQ=DAILY;COUNT=5")
    assert starts(nightly, days(date(2026, 11, 3), date(2026, 11, 4))) == ["11-02 23:00", "11-03 23:00"]


def test_one_off_and_repeating_events_say_what_they_are() -> None:
    one = expanded(component(oslo(11, 3)), NOVEMBER).occurrences[0]
    assert (one.event.recurrence_id, one.event.recurring) == ("", False)
    many = expanded(component(oslo(11, 3), None, "FREQ=DAILY;COUNT=2"), NOVEMBER).occurrences
    assert [o.event.recurrence_id for o in many] == ["20261103T080000Z", "20261104T080000Z"]
    assert all(o.event.recurring for o in many)


def test_the_start_counts_where_the_rule_does_not_give_it() -> None:
    mondays = component(oslo(11, 4), None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261110T000000Z")
    assert starts(mondays, NOVEMBER) == ["11-04 09:00", "11-09 09:00"]


def test_a_rule_that_ended_before_the_start_leaves_nothing() -> None:
    """Google writes these for a series that was cut at its first instance."""
    assert starts(component(oslo(11, 4), None, "FREQ=DAILY;UNTIL=20261103T000000Z"), NOVEMBER) == []


@pytest.mark.parametrize(
    ("start", "until", "last"),
    [
        (oslo(11, 3), "20261105T080000Z", 5),
        (oslo(11, 3), "20261105T075959Z", 4),
        (oslo(11, 3), "20261105", 5),
        (oslo(11, 3), "20261105T090000", 5),
        (datetime(2026, 11, 3, 9), "20261105T090000Z", 5),
        (datetime(2026, 11, 3, 9), "20261105T085959", 4),
        (date(2026, 11, 3), "20261105", 5),
        (date(2026, 11, 3), "20261105T000000Z", 5),
        (date(2026, 11, 3), "20261105T120000", 5),
    ],
)
def test_until_is_understood_in_every_form(start: When, until: str, last: int) -> None:
    found = expanded(component(start, None, f"FREQ=DAILY;UNTIL={until}"), NOVEMBER).occurrences
    assert [HOME.date_of(o.interval.start).day for o in found] == list(range(3, last + 1))


@pytest.mark.parametrize(
    "excluded",
    [oslo(11, 4), datetime(2026, 11, 4, 8, tzinfo=UTC), date(2026, 11, 4), datetime(2026, 11, 4, 9)],
    ids=["zoned", "utc", "date", "floating"],
)
def test_an_exdate_takes_its_instance_out_in_whatever_form_it_is_written(excluded: When) -> None:
    daily = component(oslo(11, 3), None, "FREQ=DAILY;COUNT=3", excluded=[excluded])
    assert starts(daily, NOVEMBER) == ["11-03 09:00", "11-05 09:00"]


def test_exdates_of_floating_and_whole_day_series() -> None:
    floating = component(datetime(2026, 11, 3, 9), None, "FREQ=DAILY;COUNT=2", excluded=[oslo(11, 4)])
    assert starts(floating, NOVEMBER) == ["11-03 09:00"]
    whole = component(date(2026, 11, 3), None, "FREQ=DAILY;COUNT=2", excluded=[datetime(2026, 11, 4, tzinfo=UTC)])
    assert starts(whole, NOVEMBER) == ["11-03 00:00"]


def test_extra_dates_count_once_and_a_period_has_its_own_length() -> None:
    extra: list[tuple[When, When | None]] = [
        (oslo(11, 4), None),
        (oslo(11, 6), oslo(11, 6, 12)),
        (datetime(2026, 11, 8, 8, tzinfo=UTC), None),
    ]
    found = expanded(component(oslo(11, 3), None, "FREQ=DAILY;COUNT=2", extra=extra), NOVEMBER).occurrences
    assert [(shown(o, HOME), o.interval.minutes) for o in found] == [
        ("11-03 09:00", 60),
        ("11-04 09:00", 60),
        ("11-06 09:00", 180),
        ("11-08 09:00", 60),
    ]


def test_several_rules_are_one_set() -> None:
    both = component(oslo(11, 3), None, "FREQ=WEEKLY;BYDAY=TU;COUNT=2", "FREQ=DAILY;COUNT=2")
    assert starts(both, NOVEMBER) == ["11-03 09:00", "11-04 09:00", "11-10 09:00"]


def test_weeks_of_the_year_mean_the_weekday_of_the_start() -> None:
    yearly = component(oslo(11, 3), None, "FREQ=YEARLY;BYWEEKNO=46,47")
    assert starts(yearly, NOVEMBER) == ["11-03 09:00", "11-10 09:00", "11-17 09:00"]


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYDAY=3MO,WE", "FREQ=MONTHLY;BYDAY=3MO,WE;BYSETPOS=1,2,3,4,5"])
def test_weekdays_with_a_number_and_without_add_up(rule: str) -> None:
    found = starts(component(oslo(11, 4), None, rule), NOVEMBER)
    assert found == ["11-04 09:00", "11-11 09:00", "11-16 09:00", "11-18 09:00", "11-25 09:00"]


def test_times_of_day_do_not_apply_to_whole_days() -> None:
    whole = component(date(2026, 11, 3), None, "FREQ=DAILY;COUNT=2;BYHOUR=8;BYMINUTE=1,2")
    assert starts(whole, NOVEMBER) == ["11-03 00:00", "11-04 00:00"]


# --- Overrides --------------------------------------------------------------------------------------------------------

DAILY = component(oslo(11, 3), None, "FREQ=DAILY;COUNT=3")


@pytest.mark.parametrize(
    "replaces",
    [oslo(11, 4), datetime(2026, 11, 4, 8, tzinfo=UTC), date(2026, 11, 4), datetime(2026, 11, 4, 9)],
    ids=["zoned", "utc", "date", "floating"],
)
def test_an_override_replaces_its_instance_and_keeps_its_name(replaces: When) -> None:
    moved = component(oslo(11, 4, 15), replaces=replaces, summary="moved")
    found = expanded(series(DAILY, moved), NOVEMBER).occurrences
    assert [(shown(o, HOME), o.event.summary) for o in found] == [
        ("11-03 09:00", ""),
        ("11-04 15:00", "moved"),
        ("11-05 09:00", ""),
    ]
    assert found[1].event.recurrence_id == "20261104T080000Z"


def test_overrides_move_into_and_out_of_the_window() -> None:
    out = component(oslo(12, 24), replaces=oslo(11, 4))
    into = component(oslo(11, 20), replaces=oslo(12, 4))
    assert starts(series(DAILY, out, into), NOVEMBER) == ["11-03 09:00", "11-05 09:00", "11-20 09:00"]


def test_a_cancelled_override_is_a_hole() -> None:
    gone = component(oslo(11, 4), replaces=oslo(11, 4), status=Status.CANCELLED)
    assert starts(series(DAILY, gone), NOVEMBER) == ["11-03 09:00", "11-05 09:00"]


def test_an_override_of_no_known_instance_still_takes_its_time() -> None:
    assert "11-20 09:00" in starts(series(DAILY, component(oslo(11, 20), replaces=oslo(11, 19))), NOVEMBER)


def test_instances_of_a_series_we_were_not_sent() -> None:
    only = series(None, component(oslo(11, 4, 15), replaces=oslo(11, 4)), component(oslo(11, 5), replaces=oslo(11, 5)))
    found = expanded(only, NOVEMBER).occurrences
    assert [o.event.recurrence_id for o in found] == ["20261104T080000Z", "20261105T080000Z"]
    assert starts(series(None), NOVEMBER) == []


def test_an_override_of_a_whole_day_series() -> None:
    whole = component(date(2026, 11, 3), None, "FREQ=DAILY;COUNT=2")
    timed = component(oslo(11, 4, 12), replaces=date(2026, 11, 4))
    assert starts(series(whole, timed), NOVEMBER) == ["11-03 00:00", "11-04 12:00"]


def test_this_and_following_moves_the_rest() -> None:
    later = component(oslo(11, 4, 11), oslo(11, 4, 13), replaces=oslo(11, 4), and_following=True, summary="new")
    found = expanded(series(DAILY, later), NOVEMBER).occurrences
    assert [(shown(o, HOME), o.interval.minutes, o.event.summary) for o in found] == [
        ("11-03 09:00", 60, ""),
        ("11-04 11:00", 120, "new"),
        ("11-05 11:00", 120, "new"),
    ]


def test_this_and_following_moves_into_a_window_that_lies_apart() -> None:
    later = component(oslo(11, 24), replaces=oslo(11, 4), and_following=True)
    assert starts(series(DAILY, later), days(date(2026, 11, 20), date(2026, 12, 1))) == ["11-24 09:00", "11-25 09:00"]
    earlier = component(oslo(10, 4), replaces=oslo(11, 4), and_following=True)
    assert starts(series(DAILY, earlier), days(date(2026, 10, 1), date(2026, 11, 1))) == ["10-04 09:00", "10-05 09:00"]
    assert starts(series(DAILY, earlier), NOVEMBER) == ["11-03 09:00"]


def test_this_and_following_may_turn_the_rest_into_whole_days() -> None:
    later = component(date(2026, 11, 4), replaces=oslo(11, 4), and_following=True)
    found = expanded(series(DAILY, later), NOVEMBER).occurrences
    assert [(o.all_day, shown(o, HOME)) for o in found] == [
        (False, "11-03 09:00"),
        (True, "11-04 00:00"),
        (True, "11-05 00:00"),
    ]


# --- Rules that must not stop us --------------------------------------------------------------------------------------

LONG = days(date(2015, 1, 1), date(2028, 1, 1))
EVERY = ",".join(map(str, range(60)))


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=SECONDLY", "too often"),
        ("FREQ=MINUTELY", "too often"),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "too often"),
        (f"FREQ=DAILY;BYMINUTE={EVERY};BYSECOND={EVERY}", "too often"),
        (f"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS={'1,' * 600}1", "too often"),
        ("FREQ=DAILY;INTERVAL=0", "count from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "count from 1"),
        ("FREQ=DAILY;COUNT=0", "count from 1"),
        ("FREQ=DAILY;COUNT=many", "count from 1"),
        ("FREQ=DAILY;UNTIL=tomorrow", "no date"),
        ("FREQ=SOMETIMES", "cannot be read"),
        ("garbage", "cannot be read"),
        ("", "cannot be read"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot be read"),
        ("FREQ=DAILY;BYHOUR=99", "cannot be read"),
        ("FREQ=YEARLY;BYEASTER=0", "cannot be read"),
        ("FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30", "cannot be read"),
        ("FREQ=YEARLY;RSCALE=HEBREW", "another calendar"),
        (f"FREQ=YEARLY;BYYEARDAY={'1,' * 2000}1", "too long"),
    ],
)
def test_a_rule_that_cannot_be_walked_is_refused_at_small_cost(rule: str, reason: str) -> None:
    start = oslo(1, 5, year=2015)
    began = process_time()
    found = expanded(component(start, None, rule), LONG)
    assert process_time() - began < 1  # 0.3 s on an idle machine
    assert reason in found.set_aside
    assert [o.interval.start for o in found.occurrences] == [instant(start)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;INTERVAL=999999999",
        "FREQ=HOURLY;INTERVAL=999999999999",
        "FREQ=YEARLY;INTERVAL=123456789012345678",
    ],
)
def test_a_rule_that_gives_nothing_ends(rule: str) -> None:
    began = process_time()
    assert starts(component(oslo(11, 3), None, rule), days(date(2026, 1, 1), date(2038, 1, 1))) == ["11-03 09:00"]
    assert process_time() - began < 1


def test_other_instances_of_a_refused_rule_still_stand() -> None:
    master = component(oslo(11, 3), None, "FREQ=SECONDLY", extra=[(oslo(11, 7), None)])
    found = expanded(series(master, component(oslo(11, 9), replaces=oslo(11, 8))), NOVEMBER)
    assert [shown(o, HOME) for o in found.occurrences] == ["11-03 09:00", "11-07 09:00", "11-09 09:00"]


def test_too_many_extra_dates_are_refused_too() -> None:
    extra: list[tuple[When, When | None]] = [(oslo(11, 3) + timedelta(minutes=n), None) for n in range(BUDGET + 1)]
    found = expanded(component(oslo(11, 3), None, extra=extra), days(date(2026, 11, 1), date(2027, 12, 1)))
    assert "too often to be read (30001 RDATEs)" in found.set_aside
    assert len(found.occurrences) == 1
    assert starts(component(oslo(11, 3), None, extra=extra), days(date(2026, 10, 1), date(2026, 10, 2))) == []


def test_a_daily_rule_of_many_years_is_walked_whole() -> None:
    since_2010 = component(oslo(1, 4, year=2010), None, "FREQ=DAILY")
    assert len(starts(since_2010, NOVEMBER)) == 30
    counted = component(oslo(1, 4, year=2010), None, "FREQ=DAILY;COUNT=1000000000")
    assert len(starts(counted, NOVEMBER)) == 30
    assert len(starts(component(oslo(1, 4, year=2010), None, "FREQ=DAILY;COUNT=-1"), NOVEMBER)) == 30


def test_the_caller_sets_the_budget() -> None:
    found = expand(series(component(oslo(11, 3), None, "FREQ=DAILY")), NOVEMBER, HOME, budget=5)
    assert "too often" in found.set_aside
    assert BUDGET > 10_000


def test_for_ever_is_a_date_too() -> None:
    for_ever = component(date(2026, 11, 3), date.max, "FREQ=YEARLY;COUNT=2")
    assert starts(series(for_ever, component(oslo(11, 5), replaces=oslo(11, 5))), NOVEMBER) == [
        "11-03 00:00",
        "11-05 09:00",
    ]
    assert starts(component(date(1, 1, 2), date.max, "FREQ=YEARLY;COUNT=1"), NOVEMBER) != []


def test_what_lies_beyond_the_end_of_time_is_set_aside() -> None:
    tomorrow = component(datetime(9999, 12, 31, 23, 59, tzinfo=OSLO), datetime(9999, 12, 31, tzinfo=NEW_YORK))
    assert expanded(tomorrow, NOVEMBER).occurrences == ()
    daily = component(datetime(9999, 12, 31, 9, tzinfo=OSLO), None, "FREQ=DAILY")
    assert expanded(daily, NOVEMBER) == Expansion()
    start = datetime(2026, 11, 3, 9, tzinfo=NEW_YORK)
    odd = component(start, None, "FREQ=DAILY", excluded=[datetime(1, 1, 1, tzinfo=UTC)])
    assert "cannot be worked out" in expanded(odd, NOVEMBER).set_aside


def test_a_series_from_the_year_one_is_read() -> None:
    found = expanded(component(date(1, 1, 3), None, "FREQ=WEEKLY"), NOVEMBER)
    assert (len(found.occurrences), found.set_aside) == (4, "")


RULE_PART = st.tuples(
    st.sampled_from(["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", *sorted(PARTS)]),
    st.one_of(
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", "SECONDLY", "MO", "-1SU", "20261130", "0"]),
        st.integers(-400, 400).map(str),
        st.text(max_size=5),
    ),
).map("=".join)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(RULE_PART, max_size=5).map(";".join),
    st.sampled_from([oslo(11, 3), date(2026, 11, 3), datetime(2026, 11, 3, 9)]),
)
def test_no_rule_raises(rule: str, start: When) -> None:
    window = days(date(2026, 11, 1), date(2026, 11, 8))
    for occurrence in expanded(component(start, None, f"FREQ=DAILY;{rule}"), window).occurrences:
        assert occurrence.interval.overlaps(window)


# --- The judge --------------------------------------------------------------------------------------------------------


def stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


@st.composite
def calendars(draw: st.DrawFn) -> str:
    """A repeating event as text: zone or whole day, rule, exceptions, extra dates, an override."""
    zone = draw(st.sampled_from(["Europe/Oslo", "America/New_York", "Australia/Sydney", "Asia/Kolkata", ""]))
    first = datetime(2026, 1, 1) + timedelta(
        days=draw(st.integers(0, 400)), hours=draw(st.integers(4, 20)), minutes=draw(st.sampled_from([0, 15, 45]))
    )
    if not zone:
        first = first.replace(hour=0, minute=0)

    def line(name: str, moment: datetime, value: str = "") -> str:
        text = stamp(moment)[: 15 if zone else 8]
        return f"{name}{f';TZID={zone}' if zone else ';VALUE=DATE'}{value}:{text}"

    rule = draw(
        st.sampled_from(
            [
                "FREQ=DAILY",
                "FREQ=DAILY;INTERVAL=3",
                "FREQ=WEEKLY",
                "FREQ=WEEKLY;BYDAY=MO,WE,FR",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
                "FREQ=MONTHLY",
                "FREQ=MONTHLY;BYDAY=2TU,-1FR",
                "FREQ=MONTHLY;BYMONTHDAY=-1,15",
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "FREQ=YEARLY",
                "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
            ]
        )
    )
    until = first + timedelta(days=draw(st.integers(1, 200)))
    z = stamp(until.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)) + "Z" if zone else f"{until:%Y%m%d}"
    rule += draw(st.sampled_from(["", f";COUNT={draw(st.integers(1, 60))}", f";UNTIL={z}"]))
    length = (
        draw(st.sampled_from([timedelta(minutes=30), timedelta(hours=2)]))
        if zone
        else timedelta(days=draw(st.integers(1, 3)))
    )
    near = st.integers(1, 30).map(lambda n: first + timedelta(days=n))
    lines = ["BEGIN:VEVENT", "UID:a", "DTSTAMP:20260101T000000Z", line("DTSTART", first), line("DTEND", first + length)]
    lines += [f"RRULE:{rule}", *(line("EXDATE", d) for d in draw(st.lists(near, max_size=3)))]
    lines += [line("RDATE", d) for d in draw(st.lists(near, max_size=2))]
    lines += ["END:VEVENT"]
    if draw(st.booleans()):
        moved = first + timedelta(days=draw(st.integers(-20, 20)), hours=draw(st.integers(0, 3)) if zone else 0)
        lines += ["BEGIN:VEVENT", "UID:a", "DTSTAMP:20260101T000000Z", line("RECURRENCE-ID", first)]
        lines += [line("DTSTART", moved), line("DTEND", moved + length), "SUMMARY:moved", "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *lines, "END:VCALENDAR", ""])


def judged(text: str, window: Interval) -> list[tuple[int, str]]:
    first, last = (datetime.fromtimestamp(at, OSLO) for at in (window.start, window.end))
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(first, last)
    return sorted((at(e["DTSTART"].dt), str(e.get("SUMMARY", ""))) for e in found)


def at(when: When) -> int:
    return instant(when) if isinstance(when, datetime) else HOME.at(when)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.integers(0, 400), st.integers(1, 90))
def test_the_judge_finds_the_same(text: str, day: int, length: int) -> None:
    window = days(date(2026, 1, 1) + timedelta(days=day), date(2026, 1, 1) + timedelta(days=day + length))
    decoded = ical.decode(Resource(KEY.calendar, "a.ics", "", text))
    assert decoded.set_aside == ()
    ours = expanded(decoded.series[0], window)
    assert ours.set_aside == ""
    assert sorted((o.interval.start, o.event.summary) for o in ours.occurrences) == judged(text, window)


# ---- where dateutil reads a rule otherwise ----


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        # BYSETPOS picks from the whole first week, of which what is before DTSTART then falls away
        (date(2024, 10, 23), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3;COUNT=3", ["23 Oct", "28 Oct", "30 Oct"]),
        (
            date(2024, 10, 23),
            "FREQ=WEEKLY;WKST=TH;BYDAY=MO,WE,TH;BYSETPOS=1;COUNT=2",
            ["23 Oct", "24 Oct", "31 Oct"],  # DTSTART is none of the two
        ),
        # the second of January 2010 lies in a week of 2009; six years on is 2015
        (
            date(2010, 1, 2),
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=TU,SA;INTERVAL=6;UNTIL=20170101",
            ["2 Jan", "29 Dec", "2 Jan"],
        ),
        (date(2024, 12, 31), "FREQ=YEARLY;BYWEEKNO=1;BYDAY=TU;INTERVAL=3;COUNT=3", ["31 Dec", "4 Jan", "31 Dec"]),
        # a yearly day of the month that is that of DTSTART
        (date(2024, 2, 29), "FREQ=YEARLY;BYMONTHDAY=29;COUNT=2", ["29 Feb", "29 Feb"]),
        (date(2024, 2, 1), "FREQ=YEARLY;BYMONTHDAY=-29,-1;COUNT=4", ["1 Feb", "29 Feb", "28 Feb", "28 Feb"]),
        (date(2024, 2, 2), "FREQ=YEARLY;BYMONTHDAY=1;COUNT=2", ["2 Feb", "1 Mar", "1 Apr"]),
        (date(2024, 2, 1), "FREQ=YEARLY;BYMONTHDAY=1;BYDAY=TH;COUNT=2", ["1 Feb", "1 Aug"]),
    ],
)
def test_rules_that_count_from_before_or_beside_their_start(start: date, rule: str, expected: list[str]) -> None:
    found = expanded(component(start, None, rule), days(date(2009, 1, 1), date(2033, 1, 1)))
    assert not found.set_aside
    told = [HOME.clock_at(o.interval.start) for o in found.occurrences]
    assert [f"{at.day} {at:%b}" for at in told] == expected
