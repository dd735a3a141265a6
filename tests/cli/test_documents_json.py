"""What ``--json`` prints has the form that ``config schema`` tells, whole: no field more, none less."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, ValidationError

from tests.cli.test_commands import NOW, invoke
from timeblock.cli.app import App
from timeblock.cli.config_cmd import config
from timeblock.cli.documents import DOCUMENTS, schema
from timeblock.cli.today_cmd import today
from timeblock.errors import FixNeeded

SHOWS = [
    "calendars",
    "check",
    "check --profile eu --week 2026-W46",
    "classify",
    "classify --explain stand-up",
    "config check",
    "config path",
    "config show",
    "data show",
    "doctor",
    "feed",
    "goals add '50 % fewer after-hours emails in 3 months' --dry-run",
    "goals backtest --weeks 1",
    "goals check",
    "goals levers dinner --weeks 1",
    "goals list",
    "goals show half",
    "journal list",
    "journal search tea",
    "log",
    "log 1",
    "measure",
    "plan",
    "review",
    "review quarterly",
    "status",
    "sync",
]
CHANGES = ["pin shutdown/2026-11-27/1", "skip shutdown/2026-11-26/1", "undo", "apply", "rest-week next"]


@pytest.fixture(scope="module")
def own(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose person has written into the journal."""
    made = Path(shutil.copytree(folder, tmp_path_factory.mktemp("own") / "maya"))
    file = made / "config.toml"
    file.write_text(file.read_text() + '\n[journal]\nfolder = "journal"\n')
    invoke(made, "journal", typed="Tea with Ann\n\n\n\n\ny\n3\n2\n3\n4\n4\n")
    return made


def holds(name: str, text: str) -> None:
    """Raises ``ValidationError`` where the one document is none of ``name``."""
    Draft202012Validator(schema(name)).validate(json.loads(text))


def document(words: str) -> str:
    """The longest name that ``words`` begin with; ``log 1`` is of another form than ``log``."""
    if words == "log 1":
        return "log RUN"
    return max((name for name in DOCUMENTS if words.startswith(name)), key=len)


@pytest.mark.parametrize("words", SHOWS)
def test_a_document_has_the_form_of_its_schema(own: Path, words: str) -> None:
    done = invoke(own, *shlex.split(words), "--json")
    assert done.exit_code in (0, 1), done.output
    holds(document(words), done.stdout)


def test_so_have_those_of_commands_that_write(own: Path, tmp_path: Path) -> None:
    made = Path(shutil.copytree(own, tmp_path / "maya"))
    for words in CHANGES:
        holds(document(words), invoke(made, *shlex.split(words), "--json").stdout)
    invoke(made, "plan", "-o", str(tmp_path / "plan.json"))
    holds("plan -o", (tmp_path / "plan.json").read_text())
    holds("doctor --ics", invoke(made, "doctor", "--ics", str(made), "--json").stdout)
    holds("demo", invoke(tmp_path / "new", "demo", str(tmp_path / "new"), "--json").stdout)
    flags = ("--non-interactive", "--output", str(tmp_path / "new.toml"), "--feed", str(made / "blocks.ics"))
    holds("init", invoke(made, "init", *flags, "--json").stdout)


def test_so_has_today(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today(App(config_path=str(own / "config.toml"), json=True, moment=NOW))
    holds("timeblock", capsys.readouterr().out)


def test_a_field_too_many_is_seen() -> None:
    with pytest.raises(ValidationError, match="'more' was unexpected"):
        holds("config path", '{"version": 1, "path": "/x", "more": 1}')


def test_every_document_is_a_schema_that_is_one_and_is_tried_here() -> None:
    for name in DOCUMENTS:
        Draft202012Validator.check_schema(schema(name))
    tried = {document(words) for words in (*SHOWS, *CHANGES)} | {"plan -o", "demo", "doctor --ics", "init", "timeblock"}
    assert set(DOCUMENTS) - tried == {"auth"}  # tests/cli/test_auth_cmd.py


def test_the_command_prints_it_or_names_those_there_are() -> None:
    done = CliRunner().invoke(config, ["schema", "goals list"], obj=App())
    assert json.loads(done.stdout) == schema("goals list")
    wrong = CliRunner().invoke(config, ["schema", "goal list"], obj=App()).exception
    assert isinstance(wrong, FixNeeded)
    assert "goals list" in str(wrong)
