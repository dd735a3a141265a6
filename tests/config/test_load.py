"""From the file to settings: places, paths, defaults, seasons."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest
from tzlocal import get_localzone_name

from timeblock.config.load import account, check, insecure, json_schema, load, save
from timeblock.config.places import data_dir, default_path, find, state_dir
from timeblock.config.settings import Notify, Secret, Settings
from timeblock.core.localtime import Window
from timeblock.core.problem import Kind
from timeblock.errors import FixNeeded

LOCAL = """
[accounts.local]
type = "folder"
path = "calendars"
[[calendars]]
name = "blocks"
account = "local"
role = "blocks"
"""


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(f'identity = "ada"\n{text}', "utf-8")
    return load(path, {"HOME": "/home/ada"})


# ---- finding it ------------------------------------------------------------------------------------------------------


def test_what_is_named_wins_over_the_environment_and_that_over_the_usual_place(tmp_path: Path) -> None:
    named, environ, usual = (tmp_path / name for name in ("a.toml", "b.toml", "timeblock/config.toml"))
    (tmp_path / "timeblock").mkdir()
    for path in (named, environ, usual):
        path.touch()
    xdg = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert find(str(named), {**xdg, "TIMEBLOCK_CONFIG": str(environ)}) == named
    assert find(None, {**xdg, "TIMEBLOCK_CONFIG": str(environ)}) == environ
    assert find(None, xdg) == usual


@pytest.mark.parametrize(
    ("explicit", "environ", "place"),
    [
        ("no.toml", {}, "--config"),
        (None, {"TIMEBLOCK_CONFIG": "no.toml"}, "$TIMEBLOCK_CONFIG"),
        (None, {}, "usual place"),
    ],
)
def test_without_a_config_one_is_told_how_to_begin(
    tmp_path: Path, explicit: str | None, environ: dict[str, str], place: str
) -> None:
    with pytest.raises(FixNeeded, match=r"timeblock init.*timeblock demo") as told:
        find(explicit, {"HOME": str(tmp_path), **environ})
    assert place in str(told.value)


def test_xdg_folders_and_what_stands_in_for_them() -> None:
    home = {"HOME": "/home/ada"}
    assert default_path(home) == Path("/home/ada/.config/timeblock/config.toml")
    assert state_dir(home) == Path("/home/ada/.local/state/timeblock")
    assert data_dir(home) == Path("/home/ada/.local/share/timeblock")
    assert state_dir({**home, "XDG_STATE_HOME": "/s"}) == Path("/s/timeblock")
    assert state_dir({**home, "XDG_STATE_HOME": "relative"}) == Path("/home/ada/.local/state/timeblock")
    assert default_path({}).is_absolute()


def test_a_file_that_cannot_be_read_is_a_thing_to_mend(tmp_path: Path) -> None:
    with pytest.raises(FixNeeded, match="no config at"):
        load(tmp_path / "none.toml")
    with pytest.raises(FixNeeded, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'identity = "\xe5da"')
    with pytest.raises(FixNeeded, match="UTF-8"):
        load(tmp_path / "latin.toml")


def test_every_mistake_is_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(FixNeeded) as told:
        settings(tmp_path, "wrong = 1\n[planning]\nweeks = 99\n")
    assert [line.rsplit("config.toml:")[-1].split(":")[0] for line in str(told.value).splitlines()] == ["2", "4"]
    assert [m.line for m in check(tmp_path / "config.toml")] == [2, 4]


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_an_identity_is_enough(tmp_path: Path) -> None:
    found = settings(tmp_path, "")
    assert found.identity == "ada"
    assert found.path == tmp_path / "config.toml"
    assert found.person.where.home.key == get_localzone_name()
    assert found.person.hours == ((Window(540, 1020),),) * 5 + ((),) * 2
    assert len(found.person.energy) == 7
    assert found.database == "sqlite:////home/ada/.local/state/timeblock/timeblock.db"
    assert [area.name for area in found.areas][:2] == ["work", "family"]
    assert (found.planning.weeks, found.fresh_minutes) == (2, 10)


def test_the_person(tmp_path: Path) -> None:
    text = """
