"""Draw the pictures of the docs from the made-up person: ``make pictures``. They change only when the program does."""

from __future__ import annotations

import io
import re
import tempfile
import threading
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from tests.dashboard.chromium import PROGRAM, browser, visitor
from timeblock import pipeline
from timeblock.cli import render, render_week
from timeblock.cli.app import App
from timeblock.config.load import load
from timeblock.config.settings import Settings
from timeblock.dashboard.profile import Source
from timeblock.dashboard.serve import opened
from timeblock.demo.person import build
from timeblock.stages.deps import Deps
from timeblock.wiring import connect

NOW = 1_795_422_000  # Mon 23 Nov 2026, 09:20 in Oslo
HERE = Path(__file__).parent.parent / "docs/pictures"


def picture(name: str, command: str, *told: object, width: int = 104) -> None:
    """What ``command`` prints, as a picture of a terminal that asks no other host for a font."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for part in told:
        console.print(part)
    svg = console.export_svg(title=command, unique_id=name)
    svg = re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.DOTALL)
    (HERE / f"{name}.svg").write_text(re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE), encoding="utf-8")


def dashboard(folder: Path) -> None:
    """The week in the browser, once the plan was written."""
    config, environ = build(folder / "dashboard", NOW), {"HOME": str(folder)}

    def connected(settings: Settings) -> AbstractContextManager[Deps]:
        return connect(settings, lambda: NOW, lambda *_: None)

    source = Source(config, lambda: load(config, environ), connected, lambda: NOW, environ)
    with connected(source.load()) as deps:
        pipeline.run_cycle(deps, NOW)
    with opened(source, "127.0.0.1", 0) as running, browser() as chromium, visitor(chromium, HERE) as person:
        serving = threading.Thread(target=running.run)
        serving.start()
        person.looks("light", (1180, 800))
        person.page.goto(running.door.link)
        person.picture("dashboard")
        running.stop()
        serving.join()


def main() -> None:
    HERE.mkdir(exist_ok=True)
    if PROGRAM:
        with tempfile.TemporaryDirectory() as folder:
            dashboard(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        app = App(config_path=str(build(Path(folder) / "maya", NOW)), moment=NOW)
        with app.deps(weeks=1) as deps:
            pipeline.pull(deps, NOW)
            snapshot = pipeline.load(deps, NOW)
            seen = pipeline.observe(snapshot)
            proposal = pipeline.propose(deps.solve, snapshot, seen)
    where, plan = snapshot.settings.person.where, proposal.plan
    new = {block.key for block in plan.blocks}
    week = render_week.week_picture(seen.classified, plan.blocks, plan.horizon, where, render.Look(104), new)
    picture("plan", "timeblock plan", week, f"{len(new)} new; {len(plan.unplaced)} did not fit.")


if __name__ == "__main__":
    main()
