"""Settings that are kept are those of the file as it is, hold no secret, and are never relied on blindly."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from timeblock.config import kept, load
from timeblock.config.plain import TAGS, made, plain
from timeblock.config.settings import Fetch, Secret, Settings
from timeblock.core.interval import Interval
from timeblock.core.rest_rules import PROFILES
from timeblock.errors import FixNeeded

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
HIDDEN = ("hunter2", "vault", "s3cr3t")
SECRETS = """
[person]
zone = "Europe/Oslo"
[accounts]
typed = { type = "caldav", url = "https://d.example", username = "ada", password = "hunter2" }
fetched = { type = "caldav", url = "https://d.example", username = "ada", password.fetch = ["command", "vault", "get"] }
club = { type = "feed", url = "webcal://club.example/s3cr3t.ics" }
work = { type = "google", client_id = "x", client_secret = "hunter2" }
[[evidence]]
name = "sent"
type = "imap"
host = "mail.example"
username = "ada"
password = "hunter2"
[store]
database = "postgresql://ada:s3cr3t@db.example/timeblock"
"""


class Here:
    """A config in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.path, self.environ = home / "config.toml", {"HOME": str(home)}

    @property
    def place(self) -> Path:
        return kept.place_of(self.path, self.environ)

    def says(self, text: str) -> None:
        self.path.write_text(f'identity = "ada"\n{text}', "utf-8")
        self.path.chmod(0o600)

    def loads_as_judged(self) -> None:
        """Twice: as it is judged, and as it is kept."""
        judged = load.load(self.path, self.environ)
        assert kept.load(self.path, self.environ) == judged
        assert kept.load(self.path, self.environ) == judged


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


OSLO = '[person]\nzone = "Europe/Oslo"\n'


def test_a_config_with_everything_in_it_is_kept_whole(here: Here) -> None:
    here.path.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    here.loads_as_judged()
    assert here.place.stat().st_mode & 0o777 == 0o600


def test_no_secret_is_kept_and_each_is_there(here: Here) -> None:
    here.says(SECRETS)
    here.loads_as_judged()
    assert not any(secret in here.place.read_text() for secret in HIDDEN)
    found = kept.load(here.path, here.environ)
    assert [dict(a.options).get("password") for a in found.accounts[:2]] == [Secret("hunter2"), Fetch(("vault", "get"))]
    assert "s3cr3t" in found.database


def test_a_config_with_secrets_is_closed_to_others_each_time(here: Here) -> None:
    here.says(SECRETS)
    for _ in range(2):
        here.path.chmod(0o644)
        kept.load(here.path, here.environ)
        assert here.path.stat().st_mode & 0o777 == 0o600


def test_another_text_home_or_place_is_another_config(here: Here, tmp_path: Path) -> None:
    here.says(OSLO)
    here.loads_as_judged()
    here.says(OSLO + 'name = "Ada"\n')
    here.loads_as_judged()
    here.environ["XDG_STATE_HOME"] = str(tmp_path / "elsewhere")
    assert str(tmp_path / "elsewhere") in kept.load(here.path, here.environ).database
    (tmp_path / "other").mkdir()
    here.path = here.path.rename(tmp_path / "other/config.toml")
    assert kept.load(here.path, here.environ).path == here.path


def test_mistakes_are_told_though_an_earlier_text_was_kept(here: Here) -> None:
    here.says(OSLO)
    here.loads_as_judged()
    here.says(OSLO + "nmae = 1\n")
    with pytest.raises(FixNeeded, match=r"config.toml:4: person.nmae"):
        kept.load(here.path, here.environ)


def wrong_key(place: Path) -> None:
    place.write_text(json.dumps({**json.loads(place.read_text()), "key": "old"}))


def other_shape(place: Path) -> None:
    place.write_text(json.dumps({**json.loads(place.read_text()), "settings": ["Settings", 1]}))


def open_to_others(place: Path) -> None:
    poisoned(place)
    place.chmod(0o644)


def a_link(place: Path) -> None:
    poisoned(place)
    place.rename(place.with_name("theirs")).chmod(0o600)
    place.symlink_to("theirs")


def poisoned(place: Path) -> None:
    """It would be believed."""
    place.write_text(place.read_text().replace('"ada"', '"eve"'))


@pytest.mark.parametrize(
    "harm",
    [
        lambda place: place.write_text("{"),
        lambda place: place.write_text("[]"),
        lambda place: place.write_bytes(b"\xff"),
        wrong_key,
        other_shape,
        open_to_others,
        a_link,
    ],
)
def test_what_is_broken_or_could_be_of_others_is_made_anew(here: Here, harm: Callable[[Path], object]) -> None:
    here.says(OSLO)
    here.loads_as_judged()
    good = here.place.read_text()
    harm(here.place)
    here.loads_as_judged()
    assert here.place.read_text() == good
    assert not here.place.is_symlink()


def test_what_is_kept_is_what_is_believed(here: Here) -> None:
    """Else the test above would hold of a program that keeps nothing."""
    here.says(OSLO)
    here.loads_as_judged()
    poisoned(here.place)
    assert kept.load(here.path, here.environ).identity == "eve"


def test_where_nothing_can_be_kept_it_is_judged_each_time(here: Here, tmp_path: Path) -> None:
    here.says(OSLO)
    (tmp_path / ".local").touch()
    here.loads_as_judged()


def test_without_a_zone_it_is_that_of_the_machine_today(here: Here) -> None:
    here.says("")
    here.loads_as_judged()
    assert not here.place.exists()


def test_a_config_that_did_not_change_needs_no_pydantic(here: Here) -> None:
    here.says(SECRETS)
    code = (
        "import sys; from pathlib import Path; from timeblock.config.kept import load;"
        f"load(Path({str(here.path)!r}), {here.environ!r}); print('pydantic' in sys.modules)"
    )
    told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert [done.stdout for done in told] == ["True\n", "False\n"]


def test_only_what_belongs_to_settings_has_a_plain_form() -> None:
    with pytest.raises(TypeError, match="Interval"):
        plain((Interval(0, 1),))
    with pytest.raises(TypeError, match="Secret"):
        plain(Secret("hunter2"))
    with pytest.raises(LookupError):
        made(["system", "true"])
    said = (replace(PROFILES["eu"][0], limit=0.5), None, 1.5, True, frozenset({"a"}))
    assert made(json.loads(json.dumps(plain(said)))) == said


def test_each_class_that_settings_are_made_of_has_a_plain_form() -> None:
    assert set(classes(Settings)) - {Settings} <= TAGS.keys()


def classes(kind: object) -> Iterator[type]:
    """Dataclasses and enumerations, and those in their fields."""
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
        yield kind
        for field in get_type_hints(kind).values() if is_dataclass(kind) else ():
            yield from classes(field)
    for part in get_args(kind):
        yield from classes(part)
