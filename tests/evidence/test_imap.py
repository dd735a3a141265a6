"""Sent mail on a real Dovecot: what is read, what is never asked for, and what happens when the line breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.evidence.mailserver import PASSWORD, Mailserver, dovecot, dovecot_lacks, scripted, wire
from tests.servers import free_port
from timeblock.errors import AuthNeeded, FixNeeded, Incomplete, TimeblockError, TryLater
from timeblock.evidence import imap
from timeblock.evidence.imap import Imap, Server
from timeblock.sync.source import Cursor, Reading

NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
HOUR, DAY = 3600, 86_400


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[Mailserver]:
    if lacks := dovecot_lacks():
        pytest.skip(lacks)
    with dovecot(certificate) as started:
        yield started


@pytest.fixture
def server(running: Mailserver, request: pytest.FixtureRequest) -> Mailserver:
    """With a mailbox of this test's own."""
    return replace(running, user=f"alice-{abs(hash(request.node.name))}")


Open = Callable[..., Imap]


@pytest.fixture
def open_any() -> Iterator[Open]:
    """Make a source of the sent mail at a port; closed after the test."""
    made: list[Imap] = []

    def make(
        port: int, security: str = "none", folder: str = "", password: str = PASSWORD, user: str = "alice"
    ) -> Imap:
        where = Server("127.0.0.1", port, user, security)  # type: ignore[arg-type]  # one of three
        made.append(Imap("mail", where, lambda: password, folder, lambda: NOW))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture
def open_mail(server: Mailserver, open_any: Open) -> Open:
    """As ``open_any``, at the real server unless another port is given."""
    return lambda port=None, *said, **more: open_any(port or server.port, *said, **more, user=server.user)


def times(reading: Reading) -> list[int]:
    return [trace.start for trace in reading.traces]


def all_of(source: Imap, cursor: Cursor) -> tuple[list[int], int]:
    """What is told to the end, and in how many parts."""
    reading, found, parts = source.changes(cursor), list[int](), 1
    while reading.more:
        found, parts = found + times(reading), parts + 1
        reading = source.changes(reading.cursor)
    return found + times(reading), parts


def test_the_folder_marked_as_sent_is_found_and_each_message_is_a_trace(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 3 * HOUR, NOW - HOUR)
    server.send("INBOX", NOW - 2 * HOUR)
    server.send("Sent", NOW - 2 * HOUR)
    found = open_mail().changes({})
    assert times(found) == [NOW - 3 * HOUR, NOW - HOUR]
    assert (found.until, found.more) == (NOW, False)
    assert all((t.start, t.kind, t.source) == (t.end, "mail", "mail") for t in found.traces)


def test_nothing_is_said_but_what_times_need(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 3 * HOUR, NOW - HOUR)
    with wire(server.port) as line:
        source = open_mail(line.port)
        cursor = source.changes({}).cursor
        source.changes(cursor)
        source.close()
    assert line.commands == [
        "CAPABILITY",
        "AUTHENTICATE PLAIN",
        'LIST "" "*"',
        'EXAMINE "Gesendet"',
        "CAPABILITY",
        "UID SEARCH SINCE 21-Oct-2025",
        "UID FETCH 1,2 (INTERNALDATE BODY.PEEK[HEADER.FIELDS (DATE)])",
        'EXAMINE "Gesendet"',
        "LOGOUT",
    ]


def test_only_what_came_since_is_asked_for(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 3 * HOUR)
    cursor = open_mail().changes({}).cursor
    server.send("Gesendet", NOW - HOUR)
    with wire(server.port) as line:
        source = open_mail(line.port)
        assert times(source.changes(cursor)) == [NOW - HOUR]
        source.close()
    assert line.commands[-3:] == [
        "UID SEARCH UID 2:*",
        "UID FETCH 2 (INTERNALDATE BODY.PEEK[HEADER.FIELDS (DATE)])",
        "LOGOUT",
    ]


