"""``timeblock init``: with flags, with questions, and what it never does."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import sys
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.consent import CLIENT_ID, CLIENT_SECRET
from tests.google.server import LocalGoogle, local_google
from tests.home import BROWSER
from tests.servers import Server, free_port, radicale
from timeblock.cli.app import App
from timeblock.cli.init_cmd import init
from timeblock.config import load as config_load
from timeblock.config.load import load
from timeblock.config.settings import Fetch, Settings
from timeblock.core.localtime import Window
from timeblock.errors import AuthNeeded, FixNeeded
from timeblock.secrets import password

NOW = 1_795_417_200  # Monday, 2026-11-23
FEED = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nX-WR-CALNAME:Ada\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person who has no timeblock yet."""
    for name in list(os.environ):
        if name.startswith("XDG_") or name == "TIMEBLOCK_CONFIG":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def vdir(tmp_path: Path) -> Path:
    """Two calendars in a folder."""
    for name in ("home", "Work things"):
        (tmp_path / "vdir" / name).mkdir(parents=True)
    return tmp_path / "vdir"


def run(*args: object, app: App | None = None, answers: str | None = None) -> Result:
    quiet = [] if answers is not None else ["--non-interactive"]
    return CliRunner().invoke(init, [*quiet, *map(str, args)], input=answers, obj=app or App(moment=NOW))


def made(result: Result, path: Path) -> Settings:
    assert result.exit_code == 0, result.output
    return load(path)


def told(result: Result) -> str:
    assert isinstance(result.exception, FixNeeded), result.output
    return str(result.exception)


def test_a_folder_of_calendars_makes_a_config_that_loads(home: Path, vdir: Path) -> None:
    path = home / ".config/timeblock/config.toml"
    settings = made(run("--folder", vdir, "--hours", "08:00-16:00", "--zone", "Europe/Oslo"), path)
    assert settings.person.where.home.key == "Europe/Oslo"
    assert settings.person.hours[4] == (Window(480, 960),)
    assert settings.person.hours[5] == ()
    assert [(c.name, c.role, c.area) for c in settings.calendars] == [
        ("Work things", "read", "work"),
        ("home", "read", ""),
        ("blocks", "blocks", ""),
    ]
    assert {r.name for r in settings.requests} == {"lunch", "shutdown", "exercise", "focus", "evening", "look back"}
    assert len(settings.identity) == 8


def test_blocks_stay_on_this_machine_unless_told_otherwise(home: Path, vdir: Path) -> None:
    settings = made(run("--folder", vdir), home / ".config/timeblock/config.toml")
    local = next(a for a in settings.accounts if a.name == "local")
    folder = home / ".local/share/timeblock/calendars"
    assert dict(local.options) == {"path": str(folder)}
    assert (folder / "blocks").is_dir()
    assert sorted(p.name for p in vdir.iterdir()) == ["Work things", "home"]


def test_a_feed_that_is_a_file(home: Path) -> None:
    (home / "my.ics").write_text(FEED, "utf-8")
    settings = made(run("--feed", home / "my.ics", "--calendar", "mine"), home / ".config/timeblock/config.toml")
    assert [(c.name, c.account, c.role) for c in settings.calendars] == [
        ("mine", "feed", "read"),
        ("blocks", "local", "blocks"),
    ]
    assert settings.calendars[0].area == "work"  # the only one there is


def test_a_feed_that_is_an_address_is_not_fetched_yet(home: Path) -> None:
    settings = made(run("--feed", "webcal://club.example/cal.ics"), home / ".config/timeblock/config.toml")
    assert dict(settings.accounts[0].options) == {"url": "webcal://club.example/cal.ics"}


def test_only_the_calendars_that_are_named_are_read(home: Path, vdir: Path) -> None:
    settings = made(
        run("--folder", vdir, "--calendar", "HOME", "--blocks-calendar", "Work things"),
        home / ".config/timeblock/config.toml",
    )
    assert [(c.name, c.account, c.role) for c in settings.calendars] == [
        ("home", "folder", "read"),
        ("Work things", "folder", "blocks"),
    ]
    assert not (home / ".local/share/timeblock").exists()


def test_a_folder_takes_a_new_calendar_for_blocks(home: Path, vdir: Path) -> None:
    settings = made(run("--folder", vdir, "--blocks-calendar", "protected"), home / ".config/timeblock/config.toml")
    assert (vdir / "protected").is_dir()
    assert (settings.calendars[-1].name, settings.calendars[-1].account) == ("protected", "folder")


def test_nobody_else_may_read_it(home: Path, vdir: Path) -> None:
    run("--folder", vdir, "--output", home / "new/c.toml")
    assert stat.S_IMODE((home / "new/c.toml").stat().st_mode) == 0o600
    assert [p.name for p in (home / "new").iterdir()] == ["c.toml"]


