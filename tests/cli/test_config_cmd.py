"""``timeblock config``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from timeblock.cli.app import App
from timeblock.cli.config_cmd import config
from timeblock.config.judge import judge
from timeblock.errors import FixNeeded

GOOD = """\
identity = "ada"
[accounts.cloud]
type = "caldav"
url = "https://dav.example"
password = "hunter2"
[store]
database = "postgresql://ada:hunter2@db.example/timeblock"
"""


def run(path: Path, *args: str, as_json: bool = False) -> Result:
    return CliRunner().invoke(config, args, obj=App(config_path=str(path), json=as_json))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return written(tmp_path, GOOD)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_a_good_file_is_said_to_be_good(good: Path) -> None:
    result = run(good, "check")
    assert (result.exit_code, result.stdout) == (0, f"{good}: no mistakes.\n")


def test_a_password_for_all_to_read_is_something_to_look_at(good: Path) -> None:
    good.chmod(0o644)
    result = run(good, "check")
    assert result.exit_code == 1
    assert "chmod 600" in result.stderr


def test_mistakes_are_counted_and_end_with_2(tmp_path: Path) -> None:
    path = written(tmp_path, "oh = 1\n")
    result = run(path, "check")
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1] == "2 mistakes."
    assert all(line.startswith(f"{path}:1: ") for line in lines[:-1])


def test_mistakes_are_data_too(tmp_path: Path) -> None:
    path = written(tmp_path, 'identity = "ada"\noh = 1\n')
    result = run(path, "check", as_json=True)
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert (found["path"], found["ok"]) == (str(path), False)
    assert [(m["line"], m["key"]) for m in found["mistakes"]] == [(2, "oh")]


def test_what_is_shown_has_all_defaults_and_no_password(good: Path) -> None:
    result = run(good, "show")
    assert result.exit_code == 0
    assert 'freeze = "2h"' in result.stdout
    assert "hunter2" not in result.stdout
    assert judge(result.stdout)[1] == ()


def test_what_is_shown_as_json_has_no_password_either(good: Path) -> None:
    result = run(good, "show", as_json=True)
    shown = json.loads(result.stdout)["config"]
    assert shown["store"]["database"] == "postgresql://ada:**********@db.example/timeblock"
    assert "hunter2" not in result.stdout


def test_the_path_alone_can_be_had_by_scripts(good: Path) -> None:
    assert run(good, "path").stdout == f"{good}\n"
    assert json.loads(run(good, "path", as_json=True).stdout) == {"version": 1, "path": str(good)}


def test_the_schema_is_json_with_and_without_the_flag(good: Path) -> None:
    assert json.loads(run(good, "schema").stdout)["title"] == "timeblock config"


def test_without_a_file_one_is_told_how_to_begin(tmp_path: Path) -> None:
    result = run(tmp_path / "none.toml", "check")
    assert isinstance(result.exception, FixNeeded)
    assert "timeblock init" in str(result.exception)


@pytest.mark.parametrize(
    "url",
    ["postgresql://ada:hunter2@db.example/x", "postgresql://db.example/x?user=ada&password=hunter2&sslmode=require"],
)
def test_no_form_of_database_address_shows_its_password(tmp_path: Path, url: str) -> None:
    shown = run(written(tmp_path, f'identity = "ada"\n[store]\ndatabase = "{url}"\n'), "show").stdout
    assert "db.example/x" in shown
    assert "hunter2" not in shown
