"""Tells the person, quietly: at most one digest a day, and once each what wants a decision.

Nothing is said at night or in a week of rest. What was said is in the store, so a restart says nothing twice; the same
thing is said again only after it was gone, and a day has passed.
"""

from __future__ import annotations

from collections.abc import Callable

from timeblock import pipeline
from timeblock.config.settings import Notify
from timeblock.core.hours import nights
from timeblock.core.interval import HOUR, Instant, Interval
from timeblock.core.localtime import ONE_DAY
from timeblock.core.words import counted
from timeblock.daemon.health import Health
from timeblock.errors import TimeblockError
from timeblock.notices import what
from timeblock.notices.what import Notice
from timeblock.stages.deps import Deps
from timeblock.stages.values import Seen, Snapshot
from timeblock.store import outbox
from timeblock.store.remembered import remembered
from timeblock.store.said import forget, said, say
from timeblock.views.today import today

Send = Callable[[Notify, str, str, bool], None]
"""How it is told, head, text, whether it wants a decision. Raises a ``TimeblockError`` where it cannot be told."""

AGAIN = 24 * HOUR


class Teller:
    """Called after each look of the daemon. ``tell`` takes events for the log."""

    def __init__(self, send: Send, tell: Callable[..., None]) -> None:
        self._send, self._tell = send, tell
        self._quiet_until: Instant = 0
        self._trouble = ""

    def __call__(self, deps: Deps, health: Health, now: Instant) -> None:
        """Say what is to be said ``now``. Where that fails it is tried again at the next look, and logged once."""
        person, moment = deps.settings.person, Interval(now, now + 1)
        if not deps.settings.notify.to or now < self._quiet_until or nights(person, moment).clip(moment).seconds:
            return
        try:
            self._look(deps, health, now)
            self._trouble = ""
        except TimeblockError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._tell("not notified", error=self._trouble)

    def _look(self, deps: Deps, health: Health, now: Instant) -> None:
        settings, known = deps.settings, said(deps.db)
        found = tuple(what.decisions(settings, health, remembered(deps.db, now).no_room, outbox.pending(deps.db), now))
        open_ = {notice.about for notice in found}
        forget(deps.db, (about for about, at in known.items() if about not in open_ and at < now - AGAIN))
        fresh = [notice for notice in found if notice.about not in known]
        digest = _digest_due(deps, now) - known.keys()
        if not (fresh or digest):
            return
        snapshot = pipeline.load(deps, now)
        seen = pipeline.observe(snapshot)
        where = settings.person.where
        if where.week_of(now) in seen.resting:
            self._quiet_until = where.start_of(where.date_of(now) + ONE_DAY)
            return
        self._say(snapshot, seen, found, fresh, bool(digest))
        say(deps.db, [*digest, *(notice.about for notice in fresh)], now)

    def _say(self, snapshot: Snapshot, seen: Seen, found: tuple[Notice, ...], fresh: list[Notice], day: bool) -> None:
        settings = snapshot.settings
        if day:
            text = what.digest(today(snapshot, seen, 0), found, settings.person.where, settings.notify.titles)
            if text:
                self._send(settings.notify, "Your day", text, bool(fresh))
        else:
            head = f"{counted(len(fresh), 'thing')} to decide"
            self._send(settings.notify, head, what.shown([notice.text for notice in fresh]), True)


def _digest_due(deps: Deps, now: Instant) -> set[str]:
    """What the digest of the day is remembered by, from its hour on; nothing where none is wanted."""
    where, at = deps.settings.person.where, deps.settings.notify.digest_minute
    on = where.date_of(now)
    return {f"digest/{on}"} if at is not None and now >= where.at(on, at) else set()
