"""Print the plan of a life to read it as that person would."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.lives.life import MONDAY, NAMES, live
from timeblock.cli import render, render_plan, render_week
from timeblock.planner.exact import solve
from timeblock.store.database import open_database

for name in sys.argv[1:] or NAMES:
    with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite://{folder}/timeblock.db") as db:
        life = live(name, db, Path(folder), solve)
        console = Console(width=130)
        look, horizon = render.look(console), life.plan.horizon
        console.rule(f"{name}: week of {MONDAY}")
        blocks = life.plan.blocks
        console.print(render_week.week_picture(life.seen.classified, blocks, horizon, life.where, look, set()))
        console.print(render_plan.plan_diff(life.plan, life.proposal.changes, life.where, look))
        console.print(render_plan.worth_a_thought(life.proposal.ideas))
        console.print(render_plan.broken_rules(life.proposal.broken))
