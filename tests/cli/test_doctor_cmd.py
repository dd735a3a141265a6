"""Everything looked at, and how to mend what is not well."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from tests.conftest import Serve
from tests.consent import Consent
from tests.home import PASSWORDS, Home
from tests.servers import Server, free_port, radicale
from timeblock.cli.app import App
from timeblock.cli.doctor_cmd import doctor
from timeblock.secrets import Kept

BLOCKS = '[[calendars]]\nname = "blocks"\naccount = "{account}"\nrole = "blocks"\n'
ALICE = f"Basic {base64.b64encode(b'alice:secret').decode()}"
FOLDER = 'identity = "ada"\n[person]\nzone = "Europe/Oslo"\n[accounts.local]\ntype = "folder"\npath = "calendars"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "calendars/blocks").mkdir(parents=True)
    return Home(tmp_path)


def found(home: Home, *words: str, ahead: int = 0) -> dict[str, dict[str, object]]:
    """What doctor says, by what it looked at; its exit code must fit."""
    app = App(config_path=str(home.config), json=True, moment=int(time.time()) + ahead)  # noqa: TID251 - servers have the real time
    done = CliRunner().invoke(doctor, words, obj=app)
    said = json.loads(done.stdout)["checks"]
    assert done.exit_code == int(any(check["ok"] is False for check in said)), done.output
    return {check["what"]: check for check in said}


def test_all_is_well(home: Home) -> None:
    home.config.write_text(FOLDER + BLOCKS.format(account="local"))
    checks = found(home)
    assert all(check["ok"] for check in checks.values())
    assert checks.keys() == {"config", "zone", "blocks", "files", "database", "account local", "calendar blocks"}
    assert str(checks["database"]["text"]).startswith("sound, version 0")
    assert "2026" in str(checks["zone"]["text"]) or "2025" in str(checks["zone"]["text"])


def test_writing_is_tried_on_request_and_nothing_stays(home: Home) -> None:
    home.config.write_text(FOLDER + BLOCKS.format(account="local"))
    checks = found(home, "--write")
    assert checks["writing blocks"]["text"] == "an event was written, read back, changed and deleted"
    assert list((home.folder / "calendars/blocks").iterdir()) == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        asked = Request(running.url + "alice/blocks/", method="MKCALENDAR", headers={"Authorization": ALICE})
        urlopen(asked, timeout=10).close()
        yield running


def test_writing_is_tried_on_a_real_server(home: Home, server: Server) -> None:
    account = PASSWORDS.format(url=server.url) + 'password = "secret"\n'
    home.config.write_text('identity = "ada"\n[person]\nzone = "UTC"\n' + account + BLOCKS.format(account="cloud"))
    assert found(home, "--write")["writing blocks"]["ok"]


def test_a_calendar_one_may_not_write_to_is_told(home: Home) -> None:
    home.config.write_text(FOLDER + BLOCKS.format(account="local"))
    found(home)
    folder = home.folder / "calendars/blocks"
    folder.rename(home.folder / "away")
    assert found(home, "--write")["calendar blocks"]["ok"] is False


def test_a_clock_that_is_wrong_is_told(home: Home, server: Server) -> None:
    account = PASSWORDS.format(url=server.url) + 'password = "secret"\n'
    home.config.write_text('identity = "ada"\n[person]\nzone = "UTC"\n' + account + BLOCKS.format(account="cloud"))
    assert "clock cloud" not in found(home, ahead=240)
    assert found(home, ahead=3600)["clock cloud"]["text"] == "this machine's clock is 60 minutes ahead of the server's"
    assert "behind" in str(found(home, ahead=-3600)["clock cloud"]["text"])


def test_a_server_that_is_away_and_a_missing_password_are_told_and_the_rest_goes_on(home: Home, server: Server) -> None:
    dead = PASSWORDS.format(url=f"http://127.0.0.1:{free_port()}/").replace("cloud", "dead") + 'password = "x"\n'
    home.config.write_text(FOLDER + dead + PASSWORDS.format(url=server.url) + BLOCKS.format(account="local"))
    checks = found(home)
    assert "cannot be reached" in str(checks["account dead"]["text"])
    assert "try again later" in str(checks["account dead"]["remedy"])
    assert "Run: timeblock auth cloud" in str(checks["account cloud"]["text"])
    assert checks["calendar blocks"]["ok"]


def test_a_file_that_is_open_to_others_is_told(home: Home) -> None:
    home.config.write_text(FOLDER + BLOCKS.format(account="local"))
    Kept("local").write("x")
    (home.state / "secrets.key").chmod(0o644)
    assert found(home)["files"]["remedy"] == f"chmod 600 {home.state}/secrets.key"


def test_a_sign_in_to_google_that_is_missing_or_partial_or_ends_soon_is_told(
    home: Home, consent: Consent, serve: Serve
) -> None:
    home.google(serve(lambda asked: consent.answer(asked)).url)
    assert "Run: timeblock auth work" in str(found(home)["account work"]["text"])
    consent.lasts, consent.grants = 3600, ()
    home.run("auth", "work")
    checks = found(home)
    assert "the project is in Testing" in str(checks["sign-in work"]["text"])


@pytest.fixture
def consent() -> Consent:
    return Consent()


def test_a_config_with_mistakes_is_told(home: Home) -> None:
    home.config.write_text("oh = 1")
    assert "there is no key" in str(found(home)["config"]["text"])


def test_a_damaged_database_is_told(home: Home) -> None:
    home.config.write_text(FOLDER + BLOCKS.format(account="local"))
    home.state.mkdir(parents=True)
    (home.state / "timeblock.db").write_bytes(b"not a database at all, but long enough" * 100)
    assert "Move it aside" in str(found(home)["database"]["text"])


def test_a_notification_is_shown_on_request(home: Home) -> None:
    config = FOLDER + BLOCKS.format(account="local")
    home.config.write_text(config)
    assert found(home, "--notify")["notifications"]["text"] == "nothing is told"
    seen = home.config.parent / "seen"
    home.config.write_text(f'{config}[notify]\nto = ["sh", "-c", "echo $1 > {seen}", "sh", "{{text}}"]\n')
    assert found(home)["notifications"]["ok"]
    assert not seen.exists()
    assert found(home, "--notify")["notifications"]["text"] == "shown by sh"
    assert "the daemon tells you" in seen.read_text()


def test_notifications_without_a_desktop_are_told_of(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    home.config.write_text(FOLDER + BLOCKS.format(account="local") + '[notify]\nto = "desktop"\n')
    assert "no desktop session" in str(found(home)["notifications"]["text"])
