"""The journal: today's questions to be answered, and what was written before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from timeblock import journal
from timeblock.codecs import journal_md
from timeblock.core.journal import CADENCES, SELF_CHECK, Cadence, Entry
from timeblock.core.words import day
from timeblock.dashboard.review import asked
from timeblock.dashboard.visit import Done, Shown, Visit

SHOWN = 20
"""So many of the last entries."""


@dataclass(frozen=True)
class Written:
    """An entry as it is read: its day, and the prompts that were answered."""

    head: str
    answers: tuple[tuple[str, str], ...]
    heavy: str


@dataclass(frozen=True)
class JournalPage:
    """``today`` is the entry that the form writes. ``found``: prompts and answers with ``wanted`` in them."""

    today: Entry
    on: str
    cadences: tuple[Cadence, ...]
    self_check: tuple[str, ...]
    folder: Path
    written: tuple[Written, ...]
    more: int
    wanted: str
    found: tuple[tuple[str, str, str], ...]


def show(visit: Visit) -> Shown:
    """The form of a cadence, then what was written, or what of it has the words that the address asks for."""
    settings, wanted = visit.deps.settings, visit.query.get("q", "").strip()
    folder, today = journal.folder(settings, visit.environ), settings.person.where.date_of(visit.now)
    entries = journal.entries(folder)
    found = journal.search(folder, wanted) if wanted else ()
    page = JournalPage(
        today=journal.of_day(folder, journal_md.blank(asked(visit), today)),
        on=day(today, year=True),
        cadences=CADENCES,
        self_check=SELF_CHECK,
        folder=folder,
        written=tuple(_written(entry) for entry in entries[:SHOWN]),
        more=max(0, len(entries) - SHOWN),
        wanted=wanted,
        found=tuple((day(entry.on, year=True), prompt, answer) for entry, prompt, answer in found),
    )
    return Shown("Journal", "journal.html.j2", page)


def write(visit: Visit) -> Done:
    """Keep what the form says, as the entry of its day."""
    folder = journal.folder(visit.deps.settings, visit.environ)
    try:
        cadence = CADENCES[CADENCES.index(visit.said("cadence"))]
        entry = journal.of_day(folder, journal_md.blank(cadence, date.fromisoformat(visit.said("on"))))
    except ValueError:
        return Done("This form is not ours.", "/journal", good=False)
    answers = tuple((prompt, visit.said(f"answer{n}").strip()) for n, (prompt, _) in enumerate(entry.answers, 1))
    figures = [visit.said(f"check{n}") for n in range(1, len(SELF_CHECK) + 1)]
    checked = tuple(map(int, figures)) if all(figures) else ()
    back = f"/journal?cadence={cadence}"
    if not (any(answer for _, answer in answers) or checked):
        return Done("Nothing was written. That is fine, too.", back)
    path = journal.write(folder, replace(entry, answers=answers, self_check=checked))
    left = "" if checked or not any(figures) else " The five sentences need all five figures; they were left out."
    return Done(f"Kept in {path}; the next review quotes it. It is sent nowhere.{left}", back, good=not left)


def _written(entry: Entry) -> Written:
    heavy = f"{entry.heavy} of the five sentences weighed" if entry.self_check else ""
    return Written(f"{day(entry.on, year=True)}, {entry.cadence}", tuple(a for a in entry.answers if a[1]), heavy)
