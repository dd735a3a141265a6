"""How the program ends, seen from the shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def ends(code: str) -> subprocess.CompletedProcess[str]:
    text = f"from timeblock import cli\n{code}\nfrom timeblock.__main__ import main\nmain()"
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)


def test_a_bug_ends_with_3_and_says_that_it_is_one() -> None:
    done = ends("cli.root = lambda **options: 1 / 0")
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stderr
    assert "This is a bug in timeblock" in done.stderr


def test_a_bug_tells_where_it_is_and_nothing_of_what_it_worked_on() -> None:
    done = ends(
        "def root(**options):\n"
        "    try: raise ValueError('Invalid header value: Bearer hunter2')\n"
        "    except ValueError as error: raise KeyError('Dinner with hunter2') from error\n"
        "cli.root = root"
    )
    assert done.returncode == 3
    assert "hunter2" not in done.stdout + done.stderr
    assert done.stderr.index("KeyError") < done.stderr.index("ValueError")
    assert "line 3, in root" in done.stderr


def test_a_missing_config_ends_with_2_and_says_what_to_do(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environ.pop("TIMEBLOCK_CONFIG", None)
    command = [sys.executable, "-m", "timeblock", "plan"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "timeblock init" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_reading_is_no_fault(tmp_path: Path) -> None:
    command = f"{sys.executable} -m timeblock --help | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_command_names_the_nearest() -> None:
    done = subprocess.run([sys.executable, "-m", "timeblock", "pln"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Did you mean 'plan'?" in done.stderr


def test_a_program_that_asks_for_json_is_told_of_an_error_in_json(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "timeblock", "--config", str(tmp_path / "none.toml"), "status", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told == {"version": 1, "error": done.stderr.rstrip("\n"), "exit_code": 2}