[person]
name = "Ada"
zone = "Europe/Oslo"
addresses = [" Ada@Example.ORG "]
contract = "37h30m"
unpaid_break = "30m"
basis = "events"
holidays = "DE-BY"
extra_holidays = [2026-12-24]
leave_days = 25
carry_over = 2.5
night = "23:00-07:00"
lunch = "12:00-13:00"
travel = [{ from = 2027-02-08, to = 2027-02-12, zone = "America/New_York" }]
energy = { high = "08:00-10:00" }
[person.hours]
mon = "22:00-06:00"
tue = ["08:00-12:00", "13:00-16:00"]
sat = "off"
"""
    person = settings(tmp_path, text).person
    assert person.hours == ((Window(1320, 1800),), (Window(480, 720), Window(780, 960)), (), (), (), (), ())
    assert person.where.zone_on(date(2027, 2, 12)).key == "America/New_York"
    assert person.where.zone_on(date(2027, 2, 13)).key == "Europe/Oslo"
    assert (person.contract_minutes, person.unpaid_break_minutes, person.basis) == (2250, 30, "events")
    assert (person.holiday_region, person.extra_holidays) == ("DE-BY", frozenset({date(2026, 12, 24)}))
    assert (person.leave_days, person.leave_carry_over) == (25, 2.5)
    assert (person.night, person.lunch) == (Window(1380, 1860), Window(720, 780))
    assert (person.name, person.addresses) == ("Ada", frozenset({"ada@example.org"}))
    assert person.energy[0][8] > person.energy[0][12]


def test_paths_are_those_of_the_file_not_of_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    text = """
[accounts]
a = { type = "folder", path = "calendars/../mine" }
b = { type = "folder", path = "~/vdir" }
c = { type = "feed", path = "x.ics" }
d = { type = "feed", url = "webcal://club.example/cal.ics", allow_private = true }
e = { type = "memory" }
[store]
database = "sqlite:///here.db"
"""
    found = settings(tmp_path, text)
    assert [dict(a.options) for a in found.accounts] == [
        {"path": str(tmp_path / "mine")},
        {"path": "/home/ada/vdir"},
        {"path": str(tmp_path / "x.ics")},
        {"url": "webcal://club.example/cal.ics", "allow_private": True},
        {},
    ]
    assert found.database == f"sqlite:///{tmp_path}/here.db"


def test_another_database_is_taken_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://ada@db.example/timeblock"
    assert settings(tmp_path, f'[store]\ndatabase = "{url}"').database == url


def test_a_password_shows_in_no_repr(tmp_path: Path) -> None:
    text = '[accounts.cloud]\ntype = "caldav"\nurl = "https://d.example"\nusername = "ada"\npassword = "hunter2"'
    found = settings(tmp_path, text)
    assert "hunter2" not in repr(found)
    assert dict(found.accounts[0].options)["password"] == Secret("hunter2")


def test_a_google_account_has_google_s_own_addresses_unless_told_otherwise(tmp_path: Path) -> None:
    text = '[accounts.g]\ntype = "google"\nclient = "secret.json"\ntoken_uri = "http://127.0.0.1:4010/oauth2/token"'
    options = dict(settings(tmp_path, text).accounts[0].options)
    assert options["client"] == str(tmp_path / "secret.json")
    assert options["token_uri"] == "http://127.0.0.1:4010/oauth2/token"
    assert options["endpoint"] == "https://www.googleapis.com/calendar/v3/"
    assert options["decline"] == "none"
    assert "read_only" not in options


def test_a_client_secret_shows_in_no_repr(tmp_path: Path) -> None:
    text = '[accounts.g]\ntype = "google"\nclient_id = "x"\nclient_secret = "hunter2"'
    found = settings(tmp_path, text)
    assert dict(found.accounts[0].options)["client_secret"] == Secret("hunter2")
    assert "hunter2" not in repr(found)


def test_a_block_request(tmp_path: Path) -> None:
    text = """
