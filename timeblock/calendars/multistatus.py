"""The XML of WebDAV: request bodies, and answers of many parts (RFC 4918, 13). Pure.

No document type is accepted, and so no entity: CalDAV needs none. Names are in ElementTree's ``{namespace}name`` form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.sax.saxutils import escape

from timeblock.errors import Incomplete

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
APPLE = "{http://calendarserver.org/ns/}"
PLAIN = "~@:!$&'()*+,;="
"""What a segment of a path may hold as it is, beside letters, digits and ``-._`` (RFC 3986, 3.3)."""

KINDS = ("VEVENT", "VTODO")
"""Components that we write."""

NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'


@dataclass(frozen=True, slots=True)
class Entry:
    """What an answer says of one resource. ``properties`` are those that were found; ``status`` is for the whole."""

    href: str
    status: int
    properties: Mapping[str, Element]

    def text(self, name: str) -> str:
        """The text of a property, "" where it is missing."""
        found = self.properties.get(name)
        return "" if found is None else (found.text or "").strip()

    def hrefs(self, name: str) -> tuple[str, ...]:
        """The addresses inside a property, as they stand."""
        found = self.properties.get(name)
        return () if found is None else tuple((e.text or "").strip() for e in found.iter(f"{DAV}href") if e.text)

    def within(self, name: str) -> frozenset[str]:
        """The names of all elements inside a property."""
        found = self.properties.get(name)
        return frozenset() if found is None else frozenset(e.tag for e in found.iter() if e is not found)


@dataclass(frozen=True, slots=True)
class Multistatus:
    """``sync_token`` is "" where none was sent."""

    entries: tuple[Entry, ...]
    sync_token: str


class _Builder(TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("a document type is not accepted")


def parse(body: bytes) -> Multistatus:
    """Raises ``Incomplete`` for whatever is no whole multistatus: a login page, half an answer."""
    root = _root(body)
    if root is None or root.tag != f"{DAV}multistatus":
        raise Incomplete(f"the answer is not one that a calendar server gives; it begins {body[:40]!r}")
    entries = tuple(_entry(response) for response in root.iter(f"{DAV}response"))
    return Multistatus(entries, (root.findtext(f"{DAV}sync-token") or "").strip())


def preconditions(body: bytes) -> frozenset[str]:
    """The names of what a refusal says was not fulfilled (RFC 4918, 16); none where it does not say."""
    root = _root(body)
    return frozenset() if root is None or root.tag != f"{DAV}error" else frozenset(e.tag for e in root.iter())


def _root(body: bytes) -> Element | None:
    parser = XMLParser(target=_Builder())  # noqa: S314 - _Builder refuses document types, where the attacks are
    try:
        parser.feed(body)
        root: Element = parser.close()
    except (ParseError, ValueError):
        return None
    return root


def _entry(response: Element) -> Entry:
    return Entry(
        canonical((response.findtext(f"{DAV}href") or "").strip()),
        _status(response.findtext(f"{DAV}status"), 200),
        dict(_found(response)),
    )


def _found(response: Element) -> Iterator[tuple[str, Element]]:
    for propstat in response.iterfind(f"{DAV}propstat"):
        if _status(propstat.findtext(f"{DAV}status"), 200) // 100 == 2:
            for prop in propstat.iterfind(f"{DAV}prop"):
                yield from ((child.tag, child) for child in prop)


def _status(line: str | None, default: int) -> int:
    """The number in ``HTTP/1.1 404 Not Found``; one that cannot be read counts as a fault of the server."""
    if line is None:
        return default
    number = line.split()[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 500


def canonical(href: str) -> str:
    """The path of ``href`` in the one spelling we compare and store, whatever the server escapes or not.

    >>> canonical("https://example.org/dav/alice%40home/a%20b/"), canonical("/dav/alice@home/a b/")
    ('/dav/alice@home/a%20b/', '/dav/alice@home/a%20b/')
    """
    path = urlsplit(href).path if "://" in href else href
    return "/".join(quote(unquote(segment), safe=PLAIN) for segment in path.split("/"))


# --- Requests ---------------------------------------------------------------------------------------------------------


def propfind(*names: str) -> bytes:
    """Names are written with the prefixes of ``NAMESPACES``: ``d:getetag``."""
    return _document(f"<d:propfind {NAMESPACES}>{_prop(names)}</d:propfind>")


def sync_collection(token: str) -> bytes:
    """All changes since ``token``, "" for all there is (RFC 6578). No limit: with one, some servers lose the rest."""
    return _document(
        f"<d:sync-collection {NAMESPACES}><d:sync-token>{escape(token)}</d:sync-token>"
        f"<d:sync-level>1</d:sync-level>{_prop(['d:getetag'])}</d:sync-collection>"
    )


def multiget(hrefs: Iterable[str]) -> bytes:
    """The bodies of ``hrefs`` (RFC 4791, 7.9)."""
    asked = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    names = _prop(["d:getetag", "c:calendar-data"])
    return _document(f"<c:calendar-multiget {NAMESPACES}>{names}{asked}</c:calendar-multiget>")


def query_uid(uid: str, kind: str) -> bytes:
    """Components of ``kind`` whose UID holds ``uid`` (RFC 4791, 7.8.6: a text match finds parts, too)."""
    match = f'<c:text-match collation="i;octet">{escape(uid)}</c:text-match>'
    event = f'<c:comp-filter name="{kind}"><c:prop-filter name="UID">{match}</c:prop-filter></c:comp-filter>'
    names = _prop(["d:getetag", "c:calendar-data"])
    where = f'<c:filter><c:comp-filter name="VCALENDAR">{event}</c:comp-filter></c:filter>'
    return _document(f"<c:calendar-query {NAMESPACES}>{names}{where}</c:calendar-query>")


def _prop(names: Iterable[str]) -> str:
    return f"<d:prop>{''.join(f'<{name}/>' for name in names)}</d:prop>"


def _document(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
