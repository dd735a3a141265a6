"""Secrets and titles are planted wherever they can be, everything is run, well and badly, and all that comes out is
searched for them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import Serve
from tests.consent import Consent
from tests.home import Home
from tests.web import Asked, Say
from timeblock.cli import root
from timeblock.errors import TimeblockError

SECRET = "hunter2"
TITLE = "Zahnwurzel"
ALICE = f"Basic {base64.b64encode(b'alice:secret-hunter2').decode()}"

EVENTS = {
    "good": "DTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z",
    "no-start": "DTEND:20261124T100000Z",
    "bad-start": f"DTSTART:{TITLE}\r\nDTEND:20261124T100000Z",
    "bad-zone": "DTSTART;TZID=Nowhere/Land:20261124T090000\r\nDURATION:PT1H",
    "bad-rule": "DTSTART:20261124T090000Z\r\nRRULE:FREQ=NEVER",
    "endless": "DTSTART:20261124T090000Z\r\nRRULE:FREQ=SECONDLY",
}
SILENT: tuple[tuple[str, ...], ...] = (
    ("auth", "status"),
    ("calendars",),
    ("config", "check"),
    ("sync",),
    ("sync", "--json"),
    ("doctor", "--write"),
    ("doctor", "--json"),
    ("data", "show"),
)
"""Commands that show no title anywhere. The others show titles on standard output, where one asked for them."""

SHOWING: tuple[tuple[str, ...], ...] = (
    *(("config", "show"), ("config", "show", "--json"), ("plan",), ("apply",), ("measure",), ("status",), ("log",)),
    *(("export",), ("undo",), ("check",), ("review",), ("goals", "list"), ("daemon", "--once", "--log", "json")),
)


def calendar(uid: str, when: str) -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//{TITLE}//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
        f"DTSTAMP:20261101T000000Z\r\n{when}\r\nSUMMARY:{TITLE}\r\nLOCATION:{TITLE}\r\nDESCRIPTION:{TITLE}\r\n"
        f"ORGANIZER;CN={TITLE}:mailto:{TITLE}@example.org\r\nX-{TITLE}:{TITLE}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


class Hostile:
    """Answers every request with one answer, full of secrets."""

    said = Say(500, f"{TITLE} {SECRET}", {"X-Trace": SECRET})
    consent: Consent | None = None

    def answer(self, asked: Asked) -> Say:
        return self.consent.answer(asked) if self.consent else self.said


def evidence(folder: Path, url: str) -> str:
    """Other traces of work, one that can be read among them."""
    (folder / "sent.mbox").write_text(f"From {TITLE}\nSubject: {TITLE}\nDate: {TITLE}\nTo: {TITLE}\n\n{TITLE}\n")
    (folder / "sheet.csv").write_text(f"what,from\n{TITLE},{TITLE}\n{TITLE},2026-11-24T09:00:00Z\n")
    return (
        f'[[evidence]]\nname = "imap"\ntype = "imap"\nhost = "127.0.0.1"\nport = 1\nusername = "ada"\n'
        f'password = "{SECRET}"\n[[evidence]]\nname = "mbox"\ntype = "mbox"\npath = "sent.mbox"\n'
        '[[evidence]]\nname = "csv"\ntype = "csv"\npath = "sheet.csv"\ntime = "from"\n'
        f'[[evidence]]\nname = "gmail"\ntype = "gmail"\naccount = "work"\nendpoint = "{url}gmail/"\n'
        f'[[evidence]]\nname = "watch"\ntype = "activitywatch"\nurl = "{url}"\n'
    )


@pytest.fixture
def hostile() -> Hostile:
    return Hostile()


@pytest.fixture
def home(tmp_path: Path, serve: Serve, hostile: Hostile) -> Home:
    """Accounts of each kind, with secrets of each kind; events of each kind of damage."""
    made = Home(tmp_path)
    url, away = serve(lambda asked: hostile.answer(asked)).url, "http://127.0.0.1:1/"
    for folder in ("read", "blocks"):
        (tmp_path / "vdir" / folder).mkdir(parents=True)
    for uid, when in EVENTS.items():
        (tmp_path / f"vdir/read/{uid}.ics").write_text(calendar(uid, when), newline="")
    (tmp_path / "vdir/read/rubbish.ics").write_text(f"{TITLE} {SECRET}")
    made.google(
        url,
        f'endpoint = "{url}calendar/"\n'
        '[accounts.local]\ntype = "folder"\npath = "vdir"\n'
        f'[accounts.feed]\ntype = "feed"\nallow_private = true\nurl = "{url}{SECRET}/{SECRET}.ics?key={SECRET}"\n'
        f'[accounts.broken]\ntype = "caldav"\nurl = "{url}"\nusername = "ada"\npassword = "{SECRET}"\n'
        f'[accounts.away]\ntype = "caldav"\nurl = "{away}"\nusername = "ada"\npassword = "{SECRET}"\n'
        f'[accounts.fetch]\ntype = "caldav"\nurl = "{url}"\nusername = "ada"\n'
        f'password.fetch = ["command", "sh", "-c", "echo {SECRET} {TITLE} >&2; exit 3"]\n'
        + "".join(f'[[calendars]]\nname = "{n}"\naccount = "{n}"\n' for n in ("feed", "broken", "away", "fetch"))
        + '[[calendars]]\nname = "gcal"\naccount = "work"\n'
        + '[[calendars]]\nname = "read"\naccount = "local"\n[[calendars]]\nname = "blocks"\naccount = "local"\n'
        + f'role = "blocks"\n[[blocks]]\nname = "lunch"\ntitle = "{TITLE}"\nkind = "rest"\n'
        + evidence(tmp_path, url)
        + '[store]\ndatabase = "sqlite:///timeblock.db"\n',
    )
    return made


ANSWERS = {
    "500": Say(500, f"{TITLE} {SECRET}", {"X-Trace": SECRET}),
    "401": Say(401, f"{TITLE} {SECRET}", {"WWW-Authenticate": f'Basic realm="{SECRET}"'}),
    "403": Say(403, json.dumps({"error": {"message": f"{TITLE} {SECRET}", "errors": [{"reason": TITLE + SECRET}]}})),
    "400": Say(400, json.dumps({"error": f"{SECRET}", "error_description": f"{TITLE} {SECRET}"})),
    "redirect": Say(302, headers={"Location": f"http://ada:{SECRET}@127.0.0.1:1/{SECRET}?{TITLE}"}),
    "rubbish": Say(200, f"<html>{TITLE} {SECRET}"),
    "no xml": Say(207, f"<d:multistatus xmlns:d='DAV:'><{TITLE}{SECRET}"),
    "cut": Say(200, f"BEGIN:VCALENDAR\r\nSUMMARY:{TITLE}{SECRET}", length=5000),
    "dropped": Say(drop=True),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_failure_tells_a_secret_or_a_title(home: Home, hostile: Hostile, answer: str) -> None:
    hostile.said = ANSWERS[answer]
    for words in (("sync",), ("doctor",), ("auth", "broken")):
        silent(home, *words)


def test_what_is_shown_and_written_holds_no_secret_and_errors_no_title(home: Home) -> None:
    for words in SHOWING:
        out, err = run(home, *words)
        assert SECRET not in out
        assert not leaked(err), words
    for words in SILENT:
        silent(home, *words)
    nothing_written(home)


def test_who_wants_to_hear_more_hears_of_hosts_and_no_secret(home: Home) -> None:
    done = home.run("--verbose", "sync")
    assert "GET 127.0.0.1: 500" in done.stderr
    assert not leaked(done.stdout + done.stderr)


def test_signing_in_and_out_tells_and_writes_no_secret(home: Home, hostile: Hostile) -> None:
    consent = hostile.consent = Consent()
    done = home.run("--verbose", "auth", "work", "--json")
    assert done.returncode == 0, done.stderr
    assert not leaked(done.stdout + done.stderr)
    silent(home, "sync")
    consent.broken = ANSWERS["400"]
    silent(home, "doctor")
    nothing_written(home)
    consent.broken = None
    silent(home, "auth", "revoke", "work")


def test_a_config_with_mistakes_tells_no_secret(home: Home) -> None:
    good = home.config.read_text()
    for wrong in (
        good.replace(f'password = "{SECRET}"', f'password = ["{SECRET}"]', 1),
        good.replace(f'password = "{SECRET}"', f'pasword = "{SECRET}"', 1),
        good.replace(f'password = "{SECRET}"', f'password = "{SECRET}', 1),
        good.replace('url = "http://', f'url = "http://ada:{SECRET}@', 1),
        good.replace('type = "google"', f'type = "google"\nclient_secret = "{SECRET}"\n', 1),
    ):
        home.config.write_text(wrong)
        for words in (("config", "check"), ("sync",), ("doctor",), ("config", "check", "--json")):
            assert "client" in (said := silent(home, *words)) or "accounts" in said or "TOML" in said


def silent(home: Home, *words: str) -> str:
    """Run a command that may show neither secret nor title, whatever happens. Returns all that it said."""
    out, err = run(home, *words)
    assert not leaked(out), words
    assert not leaked(err), words
    return out + err


def run(home: Home, *words: str) -> tuple[str, str]:
    """What comes out and, with the text of the error that ends it, what comes on standard error. No bugs."""
    app = ["--config", str(home.config), *words]
    done = CliRunner(env=home.env()).invoke(root, app, input=f"{SECRET}\n")
    assert done.exception is None or isinstance(done.exception, SystemExit | TimeblockError), words
    return done.stdout, f"{done.stderr}\n{done.exception}"


def leaked(text: str) -> list[str]:
    """The lines that hold a secret or a title."""
    return [line for line in text.splitlines() if SECRET in line.lower() or TITLE.lower() in line.lower()]


def nothing_written(home: Home) -> None:
    """But the config, the database and the calendars themselves; of the config, as judged, no secret."""
    for path in home.folder.rglob("*"):
        mine = path.name in ("config.toml", "client.json", "sent.mbox", "sheet.csv") or path.name.startswith(
            "timeblock.db"
        )
        if path.is_file() and not mine and "vdir" not in path.parts:
            text = path.read_bytes().decode("latin-1")
            judged = path.parent == home.state and path.name.startswith("config-")
            assert not (SECRET in text.lower() if judged else leaked(text)), path
