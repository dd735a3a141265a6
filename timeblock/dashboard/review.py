"""Looking back on the week, four weeks or the quarter, leafing to earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from timeblock import journal
from timeblock.core.journal import CADENCES, Cadence
from timeblock.core.localtime import Week
from timeblock.core.review import WEEKS
from timeblock.dashboard.visit import Shown, Visit
from timeblock.errors import FixNeeded
from timeblock.pages import review
from timeblock.views.review import review_of


@dataclass(frozen=True)
class ReviewPage:
    """``cadences``: name, address and whether it is shown now. ``after`` is "" where the review is the latest."""

    body: review.Page
    cadences: tuple[tuple[Cadence, str, bool], ...]
    before: str
    after: str


def show(visit: Visit) -> Shown:
    """The last full week, or what the address names."""
    settings = visit.deps.settings
    this, cadence = settings.person.where.week_of(visit.now), asked(visit)
    last = visit.week(this.plus(-1))
    if last >= this:
        raise FixNeeded(f"{last} is not over yet, so there is no looking back on it.")
    found = review_of(visit.deps, visit.now, cadence, last, journal.folder(settings, visit.environ))
    body, later = review.page(found), last.plus(WEEKS[cadence])
    cadences = tuple((name, _address(name, last), name == cadence) for name in CADENCES)
    after = _address(cadence, later) if later < this else ""
    return Shown(
        body.title, "review.html.j2", ReviewPage(body, cadences, _address(cadence, last.plus(-WEEKS[cadence])), after)
    )


def made_of(visit: Visit) -> object:
    """Of journal entries, too."""
    return journal.stamp(journal.folder(visit.deps.settings, visit.environ))


def asked(visit: Visit) -> Cadence:
    """The cadence that the address names; weekly otherwise."""
    return next((cadence for cadence in CADENCES if cadence == visit.query.get("cadence")), "weekly")


def _address(cadence: Cadence, week: Week) -> str:
    return f"/review?{urlencode({'cadence': cadence, 'week': str(week)})}"
