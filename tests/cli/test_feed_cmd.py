"""Addresses of feeds on the terminal: the same each time, until one wants others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from timeblock.cli.app import App
from timeblock.cli.feed_cmd import feed


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "config.toml"
    path.write_text('identity = "ada"\n[person]\nzone = "Europe/Oslo"\n')
    return path


def feeds(config: Path, *words: str) -> dict[str, str]:
    done = CliRunner().invoke(feed, words, obj=App(config_path=str(config), json=True))
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout)["feeds"])


def test_addresses_stay_until_they_are_rotated(config: Path) -> None:
    first = feeds(config)
    assert first["blocks"].startswith("http://127.0.0.1:8737/feed/")
    assert first["blocks"].endswith("/blocks.ics")
    assert first["freebusy"].endswith("/freebusy.ifb")
    assert feeds(config) == first
    rotated = feeds(config, "rotate", "blocks")
    assert rotated["blocks"] != first["blocks"]
    assert rotated["availability"] == first["availability"]
    assert all(a != b for a, b in zip(feeds(config, "rotate").values(), rotated.values(), strict=True))


def test_off_takes_all_away(config: Path, tmp_path: Path) -> None:
    first = feeds(config)
    CliRunner().invoke(feed, ["off"], obj=App(config_path=str(config)))
    assert not list((tmp_path / "state").rglob("feeds-*"))
    assert feeds(config) != first


def test_one_names_the_machine_as_others_know_it(config: Path) -> None:
    assert feeds(config, "--host", "::1", "--port", "9000")["blocks"].startswith("http://[::1]:9000/feed/")
    said = CliRunner().invoke(feed, ["--host", "desk.lan"], obj=App(config_path=str(config))).output
    assert "http://desk.lan:8737/feed/" in said
    assert "webcal://" in said
