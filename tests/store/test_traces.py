"""Traces and how far they are known, on both databases."""

from __future__ import annotations

from timeblock.core.interval import Interval
from timeblock.core.traces import Trace
from timeblock.store import traces
from timeblock.store.database import Database
from timeblock.store.traces import Known

ALL, BOTH = Interval(0, 10_000), frozenset({"mail", "laptop"})
SENT = Trace(100, 100, "mail", "mail")
ACTIVE = Trace(100, 500, "activity", "laptop")


def test_each_source_has_its_own_traces_and_place_to_go_on(db: Database) -> None:
    traces.save(db, "mail", "here", [SENT, SENT], {"uid": "2"}, complete=False)
    traces.save(db, "laptop", "there", [ACTIVE], {}, complete=False)
    assert traces.within(db, ALL, BOTH) == (SENT, ACTIVE)
    assert traces.within(db, ALL, frozenset({"mail"})) == (SENT,)
    assert traces.cursor(db, "mail", "here") == {"uid": "2"}
    assert traces.cursor(db, "laptop", "here") == traces.cursor(db, "nobody", "here") == {}


def test_activity_that_went_on_ends_later_and_never_sooner(db: Database) -> None:
    for end in (500, 900, 700):
        traces.save(db, "laptop", "here", [Trace(100, end, "activity", "laptop")], {}, complete=False)
    assert traces.within(db, ALL, BOTH) == (Trace(100, 900, "activity", "laptop"),)


def test_activity_counts_for_a_time_that_it_reaches_into(db: Database) -> None:
    traces.save(db, "laptop", "here", [ACTIVE], {}, complete=False)
    assert traces.within(db, Interval(300, 400), BOTH) == (ACTIVE,)
    assert traces.within(db, Interval(501, 600), BOTH) == ()


def test_what_is_known_of_a_source(db: Database) -> None:
    assert traces.known(db, "mail") == Known()
    traces.save_problem(db, "mail", "here", "away")
    assert traces.known(db, "mail") == Known(problem="away")
    traces.save(db, "mail", "here", [SENT], {}, complete=False)
    traces.save_read(db, "mail", 900, 1000)
    assert traces.known(db, "mail") == Known(1, 100, 900, 1000, "")
    traces.save_problem(db, "mail", "here", "away again")
    assert traces.known(db, "mail") == Known(1, 100, 900, 1000, "away again")


def test_another_place_is_another_source(db: Database) -> None:
    traces.save(db, "mail", "here", [SENT], {"uid": "2"}, complete=False)
    traces.save_read(db, "mail", 900, 1000)
    traces.save(db, "mail", "there", [Trace(700, 700, "mail", "mail")], {}, complete=False)
    assert traces.known(db, "mail") == Known(1, 700, None, None, "")


def test_what_is_told_completely_replaces_what_was_known_of_that_source_alone(db: Database) -> None:
    traces.save(db, "mail", "here", [SENT], {}, complete=False)
    traces.save(db, "laptop", "here", [ACTIVE], {}, complete=False)
    traces.save(db, "mail", "here", [], {}, complete=True)
    assert traces.within(db, ALL, BOTH) == (ACTIVE,)
