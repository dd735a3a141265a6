"""From what a person types to their calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from tests.calendars.test_caldav import CALENDAR_KIND, HTML, found, multistatus
from tests.conftest import Serve
from tests.contract.worlds import NOW
from tests.web import Asked, Say, Web
from timeblock.calendars.caldav import CalDAV
from timeblock.calendars.discovery import address
from timeblock.calendars.services import addresses, look_up
from timeblock.errors import FixNeeded, Forbidden, Incomplete, TryLater

HOME = "<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>"

Connect = Callable[..., CalDAV]


@pytest.fixture
def connect() -> Iterator[Connect]:
    made: list[CalDAV] = []

    def account(url: str, services: Sequence[str] = ()) -> CalDAV:
        made.append(CalDAV("home", url, "", lambda: "s3cret", lambda: NOW, services=lambda domain: services))
        return made[-1]

    yield account
    for backend in made:
        backend.close()


def names(backend: CalDAV) -> list[str]:
    return [info.name for info in backend.calendars()]


def home(asked: Asked) -> Say | None:
    return multistatus(found("/home/work/", CALENDAR_KIND)) if asked.path == "/home/" else None


@pytest.mark.parametrize("typed", ["alice@example.org", "example.org", "https://example.org/"])
def test_a_mail_address_and_a_host_name_the_same_server(typed: str) -> None:
    assert address(typed) == "https://example.org/"


def test_the_mail_address_is_the_user(connect: Connect) -> None:
    assert connect("alice@example.org")._dav._username == "alice@example.org"


def test_a_server_that_redirects_only_browsers_is_followed(serve: Serve, connect: Connect) -> None:
    def answer(asked: Asked) -> Say:
        match asked.method, asked.path:
            case "GET", "/.well-known/caldav":
                return Say(302, headers={"Location": "/dav/"})
            case "GET", "/dav/":
                return Say(200, HTML)
            case _, "/dav/":
                return multistatus(found("/dav/", HOME))
            case _:
                return home(asked) or Say(405)

    assert names(connect(serve(answer).url)) == ["work"]


def test_a_service_that_dns_names_is_asked_when_the_host_knows_nothing(serve: Serve, connect: Connect) -> None:
    def answer(asked: Asked) -> Say:
        return multistatus(found("/service/", HOME)) if asked.path == "/service/" else home(asked) or Say(404)

    server = serve(answer)
    assert names(connect(server.url, [server.url + "service/"])) == ["work"]


def test_a_service_of_another_domain_is_named_and_told_nothing(serve: Serve, connect: Connect) -> None:
    backend = connect(serve(lambda asked: Say(404)).url, ["https://caldav.example.net/.well-known/caldav"])
    with pytest.raises(FixNeeded, match=r'nothing was sent.*url = "https://caldav.example.net/'):
        backend.calendars()


def test_all_homes_are_looked_into_and_a_closed_one_hides_no_other(serve: Serve, connect: Connect) -> None:
    other = serve(lambda asked: Say(404))
    homes = f"<c:calendar-home-set><d:href>{other.url}</d:href><d:href>/home/</d:href><d:href>/b/</d:href>"

    def answer(asked: Asked) -> Say:
        if asked.path == "/b/":
            return multistatus(found("/b/team/", CALENDAR_KIND))
        return home(asked) or multistatus(found("/", f"{homes}</c:calendar-home-set>"))

    assert names(connect(serve(answer).url)) == ["team", "work"]
    assert other.seen == []


@pytest.mark.parametrize(("said", "requests"), [(Say(503, headers={"Retry-After": "60"}), 1), (Say(500), 3)])
def test_a_server_that_is_ill_is_not_taken_for_a_wrong_address(
    serve: Serve, connect: Connect, said: Say, requests: int
) -> None:
    server: Web = serve(lambda asked: said)
    with pytest.raises(TryLater):
        connect(server.url).calendars()
    assert len(server.seen) == requests


def test_a_sign_in_page_is_told_as_what_it_is(serve: Serve, connect: Connect) -> None:
    server = serve(lambda asked: Say(200, HTML, {"Content-Type": "text/html; charset=utf-8"}))
    with pytest.raises(Incomplete, match="web page in place of calendar data"):
        connect(server.url).calendars()


def test_a_home_at_a_stranger_is_refused_with_its_name(serve: Serve, connect: Connect) -> None:
    other = serve(lambda asked: Say(404))
    homes = f"<c:calendar-home-set><d:href>{other.url}</d:href></c:calendar-home-set>"
    with pytest.raises(Forbidden, match="nothing was sent"):
        connect(serve(lambda asked: multistatus(found("/", homes))).url).calendars()
    assert other.seen == []


@pytest.mark.parametrize(
    ("srv", "txt", "expected"),
    [
        ([], ['"path=/dav"'], []),
        (["0 0 0 ."], [], []),
        (["0 1 443 caldav.example.org."], [], ["https://caldav.example.org/.well-known/caldav"]),
        (["0 1 443 a.org.", "0 9 443 b.org."], ['"path=/p"'], ["https://b.org/p", "https://a.org/p"]),
        (["0 1 443 a.org."], ['"path=//evil.example"'], ["https://a.org//evil.example"]),
    ],
)
def test_records_become_addresses(srv: list[str], txt: list[str], expected: list[str]) -> None:
    assert addresses(srv, txt) == expected


@pytest.mark.parametrize("domain", ["localhost", "127.0.0.1", "::1"])
def test_no_name_server_is_asked_about_this_machine(domain: str) -> None:
    assert look_up(domain) == ()
