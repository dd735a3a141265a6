"""Signing in to Google, and what becomes of the sign-in."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from google_auth_oauthlib.flow import InstalledAppFlow

from tests.conftest import Serve
from tests.consent import CLIENT_ID, CLIENT_SECRET, Consent
from tests.web import Say
from timeblock.calendars.google import Tokens as Wanted
from timeblock.calendars.google_auth import LIST, READ, WRITE, Client, SignIn, Tokens, client_of_file, scopes
from timeblock.errors import AuthNeeded, FixNeeded, TryLater
from timeblock.secrets import Kept, Sealed

NOW = 1_795_422_000


@dataclass
class Memory:
    """Keeps one secret, and counts how often it was locked."""

    secret: str | None = None
    locked: int = 0
    written: list[str] = field(default_factory=list)

    def read(self) -> str | None:
        return self.secret

    def write(self, secret: str) -> None:
        self.secret = secret
        self.written.append(secret)

    @contextmanager
    def alone(self) -> Iterator[None]:
        self.locked += 1
        yield


@dataclass
class World:
    consent: Consent
    kept: Memory
    tokens: Tokens
    clock: list[int]

    def sign_in(self) -> SignIn:
        with self.tokens.attempt() as attempt:
            browse(attempt.url)
            return self.tokens.finish(attempt, attempt.wait(5))


def browse(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as page:
        body: bytes = page.read()
        return body


@pytest.fixture
def world(serve: Serve) -> World:
    return made(serve)


def made(serve: Serve, *, secret: str = CLIENT_SECRET, read_only: bool = False) -> World:
    consent, kept, clock = Consent(), Memory(), [NOW]
    url = serve(consent.answer).url
    client = Client(CLIENT_ID, secret, f"{url}auth", f"{url}token")
    return World(
        consent, kept, Tokens("work", lambda: client, kept, lambda: clock[0], scopes(write=not read_only)), clock
    )


# ---- signing in ------------------------------------------------------------------------------------------------------


def test_a_sign_in_through_the_browser_gives_tokens_and_is_kept(world: World) -> None:
    made = world.sign_in()
    assert (made.since, made.scopes, made.ends_at) == (NOW, (LIST, READ, WRITE), None)
    assert json.loads(world.kept.secret or "")["refresh_token"] == "refresh-hunter2"
    assert world.tokens.access_token() == "access-hunter2-1"
    assert world.tokens.writable


def test_these_tokens_are_what_the_backend_wants(world: World) -> None:
    world.sign_in()
    wanted: Wanted = world.tokens
    assert wanted.writable


def test_google_is_asked_as_its_own_library_would_ask(world: World) -> None:
    config = {
        "client_id": CLIENT_ID,
        "client_secret": "x",
        "auth_uri": "https://a.example/auth",
        "token_uri": "https://t",
    }
    flow = InstalledAppFlow.from_client_config({"installed": config}, list(scopes()))
    flow.redirect_uri = "http://127.0.0.1:1/"
    theirs = parse_qs(urlsplit(flow.authorization_url(prompt="consent")[0]).query)
    with world.tokens.attempt() as attempt:
        ours = parse_qs(urlsplit(attempt.url).query)
    ours_alone = {"state", "code_challenge", "redirect_uri"}
    assert {k: v for k, v in ours.items() if k not in ours_alone} == {
        k: v for k, v in theirs.items() if k not in ours_alone
    }
    assert ours.keys() == theirs.keys()
    assert len(ours["code_challenge"][0]) == len(theirs["code_challenge"][0]) == 43


def test_no_two_sign_ins_share_state_or_verifier(world: World) -> None:
    with world.tokens.attempt() as one, world.tokens.attempt() as other:
        assert not one.offer(f"http://127.0.0.1/?code=x&state={parse_qs(urlsplit(other.url).query)['state'][0]}")
        assert one.form("x")["code_verifier"] != other.form("x")["code_verifier"]


def test_read_only_asks_for_no_right_to_write(serve: Serve) -> None:
    world = made(serve, read_only=True)
    world.sign_in()
    assert world.consent.asked[0]["scope"].split() == [LIST, READ]
    assert not world.tokens.writable


def test_a_right_to_write_that_was_given_earlier_is_not_used_once_the_account_is_read_only(serve: Serve) -> None:
    world = made(serve, read_only=True)
    world.consent.grants = (LIST, READ, WRITE)
    world.sign_in()
    assert not world.tokens.writable


def test_a_right_that_the_person_left_out_is_missed_and_nothing_is_written(world: World) -> None:
    world.consent.grants = (LIST, READ)
    assert world.sign_in().missing((LIST, READ, WRITE)) == (WRITE,)
    assert not world.tokens.writable


def test_a_project_in_testing_tells_when_it_ends(world: World) -> None:
    world.consent.lasts = 604_799
    assert world.sign_in().ends_at == NOW + 604_799


def test_other_visitors_do_not_end_the_wait(world: World) -> None:
    with world.tokens.attempt() as attempt:
        silent = socket.create_connection(("127.0.0.1", attempt.port))
        for path in ("favicon.ico", "?code=stolen&state=guessed", "?state="):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                browse(f"http://127.0.0.1:{attempt.port}/{path}")
        browse(attempt.url)
        assert attempt.wait(5) == "the-code"
        silent.close()


def test_the_landing_page_holds_no_code_and_listens_on_this_machine_only(world: World) -> None:
    with world.tokens.attempt() as attempt:
        assert b"the-code" not in browse(attempt.url)
        assert urlsplit(parse_qs(urlsplit(attempt.url).query)["redirect_uri"][0]).hostname == "127.0.0.1"


def test_an_address_pasted_by_hand_signs_in_too(world: World) -> None:
    with world.tokens.attempt() as attempt:
        state = parse_qs(urlsplit(attempt.url).query)["state"][0]
        assert not attempt.offer("\n")
        assert not attempt.offer("http://127.0.0.1:1/?code=the-code")
        assert attempt.offer(f"  http://127.0.0.1:1/?state={state}&code=the-code&scope=x \n")
        assert attempt.wait(0) == "the-code"


def test_a_person_who_says_no_is_not_signed_in(world: World) -> None:
    world.consent.says_no = True
    with world.tokens.attempt() as attempt:
        browse(attempt.url)
        with pytest.raises(AuthNeeded, match="access_denied"):
            attempt.wait(5)
    assert world.kept.secret is None


def test_nothing_coming_back_is_said(world: World) -> None:
    with world.tokens.attempt() as attempt, pytest.raises(AuthNeeded, match="Nothing came back"):
        attempt.wait(0)


def test_a_code_that_is_not_google_s_signs_nobody_in(world: World) -> None:
    with world.tokens.attempt() as attempt:
        browse(attempt.url)
        with pytest.raises(AuthNeeded, match="invalid_grant"):
            world.tokens.finish(attempt, "another")
    assert world.kept.secret is None


def test_a_wrong_client_is_for_the_person_to_mend(serve: Serve) -> None:
    with pytest.raises(FixNeeded, match="invalid_client"):
        made(serve, secret="wrong").sign_in()


@pytest.mark.parametrize("text", ["", "[]", '{"web": {}}', '{"installed": {"client_id": "x"}}', "{"])
def test_a_file_that_is_no_client_is_told(text: str) -> None:
    with pytest.raises(FixNeeded, match="Desktop app"):
        client_of_file(text, "https://a.example", "https://t.example")


def test_the_file_of_the_console_is_a_client() -> None:
    text = json.dumps({"installed": {"client_id": "x", "client_secret": "y", "token_uri": "https://evil.example"}})
    assert client_of_file(text, "https://a.example", "https://t.example").token_uri == "https://t.example"


# ---- access tokens ---------------------------------------------------------------------------------------------------


def test_a_token_is_used_until_a_minute_before_its_end_then_renewed_and_kept(world: World) -> None:
    world.sign_in()
    world.clock[0] += 3539
    assert world.tokens.access_token() == "access-hunter2-1"
    world.clock[0] += 1
    assert world.tokens.access_token() == "access-hunter2-2"
    assert json.loads(world.kept.secret or "")["access_token"] == "access-hunter2-2"
    assert json.loads(world.kept.secret or "")["since"] == NOW
    assert world.kept.locked == 1


def test_a_token_that_google_refuses_is_renewed_once_for_all_processes(world: World) -> None:
    world.sign_in()
    other = Tokens("work", world.tokens._client, world.kept, lambda: NOW, scopes())
    assert other.access_token() == world.tokens.access_token()
    assert world.tokens.renew() == other.renew() == "access-hunter2-2"
    assert len(world.consent.forms) == 2


def test_many_at_once_renew_a_token_once(world: World, tmp_path: Path) -> None:
    """As processes do: each has its own lock, and its own view of what is kept."""
    world.sign_in()
    Sealed(tmp_path).write({"work": world.kept.secret or ""})
    client = world.tokens._client
    each = [Tokens("work", client, Kept("work", tmp_path), lambda: NOW + 4000, scopes()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        given = set(pool.map(Tokens.access_token, each))
    assert given == {"access-hunter2-2"}
    assert len(world.consent.forms) == 2


def test_without_a_sign_in_one_is_asked_for(world: World) -> None:
    for kept in (None, "", "{}", "not json", "[1]"):
        world.kept.secret = kept
        with pytest.raises(AuthNeeded, match="timeblock auth work"):
            world.tokens.access_token()


def test_refresh_token_revoked_or_expired(world: World) -> None:
    """The token is kept: the person may find that something else was wrong."""
    world.sign_in()
    world.consent.alive.clear()
    kept = world.kept.secret
    with pytest.raises(AuthNeeded, match=r"invalid_grant.*timeblock auth work"):
        world.tokens.renew()
    assert world.kept.secret == kept


@pytest.mark.parametrize(
    "broken",
    [
        Say(500),
        Say(503, "<html>"),
        Say(429, headers={"Retry-After": "120"}),
        Say(200, "<html>Welcome to the hotel</html>"),
        Say(200, "{}"),
        Say(200, '{"access_token": "a\\r\\nb"}'),
        Say(200, '{"access_token": 5', length=400),
        Say(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}),
        Say(400, '{"error": "<script>"}'),
        Say(400, '{"error": "temporarily_unavailable"}'),
        Say(drop=True),
    ],
)
def test_token_endpoint_trouble_is_passing_and_erases_nothing(world: World, broken: Say) -> None:
    world.sign_in()
    kept = world.kept.secret
    world.consent.broken = broken
    with pytest.raises(TryLater) as told:
        world.tokens.renew()
    assert world.kept.secret == kept
    assert "hunter2" not in str(told.value)
    if "Retry-After" in broken.headers:
        assert told.value.at == NOW + 120
    world.consent.broken = None
    assert world.tokens.renew().startswith("access-hunter2-")


def test_a_sign_in_of_another_client_is_not_sent_to_this_one(world: World, serve: Serve) -> None:
    world.sign_in()
    client = Client("other", "x", "https://a.example", "https://t.example")
    other = Tokens("work", lambda: client, world.kept, lambda: NOW + 4000, scopes())
    with pytest.raises(AuthNeeded, match="another OAuth client"):
        other.access_token()


def test_revoking_tells_google_and_says_if_it_had_ended(world: World) -> None:
    world.sign_in()
    assert world.tokens.revoke()
    assert world.consent.alive == set()
    assert not world.tokens.revoke()


def test_no_token_and_no_client_secret_shows_in_a_repr(world: World) -> None:
    made = world.sign_in()
    assert "hunter2" not in repr(made)
    assert "hunter2" not in repr(Client("id", CLIENT_SECRET, "a", "t"))
    assert "hunter2" not in repr(world.tokens)
