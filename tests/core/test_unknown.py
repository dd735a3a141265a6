"""What is not known is unknown, with what is missing, and never zero."""

from __future__ import annotations

import pytest

from tests.core.weeks import NEED_MORE, OFFICE, at, event, facts, measured, person
from timeblock.core.classify import Activity
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.interval import Interval
from timeblock.core.localtime import Week
from timeblock.core.measures import week
from timeblock.core.scope import Facts


@pytest.mark.parametrize("known", [None, Interval(at("2026-01-01 00:00"), at("2026-02-01 00:00"))])
def test_no_evidence_is_unknown_not_zero(known: Interval | None) -> None:
    found = Facts(person(contract_minutes=2250), (event("2026-01-12 09:00", "10:00"),), at("2026-12-01 00:00"), known)
    for measure in week(found, Week(2026, 48)):
        assert measure.value is None, measure.id
        assert measure.missing
        assert not measure.at_least
        assert not measure.evidence


def test_a_week_of_which_only_a_part_was_read_is_unknown() -> None:
    known = Interval(at("2026-11-24 10:00"), at("2026-12-24 00:00"))
    found = facts(person(), event("2026-11-24 10:00", "11:00"), known=known)
    missing = "calendars hold nothing before Tue 24 Nov 2026 or after Wed 23 Dec 2026"
    by_calendars = [m for m in measured(found, "2026-W48").values() if DEFINITIONS[m.id].by_calendars]
    assert {m.missing for m in by_calendars} == {missing}
    assert measured(found, "2026-W49")["work"].value == 2400


def test_the_first_day_known_counts_whole() -> None:
    known = Interval(at("2026-11-23 10:00"), at("2026-12-24 00:00"))
    found = facts(person(), event("2026-11-23 10:00", "11:00"), known=known)
    assert measured(found, "2026-W48")["work"].value == 2400


def test_without_a_calendar_of_work_nothing_is_known_of_work() -> None:
    found = facts(person(contract_minutes=2250), event("2026-11-23 18:00", "19:00", Activity.PERSONAL, area="family"))
    of = measured(found, "2026-W48")
    unknown = {name for name, m in of.items() if m.value is None}
    assert unknown == {name for name, d in DEFINITIONS.items() if d.of_work} | NEED_MORE
    assert 'area = "work"' in of["work"].missing
    assert dict(of["area_time"].parts) == {"family": 60}


def test_a_contract_is_needed_for_overtime_and_nothing_else() -> None:
    found = facts(person(OFFICE), event("2026-11-23 09:00", "10:00"))
    of = measured(found, "2026-W48")
    assert "contract" in of["overtime"].missing
    assert of["work"].value == 2400
