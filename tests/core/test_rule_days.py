"""Common rules by arithmetic, judged by walking them; and by a few cases worked by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeblock.core.clocks import Clock
from timeblock.core.event import CalendarId, Component, Event, EventKey, Series, When
from timeblock.core.interval import Interval
from timeblock.core.localtime import Stay, Whereabouts
from timeblock.core.recurrence import expand
from timeblock.core.rrule import WEEKDAYS, Rule
from timeblock.core.rule_days import days

KEY = EventKey(CalendarId("home", "/cal"), "a.ics", "a")
OSLO = ZoneInfo("Europe/Oslo")
HOME = Whereabouts(OSLO)
ZONES = [
    UTC,
    *map(
        ZoneInfo,
        [
            "Europe/Oslo",
            "America/New_York",
            "Australia/Lord_Howe",
            "Pacific/Apia",  # had no 30 December 2011
            "Africa/Casablanca",
            "America/Sao_Paulo",  # the clocks once changed at midnight
            "Asia/Kolkata",
        ],
    ),
]
FIRST, LAST = date(2009, 1, 1), date(2028, 12, 31)


def found(rule: str, start: date, first: date = FIRST, last: date = LAST) -> list[str] | None:
    worked_out = days(Rule.parse(rule, Clock(start, HOME)), start, first.toordinal(), last.toordinal())
    return None if worked_out is None else [f"{date.fromordinal(day):%Y-%m-%d}" for day in worked_out]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=10", ["2026-11-04", "2026-11-14", "2026-11-24"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=2", ["2026-11-04"]),
        ("FREQ=WEEKLY;INTERVAL=2", ["2026-11-08", "2026-11-22"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", ["2026-11-08", "2026-11-09", "2026-11-22", "2026-11-23"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=MO",
            ["2026-11-02", "2026-11-08", "2026-11-16", "2026-11-22", "2026-11-30"],
        ),
        ("FREQ=MONTHLY", ["2026-11-25"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", []),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,1", ["2026-11-01", "2026-11-30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR,2TU", ["2026-11-10", "2026-11-27"]),
        ("FREQ=MONTHLY;BYDAY=3MO,FR", ["2026-11-06", "2026-11-13", "2026-11-16", "2026-11-20", "2026-11-27"]),
        ("FREQ=MONTHLY;BYDAY=5MO", ["2026-11-30"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2026-11-26"]),
        ("FREQ=YEARLY;BYMONTH=10,11", ["2026-11-25"]),
        ("FREQ=YEARLY", []),
    ],
)
def test_november_of_a_series_from_october(rule: str, expected: list[str]) -> None:
    assert found(rule, date(2026, 10, 25), date(2026, 11, 1), date(2026, 11, 30)) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=DAILY;BYMONTH=1",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYMONTHDAY=3",
        "FREQ=YEARLY;BYWEEKNO=3",
    ],
)
def test_what_is_not_common_is_left_to_others(rule: str) -> None:
    assert found(rule, date(2026, 10, 25)) is None


def test_a_leap_day_comes_every_four_years() -> None:
    assert found("FREQ=YEARLY", date(2012, 2, 29)) == [f"{year}-02-29" for year in range(2012, 2029, 4)]


def test_it_jumps_however_long_ago_the_series_began() -> None:
    assert found("FREQ=DAILY;INTERVAL=100000", date(1, 1, 1), date(2026, 1, 1)) == []
    assert found("FREQ=YEARLY;INTERVAL=5", date(1, 11, 25), date(2026, 1, 1)) == ["2026-11-25"]


# --- Judged -----------------------------------------------------------------------------------------------------------


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}"]
    plain = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=5, unique=True).map(",".join)
    if freq in ("DAILY", "WEEKLY"):
        parts += [f"BYDAY={draw(plain)}"] * draw(st.booleans())
        parts += [f"WKST={draw(st.sampled_from(WEEKDAYS))}"] * draw(st.booleans())
    else:
        day = st.sampled_from([1, 2, 13, 28, 29, 30, 31, -1, -2, -30, -31]).map(str)
        nth = st.tuples(st.sampled_from(["1", "2", "+4", "5", "-1", "-5"]), st.sampled_from(WEEKDAYS)).map("".join)
        by_number = st.lists(day, min_size=1, max_size=3, unique=True).map(lambda x: f"BYMONTHDAY={','.join(x)}")
        by_weekday = st.lists(nth, min_size=1, max_size=3, unique=True).map(lambda x: f"BYDAY={','.join(x)}")
        which = draw(st.sampled_from([None, by_number, by_weekday, plain.map("BYDAY={}".format)]))
        months = st.lists(st.integers(1, 12).map(str), min_size=1, max_size=3, unique=True).map(",".join)
        if freq == "YEARLY" and (which is not None or draw(st.booleans())):
            parts.append(f"BYMONTH={draw(months)}")
        parts += [draw(which)] if which is not None else []
    parts += [f"INTERVAL={draw(st.sampled_from([2, 3, 4, 5, 12, 53]))}"] * draw(st.booleans())
    return ";".join(parts)


STARTS = st.one_of(
    st.builds(
        lambda day, minute, zone: datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone),
        st.dates(FIRST, date(2020, 1, 1)),
        st.sampled_from([0, 1, 59, 90, 150, 180, 540, 1439]),
        st.sampled_from([*ZONES, None]),
    ),
    st.dates(FIRST, date(2020, 1, 1)),
)


def ends(start: When, last: date) -> st.SearchStrategy[str]:
    """Parts that end a rule: COUNT, and UNTIL in every form."""
    tod = start.time() if isinstance(start, datetime) else time()
    forms = [f"{last:%Y%m%d}", f"{last:%Y%m%d}T{tod:%H%M%S}", f"{last:%Y%m%d}T{tod:%H%M%S}Z", f"{last:%Y%m%d}T000000Z"]
    return st.one_of(
        st.just(""), st.integers(1, 60).map(";COUNT={}".format), st.sampled_from(forms).map(";UNTIL={}".format)
    )


@st.composite
def series(draw: st.DrawFn) -> Series:
    """A master with a common rule, some of whose instances are left out, added or changed."""
    start = draw(STARTS)
    rule = draw(rules()) + draw(ends(start, draw(st.dates(FIRST, date(2022, 1, 1)))))
    long = draw(st.sampled_from([0, 30, 60, 1440, 2880, 10_000]))
    length = timedelta(minutes=long) if isinstance(start, datetime) else timedelta(days=max(1, long // 1440))
    master = Component(Event(KEY, recurring=True), start, start + length, (rule,))
    known = [o.interval.start for o in expand(Series(KEY, master), YEARS, HOME, walk=True).occurrences[:30]]
    some = st.lists(st.sampled_from(known or [0]), max_size=3, unique=True).map(
        lambda ats: [said(at, start) for at in ats]
    )
    gone, changed = draw(some), draw(some)
    extra = draw(st.lists(st.integers(-400, 4000), max_size=2))
    overrides = [
        Component(Event(KEY, "moved"), at + timedelta(days=1), at + timedelta(days=2), replaces=at) for at in changed
    ]
    added = tuple((start + timedelta(days=day), None) for day in extra)
    whole = Component(master.event, start, master.end, master.rules, extra=added, excluded=tuple(gone))
    return Series(KEY, whole, tuple(overrides))


def said(at: int, start: When) -> When:
    """``at`` as a calendar writes it beside ``start``."""
    zone = start.tzinfo if isinstance(start, datetime) else OSLO
    there = datetime.fromtimestamp(at, zone or OSLO)
    if not isinstance(start, datetime):
        return there.date()
    return there if start.tzinfo else there.replace(tzinfo=None)


YEARS = Interval(HOME.at(FIRST), HOME.at(LAST))


@given(
    series(),
    st.integers(0, 365 * 18),
    st.sampled_from([1, 7, 30, 365, 4000]),
    st.sampled_from([HOME, Whereabouts(OSLO, (Stay(date(2015, 1, 1), date(2015, 2, 1), ZoneInfo("Asia/Tokyo")),))]),
)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_walk_finds_the_same(of: Series, day: int, length: int, where: Whereabouts) -> None:
    window = Interval(YEARS.start + day * 86_400, YEARS.start + (day + length) * 86_400)
    assert expand(of, window, where) == expand(of, window, where, walk=True)
    assert of.master is not None
    rule = Rule.parse(of.master.rules[0], Clock(of.master.start, where))
    assert days(rule, FIRST, FIRST.toordinal(), FIRST.toordinal()) is not None