[[blocks]]
name = "deep work"
kind = "focus"
area = "work"
quota = "1 per day"
duration = { min = "1h", max = "3h" }
windows = "08:00-12:00"
days = ["mon", "wed"]
spacing = "3h"
priority = 2
energy = "high"
flexible = true
private = true
on_delete = "replan"
[[blocks]]
name = "way"
kind = "buffer"
around = "dentist"
before = "20m"
after = 10
duration = "20m"
[[blocks]]
name = "breathe"
kind = "break"
title = "Breathe out"
after_stretch = "90m"
"""
    deep, way, breathe = settings(tmp_path, LOCAL + text).requests
    assert (deep.title, deep.kind, deep.per, deep.count) == ("Deep work", Kind.FOCUS, "day", 1)
    assert (deep.min_minutes, deep.ideal_minutes, deep.max_minutes) == (60, 180, 180)
    assert (deep.windows, deep.weekdays, deep.spacing_minutes) == ((Window(480, 720),), frozenset({0, 2}), 180)
    assert (deep.priority, deep.energy, deep.flexible, deep.private, deep.on_delete) == (
        2,
        "high",
        True,
        True,
        "replan",
    )
    assert (way.around, way.before_minutes, way.after_minutes, way.ideal_minutes) == ("dentist", 20, 10, 20)
    assert (breathe.title, breathe.after_stretch_minutes, breathe.min_minutes) == ("Breathe out", 90, 30)


def test_a_rule(tmp_path: Path) -> None:
    text = """
[[rules]]
name = "talks"
activity = "meeting"
area = "work"
calendars = ["blocks"]
title = "1:1"
categories = ["Red"]
domains = [" Example.org"]
organizer = "Boss@example.org"
types = ["out-of-office"]
all_day = false
at_least = "15m"
at_most = "1h"
within = "08:00-18:00"
days = "weekdays"
[[rules]]
name = "rest"
activity = "personal"
"""
    talks, rest = settings(tmp_path, LOCAL + text).rules
    assert (talks.title, talks.categories, talks.domains, talks.organizer) == (
        "1:1",
        ("Red",),
        ("example.org",),
        "boss@example.org",
    )
    assert (talks.types, talks.all_day, talks.min_minutes, talks.max_minutes) == (("out-of-office",), False, 15, 60)
    assert (talks.within, talks.weekdays, talks.calendars) == (Window(480, 1080), frozenset(range(5)), ("blocks",))
    assert (rest.weekdays, rest.within, rest.all_day) == (frozenset(), None, None)


def test_a_season_changes_only_what_it_names(tmp_path: Path) -> None:
    text = """
