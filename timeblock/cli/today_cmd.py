"""``timeblock`` without a command: today, from what was read last; nothing is asked of any calendar."""

from __future__ import annotations

from timeblock.cli.app import App


def today(app: App) -> None:
    """What is protected, what is in danger, what to decide."""
    from timeblock import pipeline
    from timeblock.cli.render_today import today_view
    from timeblock.store import outbox
    from timeblock.views.today import today as look_at

    with app.deps() as deps:
        snapshot = pipeline.load(deps, app.now)
        found = look_at(snapshot, pipeline.observe(snapshot), len(outbox.pending(deps.db)))
        where = deps.settings.person.where
    if app.json:
        app.emit(found, where)
        return
    app.console.print(today_view(found, where))
    app.say("\nMore: timeblock plan, timeblock measure, timeblock review; timeblock --help lists everything.")
