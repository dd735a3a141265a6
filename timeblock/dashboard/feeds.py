"""Feeds for calendar programs, which have no cookie: an address with a secret in it is all they need."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from timeblock import feed_keys
from timeblock.config.places import state_dir
from timeblock.dashboard.profile import Profile
from timeblock.dashboard.visit import Visit
from timeblock.errors import TimeblockError
from timeblock.feed_keys import Feed
from timeblock.views import calendars

TYPE = "text/calendar; charset=utf-8"


class Feeds:
    """Answers with the feeds of a profile. An unchanged feed keeps its text, moment and all, as long as this runs."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._kept: dict[Feed, tuple[str, str]] = {}

    def routes(self) -> list[Route]:
        """One a feed, whatever the secret."""
        return [Route(feed_keys.place(feed, "{secret}"), self._answering(feed)) for feed in feed_keys.FEEDS]

    def _answering(self, feed: Feed) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            secret = request.path_params["secret"]
            try:
                text = await asyncio.wrap_future(self._profile.work(lambda visit: self._text(visit, feed, secret)))
            except TimeblockError:
                return PlainTextResponse("The feed cannot be made now; timeblock doctor tells why.", 503)
            if text is None:
                return PlainTextResponse("There is no such feed.", 404)
            return _unless_known(text, request.headers.get("if-none-match", ""))

        return answer

    def _text(self, visit: Visit, feed: Feed, secret: str) -> str | None:
        """None for whoever does not know the secret."""
        settings = visit.deps.settings
        if not feed_keys.opens(
            feed_keys.read(feed_keys.path_of(state_dir(visit.environ), settings.identity)), feed, secret
        ):
            return None
        look = visit.look()
        timeless = calendars.feed(feed, look.snapshot, look.seen, 0)
        if self._kept.get(feed, ("", ""))[0] != timeless:
            self._kept[feed] = timeless, calendars.feed(feed, look.snapshot, look.seen, visit.now)
        return self._kept[feed][1]


def _unless_known(text: str, known: str) -> Response:
    """304 for who has it already (RFC 9110, 13.1.2: compared weakly)."""
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if known.strip() == "*" or tag in (said.strip().removeprefix("W/") for said in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=TYPE, headers=headers)
