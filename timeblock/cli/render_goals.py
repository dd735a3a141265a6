"""Goals on the terminal: the story of one, the five letters, and what past weeks would have kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from timeblock.backtest import Lever, Replayed, Tally, total
from timeblock.cli.charts import bars
from timeblock.cli.render import Look
from timeblock.cli.render_measures import STANDS
from timeblock.cli.render_tables import table
from timeblock.core.definitions import DEFINITIONS
from timeblock.core.goals import Goal
from timeblock.core.progress import Progress, told
from timeblock.core.smart import Letter, Verdict
from timeblock.core.words import counted
from timeblock.core.words import day as day_words
from timeblock.store.weekly import Decision
from timeblock.views.goals import story as told_of

CHARTED = 26
"""So many weeks are drawn and listed, the last ones."""


def story(p: Progress, decided: Sequence[Decision], served: Sequence[str], look: Look) -> RenderableType:
    """A goal: where it began, its weeks, where it leads, what was decided about it, and what is offered.

    ``served``: titles of the blocks that help it.
    """
    parts: list[RenderableType] = [Text(p.goal.name, "bold"), Text(f"{p.state.value}: {p.text}", STANDS[p.state])]
    parts += [Text(f"Why: {p.goal.why}")] if p.goal.why else []
    parts += [Text(line) for line in told_of(p)]
    parts += [Text(f"On {day_words(d.on, year=True)} you chose: {d.choice}.") for d in decided]
    if p.steps:
        parts += [Text(""), _chart(p, look), _weeks(p, look)]
    return Group(*parts, *(Text(line) for line in _offers(p, served)))


def _chart(p: Progress, look: Look) -> Text:
    hours = not p.goal.adds_up or p.goal.total is not None
    scale = 60 if hours and DEFINITIONS[p.goal.metric].unit == "min" else 1
    shown = p.steps[-CHARTED:]
    labels, values = [f"W{s.week.number}" for s in shown], [round(s.value / scale, 2) for s in shown]
    unit = "hours" if scale == 60 else "%" if p.goal.adds_up else DEFINITIONS[p.goal.metric].unit
    line = None if p.target is None else p.target / scale
    return bars(labels, values, f"{p.goal.metric}, {unit}; the line is the target", look, line)


def _weeks(p: Progress, look: Look) -> Table:
    made = table("Week", "Came to", "Milestone", "")
    yes, no = ("yes", "-") if look.ascii else ("✓", "·")
    for step in p.steps[-CHARTED:]:
        kept = Text(yes, "green") if step.kept else Text(no, "dim")
        made.add_row(str(step.week), told(p.goal, step.value), told(p.goal, step.milestone), kept)
    return made


def _offers(p: Progress, served: Sequence[str]) -> Iterator[str]:
    if served:
        yield f"\nBlocks that help it: {', '.join(served)}."
    if p.offer:
        yield f"\n{p.offer.why} You could choose:"
        for choice in p.offer.choices:
            yield f'  {choice.text}: timeblock goals decide "{p.goal.name}" {choice.lever}'
        yield f'  leave it as it is: timeblock goals decide "{p.goal.name}" keep'
        if served:
            yield f'Or another lever: timeblock goals levers "{p.goal.name}" tries changes of its blocks'


COLOURS: dict[Verdict, str] = {"ok": "green", "weak": "yellow", "fails": "bold magenta"}


def letters_table(judged: Mapping[str, Sequence[Letter]]) -> RenderableType:
    """The five letters of each goal, with what would be better."""
    if not judged:
        return Text('No goals yet; `timeblock goals add "call a parent twice a week"` makes one.', "dim")
    parts: list[RenderableType] = []
    for name, letters in judged.items():
        made = table("", "", "Why", "Better")
        for letter in letters:
            verdict = Text(letter.verdict, COLOURS[letter.verdict])
            made.add_row(letter.name.capitalize(), verdict, Text(letter.why), Text(letter.better, "dim"))
        parts += [Text(name, "bold"), made, Text("")]
    return Group(*parts)


# ---- past weeks ------------------------------------------------------------------------------------------------------


def backtest_table(found: Mapping[str, Sequence[Replayed]], weeks: int) -> Table:
    """For each request and config: how many blocks were wanted, would have been kept, had clashed or had no room."""
    totals = {name: total(tuple(replayed)) for name, replayed in found.items()}
    heads = [f"{head} ({name})" if len(totals) > 1 else head for name in totals for head in HEADS]
    made = table("Blocks", *heads, title=f"The last {counted(weeks, 'week')}, planned again")
    for request in dict.fromkeys(name for tallies in totals.values() for name in tallies):
        cells = [cell for tallies in totals.values() for cell in _cells(tallies.get(request, Tally()))]
        made.add_row(Text(request), *cells)
    sums = [sum(tallies.values(), Tally()) for tallies in totals.values()]
    made.add_row(Text("all", "bold"), *(cell for tally in sums for cell in _cells(tally)))
    return made


HEADS = ("kept", "clashed", "worked in", "no room")


def _cells(tally: Tally) -> tuple[str, ...]:
    return _share(tally), *(str(n or "-") for n in (tally.clashed, tally.worked, tally.unplaced))


def levers_table(goal: Goal, found: Sequence[Lever], weeks: int) -> RenderableType:
    """The changes that were tried, best first, and what the best one would have done."""
    if not found:
        return Text(f'No block serves "{goal.name}", so there is none to change.')
    made = table("Blocks", "Change", "Kept", "As it is", "Other blocks")
    for lever in found:
        others = f"{lever.others:+d}" if lever.others else "as before"
        made.add_row(Text(lever.request), lever.change, _share(lever.tally), Text(_share(lever.now), "dim"), others)
    best = found[0]
    if best.tally.kept <= best.now.kept:
        said = f"None of these would have kept more in the last {counted(weeks, 'week')}."
    else:
        many = f"{best.tally.kept - best.now.kept} more in {counted(weeks, 'week')}"
        said = f"What would have helped most: {best.request} {best.change} ({many}). Your config decides."
    return Group(made, Text(f"\n{said}", "bold"))


def _share(tally: Tally) -> str:
    return f"{tally.kept} of {tally.asked}"


def backtest_words(replayed: Sequence[Replayed]) -> str:
    """The whole in a sentence, and the events that clashed most."""
    whole = sum(total(tuple(replayed)).values(), Tally())
    said = (
        f"\nUnder this config the last {counted(len(replayed), 'week')} would have kept {whole.kept} of "
        f"{counted(whole.asked, 'block')}, with {counted(whole.clashed, 'clash', 'clashes')} with accepted work."
    )
    clashes: dict[str, int] = {}
    for found in replayed:
        for clash in found.clashes:
            clashes[clash.event] = clashes.get(clash.event, 0) + 1
    often = sorted(clashes, key=lambda event: (-clashes[event], event))[:3]
    return said + (f"\nMost often: {', '.join(f'{event} ({clashes[event]}×)' for event in often)}." if often else "")
