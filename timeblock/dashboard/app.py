"""The dashboard as an application: the table of routes behind the guard, each page in the one base template."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from timeblock.dashboard.feeds import Feeds
from timeblock.dashboard.guard import Door, Guard
from timeblock.dashboard.profile import Profile
from timeblock.dashboard.routes import PAGES
from timeblock.dashboard.visit import Action, Done, Page, Shown
from timeblock.errors import TimeblockError, traced
from timeblock.pages.render import rendered

HERE = Path(__file__).parent
NAVIGATION = tuple((page.path, page.name) for page in PAGES if page.name)


def application(profile: Profile, door: Door) -> ASGIApp:
    """Everything between a request and its answer."""
    site = Site(profile, door)
    pages = [Route(page.path, site.showing(page), methods=["GET"]) for page in PAGES]
    forms = [Route(path, site.doing(act), methods=["POST"]) for page in PAGES for path, act in page.forms.items()]
    routes = [*pages, *forms, *Feeds(profile).routes()]
    inner = Starlette(routes=routes, exception_handlers={404: site.missing, 500: site.failed})
    return Guard(_surviving(inner), door, site.refused)


def _surviving(app: ASGIApp) -> ASGIApp:
    """A bug was answered by then; it is told where, and of what never, and the dashboard goes on."""

    async def surviving(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as bug:  # noqa: BLE001 - whatever it is
            print(traced(bug), end="", file=sys.stderr)

    return surviving


class Site:
    """Puts pages into their frame. ``notice`` is what the last form did, until it was shown."""

    def __init__(self, profile: Profile, door: Door) -> None:
        self.profile = profile
        self.door = door
        self.notice: Done | None = None

    def showing(self, page: Page) -> Callable[[Request], object]:
        """The answer to who asks for ``page``."""

        async def show(request: Request) -> Response:
            try:
                shown = await asyncio.wrap_future(self.profile.show(page, dict(request.query_params)))
            except TimeblockError as error:
                return self.problem(request.scope, 409, str(error))
            return self._framed(request.scope, shown, page.path)

        return show

    def doing(self, act: Action) -> Callable[[Request], object]:
        """Does what a form asks for, then shows the page that the form names; what it came to stands there."""

        async def do(request: Request) -> Response:
            try:
                form = request.scope["state"]["form"]
                self.notice = await asyncio.wrap_future(self.profile.work(act, form=form))
            except TimeblockError as error:
                self.notice = Done(str(error), good=False)
            return RedirectResponse(self.notice.goto or _back(request), 303)

        return do

    async def missing(self, request: Request, _: Exception) -> Response:
        return self.problem(request.scope, 404, "There is no such page.")

    async def failed(self, request: Request, _: Exception) -> Response:
        text = "This is a bug in timeblock, not a mistake of yours. Its lines in the terminal help to find it."
        return self.problem(request.scope, 500, text)

    def refused(self, scope: Scope, status: int, text: str) -> Response:
        """For who is not let in: the frame without anything of the person in it."""
        return HTMLResponse(rendered(HERE / "refused.html.j2", text=text, nonce=scope["state"]["nonce"]), status)

    def problem(self, scope: Scope, status: int, text: str) -> Response:
        return self._framed(scope, Shown("This did not work", "problem.html.j2", text), "", status)

    def _framed(self, scope: Scope, shown: Shown, path: str, status: int = 200) -> Response:
        notice, self.notice = self.notice, None
        text = rendered(
            HERE / shown.template,
            title=shown.title,
            page=shown.page,
            path=path,
            navigation=NAVIGATION,
            notice=notice,
            broken=self.profile.broken,
            csrf=self.door.csrf,
            nonce=scope["state"]["nonce"],
        )
        return HTMLResponse(text, status)


def _back(request: Request) -> str:
    """The page of ours that a form was sent from."""
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers["host"] or came.path not in {page.path for page in PAGES}:
        return "/"
    return f"{came.path}?{came.query}" if came.query else came.path
