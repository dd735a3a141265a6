"""Sphinx: the site. The reference pages are made from the code, so that they cannot differ from it."""

from importlib.metadata import version as installed
from pathlib import Path

project = "timeblock"
author = "the timeblock developers"
version = release = installed("timeblock")
extensions = ["myst_parser", "sphinx_click"]
myst_enable_extensions = ["colon_fence", "deflist"]
html_theme = "furo"
html_title = "timeblock"
exclude_patterns = ["_build"]
nitpicky = True


INTRODUCTION = """\
`timeblock measure` shows them for a week or a span of days; `--explain MEASURE` lists the events behind one figure.

- **Unknown is not zero.** Where evidence lacks, a measure is unknown and says what is missing.
- **At least.** A calendar shows meetings, not all work: such a figure is a lower bound.
- **Two bases.** Worked time is counted by `schedule` (working hours, and what shows beside them) or by `events` (only
  what is booked); `person.basis` chooses, `--basis` for once.
- All sums are over the union of times: overlap counts once. Days and weeks are those of the zone you are in on that
  date; a day of 23 or 25 hours is measured as it was.
- A change of definition is a new version, and kept figures say which they are of.

The table is made from the program itself."""


def setup(app: object) -> None:
    """Write ``measures.md`` from the registry of measures before anything is read."""
    from timeblock.core.definitions import DEFINITIONS

    rows = [f"| `{d.id}` | {d.unit} | {d.version} | {d.text} |" for d in DEFINITIONS.values()]
    page = f"# Measures\n\n{INTRODUCTION}\n\n"
    page += "| id | unit | version | definition |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    Path(__file__).with_name("measures.md").write_text(page, encoding="utf-8")