def test_nothing_is_changed_there(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - HOUR)
    open_mail().changes({})
    with server.mailbox() as client:
        client.select("Gesendet", readonly=True)
        _, answer = client.fetch("1", "(FLAGS)")
    assert b"\\Seen" not in bytes(answer[0])  # type: ignore[arg-type]  # a line


def test_much_is_read_in_parts(server: Mailserver, open_mail: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "BATCH", 2)
    sent = [NOW - n * HOUR for n in range(5, 0, -1)]
    server.send("Gesendet", *sent)
    assert all_of(open_mail(), {}) == (sent, 3)


def test_a_folder_that_numbers_anew_is_read_anew(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 3 * HOUR, NOW - 2 * HOUR)
    cursor = open_mail().changes({}).cursor
    with server.mailbox() as client:
        client.delete("Gesendet")
        client.create("Gesendet")
    server.send("Gesendet", NOW - HOUR)
    assert times(open_mail().changes(cursor)) == [NOW - HOUR]


def test_another_folder_with_the_same_numbers_is_another_folder(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 3 * HOUR)
    server.send("Sent", NOW - 2 * HOUR)
    cursor = open_mail(folder="Gesendet").changes({}).cursor
    assert times(open_mail(folder="Sent").changes({**cursor, "uidvalidity": "1"})) == [NOW - 2 * HOUR]
    assert times(open_mail(folder="Gesendet").changes({**cursor, "folder": "Sent"})) == [NOW - 3 * HOUR]


def test_the_first_time_not_all_years_are_read(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 800 * DAY, NOW - HOUR)
    assert times(open_mail().changes({})) == [NOW - HOUR]


@pytest.mark.parametrize("header", ["Subject: no date", "Date: yesterday", "Date: Tue, 24 Nov 2076 20:00:00 +0100"])
def test_where_the_date_cannot_be_the_server_s_own_counts(server: Mailserver, open_mail: Open, header: str) -> None:
    server.send("Gesendet", NOW, header=header, arrived=NOW - 5 * HOUR)
    assert times(open_mail().changes({})) == [NOW - 5 * HOUR]


def test_the_date_header_counts_and_not_when_it_was_filed(server: Mailserver, open_mail: Open) -> None:
    server.send("Gesendet", NOW - 9 * HOUR, arrived=NOW - HOUR)
    assert times(open_mail().changes({})) == [NOW - 9 * HOUR]


def test_an_empty_folder_is_read_to_its_end(open_mail: Open) -> None:
    found = open_mail().changes({})
    assert (found.traces, found.more, found.until) == ((), False, NOW)


def test_another_folder_may_be_named_and_one_that_is_not_there_is_told(server: Mailserver, open_mail: Open) -> None:
    server.send("Sent", NOW - HOUR)
    assert times(open_mail(folder="Sent").changes({})) == [NOW - HOUR]
    with pytest.raises(FixNeeded, match='no folder "Sentt"'):
        open_mail(folder="Sentt").changes({})


def test_a_wrong_password_is_told_and_not_repeated(open_mail: Open) -> None:
    with pytest.raises(AuthNeeded, match="refuses the password of alice") as told:
        open_mail(password="hunter2").changes({})
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("imap.gmail.com", "app password"),
        ("p42-imap.mail.me.com", "app-specific"),
        ("mail.example.org", "is it right?"),
    ],
)
def test_hosts_that_want_a_password_of_their_own_are_known(host: str, said: str) -> None:
    assert said in imap.hint(host)


@pytest.mark.parametrize("cut_at", ["UID FETCH", "EXAMINE", "AUTHENTICATE"])
def test_a_line_that_breaks_is_for_later_and_then_all_is_there(
    server: Mailserver, open_mail: Open, cut_at: str
) -> None:
    server.send("Gesendet", NOW - HOUR)
    with wire(server.port) as line:
        source = open_mail(line.port)
        line.cut_at = cut_at
        with pytest.raises(TryLater, match=r"127\.0\.0\.1 cannot be read"):
            source.changes({})
        line.cut_at = ""
        assert times(source.changes({})) == [NOW - HOUR]
        source.close()


