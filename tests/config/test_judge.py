"""Every mistake at once, each at its line, with a way out."""

from __future__ import annotations

from zoneinfo import ZoneInfoNotFoundError

import pytest

from timeblock.config.judge import dotted, judge, keys_at, shown
from timeblock.config.references import Mistake

GOOD = """\
identity = "ada"

[person]
zone = "Europe/Oslo"

[accounts.local]
type = "folder"
path = "calendars"

[accounts.club]
type = "feed"
url = "https://club.example/cal.ics"

[[calendars]]
name = "work"
account = "club"
area = "work"

[[calendars]]
name = "blocks"
account = "local"
role = "blocks"

[[rules]]
name = "talks"
activity = "meeting"
calendars = ["work"]

[[blocks]]
name = "dinner"
kind = "non-negotiable"
quota = "2 per week"
duration = { min = "1h", ideal = "90m", max = "2h" }
windows = ["18:00-20:30"]

[[goals]]
name = "eat together"
metric = "blocks"
of = "dinner"
target = "2 per week"
start = 2026-11-30
by = 2027-02-28

[[seasons]]
name = "launch"
first = 2027-01-04
last = 2027-01-31
paused = ["eat together"]
"""


def mistakes(text: str) -> list[str]:
    return [shown(m, "c.toml") for m in judge(text)[1]]


def test_a_good_file_has_no_mistakes() -> None:
    file, found = judge(GOOD)
    assert file is not None
    assert found == ()


