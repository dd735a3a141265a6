"""A review of weeks that are over, from what was read and written by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from timeblock import journal, pipeline
from timeblock.core.interval import Instant
from timeblock.core.journal import Cadence, Entry
from timeblock.core.localtime import Week
from timeblock.core.review import Aside, Review, review, span_of
from timeblock.core.signs import Past
from timeblock.core.words import counted
from timeblock.stages import asking
from timeblock.stages.deps import Deps
from timeblock.stages.values import Seen, Snapshot
from timeblock.store.weekly import Redefined, redefined


def review_of(deps: Deps, now: Instant, cadence: Cadence, last: Week, told: Path) -> Review:
    """The review of the weeks up to ``last``, from what was read by now; ``told`` is the folder of journal entries."""
    weeks = span_of(cadence, last)
    snapshot = pipeline.load(deps, now, weeks[0].plus(-pipeline.WEEKS_BACK))
    seen = pipeline.observe(snapshot, weeks)
    pipeline.remember(deps, snapshot, seen)
    requests = deps.settings.all_requests.values()
    past = _past(snapshot, seen, last)
    return review(
        cadence,
        last,
        seen.facts,
        past,
        seen.progress,
        requests,
        _aside(deps, snapshot, seen, journal.last(told, cadence)),
    )


def _past(snapshot: Snapshot, seen: Seen, last: Week) -> Past:
    settings = snapshot.settings
    budgets = {r.name: (r.title, r.exceptions) for r in settings.requests if r.exceptions is not None}
    crunches = {s.name: (s.first, s.last) for s in settings.seasons if s.paused}
    return Past({week: found for week, found in seen.weeks.items() if week <= last}, budgets, crunches)


def _aside(deps: Deps, snapshot: Snapshot, seen: Seen, told: Sequence[Entry]) -> Aside:
    return Aside(
        told=tuple(told),
        leave=asking.steering(snapshot, seen).leave[:3],
        redefined=tuple(_redefined_words(redefined(deps.db))),
        values={area.name: area.value for area in deps.settings.areas},
    )


def _redefined_words(found: Iterable[Redefined]) -> Iterator[str]:
    """One sentence for each new definition."""
    weeks = Counter((change.metric, change.old, change.new) for change in found)
    for (metric, old, new), count in weeks.items():
        name = metric.replace("_", " ")
        yield f"{name}: definition {new} counts {counted(count, 'week')} otherwise than {old} did; both are kept."
