"""The review on a page: what the review command tells, leafing, and what the journal says."""

from __future__ import annotations

import re

from tests.dashboard.conftest import Dash


def test_the_last_full_week_is_looked_back_on(dash: Dash) -> None:
    dash.event("old", "20261001T080000Z", "20261001T090000Z")
    dash.event("late", "20261117T190000Z", "20261117T210000Z", "Release")
    page = dash.get("/review")
    assert "<h1>A look back on the week</h1>" in page
    assert "Week 47" in page
    assert "<strong>2:00 h</strong> <span>work after hours" in page
    assert 'href="/review?cadence=weekly&amp;week=2026-W46" rel="prev"' in page
    assert 'rel="next"' not in page


def test_one_leafs_and_changes_the_span(dash: Dash) -> None:
    page = dash.get("/review?cadence=monthly&week=2026-W43")
    assert "<h1>A look back on four weeks</h1>" in page
    assert re.search(r'href="/review\?cadence=monthly&amp;week=2026-W47" rel="next"', page)
    assert 'href="/review?cadence=quarterly&amp;week=2026-W43"' in page
    assert "A look back on a quarter" in dash.get("/review?cadence=quarterly")


def test_a_week_that_is_not_over_is_said_to_be_none(dash: Dash) -> None:
    for week in ("2026-W48", "2027-W01", "2026-W99"):
        answer = dash.client.get(f"/review?week={week}")
        assert answer.status_code == 409
        assert week in answer.text


def test_it_quotes_the_journal_and_leads_there(dash: Dash) -> None:
    assert "Nothing is written yet." in dash.get("/review")
    dash.post("/journal/write", cadence="weekly", on="2026-11-23", answer1="Tuesday <evening>")
    page = dash.get("/review")
    assert "Tuesday &lt;evening&gt;</dd>" in page
    assert 'href="/journal?cadence=weekly"' in page
