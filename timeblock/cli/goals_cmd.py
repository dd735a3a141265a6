"""``timeblock goals``: what one wants, whether it is a good goal, how it stands, and how past weeks would have gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import FixNeeded

if TYPE_CHECKING:
    from timeblock.config.settings import Settings
    from timeblock.core.goals import Goal
    from timeblock.core.progress import Progress
    from timeblock.core.smart import Letter, Room
    from timeblock.stages.deps import Deps
    from timeblock.stages.values import Seen, Snapshot, Synced

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
LEVERS = ("smaller", "later", "further", "keep")


@click.group(invoke_without_command=True)
@click.pass_context
def goals(context: click.Context) -> None:
    """Set goals, see how they stand, and try configs on past weeks."""
    if context.invoked_subcommand is None:
        context.invoke(list_goals)


@goals.command("list")
@click.pass_obj
def list_goals(app: App) -> None:
    """List each goal with how it stands."""
    from timeblock.cli.render_measures import goals_table

    synced, snapshot, seen = _read(app)
    if app.json:
        app.emit({"goals": seen.progress}, snapshot.settings.person.where)
    else:
        app.console.print(goals_table(seen.progress))
        for found in seen.progress:
            if found.offer:
                name = found.goal.name
                app.say(f'\n"{name}": {found.offer.why} `timeblock goals show "{name}"` has offers.')
    app.report(synced.failed)
    app.finish()


@goals.command()
@click.argument("name", shell_complete=complete.goals)
@click.pass_obj
def show(app: App, name: str) -> None:
    """Show one goal: its weeks as a chart, where it leads, and what might help."""
    from timeblock.cli import render, render_goals
    from timeblock.core.steer import serves
    from timeblock.store.weekly import decisions

    with _opened(app, None) as (deps, synced, snapshot, seen):
        found = _named(name, seen.progress)
        decided = [d for d in decisions(deps.db) if d.goal == found.goal.name]
    if app.json:
        where = snapshot.settings.person.where
        app.emit({"goal": found, "decisions": decided}, where)
    else:
        served = [r.title for r in snapshot.settings.requests if serves(r, found.goal)]
        app.console.print(render_goals.story(found, decided, served, render.look(app.console)))
    app.report(synced.failed)
    app.finish()


@goals.command()
@click.argument("name", required=False, shell_complete=complete.goals)
@click.pass_obj
def check(app: App, name: str | None) -> None:
    """Judge goals by five letters: specific, measurable, achievable, relevant, time-bound.

    The planner is asked whether the calendar has room. Ends with 1 where one of the letters fails.
    """
    from timeblock.cli.render_goals import letters_table
    from timeblock.core.smart import holds

    with _opened(app, None) as (deps, synced, snapshot, seen):
        wanted = [_named(name, seen.progress).goal] if name else list(snapshot.settings.goals)
        judged = judge(deps, snapshot, seen, wanted)
    if app.json:
        app.emit({"letters": judged}, snapshot.settings.person.where)
    else:
        app.console.print(letters_table(judged))
    app.report(synced.failed)
    app.finish(0 if all(holds(found) for found in judged.values()) else 1)


@goals.command()
@click.argument("sentence", required=False)
@click.option("--why", metavar="TEXT", help="Why it matters to you; on a hard day that is what carries.")
@click.option("--area", metavar="AREA", shell_complete=complete.areas, help="The part of life it is for.")
@click.option("-y", "--yes", is_flag=True, help="Write it without asking.")
@click.option("--dry-run", is_flag=True, help="Show and judge it; write nothing.")
@click.pass_obj
def add(app: App, sentence: str | None, why: str | None, area: str | None, yes: bool, dry_run: bool) -> None:
    """Add a goal to the config, said in a sentence; without one, a few questions lead to it."""
    from timeblock.cli.goal_wizard import ask, complete, known, understood
    from timeblock.cli.render_goals import letters_table
    from timeblock.config import entries
    from timeblock.config.load import built, judged, save
    from timeblock.config.places import find, text_of
    from timeblock.core.smart import holds

    asking = not (yes or dry_run or app.json) and sys.stdin.isatty()
    path, settings = find(app.config_path, os.environ), app.settings()
    said = sentence or (ask() if asking else None)
    if not said:
        raise FixNeeded('Say the goal: timeblock goals add "5h less overtime a week for 8 weeks".')
    today = settings.person.where.date_of(app.now)
    wishes = [complete(w, why, area, asking) for w in understood(said, today, known(settings))]
    text = reduce(entries.added, wishes, text_of(path))
    with _opened(app, built(judged(text, path), path)) as (deps, _, snapshot, seen):
        names = {wish.goal["name"] for wish in wishes}
        letters = judge(deps, snapshot, seen, [g for g in snapshot.settings.goals if g.name in names])
    good = all(holds(found) for found in letters.values())
    new = "\n\n".join(entries.snippet(wish) for wish in wishes)
    if app.json:
        app.emit({"entries": new, "letters": letters, "written": yes and not dry_run}, settings.person.where)
    else:
        app.say(f"Understood as:\n\n{new}\n")
        app.console.print(letters_table(letters))
    if not dry_run and (yes or (asking and click.confirm(f"Write this into {path}?", default=good, err=True))):
        save(path, text)
        app.say(f"Written into {path}. `timeblock plan` shows what it changes.")
    elif not (dry_run or asking):
        app.say("Nothing was written; --yes writes it.")
    app.finish(0 if good else 1)


@goals.command()
@click.argument("name", shell_complete=complete.goals)
@click.argument("choice", type=click.Choice(LEVERS))
@click.pass_obj
def decide(app: App, name: str, choice: str) -> None:
    """Answer an offer about a goal: half the step, more time, a little further, or keep it as it is.

    The config is changed accordingly, and the decision is remembered.
    """
    from timeblock.views.goals import decide as answer

    with _opened(app, None) as (deps, _, snapshot, seen):
        found = _named(name, seen.progress)
        chosen = answer(deps, found, choice, snapshot.settings.person.where.date_of(app.now))
    app.say(f'"{found.goal.name}": {chosen}.')
    app.finish()


@goals.command()
@click.option("--weeks", type=click.IntRange(1, 52), default=12, show_default=True, help="How many past weeks.")
@click.option("--against", type=FILE, metavar="FILE", help="Another config, shown beside this one.")
@click.pass_obj
def backtest(app: App, weeks: int, against: Path | None) -> None:
    """Plan past weeks again under this config, and say what would have been kept.

    Each week is planned with the events that were in the calendar at its start, where calendars tell when an event was
    made.
    """
    from timeblock.backtest import replay
    from timeblock.cli import render_goals
    from timeblock.config.load import load

    with app.deps() as deps:
        synced = _sync(app, deps)
        this = deps.settings.person.where.week_of(app.now)
        snapshot = _load(deps, app, this.plus(-weeks - 16))
        configs = {"this config": deps.settings, **({against.name: load(against)} if against else {})}
        found = {
            name: replay(snapshot, _with_calendars(settings, deps.settings), deps.solve, weeks, deps.progress)
            for name, settings in configs.items()
        }
    if app.json:
        app.emit({"weeks": found}, deps.settings.person.where)
    else:
        app.console.print(render_goals.backtest_table(found, weeks))
        app.say(render_goals.backtest_words(found["this config"]))
    app.report(synced.failed)
    app.finish()


@goals.command()
@click.argument("name", shell_complete=complete.goals)
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help="How many past weeks.")
@click.pass_obj
def levers(app: App, name: str, weeks: int) -> None:
    """Try small changes of the blocks that help a goal on past weeks: which would have kept more of them?

    Half an hour earlier, later or shorter, and one more a week. Writes nothing.
    """
    from timeblock.backtest import levers as tried
    from timeblock.cli import render_goals

    with app.deps() as deps:
        synced = _sync(app, deps)
        snapshot = _load(deps, app, deps.settings.person.where.week_of(app.now).plus(-weeks - 16))
        goal = _named_goal(name, deps.settings.goals)
        found = tried(snapshot, goal, deps.solve, weeks, deps.progress)
    if app.json:
        app.emit({"levers": found})
    else:
        app.console.print(render_goals.levers_table(goal, found, weeks))
    app.report(synced.failed)
    app.finish()


# ---- what they share -------------------------------------------------------------------------------------------------


def judge(deps: Deps, snapshot: Snapshot, seen: Seen, wanted: Sequence[Goal]) -> Mapping[str, tuple[Letter, ...]]:
    """The five letters of each goal, by its name."""
    from timeblock.core.smart import Case, smart

    settings = snapshot.settings
    worth = {area.name: area.value for area in settings.areas}
    stand = {p.goal.name: p for p in seen.progress}
    today = settings.person.where.date_of(snapshot.now)
    room = _room(deps, snapshot, seen)
    return {g.name: smart(Case(g, stand[g.name], seen.weeks, today, room, worth.get(g.area, ""))) for g in wanted}


def _room(deps: Deps, snapshot: Snapshot, seen: Seen) -> Callable[[Goal], Room | None]:
    """The planner's answer, asked once and only where a goal needs it."""
    from timeblock import pipeline
    from timeblock.core.smart import room_for

    where = snapshot.settings.person.where
    requests = snapshot.settings.requests_on(where.date_of(snapshot.now))
    plan = cache(lambda: pipeline.propose(deps.solve, snapshot, seen).plan)
    return lambda goal: room_for(goal, plan(), requests, where)


