"""Every test of the store runs on SQLite and on PostgreSQL, where that is installed."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from timeblock.store.database import Database, open_database

OWNERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL of our own, which listens on a socket in its folder and is gone after the tests."""
    pg_ctl = _find("pg_ctl")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="timeblock-pg-", dir="/tmp"))
    try:
        if user:
            shutil.chown(folder, user)
        _run(user, pg_ctl, "init", "-D", folder / "data", "-o", "-U timeblock -A trust -N -E UTF8 --locale=C")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=20"
        _run(user, pg_ctl, "start", "-w", "-D", folder / "data", "-l", folder / "log", "-o", options)
        try:
            yield f"postgresql://timeblock@/postgres?host={folder}"
        finally:
            _run(user, pg_ctl, "stop", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a test may keep its data. PostgreSQL is shared: there a test has but an owner of its own."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'timeblock.db'}"
    found: str = request.getfixturevalue("postgresql")
    return found


@pytest.fixture
def owner() -> str:
    return f"owner {next(OWNERS)}"


@pytest.fixture
def db(url: str, owner: str) -> Iterator[Database]:
    with open_database(url, owner) as opened:
        yield opened


def _find(program: str) -> Path:
    """The newest one installed; Debian keeps it off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda p: int(p.parts[4]))
    found = shutil.which(program) or (installed[-1] if installed else None)
    if found is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    return Path(found)


def _user() -> str | None:
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/tmp",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
