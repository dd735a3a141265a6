"""README and guide hold what the program does: no command is missing, none is invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from timeblock.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_readme_names_each_command(name: str) -> None:
    assert re.search(rf"`(timeblock )?[a-z, `]*\b{name}\b", (ROOT / "README.md").read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_pages_tell_to_run_exist(page: Path) -> None:
    told = re.findall(r"(?:^    |`)timeblock (?:--\w+ \S+ )?([a-z-]+)", page.read_text(), re.MULTILINE)
    assert set(told) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_make_targets_that_pages_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = {t for page in PAGES for t in re.findall(r"(?:`|^    )make ([a-z-]+)", page.read_text(), re.MULTILINE)}
    assert named >= {"demo", "test"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_readme_tells_of_each_kind_of_account() -> None:
    from typing import get_args, get_type_hints

    from timeblock.config.settings import Account

    for kind in set(get_args(get_type_hints(Account)["type"])) - {"memory"}:
        assert f"| `{kind}` |" in (ROOT / "README.md").read_text()
