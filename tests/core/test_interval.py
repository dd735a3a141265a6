"""Laws of sets of time, and the edges of single intervals."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeblock.core.interval import Interval, Spans, make

intervals = st.builds(lambda start, length: Interval(start, start + length), st.integers(-50, 50), st.integers(1, 20))
spans = st.lists(intervals, max_size=8).map(Spans.of)


def seconds_of(spans: Spans) -> set[int]:
    return {at for i in spans for at in range(i.start, i.end)}


def is_canonical(spans: Spans) -> bool:
    return all(a.end < b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4)])
def test_an_empty_or_backward_interval_cannot_be(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Interval(start, end)
    assert make(start, end) is None


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    hour = Interval(0, 3600)
    assert 0 in hour
    assert 3600 not in hour
    assert not hour.overlaps(Interval(3600, 7200))
    assert hour.covers(Interval(600, 3600))
    assert hour.clip(Interval(3600, 7200)) is None
    assert hour.widen(60, 120) == Interval(-60, 3720)
    assert (hour.seconds, hour.minutes) == (3600, 60)


def test_none_is_no_part_of_a_union() -> None:
    assert Spans.of([None, Interval(0, 1), None]) == Spans((Interval(0, 1),))
    assert len(Spans.of([Interval(0, 60), Interval(60, 120)])) == 1


def test_gaps_and_long_parts() -> None:
    taken = Spans.of([Interval(10, 20), Interval(30, 90)])
    assert taken.gaps(Interval(0, 100)) == Spans((Interval(0, 10), Interval(20, 30), Interval(90, 100)))
    assert taken.longer_than(60) == Spans((Interval(30, 90),))
    assert taken.minutes == 70 / 60


@given(spans, spans)
def test_they_are_the_sets_of_their_seconds(a: Spans, b: Spans) -> None:
    assert seconds_of(a | b) == seconds_of(a) | seconds_of(b)
    assert seconds_of(a & b) == seconds_of(a) & seconds_of(b)
    assert seconds_of(a - b) == seconds_of(a) - seconds_of(b)
    assert all(map(is_canonical, (a | b, a & b, a - b)))


@given(spans, spans)
def test_laws(a: Spans, b: Spans) -> None:
    assert a - a == Spans()
    assert a | a == a & a == a
    assert a.seconds + b.seconds == (a | b).seconds + (a & b).seconds
    assert (a - b) | (a & b) == a


@given(spans, intervals)
def test_a_window_is_a_set_and_its_gaps(a: Spans, window: Interval) -> None:
    assert a.clip(window) | a.gaps(window) == Spans((window,))
    assert (a.clip(window) & a.gaps(window)) == Spans()


@given(intervals, intervals)
def test_two_intervals_overlap_where_they_share_a_part(a: Interval, b: Interval) -> None:
    assert a.overlaps(b) == b.overlaps(a) == (a.clip(b) is not None)
    assert a.covers(b) == (a.clip(b) == b)
