"""The secrets of feeds: made once, kept for the person alone, renewed one by one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from timeblock import feed_keys
from timeblock.errors import FixNeeded


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return feed_keys.path_of(tmp_path / "state", "ada")


def test_there_are_none_until_they_are_made(path: Path) -> None:
    assert feed_keys.read(path) == {}
    made = feed_keys.renew(path)
    assert set(made) == set(feed_keys.FEEDS)
    assert len(set(made.values())) == 3
    assert all(len(secret) == 43 for secret in made.values())  # 256 bits
    assert feed_keys.read(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_is_renewed_and_the_others_stay(path: Path) -> None:
    before = feed_keys.renew(path)
    after = feed_keys.renew(path, ["blocks"])
    assert after["blocks"] != before["blocks"]
    assert after["freebusy"] == before["freebusy"]


def test_a_secret_opens_its_own_feed_and_nothing_opens_one_without(path: Path) -> None:
    keys = feed_keys.renew(path)
    assert feed_keys.opens(keys, "blocks", keys["blocks"])
    assert not feed_keys.opens(keys, "blocks", keys["availability"])
    assert not feed_keys.opens(keys, "blocks", keys["blocks"][:-1])
    assert not feed_keys.opens({}, "blocks", "")
    assert not feed_keys.opens(keys, "blocks", "é")


@pytest.mark.parametrize("text", ["no json", "[]", '{"blocks"'])
def test_a_file_that_broke_is_told_of_and_rotating_mends_it(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    if text != "[]":
        with pytest.raises(FixNeeded, match="timeblock feed rotate"):
            feed_keys.read(path)
    feed_keys.renew(path)
    assert set(feed_keys.read(path)) == set(feed_keys.FEEDS)
