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


def setup(app: object) -> None:
    """Write ``measures.md`` from the registry of measures before anything is read."""
    from timeblock.core.definitions import DEFINITIONS

    rows = [f"| `{d.id}` | {d.unit} | {d.version} | {d.text} |" for d in DEFINITIONS.values()]
    page = "# Measures\n\nMade from the program's own registry. A change of definition is a new version.\n\n"
    page += "| id | unit | version | definition |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    Path(__file__).with_name("measures.md").write_text(page, encoding="utf-8")