BROKEN = [
    # what was there, what is written instead, line and key, part of the text
    ('identity = "ada"', "", "1: identity", "write identity ="),
    ('identity = "ada"', 'identity = "a b/c"', "1: identity", "letters, digits"),
    ('zone = "Europe/Oslo"', 'zone = "Europe/Olso"', "4: person.zone", 'did you mean "Europe/Oslo"?'),
    ('zone = "Europe/Oslo"', 'zoone = "Europe/Oslo"', "4: person.zoone", 'did you mean "zone"?'),
    ('zone = "Europe/Oslo"', "zone = 3", "4: person.zone", "in quotes"),
    ('zone = "Europe/Oslo"', 'zone = "../../etc/passwd"', "4: person.zone", "no time zone"),
    ('zone = "Europe/Oslo"', 'holidays = "NR0"', "4: person.holidays", "did you mean"),
    ('zone = "Europe/Oslo"', 'holidays = "DE-YB"', "4: person.holidays", 'did you mean "DE-'),
    ('zone = "Europe/Oslo"', 'contract = "much"', "4: person.contract", "length of time"),
    ('zone = "Europe/Oslo"', 'night = "22-6"', "4: person.night", "18:00-20:30"),
    ('zone = "Europe/Oslo"', 'hours = { mon = "9-5" }', "4: person.hours.mon", "window of the clock"),
    ('zone = "Europe/Oslo"', 'addresses = ["me"]', "4: person.addresses[0]", "e-mail address"),
    ('zone = "Europe/Oslo"', 'chronotype = "mornin"', "4: person.chronotype", 'did you mean "morning"?'),
    ('zone = "Europe/Oslo"', "leave_days = -1", "4: person.leave_days", "greater than or equal to 0"),
    (
        'zone = "Europe/Oslo"',
        'travel = [{ from = 2027-01-05, to = 2027-01-01, zone = "Asia/Tokyo" }]',
        "4: person.travel[0].to",
        "ends before it begins",
    ),
    ('type = "folder"', 'type = "foldr"', "7: accounts.local.type", 'did you mean "folder"?'),
    ('type = "folder"\n', "", "6: accounts.local.type", "which type?"),
    ('type = "folder"', 'type = "folder"\npaht = "x"', "8: accounts.local.paht", 'did you mean "path"?'),
    ('url = "https://club.example/cal.ics"', 'url = "ftp://x"', "12: accounts.club.url", "https://"),
    ('url = "https://club.example/cal.ics"', 'path = "x"\nurl = "https://x"', "13: accounts.club.url", "not both"),
    ('url = "https://club.example/cal.ics"', "", "10: accounts.club.url", 'either a "url" or a "path"'),
    ('account = "club"', 'account = "clubb"', "16: calendars[0].account", 'did you mean "club"?'),
    ('account = "club"', 'account = "zzz"', "16: calendars[0].account", "[accounts.zzz]"),
    ('area = "work"', 'area = "wrok"', "17: calendars[0].area", 'did you mean "work"?'),
    ('area = "work"', 'area = "sailing"', "17: calendars[0].area", "[areas.sailing]"),
    ('area = "work"', 'role = "busy-twin"', "17: calendars[0].role", "a feed can only be read"),
    ('area = "work"', 'role = "block"', "17: calendars[0].role", 'did you mean "blocks"?'),
    ('name = "blocks"', 'name = "work"', "20: calendars[1].name", 'another "work"'),
    ('role = "blocks"', "", "29: blocks", 'role = "blocks"'),
    ('area = "work"', 'role = "milestones"', "17: calendars[0].role", "take the milestones"),
    (
        'account = "club"\narea = "work"',
        'account = "g"\nrole = "milestones"\n[accounts.g]\ntype = "google"\nclient = "c.json"',
        "17: calendars[0].role",
        "Google Calendar has no tasks",
    ),
    (
        'account = "local"\nrole = "blocks"',
        'account = "local"\nrole = "blocks"\n[[calendars]]\nname = "b2"\naccount = "local"\nrole = "blocks"',
        "26: calendars[2].role",
        "only one calendar",
    ),
    (
        'area = "work"\n\n[[calendars]]\nname = "blocks"\naccount = "local"\nrole = "blocks"',
        'role = "milestones"\n[[calendars]]\nname = "b"\naccount = "local"\nrole = "milestones"',
        "21: calendars[1].role",
        'only one calendar can have the role "milestones"',
    ),
    ('calendars = ["work"]', 'calendars = ["wrk"]', "27: rules[0].calendars[0]", 'did you mean "work"?'),
    ('calendars = ["work"]', 'title = "(a"', "27: rules[0].title", "regular expression"),
    ('activity = "meeting"', 'activity = "metting"', "26: rules[0].activity", 'did you mean "meeting"?'),
    (
        'calendars = ["work"]',
        '[[rules]]\nname = "x"\nactivity = "ignore"\nall_day = true',
        "24: rules[0]",
        "never reached",
    ),
    ('kind = "non-negotiable"', "", "29: blocks[0].kind", "missing"),
    ('kind = "non-negotiable"', 'kind = "nonnegotiable"', "31: blocks[0].kind", 'did you mean "non-negotiable"?'),
    ('name = "dinner"', 'name = "din/ner"', "30: blocks[0].name", "no slash"),
    ('name = "dinner"', 'name = " "', "30: blocks[0].name", "must not be empty"),
    ('quota = "2 per week"', 'quota = "twice"', "32: blocks[0].quota", "2 per week"),
    ('quota = "2 per week"', 'flexible = "maybe"', "32: blocks[0].flexible", "true or false"),
    ('quota = "2 per week"', "priority = 10", "32: blocks[0].priority", "less than or equal to 9"),
    ('quota = "2 per week"', 'priority = "high"', "32: blocks[0].priority", "whole number"),
    ('quota = "2 per week"', 'quota = "5 per week"\nspacing = "2d"', "33: blocks[0].spacing", "do not fit into a week"),
    ('quota = "2 per week"', 'around = "x"', "32: blocks[0].around", "say how long"),
    ('quota = "2 per week"', 'after = "5m"', "32: blocks[0].after", "around which events?"),
    ('quota = "2 per week"', 'days = "mondays"', "32: blocks[0].days", "is not a day"),
    ('min = "1h", ideal = "90m"', 'min = "2h", ideal = "1h"', "33: blocks[0].duration", "must not fall"),
    ('max = "2h" }', 'max = "soon" }', "33: blocks[0].duration.max", "length of time"),
    ('max = "2h" }', 'max = "2h", most = "3h" }', "33: blocks[0].duration.most", 'no key "most"'),
    ('max = "2h" }', 'max = "2d" }', "33: blocks[0].duration", "at most a day"),
    ('"18:00-20:30"', '"18:00-20:30", "12:00-12:30"', "34: blocks[0].windows[1]", "no block of 1h fits"),
    ('of = "dinner"', 'of = "diner"', "39: goals[0].of", 'did you mean "dinner"?'),
    ("by = 2027-02-28", "", "36: goals[0].by", "write by ="),
    ("by = 2027-02-28", "by = 2026-11-30", "42: goals[0].by", "after the start"),
    ("by = 2027-02-28", 'by = "soon"', "42: goals[0].by", "2027-01-31"),
    ("by = 2027-02-28", "by = 2027-02-28T10:00:00", "42: goals[0].by", "without a time"),
    ("last = 2027-01-31", "last = 2026-01-31", "47: seasons[0].last", "ends before it begins"),
    (
        'paused = ["eat together"]',
        'paused = ["eat togther"]',
        "48: seasons[0].paused[0]",
        'did you mean "eat together"?',
    ),
    (
        'paused = ["eat together"]',
        '[[seasons.blocks]]\nname = "diner"',
        "49: seasons[0].blocks[0].name",
        "needs a kind",
    ),
    (
        'paused = ["eat together"]',
        '[[seasons.blocks]]\nname = "dinner"\nduration = "3h"',
        "48: seasons[0].blocks[0].windows[0]",
        "no block of 3h",
    ),
    ('paused = ["eat together"]', "[planning]\ngrid = 7", "49: planning.grid", "divide the hour"),
    ('paused = ["eat together"]', '[store]\ndatabase = "mysql://x"', "49: store.database", "sqlite:///path"),
    ('paused = ["eat together"]', '[areas.work]\nshare = 0.9\n[areas.rest]\nshare = "30 %"', "48: areas", "120%"),
    ('paused = ["eat together"]', "[blcks]", "48: blcks", 'did you mean "blocks"?'),
]