@contextmanager
def _opened(app: App, settings: Settings | None) -> Iterator[tuple[Deps, Synced, Snapshot, Seen]]:
    """What the calendars say by now, under other ``settings`` where they are given."""
    from timeblock import pipeline

    with app.deps() as deps:
        synced = _sync(app, deps)
        deps = replace(deps, settings=settings or deps.settings)
        snapshot = pipeline.load(deps, app.now)
        seen = pipeline.observe(snapshot)
        if settings is None:
            pipeline.remember(deps, snapshot, seen)
        yield deps, synced, snapshot, seen


def _read(app: App) -> tuple[Synced, Snapshot, Seen]:
    with _opened(app, None) as (_, synced, snapshot, seen):
        return synced, snapshot, seen


def _sync(app: App, deps: Deps) -> Synced:
    from timeblock import pipeline

    return pipeline.pull(deps, app.now, fresh=60 * deps.settings.fresh_minutes)


def _load(deps: Deps, app: App, since: object) -> Snapshot:
    from timeblock import pipeline
    from timeblock.core.localtime import Week

    assert isinstance(since, Week)
    return pipeline.load(deps, app.now, since)


def _with_calendars(settings: Settings, mine: Settings) -> Settings:
    """Another config looks at the calendars of this one."""
    return replace(settings, calendars=mine.calendars, accounts=mine.accounts, database=mine.database)


def _named(name: str, progress: Sequence[Progress]) -> Progress:
    goal = _named_goal(name, [p.goal for p in progress])
    return next(p for p in progress if p.goal is goal)


def _named_goal(name: str, goals: Sequence[Goal]) -> Goal:
    from timeblock.config.phrases import near

    found = [g for g in goals if g.name.casefold() == name.casefold()]
    found = found or [g for g in goals if name.casefold() in g.name.casefold()]
    if len(found) != 1:
        names = [g.name for g in (found or goals)]
        several = "several goals" if found else "no goal"
        others = f"; there are: {', '.join(names)}" if names else "; `timeblock goals add` makes one"
        raise FixNeeded(f'There is {several} like "{name}"{near(name, names) or others}')
    return found[0]
