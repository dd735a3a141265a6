"""What a program costs: CPU seconds and peak memory of a process of its own, and peers to run beside ours."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).with_name("peers")
ENVIRONMENTS = Path(__file__).with_name(".venv")


@dataclass(frozen=True)
class Cost:
    """``cpu`` in seconds, user and system, of the process and those it waited for; ``megabytes`` at its peak."""

    cpu: float
    megabytes: float
    said: str = ""


def run(*command: str | Path, more: Mapping[str, str] | None = None) -> Cost:
    """One run, whole: interpreter and imports count. Raises ``RuntimeError`` with what it said where it fails."""
    words = [str(word) for word in command]
    with TemporaryFile() as out:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
        child = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode(errors="replace")
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}: {said[-800:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def medians(*commands: Sequence[str | Path], times: int, more: Mapping[str, str] | None = None) -> list[Cost]:
    """The median cost of each, run by turns, so that what else the machine does meets all alike."""
    runs = [[run(*command, more=more) for command in commands] for _ in range(times)]
    return [
        Cost(median(c.cpu for c in each), median(c.megabytes for c in each), each[-1].said)
        for each in zip(*runs, strict=True)
    ]


def peer(package: str) -> Path | None:
    """The ``bin`` folder of an environment that has ``package``, made once; None where it cannot be had here."""
    folder = ENVIRONMENTS / package
    mark = folder / "installed"
    if not mark.exists():
        venv.create(folder, with_pip=True)
        install: list[str | Path] = [folder / "bin/pip", "install", "-q", "--disable-pip-version-check", package]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"  without {package}, which could not be installed: {done.stderr.strip()[-200:]}", file=sys.stderr)
            return None
        mark.touch()
    return folder / "bin"


def version_of(package: str) -> str:
    """Of a peer that :func:`peer` installed."""
    python = ENVIRONMENTS / package / "bin/python"
    script = f"from importlib.metadata import version; print(version({package!r}))"
    return run(python, "-c", script).said.strip()
