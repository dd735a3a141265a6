"""Tables of what the program knows: calendars, what came and went, runs, checks, what events count as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from timeblock.core.classify import Classified
from timeblock.core.event import CalendarId, CalendarInfo, Draft, due_day
from timeblock.core.interval import Instant
from timeblock.core.localtime import Whereabouts
from timeblock.core.words import counted, day, moment, span
from timeblock.store.history import Action
from timeblock.views.accounts import ROLES

if TYPE_CHECKING:
    from timeblock.config.settings import CalendarSettings, EvidenceSettings
    from timeblock.store.history import Entry, Run
    from timeblock.sync.evidence import Told
    from timeblock.sync.pull import Pulled
    from timeblock.sync.push import Pushed


def table(*columns: str, title: str = "") -> Table:
    """A table in the house style: no box, dim heads, long cells folded rather than cut."""
    made = Table(box=None, title=title or None, title_justify="left", header_style="dim", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def calendars_table(
    rows: Sequence[tuple[str, CalendarInfo, CalendarSettings | None]], evidence: Iterable[EvidenceSettings] = ()
) -> Table:
    """What each account offers, with the right to write, and what the config uses it for; and other evidence."""
    made = table("Account", "Calendar", "Path", "Rights", "Used as")
    for account, info, used in rows:
        rights = ("read and write" if info.writable else "read") + ", tasks only" * (not info.events)
        role = Text(f"{used.name} ({ROLES[used.role]})", "green") if used else Text("not used", "dim")
        made.add_row(Text(account), Text(info.name), Text(info.id.path, "dim"), rights, role)
    for source in evidence:
        what = "when mail was sent" if source.mail else "when you were active"
        made.add_row(source.type, Text(source.name), "", "read times only", Text(f"evidence ({what})", "green"))
    return made


def sync_table(pulled: Sequence[tuple[str, Pulled]]) -> Table:
    """What came from each calendar, at the price of how many requests."""
    made = table("Calendar", "Changed", "Removed", "Set aside", "Requests")
    for name, what in pulled:
        aside = Text(str(len(what.set_aside)), "yellow" if what.set_aside else "")
        made.add_row(Text(name), str(what.changed), str(what.removed), aside, str(what.requests))
    return made


def told_table(told: Sequence[tuple[str, Told]]) -> Table:
    """How many times of work each source of evidence told anew."""
    made = table("Evidence", "New times", "Requests")
    for name, what in told:
        made.add_row(Text(name), str(what.new), str(what.requests))
    return made


def log_table(runs: Sequence[Run], where: Whereabouts) -> Table:
    """The last runs, newest first as they are handed over."""
    made = table("Run", "When", "What", "Done")
    for run in runs:
        done = ", ".join(f"{n} {action}" for action, n in dict(run.counts).items() if n) or "nothing to do"
        made.add_row(run.id, moment(run.started_at, where), run.kind, done)
    return made


def run_table(entries: Sequence[Entry], where: Whereabouts, names: Mapping[CalendarId, str]) -> Table:
    """What one run wrote, block by block. ``names``: what the config calls the calendars."""
    made = table("", "Block", "When", "Calendar", "Why")
    for entry in entries:
        draft = entry.after or entry.before
        when = _when(draft, where) if draft else ""
        title = draft.summary if draft else entry.slot.key
        made.add_row(
            str(entry.action),
            Text(title),
            when,
            Text(names.get(entry.slot.calendar, str(entry.slot.calendar)), "dim"),
            Text(entry.why),
        )
    return made


def _when(draft: Draft, where: Whereabouts) -> str:
    if draft.done is not None:
        return f"due {day(due_day(draft.interval))}"
    return f"{day(where.date_of(draft.interval.start))} {span(draft.interval, where)}"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How the sign-in of an account stands. ``may``: what was granted, in words; ``missing``: asked for and not given.

    ``scopes`` are Google's own names of what was granted.
    """

    account: str
    type: str
    ok: bool
    text: str
    may: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    since: Instant | None = None
    ends_at: Instant | None = None


def sign_ins_table(rows: Iterable[SignedIn], where: Whereabouts) -> Table:
    """Each account, whether it is signed in, since when and for how long, and what is missing."""
    made = table("Account", "Type", "Sign-in", "Since", "Ends")
    for row in rows:
        text = Text(row.text, "" if row.ok else "yellow")
        if row.may:
            text.append(f"\nmay {'; '.join(row.may)}", "dim")
        if row.missing:
            text.append(f"\nnot granted: {'; '.join(row.missing)}")
        days = [day(where.date_of(at), year=True) if at else "" for at in (row.since, row.ends_at)]
        made.add_row(Text(row.account), row.type, text, *days)
    return made


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that ``doctor`` looked at. ``ok`` None: could not be judged; ``remedy`` says how to mend it."""

    what: str
    ok: bool | None
    text: str = ""
    remedy: str = ""


def checks_table(checks: Iterable[Check]) -> Table:
    """What is well, what is not, and how to mend it."""
    made = table("", "Checked", "Found")
    for found in checks:
        sign, style = {True: ("ok", "green"), False: ("mend", "bold red"), None: ("?", "yellow")}[found.ok]
        text = Text(found.text)
        if found.remedy and not found.ok:
            text.append(f"\n{found.remedy}", "green")
        made.add_row(Text(sign, style), Text(found.what), text)
    return made


def classified_table(classified: Sequence[Classified], where: Whereabouts) -> Table:
    """What each occurrence counts as, and which rule says so."""
    made = table("When", "Event", "Counts as", "Area", "Because")
    for item in classified:
        start = where.date_of(item.occurrence.interval.start)
        clock = "all day" if item.occurrence.all_day else span(item.occurrence.interval, where)
        kind = Text(item.activity.value + ("" if item.busy else " (free)"), "" if item.busy else "dim")
        title = Text(item.occurrence.event.summary or "(no title)")
        made.add_row(f"{day(start)} {clock}", title, kind, Text(item.area), Text(item.why, "dim"))
    return made


def pushed_lines(run: str, pushed: Pushed, where: Whereabouts, names: Mapping[CalendarId, str]) -> Group:
    """What was written just now, block by block, and the sum of it."""
    return Group(*([run_table(pushed.done, where, names)] if pushed.done else []), pushed_summary(run, pushed))


def pushed_summary(run: str, pushed: Pushed) -> Group:
    """What was written just now, in a sentence; what waits for the person."""
    if not pushed.done and not pushed.held and not pushed.errors:
        return Group(Text("Nothing to write: the calendars are as the plan wants them.", "green"))
    parts: list[Text] = []
    written = sum(entry.action is not Action.FAILED for entry in pushed.done)
    if written and run:
        parts.append(Text(f"{counted(written, 'change')} written as run {run}; `timeblock undo {run}` takes it back."))
    if pushed.held:
        parts.append(Text(f"{counted(len(pushed.held), 'change')} not written yet; see `timeblock status`:", "yellow"))
    alike: dict[tuple[CalendarId, str, str], list[str]] = {}
    for wish in pushed.held:
        word = "given up until something changes" if wish.held else "waits"
        alike.setdefault((wish.slot.calendar, word, wish.problem), []).append(wish.slot.key)
    for (calendar, word, problem), keys in alike.items():
        more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
        parts.append(Text(f"{keys[0]}{more} on {calendar} {word}: {problem}", "yellow"))
    return Group(*parts)
