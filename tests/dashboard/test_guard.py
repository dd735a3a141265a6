"""Nobody comes in but the person, nothing changes but by a form of ours, and a page can load nothing."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.conftest import ORIGIN, Dash
from timeblock.dashboard.guard import Door


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8737", "127.0.0.1:80", "192.168.1.5:8737", "", "[::1"])
def test_other_names_are_not_answered(dash: Dash, host: str) -> None:
    answer = dash.client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "Week" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8737", "localhost:8737", "[::1]:8737"])
def test_our_own_names_are_answered(dash: Dash, host: str) -> None:
    cookie = f"{dash.door.cookie}={dash.door.session}"
    assert dash.client.get("/", headers={"Host": host, "Cookie": cookie}).status_code == 200


def test_beyond_loopback_an_address_is_ours_and_a_name_is_not() -> None:
    door = Door("0.0.0.0", 8737)
    assert door.is_ours("192.168.1.5:8737")
    assert not door.is_ours("rebound.example:8737")


def test_feeds_may_be_reached_by_the_name_of_a_proxy(dash: Dash) -> None:
    answer = dash.client.get("/feed/guessed/blocks.ics", headers={"Host": "calendar.example"})
    assert answer.status_code == 404


def test_without_the_cookie_nothing_is_shown(dash: Dash) -> None:
    dash.client.cookies.clear()
    for path in ("/", "/nowhere"):
        answer = dash.client.get(path)
        assert answer.status_code == 403
        assert dash.door.csrf not in answer.text


def test_the_link_is_good_once_and_leaves_the_address(dash: Dash) -> None:
    dash.client.cookies.clear()
    dash.door.token = "once"
    answer = dash.client.get("/open?token=once")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert re.search("HttpOnly.*SameSite=strict", answer.headers["set-cookie"], re.IGNORECASE)
    assert dash.client.get("/open?token=once").status_code == 403
    assert dash.client.get("/open?token=").status_code == 403


def test_a_form_without_its_token_does_nothing(dash: Dash) -> None:
    for form in ({}, {"csrf": ""}, {"csrf": "guessed"}):
        answer = dash.client.post("/read", data=form, headers={"Origin": ORIGIN})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:8737", None]
)
def test_a_form_from_elsewhere_does_nothing(dash: Dash, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert dash.client.post("/read", data={"csrf": dash.door.csrf}, headers=headers).status_code == 403


def test_a_form_has_an_end(dash: Dash) -> None:
    form = {"csrf": dash.door.csrf, "text": "x" * (1 << 20)}
    assert dash.client.post("/read", data=form, headers={"Origin": ORIGIN}).status_code == 413


@pytest.mark.parametrize("path", ["/", "/nowhere", "/open"])
def test_every_answer_is_sealed(dash: Dash, path: str) -> None:
    headers = dash.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"


def test_the_style_of_a_page_is_the_only_one_allowed_and_new_each_time(dash: Dash) -> None:
    nonces = set()
    for _ in range(2):
        answer = dash.client.get("/")
        nonce = re.search(r"style-src 'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert nonce
        assert f'<style nonce="{nonce[1]}">' in answer.text
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_pages_have_no_style_in_attributes_no_script_and_no_address(dash: Dash) -> None:
    html = dash.get("/")
    assert " style=" not in html
    assert not re.search(r"<script|<link rel=.stylesheet|https://|url\(", html)
