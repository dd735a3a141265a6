"""The XML of WebDAV, well and badly written."""

from __future__ import annotations

import pytest

from timeblock.calendars.dav import same_domain
from timeblock.calendars.multistatus import DAV, canonical, multiget, parse, preconditions
from timeblock.errors import Incomplete
from timeblock.transport import Origin


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/dav/alice%40home/a%20b/", "/dav/alice@home/a%20b/"),
        ("https://example.org:8443/dav/alice@home/a b/", "/dav/alice@home/a%20b/"),
        ("/dav/one%2Ftwo", "/dav/one%2Ftwo"),
        ("/dav/%c3%a6", "/dav/%C3%A6"),
        ("/dav/æ", "/dav/%C3%A6"),
        ("/dav/100%", "/dav/100%25"),
        ("", ""),
    ],
)
def test_an_href_has_one_spelling(href: str, path: str) -> None:
    assert canonical(href) == path
    assert canonical(path) == path


def test_only_properties_that_were_found_count() -> None:
    body = b"""<multistatus xmlns="DAV:"><response><href>/a</href>
        <propstat><prop><getetag> "1" </getetag></prop><status>HTTP/1.1 200 OK</status></propstat>
        <propstat><prop><displayname>no</displayname></prop><status>HTTP/1.1 404 Not Found</status></propstat>
    </response><response><href>/b</href><status>garbage</status></response><sync-token> t </sync-token></multistatus>"""
    answer = parse(body)
    first, second = answer.entries
    assert (first.text(f"{DAV}getetag"), first.text(f"{DAV}displayname"), first.status) == ('"1"', "", 200)
    assert (second.status, answer.sync_token) == (500, "t")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a",
        b"<html/>",
        b"\xff\xfe",
        b'<!DOCTYPE multistatus [<!ENTITY x SYSTEM "file:///etc/passwd">]><multistatus xmlns="DAV:">&x;</multistatus>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
    ],
)
def test_what_is_no_multistatus_is_incomplete(body: bytes) -> None:
    with pytest.raises(Incomplete):
        parse(body)
    assert preconditions(body) == frozenset()


def test_hrefs_are_escaped_in_requests() -> None:
    assert b"<d:href>/a&amp;b&lt;.ics</d:href>" in multiget(["/a&b<.ics"])


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("caldav.icloud.com", "p42-caldav.icloud.com", True),
        ("example.org", "dav.example.org", True),
        ("dav.example.co.uk", "example.co.uk", True),
        ("example.org", "example.org", True),
        ("localhost", "localhost", True),
        ("example.org", "example.com", False),
        ("example.org", "example.org.evil.com", False),
        ("notexample.org", "example.org", False),
        ("a.co.uk", "b.co.uk", False),
        ("10.0.0.1", "11.0.0.1", False),
        ("::1", "::2", False),
        ("localhost", "otherhost", False),
    ],
)
def test_which_hosts_are_of_one_domain(a: str, b: str, same: bool) -> None:
    assert same_domain(Origin("https", a, 443), Origin("https", b, 443)) is same
    assert same_domain(Origin("https", b, 443), Origin("https", a, 443)) is same
