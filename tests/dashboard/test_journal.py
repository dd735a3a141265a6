"""The journal on a page: what is written there is what the command line and the review read."""

from __future__ import annotations

import html
import stat
from datetime import date
from pathlib import Path

import pytest

from tests.dashboard.conftest import Dash
from timeblock import journal
from timeblock.core.journal import PROMPTS, SELF_CHECK

CHECKED = {f"check{n}": str(n) for n in range(1, 6)}


def folder(dash: Dash) -> Path:
    return dash.config.parent / ".local/share/timeblock/journal"


def write(dash: Dash, cadence: str = "weekly", on: str = "2026-11-23", **fields: str) -> str:
    return dash.post("/journal/write", cadence=cadence, on=on, **fields)


@pytest.mark.parametrize("cadence", ["weekly", "monthly", "quarterly"])
def test_the_questions_of_a_cadence_are_asked(dash: Dash, cadence: str) -> None:
    page = html.unescape(dash.get(f"/journal?cadence={cadence}"))
    prompts = {c: [p for p in prompts if p in page] for c, prompts in PROMPTS.items()}
    assert {c for c, found in prompts.items() if found} == {cadence}
    assert all(said in page for said in SELF_CHECK)
    assert "Mon 23 Nov 2026" in page


def test_an_entry_is_kept_for_the_person_alone(dash: Dash) -> None:
    said = write(dash, answer1="Tuesday\r\nand <Wednesday>", answer4=" Tea ", **CHECKED)
    assert "the next review quotes it" in said
    (entry,) = journal.entries(folder(dash))
    assert (entry.on, entry.cadence, entry.self_check) == (date(2026, 11, 23), "weekly", (1, 2, 3, 4, 5))
    assert [answer for _, answer in entry.answers] == ["Tuesday\nand <Wednesday>", "", "", "Tea", ""]
    (path,) = folder(dash).iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_entry_of_today_is_gone_on_with(dash: Dash) -> None:
    write(dash, answer1="first", **CHECKED)
    page = dash.get("/journal")
    assert ">\nfirst</textarea>" in page
    assert page.count(" checked>") == 5
    write(dash, answer1="first\nsecond", **CHECKED)
    (entry,) = journal.entries(folder(dash))
    assert entry.answers[0][1] == "first\nsecond"


def test_heads_that_the_person_added_are_asked_too(dash: Dash) -> None:
    write(dash, answer1="first")
    (path,) = folder(dash).iterdir()
    path.write_text(path.read_text() + "\n## My own\n\nyes\n")
    assert "My own</label>" in dash.get("/journal")
    write(dash, answer1="first", answer6="no")
    (entry,) = journal.entries(folder(dash))
    assert entry.answers[5] == ("My own", "no")


def test_nothing_answered_is_nothing_kept(dash: Dash) -> None:
    assert write(dash, answer1="  ") == "Nothing was written. That is fine, too."
    assert not folder(dash).exists()


def test_a_self_check_that_is_half_done_is_left_out_and_said_so(dash: Dash) -> None:
    assert "they were left out" in write(dash, answer1="x", check1="4")
    assert journal.entries(folder(dash))[0].self_check == ()


def test_what_was_written_is_listed_and_found_again(dash: Dash) -> None:
    write(dash, answer1="Too many trains", on="2026-11-16")
    write(dash, answer3="An earlier <end>", cadence="weekly")
    page = dash.get("/journal")
    assert page.index("Mon 23 Nov 2026, weekly") < page.index("Mon 16 Nov 2026, weekly")
    assert "An earlier &lt;end&gt;</dd>" in page
    found = dash.get("/journal?q=TRAINS")
    assert "1 answer with “TRAINS”" in found
    assert "Too many trains</dd>" in found
    assert "An earlier" not in found.partition("Written before")[2]
    assert "No answers with" in dash.get("/journal?q=zebra")


@pytest.mark.parametrize("fields", [{"on": "yesterday"}, {"cadence": "daily"}, {"on": ""}])
def test_a_form_that_is_none_of_ours_writes_nothing(dash: Dash, fields: dict[str, str]) -> None:
    assert write(dash, answer1="x", **{"cadence": "weekly", "on": "2026-11-23", **fields}) == "This form is not ours."
    assert not folder(dash).exists()
