"""One thread, one config that may change, and looks that are taken anew when something changed and only then."""

from __future__ import annotations

import pytest

from tests.dashboard.conftest import Dash
from timeblock.dashboard.profile import FRESH
from timeblock.dashboard.visit import Look, Visit
from timeblock.store.database import open_database


def look(dash: Dash) -> Look:
    return dash.profile.work(lambda visit: visit.look()).result()


def test_a_look_is_kept_while_nothing_changed(dash: Dash) -> None:
    look(dash)
    assert look(dash) is look(dash)


def test_a_look_is_taken_anew_after_we_wrote(dash: Dash) -> None:
    before = look(dash)
    dash.event("new", "20261124T090000Z", "20261124T100000Z")
    assert look(dash) is not before


def test_a_look_is_taken_anew_after_another_process_wrote(dash: Dash) -> None:
    before = look(dash)
    with open_database(before.snapshot.settings.database) as other:
        other.run("add_run", id=1, kind="apply", started_at=1)
    assert look(dash) is not before


def test_a_look_grows_old(dash: Dash) -> None:
    before = look(dash)
    dash.clock.now += FRESH
    assert look(dash).snapshot.now == dash.clock.now != before.snapshot.now


def test_a_changed_config_is_read_again(dash: Dash) -> None:
    dash.config.write_text(dash.config.read_text().replace('zone = "Europe/Oslo"', 'zone = "America/New_York"'))
    zones = dash.profile.work(lambda visit: visit.deps.settings.person.where.home.key)
    assert zones.result() == "America/New_York"


def test_a_broken_config_changes_nothing_and_is_told(dash: Dash) -> None:
    good = dash.config.read_text()
    dash.config.write_text("identity = 3")
    html = dash.get("/")
    assert "The config has mistakes" in html
    assert "identity" in html
    dash.config.write_text(good)
    assert "The config has mistakes" not in dash.get("/")


def test_what_a_task_raises_is_raised_where_it_is_asked_for(dash: Dash) -> None:
    def fail(_: Visit) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dash.do(fail)
