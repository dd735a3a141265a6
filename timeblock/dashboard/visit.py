"""The seam between the dashboard and its pages: what a view is handed, and what it gives back.

A page is a module with a view (and a function for each of its forms) and a template beside it; ``routes.py`` lists it.
Views run one at a time, in the thread that holds the store. They decide nothing: the program's flow is pipeline.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from timeblock import pipeline
from timeblock.core.interval import Instant
from timeblock.core.localtime import Week
from timeblock.errors import FixNeeded
from timeblock.stages.deps import Deps
from timeblock.stages.values import Proposal, Seen, Snapshot


@dataclass(frozen=True)
class Look:
    """What the store knew at a moment, what that means and, once somebody asks, what the planner makes of it."""

    deps: Deps
    snapshot: Snapshot
    seen: Seen

    @cached_property
    def proposal(self) -> Proposal:
        """A fresh plan. Nothing is written."""
        return pipeline.propose(self.deps.solve, self.snapshot, self.seen)


@dataclass(frozen=True)
class Visit:
    """One request. ``query`` and ``form`` hold what came with it, ``environ`` the environment of the process.

    ``looked`` answers from memory while nothing changed; ask it through :meth:`look`.
    """

    deps: Deps
    now: Instant
    looked: Callable[[Week | None, Week | None], Look]
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)

    def look(self, since: Week | None = None, until: Week | None = None) -> Look:
        """The usual weeks, or those from ``since`` on, or up to ``until``: as ``pipeline.load`` takes them."""
        return self.looked(since, until)

    def week(self, usual: Week) -> Week:
        """The week that the address names, or the usual one. Raises ``FixNeeded`` where there is none such."""
        text = self.query.get("week", "")
        try:
            return Week.parse(text) if text else usual
        except ValueError as error:
            raise FixNeeded(f"There is no week {text}: {error}.") from error

    def said(self, name: str) -> str:
        """The first value of a field of the form; "" where it is missing."""
        return next(iter(self.form.get(name, ())), "")


@dataclass(frozen=True)
class Shown:
    """A page: its title, its template and the one value that the template knows as ``page``."""

    title: str
    template: str
    page: object


@dataclass(frozen=True)
class Done:
    """What a form did, said on the page that is shown next: ``goto``, or "" for the one that the form was on.

    ``good`` False: something wants a look.
    """

    text: str
    goto: str = ""
    good: bool = True


View: TypeAlias = Callable[[Visit], Shown]
Action: TypeAlias = Callable[[Visit], Done]


@dataclass(frozen=True)
class Page:
    """A row of the table of routes. ``name`` is what the navigation calls it, "" for a page it does not list.

    ``forms``: path → what a form that is sent there does. ``made_of`` tells what else than store, config and clock the
    page is made of, as a value that changes when that does: while all stay as they are, it is shown from memory, for
    some minutes. None where it is made anew each time.
    """

    path: str
    show: View
    name: str = ""
    forms: Mapping[str, Action] = field(default_factory=dict)
    made_of: Callable[[Visit], object] | None = None


def nothing_else(_: Visit) -> object:
    """Of a page that is made of nothing but store, config and clock."""
    return None
