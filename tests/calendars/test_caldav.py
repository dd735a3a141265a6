"""CalDAV against servers that do what real ones have done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.contract.worlds import NOW, event
from tests.web import Asked, Say, Web
from timeblock.calendars.caldav import AT_ONCE, FULL_EVERY, CalDAV
from timeblock.core.event import CalendarId, Draft, Resource
from timeblock.core.interval import HOUR, Interval
from timeblock.errors import (
    AuthNeeded,
    Conflict,
    CursorExpired,
    FixNeeded,
    Forbidden,
    Gone,
    Incomplete,
    TimeblockError,
    TryLater,
    Unsure,
)
from timeblock.sync.backend import Page

CALENDAR = CalendarId("home", "/cal/")
DRAFT = Draft("tb0lunch", "lunch/2026-11-23/1", 0, Interval(1_795_420_800, 1_795_420_800 + HOUR), "UTC", "Lunch")
CALENDAR_KIND = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
HREF = re.compile("<d:href>([^<]*)</d:href>")
HTML = "<!DOCTYPE html><html><body>Please sign in</body></html>"


def multistatus(*responses: str, token: str = "") -> Say:
    tail = f"<d:sync-token>{token}</d:sync-token>" if token else ""
    namespaces = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
    return Say(207, f"<d:multistatus {namespaces}>{''.join(responses)}{tail}</d:multistatus>")


def found(href: str, props: str) -> str:
    ok = "<d:status>HTTP/1.1 200 OK</d:status>"
    return f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{props}</d:prop>{ok}</d:propstat></d:response>"


def status(href: str, line: str) -> str:
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {line}</d:status></d:response>"


def etag(version: str) -> str:
    return f"<d:getetag>{version}</d:getetag>"


def refusal(code: int, condition: str) -> Say:
    return Say(code, f'<d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><{condition}/></d:error>')


@dataclass
class Calendar:
    """A calendar server in a few lines: ``events`` by href, with a sync token that never says that anything changed."""

    events: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    """Left out of answers to multiget."""

    def __call__(self, asked: Asked) -> Say:
        if asked.method == "GET":
            body = self.events.get(asked.path)
            return Say(200, body, {"ETag": '"1"'}) if body else Say(404)
        if asked.method == "PROPFIND":
            return multistatus(found("/cal/", CALENDAR_KIND))
        if "multiget" in asked.body:
            return multistatus(*(self.part(href) for href in HREF.findall(asked.body) if href not in self.hidden))
        if "<d:sync-token></d:sync-token>" in asked.body:
            return multistatus(*(found(href, etag('"1"')) for href in self.events), token="t1")
        return multistatus(token="t1")

    def part(self, href: str) -> str:
        if href not in self.events:
            return status(href, "404 Not Found")
        return found(href, f"{etag('&quot;1&quot;')}<c:calendar-data>{self.events[href]}</c:calendar-data>")


TRUSTED = json.dumps({"at": NOW, "conditions": True, "versions": True})


@pytest.fixture
def connect() -> Iterator[Callable[[Web], CalDAV]]:
    """A backend that has tried ``CALENDAR`` before, and found it trustworthy."""
    made: list[CalDAV] = []

    def account(server: Web, path: str = "") -> CalDAV:
        learned = {f"writes {server.url}cal/": TRUSTED}
        made.append(CalDAV("home", server.url + path, "alice", lambda: "s3cret", lambda: NOW, learned=learned))
        return made[-1]

    yield account
    for backend in made:
        backend.close()


Connect = Callable[..., CalDAV]


def first_sync(backend: CalDAV) -> Page:
    return backend.changes(CALENDAR, None, dict)


CURSOR = json.dumps({"token": "t0", "n": 1, "at": NOW})


def since(backend: CalDAV, cursor: str = CURSOR) -> Page:
    return backend.changes(CALENDAR, cursor, dict)


# --- Answers that must not be believed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say(200, HTML, {"Content-Type": "text/html"}), Incomplete),
        (Say(207, HTML, {"Content-Type": "text/html"}), Incomplete),
        (Say(207, "<d:multistatus xmlns:d='DAV:'><d:resp"), Incomplete),
        (Say(207, "<!DOCTYPE d [<!ENTITY a 'b'>]><d:multistatus xmlns:d='DAV:'>&a;</d:multistatus>"), Incomplete),
        (Say(207, ""), Incomplete),
        (multistatus(), Incomplete),
        (Say(204), Incomplete),
        (Say(401), AuthNeeded),
        (Say(402), Incomplete),
        (Say(404), Gone),
        (Say(429), TryLater),
        (Say(500), TryLater),
        (Say(503), TryLater),
    ],
    ids=lambda value: f"{value.status}-{len(value.content)}" if isinstance(value, Say) else value.__name__,
)
def test_a_sync_answered_badly_changes_nothing(
    serve: Serve, connect: Connect, said: Say, error: type[TimeblockError]
) -> None:
    backend = connect(serve(lambda asked: said))
    with pytest.raises(error):
        since(backend)
    with pytest.raises(error):
        first_sync(backend)


@pytest.mark.parametrize(
    "said",
    [
        refusal(403, "d:valid-sync-token"),
        refusal(409, "d:valid-sync-token"),
        refusal(412, "d:valid-sync-token"),
        Say(410),
        Say(412),
        Say(501),
    ],
    ids=lambda said: str(said.status),
)
def test_a_forgotten_token_is_an_expired_cursor(serve: Serve, connect: Connect, said: Say) -> None:
    with pytest.raises(CursorExpired):
        since(connect(serve(lambda asked: said)))


def test_a_forbidden_calendar_is_no_expired_cursor(serve: Serve, connect: Connect) -> None:
    with pytest.raises(Forbidden):
        since(connect(serve(lambda asked: refusal(403, "d:need-privileges"))))


def test_what_many_answers_leave_out_is_asked_for_alone(serve: Serve, connect: Connect) -> None:
    events = {f"/cal/{n}.ics": event(str(n)) for n in range(3)}
    server = serve(Calendar(events, hidden={"/cal/1.ics"}))
    page = first_sync(connect(server))
    assert {r.href for r in page.changed} == set(events)
    assert server.asked.count("GET /cal/1.ics") == 1


def test_what_is_gone_between_listing_and_reading_is_gone(serve: Serve, connect: Connect) -> None:
    calendar = Calendar({"/cal/a.ics": event("a")})

    def answer(asked: Asked) -> Say:
        if "sync-collection" in asked.body:
            return multistatus(found("/cal/a.ics", etag('"1"')), found("/cal/b.ics", etag('"1"')), token="t1")
        return calendar(asked)

    backend = connect(serve(answer))
    assert [r.href for r in first_sync(backend).changed] == ["/cal/a.ics"]
    assert since(backend).removed == ("/cal/b.ics",)


def test_characters_that_xml_forbids_hide_one_answer_not_the_calendar(serve: Serve, connect: Connect) -> None:
    events = {"/cal/bad.ics": event("bad", "Bell \x07 rings"), "/cal/good.ics": event("good")}
    page = first_sync(connect(serve(Calendar(events))))
    assert {r.href for r in page.changed} == set(events)


def test_bodies_are_asked_for_in_batches(serve: Serve, connect: Connect) -> None:
    server = serve(Calendar({f"/cal/{n:03}.ics": event(str(n)) for n in range(2 * AT_ONCE + 1)}))
    assert len(first_sync(connect(server)).changed) == 2 * AT_ONCE + 1
    assert len(server.seen) == 2 + 3


def test_a_member_with_a_trouble_of_its_own_is_not_gone(serve: Serve, connect: Connect) -> None:
    calendar = Calendar({"/cal/a.ics": event("a")})

    def answer(asked: Asked) -> Say:
        if "sync-collection" in asked.body:
            own = found("/cal", etag('"c"'))
            return multistatus(own, status("/cal/a.ics", "500 Internal Server Error"), token="t1")
        return calendar(asked)

    page = first_sync(connect(serve(answer)))
    assert [r.href for r in page.changed] == ["/cal/a.ics"]


# --- Tokens, pages, listings ------------------------------------------------------------------------------------------


def test_all_pages_of_a_long_answer_are_one(serve: Serve, connect: Connect) -> None:
    pages = {
        "t0": (["/cal/1.ics"], "", "t1"),
        "t1": (["/cal/2.ics"], status("/cal/1.ics", "404 Not Found"), "t2"),
    }

    def answer(asked: Asked) -> Say:
        token = re.search("<d:sync-token>(.*?)</d:sync-token>", asked.body)
        if token is None:
            return Calendar({"/cal/2.ics": event("2")})(asked)
        hrefs, gone, following = pages[token[1]]
        cut = status("/cal/", "507 Insufficient Storage") if token[1] == "t0" else ""
        return multistatus(*(found(h, etag('"1"')) for h in hrefs), gone, cut, token=following)

    page = since(connect(serve(answer)))
    assert ([r.href for r in page.changed], page.removed) == (["/cal/2.ics"], ("/cal/1.ics",))
    assert json.loads(page.cursor)["token"] == "t2"


def test_a_server_that_promises_more_and_sends_the_same_is_not_believed(serve: Serve, connect: Connect) -> None:
    with pytest.raises(Incomplete):
        since(connect(serve(lambda asked: multistatus(status("/cal/", "507 Insufficient Storage"), token="t0"))))


def test_everything_is_compared_again_now_and_then(serve: Serve, connect: Connect) -> None:
    backend = connect(serve(Calendar({"/cal/restored.ics": event("restored")})))
    pages = [first_sync(backend)]
    for _ in range(FULL_EVERY + 1):
        pages.append(since(backend, pages[-1].cursor))
    assert [page.complete for page in pages] == [True, *[False] * FULL_EVERY, True]
    assert [r.href for r in pages[-1].changed] == ["/cal/restored.ics"]


def test_without_sync_tokens_versions_are_listed_and_a_ctag_spares_that(serve: Serve, connect: Connect) -> None:
    kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
    own = found("/cal/", f"{kind}<s:getctag>c1</s:getctag>")
    calendar = Calendar({"/cal/a.ics": event("a")})

    def answer(asked: Asked) -> Say:
        if asked.method == "PROPFIND" and asked.headers["Depth"] == "0":
            return multistatus(own)
        if asked.method == "PROPFIND":
            folder = found("/cal/sub/", "<d:resourcetype><d:collection/></d:resourcetype>")
            return multistatus(own, folder, found("/cal/a.ics", etag('"1"') + "<d:resourcetype/>"))
        return calendar(asked) if "multiget" in asked.body else Say(501)

    backend = connect(serve(answer))
    page = first_sync(backend)
    assert (page.complete, [r.href for r in page.changed]) == (True, ["/cal/a.ics"])
    before = backend.requests
    assert since(backend, page.cursor).changed == ()
    assert backend.requests == before + 1


def test_a_listing_of_something_else_is_not_the_calendar(serve: Serve, connect: Connect) -> None:
    with pytest.raises(Gone):
        first_sync(connect(serve(lambda a: multistatus(found("/", "")) if a.method == "PROPFIND" else Say(501))))


def test_one_event_has_one_href_however_the_server_writes_it(serve: Serve, connect: Connect) -> None:
    hrefs = ["/cal/a%40b.ics", "http://other.name/cal/c d.ics", "/cal/%C3%A6.ics"]
    answer = multistatus(*(status(href, "404 Not Found") for href in hrefs), token="t1")
    page = since(connect(serve(lambda asked: answer)))
    assert page.removed == ("/cal/%C3%A6.ics", "/cal/a@b.ics", "/cal/c%20d.ics")


def test_an_event_without_version_has_that_of_its_text(serve: Serve, connect: Connect) -> None:
    body = event("a")

    def answer(asked: Asked) -> Say:
        if asked.method == "GET":
            return Say(200, body)
        if asked.method == "PUT":
            return Say(204, headers={"ETag": 'W/"2"'})
        if "multiget" in asked.body:
            return multistatus(found("/cal/a.ics", f"<c:calendar-data>{body}</c:calendar-data>"))
        if asked.method == "PROPFIND":
            return multistatus(found("/cal/", CALENDAR_KIND))
        return multistatus(found("/cal/a.ics", ""), token="t1")

    backend = connect(serve(answer))
    [resource] = first_sync(backend).changed
    base = backend.read(CALENDAR, "/cal/a.ics")
    assert base.version.startswith("sha256:")
    assert base.version == resource.version
    assert backend.update(resource, replace(DRAFT, uid="a")).version == base.version
    with pytest.raises(Conflict):
        backend.update(replace(resource, body=event("a", "Another")), replace(DRAFT, uid="a"))


# --- Writes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say(301, headers={"Location": "/elsewhere"}), Unsure),
        (Say(302, headers={"Location": "/login"}), Unsure),
        (Say(307, headers={"Location": "/elsewhere"}), Unsure),
        (Say(308, headers={"Location": "/elsewhere"}), Unsure),
        (Say(200, HTML, {"Content-Type": "text/html"}), Unsure),
        (Say(202), Unsure),
        (Say(500), Unsure),
        (Say(502), Unsure),
        (Say(503), Unsure),
        (Say(drop=True), Unsure),
        (Say(503, headers={"Retry-After": "60"}), TryLater),
        (Say(429), TryLater),
        (Say(401), AuthNeeded),
        (Say(403), Forbidden),
        (Say(413), Forbidden),
        (Say(415), Forbidden),
        (Say(507), Forbidden),
        (Say(412), Conflict),
        (refusal(409, "c:no-uid-conflict"), Conflict),
        (refusal(403, "c:unique-scheduling-object-resource"), Conflict),
        (Say(409), Gone),
        (Say(404), Gone),
        (Say(410), Gone),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Say) else value.__name__,
)
def test_a_write_that_is_not_plainly_done_is_sent_once_and_says_what_to_do(
    serve: Serve, connect: Connect, said: Say, error: type[TimeblockError]
) -> None:
    server = serve(lambda asked: said)
    with pytest.raises(error):
        connect(server).create(CALENDAR, DRAFT)
    with pytest.raises(error):
        connect(server).delete(Resource(CALENDAR, "/cal/a.ics", '"1"', ""))
    writes = [asked for asked in server.asked if not asked.startswith("PROPFIND")]
    assert writes == ["PUT /cal/tb0lunch.ics", "DELETE /cal/a.ics"]


def test_each_write_has_its_condition(serve: Serve, connect: Connect) -> None:
    server = serve(lambda asked: Say(201, headers={"ETag": '"2"'}))
    backend = connect(server)
    created = backend.create(CALENDAR, DRAFT)
    backend.update(replace(created, version='"1"'), DRAFT)
    backend.delete(replace(created, version='"1"'))
    conditions = [(a.headers["If-None-Match"], a.headers["If-Match"]) for a in server.seen]
    assert conditions == [("*", None), (None, '"1"'), (None, '"1"')]


def test_bodies_are_written_with_the_line_ends_of_icalendar(serve: Serve, connect: Connect) -> None:
    server = serve(lambda asked: Say(204, headers={"ETag": '"2"'}))
    base = Resource(CALENDAR, "/cal/a.ics", '"1"', event("tb0lunch").replace("\r\n", "\n"))
    connect(server).update(base, DRAFT)
    body = server.seen[0].body
    assert body.count("\n") == body.count("\r\n") > 5


def test_a_write_without_version_in_its_answer_is_read_back(serve: Serve, connect: Connect) -> None:
    server = serve(lambda a: Say(200, event("x"), {"ETag": '"9"'}) if a.method == "GET" else Say(201))
    assert connect(server).create(CALENDAR, DRAFT).version == '"9"'


@pytest.mark.parametrize(
    "said", [Say(404), Say(500), Say(200, HTML), Say(drop=True)], ids=["404", "500", "html", "drop"]
)
def test_a_write_that_cannot_be_read_back_is_unsure(serve: Serve, connect: Connect, said: Say) -> None:
    server = serve(lambda asked: said if asked.method == "GET" else Say(201))
    with pytest.raises(Unsure):
        connect(server).create(CALENDAR, DRAFT)


def test_when_to_come_back_is_what_the_server_says(serve: Serve, connect: Connect) -> None:
    server = serve(lambda asked: Say(429, headers={"Retry-After": "120"}))
    with pytest.raises(TryLater) as caught:
        first_sync(connect(server))
    assert caught.value.at == NOW + 120


# --- Whom we tell who we are ------------------------------------------------------------------------------------------


def test_credentials_go_along_from_the_first_request_on(serve: Serve, connect: Connect) -> None:
    server = serve(Calendar())
    since(connect(server))
    assert [asked.headers["Authorization"] for asked in server.seen] == ["Basic YWxpY2U6czNjcmV0"]


def test_without_a_user_no_password_is_asked_for(serve: Serve) -> None:
    def never() -> str:
        raise AssertionError("nobody needs a password here")

    server = serve(Calendar())
    backend = CalDAV("home", server.url, "", never, lambda: NOW)
    first_sync(backend)
    backend.close()
    assert server.seen[0].headers["Authorization"] is None


def test_a_digest_is_answered_where_the_server_asks_for_one(serve: Serve, connect: Connect) -> None:
    calendar = Calendar()

    def answer(asked: Asked) -> Say:
        if (
            asked.headers["Authorization"].startswith("Digest ")
            and 'username="alice"' in asked.headers["Authorization"]
        ):
            return Say(201, headers={"ETag": '"1"'}) if asked.method == "PUT" else calendar(asked)
        return Say(401, headers={"WWW-Authenticate": 'Digest realm="dav", nonce="n1", qop="auth", algorithm=MD5'})

    server = serve(answer)
    backend = connect(server)
    backend.create(CALENDAR, DRAFT)
    since(backend)
    assert server.asked == ["PUT /cal/tb0lunch.ics", "PUT /cal/tb0lunch.ics", "REPORT /cal/"]


def test_a_nonce_that_ran_out_is_renewed_and_another_realm_is_told_nothing(serve: Serve, connect: Connect) -> None:
    calendar, asks = Calendar(), {"realm": "dav", "nonce": "1"}

    def answer(asked: Asked) -> Say:
        if f'nonce="{asks["nonce"]}"' in asked.headers["Authorization"]:
            return calendar(asked)
        wanted = f'Basic realm="x", Digest realm="{asks["realm"]}", nonce="{asks["nonce"]}"'
        return Say(401, headers={"WWW-Authenticate": wanted})

    server = serve(answer)
    backend = connect(server)
    since(backend)
    asks["nonce"] = "2"
    since(backend)
    asks |= {"realm": "portal", "nonce": "3"}
    with pytest.raises(AuthNeeded, match=r"'portal', and before .* 'dav'"):
        since(backend)
    assert [asked.headers["Authorization"].count('nonce="3"') for asked in server.seen] == [0] * 5


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-512-256"])
def test_a_wrong_password_is_tried_once_more_at_most(serve: Serve, connect: Connect, algorithm: str) -> None:
    challenge = f'Digest realm="dav", nonce="n1", qop="auth", algorithm={algorithm}'
    server = serve(lambda asked: Say(401, headers={"WWW-Authenticate": challenge}))
    with pytest.raises(AuthNeeded):
        first_sync(connect(server))
    assert len(server.seen) <= 2


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_reads_follow_redirects_of_the_same_server(serve: Serve, connect: Connect, code: int) -> None:
    calendar = Calendar()
    server = serve(lambda a: calendar(a) if a.path == "/new/" else Say(code, headers={"Location": "/new/"}))
    assert since(connect(server)).changed == ()
    assert server.asked == ["REPORT /cal/", "REPORT /new/"]


def test_redirects_in_a_circle_end(serve: Serve, connect: Connect) -> None:
    server = serve(lambda asked: Say(302, headers={"Location": "/cal/"}))
    with pytest.raises(Incomplete):
        first_sync(connect(server))
    assert len(server.seen) < 10


def test_nothing_is_sent_to_another_server_that_a_redirect_names(serve: Serve, connect: Connect) -> None:
    other = serve(Calendar())
    server = serve(lambda asked: Say(302, headers={"Location": other.url}))
    with pytest.raises(Forbidden, match="nothing was sent"):
        first_sync(connect(server))
    assert other.seen == []


def test_nothing_is_sent_to_another_server_that_the_home_set_names(serve: Serve, connect: Connect) -> None:
    other = serve(Calendar())
    home = found("/", f"<c:calendar-home-set><d:href>{other.url}home/</d:href></c:calendar-home-set>")
    with pytest.raises(Forbidden, match="nothing was sent"):
        connect(serve(lambda asked: multistatus(home))).calendars()
    assert other.seen == []


def test_http_to_another_machine_is_refused_unless_allowed() -> None:
    backend = CalDAV("home", "http://calendar.invalid/", "alice", lambda: "s3cret", lambda: NOW)
    with pytest.raises(FixNeeded, match="allow_http"):
        backend.calendars()
    allowed = CalDAV("home", "http://calendar.invalid/", "alice", lambda: "s3cret", lambda: NOW, allow_http=True)
    with pytest.raises(TryLater):
        allowed.calendars()


def test_the_password_is_in_no_message_and_no_representation(serve: Serve, connect: Connect) -> None:
    for said in (Say(401), Say(500), Say(200, HTML), Say(302, headers={"Location": "http://evil.example/"})):
        backend = connect(serve(lambda asked, said=said: said))  # type: ignore[misc]  # a default binds it here
        with pytest.raises(TimeblockError) as caught:
            backend.calendars()
        assert "s3cret" not in f"{caught.value!r} {backend!r} {backend._dav!r}"


# --- Discovery --------------------------------------------------------------------------------------------------------


def test_calendars_are_found_from_the_servers_root(serve: Serve, connect: Connect) -> None:
    def answer(asked: Asked) -> Say:
        match asked.path, asked.headers["Depth"]:
            case "/", _:
                return Say(200, HTML)
            case "/.well-known/caldav", _:
                return Say(301, headers={"Location": "/dav/"})
            case "/dav/", _:
                return multistatus(
                    found("/dav/", "<d:current-user-principal><d:href>me/</d:href></d:current-user-principal>")
                )
            case "/dav/me/", _:
                return multistatus(
                    found("/dav/me/", "<c:calendar-home-set><d:href>/dav/home/</d:href></c:calendar-home-set>")
                )
            case "/dav/home/", "1":
                todo = "<c:supported-calendar-component-set><c:comp name='VTODO'/></c:supported-calendar-component-set>"
                only_read = (
                    "<d:current-user-privilege-set><d:privilege><d:read/></d:privilege></d:current-user-privilege-set>"
                )
                return multistatus(
                    found("/dav/home/", "<d:resourcetype><d:collection/></d:resourcetype>"),
                    found("/dav/home/work/", f"{CALENDAR_KIND}<d:displayname>Work &amp; play</d:displayname>"),
                    found("/dav/home/shared/", f"{CALENDAR_KIND}{only_read}"),
                    found("/dav/home/tasks/", f"{CALENDAR_KIND}{todo}"),
                    found("/dav/home/inbox/", "<d:resourcetype><d:collection/><c:schedule-inbox/></d:resourcetype>"),
                )
            case _:
                return multistatus(found("/dav/home/", "<d:resourcetype><d:collection/></d:resourcetype>"))

    infos = connect(serve(answer)).calendars()
    assert [(info.id.path, info.name, info.writable, info.events, info.tasks) for info in infos] == [
        ("/dav/home/shared/", "shared", False, True, True),
        ("/dav/home/tasks/", "tasks", True, False, True),
        ("/dav/home/work/", "Work & play", True, True, True),
    ]


@pytest.mark.parametrize("path", ["cal/", "home/", "me/"])
def test_the_address_may_be_that_of_a_calendar_a_home_or_a_person(serve: Serve, connect: Connect, path: str) -> None:
    plain = "<d:resourcetype><d:collection/></d:resourcetype>"

    def answer(asked: Asked) -> Say:
        match asked.path, asked.headers["Depth"]:
            case "/cal/", _:
                return multistatus(found("/cal/", CALENDAR_KIND))
            case "/home/", "1":
                return multistatus(found("/home/", plain), found("/cal/", CALENDAR_KIND))
            case "/me/", _:
                home = "<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>"
                return multistatus(found("/me/", plain + home))
            case _:
                return multistatus(found(asked.path, plain))

    server = serve(answer)
    assert [info.id.path for info in connect(server, path).calendars()] == ["/cal/"]


def test_a_web_page_at_the_address_does_not_hide_the_calendars_elsewhere(serve: Serve, connect: Connect) -> None:
    home = "<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>"

    def answer(asked: Asked) -> Say:
        if asked.path == "/app/":
            return Say(200, HTML, {"Content-Type": "text/html"})
        if asked.path == "/home/":
            return multistatus(found("/home/work/", CALENDAR_KIND))
        return multistatus(found("/", home))

    assert [info.name for info in connect(serve(answer), "app/").calendars()] == ["work"]


def test_an_address_that_leads_nowhere_is_for_the_person_to_fix(serve: Serve, connect: Connect) -> None:
    with pytest.raises(FixNeeded, match="leads to no calendars"):
        connect(serve(lambda asked: Say(404)), "nothing/here/").calendars()


def test_a_home_without_calendars_is_no_mistake(serve: Serve, connect: Connect) -> None:
    home = "<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>"
    assert connect(serve(lambda asked: multistatus(found("/", home)))).calendars() == []


def test_a_calendar_on_another_server_of_the_domain_has_the_same_name_wherever_that_is() -> None:
    learned = dict[str, str]()
    calendar = CalendarId("home", "/cal/")
    for elsewhere in ("https://p42.example.org/cal/", "https://p43.example.org/cal/"):
        first = CalDAV("home", "https://dav.example.org/", "", str, lambda: NOW, learned=learned)
        learned[first._address(calendar)] = elsewhere
        again = CalDAV("home", "https://dav.example.org/", "", str, lambda: NOW, learned=learned)
        assert again.href(calendar, "tb0") == "/cal/tb0.ics"
        assert again._url(calendar, "/cal/tb0.ics") == f"{elsewhere}tb0.ics"
    moved = CalDAV("home", "https://dav.example.net/", "", str, lambda: NOW, learned=learned)
    assert moved._url(calendar) == "https://dav.example.net/cal/"


def test_where_discovery_led_is_noted_and_forgotten_when_it_leads_elsewhere(
    serve_tls: Serve, connect: Connect, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    other = serve_tls(lambda asked: multistatus(found("/home/work/", CALENDAR_KIND)))
    homes = [f"{other.url}home/", "/home/"]

    def answer(asked: Asked) -> Say:
        if asked.path == "/home/":
            return multistatus(found("/home/work/", CALENDAR_KIND))
        return multistatus(found("/", f"<c:calendar-home-set><d:href>{homes[0]}</d:href></c:calendar-home-set>"))

    backend = connect(serve_tls(answer))
    [info] = backend.calendars()
    assert backend._url(info.id) == f"{other.url}home/work/"
    del homes[0]
    assert backend.calendars() == [info]
    assert backend._url(info.id) == f"{backend._dav.url}home/work/"
