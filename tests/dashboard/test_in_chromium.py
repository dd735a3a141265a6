"""The dashboard in a real browser: used by keyboard, judged by axe-core, looked at; and no other host is asked."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser

from tests.dashboard.chromium import DESK, OF_LOOKS, PHONE, PROGRAM, Scheme, Visitor, browser, visitor
from tests.dashboard.conftest import Clock, source_of
from timeblock.dashboard.routes import PAGES
from timeblock.dashboard.serve import Running, opened
from timeblock.demo.person import build

NOW = 1_795_422_000  # Mon 23 Nov 2026, 09:20 in Oslo
ADDRESSES = [page.path for page in PAGES if page.name]
Look: TypeAlias = tuple[Scheme, tuple[int, int], str, tuple[str, ...]]
LOOKS: tuple[Look, ...] = (("light", DESK, "wide", ()), ("dark", PHONE, "phone", OF_LOOKS))

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium here (Debian: apt-get install chromium)")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wanted = os.environ.get("TIMEBLOCK_SCREENSHOTS")
    made = Path(wanted) if wanted else tmp_path_factory.mktemp("pictures")
    made.mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The made-up person's, who plans a week ahead, and of whom nothing was planned yet."""
    home = tmp_path_factory.mktemp("maya")
    config = build(home, NOW)
    config.write_text(config.read_text().replace("weeks = 2", "weeks = 1"))
    source = source_of(config, {"HOME": str(home)}, Clock(NOW))
    with opened(source, "127.0.0.1", 0) as made:
        thread = threading.Thread(target=made.run)
        thread.start()
        try:
            yield made
        finally:
            made.stop()
            thread.join()


@pytest.fixture(scope="module")
def maya(chromium: Browser, pictures: Path, running: Running) -> Iterator[Visitor]:
    """Someone who opened the link that was printed."""
    with visitor(chromium, pictures) as made:
        made.page.goto(running.door.link)
        yield made
        assert made.hosts == {f"127.0.0.1:{running.door.port}"}
        assert made.complaints == []


def judged(maya: Visitor, name: str) -> None:
    """The page, wide and narrow, light and dark, is one that everybody can use; a picture is made of it."""
    for scheme, size, called, rules in LOOKS:
        maya.looks(scheme, size)
        assert maya.faults(rules) == []
        assert maya.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        maya.picture(f"{name}-{scheme}-{called}")


def test_the_link_opens_the_week_and_is_gone_from_the_address(maya: Visitor) -> None:
    assert "token" not in maya.page.url
    maya.press("Read calendars now")
    assert "changed" in maya.notice
    assert maya.title.startswith("Week 48")


def test_one_leafs_by_keyboard(maya: Visitor) -> None:
    maya.show("/")
    maya.page.keyboard.press("Tab")
    assert maya.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    maya.page.get_by_role("link", name="Week after").press("Enter")
    assert maya.title.startswith("Week 49")


def test_someone_without_the_cookie_sees_nothing(chromium: Browser, pictures: Path, running: Running) -> None:
    with visitor(chromium, pictures) as stranger:
        stranger.page.goto(f"http://127.0.0.1:{running.door.port}/plan")
        assert stranger.title == "This page is not open to everybody"
        assert stranger.faults() == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_one_small_request_that_everybody_can_use(maya: Visitor, address: str) -> None:
    maya.asked.clear()
    assert len(maya.show(address)) < 100_000
    assert len(maya.asked) == 1
    judged(maya, address.strip("/").replace("/", "-") or "week")


def test_a_block_is_accepted_then_the_rest_then_all_is_taken_back(maya: Visitor) -> None:
    maya.show("/plan")
    maya.press("Accept Family dinner")
    assert re.search(r"\d changes? written as run 1", maya.notice)
    maya.press("Skip ")
    assert "left out" in maya.notice
    maya.press("Accept what is ticked")
    assert "written as run" in maya.notice
    assert "Nothing. The calendar is as the plan wants it." in maya.page.inner_text("main")
    maya.show("/")
    assert "Family dinner" in maya.page.inner_text("main")
    judged(maya, "week-with-blocks")
    maya.page.locator(".entry a").first.click()
    judged(maya, "block")
    maya.show("/plan")
    maya.press("Undo run")
    assert "written as run" in maya.notice


def test_a_journal_entry_is_written_by_keyboard_and_quoted_by_the_review(maya: Visitor) -> None:
    maya.show("/journal")
    maya.page.get_by_label("Where did this week feel most out of balance?").fill("Two evenings with Zürich")
    maya.page.get_by_text("A short self-check").press("Enter")
    for number in range(1, 6):
        maya.page.locator(f"input[name=check{number}][value='2']").press("Space")
    judged(maya, "journal-being-written")
    maya.press("Keep it")
    assert "the next review quotes it" in maya.notice
    maya.page.get_by_label("Find").fill("zürich")
    maya.press("Search")
    assert "1 answer" in maya.page.inner_text("main")
    judged(maya, "journal-found")
    maya.page.get_by_role("link", name="Review", exact=True).click()
    assert "Two evenings with Zürich" in maya.page.inner_text("main")


def test_an_offer_about_a_goal_is_answered(maya: Visitor) -> None:
    maya.show("/goals")
    maya.press("Half the step")
    assert "half the step" in maya.notice
    assert "You chose on Mon 23 Nov 2026: smaller." in maya.page.inner_text("main")
    judged(maya, "goals-after-an-answer")