@pytest.mark.parametrize(("old", "new", "where", "text"), BROKEN)
def test_a_mistake_is_shown_at_its_line_with_a_way_out(old: str, new: str, where: str, text: str) -> None:
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new, 1))
    assert any(m.startswith(f"c.toml:{where}: ") and text in m for m in found), found


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace('zone = "Europe/Oslo"', 'zone = "Mars"')
        .replace('account = "club"', "")
        .replace('"dinner"\ntar', '"x"\ntar')
    )
    lines = [int(m.split(":")[1]) for m in mistakes(text)]
    assert lines == sorted(lines)
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('identity = "ada"\nperson = [', "c.toml:2:"),
        ("identity = ", "c.toml:1:"),
        ("a = 1\na = 2", "c.toml:2:"),
        ("[a]\nb = 1 c = 2", "c.toml:2:7: this is not TOML: "),
    ],
)
def test_what_is_not_toml_is_shown_with_line_and_column(text: str, said: str) -> None:
    (found,) = mistakes(text)
    assert found.startswith(said)
    assert "not TOML" in found


@pytest.mark.parametrize(
    "text",
    [
        "person = 1",
        "accounts = []",
        "calendars = {}",
        "blocks = [1]",
        "blocks = 3",
        "goals = [[]]",
        "rules = 'x'",
        "areas = { a = 1 }",
        "seasons = [{ blocks = 3, paused = 4 }]",
        "accounts = { a = 1 }",
        "areas = { a = { share = [] } }",
        "areas = { a = { share = 'x %' } }",
    ],
)
def test_tables_of_the_wrong_form_are_mistakes_and_no_crash(text: str) -> None:
    found = mistakes(f'identity = "ada"\n{text}')
    assert found
    assert all(m.startswith("c.toml:2: ") for m in found)


CALDAV = '[accounts.cloud]\ntype = "caldav"\n'


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('url = "http://dav.example"', "allow_http"),
        ('url = "https://ada:hunter2@dav.example"', "no user or password"),
        ('url = "https://dav.example"\npassword = 7742', "must be text"),
        ('url = "https://dav.example"\npassword = ""', "must be text"),
        ('url = "https://dav.example"\npassword.fetch = "pass hunter2"', 'fetch = ["command", "pass"'),
        ('url = "https://dav.example"\npassword.fetch = ["hunter2", "x"]', 'fetch = ["command", "pass"'),
        ('url = "https://dav.example"\npassword.fetch = ["command"]', 'fetch = ["command", "pass"'),
    ],
)
def test_a_server_is_spoken_to_safely_and_no_secret_is_repeated(keys: str, said: str) -> None:
    (found,) = mistakes(f'identity = "ada"\n{CALDAV}{keys}')
    assert said in found
    assert "hunter2" not in found
    assert "7742" not in found