def test_a_config_that_is_there_stays(home: Path, vdir: Path) -> None:
    path = home / "c.toml"
    path.write_text("mine", "utf-8")
    assert "--force" in told(run("--folder", vdir, "--output", path))
    assert "--force" in told(run("--folder", vdir, "--output", path, answers="n\n"))
    assert path.read_text("utf-8") == "mine"


def test_a_config_that_is_replaced_keeps_its_identity_so_blocks_are_still_known(home: Path, vdir: Path) -> None:
    path = home / "own.toml"
    first = made(run("--folder", vdir, "--output", path), path).identity
    assert made(run("--folder", vdir, "--output", path, "--force"), path).identity == first


def test_with_force_it_is_replaced_and_closed_to_others(home: Path, vdir: Path) -> None:
    path = home / "c.toml"
    path.write_text("mine", "utf-8")
    path.chmod(0o644)
    made(run("--folder", vdir, "--output", path, "--force"), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_ends_with_what_to_do_next(home: Path, vdir: Path) -> None:
    assert "  timeblock measure " in run("--folder", vdir).stdout
    assert f"  timeblock --config {home}/c.toml plan " in run("--folder", vdir, "--output", home / "c.toml").stdout


def test_as_data(home: Path, vdir: Path) -> None:
    result = run("--folder", vdir, app=App(json=True, moment=NOW, config_path=str(home / "c.toml")))
    data = json.loads(result.stdout)
    assert data["config"] == f"{home}/c.toml"
    assert data["calendars"][-1] == {"name": "blocks", "account": "local", "role": "blocks"}
    assert len(data["next"]) == 5


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "--feed, --folder, --caldav and --google"),
        (("--feed", "a.ics", "--folder", "b"), "one of"),
        (("--feed", "a.ics"), "there is no file"),
        (("--folder", "nowhere"), "there is no folder"),
        (("--folder", "vdir", "--zone", "Europe/Olso"), 'did you mean "Europe/Oslo"?'),
        (("--folder", "vdir", "--hours", "9 to 5"), "--hours: not a window"),
        (("--folder", "vdir", "--calendar", "hoem"), 'did you mean "home"?'),
        (("--folder", "vdir", "--calendar", "zzz"), "there are: Work things, home"),
        (("--folder", "vdir", "--blocks-calendar", "a/b"), 'no calendar "a/b"'),
        (("--caldav", "http://dav.example"), "allow_http"),
        (("--caldav", "ftp://dav.example"), "begins with https://"),
        (("--folder", "vdir", "--output", "vdir/home/x.toml/y.toml"), "cannot be written"),
    ],
)
def test_answers_that_cannot_be_are_told_and_nothing_is_written(
    home: Path, vdir: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(home)
    (vdir / "home/x.toml").touch()
    assert said in told(run(*args))
    assert not (home / ".config").exists()


def test_a_folder_that_is_one_calendar_takes_no_other_inside(home: Path) -> None:
    (home / "one").mkdir()
    (home / "one/a.ics").write_text(FEED, "utf-8")
    assert 'no calendar "new"' in told(run("--folder", home / "one", "--blocks-calendar", "new"))
    assert made(run("--folder", home / "one"), home / ".config/timeblock/config.toml").calendars[0].match == "one"


def test_calendars_of_one_name_are_told_apart(home: Path, vdir: Path) -> None:
    for name in ("home", "Work things"):
        (vdir / name / "displayname").write_text("Mine", "utf-8")
    settings = made(run("--folder", vdir), home / ".config/timeblock/config.toml")
    assert [(c.name, c.match) for c in settings.calendars[:2]] == [("Mine", "Work things"), ("Mine 2", "home")]


def test_a_name_with_quotes_and_line_ends_is_written_safely(home: Path, vdir: Path) -> None:
    (vdir / "home/displayname").write_text('Ada\'s "calendar" \\ #1\nx', "utf-8")
    settings = made(run("--folder", vdir), home / ".config/timeblock/config.toml")
    assert settings.calendars[1].name == 'Ada\'s "calendar" \\ #1 x'


def test_the_questions(home: Path, vdir: Path) -> None:
    answers = f"Europe/Oslo\n\nfolder\n{vdir}\nhome\nWork things\nlunch, tea\nlunch, focus\n"
    result = run(answers=answers)
    settings = made(result, home / ".config/timeblock/config.toml")
    assert settings.person.hours[0] == (Window(540, 1020),)
    assert [(c.name, c.role) for c in settings.calendars] == [("home", "read"), ("Work things", "blocks")]
    assert "Work things" in result.stderr
    assert 'no "tea" in that list' in result.stderr
    assert {r.name for r in settings.requests} == {"lunch", "focus"}
    assert "Nothing stands in them last week" in result.stdout
    assert "as a first plan would have them" in result.stdout
    assert not list((vdir / "Work things").iterdir())


def test_what_a_flag_answers_is_not_asked(home: Path, vdir: Path) -> None:
    args = (
        "--zone",
        "Europe/Oslo",
        "--hours",
        "09:00-15:00",
        "--folder",
        vdir,
        "--calendar",
        "home",
        "--blocks-calendar",
        "home",
    )
    made(run(*args, "--no-look", answers=""), home / ".config/timeblock/config.toml")


def test_the_first_look_tells_of_last_week_and_shows_a_plan(home: Path, folder: Path) -> None:
    copy = shutil.copytree(folder / "calendars", home / "calendars")
    result = run("--folder", copy, "--calendar", "Work", "--zone", "Europe/Oslo", "--look")
    assert "Last week, Mon 16 Nov to Sun 22 Nov" in result.output
    assert "What took most: Incident: checkout is slow" in result.output
    assert "things are sound" in result.output
    assert "+Lunch" in result.output
    assert sum(1 for _ in (home / ".local/share/timeblock/calendars/blocks").iterdir()) == 0


def test_a_look_that_fails_costs_no_config(home: Path) -> None:
    result = run("--feed", f"http://127.0.0.1:{free_port()}/cal.ics", "--look")
    assert "None of your calendars could be read." in result.output
    assert "first plan" not in result.output
    made(result, home / ".config/timeblock/config.toml")


# ---- a server --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Radicale, where alice has two calendars."""
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        for name in ("Work", "Protected"):
            make_calendar(running, name)
        yield running


def make_calendar(server: Server, name: str) -> None:
    body = (
        '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
        f"<D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>"
    )
    connection = HTTPConnection("127.0.0.1", server.port)
    sign_in = b64encode(b"alice:secret").decode()
    connection.request("MKCALENDAR", f"/alice/{name.lower()}/", body, {"Authorization": f"Basic {sign_in}"})
    assert connection.getresponse().status == 201
    connection.close()


def test_a_server_with_a_password_command(home: Path, server: Server) -> None:
    command = shlex.join([sys.executable, "-c", "print('secret')"])
    args = ("--caldav", server.url, "--username", "alice", "--password-command", command)
    settings = made(
        run(*args, "--calendar", "work", "--blocks-calendar", "Protected"), home / ".config/timeblock/config.toml"
    )
    assert [(c.name, c.account, c.role, c.area) for c in settings.calendars] == [
        ("Work", "server", "read", "work"),
        ("Protected", "server", "blocks", ""),
    ]
    assert dict(settings.accounts[0].options)["password"] == Fetch((sys.executable, "-c", "print('secret')"))


def test_a_server_with_a_password_that_is_typed(home: Path, server: Server) -> None:
    answers = f"Europe/Oslo\n\ncaldav\n{server.url}\nalice\nsecret\nWork\nProtected\nall\n"
    result = run(answers=answers)
    settings = made(result, home / ".config/timeblock/config.toml")
    assert password(dict(settings.accounts[0].options), "server") == "secret"
    assert "secret" not in result.output + (home / ".config/timeblock/config.toml").read_text()


def test_a_wrong_password_writes_nothing(home: Path, server: Server) -> None:
    command = shlex.join([sys.executable, "-c", "print('wrong')"])
    result = run("--caldav", server.url, "--username", "alice", "--password-command", command)
    assert isinstance(result.exception, AuthNeeded)
    assert not (home / ".config").exists()


# ---- Google ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalGoogle]:
    """A Google of our own, which the wizard takes for the real one, and a browser that agrees."""
    real = config_load.account
    with local_google() as running:
        url = running.endpoint.split("calendar/v3")[0]
        own = {"endpoint": running.endpoint, "auth_uri": f"{url}auth", "token_uri": f"{url}token"}
        monkeypatch.setattr(config_load, "account", lambda name, table, base: real(name, {**table, **own}, base))
        monkeypatch.setenv("BROWSER", BROWSER)
        yield running


@pytest.fixture
def client(tmp_path: Path) -> Path:
    made = tmp_path / "client_secret.json"
    made.write_text(json.dumps({"installed": {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}))
    return made


def test_google_is_signed_in_to_and_its_calendars_are_offered(home: Path, google: LocalGoogle, client: Path) -> None:
    google.calendars.add("work@group.calendar.google.com", "Work")
    result = run("--google", client, "--no-look", answers="Europe/Oslo\n\nWork\nlocal folder\n")
    settings = made(result, home / ".config/timeblock/config.toml")
    assert dict(settings.accounts[0].options)["client"] == str(client)
    assert [(c.name, c.account, c.role) for c in settings.calendars] == [
        ("Work", "google", "read"),
        ("blocks", "local", "blocks"),
    ]
    assert 'Is your Google project in "Testing"?' in result.stderr
    assert "google: signed in to Google. timeblock may" in result.stderr
    assert CLIENT_SECRET not in result.output
    again = run("--google", client, "--force", "--calendar", "Work")
    assert again.exit_code == 0, again.output


def test_google_cannot_be_signed_in_to_without_the_person(google: LocalGoogle, client: Path) -> None:
    result = run("--google", client)
    assert isinstance(result.exception, AuthNeeded)
    assert "--non-interactive" in str(result.exception)
