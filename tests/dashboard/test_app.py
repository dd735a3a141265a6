"""What is common to all pages: what is not there, what the person can mend, and bugs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import closing

import pytest
from starlette.testclient import TestClient

from tests.dashboard.conftest import ORIGIN, Clock, Dash, source_of
from timeblock.dashboard.app import application
from timeblock.dashboard.profile import Profile
from timeblock.dashboard.visit import Page, Shown
from timeblock.errors import FixNeeded


class Failing(Profile):
    """Whose pages cannot be made."""

    error: Exception

    def show(self, page: Page, query: Mapping[str, str]) -> Future[Shown]:
        failed = Future[Shown]()
        failed.set_exception(self.error)
        return failed


def failing(dash: Dash, error: Exception) -> tuple[int, str]:
    with closing(Failing(source_of(dash.config, {}, Clock()))) as profile:
        profile.error = error
        client = TestClient(application(profile, dash.door), ORIGIN, cookies={dash.door.cookie: dash.door.session})
        answer = client.get("/")
    return answer.status_code, answer.text


def test_a_page_that_there_is_not_is_said_to_be_none(dash: Dash) -> None:
    answer = dash.client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_what_the_person_can_mend_is_told_on_the_page(dash: Dash) -> None:
    status, text = failing(dash, FixNeeded("Write it <otherwise>."))
    assert status == 409
    assert "Write it &lt;otherwise&gt;." in text


def test_a_bug_is_told_without_what_it_worked_on(dash: Dash, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = failing(dash, ZeroDivisionError("Salary talk"))
    told = capsys.readouterr().err
    assert status == 500
    assert "not a mistake of yours" in text
    assert "ZeroDivisionError" in told
    assert "Salary" not in told + text
