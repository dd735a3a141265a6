"""Debian's Chromium, as a person would use it: opens pages, clicks, and tells what was asked of which host."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
Scheme: TypeAlias = Literal["light", "dark"]
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_LOOKS = ("color-contrast", "target-size")
"""Rules of axe-core about what changes with colours and width."""
PHONE, DESK = (390, 844), (1280, 900)


@contextmanager
def browser() -> Iterator[Browser]:
    """One, for as many visitors as there are."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


@dataclass
class Visitor:
    """A window of its own. ``asked``: each request, as method and address; ``complaints``: what the browser refused to
    do with a page, or did not understand."""

    page: Page
    pictures: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)
        self.page.on("console", lambda said: self.complaints.append(said.text))

    def _note(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.asked.append(f"{request.method} {request.url}")

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(line.partition(" ")[2]).netloc for line in self.asked}

    def show(self, path: str) -> bytes:
        """Go to a page of the host we are on; gives what came."""
        here = urlsplit(self.page.url)
        answer = self.page.goto(f"{here.scheme}://{here.netloc}{path}")
        assert answer is not None
        return answer.body()

    def press(self, name: str) -> None:
        """The first button of that name, by keyboard."""
        self.page.get_by_role("button", name=name).first.press("Enter")

    @property
    def notice(self) -> str:
        return self.page.locator(".notice").first.inner_text()

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def faults(self, rules: Sequence[str] = ()) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA, as the page looks now; by some of its ``rules`` only."""
        chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(TAGS)}
        options = {"runOnly": chosen, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]

    def looks(self, scheme: Scheme, size: tuple[int, int]) -> None:
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


@contextmanager
def visitor(running: Browser, pictures: Path) -> Iterator[Visitor]:
    context = running.new_context()
    try:
        yield Visitor(context.new_page(), pictures)
    finally:
        context.close()
