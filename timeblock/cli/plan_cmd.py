"""``timeblock plan`` and ``timeblock apply``: the same cycle, one step further."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App, read_plan, write
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from collections.abc import Collection

    from timeblock.core.plan import Plan
    from timeblock.planner.why import Explained
    from timeblock.stages.deps import Deps
    from timeblock.stages.values import Cycle, Proposal, Seen, Snapshot


@click.command()
@click.option(
    "--weeks", type=click.IntRange(1, 12), help="How many weeks ahead; planning.weeks of the config otherwise."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Keep the plan for `apply FILE`.")
@click.option(
    "--explain",
    metavar="BLOCK",
    shell_complete=complete.requests,
    help="Why BLOCK (such as dinner, or dinner/2026-W48/1) is where it is, or in no place; all: of every block.",
)
@click.option("--all", "everything", is_flag=True, help="List blocks that stay as they are, too.")
@click.pass_obj
def plan(app: App, weeks: int | None, output: Path | None, explain: str | None, everything: bool) -> None:
    """Propose protected blocks for the coming weeks: a picture, what would change, and why. Writes nothing.

    Ends with 1 where something you will not give up did not fit.
    """
    from timeblock import pipeline
    from timeblock.core.plan import to_json
    from timeblock.stages.writing import needs_a_look

    with app.deps(weeks) as deps:
        synced = pipeline.pull(deps, app.now)
        snapshot = pipeline.load(deps, app.now)
        deps.progress("planning", 0, 0)
        seen = pipeline.observe(snapshot)
        proposal = pipeline.propose(deps.solve, snapshot, seen)
    if output:
        from timeblock.cli.jsonform import as_text

        write(output, as_text(to_json(proposal.plan)))
    if app.json:
        told = {"explained": _explained(proposal, explain)}
        app.emit(_document(seen, proposal) | told, snapshot.settings.person.where)
    elif explain:
        from timeblock.planner.wording import told as in_words

        app.say(in_words(proposal.problem, _explained(proposal, explain)))
    else:
        show(app, snapshot, seen, proposal, everything)
        app.say(_what_next(snapshot, proposal, output))
    app.report(synced.failed)
    app.finish(1 if needs_a_look(proposal) else 0)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--anyway", is_flag=True, help="Write FILE though it clashes with what came since; delete however many.")
@click.option(
    "--only",
    multiple=True,
    metavar="BLOCK",
    shell_complete=complete.blocks,
    help="Write nothing but BLOCK (dinner/2026-W48/1); repeatable.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only say what was written.")
@click.pass_obj
def apply(app: App, file: Path | None, anyway: bool, only: tuple[str, ...], quiet: bool) -> None:
    """Write the plan into your calendars: a fresh one, or exactly the one in FILE.

    Only blocks of our own are written, changed or deleted. `timeblock undo` takes the whole run back.
    """
    from timeblock import pipeline
    from timeblock.cli.render_tables import pushed_lines
    from timeblock.stages.writing import needs_a_look
    from timeblock.store.outbox import try_again

    given = read_plan(file) if file else None
    with app.deps() as deps, deps.alone():
        try_again(deps.db)  # who asks again wants to see it tried again
        cycle = _accepted(deps, app.now, given, only) if only else pipeline.run_cycle(deps, app.now, given, anyway)
        where = deps.settings.person.where
    if app.json:
        written = {"run": cycle.run, "written": cycle.pushed.done}
        app.emit(written | _document(cycle.seen, cycle.proposal), where)
    else:
        if not quiet and cycle.run:
            show(app, cycle.snapshot, cycle.seen, cycle.proposal)
        names = {found: name for name, found in cycle.snapshot.calendars.items()}
        app.console.print(pushed_lines(cycle.run, cycle.pushed, where, names))
    app.report((*cycle.synced.failed, *cycle.pushed.errors.items()))
    stuck = any(wish.state == "held" for wish in cycle.pushed.held)
    app.finish(1 if stuck or needs_a_look(cycle.proposal) else 0)


def _accepted(deps: Deps, now: int, given: Plan | None, keys: Collection[str]) -> Cycle:
    """A cycle that writes only some of the blocks."""
    from timeblock import pipeline
    from timeblock.stages.values import Cycle

    synced = pipeline.pull(deps, now)
    snapshot = pipeline.load(deps, now)
    deps.progress("planning", 0, 0)
    seen = pipeline.observe(snapshot)
    proposal = pipeline.propose(deps.solve, snapshot, seen, given)
    known = {change.slot.key for change in proposal.changes}
    if unknown := sorted(set(keys) - known):
        raise FixNeeded(
            f"The plan changes nothing about {', '.join(unknown)}; `timeblock plan --json` names its blocks."
        )
    return Cycle(synced, snapshot, seen, proposal, *pipeline.accept(deps, snapshot, seen, proposal, keys, now))


def _explained(proposal: Proposal, wanted: str | None) -> Explained:
    """Every block without a question to the solver, or with it those that are ``wanted``."""
    from timeblock.planner.explain import explained, given_up

    problem, plan = proposal.problem, proposal.plan
    found = explained(problem, plan, "" if wanted in (None, "all") else wanted)
    if wanted:
        from timeblock.planner.whatif import priced

        found = priced(problem, plan, found)
    return replace(found, given_up=given_up(problem, found)) if wanted in (None, "all") else found


def show(app: App, snapshot: Snapshot, seen: Seen, proposal: Proposal, everything: bool = False) -> None:
    """The weeks as pictures, then what would change."""
    from timeblock.cli import render, render_plan, render_week
    from timeblock.core.diff import Create

    where, look, blocks = snapshot.settings.person.where, render.look(app.console), proposal.plan.blocks
    new = {change.slot.key for change in proposal.changes if isinstance(change, Create)}
    app.console.print(render_week.week_picture(seen.classified, blocks, proposal.plan.horizon, where, look, new))
    changes = (*seen.edits, *proposal.changes)
    app.console.print(render_plan.plan_diff(proposal.plan, changes, where, look, everything))
    app.console.print(render_plan.worth_a_thought(proposal.ideas))
    app.console.print(render_plan.broken_rules(proposal.broken))


def _what_next(snapshot: Snapshot, proposal: Proposal, output: Path | None) -> str:
    from timeblock.stages.writing import blocks_calendar

    if not blocks_calendar(snapshot):
        return '\nThe plan has nowhere to go: give one calendar of the config role = "blocks", then `timeblock sync`.'
    if output:
        return f"\nThe plan is in {output}. `timeblock apply {output}` writes exactly that."
    return "\nNothing was written. `timeblock apply` writes it." if proposal.changes else ""


def _document(seen: Seen, proposal: Proposal) -> dict[str, object]:
    from timeblock.core.plan import to_json

    told = [
        {"change": type(c).__name__.lower(), "block": c.slot.key, "calendar": str(c.slot.calendar), "why": c.why}
        for c in (*seen.edits, *proposal.changes)
    ]
    return {"plan": to_json(proposal.plan), "changes": told, "ideas": proposal.ideas, "broken": proposal.broken}