[[blocks]]
name = "focus"
kind = "focus"
duration = "2h"
windows = "08:00-12:00"
[[seasons]]
name = "launch"
first = 2027-01-04
last = 2027-01-31
[[seasons.blocks]]
name = "focus"
quota = "6 per week"
[[seasons.blocks]]
name = "walk"
kind = "rest"
"""
    found = settings(tmp_path, LOCAL + text)
    focus, walk = found.seasons[0].requests
    assert (focus.count, focus.ideal_minutes, focus.windows, focus.kind) == (6, 120, (Window(480, 720),), Kind.FOCUS)
    assert (walk.name, walk.kind, walk.count) == ("walk", Kind.REST, 1)
    assert found.requests[0].count == 1


def test_areas_of_ones_own_stand_first_and_the_usual_ones_stay(tmp_path: Path) -> None:
    text = '[areas.sailing]\nvalue = "wind"\n[areas.work]\nshare = "35 %"'
    areas = settings(tmp_path, text).areas
    assert [a.name for a in areas][:3] == ["sailing", "work", "family"]
    assert (areas[0].value, areas[1].share) == ("wind", 0.35)


# ---- the schema, an account alone, other readers ---------------------------------------------------------------------


def test_the_json_schema_knows_phrases_as_text() -> None:
    schema = json.loads(json.dumps(json_schema()))
    block = schema["$defs"]["Block"]["properties"]
    assert block["quota"]["type"] == "string"
    assert {"type": "string"} in block["spacing"]["anyOf"]
    assert schema["additionalProperties"] is False


def test_an_account_can_be_made_before_there_is_a_file(tmp_path: Path) -> None:
    assert dict(account("x", {"type": "folder", "path": "a"}, tmp_path).options) == {"path": str(tmp_path / "a")}
    with pytest.raises(FixNeeded, match=r"accounts\.x\.url: .*allow_http"):
        account("x", {"type": "caldav", "url": "http://d.example"}, tmp_path)


@pytest.mark.parametrize("url", ["ada@example.org", "example.org", "dav.example.org/ada/", "https://example.org/"])
def test_a_server_may_be_named_by_host_or_mail_address(tmp_path: Path, url: str) -> None:
    assert dict(account("x", {"type": "caldav", "url": url}, tmp_path).options)["url"] == url


@pytest.mark.parametrize("url", ["example", "ada:hunter2@example.org", "ftp://example.org/", "an address"])
def test_what_is_no_address_is_told_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(FixNeeded, match=r"accounts\.x\.url: an address begins with") as caught:
        account("x", {"type": "caldav", "url": url}, tmp_path)
    assert "hunter2" not in str(caught.value)


SERVER = 'identity = "ada"\n[accounts.cloud]\ntype = "caldav"\nurl = "https://d.example"\n'


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (SERVER + 'password = "x"', 0o644, True),
        (SERVER + 'password = "x"', 0o600, False),
        (SERVER + 'password.fetch = ["command", "x"]', 0o644, False),
        ("broken", 0o644, False),
    ],
)
def test_a_password_that_others_can_read_is_told(tmp_path: Path, text: str, mode: int, told: bool) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    assert ("chmod 600" in insecure(path)) == told


@pytest.mark.parametrize("keys", ['password = "x"', 'password.fetch = ["command", "x"]'])
def test_config_world_readable(tmp_path: Path, keys: str, caplog: pytest.LogCaptureFixture) -> None:
    """Closed, and said: others could read the password, or change the command."""
    path = tmp_path / "config.toml"
    path.write_text(SERVER + keys, "utf-8")
    path.chmod(0o666)
    load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"{path} was open to others" in caplog.text


def test_a_config_without_secrets_may_be_open(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SERVER, "utf-8")
    path.chmod(0o644)
    load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_config_symlinked(tmp_path: Path) -> None:
    """As people keep their dotfiles: the file itself is closed, wherever it lies."""
    real = tmp_path / "dotfiles.toml"
    real.write_text(SERVER + 'password = "x"', "utf-8")
    (tmp_path / "config.toml").symlink_to(real)
    load(tmp_path / "config.toml")
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_config_of_another_user(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SERVER + 'password.fetch = ["command", "x"]', "utf-8")
    os.chown(path, 65534, -1)
    with pytest.raises(FixNeeded, match="belongs to another user"):
        load(path)


@pytest.mark.parametrize(
    ("quota", "days", "pieces"),
    [
        ("8h per week", '"weekdays"', (5, 105)),  # six of the ideal length would need a sixth day
        ("3h per week", '"weekdays"', (2, 90)),
        ("12h per week", '"weekdays"', (6, 120)),
        ("3h per day", '"every day"', (2, 90)),
    ],
)
def test_hours_are_cut_into_pieces_alike(tmp_path: Path, quota: str, days: str, pieces: tuple[int, int]) -> None:
    said = f'identity = "me"\n[[blocks]]\nname = "deep"\nkind = "focus"\nquota = "{quota}"\ndays = {days}\n'
    said += 'duration = { min = "1h", ideal = "1h30m", max = "2h" }\n'
    path = tmp_path / "c.toml"
    path.write_text(said + '[accounts.a]\ntype = "memory"\n[[calendars]]\nname = "c"\naccount = "a"\nrole = "blocks"\n')
    (request,) = load(path).requests
    assert (request.count, request.ideal_minutes) == pieces


def test_a_config_that_is_changed_is_for_the_person_alone_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text("identity = 'ada'")
    link.symlink_to(real)
    save(link, "identity = 'eve'")
    assert link.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("identity = 'eve'", 0o600)
    with pytest.raises(FixNeeded, match="cannot be written"):
        save(real / "config.toml", "")


# ---- notifications ---------------------------------------------------------------------------------------------------


def test_nobody_is_notified_unless_the_file_says_how(tmp_path: Path) -> None:
    assert settings(tmp_path, LOCAL).notify == Notify("", None, False)


def test_a_digest_has_its_time_of_day_and_a_command_its_words(tmp_path: Path) -> None:
    found = settings(tmp_path, LOCAL + '[notify]\nto = ["say", "{text}"]\ndigest = "08:30"\n').notify
    assert found == Notify(("say", "{text}"), 8 * 60 + 30, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('digest = "25:00"', 'not a time of day: "25:00" (write "08:30")'),
        ('digest = "early"', 'not a time of day: "early"'),
        ('to = ["say"]', "a command and where the text goes"),
        ('to = "phone"', 'notify.to: write "desktop", or a command'),
    ],
)
def test_what_is_wrong_with_notifications_is_told(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(FixNeeded) as wrong:
        settings(tmp_path, f"{LOCAL}[notify]\n{line}\n")
    assert said in str(wrong.value)
