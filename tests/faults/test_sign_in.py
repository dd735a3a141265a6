"""Faults 12 to 15 and 49: sign-ins that end, break or were given only in part, and files that others may read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.google.test_end_to_end import Person as Googler
from tests.person import Person
from tests.web import Say
from timeblock.calendars.google_auth import LIST, READ
from timeblock.errors import TimeblockError
from timeblock.secrets import Kept

LOCAL = '[accounts.local]\ntype = "folder"\npath = "vdir"\n[[calendars]]\nname = "home"\naccount = "local"\n'


@pytest.fixture
def kept(googler: Googler) -> Path:
    """Where the sign-in lies."""
    return googler.home / "state/timeblock/secrets"


def waiting(googler: Googler) -> int:
    return len(json.loads(googler.run("status", "--json"))["waiting"])


def test_12_401_mid_run_and_the_renewal_works(googler: Googler) -> None:
    googler.google.order("refuse", "POST", "/events", status=401, reason="authError")
    googler.run("apply")
    assert [form["grant_type"] for form in googler.google.rights.consent.forms] == [
        "authorization_code",
        "refresh_token",
    ]
    assert googler.google.writes == len(googler.blocks()) + 1
    assert set(googler.asked_for("apply")) == {"events.list"}


def test_13_refresh_token_revoked_or_expired(googler: Googler, kept: Path) -> None:
    (googler.home / "vdir/home").mkdir(parents=True)
    googler.config(LOCAL)
    googler.google.order("refuse", "POST", "/events", status=503, times=1000)
    googler.run("apply")
    wishes, before = waiting(googler), kept.read_bytes()
    assert wishes > 10
    googler.google.orders.clear()
    googler.google.rights.consent.alive.clear()
    told = googler.run("sync", "--json", code=4)
    assert "home" in json.loads(told)["calendars"]  # the other account is served
    googler.run("apply", code=4)
    assert (waiting(googler), kept.read_bytes(), googler.blocks()) == (wishes, before, {})
    googler.sign_in()
    googler.run("apply")
    assert len(googler.blocks()) == wishes


@pytest.mark.parametrize("broken", [Say(500), Say(503, "<html>"), Say(200, "<html>"), Say(drop=True)])
def test_14_token_endpoint_cannot_answer(googler: Googler, kept: Path, broken: Say) -> None:
    before = kept.read_bytes()
    googler.google.rights.expire()
    googler.google.rights.consent.broken = broken
    googler.run("sync", code=5)
    assert kept.read_bytes() == before
    googler.google.rights.consent.broken = None
    googler.run("sync")


def test_15_scope_partly_granted(googler: Googler) -> None:
    googler.google.rights.consent.grants = (LIST, READ)
    googler.sign_in()
    googler.run("sync")
    googler.run("apply")
    assert (googler.google.writes, googler.blocks()) == (0, {})
    told = json.loads(googler.run("doctor", "--json", code=1))
    assert any("not granted: write events on calendars you own" in check["text"] for check in told["checks"])


def test_49_sign_in_readable_by_all(googler: Googler, kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept.chmod(0o644)
    googler.run("sync")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert f"{kept} was open to others" in caplog.text


def test_49_sign_in_a_link(googler: Googler, kept: Path) -> None:
    kept.rename(googler.home / "elsewhere")
    kept.symlink_to(googler.home / "elsewhere")
    googler.run("sync", code=2)
    with pytest.raises(TimeblockError, match="symbolic link"):
        Kept("google").read()


def test_49_config_or_store_readable_by_all_or_a_link(person: Person, tmp_path: Path) -> None:
    person.run("sync")
    person.config.chmod(0o666)
    person.database.chmod(0o666)
    person.run("sync")
    assert (person.config.stat().st_mode & 0o777, person.database.stat().st_mode & 0o777) == (0o600, 0o600)
    real = person.config.rename(tmp_path / "elsewhere.toml")
    person.config.symlink_to(real)
    real.chmod(0o644)
    ended = person.ended("sync")
    assert ended.returncode == 2 or real.stat().st_mode & 0o077 == 0, ended.stderr
