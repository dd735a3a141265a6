"""What the file says of evidence, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from timeblock.config.judge import judge, shown
from timeblock.config.load import insecure, load
from timeblock.config.settings import EvidenceSettings, Secret

IMAP = 'type = "imap"\nhost = "imap.example.org"\nusername = "ada"\n'


def read(tmp_path: Path, *entries: str) -> tuple[EvidenceSettings, ...]:
    path = tmp_path / "config.toml"
    text = 'identity = "ada"\nperson.zone = "Europe/Oslo"\n[accounts.g]\ntype = "google"\nclient = "c.json"\n'
    path.write_text(text + "".join(f'[[evidence]]\nname = "{n}"\n{entry}\n' for n, entry in enumerate(entries)))
    return load(path, {"HOME": "/home/ada"}).evidence


def mistakes(entry: str) -> list[str]:
    return [shown(m, "c.toml") for m in judge(f'identity = "ada"\n[[evidence]]\nname = "x"\n{entry}')[1]]


@pytest.mark.parametrize(("security", "port"), [("tls", 993), ("starttls", 143)])
def test_the_port_follows_from_the_security(tmp_path: Path, security: str, port: int) -> None:
    (found,) = read(tmp_path, f'{IMAP}security = "{security}"')
    assert dict(found.options)["port"] == port


def test_paths_are_relative_to_the_file_and_clocks_are_the_person_s(tmp_path: Path) -> None:
    mbox, table = read(tmp_path, 'type = "mbox"\npath = "sent"', 'type = "csv"\npath = "~/t.csv"')
    assert dict(mbox.options)["path"] == str(tmp_path / "sent")
    assert dict(table.options) == {"path": f"{Path.home()}/t.csv", "time": "1", "zone": "Europe/Oslo"}


def test_what_has_ends_or_watches_the_machine_tells_of_activity_and_all_else_of_mail(tmp_path: Path) -> None:
    entries = [IMAP, 'type = "gmail"\naccount = "g"', 'type = "csv"\npath = "t"', 'type = "activitywatch"']
    ended = 'type = "csv"\npath = "t"\nend = 2'
    assert [e.mail for e in read(tmp_path, *entries, ended)] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", '2: evidence[0].type: which type? write type = "imap"'),
        ('type = "imapp"', '4: evidence[0].type: must be "imap", "gmail", "mbox", "csv" or "activitywatch", did you'),
        (IMAP + 'hots = "x"', '7: evidence[0].hots: there is no key "hots" here, did you mean "host"?'),
        ('type = "imap"\nusername = "ada"', "2: evidence[0].host: missing"),
        (IMAP + 'security = "none"', "7: evidence[0].security: your password would be readable to all"),
        (IMAP + "password = 7742", "7: evidence[0].password: must be text"),
        (IMAP + "port = 99999", "7: evidence[0].port:"),
        ('type = "gmail"\naccount = "work"', '5: evidence[0].account: there is no Google account "work"'),
        ('type = "gmail"\naccount = "g"\nendpoint = "http://g.example/"', "6: evidence[0].endpoint: http://"),
        ('type = "activitywatch"\nurl = "http://desk.example:5600/"', "5: evidence[0].url: ActivityWatch has no"),
        (
            'type = "csv"\npath = "t"\n[accounts.x]\ntype = "memory"',
            "3: evidence[0].name: an account is called",
        ),
        ('type = "csv"\npath = "t"\nzone = "Europe/Olso"', "6: evidence[0].zone: there is no time zone"),
        (
            'type = "mbox"\npath = "a"\n[[evidence]]\nname = "x"\ntype = "mbox"\npath = "b"',
            "7: evidence[1].name: there",
        ),
    ],
)
def test_mistakes_are_told_with_line_and_key(entry: str, said: str) -> None:
    found = mistakes(entry)
    assert any(m.startswith(f"c.toml:{said}") for m in found), found
    assert "7742" not in str(found)


@pytest.mark.parametrize("key", ['host = "localhost"\nsecurity = "none"', 'security = "none"\nallow_plain = true'])
def test_plain_text_is_for_this_machine_or_who_asks_for_it(key: str) -> None:
    entry = IMAP.replace('host = "imap.example.org"\n', "") if "host" in key else IMAP
    assert mistakes(entry + key) == []


def test_a_password_here_is_a_secret_of_the_file_too(tmp_path: Path) -> None:
    (found,) = read(tmp_path, f'{IMAP}password = "hunter2"')
    assert dict(found.options)["password"] == Secret("hunter2")
    (tmp_path / "config.toml").chmod(0o644)
    assert "chmod 600" in insecure(tmp_path / "config.toml")
