"""What pages tell to type works when it is typed, and the snippets of config that they show are good ones."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, radicale
from timeblock.config.judge import judge, shown
from timeblock.demo.person import build

DOCS = Path(__file__).parent.parent / "docs"
NOW = 1_795_422_000  # Mon 23 Nov 2026
BASE = """
identity = "ada"
[person]
zone = "Europe/Oslo"
[accounts.home]
type = "folder"
path = "/calendars"
"""


def typed(page: str) -> Iterator[str]:
    """The commands of a page, one a line; lines that end in a backslash go on."""
    text = (DOCS / page).read_text().replace("\\\n", " ")
    yield from re.findall(r"^    ((?:timeblock|curl) .*)$", text, re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new person's, with an export of a calendar among the downloads and ``timeblock`` on the path."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/timeblock"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m timeblock "$@"\n')
    command.chmod(0o755)
    build(tmp_path / "maya", NOW)
    shutil.copytree(tmp_path / "maya/calendars/work", tmp_path / "Downloads/old-calendars")
    events = [p.read_text() for p in sorted((tmp_path / "maya/calendars/work").glob("*.ics"))]
    inner = "".join(re.search(r"BEGIN:VEVENT.*END:VEVENT\r?\n", text, re.DOTALL)[0] for text in events)  # type: ignore[index]
    export = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Export//EN\r\n{inner}END:VCALENDAR\r\n"
    (tmp_path / "Downloads/calendar.ics").write_bytes(export.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return tmp_path


def run(home: Path, line: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key in ("PYTHONPATH", "LANG")}
    env |= {"HOME": str(home), "PATH": f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    env |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    shell = ["bash", "-c", line]
    return subprocess.run(
        shell, input=answers, capture_output=True, text=True, timeout=90, cwd=home, env=env, check=False
    )


@pytest.mark.parametrize("page", ["tutorial.md", "ics.md"])
def test_a_page_works_from_top_to_bottom(home: Path, page: str) -> None:
    lines = list(typed(page))
    assert lines[0].startswith("timeblock init")
    for line in lines:
        done = run(home, line)
        told_to_answer = "journal" in line or "goals add" in line  # without a terminal these say how to go on
        assert done.returncode in ((0, 1, 2) if told_to_answer else (0, 1)), f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
    assert (home / "blocks.ics").read_text().count("BEGIN:VEVENT") > 10
    assert stat.S_IMODE((home / ".config/timeblock/config.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize("page", ["rest.md", "goals.md", "review.md"])
def test_what_other_pages_tell_to_type_works_for_the_made_up_person(home: Path, page: str) -> None:
    run(home, "timeblock demo ~/.config/timeblock")
    shutil.copy(home / ".config/timeblock/config.toml", home / "other.toml")
    lines = [line for line in typed(page) if "--open" not in line and "--edit" not in line]  # these open programs
    assert len(lines) > 2
    for line in lines:
        done = run(home, line)
        told_to_answer = "journal " in line or "goals add" in line  # without a terminal these say how to go on
        assert done.returncode in ((0, 1, 2) if told_to_answer else (0, 1)), f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with radicale(tmp_path / "radicale") as running:
        yield running


HERE = {"me:any": "alice:secret", "/me/": "/alice/", "username me": "username alice", "echo any": "echo secret"}
"""What the page's person types, and ours in its place."""


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_a_server_of_ones_own_as_the_page_has_it(home: Path, server: Server) -> None:
    lines = list(typed("caldav.md"))
    lines = lines[next(n for n, line in enumerate(lines) if line.startswith("curl")) :]
    told = []
    for line in lines:
        for theirs, ours in (HERE | {"127.0.0.1:5232": f"127.0.0.1:{server.port}"}).items():
            line = line.replace(theirs, ours)
        told.append(run(home, line))
        assert told[-1].returncode in (0, 1), f"{line}\n{told[-1].stdout}{told[-1].stderr}"
    plan, apply, again, _ = told[-4:]
    assert "new" in plan.stdout
    assert "written" in apply.stdout
    assert "nothing" in again.stdout.lower()


def snippets() -> Iterator[tuple[str, str]]:
    """Each piece of TOML in the pages, fenced or set in."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text()
        yield from ((page.name, found) for found in re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
        for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", text, re.MULTILINE):
            lines = [line[4:] for line in block.splitlines()]
            if re.match(r"\[{1,2}[a-z_.]+\]", lines[0]):
                yield page.name, "\n".join(lines) + "\n"


SNIPPETS = list(snippets())


def test_snippets_are_found() -> None:
    assert {page for page, _ in SNIPPETS} >= {"evidence.md", "google.md", "notifications.md"}


@pytest.mark.parametrize(("page", "snippet"), SNIPPETS, ids=[f"{page}-{n}" for n, (page, _) in enumerate(SNIPPETS)])
def test_a_snippet_of_config_is_a_good_one(page: str, snippet: str) -> None:
    base = BASE
    if 'account = "work"' in snippet and "[accounts.work]" not in snippet:
        base += '[accounts.work]\ntype = "google"\nclient = "client_secret.json"\n'
    _, mistakes = judge(base + snippet)
    assert not mistakes, [shown(m, page) for m in mistakes]
