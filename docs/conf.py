"""Sphinx: the site. The reference pages are made from the code, so that they cannot differ from it."""

import json
from importlib.metadata import version as installed
from pathlib import Path

from click import Context
from sphinx.application import Sphinx

project = "timeblock"
author = "the timeblock developers"
version = release = installed("timeblock")
extensions = ["myst_parser", "sphinx_click"]
myst_enable_extensions = ["colon_fence", "deflist"]
html_theme = "furo"
html_title = "timeblock"
exclude_patterns = ["_build"]
html_extra_path = ["schemas"]
nitpicky = True
man_pages = [("commands", "timeblock", "protects your time", [], 1)]
today = release  # a man page that changes only with the program


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


DOCUMENTS = """\
With `--json` a command prints one JSON document on standard output and nothing else; what it has to say to people
goes to standard error, and exit codes are the same. Where it fails, the document holds `error`, in words, and
`exit_code`. `version` rises when a field goes or changes its meaning; that a
field is added is no new version, so pass over what you do not know. Moments are ISO 8601 on your clock, with offset;
weeks are ISO weeks; minutes are minutes.

`timeblock config schema "goals list"` prints the JSON Schema of a document; here they all are. Each has a test that
runs the command and holds what it prints against its schema.

"""


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the program before anything is read."""
    app.connect("sphinx-click-process-arguments", without_nameless)
    measures_page()
    documents_page()


def without_nameless(app: Sphinx, context: Context, lines: list[str]) -> None:
    """``auth NAME``, whose name is its argument, is told as it is typed."""
    if any(not argument.make_metavar(context) for argument in context.command.params):
        lines.clear()


def documents_page() -> None:
    """``json.md``, and the JSON Schemas beside it."""
    from timeblock.cli.documents import DOCUMENTS as NAMES
    from timeblock.cli.documents import schema

    here = Path(__file__).parent
    (here / "schemas/json").mkdir(parents=True, exist_ok=True)
    page = f"# What --json prints\n\n{DOCUMENTS}| document | holds | schema |\n|---|---|---|\n"
    for name in NAMES:
        found = schema(name)
        file = name.replace(" ", "-").replace("--", "-") + ".schema.json"
        (here / "schemas/json" / file).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        fields = ", ".join(f"`{field}`" for field in found["properties"] if field != "version")
        page += f'| `{name}` | {found.get("description", "")} {fields} | <a href="{file}">{file}</a> |\n'
    (here / "json.md").write_text(page, encoding="utf-8")


def measures_page() -> None:
    """``measures.md``, from the registry of measures."""
    from timeblock.core.definitions import DEFINITIONS

    rows = [f"| `{d.id}` | {d.unit} | {d.version} | {d.text} |" for d in DEFINITIONS.values()]
    page = f"# Measures\n\n{INTRODUCTION}\n\n"
    page += "| id | unit | version | definition |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    Path(__file__).with_name("measures.md").write_text(page, encoding="utf-8")