@pytest.mark.parametrize(
    ("keys", "where", "said"),
    [
        ("", "2: accounts.work.client", "the file from the Google console"),
        ('client_id = "x"', "2: accounts.work.client", "missing"),
        ('client = "c.json"\nclient_id = "x"', "4: accounts.work.client", "not both"),
        ('client = "c.json"\ndecline = "some"', "5: accounts.work.decline", 'must be "none", "new" or "all"'),
        ('client = "c.json"\nendpoint = "http://calendar.example/"', "5: accounts.work.endpoint", "use https://"),
        ('client = "c.json"\ntoken_uri = "http://t.example/"', "5: accounts.work.token_uri", "use https://"),
        ('client = "c.json"\nauth_uri = "ftp://a.example/"', "5: accounts.work.auth_uri", "begins with https://"),
        ('client_id = "x"\nclient_secret = 7742', "5: accounts.work.client_secret", "must be text"),
    ],
)
def test_a_google_account_needs_one_client_and_safe_addresses(keys: str, where: str, said: str) -> None:
    found = mistakes(f'identity = "ada"\n[accounts.work]\ntype = "google"\n{keys}')
    assert any(f"c.toml:{where}: " in m and said in m for m in found), found
    assert "7742" not in str(found)


def test_a_google_account_that_is_only_read_takes_no_blocks() -> None:
    (found,) = mistakes(
        'identity = "ada"\n[accounts.work]\ntype = "google"\nclient = "c.json"\nread_only = true\n'
        '[[calendars]]\nname = "mine"\naccount = "work"\nrole = "blocks"'
    )
    assert "c.toml:9: calendars[0].role: its account is read_only" in found


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5232/", "http://localhost/", "http://[::1]:80/", "https://dav.example"]
)
def test_this_very_machine_needs_no_encryption(url: str) -> None:
    assert mistakes(f'identity = "ada"\n{CALDAV}url = "{url}"') == []


def test_a_machine_that_does_not_say_its_zone_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: None)
    (found,) = mistakes('identity = "ada"')
    assert found.startswith("c.toml:1: person.zone: this machine does not say")


def test_a_machine_that_says_two_zones_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def conflicting() -> str:
        raise ZoneInfoNotFoundError("multiple conflicting time zone configurations")

    monkeypatch.setattr("tzlocal.get_localzone_name", conflicting)
    (found,) = mistakes('identity = "ada"\n\n[person]\nname = "Ada"')
    assert found.startswith("c.toml:3: person.zone: this machine does not say")


def test_keys_of_a_table_are_known_for_advice() -> None:
    assert "from" in keys_at(("person", "travel", 0))
    assert "allow_http" in keys_at(("accounts", "cloud", "caldav"))
    assert "quota" in keys_at(("seasons", 0, "blocks", 1))
    assert keys_at(("blocks", 0, "duration")) == ["min", "ideal", "max"]


def test_a_mistake_without_a_key_is_shown_with_its_place_alone() -> None:
    assert shown(Mistake((), "oh", 3, 4), "f") == "f:3:4: oh"
    assert dotted(("a", 0, "b", 1, 2)) == "a[0].b[1][2]"


@pytest.mark.parametrize("password", ["hun%ter2", "hunter2@x", "hunter2/x"])
def test_a_database_address_that_drivers_would_quote_is_told_without_its_password(password: str) -> None:
    (found,) = mistakes(f'identity = "ada"\n[store]\ndatabase = "postgresql://ada:{password}@db.example/x"')
    assert "c.toml:3: store.database: this cannot be read; in a password write %40 for @" in found
    assert "ter2" not in found


@pytest.mark.parametrize(
    "url", ["postgresql:///x", "postgresql://ada:p%40ss@db.example:5432/x", "postgresql://[::1]/x"]
)
def test_a_good_database_address_is_one(url: str) -> None:
    assert mistakes(f'identity = "ada"\n[store]\ndatabase = "{url}"') == []
