"""The sign-in against an emulator of Google's that others wrote: npm's ``emulate``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import agree
from tests.calendars.test_google_auth import NOW, Memory
from tests.servers import Server, emulate, no_emulate
from timeblock.calendars.google_auth import LIST, READ, WRITE, Client, Tokens, scopes
from timeblock.errors import AuthNeeded

pytestmark = pytest.mark.skipif(bool(no_emulate()), reason=no_emulate())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with emulate(tmp_path_factory.mktemp("emulate")) as running:
        yield running


@pytest.fixture
def tokens(server: Server) -> Tokens:
    client = Client("an-id", "a-secret", f"{server.url}o/oauth2/v2/auth", f"{server.url}oauth2/token")
    return Tokens("work", lambda: client, Memory(), lambda: NOW, scopes())


def sign_in(tokens: Tokens) -> str:
    with tokens.attempt() as attempt:
        agree(attempt.url)
        return tokens.finish(attempt, attempt.wait(10)).access_token


def test_the_emulator_signs_us_in_with_the_rights_we_asked_for(tokens: Tokens) -> None:
    assert sign_in(tokens) == tokens.access_token()
    assert tokens.sign_in().scopes == (LIST, READ, WRITE)
    assert tokens.writable


def test_the_emulator_gives_another_access_token(tokens: Tokens) -> None:
    first = sign_in(tokens)
    assert tokens.renew() == tokens.access_token() != first


def test_the_emulator_refuses_a_code_without_the_verifier_that_belongs_to_it(tokens: Tokens) -> None:
    with tokens.attempt() as attempt, tokens.attempt() as other:
        agree(attempt.url)
        with pytest.raises(AuthNeeded, match="invalid_grant"):
            tokens.finish(other, attempt.wait(10))


def test_after_revoking_the_emulator_honours_the_sign_in_no_more(tokens: Tokens) -> None:
    sign_in(tokens)
    assert tokens.revoke()
    with pytest.raises(AuthNeeded, match=r"invalid_grant.*timeblock auth work"):
        tokens.renew()
