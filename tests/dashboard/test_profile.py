"""One thread, one config that may change, and looks that are taken anew when something changed and only then."""

from __future__ import annotations

from functools import partial

import pytest

from tests.dashboard.conftest import Dash
from timeblock.dashboard.profile import FRESH, Memory
from timeblock.dashboard.visit import Look, Page, Shown, Visit
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


def test_a_page_is_made_once_until_what_it_is_made_of_changes(dash: Dash) -> None:
    made, other = list[int](), [0]

    def show(visit: Visit) -> Shown:
        made.append(visit.now)
        return Shown("", "", len(made))

    def ask(**query: str) -> object:
        return dash.profile.show(Page("/x", show, made_of=lambda visit: other[0]), query).result().page

    assert (ask(), ask(), ask(week="1"), ask()) == (1, 1, 2, 1)
    other[0] = 1
    assert (ask(), ask()) == (3, 3)
    dash.event("new", "20261124T090000Z", "20261124T100000Z")
    assert ask() == 4
    dash.clock.now += FRESH
    assert ask() == 5


def test_a_page_that_does_not_say_what_it_is_made_of_is_made_anew(dash: Dash) -> None:
    made = iter(range(2))
    page = Page("/x", lambda visit: Shown("", "", next(made)))
    assert [dash.profile.show(page, {}).result().page for _ in range(2)] == [0, 1]


def test_memory_forgets_what_was_asked_for_longest_ago() -> None:
    memory, made = Memory[str](2), list[str]()

    def make(key: str) -> str:
        made.append(key)
        return key

    for key in "abacb":
        assert memory.get("1", 0, key, partial(make, key)) == key
    assert made == ["a", "b", "c", "b"]
