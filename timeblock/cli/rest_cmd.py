"""``timeblock rest-week``: a week off from goals and flexible blocks."""

from __future__ import annotations

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.errors import FixNeeded


@click.command()
@click.argument("week", required=False, metavar="[WEEK|next]", shell_complete=complete.coming_weeks)
@click.option("--undo", is_flag=True, help="It shall be an ordinary week after all.")
@click.pass_obj
def rest_week(app: App, week: str | None, undo: bool) -> None:
    """Make WEEK (such as 2026-W48; this one) a week of rest.

    Goals pause, flexible blocks are not planned, and no baseline knows of it. An absence of three days or more in your
    calendar does the same by itself.
    """
    from timeblock.core.localtime import Week
    from timeblock.core.words import day
    from timeblock.store import remembered

    with app.deps() as deps:
        this = deps.settings.person.where.week_of(app.now)
        try:
            wanted = {None: this, "this": this, "next": this.plus(1)}.get(week) or Week.parse(week or "")
        except ValueError as error:
            raise FixNeeded(f'{error}, or "next"') from error
        if undo and not remembered.take_back_rest(deps.db, wanted):
            raise FixNeeded(f"{wanted} was not declared a week of rest; an absence in the calendar is changed there.")
        if not undo:
            remembered.rest(deps.db, wanted)
        resting = sorted(remembered.resting(deps.db))
    if app.json:
        app.emit({"resting": resting})
    elif undo:
        app.say(f"{wanted} is an ordinary week again. `timeblock apply` plans its flexible blocks anew.")
    else:
        app.say(f"{day(wanted.monday)} to {day(wanted.days()[-1], True)} is a week of rest.")
        app.say("Goals pause, and no baseline knows of it. `timeblock apply` takes its flexible blocks away.")