def test_a_server_that_is_not_there_is_for_later(open_mail: Open) -> None:
    with pytest.raises(TryLater, match="refused"):
        open_mail(free_port()).changes({})


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_what_is_said_is_sealed_for_a_server_that_proves_who_it_is(
    server: Mailserver, open_mail: Open, security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.send("Gesendet", NOW - HOUR)
    port = server.tls_port if security == "tls" else server.port
    with wire(port) as line:
        with pytest.raises(TryLater, match="certificate is not valid"):
            open_mail(line.port, security).changes({})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        source = open_mail(line.port, security)
        assert times(source.changes({})) == [NOW - HOUR]
        source.close()
    assert not any("LOGIN" in said or "AUTHENTICATE" in said or "EXAMINE" in said for said in line.said)


# ---- servers that are none, or have a bad day ------------------------------------------------------------------------

HELLO = "* OK hello"
LISTED = '* LIST (\\Sent) "." "Post"\r\n{tag} OK listed'
CAN = {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK can"}
IN = {**CAN, "LOGIN": "{tag} OK in"}


@pytest.mark.parametrize(
    ("greeting", "answers", "kind", "said"),
    [
        ("HTTP/1.1 400 Bad Request", {}, TryLater, "cannot be read"),
        ("* BYE too many connections", {}, TryLater, "cannot be read"),
        (HELLO, {}, TryLater, "cannot be read"),
        (HELLO, {**CAN, "LOGIN": "{tag} NO [UNAVAILABLE] try again"}, TryLater, "cannot check passwords now"),
        (HELLO, {**CAN, "LOGIN": "{tag} NO [AUTHENTICATIONFAILED] no"}, AuthNeeded, "refuses the password"),
        (HELLO, {**IN, "LIST": "{tag} OK listed"}, FixNeeded, "marks no folder as that of sent mail"),
        (HELLO, {**IN, "LIST": "{tag} BAD what?"}, Incomplete, "what no mail server does"),
        (HELLO, {**IN, "LIST": LISTED, "EXAMINE": "{tag} OK open"}, Incomplete, "keeps no lasting numbers"),
        (HELLO, {**IN, "LIST": LISTED, "EXAMINE": "* BYE"}, TryLater, "cannot be read"),
    ],
)
def test_what_a_server_says_is_told_by_what_to_do(
    greeting: str, answers: Mapping[str, str], kind: type[TimeblockError], said: str, open_any: Open
) -> None:
    with scripted(greeting, answers) as port, pytest.raises(kind, match=said) as told:
        open_any(port, password="hunter2").changes({})
    assert "hunter2" not in str(told.value)


def test_a_folder_that_only_its_name_marks_is_found(open_any: Open) -> None:
    listed = LISTED.replace("\\Sent", "\\Marked").replace("Post", "INBOX.Sent Items")
    examined = "* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 1]\r\n{tag} OK [READ-ONLY]"
    answers = {**IN, "LIST": listed, 'EXAMINE "INBOX.Sent Items"': examined, "UID SEARCH": "* SEARCH\r\n{tag} OK found"}
    with scripted(HELLO, answers) as port:
        cursor = open_any(port, password="hunter2").changes({}).cursor
    assert cursor == {"folder": "INBOX.Sent Items", "uidvalidity": "7", "uid": "1"}


def test_where_only_ascii_is_taken_a_password_beyond_it_is_not_sent(open_any: Open) -> None:
    with scripted(HELLO, IN) as port, pytest.raises(FixNeeded, match="of plain letters") as told:
        open_any(port).changes({})
    assert PASSWORD not in str(told.value)


def test_a_server_without_starttls_gets_no_password(open_any: Open) -> None:
    with scripted(HELLO, IN) as port, pytest.raises(FixNeeded, match="offers no STARTTLS"):
        open_any(port, "starttls").changes({})
