"""Signing in on the command line: in a browser, headless, with a password; shown and taken back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from tests import browser
from tests.conftest import Serve
from tests.consent import CLIENT_ID, CLIENT_SECRET, Consent
from tests.home import PASSWORDS, Home
from tests.servers import Server, radicale
from timeblock.calendars.google_auth import LIST, READ
from timeblock.calendars.google_auth import MAIL as MAIL_SCOPE
from timeblock.cli.auth_cmd import ending
from timeblock.cli.documents import schema


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def consent() -> Consent:
    return Consent()


def test_signing_in_to_google_in_the_browser(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    done = home.run("auth", "work")
    assert done.returncode == 0, done.stderr
    assert "work: signed in to Google. timeblock may see the list of your calendars; see events" in done.stdout
    assert 'If the Google project of work is in "Testing", its sign-in ends on' in done.stdout
    assert 'If the Google project of work is in "Testing"' in home.run("auth", "status").stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert (home.state / "secrets").stat().st_mode & 0o777 == 0o600


def test_a_sign_in_that_outlived_testing_is_not_said_to_end() -> None:
    zone, day = ZoneInfo("UTC"), 24 * 3600
    assert list(ending("work", 0, None, 7 * day, zone)) == []
    assert "ends on Thu 8 Jan" in next(ending("work", 0, None, 6 * day, zone))
    assert next(ending("work", 0, 9 * day, 8 * day, zone)).startswith("The sign-in of work ends on Sat 10 Jan.")


def test_a_client_may_stand_in_the_config_with_its_secret_fetched(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    fetch = f'client_id = "{CLIENT_ID}"\nclient_secret.fetch = ["command", "echo", "{CLIENT_SECRET}"]'
    home.config.write_text(home.config.read_text().replace('client = "client.json"', fetch))
    assert home.run("auth", "work").returncode == 0


def test_status_says_since_when_what_may_be_done_and_when_it_ends(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url, PASSWORDS.format(url="https://dav.example"))
    consent.lasts, consent.grants = 604_799, (LIST, READ)
    partly = home.run("auth", "work")
    assert partly.returncode == 1
    assert "Not granted: write events on calendars you own" in partly.stdout
    assert "The sign-in of work ends on" in partly.stdout
    shown = home.run("auth", "status", "--json")
    assert shown.returncode == 4  # the other account has no password yet
    Draft202012Validator(schema("auth")).validate(json.loads(shown.stdout))
    work, cloud = json.loads(shown.stdout)["accounts"]
    assert (work["ok"], work["text"], work["scopes"]) == (False, "signed in, only to read", [LIST, READ])
    lasts = datetime.fromisoformat(work["ends_at"]) - datetime.fromisoformat(work["since"])
    assert lasts.total_seconds() == 604_799
    assert (cloud["ok"], cloud["text"]) == (False, "no password; run: timeblock auth cloud")
    table = " ".join(home.run("auth", "status").stdout.split())
    assert "may see the list of your calendars" in table
    assert "not granted: write events" in table


def test_headless_prints_the_address_and_takes_what_is_pasted(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    with headless(home) as process:
        url = re.search(r"^http\S+$", until(process, "ssh -N -L"), re.MULTILINE)
        assert url
        landed = redirected(url[0])
        assert process.stdin
        process.stdin.write("http://127.0.0.1/?code=x&state=guessed\n" + landed + "\n")
        process.stdin.flush()
        assert process.wait(30) == 0
        assert "not the address of this sign-in" in until(process, "")
    assert consent.alive == {"refresh-hunter2"}


def test_headless_needs_no_paste_through_a_tunnel(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    with headless(home) as process:
        url = re.search(r"^http\S+$", until(process, "ssh -N -L"), re.MULTILINE)
        assert url
        browser.agree(url[0])
        assert process.wait(30) == 0


def test_without_a_window_it_is_headless_by_itself(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    with headless(home, "auth", "work") as process:
        assert "Open this address in a browser, on any machine" in until(process, "ssh -N -L")


def test_a_person_who_says_no_ends_with_4(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    consent.says_no = True
    done = home.run("auth", "work")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (4, "Google did not sign you in (access_denied).")


def test_revoking_is_told_to_google_and_forgotten(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url)
    home.run("auth", "work")
    done = home.run("auth", "revoke", "work")
    assert (done.returncode, done.stdout) == (0, "work: taken back at Google, and forgotten here.\n")
    assert consent.alive == set()
    assert home.run("auth", "revoke", "work").returncode == 4
    assert home.run("auth", "status").returncode == 4


def test_a_client_file_that_is_not_there_is_told(home: Home) -> None:
    home.google("http://127.0.0.1:1/")
    (home.folder / "client.json").unlink()
    done = home.run("auth", "work")
    assert done.returncode == 2
    assert f"client: {home.folder}/client.json cannot be read" in done.stderr


def test_an_account_that_is_not_there_is_told(home: Home) -> None:
    home.google("http://127.0.0.1:1/")
    done = home.run("auth", "wrok")
    assert (done.returncode, done.stderr) == (2, 'There is no account "wrok", did you mean "work"?\n')


# ---- passwords -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


def test_a_password_is_tried_then_kept_and_used(home: Home, server: Server) -> None:
    home.config.write_text('identity = "ada"\n' + PASSWORDS.format(url=server.url))
    wrong = home.run("auth", "cloud", typed="hunter2\n")
    assert wrong.returncode == 4
    assert "hunter2" not in wrong.stderr
    assert not (home.state / "secrets").exists()
    done = home.run("auth", "cloud", typed="secret\n")
    assert done.stdout == "cloud: password kept in the sealed file (the server takes it).\n"
    assert home.run("calendars").returncode == 0
    assert home.run("auth", "revoke", "cloud").returncode == 0
    assert "timeblock auth cloud" in home.run("calendars").stderr


def test_a_password_for_a_server_that_is_away_is_kept_untried(home: Home) -> None:
    home.config.write_text('identity = "ada"\n' + PASSWORDS.format(url="http://127.0.0.1:1/"))
    done = home.run("auth", "cloud", typed="secret\n")
    assert (done.returncode, "not tried yet" in done.stdout) == (0, True)


def test_a_password_in_the_config_is_not_kept_twice(home: Home) -> None:
    home.config.write_text('identity = "ada"\n' + PASSWORDS.format(url="http://127.0.0.1:1/") + 'password = "x"\n')
    assert "comes from the config" in home.run("auth", "cloud", typed="secret\n").stderr
    assert "is in the config" in home.run("auth", "revoke", "cloud").stderr


def test_no_password_at_all_is_told(home: Home) -> None:
    home.config.write_text('identity = "ada"\n' + PASSWORDS.format(url="http://127.0.0.1:1/"))
    assert home.run("auth", "cloud").returncode == 2


def test_a_folder_needs_no_sign_in(home: Home) -> None:
    home.config.write_text('identity = "ada"\n[accounts.local]\ntype = "folder"\npath = "x"\n')
    assert home.run("auth", "local").stdout == "local: needs no sign-in.\n"
    assert home.run("auth", "status").returncode == 0


# ---- evidence --------------------------------------------------------------------------------------------------------

MAIL = '[[evidence]]\nname = "mail"\ntype = "imap"\nhost = "imap.example.org"\nusername = "ada"\n'
GMAIL = '[[evidence]]\nname = "sent"\ntype = "gmail"\naccount = "work"\n'


def test_a_password_for_evidence_is_kept_too(home: Home) -> None:
    home.config.write_text('identity = "ada"\n' + MAIL)
    assert "no password; run: timeblock auth mail" in home.run("auth", "status").stdout
    assert (
        "password kept in the sealed file (`timeblock sync` tries it)" in home.run("auth", "mail", typed="x\n").stdout
    )
    assert home.run("auth", "status").returncode == 0


def test_who_reads_gmail_as_evidence_is_asked_for_that_right_alone(home: Home, consent: Consent, serve: Serve) -> None:
    home.google(serve(consent.answer).url, f"read_only = true\n{GMAIL}")
    assert "see when you sent mail, not what" in home.run("auth", "work").stdout
    assert consent.asked[0]["scope"].split() == [LIST, READ, MAIL_SCOPE]


# ---- a process that waits for a person -------------------------------------------------------------------------------


@contextmanager
def headless(home: Home, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A sign-in that waits for its answer; stopped at the end if it still does."""
    waiting = words or ("auth", "work", "--headless")
    command = [sys.executable, "-m", "timeblock", "--config", str(home.config), *waiting]
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=quiet, stderr=pipe, text=True, env=home.env()) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], word: str) -> str:
    """What the process says, up to the line with ``word`` in it ("": all)."""
    assert process.stderr
    said = ""
    for line in process.stderr:
        said += line
        if word and word in line:
            return said
    return said


def redirected(url: str) -> str:
    """Where the page sends the browser, copied from its address bar."""

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    try:
        build_opener(Stay).open(url, timeout=10)
    except HTTPError as answer:
        with answer:
            return str(answer.headers["Location"])
    raise AssertionError("no redirect")
